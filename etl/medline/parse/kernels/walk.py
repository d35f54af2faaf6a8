"""Kernel 1 for XML: walks the bytes of whole records and puts where each value lies into the cells of its row.

It checks all that expat checks inside a record. What it meets seldom, and would need much code for, makes the record
*odd*: its rows are taken back, and the plain reader reads it. What it cannot vouch for ends the walk.
"""

from __future__ import annotations

import numpy as np

from medline.parse.constants import MAX_DEPTH, MAX_RECORD
from medline.parse.kernels.bytes import (
    BLANK,
    CLASS,
    LONGEST_NAME,
    NAME,
    bucket_of,
    find_below_letters,
    find_markup,
    is_equal,
    reference_length,
    skip_blanks,
    words,
)
from medline.parse.kernels.cells import (
    EVENTS,
    FINE,
    HAS_BLANKS,
    HAS_MARKUP,
    HAS_REFERENCES,
    IS_ODD,
    NEED,
    ODD,
    PLACE,
    SAVED,
    SKIPPED,
    enter,
    leave,
    note_event,
    note_rows,
    pack,
    put_sinks,
    take_back,
)
from medline.parse.kernels.jit import entry, kernel, rare
from medline.parse.kernels.layout import ROOT
from medline.parse.kernels.layout_blanks import fold_layout, trimmed

#: How a walk ended: the bytes end (in a record, or with the last one); the root ends; a table is full; not vouched for.
CUT, ROOT_END, FULL, UNSURE = range(4)
_DONE = -1

LT, GT, SLASH, AND, QUOTE, APOSTROPHE, EQUALS, BANG, QUESTION, MINUS = (ord(sign) for sign in "<>/&\"'=!?-")
LINE_FEED = ord("\n")
_LAST_SIGN = ord("9")  # up to it stand the signs that a name may hold, but not begin with: - . 0 to 9


@entry
def walk(data, start, end, skip, joints, root, layout, store):
    """Walk all whole records in data[start:end], which begins between records; zeros stand behind `end`.

    Args:
        skip: whether to leave out the record of each place of the file, as far as it goes.
        joints: start, stop, root that ends and root that begins of what looks like a joint of two documents; it is
            one if it stands between records.
        root: number of the root around.

    Returns:
        (outcome, position of the first byte that is not done, records walked, root there).
    """
    at, record = start, np.int64(0)  # a literal 0 has another type, for which numba compiles every callee anew
    joint = np.int64(0)
    while True:
        at = skip_blanks(data, at)
        if at + 1 >= end or record + 1 >= store.first.shape[0]:
            return CUT, at, record, root
        if data[at] != LT:
            return UNSURE, at, record, root
        if data[at + 1] == SLASH:
            while joint < joints.shape[0] and joints[joint, 0] < at:
                joint += 1
            if joint == joints.shape[0] or joints[joint, 0] != at or joints[joint, 2] != root:
                return ROOT_END, at, record, root
            at, root = joints[joint, 1], joints[joint, 3]
            continue
        note_rows(store, record)
        events = store.now[EVENTS]
        outcome, stop, keeps_place = _walk_record(data, at, end, record, layout, store)
        if store.now[NEED]:
            outcome = FULL
        elif outcome == _DONE and stop - at > MAX_RECORD:
            outcome = UNSURE
        if outcome != _DONE:
            take_back(store, record, events)
            return outcome, at, record, root
        if store.now[IS_ODD] and store.verdicts[record] == FINE:
            store.verdicts[record] = ODD
        store.spans[record, 2] = -1
        if keeps_place:
            place = store.spans[record, 2] = store.now[PLACE]
            if place < skip.size and skip[place] and store.verdicts[record] == FINE:
                store.verdicts[record] = SKIPPED
            store.now[PLACE] += 1
        if store.verdicts[record] != FINE:
            take_back(store, record, events)
        store.spans[record, 0], store.spans[record, 1] = at, stop
        record += 1
        note_rows(store, record)
        at = stop


