"""The questions that the kernels of derived columns leave to the plain reader's functions.

The kernels know the usual forms of pages, ORCIDs and DOIs. They note a question for a value of any other form, and the
function of the plain reader answers it once the chunk is derived, so that each rule is written once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from medline.parse import identifiers
from medline.parse.kernels.cells import FALLBACK, IS_FALLBACK, Rows, length_of, pack, start_of, take_scratch
from medline.parse.kernels.jit import kernel
from medline.parse.pages import split_pages

#: Kinds of questions, and the functions that answer them.
START_PAGE, END_PAGE, DOI, ORCID = range(4)
ANSWERS: tuple[Callable[[str], str | None], ...] = (
    lambda value: split_pages(value)[0],
    lambda value: split_pages(value)[1],
    identifiers.doi,
    identifiers.orcid,
)
MOST_QUESTIONS = 1 << 14  # of a chunk
LONGEST_ADDITION = 32  # bytes by which an answer is longer than the value


def answer(data: np.ndarray, chunk: Rows, questions: np.ndarray) -> None:
    """Fill the cells of the questions that have an answer."""
    # backwards: of several values that one column was asked about, the first that has an answer counts
    for kind, target, cell, room in reversed(questions.tolist()):
        start, length = start_of.py_func(cell), length_of.py_func(cell)
        text = ANSWERS[kind](data[start : start + length].tobytes().decode())
        if text is not None:
            raw = np.frombuffer(text.encode(), np.uint8)
            data[room : room + raw.size] = raw
            chunk.cells[target] = pack.py_func(room, raw.size, 0)


@kernel
def ask(data, chunk, record, questions, count, kind, target, cell):
    """Note a question, and return how many there are; a fallback where room is short or the value must be decoded."""
    if cell & 15 or count >= questions.shape[0]:
        mark_fallback(chunk, record)
        return count
    room = take_scratch(data, chunk, length_of(cell) + LONGEST_ADDITION)
    if room < 0:
        mark_fallback(chunk, record)
        return count
    questions[count, 0], questions[count, 1], questions[count, 2], questions[count, 3] = kind, target, cell, room
    return count + 1


@kernel
def cell_index(chunk, table, row, column):
    """The index of a column's cell in a row."""
    return chunk.base[table] + row * chunk.width[table] + column


@kernel
def mark_fallback(chunk, record):
    """Leave a record to the plain reader; the kernels walk the chunk again without it."""
    chunk.verdicts[record] = FALLBACK
    chunk.now[IS_FALLBACK] = 1
