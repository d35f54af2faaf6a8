"""From a source file to Arrow record batches, whatever its format.

`iter_batches` is the one interface: path in, batches per table out, a bounded number of records at a time.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from medline.mirror.files import file_name

if TYPE_CHECKING:
    from medline.parse.batch import Batch

log = logging.getLogger(__name__)

#: The compiled reader, and the plain one that tests compare it with.
ENGINES = ENGINE, REFERENCE = "compiled", "reference"


def iter_batches(path: Path, *, engine: str = ENGINE, skip: Collection[int] = (), **size: int) -> Iterator[Batch]:
    """Read a file of PubMed XML or MEDLINE text, plain or gzipped.

    Args:
        path: the file; its name becomes `source_file`.
        engine: compiled, or reference for the plain reader; both give the same rows.
        skip: positions (from 0) of records to leave out: those that a later record of the same file replaces.
        size: of a batch at most, where not the reader's own: chunk=bytes (compiled) or records=number (reference).

    Yields:
        A record batch per table of the lake, also for tables without rows, in the schema's order and types.

    Raises:
        BadInput: the file cannot be read whole; batches given out before do not count.
    """
    # Readers, Arrow and numba are imported once there is a file to read: most steps of a pipeline have none.
    from medline.parse import ncbi
    from medline.parse.batch import BatchBuilder, skip_mask
    from medline.parse.encodings import Watched
    from medline.parse.packed import PIECE
    from medline.parse.source import open_source, sniff

    with open_source(path) as stream:
        is_xml = sniff(stream) == "xml"
        if not is_xml:
            ncbi.check_stream(stream, file_name(path))
        reader = _reader(engine, is_xml=is_xml)
        watched = Watched(stream)
        yield from reader.iter_batches(io.BufferedReader(watched, PIECE), file_name(path), skip_mask(skip), **size)
        if twice := watched.twice():
            notes = BatchBuilder(file_name(path), "xml" if is_xml else "medline")
            reason = f"looks encoded twice: {twice.sent!r} may be {twice.meant!r}"
            notes.note_file(f"line {twice.line}", twice.sent, reason)
            yield notes.take(last=True)


def _reader(engine: str, *, is_xml: bool) -> ModuleType:
    """Import the reader of a format."""
    if engine == REFERENCE and is_xml:
        from medline.parse.xml import reference as xml_reference

        return xml_reference
    if engine == REFERENCE:
        from medline.parse.text import reference as text_reference

        return text_reference
    if is_xml:
        from medline.parse.kernels import xml_reader

        _announce("walk.walk")
        return xml_reader
    from medline.parse.kernels import text_reader

    _announce("text.walk_text")
    return text_reader


@cache
def _announce(kernel: str) -> None:
    """Say once that a kernel has to be compiled, which takes half a minute in which nothing else is seen."""
    from medline.parse.kernels.jit import CACHE

    if not any(CACHE.rglob(f"{kernel}-*.nbi")):
        log.warning("the compiled reader is made in %s: once, in about half a minute", CACHE)