@kernel
def _walk_record(data, at, end, record, layout, store):
    """Walk one record element: (outcome, position behind it, whether it is a record, and no list of deletions)."""
    now, names, states = store.now, store.names, store.states
    now[IS_ODD] = now[SAVED] = 0
    depth = np.int64(0)
    state = np.int16(ROOT)
    keeps_place = True
    while True:
        if data[at + 1] == SLASH:
            if depth == 0:
                return UNSURE, at, True
            stop = _end_tag(data, at, names, depth)
            if stop < 0:
                return _failed(-stop, end), at, True
            if not layout.is_plain[state]:
                leave(layout, store, state)
            depth -= 1
            at = stop
            if depth == 0:
                return _DONE, at, keeps_place
            state = np.int16(states[depth])
        elif data[at + 1] == BANG or data[at + 1] == QUESTION:
            at = _skip_aside(data, at, store)
            if at < 0:
                return _failed(-at, end), at, True
        else:
            stop, name = _start_name(data, at + 1, layout)
            if stop == at + 1:
                return _failed(stop, end), at, True
            below = layout.child[state, name]
            if below == 0 and depth == 0:
                return _failed(stop, end), at, True  # no record element: the plain reader says so
            if below == 0:
                at = _walk_unknown(data, at, end, record, depth, np.int64(-state), layout, store)
                if at < 0:
                    return _failed(-at, end), at, True
            else:
                if depth + 2 >= MAX_DEPTH:
                    return UNSURE, at, True
                if depth == 0:
                    keeps_place = layout.is_record[below]
                    if layout.wrapper[below]:
                        enter(data, layout, store, layout.wrapper[below])
                        if now[NEED]:
                            return FULL, at, True
                if not layout.is_plain[below]:
                    enter(data, layout, store, below)
                    if now[NEED]:
                        return FULL, at, True
                depth += 1
                names[depth, 0], names[depth, 1] = at + 1, stop - at - 1
                states[depth] = state = below
                if data[stop] != GT:
                    stop = _attributes(data, stop, record, depth, state, np.int64(-state), layout, store)
                    if stop < 0:
                        return _failed(-stop, end), at, True
                at = stop
                if data[at] == SLASH:
                    if data[at + 1] != GT:
                        return _failed(at + 1, end), at, True
                    put_sinks(layout, store, layout.text_sinks[state, 0], layout.text_sinks[state, 1], pack(at, 0, 0))
                    if not layout.is_plain[state]:
                        leave(layout, store, state)
                    depth -= 1
                    at += 2
                    if depth == 0:
                        return _DONE, at, keeps_place
                    state = np.int16(states[depth])
                else:
                    at += 1
                    if layout.is_text[state]:
                        at = _text(data, at, end, record, depth, state, layout, store)
                        if at < 0:
                            return _failed(-at, end), at, True
                        continue
        at = skip_blanks(data, at)
        if data[at] != LT:  # text where the schema has only elements
            at = _stray_text(data, at, store)
            if at < 0:
                return _failed(-at, end), at, True


@kernel
def _failed(at, end):
    """What to make of an unexpected byte: the end of what is there, or something that is not vouched for."""
    return CUT if at >= end else UNSURE


@kernel
def _start_name(data, at, layout):
    """The name that begins at `at`: (position behind it, its number, 0 where the schema does not know it)."""
    if data[at] <= _LAST_SIGN:
        return at, np.int64(0)
    stop = find_below_letters(data, at)
    name = _find_name(data, at, stop - at, layout)
    if name == 0 or CLASS[data[stop]] & NAME:  # one with a colon, or that the schema does not know
        stop = at
        while CLASS[data[stop]] & NAME:
            stop += 1
        name = _find_name(data, at, stop - at, layout)
    return stop, name


@kernel
def _find_name(data, at, length, layout):
    """The number of a name; 0 where the schema does not know it."""
    if length > LONGEST_NAME:
        return np.int64(0)
    first, middle, last = words(data, at, length)
    slot = bucket_of(first, last, length)
    while True:
        name = np.int64(layout.buckets[slot])
        if name == 0 or _is_name(layout.names, name, first, middle, last, length):
            return name
        slot = (slot + 1) & (layout.buckets.size - 1)


@kernel
def _is_name(names, name, first, middle, last, length):
    """Whether a name is the one of this number."""
    return (
        names[name, 0] == first
        and names[name, 2] == last
        and names[name, 1] == middle
        and names[name, 3] == np.uint64(length)
    )


@kernel
def _end_tag(data, at, names, depth):
    """The position behind the end tag at `at`, which must be the open element's; else minus the byte that is wrong."""
    start, length = names[depth, 0], names[depth, 1]
    at += 2
    if not is_equal(data, at, start, length):
        while data[at] == data[start]:
            at, start = at + 1, start + 1
        return -at
    at += length
    while CLASS[data[at]] & BLANK:
        at += 1
    return at + 1 if data[at] == GT else -at


