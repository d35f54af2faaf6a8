"""Columns that no path can say, as kernels: what `medline.parse.derive` does for one row, for all rows of a chunk.

Each fills cells with texts that stand in the source, or that it puts together in the scratch room. `at` tells a kernel
where its column and those that it reads are, as its docstring lists them.

A value that a kernel would have to decode first makes the record odd, and the plain reader derives it. Pages, ORCIDs
and DOIs have many rare forms: the kernels know the usual ones, and note a question for each value of another, which
the function of the plain reader answers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from medline.parse import constants, identifiers
from medline.parse.kernels.bytes import CLASS, DIGIT
from medline.parse.kernels.cells import (
    HAS_BLANKS,
    HAS_MARKUP,
    HAS_REFERENCES,
    IS_ODD,
    ODD,
    Rows,
    has_scratch,
    length_of,
    pack,
    start_of,
    take_scratch,
)
from medline.parse.kernels.jit import entry, kernel, rare
from medline.parse.kernels.layout import TABLE_NUMBER, schema
from medline.parse.kernels.values import read_month
from medline.parse.pages import split_pages
from medline.schema.tables import LAKE_TABLES, Column, Table

SPACE, MINUS, COLON, SLASH, DOT, PERCENT = (ord(sign) for sign in " -:/.%")
MONTHS = np.frombuffer("".join(constants.MONTHS).encode(), np.uint8)
ORCID_SOURCE = np.frombuffer(b"ORCID", np.uint8)

#: The kernels by number.
PRINTED_DATE, MEDLINE_YEAR, PAGES, ABSTRACT, IDENTIFIER, ORCID, MOMENT = range(7)

#: What the plain reader is asked about a value, and the functions that answer; questions of a chunk.
START_PAGE, END_PAGE, DOI, ORCID_OF = range(4)
ANSWERS: tuple[Callable[[str], str | None], ...] = (
    lambda value: split_pages(value)[0],
    lambda value: split_pages(value)[1],
    identifiers.doi,
    identifiers.orcid,
)
MOST_QUESTIONS = 1 << 14
LONGEST_ADDITION = 32  # by which an answer is longer than the value


def derive(data: np.ndarray, store: Rows, records: int, jobs: np.ndarray) -> None:
    """Fill the derived columns of all rows of a chunk; see `jobs`."""
    questions = np.empty((MOST_QUESTIONS, 4), np.int64)
    count = derive_cells(data, store, records, jobs, questions)
    # backwards: of several values that one column was asked about, the first that has an answer counts
    for kind, target, cell, room in reversed(questions[:count].tolist()):
        start, length = start_of.py_func(cell), length_of.py_func(cell)
        answer = ANSWERS[kind](data[start : start + length].tobytes().decode())
        if answer is not None:
            text = np.frombuffer(answer.encode(), np.uint8)
            data[room : room + text.size] = text
            store.cells[target] = pack.py_func(room, text.size, 0)


@entry
def derive_cells(data, store, records, jobs, questions):
    """Fill the derived columns, and return the number of questions: (kind, cell to fill, cell of the value, room)."""
    count = 0
    for job in range(jobs.shape[0]):
        kind, at = jobs[job, 0], jobs[job, 1:]
        if store.rows[at[0]] == 0:
            continue
        if kind == PRINTED_DATE:
            _printed_date(data, store, records, at)
        elif kind == MEDLINE_YEAR:
            _medline_year(data, store, records, at)
        elif kind == PAGES:
            count = _pages(data, store, records, at, questions, count)
        elif kind == ABSTRACT:
            _abstract(data, store, records, at)
        elif kind == IDENTIFIER:
            count = _identifier(data, store, records, at, questions, count)
        elif kind == ORCID:
            count = _orcid(data, store, records, at, questions, count)
        elif kind == MOMENT:
            _moment(store, records, at)
    return count


@kernel
def ask(data, store, record, questions, count, kind, target, cell):
    """Note a question, and return how many there are. Without room, or of a value to decode, the record is odd."""
    if cell & 15 or count >= questions.shape[0]:
        mark_odd(store, record)
        return count
    room = take_scratch(data, store, length_of(cell) + LONGEST_ADDITION)
    if room < 0:
        mark_odd(store, record)
        return count
    questions[count, 0], questions[count, 1], questions[count, 2], questions[count, 3] = kind, target, cell, room
    return count + 1


@kernel
def cell_at(store, table, row, column):
    """The place of a column's cell in a row."""
    return store.base[table] + row * store.width[table] + column


