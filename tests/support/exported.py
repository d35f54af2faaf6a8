"""What the tests of exports share: records of files without a home, all real ones, and how others' readings compare."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from html import unescape
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from medline.outputs.export.records import Record, iter_records
from medline.outputs.export.work import Name, Work
from medline.parse import iter_batches
from medline.schema.arrow import arrow_schema
from medline.schema.tables import BY_NAME, CITATION_TABLES, TEXT
from medline.warehouse import views
from real_data import DATA

CASES = DATA / "cases"
TEXTS = [*sorted((DATA / "nbib").glob("*")), DATA / "pairs" / "citations.nbib", *sorted((DATA / "seed").glob("*"))]
XMLS = [path for folder in ("mirror", "xml", "books", "pairs") for path in sorted((DATA / folder).rglob("*.xml*"))
        if path.suffix != ".md5"]  # fmt: skip


@contextmanager
def tables_of(path: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[int]]]:
    """A database of the records of a file, the last of each PMID, and these PMIDs."""
    batches = list(iter_batches(path))
    pmids = [pmid for batch in batches for pmid, _, is_deletion in batch.keys if not is_deletion]
    last = {pmid: index for index, pmid in enumerate(pmids)}
    if len(last) < len(pmids):
        batches = list(iter_batches(path, skip=set(range(len(pmids))) - set(last.values())))
    with duckdb.connect() as connection:
        for table in CITATION_TABLES:
            connection.register(table.name, pa.Table.from_batches([batch.tables[table.name] for batch in batches]))
        yield connection, list(last)


def load(path: Path) -> list[Record]:
    """The records of a file as the export finds them in a database, the last of each PMID."""
    with tables_of(path) as (connection, pmids):
        return list(iter_records(connection, pmids))


def case(name: str) -> list[Record]:
    """Return the records of a file of cases/ in the real data."""
    return load(CASES / name)


@cache
def real_records() -> tuple[Record, ...]:
    """Every real record, each once."""
    return tuple({record.pmid: record for path in (*TEXTS, *XMLS) for record in load(path)}.values())


def add_macros(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    """Give a database these macros of sql/views."""
    for view in views.views():
        if view.name in names:
            connection.execute(view.sql)


def invented(number: int, seed: int) -> dict[str, pa.Table]:
    """Articles with few values in their columns, in combinations that no source has; every other table by its need."""
    rng = random.Random(seed)
    rows: dict[str, list[dict]] = {table.name: [] for table in CITATION_TABLES}

    def add(name: str, pmid: int, **values: object) -> None:
        rows[name].append(dict.fromkeys(column.name for column in BY_NAME[name].columns) | {"pmid": pmid} | values)

    for pmid in range(1, number + 1):
        values = {
            column.name: rng.choice(WORDS.get(column.name, (None, "", "x")))
            for column in BY_NAME["articles"].columns
            if column.type is TEXT and not column.name.endswith("_markup")
        }
        add("articles", pmid, **values, version=1)
        for name, column, values_of in SEVERAL:
            for index in range(rng.choice((0, 0, 1, 2))):
                add(name, pmid, **{column: index + 1}, **{key: rng.choice(words) for key, words in values_of.items()})
    return {name: pa.Table.from_pylist(listed, schema=arrow_schema(BY_NAME[name])) for name, listed in rows.items()}


WORDS = {
    "pub_model": (None, "", "Print", "Print-Electronic", "Electronic", "Electronic-eCollection", "Electronic-Print"),
    "publication_status": (None, "", "ppublish", "epublish", "aheadofprint"),
    "pub_date": (None, "", "2001", "2001 Feb", "2001 Feb 3"),
    "medline_ta": (None, "", "J Pond", "J. Pond."),
    "medline_pgn": (None, "", " ", "5-9"),
    "start_page": (None, "", "7"),
}
PIIS = ("e5", "", "10.5555/1", "S1-2(3)")
SEVERAL: tuple[tuple[str, str, dict[str, Sequence]], ...] = (
    ("article_dates", "article_date_seq", {"year": (2001, None), "month": (2, None), "day": (3, None)}),
    ("elocation_ids", "elocation_id_seq",
     {"elocation_type": (None, "pii", "doi"), "elocation_id": PIIS, "is_valid": (True, False, None)}),
    ("history", "history_seq",
     {"pub_status": ("ecollection", "ppublish", "epublish", "received", "pubmed", None), "hour": (None, 6)}),
    ("publication_types", "publication_type_seq", {"publication_type": ("Journal Article", "Preprint")}),
)  # fmt: skip


# The readings of others


def run(program: str, *arguments: object) -> str:
    """What a program prints; where it is not installed, the test is skipped."""
    if not shutil.which(program):
        pytest.skip(f"needs {program}, not here: sh scripts/consumers.sh")
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, check=True)
    return done.stdout.decode("utf-8-sig")


def letters(text: object) -> str:
    """The letters and digits of a text, without tags: readers change quotes, dashes and blanks."""
    bare = unescape(re.sub(r"</?(?:i|b|sup|sub|span)\b[^>]*>", "", str(text or "")))
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", bare))


def name_letters(*parts: object) -> str:
    """The letters of a name in the order of the alphabet: readers part and order names each in their way."""
    return "".join(sorted(letters("".join(map(str, parts))).casefold()))


def names_of(names: Sequence[Name]) -> list[str]:
    return [name_letters(name.family, name.given, name.suffix, name.literal) for name in names]


def pages_of(work: Work) -> str:
    return letters("".join(work.pages))