@kernel
def _attributes(data, at, record, depth, state, parent, layout, store):
    """Read the attributes of a start tag, from behind its name to its > or />.

    Args:
        state: of the element, 0 where the schema does not know it.
        parent: what events of unknown attributes name as their element; 0 where they are none.

    Returns:
        The position of > or /, or minus that of the byte that is wrong.
    """
    now, names = store.now, store.names
    unknown = depth  # names of unknown attributes are kept behind those of the open elements
    while True:
        gap = at
        while CLASS[data[at]] & BLANK:
            at += 1
        if data[at] == GT or data[at] == SLASH:
            return at
        if at == gap or data[at] <= _LAST_SIGN:
            return -at
        start = at
        while CLASS[data[at]] & NAME:
            if data[at] >= 128:
                now[IS_ODD] = 1
            at += 1
        length = at - start
        while CLASS[data[at]] & BLANK:
            at += 1
        if length == 0 or data[at] != EQUALS:
            return -at
        at += 1
        while CLASS[data[at]] & BLANK:
            at += 1
        quote = data[at]
        if quote != QUOTE and quote != APOSTROPHE:
            return -at
        at += 1
        value, flags = at, 0
        while data[at] != quote:
            sign = data[at]
            if sign == LT:
                return -at
            if sign == AND:
                flags |= HAS_REFERENCES
                if reference_length(data, at) == 0:
                    now[IS_ODD] = 1
            elif sign < 32:
                if sign != 9 and sign != 10:
                    return -at
                flags |= HAS_BLANKS
            at += 1
        sinks = _find_attribute(data, start, length, layout, state)
        if sinks >= 0:
            cell = trimmed(data, value, at, flags)
            put_sinks(layout, store, layout.attributes[sinks, 1], layout.attributes[sinks, 2], cell)
        else:
            for other in range(depth + 1, unknown + 1):
                if names[other, 1] == length and is_equal(data, start, names[other, 0], length):
                    now[IS_ODD] = 1  # twice: expat will say so
            unknown += 1
            if unknown + 1 >= names.shape[0]:
                return -start
            names[unknown, 0], names[unknown, 1] = start, length
            if parent != 0:
                note_event(store, record, parent, start, length, 1)
        at += 1


@kernel
def _find_attribute(data, at, length, layout, state):
    """The row of `layout.attributes` that an attribute of an element has; -1 where the schema does not know it."""
    first, last = layout.attributes_at[state, 0], layout.attributes_at[state, 1]
    if first == last or length > LONGEST_NAME:
        return -1
    begin, middle, end = words(data, at, length)
    for number in range(first, last):
        if _is_name(layout.attribute_names, layout.attributes[number, 0], begin, middle, end, length):
            return number
    return -1


@kernel
def _text(data, at, end, record, depth, state, layout, store):
    """Read the text of an element up to its end tag, and give it to its columns.

    Returns:
        The position of the end tag, or minus that of the byte that is wrong.
    """
    start, flags, is_wrapped = at, 0, False
    while True:
        at = find_markup(data, at)
        if data[at] == LINE_FEED:
            is_wrapped = True
            at += 1
        elif data[at] == AND:
            flags |= HAS_REFERENCES
            if reference_length(data, at) == 0:
                store.now[IS_ODD] = 1
            at += 1
        elif data[at] != LT:
            return -at
        elif data[at + 1] == SLASH:
            break
        elif data[at + 1] == BANG or data[at + 1] == QUESTION:
            at = _skip_aside(data, at, store)
            store.now[IS_ODD] = 1
        else:
            flags |= HAS_MARKUP | HAS_REFERENCES  # which may stand in the element
            _, name = _start_name(data, at + 1, layout)
            parent = np.int64(0 if layout.is_mixed[state] and layout.inline[name] else -state)
            at = _walk_unknown(data, at, end, record, depth, parent, layout, store)
        if at < 0:
            return at
    if flags & HAS_MARKUP and layout.is_mixed[state] and not _is_canonical(data, start, at):
        store.now[IS_ODD] = 1
    cell = trimmed(data, start, at, flags)
    if is_wrapped or flags & HAS_MARKUP:
        cell = fold_layout(data, cell, store)
    put_sinks(layout, store, layout.text_sinks[state, 0], layout.text_sinks[state, 1], cell)
    return at


