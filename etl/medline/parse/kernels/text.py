"""Kernel 1 for MEDLINE text: finds the fields of each record, and puts where their values lie into the cells of rows.

It does what `parse.text.fields` and `parse.text.reference` do for a record without surprises. Lost line breaks, unknown
tags, what becomes an anomaly, and signs beyond ASCII where Python's str asks what they are make the record *odd*: its
rows are taken back, and the plain reader reads it.
"""

from __future__ import annotations

import numpy as np

from medline.parse.kernels.bytes import HIGHS, ONES, PAD, SPACES, load, trailing_zeros
from medline.parse.kernels.bytes import store as put_word
from medline.parse.kernels.cells import (
    FINE,
    IS_ODD,
    NEED,
    ODD,
    PLACE,
    SCRATCH,
    SKIPPED,
    append,
    length_of,
    note_rows,
    pack,
    start_of,
    take_back,
)
from medline.parse.kernels.jit import entry, kernel, rare
from medline.parse.kernels.layout import SOURCE_FILE, SOURCE_FORMAT
from medline.parse.kernels.tags import (
    ACCESSION,
    ADDRESS,
    ARTICLE_DATE,
    ARTICLES,
    AS_DAY,
    AS_ITEM,
    BOOKS,
    BRACKETED,
    BTI,
    CHEMICAL,
    DIGIT_DATE,
    EVENT,
    FIRST_STAGE,
    GRANT,
    HEADING,
    IDENTIFIER,
    ISSN,
    KEYWORD,
    KEYWORD_OWNER,
    LAST_STAGE,
    LINK,
    LOCATION,
    NAME,
    NOTHING,
    OTHER_VALUE,
    OWN_TEXT,
    OWNED,
    PMC,
    PMID,
    PRINTED_DATE,
    ROW,
    SO,
    STAT,
)
from medline.parse.kernels.text_people import add_name, attach, finish_people
from medline.parse.kernels.text_record import (
    FIVE,
    FOUR,
    LATER,
    LF,
    MAIN,
    MINUS,
    NONE,
    OTHER,
    OWN,
    OWNER,
    SIX,
    SPACE,
    TAB,
    THREE,
    as_word,
    is_head,
    is_number,
    is_same,
    new_row,
    put_once,
)
from medline.parse.kernels.text_source import check_source
from medline.parse.kernels.text_values import (
    add_abstract,
    add_event,
    is_chemical,
    put_digits,
    put_starred,
    split_accession,
    split_bracketed,
    split_chemical,
    split_date,
    split_grant,
    split_heading,
    split_issn,
    split_link,
    split_location,
    split_owned,
)
from medline.parse.kernels.walk import CUT, UNSURE
from medline.parse.kernels.walk import FULL as TABLE_FULL

_DONE = -1
LONGEST_LINE = (1 << 20) - 16  # that `medline.parse.text.fields` surely leaves whole

DASHES = ONES * np.uint64(MINUS)
_OPENING, _PMC, _BOM, _BLANKS = as_word(b"PMID-"), as_word(b"PMC "), as_word(b"\xef\xbb\xbf"), as_word(b"      ")


@entry
def walk_text(data, start, end, is_last, skip, spans, tags, store, desk):
    """Walk all whole records in data[start:end], which begins with one; a line feed stands at `end`, zeros behind it.

    Args:
        is_last: whether the text ends at `end`.
        skip: whether to leave out the record of each place of the file, as far as it goes.

    Returns:
        (outcome, position of the first byte that is not done, records walked), as `walk.walk`.
    """
    at, record = start, np.int64(0)  # a literal 0 has another type, for which numba compiles every callee anew
    while True:
        while at < end and data[at] == LF:
            at += 1
        if at >= end or record + 1 >= store.first.shape[0]:
            return CUT, min(at, end), record
        if not (_is_opening(data, at) or _is_held(data, at)):
            is_cut = not is_last and find_line_end(data, at, tags)[0] + 8 > end
            return CUT if is_cut else UNSURE, at, record
        note_rows(store, record)
        store.now[IS_ODD] = 0
        scratch = store.now[SCRATCH]
        outcome, stop, fields = _find_fields(data, at, end, is_last, tags, store, desk)
        if outcome == _DONE and stop - at > LONGEST_LINE and _has_long_line(data, at, stop):
            outcome = UNSURE  # the plain reader cuts it where records seem to begin
        if outcome != _DONE:
            return outcome, at, record
        place = store.now[PLACE]
        if store.now[IS_ODD]:
            store.verdicts[record] = ODD
        elif store.verdicts[record] == FINE and place < skip.size and skip[place]:
            store.verdicts[record] = SKIPPED
        if store.verdicts[record] == FINE:
            _read_record(data, record, fields, tags, store, desk)
            if store.now[NEED]:
                return TABLE_FULL, at, record
            if store.now[IS_ODD]:
                store.verdicts[record] = ODD
        if store.verdicts[record] != FINE:
            take_back(store, record, 0)
            store.now[SCRATCH] = scratch
        store.now[PLACE] = place + 1
        spans[record, 0], spans[record, 1] = at, stop
        record += 1
        note_rows(store, record)
        at = stop


