"""What the lake keeps of source files: their tables as Parquet, and by NLM's rule one record of a key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from medline.schema.tables import Table

if TYPE_CHECKING:
    import pyarrow as pa

#: Arrow bytes of a table that become a row group. One row group a batch costs half as much again in time, and more in
#: size; larger ones than this only memory.
ROW_GROUP_BYTES = 8 << 20

#: PMID, version, and whether it is deleted.
Key = tuple[int, int | None, bool]


class TableFile:
    """A table's Parquet file in the making: rows are kept until they are worth a row group.

    Attributes:
        rows: added so far.
    """

    def __init__(self, table: Table, directory: Path) -> None:
        import pyarrow.parquet as pq  # here, since a step that reads no file would wait for it

        from medline.schema.arrow import arrow_schema

        self.writer = pq.ParquetWriter(directory / f"{table.name}.parquet", arrow_schema(table), compression="zstd")
        self.pending: list[pa.RecordBatch] = []
        self.rows = self.bytes = 0

    def __enter__(self) -> TableFile:
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        if kind is None:
            self._write()
        self.writer.close()

    def add(self, data: pa.RecordBatch) -> None:
        if data.num_rows:
            self.pending.append(data)
            self.rows += data.num_rows
            self.bytes += data.nbytes
        if self.bytes >= ROW_GROUP_BYTES:
            self._write()

    def _write(self) -> None:
        import pyarrow as pa

        if self.pending:
            self.writer.write_table(pa.Table.from_batches(self.pending))
        self.pending, self.bytes = [], 0


def within_file(keys: list[Key]) -> tuple[frozenset[int], list[tuple[int, int]]]:
    """Apply NLM's rule inside one file: the last record of a key wins, and a deletion applies to what came before it.

    Returns:
        Positions (from 0, deletions not counted) of the records that a later one replaces, and the deleted keys that a
        later record brings back.
    """
    last: dict[tuple[int, int], int] = {}
    superseded: set[int] = set()
    deleted: set[tuple[int, int]] = set()
    reinstated: set[tuple[int, int]] = set()
    position = 0
    for pmid, version, is_deletion in keys:
        key = (pmid, version or 1)  # files before 2011 have no versions
        if is_deletion:
            deleted.add(key)
            reinstated.discard(key)
            continue
        if key in last:
            superseded.add(last[key])
        if key in deleted:
            reinstated.add(key)
        last[key] = position
        position += 1
    return frozenset(superseded), sorted(reinstated)
