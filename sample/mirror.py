"""Dump files on disk: one file, a small mirror that shows every rule of the updates, and mirrors of full size."""

from __future__ import annotations

import gzip
import hashlib
import logging
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from xml.etree.ElementTree import Element, SubElement, tostring

from sample.medline import medline_text, part
from sample.records import FIRST_PMID, article, citation

log = logging.getLogger(__name__)
YEAR = 26
NEVER_DISTRIBUTED = 99_000_001
_SMALLEST = 60
_HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)
Key = tuple[int, int]


@dataclass
class Mirror:
    """What write_mirror wrote, and what must be current (PMID, version) once all dumps are applied in order."""

    directory: Path
    baseline: list[Path]
    updates: list[Path]
    export: Path
    current: set[Key]
    deleted: list[Key] = field(default_factory=list)
    without_keywords: int = 0
    returned: int = 0
    version_1_again: int = 0
    exported: dict[str, list[int]] = field(default_factory=dict)


def key_of(record: Element) -> Key:
    """Return PMID and version of a record."""
    pmid = part(part(record, "*"), "PMID")
    return int(pmid.text or ""), int(pmid.get("Version", ""))


def write_xml(path: Path, records: Iterable[Element], deletions: Iterable[Key] = ()) -> Path:
    """Write a PubmedArticleSet, gzipped if the name says so, record by record; deletions are (PMID, version)."""
    with path.open("wb") as raw:
        # No name and no time in the gzip header: the same records give the same bytes.
        out = (
            gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6)
            if path.suffix == ".gz"
            else raw
        )
        out.write(_HEAD.encode())
        for record in records:
            out.write(tostring(record, encoding="unicode").encode() + b"\n")
        gone = Element("DeleteCitation")
        for pmid, version in deletions:
            SubElement(gone, "PMID", {"Version": f"{version}"}).text = f"{pmid}"
        if len(gone):
            out.write(tostring(gone) + b"\n")
        out.write(b"</PubmedArticleSet>\n")
        if out is not raw:
            out.close()
    return path


def write_dump(directory: Path, number: int, records: Iterable[Element], deletions: Iterable[Key] = ()) -> Path:
    """Write pubmedYYnNNNN.xml.gz and its .md5 into a folder of the mirror, made if need be."""
    started = perf_counter()
    directory.mkdir(parents=True, exist_ok=True)
    path = write_xml(directory / f"pubmed{YEAR}n{number:04d}.xml.gz", records, deletions)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "md5").hexdigest()
    path.with_name(path.name + ".md5").write_text(f"MD5({path.name})= {digest}\n", encoding="ascii")
    log.info("%s: %d bytes in %.1f s", path.name, path.stat().st_size, perf_counter() - started)
    return path


