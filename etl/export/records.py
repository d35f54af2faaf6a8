"""Whole records out of the tables: what every format of an export is written from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import duckdb

from etl.render import primary_key
from etl.schema import CITATION_TABLES

#: Records that are read from the tables together.
BATCH = 1000


@dataclass
class Record:
    """One current record.

    Attributes:
        pmid: its key.
        rows: by table, in the order of their ordinals, as column → value; tables without rows are not there.
    """

    pmid: int
    rows: dict[str, list[dict]] = field(default_factory=dict)

    @property
    def is_book(self) -> bool:
        return "books" in self.rows

    @property
    def head(self) -> dict:
        """Its row of articles or books."""
        return self.rows["books" if self.is_book else "articles"][0]


def iter_records(connection: duckdb.DuckDBPyConnection, pmids: Sequence[int]) -> Iterator[Record]:
    """The records of these PMIDs, in this order; PMIDs that the warehouse does not show are passed over."""
    for start in range(0, len(pmids), BATCH):
        batch = pmids[start : start + BATCH]
        found: dict[int, Record] = {}
        for table in CITATION_TABLES:
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            order = ", ".join(f"{name} NULLS FIRST" for name in primary_key(table))
            rows = connection.execute(
                f"SELECT {names} FROM {table.name} WHERE pmid IN (SELECT unnest($pmids)) ORDER BY {order}",
                {"pmids": list(batch)},
            ).fetchall()
            for row in rows:
                told = dict(zip((column.name for column in table.columns), row, strict=True))
                record = found.setdefault(told["pmid"], Record(told["pmid"]))
                record.rows.setdefault(table.name, []).append(told)
        yield from (found[pmid] for pmid in batch if pmid in found)
