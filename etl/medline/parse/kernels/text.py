"""Kernel 1 for MEDLINE text: finds the fields of each record, and puts where their values lie into the cells of rows.

It does what `parse.text.fields` and `parse.text.reference` do for a record without surprises. Lost line breaks, unknown
tags, what becomes an anomaly, and characters beyond ASCII that need Python's str make the record a *fallback*: its rows
are taken back, and the plain reader reads it.
"""

from __future__ import annotations

import numpy as np

from medline.parse.kernels.cells import (
    FALLBACK,
    FINE,
    IS_FALLBACK,
    NEED,
    POSITION,
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
    FIRST_COLUMN,
    GRANT,
    HEADING,
    IDENTIFIER,
    ISSN,
    KEYWORD,
    KEYWORD_OWNER,
    LINK,
    LINK_CONSTANT,
    LINKING_CONSTANT,
    LOCATION,
    MAIN_FILE,
    MAIN_FORMAT,
    MAIN_ISSN,
    MAIN_TABLE,
    NAME,
    NAME_COLUMN,
    NAME_ORDINAL,
    NAME_TABLE,
    NO,
    NOTHING,
    ORDINAL,
    OTHER_VALUE,
    OWN_TEXT,
    OWNED,
    PII_CONSTANT,
    PRINTED_DATE,
    ROLE,
    ROW,
    ROW_CONSTANT,
    SECOND_COLUMN,
    STATUS_CONSTANT,
    TABLE,
    THIRD_COLUMN,
    YES,
)
from medline.parse.kernels.text_fields import (
    DONE,
    LONGEST_LINE,
    find_fields,
    find_line_end,
    has_long_line,
    is_opening,
    is_pmc_before_pmid,
)
from medline.parse.kernels.text_people import add_name, attach, finish_people
from medline.parse.kernels.text_record import (
    LATER,
    LF,
    MAIN,
    NONE,
    OTHER,
    OWN,
    OWNER,
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
from medline.parse.kernels.walk import CUT, NEEDS_REFERENCE
from medline.parse.kernels.walk import FULL as TABLE_FULL


@entry
def walk_text(data, start, end, is_last, skip, spans, tags, chunk, state):
    """Walk all whole records in data[start:end], which begins with one; a line feed is at `end`, zeros behind it.

    Args:
        is_last: whether the text ends at `end`.
        skip: whether to leave out the record at each position of the file, as far as it goes.

    Returns:
        (outcome, position of the first byte that is not done, records walked), as `walk.walk`.
    """
    at, record = start, np.int64(0)  # a literal 0 has another type, for which numba compiles every callee anew
    while True:
        while at < end and data[at] == LF:
            at += 1
        if at >= end or record + 1 >= chunk.first.shape[0]:
            return CUT, min(at, end), record
        if not (is_opening(data, at) or is_pmc_before_pmid(data, at)):
            is_cut = not is_last and find_line_end(data, at, tags)[0] + 8 > end
            return CUT if is_cut else NEEDS_REFERENCE, at, record
        note_rows(chunk, record)
        chunk.now[IS_FALLBACK] = 0
        scratch = chunk.now[SCRATCH]
        outcome, stop, fields = find_fields(data, at, end, is_last, tags, chunk, state)
        if outcome == DONE and stop - at > LONGEST_LINE and has_long_line(data, at, stop):
            outcome = NEEDS_REFERENCE  # the plain reader cuts it where records seem to begin
        if outcome != DONE:
            return outcome, at, record
        position = chunk.now[POSITION]
        if chunk.now[IS_FALLBACK]:
            chunk.verdicts[record] = FALLBACK
        elif chunk.verdicts[record] == FINE and position < skip.size and skip[position]:
            chunk.verdicts[record] = SKIPPED
        if chunk.verdicts[record] == FINE:
            _read_record(data, record, fields, tags, chunk, state)
            if chunk.now[NEED]:
                return TABLE_FULL, at, record
            if chunk.now[IS_FALLBACK]:
                chunk.verdicts[record] = FALLBACK
        if chunk.verdicts[record] != FINE:
            take_back(chunk, record, 0)
            chunk.now[SCRATCH] = scratch
        chunk.now[POSITION] = position + 1
        spans[record, 0], spans[record, 1] = at, stop
        record += 1
        note_rows(chunk, record)
        at = stop


@rare
def _read_record(data, record, fields, tags, chunk, state):
    """Make the rows of one record from its fields."""
    kind = np.int64(ARTICLES)
    for number in range(fields):
        if state.fields[number, 0] == BTI:
            kind = np.int64(BOOKS)
    table = tags.main[kind, MAIN_TABLE]
    main = new_row(chunk, record, table, NONE)
    if main < 0:
        return
    opened = state.open
    for index in range(opened.size):
        opened[index] = 0
    opened[MAIN] = main
    opened[OWN] = opened[OTHER] = -1
    chunk.cells[main + tags.main[kind, MAIN_FILE]] = chunk.constants[SOURCE_FILE]
    chunk.cells[main + tags.main[kind, MAIN_FORMAT]] = chunk.constants[SOURCE_FORMAT]
    for number in range(fields):
        tag, cell = state.fields[number, 0], state.fields[number, 1]
        if tags.direct[kind, tag] >= 0:
            _put_direct(data, main, table, tags.direct[kind, tag], tags.way[kind, tag], cell, chunk)
        _read_field(data, record, number, kind, tags, chunk, state)
        if chunk.now[NEED] or chunk.now[IS_FALLBACK]:
            return
    for index in range(opened[LATER]):
        number = state.later[index]
        tag, cell = state.fields[number, 0], state.fields[number, 1]
        if tags.action[kind, tag] == EVENT:
            add_event(data, record, cell, tags.operands[kind, tag], chunk, state)
        else:
            attach(data, record, tags.action[kind, tag], cell, tags.operands[kind, tag], np.bool_(True), chunk, state)
        if chunk.now[NEED] or chunk.now[IS_FALLBACK]:
            return
    finish_people(data, kind, tags, chunk, state)
    if kind == ARTICLES:
        check_source(data, record, fields, tags, chunk, state)


@kernel
def _put_direct(data, main, table, column, way, cell, chunk):
    """Give a column of the main table its value, a list one more."""
    if way == AS_ITEM:
        append(chunk, chunk, column, chunk.rows[table] - 1, cell)
        return
    start = start_of(cell)
    if way != AS_DAY:
        put_once(chunk.cells, chunk.now, main + column, cell)
    elif length_of(cell) != 8 or not is_number(data, start, start + 8):
        chunk.now[IS_FALLBACK] = 1
    else:
        put_once(chunk.cells, chunk.now, main + column, pack(start, 4, 0))
        chunk.cells[main + column + 1] = pack(start + 4, 2, 0)
        chunk.cells[main + column + 2] = pack(start + 6, 2, 0)


@kernel
def _read_field(data, record, number, kind, tags, chunk, state):
    """Do what the tag of a field asks for, but for the column of the main table that it is."""
    tag, cell = state.fields[number, 0], state.fields[number, 1]
    action = tags.action[kind, tag]
    of = tags.operands[kind, tag]
    cells, main = chunk.cells, state.open[MAIN]
    no, yes = chunk.constants[tags.flags[NO]], chunk.constants[tags.flags[YES]]
    if action == CHEMICAL and not is_chemical(data, cell):
        at = new_row(chunk, record, of[NAME_TABLE], of[NAME_ORDINAL])
        if at >= 0:
            cells[at + of[NAME_COLUMN]] = cell
    elif ROW <= action <= KEYWORD or action == HEADING or action == LOCATION:
        at = new_row(chunk, record, of[TABLE], of[ORDINAL])
        if at < 0:
            return
        first, second, third = at + of[FIRST_COLUMN], at + of[SECOND_COLUMN], at + of[THIRD_COLUMN]
        if action == ROW:
            cells[first] = cell
            if of[SECOND_COLUMN] >= 0:
                cells[second] = chunk.constants[of[ROW_CONSTANT]]
        elif action == HEADING:
            split_heading(data, cell, at, of, no, yes, chunk)
        elif action == KEYWORD:
            cells[first] = state.open[OWNER]
            put_starred(data, start_of(cell), start_of(cell) + length_of(cell), second, third, no, yes, cells)
        elif action == BRACKETED:
            split_bracketed(data, cell, first, second, chunk.cells, chunk.now)
        elif action == LOCATION:
            pii = chunk.constants[of[PII_CONSTANT]]
            split_location(data, cell, first, second, pii, chunk.cells, chunk.now)
        elif action == ISSN:
            split_issn(data, cell, first, second, chunk.cells, chunk.now)
            linking = chunk.constants[of[LINKING_CONSTANT]]
            is_empty = of[MAIN_ISSN] >= 0 and cells[main + of[MAIN_ISSN]] == 0
            if is_empty and is_same(data, cells[second], linking):
                cells[main + of[MAIN_ISSN]] = cells[first]
        elif action == CHEMICAL:
            split_chemical(data, cell, first, second, chunk.cells)
        elif action == GRANT:
            split_grant(data, cell, at, of, tags, chunk)
        elif action == LINK:
            split_link(data, cell, first, second, chunk.cells, chunk.now)
            cells[third] = chunk.constants[of[LINK_CONSTANT]]
        elif action == OWNED:
            split_owned(data, cell, first, second, chunk.cells)
        elif action == ARTICLE_DATE:
            put_digits(data, cell, first, second, third, chunk.cells, chunk.now)
        elif action == ACCESSION:
            split_accession(data, record, cell, at, of, chunk)
    elif action == NAME:
        add_name(data, record, cell, of, tags.roles[kind, of[ROLE]], chunk, state)
    elif ADDRESS <= action <= IDENTIFIER:
        if not attach(data, record, action, cell, of, np.bool_(False), chunk, state):
            _postpone(number, state)
    elif action == EVENT:
        if of[STATUS_CONSTANT] < 0:
            add_event(data, record, cell, of, chunk, state)
        else:
            _postpone(number, state)
    elif action == KEYWORD_OWNER:
        state.open[OWNER] = cell
    elif action == PRINTED_DATE:
        split_date(data, cell, main, of, tags, chunk)
    elif action == DIGIT_DATE:
        year, month, day = main + of[0], main + of[1], main + of[2]
        put_digits(data, cell, year, month, day, chunk.cells, chunk.now)
    elif OWN_TEXT <= action <= OTHER_VALUE:
        add_abstract(data, action, cell, of, tags, chunk, state)
    elif action == NOTHING:
        chunk.now[IS_FALLBACK] = 1


@kernel
def _postpone(number, state):
    """Keep a field until all others are done."""
    state.later[state.open[LATER]] = number
    state.open[LATER] += 1
