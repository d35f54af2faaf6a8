"""The files that are measured: two full-size volumes, a MEDLINE text of as many records, and small ones to warm up."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

from medline.parse.source import open_source
from sample import article, medline_text

RECORD = re.compile(r"(?m)^(?:PMC - \S+\n)?PMID- \d+\n")
PMID = re.compile(r"(?m)^PMID- \d+$")
ABSTRACT = re.compile(r"(?m)^AB  - .*\n(?:      .*\n)*")
LINE = re.compile(r"(?m)^(.{6})(.*)$")


@dataclass(frozen=True)
class Inputs:
    """Files and their records by the names that `bench.cases` uses, and a line on each for people."""

    paths: dict[str, Path]
    records: dict[str, int]
    descriptions: list[str]


def gather(mirror: Path | None, texts: list[Path], records: int, directory: Path) -> Inputs:
    """Take the files that are given and make what is not.

    Args:
        mirror: its first two baseline files are read; None makes two of invented citations.
        texts: files or directories of MEDLINE text to repeat; none repeats invented records.
        records: in each file that is made.
        directory: for files that are made.
    """
    small, origin = _sample(directory / "small"), "given" if mirror else "invented"
    mirror = mirror or _sample(directory / "volume", "--files", "2", "--records", str(records))
    dumps = sorted((mirror / "baseline").glob("*.xml.gz"))[:2]
    if len(dumps) < 2:
        sys.exit(f"{mirror} has no two files baseline/*.xml.gz")
    text = directory / "text.nbib"
    distinct = _repeat(
        _texts(texts) if texts else [medline_text(article(n, pmid=1)) for n in range(1000)], records, text
    )
    paths = {"one": dumps[0], "two": dumps[1], "text": text}
    counts, descriptions = {"text": records}, []
    for name in ("one", "two"):
        counts[name], size = _count(paths[name])
        packed = paths[name].stat().st_size / 1e6
        descriptions.append(
            f"{paths[name].name}, {origin}: {counts[name]:,} citations, {size / 1e6:.0f} MB, {packed:.0f} MB gzipped"
        )
    descriptions.append(
        f"MEDLINE text: {distinct:,} {'given' if texts else 'invented'} records repeated to {records:,} with other"
        f" PMIDs, the words in each line of an abstract shuffled, {text.stat().st_size / 1e6:.0f} MB"
    )
    small_text = small / "exports" / "sample_export.nbib"
    return Inputs(
        {**paths, "small": min((small / "baseline").glob("*.gz")), "small_text": small_text}, counts, descriptions
    )


def _sample(directory: Path, *options: str) -> Path:
    subprocess.run([sys.executable, "-m", "sample", str(directory), *options], check=True, capture_output=True)
    return directory


def _count(path: Path) -> tuple[int, int]:
    """Citations and bytes of a volume file."""
    citations = size = 0
    with open_source(path) as stream:
        for line in stream:
            citations += line.count(b"<PubmedArticle>")
            size += len(line)
    return citations, size


def _texts(sources: Iterable[Path]) -> list[str]:
    """Every citation of the sources; what has no PMID on a line of its own is left out, and so are books."""
    records = []
    for path in (path for source in sources for path in ([source] if source.is_file() else sorted(source.rglob("*")))):
        if path.suffix in (".nbib", ".txt"):
            text = path.read_text("utf-8", errors="replace")
            starts = [match.start() for match in RECORD.finditer(text)]
            records += [text[start:end].rstrip("\n") + "\n" for start, end in pairwise([*starts, len(text)])]
    return [text for text in records if "\nBTI " not in text]


def _repeat(records: list[str], count: int, path: Path) -> int:
    """Write records over and over up to a count, and return how many are distinct."""
    rng = Random(7)

    def shuffle(line: re.Match) -> str:
        return line[1] + " ".join(rng.sample(words := line[2].split(" "), len(words)))

    with path.open("w", encoding="utf-8", newline="\n") as out:
        for number in range(1, count + 1):
            record = PMID.sub(f"PMID- {number}", records[number % len(records)], count=1)
            out.write("\n" + ABSTRACT.sub(lambda match: LINE.sub(shuffle, match[0]), record))
    return min(len(records), count)
