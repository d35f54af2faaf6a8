"""The values of MEDLINE text as kernels: fields that are more than one column, or that depend on other fields.

They do what `etl.parse.medline` and `etl.parse.people` do. Each is told by `of`, the tag's operands, which tables and
columns it fills; `tags.py` and the docstrings say in which order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from etl.parse.compiled.bytes import (
    CLASS,
    DIGIT,
    is_equal,
    load,
)
from etl.parse.compiled.cells import (
    IS_ODD,
    length_of,
    open_row,
    pack,
    start_of,
)
from etl.parse.compiled.jit import kernel, rare
from etl.parse.compiled.tags import (
    ADDRESS,
    AUTHOR,
    COLLECTIVE,
    DP,
    EDITOR,
    FULL,
    IDENTIFIER,
    INVESTIGATOR,
    OTHER_TEXT,
    OTHER_VALUE,
    OWN_COPYRIGHT,
    OWN_TEXT,
    SHORT,
    SO,
    SUBJECT,
)
from etl.parse.compiled.values import read_month

TAB, LF, SPACE, OPEN, CLOSE, STAR, COMMA, MINUS, DOT, SLASH, COLON, SEMICOLON, LEFT, RIGHT, UNDERSCORE = (
    np.uint8(ord(sign)) for sign in "\t\n ()*,-./:;[]_"
)


def as_word(text: bytes) -> np.uint64:
    """A text of at most eight bytes as `load` gives it."""
    return np.uint64(int.from_bytes(text, "little"))


TWO, THREE, FOUR, FIVE, SIX = (np.uint64((1 << 8 * size) - 1) for size in (2, 3, 4, 5, 6))
_LINKED, _NOT_KNOWN, _HHS, _HHMI = as_word(b"PMID:"), as_word(b"NA"), as_word(b"HHS"), as_word(b"HHMI")

FIRST, NONE = np.int64(0), np.int64(-1)  # typed, as all that kernels are called with: see `walk_text`

#: Places in `Desk.open`.
MAIN, OWN, OWN_SEQ, SECTIONS, OTHER, ABSTRACTS, OWNER, PEOPLE, LATER, EVENTS = range(10)

#: Columns of `Desk.people`: forms of the name come first, as FULL, SHORT and COLLECTIVE number them.
P_ROLE, P_AT, P_SEQ, P_ADDRESSES, P_IDENTIFIERS = range(3, 8)


class Rows(NamedTuple):
    """What these kernels need of `cells.Store` and `Layout`, whose functions take it for both.

    What a kernel is passed costs time when it is compiled, array by array.
    """

    cells: np.ndarray
    base: np.ndarray
    room: np.ndarray
    rows: np.ndarray
    first: np.ndarray
    constants: np.ndarray
    now: np.ndarray
    width: np.ndarray


class Desk(NamedTuple):
    """What is known of the record at hand.

    Attributes:
        fields: (tag number, cell) of each field.
        people: names, as far as told, and the row of each person, and how many addresses and identifiers it has.
        later: fields to see to when all others are done.
        events: (moment as one number, cell of the status) of each row of history.
        open: rows and numbers that fields depend on: see MAIN … above; -1 or 0 where there is none.
    """

    fields: np.ndarray
    people: np.ndarray
    later: np.ndarray
    events: np.ndarray
    open: np.ndarray


def make_desk() -> Desk:
    """A desk for records of up to 16,384 fields; larger ones are odd."""
    size = 1 << 14
    return Desk(
        np.zeros((size, 2), np.int64),
        np.zeros((size, 8), np.int64),
        np.zeros(size, np.int64),
        np.zeros((1 << 8, 2), np.int64),
        np.zeros(16, np.int64),
    )


@kernel
def is_number(data, start, stop):
    for place in range(start, stop):
        if not CLASS[data[place]] & DIGIT:
            return False
    return stop > start


@kernel
def new_row(store, record, table, ordinal):
    """A new row: the place of its first cell, or -1 where the table is full. It is numbered in its record."""
    row = open_row(store, store, table)
    if row < 0:
        return -1
    at = store.base[table] + row * store.width[table]
    if ordinal >= 0:
        store.cells[at + ordinal] = row - store.first[record, table] + 1
    return at


@kernel
def put_once(cells, now, place, cell):
    """Give a column its value; a second one makes the record odd."""
    if cells[place] != 0:
        now[IS_ODD] = 1
    cells[place] = cell


# Values that are split


@kernel
def is_same(data, cell, other):
    """Whether two cells hold the same text, or none."""
    if cell == 0 or other == 0:
        return cell == other
    length = length_of(cell)
    return length == length_of(other) and is_equal(data, start_of(cell), start_of(other), length)


@kernel
def _find_last(data, sign, start, stop):
    """The last place of a sign, or `start - 1`."""
    while stop > start and data[stop - 1] != sign:
        stop -= 1
    return stop - 1


@kernel
def _find(data, sign, start, stop):
    """The first place of a sign, or `stop`."""
    while start < stop and data[start] != sign:
        start += 1
    return start


@kernel
def _find_gap(data, sign, start, stop):
    """The first place of a sign that a blank follows, or `stop`."""
    while start < stop and not (data[start] == sign and start + 1 < stop and data[start + 1] == SPACE):
        start += 1
    return start


@kernel
def _is_visible(sign):
    """Whether a byte is a sign of ASCII that no one takes for a blank."""
    return 32 < sign < 127


@kernel
def _is_one_of(data, start, length, words, store):
    """Whether a text is one of some words."""
    for number in range(words[0], words[1]):
        word = store.constants[number]
        if length_of(word) == length and is_equal(data, start, start_of(word), length):
            return True
    return False


@kernel
def put_starred(data, start, stop, text, is_major, no, yes, cells):
    """A text and whether a star stands before it."""
    starred = start < stop and data[start] == STAR
    cells[text] = pack(start + starred, stop - start - starred, 0)
    cells[is_major] = yes if starred else no


@kernel
def split_bracketed(data, cell, value, kind, cells, now):
    """`10.1000/182 [doi]`."""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    cells[value] = cell
    if start == stop or data[stop - 1] != RIGHT:
        return
    left = _find_last(data, LEFT, start, stop)
    inner = _find_last(data, RIGHT, start, stop - 1)
    if inner > left or left < start + 2 or data[left - 1] != SPACE or not _is_visible(data[left - 2]):
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
    left = _find_last(data, OPEN, start, stop)
    inner = _find_last(data, CLOSE, start, stop - 1)
    behind = left - 1 if left > start and data[left - 1] == SPACE else left
    if inner > left or behind <= start or not _is_visible(data[behind - 1]):
        now[IS_ODD] = 1
        return
    cells[issn] = pack(start, behind - start, 0)
    cells[kind] = pack(left + 1, stop - left - 2, 0)


@kernel
def split_chemical(data, cell, number, substance, cells, now):
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
def split_owned(data, cell, owner, value, cells, now):
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
    if digits == stop or at < start or data[at] != SPACE or load(data, at + 1) & FIVE != _LINKED:
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
    elif is_dated and behind == stop and _is_one_of(data, word, behind - word, tags.seasons, store):
        put_once(store.cells, store.now, main + of[0], pack(start, 4, 0))
        put_once(store.cells, store.now, main + of[3], pack(word, behind - word, 0))
    else:
        put_once(store.cells, store.now, main + of[4], cell)


@rare
def split_grant(data, cell, at, of, tags, store):
    """`id/acronym/agency/country`, from the right (of[2] to of[5]): see `medline.split_grant`."""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    slash = _find_last(data, SLASH, start, stop)
    country = 0
    if slash >= start:
        length = stop - slash - 1
        if length == 0 or _is_one_of(data, slash + 1, length, tags.countries, store):
            country = pack(slash + 1, length, 0)
            stop = slash
            slash = _find_last(data, SLASH, start, stop)
    store.cells[at + of[5]] = country
    store.cells[at + of[4]] = pack(slash + 1, stop - slash - 1, 0)
    if slash < start:
        return
    before = _find_last(data, SLASH, start, slash)
    if _is_acronym(data, start, before, slash, stop, length_of(country) > 0):
        store.cells[at + of[3]] = pack(before + 1, slash - before - 1, 0)
        slash = before
    if slash > start:
        store.cells[at + of[2]] = pack(start, slash - start, 0)


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
    if letters - word == 2 and not is_marked and signs & TWO == _NOT_KNOWN:
        return False
    of_hhs = stop - slash > 3 and load(data, stop - 3) & THREE == _HHS
    of_nih = behind - word == 2 and (has_country or of_hhs)
    return before >= start or is_marked or (behind - word == 4 and signs & FOUR == _HHMI) or of_nih


@rare
def split_accession(data, record, cell, at, of, store):
    """`GENBANK/X123`; banks are numbered as they come, accessions in each. of: table, accession_seq, databank_seq, …"""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    slash = _find(data, SLASH, start, stop)
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
    slash = _find(data, SLASH, start, stop)
    put_starred(data, start, slash, at + of[2], at + of[3], no, yes, store.cells)
    heading, number = store.cells[at + of[1]], 0
    while slash < stop:
        start = slash + 1
        slash = _find(data, SLASH, start, stop)
        at = new_row(store, FIRST, of[4], NONE)
        if at < 0:
            return
        number += 1
        store.cells[at + of[5]], store.cells[at + of[6]] = heading, number
        put_starred(data, start, slash, at + of[7], at + of[8], no, yes, store.cells)


# Abstracts and events


@rare
def add_abstract(data, record, action, cell, of, tags, store, desk):
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
    colon = _find_gap(data, COLON, start, stop)
    if colon < stop and _is_one_of(data, start, colon - start, tags.abstract_types, store):
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


# People


@kernel
def add_name(data, record, cell, of, role, store, desk):
    """FAU and AU tell one person where they fit: see `people.People`. of: role, form."""
    people, opened = desk.people, desk.open
    last = opened[PEOPLE] - 1
    is_open = last >= 0 and people[last, P_ROLE] == of[0] and people[last, of[1]] == 0
    if is_open and of[1] != COLLECTIVE and people[last, COLLECTIVE] == 0:
        full, short = (cell, people[last, SHORT]) if of[1] == FULL else (people[last, FULL], cell)
        if _is_same_person(data, full, short, store.now):
            people[last, of[1]] = cell
            return
    at = new_row(store, record, role[0], role[1])
    if at < 0:
        return
    if role[7] >= 0:
        store.cells[at + role[7]] = store.constants[role[8]]
    if role[9] >= 0:
        store.cells[at + role[9]] = store.constants[role[10]]
    person = people[last + 1]
    for place in range(person.size):
        person[place] = 0
    person[of[1]] = cell
    person[P_ROLE], person[P_AT], person[P_SEQ] = of[0], at, store.cells[at + role[1]]
    opened[PEOPLE] += 1


@kernel
def _is_same_person(data, full, short, now):
    """Whether the short name begins like the family name of the full one; beyond ASCII only if by the same bytes."""
    start, stop = start_of(full), start_of(full) + length_of(full)
    other, other_stop = start_of(short), start_of(short) + length_of(short)
    signs = 0
    is_ascii = True
    while start < stop and data[start] != COMMA:
        sign = data[start]
        if sign & 0xC0 != 0x80:  # the first byte of a character
            if signs == 3:
                break
            signs += 1
        other_sign = data[other] if other < other_stop else np.uint8(0)
        is_ascii = is_ascii and sign < 128 and other_sign < 128
        if sign != other_sign:
            if not is_ascii:
                now[IS_ODD] = 1
            is_letter = 65 <= sign & 0xDF <= 90
            if not is_letter or sign | 32 != other_sign | 32:
                return False
        start += 1
        other += 1
    return True


@kernel
def attach(data, record, action, cell, of, is_first, store, desk):
    """Give an address or identifier to the last person so far, or to the first: whether there is one.

    of: table, own ordinal; the person's ordinal and affiliation, or role, person_seq, source, identifier and the
    constants author and investigator.
    """
    people, count = desk.people, desk.open[PEOPLE]
    person = -1
    for place in range(count):
        other = place if is_first else count - 1 - place
        if _may_bear(people[other, P_ROLE], action):
            person = other
            break
    if person < 0:
        store.now[IS_ODD] = is_first  # it belongs to nobody
        return False
    at = new_row(store, record, of[0], NONE)
    if at < 0:
        return True
    bearer, cells = people[person], store.cells
    if action != IDENTIFIER:
        bearer[P_ADDRESSES] += 1
        cells[at + of[1]], cells[at + of[2]], cells[at + of[3]] = bearer[P_ADDRESSES], bearer[P_SEQ], cell
        return True
    bearer[P_IDENTIFIERS] += 1
    cells[at + of[1]], cells[at + of[3]] = bearer[P_IDENTIFIERS], bearer[P_SEQ]
    cells[at + of[2]] = store.constants[of[7] if bearer[P_ROLE] == INVESTIGATOR else of[6]]
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    colon = _find_gap(data, COLON, start, stop)
    if colon < stop:
        cells[at + of[4]] = pack(start, colon - start, 0)
        cell = pack(colon + 2, stop - colon - 2, 0)
    cells[at + of[5]] = cell
    return True


@kernel
def _may_bear(role, action):
    """Whether what a tag says may belong to a person of a role: `people.BEARERS`."""
    if action == ADDRESS:
        return role == AUTHOR or role == EDITOR
    return role == INVESTIGATOR or (action == IDENTIFIER and role != SUBJECT)


@rare
def put_name(data, person, role, tags, store):
    """The parts of a person's name: see `people.split_name`."""
    cells, at = store.cells, person[P_AT]
    full, short = person[FULL], person[SHORT]
    if person[COLLECTIVE] != 0:
        cells[at + role[6]] = person[COLLECTIVE]
        return
    start = start_of(full if full else short)
    stop = start + length_of(full)
    comma = start
    while comma < stop and not (data[comma] == COMMA and comma + 1 < stop and data[comma + 1] == SPACE):
        comma += 1
    fore, last = comma + 2, pack(start, comma - start, 0)
    behind = start_of(short) + length_of(short)
    rest = behind
    if short:
        if has_other_blanks(data, start_of(short), behind) or has_other_blanks(data, start, comma):
            store.now[IS_ODD] = 1
        if full:
            rest = _behind_family_name(data, start, comma, start_of(short), behind)
        else:
            rest = _split_short(data, start_of(short), behind, tags, store)
            length = behind - start if rest == behind else rest - 1 - start
            last = pack(start, length, 0)
    while rest < behind and data[rest] == SPACE:
        rest += 1
    word = _find_last(data, SPACE, rest, behind) + 1
    length = behind - word
    if 0 < length <= 3 and _is_one_of(data, word, length, tags.suffixes, store):
        in_fore = stop - fore > length and data[stop - length - 1] == SPACE
        in_fore = in_fore and is_equal(data, stop - length, word, length)
        if word > rest or in_fore:
            cells[at + role[5]] = pack(word, length, 0)
            behind = max(word - 1, rest)
            if in_fore:
                stop -= length + 1
    cells[at + role[2]] = last
    if fore <= stop:
        cells[at + role[3]] = pack(fore, stop - fore, 0)
    if behind > rest:
        cells[at + role[4]] = pack(rest, behind - rest, 0)


