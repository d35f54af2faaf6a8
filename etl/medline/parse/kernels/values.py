"""From the bytes of a value to numbers, as `medline.parse.values` reads them: one kernel per type of the schema.

Each returns `UNTYPABLE` where that raises, and for what it cannot decide, such as a month with letters beyond ASCII;
the plain reader then decides.
"""

from __future__ import annotations

import numpy as np

from medline.parse.constants import MONTH_NAMES
from medline.parse.kernels.bytes import BLANK, CLASS, DIGIT
from medline.parse.kernels.jit import kernel

UNTYPABLE = -(1 << 62)
_DOT = ord(".")
_NAMES = np.frombuffer("".join(name.lower() for name in MONTH_NAMES).encode(), np.uint8)
_ENDS = np.cumsum([0, *(len(name) for name in MONTH_NAMES)])
_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_BEFORE = np.cumsum(np.array([0, *_DAYS]))
_EPOCH = 719_162  # days from 0001-01-01 to 1970-01-01


@kernel
def read_integer(data, start, length, limit):
    """A whole number of ASCII digits, up to `limit`."""
    stop = start + length
    while start < stop and CLASS[data[start]] & BLANK:
        start += 1
    while stop > start and CLASS[data[stop - 1]] & BLANK:
        stop -= 1
    if stop == start or stop - start > 18:
        return UNTYPABLE
    number = 0
    for index in range(start, stop):
        if not CLASS[data[index]] & DIGIT:
            return UNTYPABLE
        number = number * 10 + (data[index] - 48)
    return number if number <= limit else UNTYPABLE


@kernel
def read_month(data, start, length):
    """A month, from 1 to 12, from a number of two digits at most or an English name: see `medline.parse.values`."""
    stop = start + length
    while start < stop and CLASS[data[start]] & BLANK:
        start += 1
    while stop > start and CLASS[data[stop - 1]] & BLANK:
        stop -= 1
    if stop - start <= 2:
        number = read_integer(data, start, stop - start, 12)
        return number if number > 0 else UNTYPABLE
    if data[stop - 1] == _DOT:
        stop -= 1
    for month in range(12):
        length = _ENDS[month + 1] - _ENDS[month]
        is_sept = month == 8 and stop - start == 4
        if stop - start != 3 and stop - start != length and not is_sept:
            continue
        is_same = True
        for index in range(stop - start):
            sign = data[start + index]
            is_same = is_same and (sign | 32) == _NAMES[_ENDS[month] + index] and sign >= 65
        if is_same:
            return month + 1
    return UNTYPABLE


@kernel
def read_flag(data, start, length):
    """Y or N, as 1 or 0."""
    flag = -1
    for index in range(start, start + length):
        sign = data[index]
        if CLASS[sign] & BLANK:
            continue
        if flag >= 0 or (sign != 89 and sign != 78):
            return UNTYPABLE
        flag = 1 if sign == 89 else 0
    return flag if flag >= 0 else UNTYPABLE


@kernel
def day_number(year, month, day):
    """Days since 1970-01-01 of a date from the year 1 to 9999."""
    if not (1 <= year <= 9999 and 1 <= month <= 12 and day >= 1):
        return UNTYPABLE
    is_leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
    if day > _DAYS[month - 1] + (1 if is_leap and month == 2 else 0):
        return UNTYPABLE
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400
    return days + _BEFORE[month - 1] + (1 if is_leap and month > 2 else 0) + day - 1 - _EPOCH


@kernel
def read_day(data, start, length):
    """A day from `20190416`, `2019/04/16` or `2019-04-16`."""
    if length != 8 and length != 10:
        return UNTYPABLE
    gap = 1 if length == 10 else 0
    if gap and (data[start + 4] != data[start + 7] or (data[start + 4] != 45 and data[start + 4] != 47)):
        return UNTYPABLE
    for index in range(length):
        is_gap = gap and (index == 4 or index == 7)
        if not is_gap and not CLASS[data[start + index]] & DIGIT:
            return UNTYPABLE
    year = read_integer(data, start, 4, 9999)
    month = read_integer(data, start + 4 + gap, 2, 12)
    return day_number(year, month, read_integer(data, start + 6 + 2 * gap, 2, 31))
