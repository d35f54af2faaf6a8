"""Dumps for benchmarks: given ones, repeated with other PMIDs to any size, and updates of them."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import chain, cycle
from pathlib import Path
from random import Random

RECORDS_A_FILE = 30_000
RECORDS_AN_UPDATE = 25_000
REVISED = 0.6
DELETED = 100

RECORD = re.compile(rb"(?s)<PubmedArticle>.*?</PubmedArticle>")
PMID = re.compile(rb"(<PMID[^>]*>)\d+")


def grow(mirror: Path, dumps: Sequence[Path], files: int) -> None:
    """Add baseline files until the mirror has this many."""
    for number in range(1, files + 1):
        path = mirror / "baseline" / f"pubmed26n{number:04}.xml.gz"
        if not path.exists():
            first = (number - 1) * RECORDS_A_FILE + 1
            records = _records([dumps[number % len(dumps)]])
            _write(path, range(first, first + RECORDS_A_FILE), records)


def write_update(directory: Path, dumps: Sequence[Path], number: int, known: int) -> None:
    """Write an update file onto PMIDs 1 to `known`."""
    rng = Random(number)
    revised = sorted(rng.sample(range(1, known + 1), round(RECORDS_AN_UPDATE * REVISED)))
    new = range(known + 1, known + 1 + RECORDS_AN_UPDATE - len(revised))
    gone = rng.sample(sorted(set(range(1, known + 1)) - set(revised)), DELETED)
    _write(directory / f"pubmed26n{number:04}.xml.gz", chain(revised, new), _records(dumps), gone)


def _records(dumps: Sequence[Path]) -> Iterator[bytes]:
    """The records of dumps as they are printed, over and over."""
    return (match[0] for path in cycle(dumps) for match in RECORD.finditer(gzip.decompress(path.read_bytes())))


def _write(
    path: Path, pmids: Sequence[int] | Iterator[int], records: Iterator[bytes], gone: Sequence[int] = ()
) -> None:
    """Write a dump and its .md5: a record for each PMID, then the deletions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.GzipFile(path, "wb", compresslevel=1, mtime=0) as out:
        out.write(b'<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n')
        for pmid, record in zip(pmids, records, strict=False):
            out.write(PMID.sub(rb"\g<1>%d" % pmid, record, count=1) + b"\n")
        if gone:
            listed = b"".join(b'<PMID Version="1">%d</PMID>' % pmid for pmid in gone)
            out.write(b"<DeleteCitation>" + listed + b"</DeleteCitation>\n")
        out.write(b"</PubmedArticleSet>\n")
    digest = hashlib.md5(path.read_bytes()).hexdigest()
    path.with_name(f"{path.name}.md5").write_text(f"MD5({path.name})= {digest}\n", "utf-8")
