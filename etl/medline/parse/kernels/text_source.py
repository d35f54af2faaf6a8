"""SO of MEDLINE text as kernels: held against the fields that it is composed of, as `medline._check_source` does."""

from __future__ import annotations

from medline.parse.kernels.bytes import load
from medline.parse.kernels.cells import IS_ODD, length_of, pack, start_of
from medline.parse.kernels.jit import kernel, rare
from medline.parse.kernels.tags import DP, SO
from medline.parse.kernels.text_record import CLOSE, COLON, DOT, LEFT, MAIN, OPEN, PREPRINT, RIGHT, SEMICOLON, SPACE
from medline.parse.kernels.values import read_month


@rare
def check_source(data, record, fields, tags, store, desk):
    """Hold SO against the fields that it is composed of, as `medline.check_source`; a misfit is odd."""
    stated = 0
    for number in range(fields):
        if desk.fields[number, 0] == SO:
            stated = desk.fields[number, 1]
            break
    if stated == 0:
        return
    stop = start_of(stated) + length_of(stated)
    main = desk.open[MAIN]
    title = _follow(data, start_of(stated), stop, store.cells[main + tags.source[0]])
    title = _follow_sign(data, _follow_mark(data, title, stop), stop, DOT)
    is_dated, fits = False, False
    for number in range(fields):
        if desk.fields[number, 0] == DP:
            at = _follow(data, title, stop, desk.fields[number, 1])
            is_dated = True
            fits = fits or _fits_place(data, at, stop, main, tags, store)
    table = tags.dates[0]
    for row in range(store.first[record, table], store.rows[table]):
        place = store.base[table] + row * store.width[table]
        at = _follow(data, title, stop, store.cells[place + tags.dates[1]])
        at = _follow_month(data, at, stop, store.cells[place + tags.dates[2]], tags, store)
        at = _follow_day(data, at, stop, store.cells[place + tags.dates[3]])
        is_dated = True
        fits = fits or _fits_place(data, at, stop, main, tags, store)
    if not fits and (is_dated or not _fits_place(data, title, stop, main, tags, store)):
        store.now[IS_ODD] = 1


@kernel
def _follow_mark(data, at, stop):
    """The position behind `[Preprint]`, or `at` where it does not stand there.

    Where it is spelled in another way, the source does not fit, so that the record is odd.
    """
    if at < 0 or stop - at < 11:
        return at
    is_there = data[at] == SPACE and data[at + 1] == LEFT and load(data, at + 2) == PREPRINT and data[at + 10] == RIGHT
    return at + 11 if is_there else at


@kernel
def _fits_place(data, at, stop, main, tags, store):
    """Whether volume, issue and pages follow: `9(6):557-63`."""
    at = _follow(data, at, stop, store.cells[main + tags.source[1]])
    issue, pages = store.cells[main + tags.source[2]], store.cells[main + tags.source[3]]
    if length_of(issue):
        at = _follow_sign(data, at, stop, OPEN)
        at = _follow(data, at, stop, issue)
        at = _follow_sign(data, at, stop, CLOSE)
    if length_of(pages):
        at = _follow_sign(data, at, stop, COLON)
        at = _follow(data, at, stop, pages)
    return at >= 0


@kernel
def _follow_month(data, at, stop, cell, tags, store):
    """See `_follow`; a month's number is printed as its name."""
    month = read_month(data, start_of(cell), length_of(cell)) if cell else 0
    if month > 0:
        cell = store.constants[tags.months[0] + month - 1]
    return _follow(data, at, stop, cell)


@kernel
def _follow_day(data, at, stop, cell):
    """See `_follow`; a day is printed without the zero before it."""
    if length_of(cell) == 2 and data[start_of(cell)] == 48:
        cell = pack(start_of(cell) + 1, 1, 0)
    return _follow(data, at, stop, cell)


@kernel
def _follow(data, at, stop, cell):
    """The position behind a text that stands at `at`, -1 where another one does; blanks, ; and case do not count."""
    for place in range(start_of(cell), start_of(cell) + length_of(cell)):
        sign = data[place]
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