# Lines and fields


@kernel
def _is_opening(data, at):
    """Whether a line opens a record; files that were joined have a BOM each."""
    word = load(data, at)
    if word & THREE == _BOM:
        word = load(data, at + 3)
    return word & FIVE == _OPENING


@rare
def _is_held(data, at):
    """Whether a line is a PMC directly before a PMID, which opens that record, as in PMC's own exports."""
    if load(data, at) & FOUR != _PMC:
        return False
    while data[at] != LF:
        at += 1
    return _is_opening(data, at + 1)


@kernel
def find_line_end(data, at, tags):
    """The first line feed from `at` on, and whether before it is no tab and no two blanks; a known tag or control code.

    Eight bytes at a time: a byte is below 32, or equal to another, where a subtraction borrows from its highest bit.
    """
    is_plain, is_strange, begin = True, False, at
    while True:
        word, next_word = load(data, at), load(data, at + 1)
        blanks = (word ^ SPACES) | (next_word ^ SPACES)
        dashes = (word ^ DASHES) | (next_word ^ SPACES)
        found = (word - SPACES) & ~word | (blanks - ONES) & ~blanks | (dashes - ONES) & ~dashes
        found &= HIGHS
        if not found:
            at += 8
            continue
        at += trailing_zeros(found) >> 3
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
    place = 0
    for letter in range(4):
        place = place * 27 + (tags.letter[data[first + letter]] if first + letter < last else 0)
    return tags.number[place] > 0


@rare
def _has_long_line(data, at, stop):
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
    place = tags.letter[data[at]] * 19683 + tags.letter[data[at + 1]] * 729
    place += tags.letter[data[at + 2]] * 27 + tags.letter[data[at + 3]]
    return np.int64(tags.number[place]) if place < tags.number.size else 0


@kernel
def _trim(data, start, stop):
    """A range without the blanks and tabs at its ends."""
    while start < stop and (data[start] == SPACE or data[start] == TAB):
        start += 1
    while start < stop and (data[stop - 1] == SPACE or data[stop - 1] == TAB):
        stop -= 1
    return start, stop


@kernel
def _find_fields(data, at, end, is_last, tags, store, desk):
    """Note the fields of the record at `at` on the desk: (outcome, position behind it, number of fields).

    A record that the plain reader might take for several, or give a note to, is odd.
    """
    now, fields = store.now, desk.fields
    count, number = np.int64(0), np.int64(0)
    is_gap, is_ending, is_over, needs_end = False, False, False, False
    line = at + 3 if load(data, at) & THREE == _BOM else at
    first = line
    is_held = _is_held(data, first)
    while line < end:
        if data[line] == LF:
            is_gap = True
            line += 1
            continue
        if line > first and _is_opening(data, line) and not (count == 1 and is_held and not is_gap):
            break
        if line > first and _is_held(data, line):
            if is_gap or number == SO:
                break
            return UNSURE, line, count
        if is_gap:
            now[IS_ODD] = 1
            is_gap = False
        number = find_tag(data, line, tags)
        if number == 0:
            now[IS_ODD] = 1
        start = line + 6 if number and data[line + 5] == SPACE else line + 5 if number else line
        feed, is_plain, is_strange = find_line_end(data, start, tags)
        if feed >= end and not is_last:
            return CUT, at, 0
        if is_strange or feed >= end or is_over or (is_ending and tags.stage[number] == FIRST_STAGE):
            now[IS_ODD] = 1  # a field in a value, or behind what ends a record, or a text that may be cut
        needs_end = (needs_end or number == STAT) and number != BTI
        is_over, is_ending = is_over or number == SO, is_ending or tags.stage[number] == LAST_STAGE
        if load(data, line) & FOUR == _PMC and not (number == PMC and _is_one_word(data, start, feed)):
            return UNSURE, at, 0  # PMID- may follow on this line
        if line == first and not (number == PMID and is_number(data, start, feed)):
            now[IS_ODD] = 1
        start, stop = _trim(data, start, feed)
        cell = pack(start, stop - start, 0)
        line = feed + 1
        if not is_plain or load(data, line) & SIX == _BLANKS:
            cell, line = _unwrap(data, start, stop, is_plain, line, end, tags, store)
            if count == 0:
                now[IS_ODD] = 1
        if count >= fields.shape[0]:
            now[IS_ODD] = 1
        else:
            fields[count, 0], fields[count, 1] = number, cell
            count += 1
    if line >= end and not is_last:
        return CUT, end, count
    if count < 2 or (needs_end and not is_over):
        now[IS_ODD] = 1  # it may be cut
    return _DONE, min(line, end), count