@kernel
def mark_odd(store, record):
    """Leave a record to the plain reader; the chunk is walked again without it."""
    store.verdicts[record] = ODD
    store.now[IS_ODD] = 1


@rare
def _printed_date(data, store, records, at):
    """As MEDLINE prints dates. at: table, column, year, month, day, season, medline_date (or -1)."""
    table = at[0]
    for record in range(records):
        for row in range(store.first[record, table], store.first[record + 1, table]):
            room, flags = 0, 0
            for part in range(2, 6):
                cell = store.cells[cell_at(store, table, row, at[part])]
                room += length_of(cell) + 4
                flags |= cell & 15
            target = cell_at(store, table, row, at[1])
            start = take_scratch(data, store, room)
            if flags or start < 0:
                mark_odd(store, record)
                continue
            stop = start
            for part in range(2, 6):
                cell = store.cells[cell_at(store, table, row, at[part])]
                if length_of(cell):
                    if stop > start:
                        data[stop] = SPACE
                        stop += 1
                    stop = _put_part(data, cell, part, stop)
            if stop > start:
                store.cells[target] = pack(start, stop - start, 0)
            elif at[6] >= 0:
                store.cells[target] = store.cells[cell_at(store, table, row, at[6])]


@rare
def _put_part(data, cell, part, at):
    """Write a part of a date, and return the position behind it: Oct for 10, 1 for 01."""
    start, length = start_of(cell), length_of(cell)
    month = read_month(data, start, length) if part == 3 else 0
    if month > 0:
        for place in range(3):
            data[at + place] = MONTHS[3 * month - 3 + place]
        return at + 3
    if part == 4:
        zeros = 0
        while zeros < length and data[start + zeros] == 48:
            zeros += 1
        if zeros < length:
            start, length = start + zeros, length - zeros
    return put(data, at, start, length)


@kernel
def put(data, at, start, length):
    """Copy bytes within the buffer, and return the position behind them."""
    for place in range(length):
        data[at + place] = data[start + place]
    return at + length


@rare
def _medline_year(data, store, records, at):
    """The first year in a MedlineDate. at: table, column, medline_date."""
    table = at[0]
    for record in range(records):
        for row in range(store.first[record, table], store.first[record + 1, table]):
            target = cell_at(store, table, row, at[1])
            cell = store.cells[cell_at(store, table, row, at[2])]
            if store.cells[target] != 0 or cell == 0:
                continue
            if cell & 15:
                mark_odd(store, record)
                continue
            digits = 0
            start, stop = start_of(cell), start_of(cell) + length_of(cell)
            for place in range(start, stop + 1):
                if place < stop and CLASS[data[place]] & DIGIT:
                    digits += 1
                    continue
                if digits == 4:
                    store.cells[target] = pack(place - 4, 4, 0)
                    break
                digits = 0


@rare
def _pages(data, store, records, at, questions, count):
    """The first or last page of MedlinePgn. at: table, column, medline_pgn, whether the last."""
    table = at[0]
    for record in range(records):
        for row in range(store.first[record, table], store.first[record + 1, table]):
            target = cell_at(store, table, row, at[1])
            cell = store.cells[cell_at(store, table, row, at[2])]
            if store.cells[target] != 0 or length_of(cell) == 0:
                continue
            page = -1
            if cell & 15 == 0 and has_scratch(data, store, 2 * length_of(cell)):
                page = _page(data, store, start_of(cell), start_of(cell) + length_of(cell), at[3] != 0)
            if page >= 0:
                store.cells[target] = page
            else:
                kind = END_PAGE if at[3] else START_PAGE
                count = ask(data, store, record, questions, count, kind, target, cell)
    return count


