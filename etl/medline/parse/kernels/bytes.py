"""Bytes in numba: eight at a time, and the words that the readers know.

The kernels read past the last byte of a text by up to `PAD` bytes, which every buffer has behind it, and which are 0.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.extending import intrinsic

from medline.parse.kernels.jit import entry, kernel

#: Bytes behind the last one of a buffer.
PAD = 64

#: Bits of an index in the hash table of names, and the longest name in it.
BUCKET_BITS = 10
LONGEST_NAME = 24

#: Classes of bytes, as bits of `CLASS`.
NAME, BLANK, DIGIT = 1, 2, 4


def _classes() -> np.ndarray:
    classes = np.zeros(256, np.uint8)
    # a byte of a character beyond ASCII may belong to a name; expat decides which do
    for byte in range(256):
        if byte >= 128 or chr(byte).isalnum() or chr(byte) in "_:.-":
            classes[byte] |= NAME
    classes[list(b" \t\r\n")] |= BLANK
    classes[list(b"0123456789")] |= DIGIT
    return classes


CLASS = _classes()


@intrinsic
def _load(typing, data, at):
    def generate(context, builder, signature, arguments):
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        address = builder.gep(array.data, [arguments[1]])
        return builder.load(builder.bitcast(address, ir.IntType(64).as_pointer()), align=1)

    return types.uint64(data, types.intp), generate


@intrinsic
def _store(typing, data, at, value):
    def generate(context, builder, signature, arguments):
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        address = builder.gep(array.data, [arguments[1]])
        builder.store(arguments[2], builder.bitcast(address, ir.IntType(64).as_pointer()), align=1)
        return context.get_dummy_value()

    return types.void(data, types.intp, types.uint64), generate


#: With NUMBA_BOUNDSCHECK=1 (the fuzz test sets it) eight bytes are checked like one.
CHECKED = bool(config.BOUNDSCHECK)


@kernel
def load_u64(data, at):
    """The eight bytes from `at` on, as one little-endian number."""
    if CHECKED and (at < 0 or at + 8 > data.size):
        raise IndexError("load_u64 out of bounds")
    return _load(data, at)


@kernel
def store_u64(data, at, value):
    """Put eight bytes."""
    if CHECKED and (at < 0 or at + 8 > data.size):
        raise IndexError("store_u64 out of bounds")
    _store(data, at, value)


@intrinsic
def trailing_zeros(typing, value):
    """Zero bits below the lowest set one; 64 where none is set."""

    def generate(context, builder, signature, arguments):
        return builder.zext(builder.cttz(arguments[0], ir.IntType(1)(False)), ir.IntType(64))

    return types.int64(types.uint64), generate


ONES = np.uint64(0x0101010101010101)
HIGHS = ONES << np.uint64(7)
LESS, GREATER, AMPERSAND, SPACES, ATS, LINE_ENDS = (ONES * np.uint64(ord(sign)) for sign in "<>& @\n")


@kernel
def find_markup(data, at):
    """The first of < & LF and what XML forbids in a text from `at` on: controls, and the > of ]]>.

    Eight bytes at a time: a byte is below 32, or equal to another, where a subtraction borrows from its highest bit.
    """
    while True:
        word = load_u64(data, at)
        less, ampersand, greater = word ^ LESS, word ^ AMPERSAND, word ^ GREATER
        hits = (less - ONES) & ~less | (ampersand - ONES) & ~ampersand
        hits |= (greater - ONES) & ~greater | (word - SPACES) & ~word
        hits &= HIGHS
        if not hits:
            at += 8
            continue
        at += trailing_zeros(hits) >> 3
        sign = data[at]
        if sign == 9 or (sign == 62 and (data[at - 1] != 93 or data[at - 2] != 93)):
            at += 1
            continue
        return at


@entry
def has_noncharacters(data, start, end):
    """Whether U+FFFE or U+FFFF is in data[start:end], which is UTF-8, but which XML has not: EF BF BE and EF BF BF."""
    for at in range(start, end, 8):
        if load_u64(data, at) & HIGHS:
            for index in range(at, at + 8):
                if data[index] == 0xEF and data[index + 1] == 0xBF and data[index + 2] >= 0xBE:
                    return True
    return False


C1, SEPARATOR = np.uint8(0xC2), np.uint8(0xE2)  # first bytes of U+0080 to U+009F, and of U+2028 and U+2029


@entry
def find_control(data, start, end):
    """The first control code beyond ASCII, or separator of lines, in data[start:end], or `end`."""
    for at in range(start, end, 8):
        if load_u64(data, at) & HIGHS:
            for index in range(at, min(at + 8, end)):
                sign, after = data[index], data[index + 1]
                if sign == C1 and after < 0xA0:
                    return index
                if sign == SEPARATOR and after == 0x80 and 0xA8 <= data[index + 2] <= 0xA9:
                    return index
    return end


@kernel
def skip_blanks(data, at):
    """The first byte from `at` on that is no blank."""
    while True:
        word = load_u64(data, at) ^ SPACES
        if not word:
            at += 8
            continue
        at += trailing_zeros(word) >> 3
        if not CLASS[data[at]] & BLANK:
            return at
        at += 1


@kernel
def has_line_end(data, at, stop):
    """Whether a LF is in data[at:stop]."""
    while at < stop:
        word = load_u64(data, at) ^ LINE_ENDS
        hits = (word - ONES) & ~word & HIGHS
        if hits:
            return at + (trailing_zeros(hits) >> 3) < stop
        at += 8
    return False


@kernel
def skip_tag(data, at):
    """The position behind a tag; an attribute may hold a >."""
    quote = 0
    while data[at] != 62 or quote:
        if quote:
            if data[at] == quote:
                quote = 0
        elif data[at] == 34 or data[at] == 39:
            quote = data[at]
        at += 1
    return at + 1


@kernel
def find_below_letters(data, at):
    """The first byte below @ from `at` on: a blank, / or > behind a name of letters, but also a digit or a colon."""
    while True:
        word = load_u64(data, at)
        hits = (word - ATS) & ~word & HIGHS
        if hits:
            return at + (trailing_zeros(hits) >> 3)
        at += 8


@kernel
def words(data, at, length):
    """The bytes of a name of at most 24 as three numbers, which differ for any other name of its length."""
    if length < 8:
        return load_u64(data, at) & ((np.uint64(1) << np.uint64(8 * length)) - np.uint64(1)), np.uint64(0), np.uint64(0)
    middle = load_u64(data, at + 8) if length > 16 else np.uint64(0)
    return load_u64(data, at), middle, load_u64(data, at + length - 8)


@kernel
def bucket_of(first, last, length):
    """The first slot of a name in a hash table."""
    mixed = (first + (last << np.uint64(7)) + np.uint64(length)) * np.uint64(0x9E3779B97F4A7C15)
    return np.int64(mixed >> np.uint64(64 - BUCKET_BITS))


@kernel
def reference_length(data, at):
    """Length of the reference at `at` if it is &lt; &gt; &amp; &quot; or &apos;, else 0."""
    one, two, three, four, five = data[at + 1], data[at + 2], data[at + 3], data[at + 4], data[at + 5]
    if three == 59 and two == 116 and one in (108, 103):
        return 4
    if one == 97 and two == 109 and three == 112 and four == 59:
        return 5
    if five == 59 and (
        (one == 113 and two == 117 and three == 111 and four == 116)
        or (one == 97 and two == 112 and three == 111 and four == 115)
    ):
        return 6
    return 0


@kernel
def is_equal(data, at, start, length):
    """Whether `length` bytes at two positions are the same."""
    while length >= 8:
        if load_u64(data, at) != load_u64(data, start):
            return False
        at, start, length = at + 8, start + 8, length - 8
    if length == 0:
        return True
    return (load_u64(data, at) ^ load_u64(data, start)) << np.uint64(8 * (8 - length)) == 0