def write_text(path: Path, records: Iterable[Element]) -> Path:
    """Write a MEDLINE text export: each record is preceded by an empty line, as PubMed saves them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for record in records:
            out.write("\n" + medline_text(record))
    return path


def revise(record: Element, times: int = 1, *, without: Iterable[str] = ()) -> Element:
    """Return a copy revised 30 days later each time; the elements named in without are gone from it."""
    copy = deepcopy(record)
    revised = part(copy, ".//DateRevised")
    year, month, day = (int(part(revised, name).text or "") for name in ("Year", "Month", "Day"))
    later = date(year, month, day) + timedelta(30 * times)
    for name, number in (("Year", later.year), ("Month", later.month), ("Day", later.day)):
        part(revised, name).text = f"{number:02d}"
    title = part(copy, ".//ArticleTitle")
    title.text = f"Revision {times}: {title.text or ''}"
    for parent in list(copy.iter()):
        for child in [child for child in parent if child.tag in without]:
            parent.remove(child)
    return copy


def write_mirror(directory: Path, *, citations: int = 200, seed: int = 1) -> Mirror:
    """Write two baseline files of that many records, two update files and a text export: the rules in small.

    0003 revises (one record loses its keywords and headings), adds, has two versions 2 and deletes, among them a
    PMID that was never distributed and one that this very file revises. 0004 revises again, twice in one file, deletes
    a version 2 so that version 1 is current, and restores what 0003 deleted. ValueError below 60 citations a file.
    """
    if citations < _SMALLEST:
        raise ValueError(f"a mirror needs at least {_SMALLEST} citations a file, not {citations}")

    def make(rank: int, version: int = 1) -> Element:
        return citation(rank, seed, pmid=FIRST_PMID + rank, version=version)

    # Ranks below 50 each play one part; exported, revised, deleted, returning, of two versions.
    returning, second, kept_second = 41, 44, 45
    revised = [2, 3, 19, citations + 4, *range(50, 2 * citations, 23)]
    gone = [22, 24, 26]
    others = [rank for rank in range(27, 2 * citations) if rank not in (*revised, returning, second, kept_second)]
    keyworded = next(rank for rank in others if make(rank).find("MedlineCitation/KeywordList") is not None)
    fresh = range(2 * citations, 2 * citations + citations // 10)
    batches = [
        ([make(rank) for rank in range(citations)], []),
        ([make(rank) for rank in range(citations, 2 * citations)], []),
        (
            [revise(make(rank)) for rank in (*revised, gone[0])]
            + [revise(make(keyworded), without=("KeywordList", "MeshHeadingList"))]
            + [make(rank) for rank in fresh]
            + [revise(make(rank, 2)) for rank in (second, kept_second)],
            [*((FIRST_PMID + rank, 1) for rank in (*gone, returning)), (NEVER_DISTRIBUTED, 1)],
        ),
        (
            [
                *(revise(make(revised[0]), times) for times in (2, 3)),
                *(revise(make(rank), 2) for rank in (revised[1], returning)),
                make(fresh[-1] + 1),
            ],
            [(FIRST_PMID + second, 2), (FIRST_PMID + fresh[0], 1)],
        ),
    ]
    paths = [
        write_dump(directory / ("baseline" if number <= 2 else "updatefiles"), number, records, deletions)
        for number, (records, deletions) in enumerate(batches, start=1)
    ]
    first_new = fresh[-1] + 2
    exported = {
        "new": [article(rank, seed, pmid=FIRST_PMID + rank) for rank in range(first_new, first_new + 5)],
        "newer": [revise(make(4), 6)],
        "older": [make(revised[0])],
        "equal": [make(5)],
    }
    export = write_text(
        directory / "exports" / "sample_export.nbib", [one for listed in exported.values() for one in listed]
    )
    return Mirror(
        directory, paths[:2], paths[2:], export, _current(batches),
        deleted=[key for _, deletions in batches for key in deletions],
        without_keywords=FIRST_PMID + keyworded, returned=FIRST_PMID + returning, version_1_again=FIRST_PMID + second,
        exported={kind: [key_of(record)[0] for record in listed] for kind, listed in exported.items()},
    )  # fmt: skip


def _current(batches: Iterable[tuple[list[Element], list[Key]]]) -> set[Key]:
    alive: set[Key] = set()
    for records, deletions in batches:
        alive = (alive | {key_of(record) for record in records}) - set(deletions)
    return {(pmid, version) for pmid, version in alive if (pmid, version + 1) not in alive}


def write_volume(directory: Path, *, files: int, records: int = 30_000, updates: int = 0, seed: int = 1) -> list[Path]:
    """Write a mirror of full-size dumps in bounded memory; one update file revises and adds half a file's records."""
    paths = []
    for number in range(1, files + 1):
        ranks = range((number - 1) * records, number * records)
        paths.append(write_dump(directory / "baseline", number, _stream(ranks, seed)))
    for number in range(1, updates + 1):
        rng = Random(f"update {seed} {number}")
        distributed = files * records + (number - 1) * (records // 10)
        revised = sorted(rng.sample(range(distributed), min(distributed, 2 * records // 5)))
        fresh = range(distributed, distributed + records // 10)
        deletions = [(FIRST_PMID + rank, 1) for rank in sorted(rng.sample(range(distributed), records // 1000 + 1))]
        stream = _stream(revised, seed, number, fresh)
        paths.append(write_dump(directory / "updatefiles", files + number, stream, deletions))
    return paths


def _stream(ranks: Iterable[int], seed: int, times: int = 0, fresh: Iterable[int] = ()) -> Iterator[Element]:
    for rank in ranks:
        record = citation(rank, seed, pmid=FIRST_PMID + rank)
        yield revise(record, times) if times else record
    for rank in fresh:
        yield citation(rank, seed, pmid=FIRST_PMID + rank)
