"""Lines and fields of MEDLINE text as kernels: the fields of one record, each value on one line.

See `parse.text.fields` and `parse.text.heads`, which do the same for every text.
"""

from __future__ import annotations

import numpy as np

from medline.parse.kernels.bytes import HIGHS, ONES, PAD, SPACES, load_u64, store_u64, trailing_zeros
from medline.parse.kernels.cells import IS_FALLBACK, SCRATCH, pack
from medline.parse.kernels.jit import kernel, rare
from medline.parse.kernels.tags import BTI, FIRST_STAGE, LAST_STAGE, PMC, PMID, SO, STAT
from medline.parse.kernels.text_record import (
    DASHES,
    FIVE,
    FOUR,
    LF,
    MINUS,
    SIX,
    SPACE,
    TAB,
    THREE,
    as_word,
    is_head,
    is_number,
)
from medline.parse.kernels.walk import CUT, NEEDS_REFERENCE

DONE = -1
LONGEST_LINE = (1 << 20) - 16  # that `medline.parse.text.fields` surely leaves whole

_OPENING, _PMC, _BOM, _BLANKS = as_word(b"PMID-"), as_word(b"PMC "), as_word(b"\xef\xbb\xbf"), as_word(b"      ")


@kernel
def is_opening(data, at):
    """Whether a line opens a record; files that were joined have a BOM each."""
    word = load_u64(data, at)
    if word & THREE == _BOM:
        word = load_u64(data, at + 3)
    return word & FIVE == _OPENING


@rare
def is_pmc_before_pmid(data, at):
    """Whether a line is a PMC directly before a PMID, which opens that record, as in PMC's own exports."""
    if load_u64(data, at) & FOUR != _PMC:
        return False
    while data[at] != LF:
        at += 1
    return is_opening(data, at + 1)


@kernel
def find_line_end(data, at, tags):
    """The first line feed from `at` on, and whether before it is no tab and no two blanks; a known tag or control code.

    Eight bytes at a time: a byte is below 32, or equal to another, where a subtraction borrows from its highest bit.
    """
    is_plain, is_strange, begin = True, False, at
    while True:
        word, next_word = load_u64(data, at), load_u64(data, at + 1)
        blanks = (word ^ SPACES) | (next_word ^ SPACES)
        dashes = (word ^ DASHES) | (next_word ^ SPACES)
        hits = (word - SPACES) & ~word | (blanks - ONES) & ~blanks | (dashes - ONES) & ~dashes
        hits &= HIGHS
        if not hits:
            at += 8
            continue
        at += trailing_zeros(hits) >> 3
        sign = data[at]
        if sign == MINUS:
            is_strange = is_strange or is_head(data, begin, at, tags) or _ends_tag(data, at, tags)
        elif sign != SPACE and at > begin and data[at - 1] == MINUS:
            is_strange = is_strange or is_head(data, begin, at - 1, tags) or _ends_tag(data, at - 1, tags)
        if sign == LF:
            return at, is_plain, is_strange
        if sign == SPACE or sign == TAB:
            is_plain = False
        elif sign < SPACE:
            is_strange = True
        at += 1


@rare
def _ends_tag(data, at, tags):
    """Whether a known tag and its dash end at a `-` behind which a word ends."""
    last = at
    while data[last - 1] == SPACE or data[last - 1] == TAB:
        last -= 1
    first = last
    while first > last - 5 and 65 <= data[first - 1] <= 90:
        first -= 1
    if not 2 <= last - first <= 4 or 97 <= data[first - 1] <= 122:
        return False
    index = 0
    for letter in range(4):
        index = index * 27 + (tags.letter[data[first + letter]] if first + letter < last else 0)
    return tags.number[index] > 0


@rare
def has_long_line(data, at, stop):
    """Whether a line of data[at:stop] is longer than what the plain reader reads at a time."""
    while at < stop:
        feed = at
        while feed < stop and data[feed] != LF:
            feed += 1
        if feed - at > LONGEST_LINE:
            return True
        at = feed + 1
    return False


@kernel
def find_tag(data, at, tags):
    """The number of the tag that a line begins with; 0 where there is none, or one that the schema does not know."""
    if data[at + 4] != MINUS or (data[at + 5] != SPACE and data[at + 5] != LF):
        return 0
    index = tags.letter[data[at]] * 19683 + tags.letter[data[at + 1]] * 729
    index += tags.letter[data[at + 2]] * 27 + tags.letter[data[at + 3]]
    return np.int64(tags.number[index]) if index < tags.number.size else 0


