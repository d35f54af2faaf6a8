"""The golden rows of the invented records in tests/lake/golden; `make golden` writes them anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from medline.parse import ENGINE, REFERENCE, iter_batches
from medline.schema.tables import LAKE_TABLES, READER_REVISION

GOLDEN = Path(__file__).resolve().parents[1] / "lake" / "golden"
#: Source files, and the files that hold their rows.
FILES = {GOLDEN / "records.xml": GOLDEN / "xml.txt", GOLDEN / "records.nbib": GOLDEN / "medline.txt"}


def read_rows(path: Path, engine: str = ENGINE) -> dict[str, list[dict]]:
    """Return the rows of a source file by table."""
    rows: dict[str, list[dict]] = {table.name: [] for table in LAKE_TABLES}
    for batch in iter_batches(path, engine=engine):
        for name, data in batch.tables.items():
            rows[name] += data.to_pylist()
    return rows


def filled(rows: dict[str, list[dict]]) -> set[tuple[str, str]]:
    """Return the (table, column) pairs that have a value in some row."""
    return {(name, column) for name, listed in rows.items() for row in listed for column, _ in _values(row)}


def golden_text(rows: dict[str, list[dict]]) -> str:
    """Return rows as text: `table: column=value …`, a line a row, without the columns that are NULL."""
    lines = [
        f"{name}: " + " ".join(f"{column}={_shown(value)}" for column, value in _values(row))
        for name, listed in rows.items()
        for row in listed
    ]
    return "\n".join([f"READER_REVISION={READER_REVISION}", *lines]) + "\n"


def _values(row: dict) -> Iterator[tuple[str, object]]:
    return ((column, value) for column, value in row.items() if value is not None)


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def main() -> None:
    """Write the golden rows, by the plain reader."""
    for source, golden in FILES.items():
        golden.write_text(golden_text(read_rows(source, REFERENCE)), "utf-8")


if __name__ == "__main__":
    main()