@rare
def _page(data, store, start, stop, is_end):
    """The cell of the first or last page in `557-63`, `S63-6`, `S63-S66` or `e123`, -1 for all other forms."""
    number = _behind_letters(data, start, stop)
    dash = _behind_digits(data, number, stop)
    digits = dash - number
    if dash == stop and digits:
        return 0 if is_end else pack(start, stop - start, 0)
    if not 1 <= digits <= 15 or data[dash] != MINUS:
        return -1
    last = _behind_letters(data, dash + 1, stop)
    letters = number - start
    for place in range(last - dash - 1):
        if last - dash - 1 != letters or data[start + place] != data[dash + 1 + place]:
            return -1
    given = stop - last
    if given > digits and data[last] == 48:
        return -1
    if not 1 <= given <= 15 or _behind_digits(data, last, stop) != stop:
        return -1
    if not is_end:
        return pack(start, dash - start, 0)
    kept = max(digits - given, 0)
    at = take_scratch(data, store, letters + kept + given)
    behind = put(data, put(data, at, start, letters + kept), last, given)
    if digits >= given and _is_before(data, at + letters, number, digits):
        return -1
    return pack(at, behind - at, 0)


@kernel
def _behind_letters(data, at, stop):
    """The position behind the letters of ASCII at `at`."""
    while at < stop and 65 <= data[at] & 0xDF <= 90:
        at += 1
    return at


@kernel
def _behind_digits(data, at, stop):
    """The position behind the digits at `at`."""
    while at < stop and CLASS[data[at]] & DIGIT:
        at += 1
    return at


@kernel
def _is_before(data, at, other, digits):
    """Whether a number is less than another of as many digits."""
    for place in range(digits):
        if data[at + place] != data[other + place]:
            return data[at + place] < data[other + place]
    return False


@rare
def _abstract(data, store, records, at):
    """The article's own abstract in one text. at: table, column; abstracts, its abstract_type, label, text."""
    table, sections = at[0], at[2]
    for record in range(records):
        if store.first[record, table] == store.first[record + 1, table]:
            continue
        room, found, cell, labels = 0, 0, 0, 0
        for row in range(store.first[record, sections], store.first[record + 1, sections]):
            text = store.cells[cell_at(store, sections, row, at[5])]
            if text != 0 and store.cells[cell_at(store, sections, row, at[3])] == 0:
                label = store.cells[cell_at(store, sections, row, at[4])]
                room += length_of(label) + length_of(text) + 3
                found, cell, labels = found + 1, text, labels | label
        if found == 0:
            continue
        if found > 1 or length_of(labels):
            start = take_scratch(data, store, room)
            if start < 0 or labels & HAS_BLANKS:
                mark_odd(store, record)
                continue
            stop, flags, written = start, 0, 0
            for row in range(store.first[record, sections], store.first[record + 1, sections]):
                text = store.cells[cell_at(store, sections, row, at[5])]
                if text != 0 and store.cells[cell_at(store, sections, row, at[3])] == 0:
                    label = store.cells[cell_at(store, sections, row, at[4])]
                    if written:
                        data[stop] = SPACE
                        stop += 1
                    written += 1
                    if length_of(label):
                        stop = put(data, stop, start_of(label), length_of(label))
                        data[stop], data[stop + 1] = COLON, SPACE
                        stop += 2
                    stop = put(data, stop, start_of(text), length_of(text))
                    flags |= (text | label) & 15
            cell = pack(start, stop - start, flags)
        store.cells[cell_at(store, table, store.first[record, table], at[1])] = cell


