"""Queries of an E-utilities server on loopback, and what came of them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from build import citation, rows_of, title
from eutils_server import EutilsServer
from medline.errors import MedlineError
from medline.eutils.subset import fetch
from medline.settings import Settings

KEY = "0123456789abcdefKEY"
NETWORK = Settings(contact="who@example.org", api_key=KEY, timeout=1.0, attempts=3, backoff=0.01, connections=2)
BOOK = (
    "<PubmedBookArticle><BookDocument><PMID Version='1'>{}</PMID><Book><BookTitle>B</BookTitle></Book></BookDocument>"
    "</PubmedBookArticle>"
)


def entrez_days(pmids: range) -> dict[int, str]:
    """Entrez dates from 1809 to 2022."""
    days = [date(1809, 2, 12) + timedelta(number * 78_000 // len(pmids)) for number in range(len(pmids))]
    return {pmid: f"{day:%Y/%m/%d}" for pmid, day in zip(pmids, days, strict=True)}


def serve(pmids: range = range(1, 41), **options) -> EutilsServer:
    citations = {pmid: citation(pmid, title=title(f"Of {pmid} &amp; µ.")) for pmid in pmids}
    return EutilsServer(citations, options.pop("entrez", None) or entrez_days(pmids), **options)


def broken(*numbers: int, by: str = "503") -> dict[str, str]:
    """Batches that fail, by number."""
    return {f"efetch {number}": by for number in numbers}


def fetch_from(server: EutilsServer, directory: Path, query: str = "all", **options) -> list[Path]:
    options = {"network": NETWORK, "batch": 10, "window": server.window} | options
    return fetch(query, directory, url=server.url, **options)


def pmids_in(paths: list[Path]) -> list[int]:
    return sorted(pmid for path in paths for (pmid,) in rows_of(path, engine="reference")("articles", "pmid"))


def the_error(server: EutilsServer, directory: Path, kind: type[MedlineError], *arguments, **options) -> str:
    with pytest.raises(kind) as caught:
        fetch_from(server, directory, *arguments, **options)
    message = str(caught.value)
    assert "\n" not in message
    assert KEY not in message
    return message


def batches(server: EutilsServer) -> list[tuple[str, ...]]:
    """Start and length of each batch that was given out."""
    return server.asked("efetch", "retstart", "retmax")
