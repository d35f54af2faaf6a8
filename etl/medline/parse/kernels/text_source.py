"""SO of MEDLINE text as kernels: compared with the fields that it is composed of, as in `reference._check_source`."""

from __future__ import annotations

from medline.parse.kernels.bytes import load_u64
from medline.parse.kernels.cells import IS_FALLBACK, length_of, pack, start_of
from medline.parse.kernels.jit import kernel, rare
from medline.parse.kernels.tags import DATES_TABLE, DAY, DP, ISSUE, JOURNAL, MONTH, PAGES, SO, VOLUME, YEAR
from medline.parse.kernels.text_record import CLOSE, COLON, DOT, LEFT, MAIN, OPEN, PREPRINT, RIGHT, SEMICOLON, SPACE
from medline.parse.kernels.values import read_month


@rare
def check_source(data, record, fields, tags, chunk, state):
    """Compare SO with the fields that it is composed of, as `reference._check_source`; a misfit makes a fallback."""
    stated = 0
    for number in range(fields):
        if state.fields[number, 0] == SO:
            stated = state.fields[number, 1]
            break
    if stated == 0:
        return
    stop = start_of(stated) + length_of(stated)
    main = state.open[MAIN]
    title = _follow(data, start_of(stated), stop, chunk.cells[main + tags.source[JOURNAL]])
    title = _follow_sign(data, _follow_mark(data, title, stop), stop, DOT)
    is_dated, fits = False, False
    for number in range(fields):
        if state.fields[number, 0] == DP:
            at = _follow(data, title, stop, state.fields[number, 1])
            is_dated = True
            fits = fits or _fits_issue(data, at, stop, main, tags, chunk)
    table = tags.dates[DATES_TABLE]
    for row in range(chunk.first[record, table], chunk.rows[table]):
        index = chunk.base[table] + row * chunk.width[table]
        at = _follow(data, title, stop, chunk.cells[index + tags.dates[YEAR]])
        at = _follow_month(data, at, stop, chunk.cells[index + tags.dates[MONTH]], tags, chunk)
        at = _follow_day(data, at, stop, chunk.cells[index + tags.dates[DAY]])
        is_dated = True
        fits = fits or _fits_issue(data, at, stop, main, tags, chunk)
    if not fits and (is_dated or not _fits_issue(data, title, stop, main, tags, chunk)):
        chunk.now[IS_FALLBACK] = 1


@kernel
def _follow_mark(data, at, stop):
    """The position behind `[Preprint]`, or `at` where there is another text.

    Where it is spelled in another way, the source does not fit, so that the record is a fallback.
    """
    if at < 0 or stop - at < 11:
        return at
    is_there = (
        data[at] == SPACE and data[at + 1] == LEFT and load_u64(data, at + 2) == PREPRINT and data[at + 10] == RIGHT
    )
    return at + 11 if is_there else at


@kernel
def _fits_issue(data, at, stop, main, tags, chunk):
    """Whether volume, issue and pages follow: `9(6):557-63`."""
    at = _follow(data, at, stop, chunk.cells[main + tags.source[VOLUME]])
    issue, pages = chunk.cells[main + tags.source[ISSUE]], chunk.cells[main + tags.source[PAGES]]
    if length_of(issue):
        at = _follow_sign(data, at, stop, OPEN)
        at = _follow(data, at, stop, issue)
        at = _follow_sign(data, at, stop, CLOSE)
    if length_of(pages):
        at = _follow_sign(data, at, stop, COLON)
        at = _follow(data, at, stop, pages)
    return at >= 0


@kernel
def _follow_month(data, at, stop, cell, tags, chunk):
    """See `_follow`; a month's number is printed as its name."""
    month = read_month(data, start_of(cell), length_of(cell)) if cell else 0
    if month > 0:
        cell = chunk.constants[tags.months[0] + month - 1]
    return _follow(data, at, stop, cell)


@kernel
def _follow_day(data, at, stop, cell):
    """See `_follow`; a day is printed without the zero before it."""
    if length_of(cell) == 2 and data[start_of(cell)] == 48:
        cell = pack(start_of(cell) + 1, 1, 0)
    return _follow(data, at, stop, cell)


@kernel
def _follow(data, at, stop, cell):
    """The position behind a text at `at`, -1 where there is another one; blanks, ; and case do not count."""
    for index in range(start_of(cell), start_of(cell) + length_of(cell)):
        sign = data[index]
        if sign != SPACE and sign != SEMICOLON:
            at = _follow_sign(data, at, stop, sign)
    return at


@kernel
def _follow_sign(data, at, stop, sign):
    """See `_follow`."""
    if at < 0:
        return -1
    while at < stop and (data[at] == SPACE or data[at] == SEMICOLON):
        at += 1
    if at >= stop:
        return -1
    is_same = data[at] == sign or (65 <= sign & 0xDF <= 90 and data[at] | 32 == sign | 32)
    return at + 1 if is_same else -1