@rare
def _identifier(data, store, records, at, questions, count):
    """The first identifier of a kind, of DOIs the first that is one.

    at: table, column; article_ids, id_type, article_id; elocation_ids, elocation_type, elocation_id, is_valid; the
    length of the kind, what is asked of it, its bytes.
    """
    table, ids, locations = at[0], at[2], at[5]
    for record in range(records):
        if store.first[record, table] == store.first[record + 1, table]:
            continue
        target = cell_at(store, table, store.first[record, table], at[1])
        found = 0
        for row in range(store.first[record, ids], store.first[record + 1, ids]):
            kind = store.cells[cell_at(store, ids, row, at[3])]
            value = store.cells[cell_at(store, ids, row, at[4])]
            if not (_is_kind(data, store, record, kind, at) and length_of(value)):
                continue
            if at[10] != DOI or _is_doi(data, value):
                found = value
                break
            count = ask(data, store, record, questions, count, DOI, target, value)
        if found == 0:
            for row in range(store.first[record, locations], store.first[record + 1, locations]):
                kind = store.cells[cell_at(store, locations, row, at[6])]
                value = store.cells[cell_at(store, locations, row, at[7])]
                valid = store.cells[cell_at(store, locations, row, at[8])]
                is_valid = not (length_of(valid) == 1 and data[start_of(valid)] == 78)  # N
                if valid & 15:
                    mark_odd(store, record)
                if not (_is_kind(data, store, record, kind, at) and is_valid):
                    continue
                if at[10] != DOI or _is_doi(data, value):
                    found = value
                    break
                if length_of(value):
                    count = ask(data, store, record, questions, count, DOI, target, value)
        if found & HAS_MARKUP:
            mark_odd(store, record)  # tags alone would be an empty text
        store.cells[target] = found
    return count


@kernel
def _is_doi(data, cell):
    """Whether a value is a DOI and nothing else, by signs of ASCII; references may stand in it."""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    slash = _behind_digits(data, start + 3, stop)
    if cell & ~HAS_REFERENCES & 15 or not 4 <= slash - start - 3 <= 9 or slash + 1 >= stop or data[slash] != SLASH:
        return False
    if data[start] != 49 or data[start + 1] != 48 or data[start + 2] != DOT:
        return False
    for place in range(slash + 1, stop):
        if not 32 < data[place] < 127:
            return False
    return True


@kernel
def _is_kind(data, store, record, cell, at):
    """Whether a cell holds the kind whose length is at[9]."""
    if cell & 15:
        mark_odd(store, record)
    return cell != 0 and length_of(cell) == at[9] and _is_text(data, start_of(cell), at)


@kernel
def _is_text(data, start, at):
    for place in range(at[9]):
        if data[start + place] != at[11 + place]:
            return False
    return True


@rare
def _orcid(data, store, records, at, questions, count):
    """Each person's first ORCID.

    at: table, column; person_identifiers, role, person_seq, affiliation_seq, source, identifier; the role's constant.
    """
    table, ids = at[0], at[2]
    for record in range(records):
        for row in range(store.first[record, ids], store.first[record + 1, ids]):
            role = store.cells[cell_at(store, ids, row, at[3])]
            source = store.cells[cell_at(store, ids, row, at[6])]
            cell = store.cells[cell_at(store, ids, row, at[7])]
            if role != store.constants[at[8]] or source == 0 or cell == 0:
                continue
            if store.cells[cell_at(store, ids, row, at[5])] != 0:
                continue  # of an affiliation
            if source & 15 or not _is_ascii(data, source):
                mark_odd(store, record)  # an upper case beyond ASCII
            if not _is_orcid_source(data, source):
                continue
            person = store.cells[cell_at(store, ids, row, at[4])]
            target = cell_at(store, table, store.first[record, table] + person - 1, at[1])
            if store.cells[target] != 0:
                continue
            if cell & 15 == 0 and has_scratch(data, store, 20):
                store.cells[target] = _find_orcid(data, store, start_of(cell), start_of(cell) + length_of(cell))
            if store.cells[target] == 0:
                count = ask(data, store, record, questions, count, ORCID_OF, target, cell)
    return count


@kernel
def _is_ascii(data, cell):
    for place in range(start_of(cell), start_of(cell) + length_of(cell)):
        if data[place] >= 128:
            return False
    return True


@kernel
def _is_orcid_source(data, cell):
    """Whether a source is ORCID, in capitals or not."""
    if length_of(cell) != ORCID_SOURCE.size:
        return False
    for place in range(ORCID_SOURCE.size):
        if data[start_of(cell) + place] & 0xDF != ORCID_SOURCE[place]:
            return False
    return True


