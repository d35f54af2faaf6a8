"""Tags, attributes and asides in XML as kernels, which check all that expat checks there.

A negative result is the position of a byte that is wrong, with a minus.
"""

from __future__ import annotations

import numpy as np

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
    words,
)
from medline.parse.kernels.cells import HAS_BLANKS, HAS_REFERENCES, IS_FALLBACK, note_event, put_sinks
from medline.parse.kernels.jit import kernel, rare
from medline.parse.kernels.layout_blanks import trimmed

LT, GT, SLASH, AND, QUOTE, APOSTROPHE, EQUALS, BANG, QUESTION, MINUS = (ord(sign) for sign in "<>/&\"'=!?-")
LINE_FEED = ord("\n")
_LAST_SIGN = ord("9")  # up to it are the signs that a name may hold, but not begin with: - . 0 to 9


@kernel
def start_name(data, at, layout):
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
def end_tag(data, at, names, depth):
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
def read_attributes(data, at, record, depth, state, parent, layout, chunk):
    """Read the attributes of a start tag, from behind its name to its > or />.

    Args:
        state: of the element, 0 where the schema does not know it.
        parent: what events of unknown attributes name as their element; 0 where they are not noted.

    Returns:
        The position of > or /, or minus that of the byte that is wrong.
    """
    now, names = chunk.now, chunk.names
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
                now[IS_FALLBACK] = 1
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
                    now[IS_FALLBACK] = 1
            elif sign < 32:
                if sign != 9 and sign != 10:
                    return -at
                flags |= HAS_BLANKS
            at += 1
        sinks = find_attribute(data, start, length, layout, state)
        if sinks >= 0:
            cell = trimmed(data, value, at, flags)
            put_sinks(layout, chunk, layout.attributes[sinks, 1], layout.attributes[sinks, 2], cell)
        else:
            for other in range(depth + 1, unknown + 1):
                if names[other, 1] == length and is_equal(data, start, names[other, 0], length):
                    now[IS_FALLBACK] = 1  # twice: expat will say so
            unknown += 1
            if unknown + 1 >= names.shape[0]:
                return -start
            names[unknown, 0], names[unknown, 1] = start, length
            if parent != 0:
                note_event(chunk, record, parent, start, length, 1)
        at += 1


@kernel
def find_attribute(data, at, length, layout, state):
    """The row of `Layout.attributes` that an attribute of an element has; -1 where the schema does not know it."""
    first, last = layout.attributes_at[state, 0], layout.attributes_at[state, 1]
    if first == last or length > LONGEST_NAME:
        return -1
    begin, middle, end = words(data, at, length)
    for number in range(first, last):
        if _is_name(layout.attribute_names, layout.attributes[number, 0], begin, middle, end, length):
            return number
    return -1


@rare
def skip_stray_text(data, at, chunk):
    """Mark a record with text where the schema has only elements; return the next tag, or minus a wrong byte."""
    chunk.now[IS_FALLBACK] = 1
    while True:
        at = find_markup(data, at)
        if data[at] == LT:
            return at
        if data[at] != AND and data[at] != LINE_FEED:
            return -at
        at += 1


@rare
def skip_aside(data, at, chunk):
    """The position behind a comment or processing instruction (`<?nihms ?>` is frequent), or minus a wrong byte."""
    at += 1
    if data[at] == BANG:
        if data[at + 1] != MINUS or data[at + 2] != MINUS:
            return -(at + 1 + (data[at + 1] == MINUS))  # CDATA sections are left to the plain reader
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
            chunk.now[IS_FALLBACK] = 1
        stop += 1
    if data[at + 1] | 32 == ord("x"):  # xml is reserved
        chunk.now[IS_FALLBACK] = 1
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
def is_canonical(data, at, end):
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
