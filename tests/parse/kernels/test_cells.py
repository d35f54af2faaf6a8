"""Cells, and the scratch room for values that are put together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel_calls import MANY, called
from medline.parse.batch import BatchBuilder, skip_mask
from medline.parse.kernels import cells, xml_reader
from medline.parse.kernels.bytes import PAD

HAS_SCRATCH, TAKE_SCRATCH, PATH, PUT_DIGITS = map(
    called, (cells.has_scratch, cells.take_scratch, cells._path, cells.put_digits)
)
PACK, START_OF, LENGTH_OF = map(called, (cells.pack, cells.start_of, cells.length_of))


@MANY
@given(st.integers(0, 10**12))
def test_put_digits(number):
    data = np.zeros(32, np.uint8)
    assert data[: PUT_DIGITS(data, 0, number)].tobytes().decode() == str(number)


@pytest.fixture
def store():
    made = xml_reader.XmlReader(None, BatchBuilder("x.xml", "xml", 1), skip_mask(()), 256)
    made.chunk.now[cells.SCRATCH] = made.front + made.capacity + PAD
    return made.data, made.chunk


def test_scratch_room_ends_before_the_buffer_does(store):
    data, store = store
    start = int(store.now[cells.SCRATCH])
    room = data.size - PAD - start
    assert HAS_SCRATCH(data, store, room)
    assert not HAS_SCRATCH(data, store, room + 1)
    assert TAKE_SCRATCH(data, store, 10) == start
    assert TAKE_SCRATCH(data, store, room - 9) == -1
    assert store.now[cells.IS_FALLBACK] == 1
    assert TAKE_SCRATCH(data, store, room - 10) == start + 10
    assert TAKE_SCRATCH(data, store, 1) == -1


def test_paths_of_nested_lists(store):
    data, store = store
    outer = PATH(data, store, 0, 12)
    inner = PATH(data, store, outer, 3)
    texts = [data[START_OF(cell) : START_OF(cell) + LENGTH_OF(cell)].tobytes() for cell in (outer, inner)]
    assert texts == [b"12", b"12.3"]
    store.now[cells.SCRATCH] = data.size
    assert PATH(data, store, outer, 1) == 0
    assert store.now[cells.IS_FALLBACK] == 1


@MANY
@given(st.integers(0, 2**31 - 1), st.integers(0, 2**28 - 1), st.integers(0, 15))
def test_a_cell_holds_start_length_and_flags(start, length, flags):
    cell = PACK(start, length, flags)
    assert (START_OF(cell), LENGTH_OF(cell), cell & 15) == (start, length, flags)
