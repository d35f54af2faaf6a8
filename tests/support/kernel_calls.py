"""Calls of single kernels from Python."""

from __future__ import annotations

import numpy as np
from hypothesis import settings
from numba import njit

from medline.parse.kernels import values
from medline.parse.kernels.bytes import PAD
from medline.parse.values import Untypable

MANY = settings(max_examples=150, deadline=None)


def called(function):
    """A kernel with a way in from Python, which those that only kernels call have not."""
    return njit(function.py_func, _nrt=False)


def padded(text: str | bytes) -> tuple[np.ndarray, int, int]:
    """A text in a buffer as the kernels have it: zeros around; its start and its length."""
    content = text.encode() if isinstance(text, str) else text
    return np.frombuffer(bytearray(bytes(PAD) + content + bytes(2 * PAD)), np.uint8), PAD, len(content)


def plain(function, *arguments):
    try:
        return function(*arguments)
    except Untypable:
        return values.UNTYPABLE