@kernel
def _trim(data, start, stop):
    """A range without the blanks and tabs at its ends."""
    while start < stop and (data[start] == SPACE or data[start] == TAB):
        start += 1
    while start < stop and (data[stop - 1] == SPACE or data[stop - 1] == TAB):
        stop -= 1
    return start, stop


@kernel
def find_fields(data, at, end, is_last, tags, chunk, state):
    """Note the fields of the record at `at` in its state: (outcome, position behind it, number of fields).

    A record that the plain reader might take for several, or give a note to, is a fallback.
    """
    now, fields = chunk.now, state.fields
    count, number = np.int64(0), np.int64(0)
    is_gap, is_ending, is_over, needs_end = False, False, False, False
    line = at + 3 if load_u64(data, at) & THREE == _BOM else at
    first = line
    is_pmc_first = is_pmc_before_pmid(data, first)
    while line < end:
        if data[line] == LF:
            is_gap = True
            line += 1
            continue
        if line > first and is_opening(data, line) and not (count == 1 and is_pmc_first and not is_gap):
            break
        if line > first and is_pmc_before_pmid(data, line):
            if is_gap or number == SO:
                break
            return NEEDS_REFERENCE, line, count
        if is_gap:
            now[IS_FALLBACK] = 1
            is_gap = False
        number = find_tag(data, line, tags)
        if number == 0:
            now[IS_FALLBACK] = 1
        start = line + 6 if number and data[line + 5] == SPACE else line + 5 if number else line
        feed, is_plain, is_strange = find_line_end(data, start, tags)
        if feed >= end and not is_last:
            return CUT, at, 0
        if is_strange or feed >= end or is_over or (is_ending and tags.stage[number] == FIRST_STAGE):
            now[IS_FALLBACK] = 1  # a field in a value, or behind what ends a record, or a text that may be cut
        needs_end = (needs_end or number == STAT) and number != BTI
        is_over, is_ending = is_over or number == SO, is_ending or tags.stage[number] == LAST_STAGE
        if load_u64(data, line) & FOUR == _PMC and not (number == PMC and _is_one_word(data, start, feed)):
            return NEEDS_REFERENCE, at, 0  # PMID- may follow on this line
        if line == first and not (number == PMID and is_number(data, start, feed)):
            now[IS_FALLBACK] = 1
        start, stop = _trim(data, start, feed)
        cell = pack(start, stop - start, 0)
        line = feed + 1
        if not is_plain or load_u64(data, line) & SIX == _BLANKS:
            cell, line = _unwrap(data, start, stop, is_plain, line, end, tags, chunk)
            if count == 0:
                now[IS_FALLBACK] = 1
        if count >= fields.shape[0]:
            now[IS_FALLBACK] = 1
        else:
            fields[count, 0], fields[count, 1] = number, cell
            count += 1
    if line >= end and not is_last:
        return CUT, end, count
    if count < 2 or (needs_end and not is_over):
        now[IS_FALLBACK] = 1  # it may be cut
    return DONE, min(line, end), count


@kernel
def _is_one_word(data, start, stop):
    for index in range(start, stop):
        if data[index] == SPACE:
            return False
    return True


@kernel
def _unwrap(data, start, stop, is_plain, line, end, tags, chunk):
    """A value of several lines, or with runs of blanks, as one line in the scratch room: (cell, the line behind it)."""
    begin = chunk.now[SCRATCH]
    to = _add(data, start, stop, is_plain, begin, begin, chunk)
    while line < end and load_u64(data, line) & SIX == _BLANKS:
        feed, is_plain, is_strange = find_line_end(data, line + 6, tags)
        if is_strange or feed >= end:
            chunk.now[IS_FALLBACK] = 1
        start, stop = _trim(data, line + 6, feed)
        if data[start] == MINUS and 65 <= data[to - 1] <= 90:
            chunk.now[IS_FALLBACK] = 1  # a tag may be before it
        to = _add(data, start, stop, is_plain, begin, to, chunk)
        line = feed + 1
    chunk.now[SCRATCH] = to
    return pack(begin, to - begin, 0), line


@kernel
def _add(data, start, stop, is_plain, begin, to, chunk):
    """Add a part to a value that lies from `begin` to `to`, with a blank between them; the position behind it."""
    if start == stop:
        return to
    if to + stop - start + 1 + PAD > data.size:
        chunk.now[IS_FALLBACK] = 1
        return to
    if to > begin:
        data[to] = SPACE
        to += 1
    if is_plain:
        for index in range(0, stop - start, 8):
            store_u64(data, to + index, load_u64(data, start + index))
        return to + stop - start
    for index in range(start, stop):
        sign = SPACE if data[index] == TAB else data[index]
        if sign != SPACE or data[to - 1] != SPACE:
            data[to] = sign
            to += 1
    return to
