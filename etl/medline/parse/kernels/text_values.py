"""The values of MEDLINE text as kernels: fields that are more than one column, or that depend on other fields.

They do what `parse.text.reference` and `parse.text.people` do. The tag's operands, `of`, name the tables and columns
that a kernel fills; `tags.py` and the docstrings give their order.
"""

from __future__ import annotations

from medline.parse.kernels.bytes import CLASS, DIGIT, load_u64
from medline.parse.kernels.cells import IS_FALLBACK, length_of, pack, start_of
from medline.parse.kernels.jit import kernel, rare
from medline.parse.kernels.layout_blanks import trimmed
from medline.parse.kernels.tags import (
    ORDINAL,
    OTHER_TEXT,
    OTHER_VALUE,
    OWN_COPYRIGHT,
    OWN_TEXT,
    STATUS_CONSTANT,
    TABLE,
)
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
    """Write a text, and whether a star is before it."""
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
        now[IS_FALLBACK] = 1
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
        now[IS_FALLBACK] = 1
        return
    cells[issn] = pack(start, behind - start, 0)
    cells[kind] = pack(left + 1, stop - left - 2, 0)


@kernel
def split_location(data, cell, value, kind, pii, cells, now):
    """`10.1000/182 [doi]`; an article number is bare: see `reference.ARTICLE_NUMBER`."""
    split_bracketed(data, cell, value, kind, cells, now)
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    if cells[kind] != 0 or start == stop:
        return
    for index in range(start, stop):
        if data[index] >= 128:
            now[IS_FALLBACK] = 1
        elif not is_visible(data[index]) or data[index] == LEFT or data[index] == RIGHT:
            return
    if stop - start >= 7 and load_u64(data, start) & THREE == TEN and is_number(data, start + 3, start + 7):
        return
    cells[kind] = pii


@kernel
def is_chemical(data, cell):
    """Whether RN begins with a registry number: see `reference.is_chemical`."""
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
    if size > 3 and load_u64(data, start) & THREE == EC:
        return CLASS[data[start + 3]] & DIGIT and is_code(data, start + 4, behind, True)
    if size == 10 and is_code(data, start, behind, False):
        return True
    is_cas = 6 <= size <= 12 and data[behind - 2] == MINUS and data[behind - 5] == MINUS
    is_cas = is_cas and is_number(data, behind - 1, behind) and is_number(data, behind - 4, behind - 2)
    return is_cas and is_number(data, start, behind - 5)


@kernel
def find_bracket(data, start, stop):
    """The first position of ` (`, or `stop`."""
    while start + 1 < stop and not (data[start] == SPACE and data[start + 1] == OPEN):
        start += 1
    return start if start + 1 < stop else stop


@kernel
def has_digit(data, start, stop):
    for index in range(start, stop):
        if CLASS[data[index]] & DIGIT:
            return True
    return False


@kernel
def is_code(data, start, stop, is_loose):
    """Whether there are digits and capitals alone; if loose, small letters, dots and dashes too."""
    for index in range(start, stop):
        sign = data[index]
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
        now[IS_FALLBACK] = 1  # may be a digit of another script
        return
    at = digits - 1 if digits > start and data[digits - 1] == SPACE else digits
    at -= 6  # " PMID:"
    if digits == stop or at < start or data[at] != SPACE or load_u64(data, at + 1) & FIVE != LINKED:
        return
    cells[pmid] = pack(digits, stop - digits, 0)
    if at > start and data[at - 1] == DOT:
        at -= 1
    cells[source] = pack(start, at - start, 0)


@kernel
def put_digits(data, cell, year, month, day, cells, now):
    """`20190416`, `201904` or `2019`; another date makes the record a fallback."""
    start, length = start_of(cell), length_of(cell)
    if length not in (4, 6, 8) or not is_number(data, start, start + length):
        now[IS_FALLBACK] = 1
        return
    put_once(cells, now, year, pack(start, 4, 0))
    if length > 4:
        put_once(cells, now, month, pack(start + 4, 2, 0))
    if length > 6:
        put_once(cells, now, day, pack(start + 6, 2, 0))


@rare
def split_date(data, cell, main, of, tags, chunk):
    """`2001 Oct 1` into year, month, day, season or MedlineDate (the operands): see `values.split_date`."""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    year, month, day_column, season, medline_date = of[0], of[1], of[2], of[3], of[4]
    word = start + 5
    behind = word
    while behind < stop and 65 <= data[behind] & 0xDF <= 90:
        behind += 1
    if behind < stop and data[behind] == DOT:
        chunk.now[IS_FALLBACK] = 1  # `2006 Sept. 1`
    day = behind + 1 if behind < stop else behind
    is_dated = stop - start >= 4 and is_number(data, start, start + 4)
    if stop - start == 4 and is_dated:
        put_once(chunk.cells, chunk.now, main + year, cell)
        return
    is_dated = is_dated and behind > word and data[start + 4] == SPACE
    if day > behind:
        is_dated = is_dated and data[behind] == SPACE and stop - day <= 2 and is_number(data, day, stop)
    if is_dated and read_month(data, word, behind - word) > 0:
        put_once(chunk.cells, chunk.now, main + year, pack(start, 4, 0))
        put_once(chunk.cells, chunk.now, main + month, pack(word, behind - word, 0))
        if day > behind:
            put_once(chunk.cells, chunk.now, main + day_column, pack(day, stop - day, 0))
    elif is_dated and behind == stop and is_one_of(data, word, behind - word, tags.seasons, chunk):
        put_once(chunk.cells, chunk.now, main + year, pack(start, 4, 0))
        put_once(chunk.cells, chunk.now, main + season, pack(word, behind - word, 0))
    else:
        put_once(chunk.cells, chunk.now, main + medline_date, cell)


