"""First and last pages as kernels: what `medline.parse.pages` does for the usual forms."""

from __future__ import annotations

from medline.parse.kernels.bytes import CLASS, DIGIT
from medline.parse.kernels.cells import has_scratch, length_of, pack, put, start_of, take_scratch
from medline.parse.kernels.jit import kernel, rare
from medline.parse.kernels.questions import END_PAGE, START_PAGE, ask, cell_index

MINUS = ord("-")


@rare
def derive_pages(data, chunk, records, at, questions, count):
    """Find the first or last page of MedlinePgn. at: table, column, medline_pgn, whether the last."""
    table, column, medline_pgn, is_end = at[0], at[1], at[2], at[3] != 0
    for record in range(records):
        for row in range(chunk.first[record, table], chunk.first[record + 1, table]):
            target = cell_index(chunk, table, row, column)
            cell = chunk.cells[cell_index(chunk, table, row, medline_pgn)]
            if chunk.cells[target] != 0 or length_of(cell) == 0:
                continue
            page = -1
            if cell & 15 == 0 and has_scratch(data, chunk, 2 * length_of(cell)):
                page = _page(data, chunk, start_of(cell), start_of(cell) + length_of(cell), is_end)
            if page >= 0:
                chunk.cells[target] = page
            else:
                kind = END_PAGE if is_end else START_PAGE
                count = ask(data, chunk, record, questions, count, kind, target, cell)
    return count


@rare
def _page(data, chunk, start, stop, is_end):
    """Return the cell of the first or last page in `557-63`, `S63-6`, `S63-S66` or `e123`, -1 for all other forms."""
    number = _behind_letters(data, start, stop)
    dash = behind_digits(data, number, stop)
    digits = dash - number
    if dash == stop and digits:
        return 0 if is_end else pack(start, stop - start, 0)
    if not 1 <= digits <= 15 or data[dash] != MINUS:
        return -1
    last = _behind_letters(data, dash + 1, stop)
    letters = number - start
    for index in range(last - dash - 1):
        if last - dash - 1 != letters or data[start + index] != data[dash + 1 + index]:
            return -1
    given = stop - last
    if given > digits and data[last] == 48:
        return -1
    if not 1 <= given <= 15 or behind_digits(data, last, stop) != stop:
        return -1
    if not is_end:
        return pack(start, dash - start, 0)
    kept = max(digits - given, 0)
    at = take_scratch(data, chunk, letters + kept + given)
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
def behind_digits(data, at, stop):
    """The position behind the digits at `at`."""
    while at < stop and CLASS[data[at]] & DIGIT:
        at += 1
    return at


@kernel
def _is_before(data, at, other, digits):
    """Whether a number is less than another of as many digits."""
    for index in range(digits):
        if data[at + index] != data[other + index]:
            return data[at + index] < data[other + index]
    return False
