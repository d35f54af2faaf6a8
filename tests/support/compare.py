"""Compare the two readers of a file: the same rows, keys and order, or the same error."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from medline.errors import BadInput
from medline.parse import iter_batches
from medline.schema.tables import LAKE_TABLES


class Difference(NamedTuple):
    """How the two readers disagree: a kind (accepts, refuses, message, rows, keys, raises), what in, and details."""

    kind: str
    what: str
    details: str


class Reading(NamedTuple):
    """What a reader made of a document: its error, or its rows and keys."""

    error: str | None
    tables: dict[str, pa.Table]
    keys: list


def read(path: Path, **options) -> Reading:
    """Read a file, with all buffers of all batches validated."""
    batches: dict[str, list] = {table.name: [] for table in LAKE_TABLES}
    keys = []
    try:
        for batch in iter_batches(path, **options):
            keys += batch.keys
            assert list(batch.tables) == list(batches)
            for name, rows in batch.tables.items():
                rows.validate(full=True)
                batches[name].append(rows)
    except BadInput as error:
        return Reading(str(error), {}, [])
    return Reading(None, {name: pa.Table.from_batches(listed) for name, listed in batches.items()}, keys)


def difference(path: Path, skip: Collection[int] = (), expected: Reading | None = None, **options) -> Difference | None:
    """Where the compiled reader disagrees with the plain one."""
    expected = expected or read(path, engine="reference", skip=skip)
    try:
        got = read(path, engine="compiled", skip=skip, **options)
    except Exception as error:  # whatever is no BadInput is what is looked for
        return Difference("raises", type(error).__name__, str(error))
    if expected.error is None and got.error is not None:
        return Difference("refuses", "", got.error)
    if expected.error is not None and got.error is None:
        return Difference("accepts", "", expected.error)
    if expected.error != got.error:
        return Difference("message", "", f"{expected.error}\n{got.error}")
    for name, rows in expected.tables.items():
        if not rows.equals(got.tables[name], check_metadata=True):
            return Difference("rows", name, _rows_apart(rows, got.tables[name]))
    if expected.keys != got.keys:
        return Difference("keys", "", f"{expected.keys}\n{got.keys}")
    return None


def _rows_apart(expected: pa.Table, got: pa.Table) -> str:
    if expected.schema != got.schema:
        return "the schema"
    differences = [f"{got.num_rows} rows for {expected.num_rows}"] if got.num_rows != expected.num_rows else []
    for number, (one, other) in enumerate(zip(expected.to_pylist(), got.to_pylist(), strict=False)):
        differences += [
            f"row {number} {name}: {one[name]!r} / {other[name]!r}" for name in one if one[name] != other[name]
        ]
    return "\n".join(differences[:6])