@rare
def split_grant(data, cell, at, of, tags, chunk):
    """`id/acronym/agency/country`, from the right: see `reference._split_grant`."""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    slash = find_last(data, SLASH, start, stop)
    grant_id, acronym, agency, country_column = of[2], of[3], of[4], of[5]
    country = 0
    if slash >= start:
        length = stop - slash - 1
        if length == 0 or is_one_of(data, slash + 1, length, tags.countries, chunk):
            country = pack(slash + 1, length, 0)
            stop = slash
            slash = find_last(data, SLASH, start, stop)
    chunk.cells[at + country_column] = country
    chunk.cells[at + agency] = trimmed(data, slash + 1, stop, 0)
    if slash < start:
        return
    before = find_last(data, SLASH, start, slash)
    if _is_acronym(data, start, before, slash, stop, length_of(country) > 0):
        chunk.cells[at + acronym] = pack(before + 1, slash - before - 1, 0)
        slash = before
    if slash > start:
        chunk.cells[at + grant_id] = trimmed(data, start, slash, 0)


@kernel
def _is_acronym(data, start, before, slash, stop, has_country):
    """Whether the text between two slashes (the first may be missing) is an acronym: see `reference._is_acronym`."""
    word, behind = before + 1, slash
    is_marked = behind > word and data[behind - 1] == UNDERSCORE
    letters = behind - 1 if is_marked else behind
    if not 2 <= letters - word <= 6 or not 65 <= data[word] <= 90:
        return False
    for index in range(word, letters):
        if not 65 <= data[index] & 0xDF <= 90:
            return False
    signs = load_u64(data, word)
    if letters - word == 2 and not is_marked and signs & TWO == NOT_KNOWN:
        return False
    of_hhs = stop - slash > 3 and load_u64(data, stop - 3) & THREE == HHS
    of_nih = behind - word == 2 and (has_country or of_hhs)
    return before >= start or is_marked or (behind - word == 4 and signs & FOUR == HHMI) or of_nih


@rare
def split_accession(data, record, cell, at, of, chunk):
    """`GENBANK/X123`; banks are numbered as they come, accessions in each. of: table, accession_seq,
    databank_seq, databank, accession."""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    table, accession_seq, databank_seq, databank, accession = of[TABLE], of[ORDINAL], of[2], of[3], of[4]
    slash = find_sign(data, SLASH, start, stop)
    bank = pack(start, slash - start, 0)
    chunk.cells[at + databank] = bank
    if slash < stop:
        chunk.cells[at + accession] = pack(slash + 1, stop - slash - 1, 0)
    banks, bank_number, number = 0, 0, 0
    width = chunk.width[table]
    for row in range(chunk.base[table] + chunk.first[record, table] * width, at, width):
        banks = max(banks, chunk.cells[row + databank_seq])
        if is_same(data, bank, chunk.cells[row + databank]):
            bank_number, number = chunk.cells[row + databank_seq], chunk.cells[row + accession_seq]
    chunk.cells[at + databank_seq] = bank_number if bank_number else banks + 1
    chunk.cells[at + accession_seq] = number + 1


@rare
def split_heading(data, cell, at, of, no, yes, chunk):
    """`Descriptor/*qualifier/qualifier`. of: table, ordinal, descriptor, is_major; the qualifiers' table, heading_seq,
    qualifier_seq, qualifier, is_major."""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    descriptor, is_major, qualifiers, heading_seq, qualifier_seq = of[2], of[3], of[4], of[5], of[6]
    qualifier, is_major_qualifier = of[7], of[8]
    slash = find_sign(data, SLASH, start, stop)
    put_starred(data, start, slash, at + descriptor, at + is_major, no, yes, chunk.cells)
    heading, number = chunk.cells[at + of[ORDINAL]], 0
    while slash < stop:
        start = slash + 1
        slash = find_sign(data, SLASH, start, stop)
        at = new_row(chunk, FIRST, qualifiers, NONE)
        if at < 0:
            return
        number += 1
        chunk.cells[at + heading_seq], chunk.cells[at + qualifier_seq] = heading, number
        put_starred(data, start, slash, at + qualifier, at + is_major_qualifier, no, yes, chunk.cells)


