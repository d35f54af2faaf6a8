"""Damaged MEDLINE text, and what the two readers make of it."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa

from medline.errors import BadInput
from medline.parse.batch import Batch, BatchBuilder, skip_mask
from medline.parse.kernels import text_reader
from medline.parse.kernels.tags import tag_names
from medline.parse.text import reference
from medline.schema.tables import LAKE_TABLES

NAME = "export.nbib"


WHOLE = 1 << 20


class Read(NamedTuple):
    """What a reader made of a text: rows by table, keys, or what it says is wrong."""

    tables: dict[str, pa.Table]
    keys: list[tuple]
    error: str = ""


def gather(batches: Iterator[Batch]) -> Read:
    gathered = []
    try:
        gathered.extend(batches)
    except BadInput as error:
        return Read({}, [], str(error))
    assert {batch.format for batch in gathered} == {"medline"}
    tables = {table.name: pa.Table.from_batches([b.tables[table.name] for b in gathered]) for table in LAKE_TABLES}
    return Read(tables, [key for batch in gathered for key in batch.keys])


def read_plainly(text: bytes, skip: frozenset[int] = frozenset()) -> Read:
    return gather(reference.iter_batches(io.BytesIO(text), NAME, skip_mask(skip)))


def read_compiled(text: bytes, skip: frozenset[int] = frozenset(), chunk: int = WHOLE) -> Read:
    return gather(text_reader.iter_batches(io.BytesIO(text), NAME, skip_mask(skip), chunk))


def differences(text: bytes, skip: frozenset[int] = frozenset(), chunk: int = WHOLE) -> list[str]:
    """What the readers do not agree on."""
    plain, compiled = read_plainly(text, skip), read_compiled(text, skip, chunk)
    if plain.error or compiled.error:
        return [] if plain.error == compiled.error else [plain.error, compiled.error]
    differing = [] if plain.keys == compiled.keys else ["keys"]
    return differing + [name for name, rows in plain.tables.items() if not rows.equals(compiled.tables[name])]


class Watched(text_reader.TextReader):
    """Counts the records that go to the plain reader."""

    fallbacks = 0

    def _read_plainly(self, record: int):
        self.fallbacks += 1
        return super()._read_plainly(record)


def count_fallbacks(text: bytes, chunk: int = WHOLE) -> int:
    """How many records the kernels leave to the plain reader; an error where they cannot vouch for the text."""
    reader = Watched(io.BytesIO(text), BatchBuilder(NAME, "medline", 0), skip_mask(()), chunk)
    list(reader.chunks())
    return reader.fallbacks


def record(*lines: str, pmid: int = 90000001) -> bytes:
    return "\n".join([f"PMID- {pmid}", *lines, "", ""]).encode()


def rows(table: str, columns: str, *lines: str) -> list[tuple]:
    """The columns of a table's rows in a record of these lines, which the kernels read themselves, and like the plain
    reader."""
    text = record(*lines)
    assert differences(text) == []
    assert count_fallbacks(text) == 0
    return [tuple(row[column] for column in columns.split()) for row in read_compiled(text).tables[table].to_pylist()]


def rows_alike(table: str, columns: str, *lines: str) -> list[tuple]:
    """Return what `rows` returns, where the kernels may leave the record to the plain reader."""
    text = record(*lines)
    assert differences(text) == []
    return [tuple(row[column] for column in columns.split()) for row in read_plainly(text).tables[table].to_pylist()]


def is_fallback(*lines: str) -> bool:
    text = record(*lines)
    assert differences(text) == []
    return count_fallbacks(text) == 1


INSERTS = [
    *r" |  |/|//|(|)|[|]|*|, |: |.|7|12|-|;|_|Z|a|0| PMID: 5| Jr| 2nd| III|NA/| [x]| (Linking)|é|ß|ſ".split("|"),
    *("\t", "\u00a0", "\u2003", "\u0661", "\u0130", "\ufeff", "\x1c", "\x0b"),
]


LINES = ["", "   ", "      ", "       x", "XX  - y", "RN  - otter", "AU  - et al.",
         "AU  - Et al", "LID - 7", "RN  - 7-77-7", "junk", "AB -x", "TI  -", "AD  -  ", "OT  - *", "MH  - */",
         "GR  - /", "IS  - ()", "DP  - 2001 Oct 1", "LR  - 20010203", "SI  - X/1", "AUID- ORCID: 1",
         "BTI - A book"]  # fmt: skip


def mutate(rng: random.Random, lines: list[str]) -> list[str]:
    """A record with a change that a hand or a program might make, or that none would."""
    lines = list(lines)
    at = rng.randrange(1, len(lines))
    line, column = lines[at], rng.randrange(6, max(len(lines[at]), 7))
    match rng.randrange(9):
        case 0:
            lines[at] = f"{rng.choice(tag_names()[1:]):<4}- {line[6:]}"
        case 1:
            lines.insert(rng.randrange(1, len(lines)), line)
        case 2:
            lines.insert(rng.randrange(1, len(lines)), lines.pop(at))
        case 3:
            lines[at : at + 1] = [line[:column], "      " + line[column:]]
        case 4 | 5:
            lines[at] = line[:column] + rng.choice(INSERTS) + line[column:]
        case 6:
            lines[at] = line[:column] + line[column + rng.choice((1, 1, 3)) :]
        case 7:
            lines[at] = line[:column] + line[column:].swapcase()
        case 8:
            lines.insert(at, rng.choice(LINES))
    return lines