@rare
def _find_orcid(data, store, start, stop):
    """The cell of the ORCID that ends a text of ASCII (a / may follow) without other digits; 0 for all other forms."""
    at = start
    while at < stop and not CLASS[data[at]] & DIGIT:
        if data[at] >= 128 or data[at] == PERCENT:
            return 0
        at += 1
    begin, digits = at, 0
    while at < stop and digits < 16:
        sign = data[at]
        if CLASS[sign] & DIGIT or (digits == 15 and sign & 0xDF == 88):
            digits += 1
        elif not (sign == MINUS and digits and digits % 4 == 0 and data[at - 1] != MINUS):
            return 0
        at += 1
    behind = at + 1 if at < stop and data[at] == SLASH else at
    if digits != 16 or behind != stop:
        return 0
    room = take_scratch(data, store, 20)
    digits = 0
    for place in range(begin, at):
        if data[place] != MINUS:
            data[room + digits + digits // 4] = data[place] & 0xDF if data[place] > 57 else data[place]
            digits += 1
    for place in range(4, 19, 5):
        data[room + place] = MINUS
    return pack(room, 19, 0)


@rare
def _moment(store, records, at):
    """A day or moment whose parts are columns. at: table, column, the number of parts, a column for each."""
    table = at[0]
    for record in range(records):
        for row in range(store.first[record, table], store.first[record + 1, table]):
            target = cell_at(store, table, row, at[1])
            full = True
            for part in range(3):
                full = full and store.cells[cell_at(store, table, row, at[3 + part])] != 0
            if full:
                for part in range(at[2]):
                    store.cells[target + part] = store.cells[cell_at(store, table, row, at[3 + part])]


def _cells(table: Table, *names: str) -> list[int]:
    """A table's number and the cells of some of its columns."""
    columns = schema().cells[table.name]
    return [TABLE_NUMBER[table.name], *(columns[name][1] if name in columns else -1 for name in names)]


def _at(table: Table, column: Column) -> list[int]:
    """What a kernel is told of the column that it fills: see the docstring of each."""
    name, by_name = column.name, {t.name: t for t in LAKE_TABLES}
    match column.derive:
        case "printed_date":
            stem = name.removesuffix("date")
            parts = [stem + part for part in ("year", "month", "day", "season")]
            return _cells(table, name, *parts, "medline_date" if name == "pub_date" else "")
        case "medline_year":
            return _cells(table, name, "medline_date")
        case "start_page" | "end_page":
            return [*_cells(table, name, "medline_pgn"), column.derive == "end_page"]
        case "abstract":
            return _cells(table, name) + _cells(by_name["abstracts"], "abstract_type", "label", "text")
        case "doi" | "pii" | "pmc" | "bookaccession":
            ids = _cells(by_name["article_ids"], "id_type", "article_id")
            places = _cells(by_name["elocation_ids"], "elocation_type", "elocation_id", "is_valid")
            kind = column.derive.encode()
            asked = DOI if column.derive == "doi" else -1
            return _cells(table, name) + ids + places + [len(kind), asked, *kind]
        case "orcid":
            names = ("role", "person_seq", "affiliation_seq", "source", "identifier")
            role = schema().constants.index(table.name.removesuffix("s"))
            return _cells(table, name) + _cells(by_name["person_identifiers"], *names) + [role]
        case "article_date":
            return [*_cells(table, name), 3, *_cells(table, "year", "month", "day")[1:]]
        case "event_at":
            return [*_cells(table, name), 6, *_cells(table, "year", "month", "day", "hour", "minute", "second")[1:]]
    raise NotImplementedError(f"{table.name}.{name}: no kernel derives {column.derive}")


#: The kernel that fills each derived column, by the function of `parse.derive` that its line of the schema names.
KERNELS = {
    "printed_date": PRINTED_DATE,
    "medline_year": MEDLINE_YEAR,
    "start_page": PAGES,
    "end_page": PAGES,
    "abstract": ABSTRACT,
    "doi": IDENTIFIER,
    "pii": IDENTIFIER,
    "pmc": IDENTIFIER,
    "bookaccession": IDENTIFIER,
    "orcid": ORCID,
    "article_date": MOMENT,
    "event_at": MOMENT,
}


@cache
def jobs() -> np.ndarray:
    """A row for each derived column: its kernel, and what that is told."""
    told = [
        [KERNELS[column.derive], *_at(table, column)]
        for table in LAKE_TABLES
        for column in table.columns
        if column.derive
    ]
    width = max(map(len, told))
    return np.array([row + [0] * (width - len(row)) for row in told], np.int64)