@kernel
def _is_one_word(data, start, stop):
    for place in range(start, stop):
        if data[place] == SPACE:
            return False
    return True


@kernel
def _unwrap(data, start, stop, is_plain, line, end, tags, store):
    """A value of several lines, or with runs of blanks, as one line in the scratch room: (cell, the line behind it)."""
    begin = store.now[SCRATCH]
    to = _add(data, start, stop, is_plain, begin, begin, store)
    while line < end and load(data, line) & SIX == _BLANKS:
        feed, is_plain, is_strange = find_line_end(data, line + 6, tags)
        if is_strange or feed >= end:
            store.now[IS_ODD] = 1
        start, stop = _trim(data, line + 6, feed)
        if data[start] == MINUS and 65 <= data[to - 1] <= 90:
            store.now[IS_ODD] = 1  # a tag may stand before it
        to = _add(data, start, stop, is_plain, begin, to, store)
        line = feed + 1
    store.now[SCRATCH] = to
    return pack(begin, to - begin, 0), line


@kernel
def _add(data, start, stop, is_plain, begin, to, store):
    """Add a part to a value that lies from `begin` to `to`, with a blank between them; the position behind it."""
    if start == stop:
        return to
    if to + stop - start + 1 + PAD > data.size:
        store.now[IS_ODD] = 1
        return to
    if to > begin:
        data[to] = SPACE
        to += 1
    if is_plain:
        for place in range(0, stop - start, 8):
            put_word(data, to + place, load(data, start + place))
        return to + stop - start
    for place in range(start, stop):
        sign = SPACE if data[place] == TAB else data[place]
        if sign != SPACE or data[to - 1] != SPACE:
            data[to] = sign
            to += 1
    return to


# Rows


@rare
def _read_record(data, record, fields, tags, store, desk):
    """Make the rows of one record from the fields on the desk."""
    kind = np.int64(ARTICLES)
    for number in range(fields):
        if desk.fields[number, 0] == BTI:
            kind = np.int64(BOOKS)
    table = tags.main[kind, 0]
    main = new_row(store, record, table, NONE)
    if main < 0:
        return
    opened = desk.open
    for place in range(opened.size):
        opened[place] = 0
    opened[MAIN] = main
    opened[OWN] = opened[OTHER] = -1
    store.cells[main + tags.main[kind, 1]] = store.constants[SOURCE_FILE]
    store.cells[main + tags.main[kind, 2]] = store.constants[SOURCE_FORMAT]
    for number in range(fields):
        tag, cell = desk.fields[number, 0], desk.fields[number, 1]
        if tags.direct[kind, tag] >= 0:
            _put_direct(data, main, table, tags.direct[kind, tag], tags.way[kind, tag], cell, store)
        _read_field(data, record, number, kind, tags, store, desk)
        if store.now[NEED] or store.now[IS_ODD]:
            return
    for place in range(opened[LATER]):
        number = desk.later[place]
        tag, cell = desk.fields[number, 0], desk.fields[number, 1]
        if tags.action[kind, tag] == EVENT:
            add_event(data, record, cell, tags.operands[kind, tag], store, desk)
        else:
            attach(data, record, tags.action[kind, tag], cell, tags.operands[kind, tag], np.bool_(True), store, desk)
        if store.now[NEED] or store.now[IS_ODD]:
            return
    finish_people(data, kind, tags, store, desk)
    if kind == ARTICLES:
        check_source(data, record, fields, tags, store, desk)


