"""People in MEDLINE text as kernels: names told in two forms, addresses and identifiers behind them: `people.py`."""

from __future__ import annotations

import numpy as np

from medline.parse.kernels.bytes import is_equal, load
from medline.parse.kernels.cells import IS_ODD, length_of, pack, start_of
from medline.parse.kernels.jit import kernel, rare
from medline.parse.kernels.layout_blanks import trimmed
from medline.parse.kernels.tags import (
    ADDRESS,
    AUTHOR,
    COLLECTIVE,
    EDITOR,
    FULL,
    IDENTIFIER,
    INVESTIGATOR,
    SHORT,
    SUBJECT,
)
from medline.parse.kernels.text_record import (
    COLON,
    COMMA,
    DOT,
    ET_AL,
    INCOMPLETE,
    MAIN,
    NONE,
    P_ADDRESSES,
    P_AT,
    P_IDENTIFIERS,
    P_ROLE,
    P_SEQ,
    PEOPLE,
    SIX,
    SPACE,
    STOPPED,
    find_gap,
    find_last,
    is_one_of,
    new_row,
)


@kernel
def add_name(data, record, cell, of, role, store, desk):
    """FAU and AU tell one person where they fit: see `people.People`. of: role, form."""
    people, opened = desk.people, desk.open
    opened[STOPPED] = 0
    others = _is_and_others(data, cell)
    if others:
        if others == 2 or of[0] != AUTHOR:
            store.now[IS_ODD] = 1
        opened[STOPPED] = opened[INCOMPLETE] = 1
        return
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
def _is_and_others(data, cell):
    """Whether a name is `et al.` (1), or may be a variant of it (2): see `people.AND_OTHERS`."""
    start, length = start_of(cell), length_of(cell)
    if length < 5 or data[start + 1] | 32 not in (108, 116):  # l, t
        return 0
    if length == 6 and load(data, start) & SIX == ET_AL:
        return 1
    first, third = data[start] | 32, data[start + 2]
    is_behind = third == DOT or third == COMMA
    is_et = first == 101 and data[start + 1] | 32 == 116 and (is_behind or third == SPACE)
    is_al = first == 97 and data[start + 1] | 32 == 108 and is_behind
    return 2 if length < 16 and (is_et or is_al) else 0


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
    if desk.open[STOPPED] and not is_first:
        store.now[IS_ODD] = 1  # it belongs to nobody
        return True
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
    colon = find_gap(data, COLON, start, stop)
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
def finish_people(data, kind, tags, store, desk):
    """Take the names apart, now that both forms are known; tell the authors that `et al.` followed them."""
    main, is_incomplete = desk.open[MAIN], desk.open[INCOMPLETE] != 0
    no = store.constants[tags.flags[0]]
    for place in range(desk.open[PEOPLE]):
        person = desk.people[place]
        role = tags.roles[kind, person[P_ROLE]]
        put_name(data, person, role, tags, store)
        if is_incomplete and person[P_ROLE] == AUTHOR:
            store.cells[person[P_AT] + role[11]] = no
    if is_incomplete and tags.main[kind, 3] >= 0:
        store.cells[main + tags.main[kind, 3]] = no


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
    word = find_last(data, SPACE, rest, behind) + 1
    length = behind - word
    if 0 < length <= 3 and is_one_of(data, word, length, tags.suffixes, store):
        in_fore = stop - fore > length and data[stop - length - 1] == SPACE
        in_fore = in_fore and is_equal(data, stop - length, word, length)
        if word > rest or in_fore:
            cells[at + role[5]] = pack(word, length, 0)
            behind = max(word - 1, rest)
            if in_fore:
                stop -= length + 1
    cells[at + role[2]] = trimmed(data, start_of(last), start_of(last) + length_of(last), 0)
    if fore <= stop:
        cells[at + role[3]] = trimmed(data, fore, stop, 0)
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
    word = find_last(data, SPACE, start, behind) + 1
    if word == start:
        return behind
    before = find_last(data, SPACE, start, word - 1) + 1
    if before > start and is_one_of(data, word, behind - word, tags.suffixes, store):
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
