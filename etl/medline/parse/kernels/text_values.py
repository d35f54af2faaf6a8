"""The values of MEDLINE text as kernels: fields that are more than one column, or that depend on other fields.

They do what `parse.text.reference` and `parse.text.people` do. Each is told by `of`, the tag's operands, which tables
and columns it fills; `tags.py` and the docstrings say in which order.
"""

from __future__ import annotations

from medline.parse.kernels.bytes import CLASS, DIGIT, load
from medline.parse.kernels.cells import IS_ODD, length_of, pack, start_of
from medline.parse.kernels.jit import kernel, rare
from medline.parse.kernels.layout_blanks import trimmed
from medline.parse.kernels.tags import OTHER_TEXT, OTHER_VALUE, OWN_COPYRIGHT, OWN_TEXT
from medline.parse.kernels.text_record import (
    ABSTRACTS,
    CLOSE,
    COLON,
    DOT,
    EC,
    EVENTS,
    FIRST,
    FIVE,
    FOUR,
    HHMI,
    HHS,
    LEFT,
    LINKED,
    MINUS,
    NONE,
    NOT_KNOWN,
    OPEN,
    OTHER,
    OWN,
    OWN_SEQ,
    RIGHT,
    SECTIONS,
    SLASH,
    SPACE,
    STAR,
    TEN,
    THREE,
    TWO,
    UNDERSCORE,
    ZERO,
    find_gap,
    find_last,
    find_sign,
    is_number,
    is_one_of,
    is_same,
    is_visible,
    new_row,
    put_once,
)
from medline.parse.kernels.values import read_month


@kernel
def put_starred(data, start, stop, text, is_major, no, yes, cells):
    """A text and whether a star stands before it."""
    starred = start < stop and data[start] == STAR
    cells[text] = trimmed(data, start + starred, stop, 0)
    cells[is_major] = yes if starred else no


@kernel
def split_bracketed(data, cell, value, kind, cells, now):
    """`10.1000/182 [doi]`."""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    cells[value] = cell
    if start == stop or data[stop - 1] != RIGHT:
        return
    left = find_last(data, LEFT, start, stop)
    inner = find_last(data, RIGHT, start, stop - 1)
    if inner > left or left < start + 2 or data[left - 1] != SPACE or not is_visible(data[left - 2]):
        now[IS_ODD] = 1
        return
    cells[value] = pack(start, left - 1 - start, 0)
    cells[kind] = pack(left + 1, stop - left - 2, 0)


@kernel
def split_issn(data, cell, issn, kind, cells, now):
    """`0000-0019 (Print)`."""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    cells[issn] = cell
    if start == stop or data[stop - 1] != CLOSE:
        return
    left = find_last(data, OPEN, start, stop)
    inner = find_last(data, CLOSE, start, stop - 1)
    behind = left - 1 if left > start and data[left - 1] == SPACE else left
    if inner > left or behind <= start or not is_visible(data[behind - 1]):
        now[IS_ODD] = 1
        return
    cells[issn] = pack(start, behind - start, 0)
    cells[kind] = pack(left + 1, stop - left - 2, 0)


@kernel
def split_location(data, cell, value, kind, pii, cells, now):
    """`10.1000/182 [doi]`; an article number stands bare: see `medline.ARTICLE_NUMBER`."""
    split_bracketed(data, cell, value, kind, cells, now)
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    if cells[kind] != 0 or start == stop:
        return
    for place in range(start, stop):
        if data[place] >= 128:
            now[IS_ODD] = 1
        elif not is_visible(data[place]) or data[place] == LEFT or data[place] == RIGHT:
            return
    if stop - start >= 7 and load(data, start) & THREE == TEN and is_number(data, start + 3, start + 7):
        return
    cells[kind] = pii


@kernel
def is_chemical(data, cell):
    """Whether RN begins with a registry number: see `medline.is_chemical`."""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    behind, is_named = stop, False
    if stop > start and data[stop - 1] == CLOSE:
        gap = find_bracket(data, start, stop)
        if gap < stop:
            behind, is_named = gap, True
    if not is_named and not has_digit(data, start, stop):
        return False
    size = behind - start
    if size == 1 and data[start] == ZERO:
        return True
    if size > 3 and load(data, start) & THREE == EC:
        return CLASS[data[start + 3]] & DIGIT and is_code(data, start + 4, behind, True)
    if size == 10 and is_code(data, start, behind, False):
        return True
    is_cas = 6 <= size <= 12 and data[behind - 2] == MINUS and data[behind - 5] == MINUS
    is_cas = is_cas and is_number(data, behind - 1, behind) and is_number(data, behind - 4, behind - 2)
    return is_cas and is_number(data, start, behind - 5)


