"""People in MEDLINE text as kernels, as in `people.py`: names in two forms, with addresses and identifiers."""

from __future__ import annotations

import numpy as np

from medline.parse.kernels.bytes import is_equal, load_u64
from medline.parse.kernels.cells import IS_FALLBACK, length_of, pack, start_of
from medline.parse.kernels.jit import kernel, rare
from medline.parse.kernels.layout_blanks import trimmed
from medline.parse.kernels.tags import (
    ADDRESS,
    AUTHOR,
    COLLECTIVE,
    EDITOR,
    FORM,
    FULL,
    IDENTIFIER,
    INVESTIGATOR,
    MAIN_IS_COMPLETE,
    NO,
    ORDINAL,
    R_COLLECTIVE,
    R_FORE_NAME,
    R_INITIALS,
    R_IS_COMPLETE,
    R_LAST_NAME,
    R_PARENT,
    R_PARENT_CONSTANT,
    R_SEQ,
    R_SUFFIX,
    R_TABLE,
    R_TYPE,
    R_TYPE_CONSTANT,
    ROLE,
    SHORT,
    SUBJECT,
    TABLE,
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
def add_name(data, record, cell, of, role, chunk, state):
    """Add a name; FAU and AU are one person where they fit: see `people.People`. of: ROLE, FORM."""
    people, opened = state.people, state.open
    opened[STOPPED] = 0
    others = _is_and_others(data, cell)
    if others:
        if others == 2 or of[ROLE] != AUTHOR:
            chunk.now[IS_FALLBACK] = 1
        opened[STOPPED] = opened[INCOMPLETE] = 1
        return
    last = opened[PEOPLE] - 1
    is_open = last >= 0 and people[last, P_ROLE] == of[ROLE] and people[last, of[FORM]] == 0
    if is_open and of[FORM] != COLLECTIVE and people[last, COLLECTIVE] == 0:
        full, short = (cell, people[last, SHORT]) if of[FORM] == FULL else (people[last, FULL], cell)
        if _is_same_person(data, full, short, chunk.now):
            people[last, of[FORM]] = cell
            return
    at = new_row(chunk, record, role[R_TABLE], role[R_SEQ])
    if at < 0:
        return
    if role[R_PARENT] >= 0:
        chunk.cells[at + role[R_PARENT]] = chunk.constants[role[R_PARENT_CONSTANT]]
    if role[R_TYPE] >= 0:
        chunk.cells[at + role[R_TYPE]] = chunk.constants[role[R_TYPE_CONSTANT]]
    person = people[last + 1]
    for index in range(person.size):
        person[index] = 0
    person[of[FORM]] = cell
    person[P_ROLE], person[P_AT], person[P_SEQ] = of[ROLE], at, chunk.cells[at + role[R_SEQ]]
    opened[PEOPLE] += 1


@kernel
def _is_and_others(data, cell):
    """Whether a name is `et al.` (1), or may be a variant of it (2): see `people.AND_OTHERS`."""
    start, length = start_of(cell), length_of(cell)
    if length < 5 or data[start + 1] | 32 not in (108, 116):  # l, t
        return 0
    if length == 6 and load_u64(data, start) & SIX == ET_AL:
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
                now[IS_FALLBACK] = 1
            is_letter = 65 <= sign & 0xDF <= 90
            if not is_letter or sign | 32 != other_sign | 32:
                return False
        start += 1
        other += 1
    return True


@kernel
def attach(data, record, action, cell, of, is_first, chunk, state):
    """Give an address or identifier to the last person so far, or to the first: whether there is one.

    of: table, own ordinal; the person's ordinal and affiliation, or role, person_seq, source, identifier and the
    constants author and investigator.
    """
    people, count = state.people, state.open[PEOPLE]
    if state.open[STOPPED] and not is_first:
        chunk.now[IS_FALLBACK] = 1  # it belongs to no person
        return True
    person = -1
    for index in range(count):
        other = index if is_first else count - 1 - index
        if _may_bear(people[other, P_ROLE], action):
            person = other
            break
    if person < 0:
        chunk.now[IS_FALLBACK] = is_first  # it belongs to no person
        return False
    at = new_row(chunk, record, of[TABLE], NONE)
    if at < 0:
        return True
    bearer, cells = people[person], chunk.cells
    if action != IDENTIFIER:
        bearer[P_ADDRESSES] += 1
        person_seq, affiliation = of[2], of[3]
        cells[at + of[ORDINAL]], cells[at + person_seq] = bearer[P_ADDRESSES], bearer[P_SEQ]
        cells[at + affiliation] = cell
        return True
    bearer[P_IDENTIFIERS] += 1
    role, person_seq, source, identifier, author, investigator = of[2], of[3], of[4], of[5], of[6], of[7]
    cells[at + of[ORDINAL]], cells[at + person_seq] = bearer[P_IDENTIFIERS], bearer[P_SEQ]
    cells[at + role] = chunk.constants[investigator if bearer[P_ROLE] == INVESTIGATOR else author]
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    colon = find_gap(data, COLON, start, stop)
    if colon < stop:
        cells[at + source] = pack(start, colon - start, 0)
        cell = pack(colon + 2, stop - colon - 2, 0)
    cells[at + identifier] = cell
    return True


@kernel
def _may_bear(role, action):
    """Whether what a tag says may belong to a person of a role: `people.BEARERS`."""
    if action == ADDRESS:
        return role == AUTHOR or role == EDITOR
    return role == INVESTIGATOR or (action == IDENTIFIER and role != SUBJECT)


@rare
def finish_people(data, kind, tags, chunk, state):
    """Split the names, now that both forms are known, and mark the author list as incomplete behind `et al.`."""
    main, is_incomplete = state.open[MAIN], state.open[INCOMPLETE] != 0
    no = chunk.constants[tags.flags[NO]]
    for index in range(state.open[PEOPLE]):
        person = state.people[index]
        role = tags.roles[kind, person[P_ROLE]]
        put_name(data, person, role, tags, chunk)
        if is_incomplete and person[P_ROLE] == AUTHOR:
            chunk.cells[person[P_AT] + role[R_IS_COMPLETE]] = no
    if is_incomplete and tags.main[kind, MAIN_IS_COMPLETE] >= 0:
        chunk.cells[main + tags.main[kind, MAIN_IS_COMPLETE]] = no


@rare
def put_name(data, person, role, tags, chunk):
    """Write the parts of a person's name: see `people.split_name`."""
    cells, at = chunk.cells, person[P_AT]
    full, short = person[FULL], person[SHORT]
    if person[COLLECTIVE] != 0:
        cells[at + role[R_COLLECTIVE]] = person[COLLECTIVE]
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
            chunk.now[IS_FALLBACK] = 1
        if full:
            rest = _behind_family_name(data, start, comma, start_of(short), behind)
        else:
            rest = _split_short(data, start_of(short), behind, tags, chunk)
            length = behind - start if rest == behind else rest - 1 - start
            last = pack(start, length, 0)
    while rest < behind and data[rest] == SPACE:
        rest += 1
    word = find_last(data, SPACE, rest, behind) + 1
    length = behind - word
    if 0 < length <= 3 and is_one_of(data, word, length, tags.suffixes, chunk):
        in_fore = stop - fore > length and data[stop - length - 1] == SPACE
        in_fore = in_fore and is_equal(data, stop - length, word, length)
        if word > rest or in_fore:
            cells[at + role[R_SUFFIX]] = pack(word, length, 0)
            behind = max(word - 1, rest)
            if in_fore:
                stop -= length + 1
    cells[at + role[R_LAST_NAME]] = trimmed(data, start_of(last), start_of(last) + length_of(last), 0)
    if fore <= stop:
        cells[at + role[R_FORE_NAME]] = trimmed(data, fore, stop, 0)
    if behind > rest:
        cells[at + role[R_INITIALS]] = pack(rest, behind - rest, 0)


@kernel
def _behind_family_name(data, start, stop, short, behind):
    """Where in a short name the family name, data[start:stop], ends: by its bytes, or by as many words."""
    if behind - short >= stop - start and is_equal(data, short, start, stop - start):
        return short + stop - start
    for index in range(start, stop):
        if data[index] != SPACE and (index + 1 == stop or data[index + 1] == SPACE):
            while short < behind and data[short] == SPACE:
                short += 1
            while short < behind and data[short] != SPACE:
                short += 1
    return short


@kernel
def _split_short(data, start, behind, tags, chunk):
    """Where in a short name without a full one the initials begin: with the last word, or that before a suffix."""
    word = find_last(data, SPACE, start, behind) + 1
    if word == start:
        return behind
    before = find_last(data, SPACE, start, word - 1) + 1
    if before > start and is_one_of(data, word, behind - word, tags.suffixes, chunk):
        return before
    return word


@kernel
def has_other_blanks(data, start, stop):
    """Whether a text has what Python takes for a blank, besides blanks."""
    for index in range(start, stop):
        sign, next_sign, third = data[index], data[index + 1], data[index + 2]
        if sign < 32 or (sign == 0xC2 and (next_sign == 0x85 or next_sign == 0xA0)):
            return True
        if sign == 0xE2 and next_sign == 0x80 and (third <= 0x8A or third in (0xA8, 0xA9, 0xAF)):
            return True
        if sign == 0xE2 and next_sign == 0x81 and third == 0x9F:
            return True
        if (sign == 0xE1 and next_sign == 0x9A and third == 0x80) or (sign == 0xE3 and next_sign == third == 0x80):
            return True
    return False
