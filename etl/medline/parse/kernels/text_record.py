"""What the kernels of MEDLINE text share: writing rows, the state of the record that they read, small searches."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from medline.parse.kernels.bytes import CLASS, DIGIT, ONES, is_equal
from medline.parse.kernels.cells import IS_FALLBACK, length_of, open_row, start_of
from medline.parse.kernels.jit import kernel, rare


def as_word(text: bytes) -> np.uint64:
    """A text of at most eight bytes as `load_u64` gives it."""
    return np.uint64(int.from_bytes(text, "little"))


TAB, LF, SPACE, OPEN, CLOSE, STAR, COMMA, MINUS, DOT, SLASH, COLON, SEMICOLON, LEFT, RIGHT, UNDERSCORE = (
    np.uint8(ord(sign)) for sign in "\t\n ()*,-./:;[]_"
)

DASHES = ONES * np.uint64(MINUS)
TWO, THREE, FOUR, FIVE, SIX = (np.uint64((1 << 8 * size) - 1) for size in (2, 3, 4, 5, 6))

LINKED, NOT_KNOWN, HHS, HHMI = as_word(b"PMID:"), as_word(b"NA"), as_word(b"HHS"), as_word(b"HHMI")
EC, TEN, ET_AL, PREPRINT = as_word(b"EC "), as_word(b"10."), as_word(b"et al."), as_word(b"Preprint")
ZERO = np.uint8(ord("0"))

FIRST, NONE = np.int64(0), np.int64(-1)  # typed, as all that kernels are called with: see `walk_text`

#: Indexes of `RecordState.open`.
MAIN, OWN, OWN_SEQ, SECTIONS, OTHER, ABSTRACTS, OWNER, PEOPLE, LATER, EVENTS, INCOMPLETE, STOPPED = range(12)

#: Columns of `RecordState.people`: forms of the name come first, as FULL, SHORT and COLLECTIVE number them.
P_ROLE, P_AT, P_SEQ, P_ADDRESSES, P_IDENTIFIERS = range(3, 8)


class RecordState(NamedTuple):
    """What the kernels know of the record that they read.

    Attributes:
        fields: (tag number, cell) of each field.
        people: the forms of each name so far, the row of the person, how many addresses and identifiers it has.
        later: fields that wait until all others are done.
        events: (moment as one number, cell of the status) of each row of history.
        open: rows and numbers that fields depend on: see MAIN … above; -1 or 0: not there.
    """

    fields: np.ndarray
    people: np.ndarray
    later: np.ndarray
    events: np.ndarray
    open: np.ndarray


def new_record_state() -> RecordState:
    """Return a state for records of up to 16,384 fields; larger records are fallbacks."""
    size = 1 << 14
    return RecordState(
        np.zeros((size, 2), np.int64),
        np.zeros((size, 8), np.int64),
        np.zeros(size, np.int64),
        np.zeros((1 << 8, 2), np.int64),
        np.zeros(16, np.int64),
    )


@kernel
def is_number(data, start, stop):
    for index in range(start, stop):
        if not CLASS[data[index]] & DIGIT:
            return False
    return stop > start


@kernel
def new_row(chunk, record, table, ordinal):
    """Open a row: the index of its first cell, or -1 where the table is full. It is numbered in its record."""
    row = open_row(chunk, chunk, table)
    if row < 0:
        return -1
    at = chunk.base[table] + row * chunk.width[table]
    if ordinal >= 0:
        chunk.cells[at + ordinal] = row - chunk.first[record, table] + 1
    return at


@kernel
def put_once(cells, now, index, cell):
    """Give a column its value; a second one makes the record a fallback."""
    if cells[index] != 0:
        now[IS_FALLBACK] = 1
    cells[index] = cell


@kernel
def is_same(data, cell, other):
    """Whether two cells hold the same text, or none."""
    if cell == 0 or other == 0:
        return cell == other
    length = length_of(cell)
    return length == length_of(other) and is_equal(data, start_of(cell), start_of(other), length)


@kernel
def find_last(data, sign, start, stop):
    """The last position of a sign, or `start - 1`."""
    while stop > start and data[stop - 1] != sign:
        stop -= 1
    return stop - 1


@kernel
def find_sign(data, sign, start, stop):
    """The first position of a sign, or `stop`."""
    while start < stop and data[start] != sign:
        start += 1
    return start


@kernel
def find_gap(data, sign, start, stop):
    """The first position of a sign that a blank follows, or `stop`."""
    while start < stop and not (data[start] == sign and start + 1 < stop and data[start + 1] == SPACE):
        start += 1
    return start


@rare
def is_head(data, start, dash, tags):
    """Whether the capitals before a dash, and before up to three blanks, are a tag, or end in one that is padded.

    See `tag_evidence.has_head_inside`.
    """
    at = dash
    while at > start and dash - at < 3 and (data[at - 1] == SPACE or data[at - 1] == TAB):
        at -= 1
    index, weight = 0, 1
    for size in range(1, 5):
        letter = tags.letter[data[at - size]]
        if at - size < start or letter == 0 or letter > 26:
            return False
        index += letter * weight
        weight *= 27
        is_begun = size + dash - at == 4 or at - size == start or _ends_word(data[at - size - 1])
        if size > 1 and is_begun and tags.number[index * 27 ** (4 - size)]:
            return True
    return False


@kernel
def _ends_word(sign):
    """Whether a tag may begin behind a sign: see `tag_evidence.WORD` and `tag_evidence.BLANK`."""
    if sign == SPACE or sign == TAB or sign >= 127 or 97 <= sign <= 122 or 48 <= sign <= 57:
        return True
    is_stop = sign == DOT or sign == COMMA or sign == SEMICOLON or sign == COLON
    return is_stop or sign == CLOSE or sign == RIGHT or sign == 63 or sign == 33  # ? !


@kernel
def is_visible(sign):
    """Whether a byte is a sign of ASCII that is never taken for a blank."""
    return 32 < sign < 127


@kernel
def is_one_of(data, start, length, words, chunk):
    """Whether a text is one of some words."""
    for number in range(words[0], words[1]):
        word = chunk.constants[number]
        if length_of(word) == length and is_equal(data, start, start_of(word), length):
            return True
    return False