@kernel
def find_bracket(data, start, stop):
    """The first place of ` (`, or `stop`."""
    while start + 1 < stop and not (data[start] == SPACE and data[start + 1] == OPEN):
        start += 1
    return start if start + 1 < stop else stop


@kernel
def has_digit(data, start, stop):
    for place in range(start, stop):
        if CLASS[data[place]] & DIGIT:
            return True
    return False


@kernel
def is_code(data, start, stop, is_loose):
    """Whether there are digits and capitals alone; if loose, small letters, dots and dashes too."""
    for place in range(start, stop):
        sign = data[place]
        is_letter = 65 <= sign <= 90 or (is_loose and 97 <= sign <= 122)
        if not (CLASS[sign] & DIGIT or is_letter or (is_loose and (sign == DOT or sign == MINUS))):
            return False
    return True


@kernel
def split_chemical(data, cell, number, substance, cells):
    """`0 (Name)`."""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    cells[number] = cell
    gap = start
    while gap + 1 < stop and not (data[gap] == SPACE and data[gap + 1] == OPEN):
        gap += 1
    if gap + 2 < stop and data[stop - 1] == CLOSE:
        cells[number] = pack(start, gap - start, 0)
        cells[substance] = pack(gap + 2, stop - gap - 3, 0)


@kernel
def split_owned(data, cell, owner, value, cells):
    """`NLM: PMC123`."""
    start, length = start_of(cell), length_of(cell)
    cells[value] = cell
    capitals = 0
    while capitals < min(length, 7) and 65 <= data[start + capitals] <= 90:
        capitals += 1
    colon = start + capitals
    if 2 <= capitals <= 6 and length >= capitals + 2 and data[colon] == COLON and data[colon + 1] == SPACE:
        cells[owner] = pack(start, capitals, 0)
        cells[value] = pack(colon + 2, length - capitals - 2, 0)


@kernel
def split_link(data, cell, source, pmid, cells, now):
    """`J Otter. 2002 Feb;10(1):1. PMID: 90000002`."""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    cells[source] = cell
    digits = stop
    while digits > start and CLASS[data[digits - 1]] & DIGIT:
        digits -= 1
    if digits > start and data[digits - 1] >= 128:
        now[IS_ODD] = 1  # may be a digit of another script
        return
    at = digits - 1 if digits > start and data[digits - 1] == SPACE else digits
    at -= 6  # " PMID:"
    if digits == stop or at < start or data[at] != SPACE or load(data, at + 1) & FIVE != LINKED:
        return
    cells[pmid] = pack(digits, stop - digits, 0)
    if at > start and data[at - 1] == DOT:
        at -= 1
    cells[source] = pack(start, at - start, 0)


@kernel
def put_digits(data, cell, year, month, day, cells, now):
    """`20190416`, `201904` or `2019`; another date is odd."""
    start, length = start_of(cell), length_of(cell)
    if length not in (4, 6, 8) or not is_number(data, start, start + length):
        now[IS_ODD] = 1
        return
    put_once(cells, now, year, pack(start, 4, 0))
    if length > 4:
        put_once(cells, now, month, pack(start + 4, 2, 0))
    if length > 6:
        put_once(cells, now, day, pack(start + 6, 2, 0))


@rare
def split_date(data, cell, main, of, tags, store):
    """`2001 Oct 1` into year, month, day, season or MedlineDate (of[0] to of[4]): see `values.split_date`."""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    word = start + 5
    behind = word
    while behind < stop and 65 <= data[behind] & 0xDF <= 90:
        behind += 1
    if behind < stop and data[behind] == DOT:
        store.now[IS_ODD] = 1  # `2006 Sept. 1`
    day = behind + 1 if behind < stop else behind
    is_dated = stop - start >= 4 and is_number(data, start, start + 4)
    if stop - start == 4 and is_dated:
        put_once(store.cells, store.now, main + of[0], cell)
        return
    is_dated = is_dated and behind > word and data[start + 4] == SPACE
    if day > behind:
        is_dated = is_dated and data[behind] == SPACE and stop - day <= 2 and is_number(data, day, stop)
    if is_dated and read_month(data, word, behind - word) > 0:
        put_once(store.cells, store.now, main + of[0], pack(start, 4, 0))
        put_once(store.cells, store.now, main + of[1], pack(word, behind - word, 0))
        if day > behind:
            put_once(store.cells, store.now, main + of[2], pack(day, stop - day, 0))
    elif is_dated and behind == stop and is_one_of(data, word, behind - word, tags.seasons, store):
        put_once(store.cells, store.now, main + of[0], pack(start, 4, 0))
        put_once(store.cells, store.now, main + of[3], pack(word, behind - word, 0))
    else:
        put_once(store.cells, store.now, main + of[4], cell)


