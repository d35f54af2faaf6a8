"""What the lake keeps of source files: their tables as Parquet, and by NLM's rule one record of a key."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from medline.schema.tables import Table

if TYPE_CHECKING:
    import numpy as np
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


class Keys:
    """The keys of all records and deletions of a file, in its order: 13 bytes each, for there may be millions."""

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        self.pmids, self.versions, self.deletions = array("q"), array("i"), bytearray()
        self.add(keys)

    def add(self, keys: Iterable[Key]) -> None:
        for pmid, version, is_deletion in keys:
            self.pmids.append(pmid)
            self.versions.append(version or 1)  # files before 2011 have no versions
            self.deletions.append(is_deletion)

    def __len__(self) -> int:
        return len(self.pmids)


def within_file(keys: Keys) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Apply NLM's rule inside one file: the last record of a key wins, and a deletion applies to what came before it.

    Returns:
        Positions (from 0, deletions not counted, ascending) of the records that a later one replaces, and the deleted
        keys that a later record brings back.
    """
    import numpy as np

    pmids, versions = np.array(keys.pmids, np.int64), np.array(keys.versions, np.int32)
    deletions = np.array(keys.deletions, np.bool_)
    positions = np.cumsum(~deletions) - 1
    records = np.flatnonzero(~deletions)
    in_order = records[np.lexsort((versions[records], pmids[records]))]  # stable: of a key as in the file
    later = in_order[1:]
    is_replaced = (pmids[in_order[:-1]] == pmids[later]) & (versions[in_order[:-1]] == versions[later])
    superseded = np.sort(positions[in_order[:-1][is_replaced]])
    if len(records) == len(keys):
        return superseded, []
    deleted: set[tuple[int, int]] = set()
    reinstated: set[tuple[int, int]] = set()
    is_spoken_of = np.isin(pmids, pmids[deletions])
    for index in np.flatnonzero(is_spoken_of).tolist():
        key = keys.pmids[index], keys.versions[index]
        if keys.deletions[index]:
            deleted.add(key)
            reinstated.discard(key)
        elif key in deleted:
            reinstated.add(key)
    return superseded, sorted(reinstated)
