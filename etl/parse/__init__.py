"""From a source file to Arrow record batches, whatever its format.

`iter_batches` is the one interface: path in, batches per table out, a bounded number of records at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from etl.parse import medline, reference
from etl.parse.batch import Batch
from etl.parse.source import file_name, open_source, sniff

RECORDS_PER_BATCH = 2_000


def iter_batches(path: Path, *, records: int = RECORDS_PER_BATCH, skip: Collection[int] = ()) -> Iterator[Batch]:
    """Read a file of PubMed XML or MEDLINE text, plain or gzipped.

    Args:
        path: the file; its name becomes `source_file`.
        records: citations and book documents in a batch at most.
        skip: places (from 0) of records to leave out: those that a later record of the same file replaces.

    Yields:
        A record batch per table of the lake, also for tables without rows, in the schema's order and types.

    Raises:
        BadInput: the file is not what it should be; batches given out before belong to no whole file.
    """
    with open_source(path) as stream:
        reader = reference if sniff(stream) == "xml" else medline
        yield from reader.iter_batches(stream, file_name(path), records, frozenset(skip))