@kernel
def _behind_family_name(data, start, stop, short, behind):
    """Where in a short name the family name, data[start:stop], ends: by its bytes, or by as many words."""
    if behind - short >= stop - start and is_equal(data, short, start, stop - start):
        return short + stop - start
    for place in range(start, stop):
        if data[place] != SPACE and (place + 1 == stop or data[place + 1] == SPACE):
            while short < behind and data[short] == SPACE:
                short += 1
            while short < behind and data[short] != SPACE:
                short += 1
    return short


@kernel
def _split_short(data, start, behind, tags, store):
    """Where in a short name without a full one the initials begin: with the last word, or that before a suffix."""
    word = _find_last(data, SPACE, start, behind) + 1
    if word == start:
        return behind
    before = _find_last(data, SPACE, start, word - 1) + 1
    if before > start and _is_one_of(data, word, behind - word, tags.suffixes, store):
        return before
    return word


@kernel
def has_other_blanks(data, start, stop):
    """Whether a text has what Python takes for a blank, besides blanks."""
    for place in range(start, stop):
        sign, next_sign, third = data[place], data[place + 1], data[place + 2]
        if sign < 32 or (sign == 0xC2 and (next_sign == 0x85 or next_sign == 0xA0)):
            return True
        if sign == 0xE2 and next_sign == 0x80 and (third <= 0x8A or third in (0xA8, 0xA9, 0xAF)):
            return True
        if sign == 0xE2 and next_sign == 0x81 and third == 0x9F:
            return True
        if (sign == 0xE1 and next_sign == 0x9A and third == 0x80) or (sign == 0xE3 and next_sign == third == 0x80):
            return True
    return False


# SO


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
    title = _follow_sign(data, title, stop, DOT)
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
