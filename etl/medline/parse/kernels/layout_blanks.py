"""Blanks that only lay out the source, as kernels: see `values.fold_layout` and `values.fold_markup`.

Those at the ends of a value are left out of its cell. Where others have to go, the value is written anew into the
scratch room, with its tags.
"""

from __future__ import annotations

from medline.parse.kernels.bytes import has_line_end, skip_tag
from medline.parse.kernels.cells import HAS_BLANKS, HAS_MARKUP, IS_FALLBACK, length_of, pack, start_of, take_scratch
from medline.parse.kernels.jit import kernel, rare

TAB, LINE_FEED, SPACE, SLASH, LT, GT = (ord(sign) for sign in "\t\n /<>")


@kernel
def is_blank(sign):
    """Whether a byte is a blank; there is no CR, which a line end has become, or which is a reference."""
    return sign == SPACE or sign == LINE_FEED or sign == TAB


@kernel
def trimmed(data, start, stop, flags):
    """The cell of a value without the blanks at its ends. No blank is next to an empty one: < > or a quote is."""
    if data[start] > SPACE and data[stop - 1] > SPACE:
        return pack(start, stop - start, flags)
    return _trimmed(data, start, stop, flags)


@rare
def _trimmed(data, start, stop, flags):
    while start < stop and is_blank(data[start]):
        start += 1
    while stop > start and is_blank(data[stop - 1]):
        stop -= 1
    if flags & HAS_BLANKS:
        flags &= ~HAS_BLANKS
        for index in range(start, stop):
            if data[index] < SPACE:
                flags |= HAS_BLANKS
    return pack(start, stop - start, flags)


@rare
def fold_layout(data, cell, chunk):
    """The cell of a text, without blanks at its ends, whose other layout blanks are folded; the text may hold tags."""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    if chunk.now[IS_FALLBACK]:
        return cell  # there may be a comment in it
    if not has_line_end(data, start, stop) and not (cell & HAS_MARKUP and _has_blank_end(data, start, stop)):
        return cell
    out = take_scratch(data, chunk, stop - start)
    if out < 0:
        return cell
    begin, at = out, start
    while at < stop:
        if data[at] != LT and not is_blank(data[at]):
            data[out] = data[at]
            at, out = at + 1, out + 1
            continue
        behind, space_gap = _measure(data, at, stop)
        if space_gap < 0 and at > start and behind < stop:
            while at < behind:
                data[out] = data[at]
                at, out = at + 1, out + 1
            continue
        has_space = at > start and behind < stop
        out = _put_tags(data, at, behind, space_gap if has_space else -1, out, chunk)
        at = behind
    return pack(begin, out - begin, cell & 15)


@rare
def _has_blank_end(data, start, stop):
    """Whether a blank is the first or last byte of a text inside tags."""
    while start < stop and data[start] == LT:
        start = skip_tag(data, start)
    while stop > start and data[stop - 1] == GT:
        while data[stop - 1] != LT:
            stop -= 1
        stop -= 1
    return start < stop and (is_blank(data[start]) or is_blank(data[stop - 1]))


@rare
def _measure(data, at, stop):
    """The run of blanks and tags at `at`: (where it ends, the gap between its tags, from 0 on, that its space belongs
    into, -1 where it has no line end)."""
    depth, lowest, gap, space_gap = 0, 0, 0, 0
    is_taken, has_line = False, False
    while at < stop:
        if data[at] == LT:
            behind = skip_tag(data, at)
            if data[at + 1] == SLASH:
                depth -= 1
            elif data[behind - 2] != SLASH:
                depth += 1
            gap += 1
            if depth < lowest:
                lowest, space_gap, is_taken = depth, gap, False
            at = behind
        elif is_blank(data[at]):
            has_line = has_line or data[at] == LINE_FEED
            if depth == lowest and not is_taken:
                space_gap, is_taken = gap, True
            at += 1
        else:
            break
    return at, space_gap if has_line else -1


@rare
def _put_tags(data, at, stop, space_gap, out, chunk):
    """Write the tags of a run, and a space into one of the gaps between them; the position behind what is written.

    An element that is left without text is written as `<b/>`: the record is a fallback.
    """
    gap, is_open = 0, False
    if space_gap == 0:
        data[out] = SPACE
        out += 1
    while at < stop:
        if data[at] != LT:
            at += 1
            continue
        behind = skip_tag(data, at)
        is_end = data[at + 1] == SLASH
        if is_open and is_end:
            chunk.now[IS_FALLBACK] = 1
        is_open = not is_end and data[behind - 2] != SLASH
        while at < behind:
            data[out] = data[at]
            at, out = at + 1, out + 1
        gap += 1
        if gap == space_gap:
            data[out] = SPACE
            out, is_open = out + 1, False
    return out
