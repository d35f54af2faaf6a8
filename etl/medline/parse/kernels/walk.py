"""Kernel 1 for XML: walks the bytes of whole records and puts where each value lies into the cells of its row.

It checks all that expat checks inside a record. What is rare, and would need much code, makes the record a *fallback*:
its rows are taken back, and the plain reader reads it. What the kernels cannot check ends the walk.
"""

from __future__ import annotations

import numpy as np

from medline.parse.constants import MAX_DEPTH, MAX_RECORD
from medline.parse.kernels.bytes import (
    find_markup,
    reference_length,
    skip_blanks,
)
from medline.parse.kernels.cells import (
    EVENTS,
    FALLBACK,
    FINE,
    HAS_MARKUP,
    HAS_REFERENCES,
    IS_FALLBACK,
    NEED,
    POSITION,
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
from medline.parse.kernels.xml_tags import (
    AND,
    BANG,
    GT,
    LINE_FEED,
    LT,
    QUESTION,
    SLASH,
    end_tag,
    is_canonical,
    read_attributes,
    skip_aside,
    skip_stray_text,
    start_name,
)

#: How a walk ended: the bytes end (in a record, or with the last one); the root ends; a table is full; the plain
#: reader has to go on.
CUT, ROOT_END, FULL, NEEDS_REFERENCE = range(4)
_DONE = -1


@entry
def walk(data, start, end, skip, joints, root, layout, chunk):
    """Walk all whole records in data[start:end], which begins between records; zeros are behind `end`.

    Args:
        skip: whether to leave out the record at each position of the file, as far as it goes.
        joints: start, stop, root that ends and root that begins of a possible joint of two documents; it is
            one if it is between records.
        root: number of the root around.

    Returns:
        (outcome, position of the first byte that is not done, records walked, root there).
    """
    at, record = start, np.int64(0)  # a literal 0 has another type, for which numba compiles every callee anew
    joint = np.int64(0)
    while True:
        at = skip_blanks(data, at)
        if at + 1 >= end or record + 1 >= chunk.first.shape[0]:
            return CUT, at, record, root
        if data[at] != LT:
            return NEEDS_REFERENCE, at, record, root
        if data[at + 1] == SLASH:
            while joint < joints.shape[0] and joints[joint, 0] < at:
                joint += 1
            if joint == joints.shape[0] or joints[joint, 0] != at or joints[joint, 2] != root:
                return ROOT_END, at, record, root
            at, root = joints[joint, 1], joints[joint, 3]
            continue
        note_rows(chunk, record)
        events = chunk.now[EVENTS]
        outcome, stop, is_citation = _walk_record(data, at, end, record, layout, chunk)
        if chunk.now[NEED]:
            outcome = FULL
        elif outcome == _DONE and stop - at > MAX_RECORD:
            outcome = NEEDS_REFERENCE
        if outcome != _DONE:
            take_back(chunk, record, events)
            return outcome, at, record, root
        if chunk.now[IS_FALLBACK] and chunk.verdicts[record] == FINE:
            chunk.verdicts[record] = FALLBACK
        chunk.spans[record, 2] = -1
        if is_citation:
            position = chunk.spans[record, 2] = chunk.now[POSITION]
            if position < skip.size and skip[position] and chunk.verdicts[record] == FINE:
                chunk.verdicts[record] = SKIPPED
            chunk.now[POSITION] += 1
        if chunk.verdicts[record] != FINE:
            take_back(chunk, record, events)
        chunk.spans[record, 0], chunk.spans[record, 1] = at, stop
        record += 1
        note_rows(chunk, record)
        at = stop


@kernel
def _walk_record(data, at, end, record, layout, chunk):
    """Walk one record element: (outcome, position behind it, whether it is a record, and no list of deletions)."""
    now, names, states = chunk.now, chunk.names, chunk.states
    now[IS_FALLBACK] = now[SAVED] = 0
    depth = np.int64(0)
    state = np.int16(ROOT)
    is_citation = True
    while True:
        if data[at + 1] == SLASH:
            if depth == 0:
                return NEEDS_REFERENCE, at, True
            stop = end_tag(data, at, names, depth)
            if stop < 0:
                return _failed(-stop, end), at, True
            if not layout.is_plain[state]:
                leave(layout, chunk, state)
            depth -= 1
            at = stop
            if depth == 0:
                return _DONE, at, is_citation
            state = np.int16(states[depth])
        elif data[at + 1] == BANG or data[at + 1] == QUESTION:
            at = skip_aside(data, at, chunk)
            if at < 0:
                return _failed(-at, end), at, True
        else:
            stop, name = start_name(data, at + 1, layout)
            if stop == at + 1:
                return _failed(stop, end), at, True
            below = layout.child[state, name]
            if below == 0 and depth == 0:
                return _failed(stop, end), at, True  # no record element: the plain reader says so
            if below == 0:
                at = _walk_unknown(data, at, end, record, depth, np.int64(-state), layout, chunk)
                if at < 0:
                    return _failed(-at, end), at, True
            else:
                if depth + 2 >= MAX_DEPTH:
                    return NEEDS_REFERENCE, at, True
                if depth == 0:
                    is_citation = layout.is_record[below]
                    if layout.wrapper[below]:
                        enter(data, layout, chunk, layout.wrapper[below])
                        if now[NEED]:
                            return FULL, at, True
                if not layout.is_plain[below]:
                    enter(data, layout, chunk, below)
                    if now[NEED]:
                        return FULL, at, True
                depth += 1
                names[depth, 0], names[depth, 1] = at + 1, stop - at - 1
                states[depth] = state = below
                if data[stop] != GT:
                    stop = read_attributes(data, stop, record, depth, state, np.int64(-state), layout, chunk)
                    if stop < 0:
                        return _failed(-stop, end), at, True
                at = stop
                if data[at] == SLASH:
                    if data[at + 1] != GT:
                        return _failed(at + 1, end), at, True
                    put_sinks(layout, chunk, layout.text_sinks[state, 0], layout.text_sinks[state, 1], pack(at, 0, 0))
                    if not layout.is_plain[state]:
                        leave(layout, chunk, state)
                    depth -= 1
                    at += 2
                    if depth == 0:
                        return _DONE, at, is_citation
                    state = np.int16(states[depth])
                else:
                    at += 1
                    if layout.is_text[state]:
                        at = _text(data, at, end, record, depth, state, layout, chunk)
                        if at < 0:
                            return _failed(-at, end), at, True
                        continue
        at = skip_blanks(data, at)
        if data[at] != LT:  # text where the schema has only elements
            at = skip_stray_text(data, at, chunk)
            if at < 0:
                return _failed(-at, end), at, True


@kernel
def _failed(at, end):
    """What to make of an unexpected byte: the end of what is there, or something for the plain reader."""
    return CUT if at >= end else NEEDS_REFERENCE


@kernel
def _text(data, at, end, record, depth, state, layout, chunk):
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
                chunk.now[IS_FALLBACK] = 1
            at += 1
        elif data[at] != LT:
            return -at
        elif data[at + 1] == SLASH:
            break
        elif data[at + 1] == BANG or data[at + 1] == QUESTION:
            at = skip_aside(data, at, chunk)
            chunk.now[IS_FALLBACK] = 1
        else:
            flags |= HAS_MARKUP | HAS_REFERENCES  # which may be in the element
            _, name = start_name(data, at + 1, layout)
            parent = np.int64(0 if layout.is_mixed[state] and layout.inline[name] else -state)
            at = _walk_unknown(data, at, end, record, depth, parent, layout, chunk)
        if at < 0:
            return at
    if flags & HAS_MARKUP and layout.is_mixed[state] and not is_canonical(data, start, at):
        chunk.now[IS_FALLBACK] = 1
    cell = trimmed(data, start, at, flags)
    if is_wrapped or flags & HAS_MARKUP:
        cell = fold_layout(data, cell, chunk)
    put_sinks(layout, chunk, layout.text_sinks[state, 0], layout.text_sinks[state, 1], cell)
    return at


@rare
def _walk_unknown(data, at, end, record, depth, parent, layout, chunk):
    """Walk an element that opens no state, and all in it: inline markup, or what the schema does not know.

    Args:
        parent: what the events of the element and its attributes name as the element around; 0 for inline markup, of
            which there are none.

    Returns:
        The position behind it, or minus that of the byte that is wrong.
    """
    now, names, states = chunk.now, chunk.names, chunk.states
    around = depth
    while True:
        if data[at] == LINE_FEED:
            at += 1
        elif data[at] == AND:
            if reference_length(data, at) == 0:
                now[IS_FALLBACK] = 1
            at += 1
        elif data[at] != LT:
            return -at
        elif data[at + 1] == SLASH:
            at = end_tag(data, at, names, depth)
            if at < 0:
                return at
            depth -= 1
            if depth == around:
                return at
        elif data[at + 1] == BANG or data[at + 1] == QUESTION:
            at = skip_aside(data, at, chunk)
            if at < 0:
                return at
            now[IS_FALLBACK] = 1
        else:
            stop, _ = start_name(data, at + 1, layout)
            if stop == at + 1:
                return -stop
            if depth + 2 >= MAX_DEPTH:
                now[IS_FALLBACK] = 1
                return -at
            outer = parent if depth == around else states[depth]
            depth += 1
            names[depth, 0], names[depth, 1] = at + 1, stop - at - 1
            # an event's number, from 1 on; a state below 0 names an element of the schema
            states[depth] = 0 if parent == 0 else 1 + note_event(chunk, record, outer, at + 1, stop - at - 1, 0)
            for index in range(at + 1, stop):
                if data[index] >= 128:
                    now[IS_FALLBACK] = 1
            at = read_attributes(data, stop, record, depth, np.int16(0), states[depth], layout, chunk)
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