@rare
def split_grant(data, cell, at, of, tags, store):
    """`id/acronym/agency/country`, from the right (of[2] to of[5]): see `medline.split_grant`."""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    slash = find_last(data, SLASH, start, stop)
    country = 0
    if slash >= start:
        length = stop - slash - 1
        if length == 0 or is_one_of(data, slash + 1, length, tags.countries, store):
            country = pack(slash + 1, length, 0)
            stop = slash
            slash = find_last(data, SLASH, start, stop)
    store.cells[at + of[5]] = country
    store.cells[at + of[4]] = trimmed(data, slash + 1, stop, 0)
    if slash < start:
        return
    before = find_last(data, SLASH, start, slash)
    if _is_acronym(data, start, before, slash, stop, length_of(country) > 0):
        store.cells[at + of[3]] = pack(before + 1, slash - before - 1, 0)
        slash = before
    if slash > start:
        store.cells[at + of[2]] = trimmed(data, start, slash, 0)


@kernel
def _is_acronym(data, start, before, slash, stop, has_country):
    """Whether what stands between two slashes (the first may be missing) is an acronym, `medline._is_acronym`."""
    word, behind = before + 1, slash
    is_marked = behind > word and data[behind - 1] == UNDERSCORE
    letters = behind - 1 if is_marked else behind
    if not 2 <= letters - word <= 6 or not 65 <= data[word] <= 90:
        return False
    for place in range(word, letters):
        if not 65 <= data[place] & 0xDF <= 90:
            return False
    signs = load(data, word)
    if letters - word == 2 and not is_marked and signs & TWO == NOT_KNOWN:
        return False
    of_hhs = stop - slash > 3 and load(data, stop - 3) & THREE == HHS
    of_nih = behind - word == 2 and (has_country or of_hhs)
    return before >= start or is_marked or (behind - word == 4 and signs & FOUR == HHMI) or of_nih


@rare
def split_accession(data, record, cell, at, of, store):
    """`GENBANK/X123`; banks are numbered as they come, accessions in each. of: table, accession_seq, databank_seq, …"""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    slash = find_sign(data, SLASH, start, stop)
    bank = pack(start, slash - start, 0)
    store.cells[at + of[3]] = bank
    if slash < stop:
        store.cells[at + of[4]] = pack(slash + 1, stop - slash - 1, 0)
    banks, found, place = 0, 0, 0
    width = store.width[of[0]]
    for row in range(store.base[of[0]] + store.first[record, of[0]] * width, at, width):
        banks = max(banks, store.cells[row + of[2]])
        if is_same(data, bank, store.cells[row + of[3]]):
            found, place = store.cells[row + of[2]], store.cells[row + of[1]]
    store.cells[at + of[2]] = found if found else banks + 1
    store.cells[at + of[1]] = place + 1


@rare
def split_heading(data, cell, at, of, no, yes, store):
    """`Descriptor/*qualifier/qualifier`. of: table, ordinal, descriptor, is_major; the qualifiers' table, heading_seq,
    qualifier_seq, qualifier, is_major."""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    slash = find_sign(data, SLASH, start, stop)
    put_starred(data, start, slash, at + of[2], at + of[3], no, yes, store.cells)
    heading, number = store.cells[at + of[1]], 0
    while slash < stop:
        start = slash + 1
        slash = find_sign(data, SLASH, start, stop)
        at = new_row(store, FIRST, of[4], NONE)
        if at < 0:
            return
        number += 1
        store.cells[at + of[5]], store.cells[at + of[6]] = heading, number
        put_starred(data, start, slash, at + of[7], at + of[8], no, yes, store.cells)


