"""What the environment may say; every command and DAG parameter may say otherwise."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from etl.errors import Misuse

Number = TypeVar("Number", int, float)

CREDIT = "Courtesy of the U.S. National Library of Medicine"

_PACKAGE = Path(__file__).resolve().parent

#: The SQL that the package runs: tables, views, checks, the ledger's rule. A wheel has it inside the package.
SQL_DIRECTORY = _PACKAGE / "sql" if (_PACKAGE / "sql").is_dir() else _PACKAGE.parent / "sql"

#: NLM's mirror of the dumps, and its E-utilities.
NLM_MIRROR = "https://ftp.ncbi.nlm.nih.gov/pubmed/"
NLM_EUTILS = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"


def home() -> str:
    """Where dumps, lake and warehouse are, a directory or the URL of an object store: MEDLINE_HOME, or `home` below the
    current directory."""
    given = os.environ.get("MEDLINE_HOME") or "home"
    return given if "://" in given else str(Path(given).expanduser().absolute())


def work() -> Path:
    """Directory on this machine for what a home in an object store needs here: MEDLINE_WORK, or ~/.cache/medline."""
    return Path(os.environ.get("MEDLINE_WORK") or Path.home() / ".cache" / "medline").absolute()


def mirror() -> str:
    """Where the dumps come from, a URL or a directory: MEDLINE_MIRROR, or NLM."""
    return os.environ.get("MEDLINE_MIRROR") or NLM_MIRROR


def versions_kept() -> int:
    """Versions of the database that stay, the published one among them: MEDLINE_KEEP, or 2."""
    return _number("MEDLINE_KEEP", 2)


def feeds_kept() -> int:
    """Versions of the feeds that stay, the published one among them: MEDLINE_FEEDS_KEEP, or 3."""
    return _number("MEDLINE_FEEDS_KEEP", 3)


def threads() -> int:
    """Files that one process reads at a time: MEDLINE_THREADS, or one a processor."""
    return _number("MEDLINE_THREADS", os.cpu_count() or 1)


def files_per_batch() -> int:
    """Files that one mapped task brings: MEDLINE_BATCH, or 8. Airflow maps 1,024 tasks at most, and a baseline has over
    1,300 files."""
    return _number("MEDLINE_BATCH", 8)


def largest_loss() -> int:
    """Citations of the year before that a new year may lack although NLM does not list them as deleted:
    MEDLINE_MAX_LOSS, or 10,000, a third of a dump file."""
    return _number("MEDLINE_MAX_LOSS", 10_000, least=0)


def webhook() -> str:
    """URL that alerts are posted to: MEDLINE_WEBHOOK; '' for none. Whoever knows it can write there: never print it."""
    return os.environ.get("MEDLINE_WEBHOOK", "")


def stale_days() -> float:
    """Days without an update after which data count as stale, if the mirror has newer: MEDLINE_STALE_DAYS, or 7."""
    return _number("MEDLINE_STALE_DAYS", 7.0, least=0)


@dataclass(frozen=True)
class Network:
    """How servers are talked to.

    Attributes:
        contact: mail address for the User-Agent: MEDLINE_CONTACT. NLM asks for one.
        api_key: of E-utilities: NCBI_API_KEY; with one NLM answers 10 requests a second, without 3.
        timeout: seconds without a byte until a connection counts as dead: MEDLINE_TIMEOUT. The head of an answer
            has twice that in all.
        attempts: tries of a request until it fails: MEDLINE_ATTEMPTS.
        backoff: seconds before the second try, doubled for each further one, with jitter: MEDLINE_BACKOFF.
        connections: files that are fetched at a time: MEDLINE_CONNECTIONS; NLM asks for few.
    """

    contact: str
    api_key: str = field(repr=False)
    timeout: float
    attempts: int
    backoff: float
    connections: int


def network() -> Network:
    """The environment's settings of the network."""
    return Network(
        contact=os.environ.get("MEDLINE_CONTACT", ""),
        api_key=os.environ.get("NCBI_API_KEY", ""),
        timeout=_number("MEDLINE_TIMEOUT", 30.0, least=0.001),
        attempts=_number("MEDLINE_ATTEMPTS", 8),
        backoff=_number("MEDLINE_BACKOFF", 1.0, least=0),
        connections=_number("MEDLINE_CONNECTIONS", 4),
    )


def refuse_wrong() -> None:
    """Read them all: one that is read at the end of a long run must not be wrong only then.

    Raises:
        Misuse: one is no number, or too small.
    """
    for setting in (versions_kept, feeds_kept, threads, files_per_batch, largest_loss, stale_days, network):
        setting()


def _number(name: str, default: Number, least: float = 1) -> Number:
    """A number that the environment may give, of the same type as the default.

    Raises:
        Misuse: it is none, or too small.
    """
    text = os.environ.get(name) or str(default)
    try:
        number = type(default)(text)
    except ValueError:
        raise Misuse(f"{name} is {text!r}: not a {'whole ' if isinstance(default, int) else ''}number") from None
    if not number >= least:
        raise Misuse(f"{name} is {text}: it must be at least {least:g}")
    return number