@kernel
def _put_direct(data, main, table, column, way, cell, store):
    """Give a column of the main table its value, a list one more."""
    if way == AS_ITEM:
        append(store, store, column, store.rows[table] - 1, cell)
        return
    start = start_of(cell)
    if way != AS_DAY:
        put_once(store.cells, store.now, main + column, cell)
    elif length_of(cell) != 8 or not is_number(data, start, start + 8):
        store.now[IS_ODD] = 1
    else:
        put_once(store.cells, store.now, main + column, pack(start, 4, 0))
        store.cells[main + column + 1] = pack(start + 4, 2, 0)
        store.cells[main + column + 2] = pack(start + 6, 2, 0)


@kernel
def _read_field(data, record, number, kind, tags, store, desk):
    """Do what the tag of a field asks for, but for the column of the main table that it is."""
    tag, cell = desk.fields[number, 0], desk.fields[number, 1]
    action = tags.action[kind, tag]
    of = tags.operands[kind, tag]
    cells, main = store.cells, desk.open[MAIN]
    no, yes = store.constants[tags.flags[0]], store.constants[tags.flags[1]]
    if action == CHEMICAL and not is_chemical(data, cell):
        at = new_row(store, record, of[4], of[5])
        if at >= 0:
            cells[at + of[6]] = cell
    elif ROW <= action <= KEYWORD or action == HEADING or action == LOCATION:  # of[0] is the table, of[1] its ordinal
        at = new_row(store, record, of[0], of[1])
        if at < 0:
            return
        if action == ROW:
            cells[at + of[2]] = cell
            if of[3] >= 0:
                cells[at + of[3]] = store.constants[of[4]]
        elif action == HEADING:
            split_heading(data, cell, at, of, no, yes, store)
        elif action == KEYWORD:
            cells[at + of[2]] = desk.open[OWNER]
            put_starred(data, start_of(cell), start_of(cell) + length_of(cell), at + of[3], at + of[4], no, yes, cells)
        elif action == BRACKETED:
            split_bracketed(data, cell, at + of[2], at + of[3], store.cells, store.now)
        elif action == LOCATION:
            pii = store.constants[of[4]]
            split_location(data, cell, at + of[2], at + of[3], pii, store.cells, store.now)
        elif action == ISSN:
            split_issn(data, cell, at + of[2], at + of[3], store.cells, store.now)
            if of[4] >= 0 and cells[main + of[4]] == 0 and is_same(data, cells[at + of[3]], store.constants[of[5]]):
                cells[main + of[4]] = cells[at + of[2]]
        elif action == CHEMICAL:
            split_chemical(data, cell, at + of[2], at + of[3], store.cells)
        elif action == GRANT:
            split_grant(data, cell, at, of, tags, store)
        elif action == LINK:
            split_link(data, cell, at + of[2], at + of[3], store.cells, store.now)
            cells[at + of[4]] = store.constants[of[5]]
        elif action == OWNED:
            split_owned(data, cell, at + of[2], at + of[3], store.cells)
        elif action == ARTICLE_DATE:
            put_digits(data, cell, at + of[2], at + of[3], at + of[4], store.cells, store.now)
        elif action == ACCESSION:
            split_accession(data, record, cell, at, of, store)
    elif action == NAME:
        add_name(data, record, cell, of, tags.roles[kind, of[0]], store, desk)
    elif ADDRESS <= action <= IDENTIFIER:
        if not attach(data, record, action, cell, of, np.bool_(False), store, desk):
            _put_off(number, desk)
    elif action == EVENT:
        if of[8] < 0:
            add_event(data, record, cell, of, store, desk)
        else:
            _put_off(number, desk)
    elif action == KEYWORD_OWNER:
        desk.open[OWNER] = cell
    elif action == PRINTED_DATE:
        split_date(data, cell, main, of, tags, store)
    elif action == DIGIT_DATE:
        put_digits(data, cell, main + of[0], main + of[1], main + of[2], store.cells, store.now)
    elif OWN_TEXT <= action <= OTHER_VALUE:
        add_abstract(data, action, cell, of, tags, store, desk)
    elif action == NOTHING:
        store.now[IS_ODD] = 1


@kernel
def _put_off(number, desk):
    """See to a field when all others are done."""
    desk.later[desk.open[LATER]] = number
    desk.open[LATER] += 1