@rare
def add_abstract(data, action, cell, of, tags, chunk, state):
    """AB and CI are the record's own abstract, OAB opens another: see `reference._Abstracts`.

    of: table, abstract_seq, section_seq, abstract_type, language, text, copyright; the column of OABL and OCI.
    """
    cells, opened = chunk.cells, state.open
    abstract_type, text, rights, other_value = of[3], of[5], of[6], of[7]
    if action == OWN_TEXT or action == OWN_COPYRIGHT:
        if opened[OWN] < 0 or (action == OWN_TEXT and cells[opened[OWN] + text] != 0):
            if opened[OWN] < 0:
                opened[ABSTRACTS] += 1
                opened[OWN_SEQ] = opened[ABSTRACTS]
            opened[SECTIONS] += 1
            opened[OWN] = _open_abstract(chunk, of, opened[OWN_SEQ], opened[SECTIONS])
        if opened[OWN] < 0:
            return
        if action == OWN_TEXT:
            cells[opened[OWN] + text] = cell
        elif cells[opened[OWN] + rights] == 0:
            cells[opened[OWN] + rights] = cell
        return
    if action == OTHER_TEXT or opened[OTHER] < 0:
        opened[ABSTRACTS] += 1
        opened[OTHER] = _open_abstract(chunk, of, opened[ABSTRACTS], 1)
        if opened[OTHER] < 0:
            return
        cells[opened[OTHER] + abstract_type] = pack(start_of(cell), 0, 0)
    if action == OTHER_VALUE:
        if cells[opened[OTHER] + other_value] == 0:
            cells[opened[OTHER] + other_value] = cell
        return
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    colon = find_gap(data, COLON, start, stop)
    if colon < stop and is_one_of(data, start, colon - start, tags.abstract_types, chunk):
        cells[opened[OTHER] + abstract_type] = pack(start, colon - start, 0)
        cell = pack(colon + 2, stop - colon - 2, 0)
    cells[opened[OTHER] + text] = cell


@kernel
def _open_abstract(chunk, of, abstract, section):
    abstract_seq, section_seq = of[1], of[2]
    at = new_row(chunk, FIRST, of[TABLE], NONE)
    if at >= 0:
        chunk.cells[at + abstract_seq], chunk.cells[at + section_seq] = abstract, section
    return at


@rare
def add_event(data, record, cell, of, chunk, state):
    """Add `2002/11/28 04:00 [pubmed]` to history, unless an equal row exists.

    of: table, ordinal, pub_status, year, month, day, hour, minute; the constant of the tag's status, or -1.
    """
    at, stop = start_of(cell), start_of(cell) + length_of(cell)
    if stop - at < 4 or not is_number(data, at, at + 4):
        chunk.now[IS_FALLBACK] = 1
        return
    year = pack(at, 4, 0)
    month, at = _event_part(data, at + 4, stop, SLASH, chunk.now)
    day, at = _event_part(data, at, stop, SLASH, chunk.now) if month else (0, at)
    hour, minute = 0, 0
    if at + 1 < stop and data[at] == SPACE and data[at + 1] != LEFT:
        hour, at = _event_part(data, at, stop, SPACE, chunk.now)
        minute, at = _event_part(data, at, stop, COLON, chunk.now)
        if not minute:
            chunk.now[IS_FALLBACK] = 1
    status = 0
    if at < stop:
        if stop - at < 3 or data[at] != SPACE or data[at + 1] != LEFT or data[stop - 1] != RIGHT:
            chunk.now[IS_FALLBACK] = 1
            return
        status = pack(at + 2, stop - at - 3, 0)
    if of[STATUS_CONSTANT] >= 0:
        status = chunk.constants[of[STATUS_CONSTANT]]
    moment = _number_of(data, year)
    for part in (month, day, hour, minute):
        moment = moment << 7 | _number_of(data, part)
    events = state.open[EVENTS]
    for event in range(events):
        if state.events[event, 0] == moment and is_same(data, state.events[event, 1], status):
            return
    row = new_row(chunk, record, of[TABLE], of[ORDINAL])
    if row < 0 or events == state.events.shape[0]:
        chunk.now[IS_FALLBACK] = 1
        return
    state.events[events, 0], state.events[events, 1] = moment, status
    state.open[EVENTS] = events + 1
    status_column, year_column, month_column = row + of[2], row + of[3], row + of[4]
    day_column, hour_column, minute_column = row + of[5], row + of[6], row + of[7]
    chunk.cells[status_column], chunk.cells[year_column], chunk.cells[month_column] = status, year, month
    chunk.cells[day_column], chunk.cells[hour_column], chunk.cells[minute_column] = day, hour, minute


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
        now[IS_FALLBACK] = 1
    return pack(start, at - start, 0), at


@kernel
def _number_of(data, cell):
    """The number that a cell's digits make, plus one; 0 for no cell."""
    number = 0
    for index in range(start_of(cell), start_of(cell) + length_of(cell)):
        number = number * 10 + data[index] - 48
    return number + 1 if cell else 0