@rare
def add_abstract(data, action, cell, of, tags, store, desk):
    """AB and CI are the record's own abstract, OAB opens another: see `medline._Abstracts`.

    of: table, abstract_seq, section_seq, abstract_type, language, text, copyright; the column of OABL and OCI.
    """
    cells, opened = store.cells, desk.open
    if action == OWN_TEXT or action == OWN_COPYRIGHT:
        if opened[OWN] < 0 or (action == OWN_TEXT and cells[opened[OWN] + of[5]] != 0):
            if opened[OWN] < 0:
                opened[ABSTRACTS] += 1
                opened[OWN_SEQ] = opened[ABSTRACTS]
            opened[SECTIONS] += 1
            opened[OWN] = _open_abstract(store, of, opened[OWN_SEQ], opened[SECTIONS])
        if opened[OWN] < 0:
            return
        if action == OWN_TEXT:
            cells[opened[OWN] + of[5]] = cell
        elif cells[opened[OWN] + of[6]] == 0:
            cells[opened[OWN] + of[6]] = cell
        return
    if action == OTHER_TEXT or opened[OTHER] < 0:
        opened[ABSTRACTS] += 1
        opened[OTHER] = _open_abstract(store, of, opened[ABSTRACTS], 1)
        if opened[OTHER] < 0:
            return
        cells[opened[OTHER] + of[3]] = pack(start_of(cell), 0, 0)
    if action == OTHER_VALUE:
        if cells[opened[OTHER] + of[7]] == 0:
            cells[opened[OTHER] + of[7]] = cell
        return
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    colon = find_gap(data, COLON, start, stop)
    if colon < stop and is_one_of(data, start, colon - start, tags.abstract_types, store):
        cells[opened[OTHER] + of[3]] = pack(start, colon - start, 0)
        cell = pack(colon + 2, stop - colon - 2, 0)
    cells[opened[OTHER] + of[5]] = cell


@kernel
def _open_abstract(store, of, abstract, section):
    at = new_row(store, FIRST, of[0], NONE)
    if at >= 0:
        store.cells[at + of[1]], store.cells[at + of[2]] = abstract, section
    return at


@rare
def add_event(data, record, cell, of, store, desk):
    """`2002/11/28 04:00 [pubmed]` as a row of history, unless one tells the same. of: table, ordinal, pub_status, year,
    month, day, hour, minute; the constant of the tag's status, or -1."""
    at, stop = start_of(cell), start_of(cell) + length_of(cell)
    if stop - at < 4 or not is_number(data, at, at + 4):
        store.now[IS_ODD] = 1
        return
    year = pack(at, 4, 0)
    month, at = _event_part(data, at + 4, stop, SLASH, store.now)
    day, at = _event_part(data, at, stop, SLASH, store.now) if month else (0, at)
    hour, minute = 0, 0
    if at + 1 < stop and data[at] == SPACE and data[at + 1] != LEFT:
        hour, at = _event_part(data, at, stop, SPACE, store.now)
        minute, at = _event_part(data, at, stop, COLON, store.now)
        if not minute:
            store.now[IS_ODD] = 1
    status = 0
    if at < stop:
        if stop - at < 3 or data[at] != SPACE or data[at + 1] != LEFT or data[stop - 1] != RIGHT:
            store.now[IS_ODD] = 1
            return
        status = pack(at + 2, stop - at - 3, 0)
    if of[8] >= 0:
        status = store.constants[of[8]]
    moment = _number_of(data, year)
    for part in (month, day, hour, minute):
        moment = moment << 7 | _number_of(data, part)
    events = desk.open[EVENTS]
    for event in range(events):
        if desk.events[event, 0] == moment and is_same(data, desk.events[event, 1], status):
            return
    row = new_row(store, record, of[0], of[1])
    if row < 0 or events == desk.events.shape[0]:
        store.now[IS_ODD] = 1
        return
    desk.events[events, 0], desk.events[events, 1] = moment, status
    desk.open[EVENTS] = events + 1
    store.cells[row + of[2]] = status
    store.cells[row + of[3]], store.cells[row + of[4]], store.cells[row + of[5]] = year, month, day
    store.cells[row + of[6]], store.cells[row + of[7]] = hour, minute


@kernel
def _event_part(data, at, stop, sign, now):
    """The one or two digits behind a sign: (their cell, 0 where the sign is missing, the position behind them)."""
    if at >= stop or data[at] != sign:
        return 0, at
    start = at + 1
    at = start
    while at < stop and CLASS[data[at]] & DIGIT:
        at += 1
    if not 1 <= at - start <= 2:
        now[IS_ODD] = 1
    return pack(start, at - start, 0), at


@kernel
def _number_of(data, cell):
    """The number that a cell's digits make, plus one; 0 for no cell."""
    number = 0
    for place in range(start_of(cell), start_of(cell) + length_of(cell)):
        number = number * 10 + data[place] - 48
    return number + 1 if cell else 0