@rare
def _walk_unknown(data, at, end, record, depth, parent, layout, store):
    """Walk an element that opens no state, and all in it: inline markup, or what the schema does not know.

    Args:
        parent: what the events of the element and its attributes name as the element around; 0 for inline markup, of
            which there are none.

    Returns:
        The position behind it, or minus that of the byte that is wrong.
    """
    now, names, states = store.now, store.names, store.states
    around = depth
    while True:
        if data[at] == LINE_FEED:
            at += 1
        elif data[at] == AND:
            if reference_length(data, at) == 0:
                now[IS_ODD] = 1
            at += 1
        elif data[at] != LT:
            return -at
        elif data[at + 1] == SLASH:
            at = _end_tag(data, at, names, depth)
            if at < 0:
                return at
            depth -= 1
            if depth == around:
                return at
        elif data[at + 1] == BANG or data[at + 1] == QUESTION:
            at = _skip_aside(data, at, store)
            if at < 0:
                return at
            now[IS_ODD] = 1
        else:
            stop, _ = _start_name(data, at + 1, layout)
            if stop == at + 1:
                return -stop
            if depth + 2 >= MAX_DEPTH:
                now[IS_ODD] = 1
                return -at
            outer = parent if depth == around else states[depth]
            depth += 1
            names[depth, 0], names[depth, 1] = at + 1, stop - at - 1
            # an event's number, from 1 on; a state below 0 names an element of the schema
            states[depth] = 0 if parent == 0 else 1 + note_event(store, record, outer, at + 1, stop - at - 1, 0)
            for place in range(at + 1, stop):
                if data[place] >= 128:
                    now[IS_ODD] = 1
            at = _attributes(data, stop, record, depth, np.int16(0), states[depth], layout, store)
            if at < 0:
                return at
            if data[at] == SLASH:
                if data[at + 1] != GT:
                    return -(at + 1)
                at += 1
                depth -= 1
            at += 1
            if depth == around:
                return at
        at = find_markup(data, at)


@rare
def _stray_text(data, at, store):
    """Where text stands that the schema has no place for, the record is odd. The next tag, or minus a wrong byte."""
    store.now[IS_ODD] = 1
    while True:
        at = find_markup(data, at)
        if data[at] == LT:
            return at
        if data[at] != AND and data[at] != LINE_FEED:
            return -at
        at += 1


@rare
def _skip_aside(data, at, store):
    """The position behind a comment or processing instruction (`<?nihms ?>` is frequent), or minus a wrong byte."""
    at += 1
    if data[at] == BANG:
        if data[at + 1] != MINUS or data[at + 2] != MINUS:
            return -(at + 1 + (data[at + 1] == MINUS))  # CDATA sections are not vouched for
        at += 3
        while data[at] != MINUS or data[at + 1] != MINUS:
            if data[at] < 32 and not CLASS[data[at]] & BLANK:
                return -at
            at += 1
        return at + 3 if data[at + 2] == GT else -(at + 2)
    stop = at + 1
    if data[stop] <= _LAST_SIGN:
        return -stop
    while CLASS[data[stop]] & NAME:
        if data[stop] >= 128:
            store.now[IS_ODD] = 1
        stop += 1
    if data[at + 1] | 32 == ord("x"):  # xml is reserved
        store.now[IS_ODD] = 1
    if stop == at + 1 or not (CLASS[data[stop]] & BLANK or data[stop] == QUESTION):
        return -stop
    if data[stop] == QUESTION and data[stop + 1] != GT:
        return -(stop + 1)
    while data[stop] != QUESTION or data[stop + 1] != GT:
        if data[stop] < 32 and not CLASS[data[stop]] & BLANK:
            return -stop
        stop += 1
    return stop + 2


@rare
def _is_canonical(data, at, end):
    """Whether the inner XML of an element is written as `reference.inner_xml` would write it, and can be copied."""
    while at < end:
        sign = data[at]
        if sign == GT or (sign == AND and reference_length(data, at) in (0, 6)):
            return False
        at += 1
        if sign != LT:
            continue
        is_end = data[at] == SLASH
        at += is_end
        while CLASS[data[at]] & NAME:
            at += 1
        while data[at] == 32:
            at += 1
            while CLASS[data[at]] & NAME:
                at += 1
            if data[at] != EQUALS or data[at + 1] != QUOTE:
                return False
            at += 2
            while data[at] != QUOTE:
                if data[at] in (AND, GT, LT, 9, 10):
                    return False
                at += 1
            at += 1
        if data[at] == SLASH:
            at += 1
        elif data[at] == GT and not is_end and data[at + 1] == LT and data[at + 2] == SLASH:
            return False  # <b></b> is written as <b/>
        if data[at] != GT:
            return False
        at += 1
    return True
