"""The index of a home's published version: what it takes to make, and how quickly it answers, beside SQLite FTS5.

    python -m bench.search HOME [--strategies FILE.tsv] [--only plans,answers,build,sql] [--output search.md]

The index is made anew in a temporary directory from the published tables; the home is not changed. Questions are put
warm, in one process; SQL and SQLite are asked once. A line of FILE has id, kind, source, query, with \\n for line ends.
"""

from __future__ import annotations

import argparse
import csv
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import duckdb
import tantivy

from bench.report import machine
from medline.errors import UsageError
from medline.home import LocalHome
from medline.schema.ddl import literal
from medline.searching import answers, plan
from medline.searching.index import build
from medline.searching.index.names import open_vocabulary
from medline.searching.index.reading import Index
from medline.warehouse import versions

QUESTIONS = (
    "cancer[tiab]", '"breast cancer"[tiab]', "immun*[tiab]", "breast canc*[tiab]", "humans[mh]",
    "cancer[tiab] AND humans[mh]",
    "smith j[au]", "2019[dp]", "1990:2020[dp]", "2010/05:2020/02[dp]", "cancer",
    '"cancer patients"[tiab:~3]', "humans[mh] NOT animals[mh]",
)  # fmt: skip
#: What SQLite, which has titles and abstracts, is asked for a question.
MATCHES = {
    "cancer[tiab]": "cancer", '"breast cancer"[tiab]': '"breast cancer"', "immun*[tiab]": "immun*",
    "breast canc*[tiab]": '"breast canc" *', '"cancer patients"[tiab:~3]': "NEAR(cancer patients, 3)",
}  # fmt: skip
FILE = 30_000

#: Strategies of a hundred terms, tagged and not.
PARTS = "cancer tumor heart liver kidney brain lung skin bone blood".split()
HUNDRED = tuple(
    " OR ".join(form.format(part, number) for number in range(10) for part in PARTS)
    for form in ("{}{}[tiab]", '"{} number {}"[tiab]', "{}{}[mh]", "{}{}", "{} number {}")
)


def main() -> None:
    """Parse the command line, measure, report."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--strategies", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="plans,answers,build,sql")
    parser.add_argument("--output", type=Path, help="write the report to this file too")
    given = parser.parse_args()
    home = LocalHome(given.home)
    current = versions.published(home)
    assert current is not None, "nothing is published there"
    only = given.only.split(",")
    lines = [f"Measured {machine()}."]
    with duckdb.connect(str(current.database), read_only=True) as connection:
        index = Index(home.index(current.name), connection)
        lines += ["", *_planning(index, connection)] if "plans" in only else []
        lines += ["", *_answering(index, connection, given.rounds, has_sql="sql" in only)] if "answers" in only else []
        if given.strategies:
            lines += ["", _strategies(index, connection, given.strategies)]
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH {literal(current.database)} AS medline (READ_ONLY)")
        connection.execute("USE medline")
        lines += _building(connection) if "build" in only else []
    text = "\n".join(lines) + "\n"
    print(text)
    if given.output:
        given.output.write_text(text, "utf-8")


def _building(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Make the index, and SQLite's of titles and abstracts alone."""
    count, _ = build.of_tables(connection)
    yield f"\n{count:,} citations\n\n| index | CPU s for 30,000 | MB for 30,000 |\n|---|---|---|"
    for name, make in (("tantivy, all tags", _tantivy), ("SQLite FTS5, title and abstract", _sqlite)):
        with tempfile.TemporaryDirectory(prefix="bench-") as directory:
            start = time.process_time()
            make(connection, Path(directory))
            seconds = time.process_time() - start
            size = sum(path.stat().st_size for path in Path(directory).rglob("*") if path.is_file())
        yield f"| {name} | {seconds * FILE / count:.2f} | {size / 1e6 * FILE / count:.1f} |"


def _tantivy(connection: duckdb.DuckDBPyConnection, directory: Path) -> None:
    build._make_afresh(connection, directory / "index")


def _sqlite(connection: duckdb.DuckDBPyConnection, directory: Path) -> None:
    with sqlite3.connect(directory / "fts.sqlite") as store:
        store.execute("CREATE VIRTUAL TABLE texts USING fts5(title, abstract, content='')")
        rows = connection.execute("SELECT pmid, title, abstract FROM articles")
        while batch := rows.fetchmany(10_000):
            store.executemany("INSERT INTO texts (rowid, title, abstract) VALUES (?, ?, ?)", batch)
        store.commit()
        for question, match in MATCHES.items():
            count = "SELECT count(*) FROM texts WHERE texts MATCH ?"
            took = _milliseconds(lambda match=match, count=count: store.execute(count, [match]).fetchall(), 3)  # type: ignore[misc]
            print(f"SQLite FTS5 counts `{question}` in {took:,.1f} ms")


def _planning(index: Index, connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    yield "| a hundred terms, as | planned in CPU ms |\n|---|---|"
    vocabulary = open_vocabulary(connection, index)
    for query in HUNDRED:
        took = []
        for _ in range(3):
            start = time.process_time()
            plan(query, vocabulary)
            took.append((time.process_time() - start) * 1e3)
        yield f"| `{query[: query.index(' OR ')]} OR …` | {median(took):,.1f} |"


def _answering(index: Index, connection: duckdb.DuckDBPyConnection, rounds: int, *, has_sql: bool) -> Iterator[str]:
    yield "| question | hits | count ms | 50 newest ms | all PMIDs ms | SQL ms |\n|---|---|---|---|---|---|"
    vocabulary = open_vocabulary(connection, index)
    for question in QUESTIONS:
        condition = plan(question, vocabulary).condition
        asked: list[Callable[[], object]] = [
            lambda condition=condition: index.count(condition),  # type: ignore[misc]
            lambda condition=condition: index.newest(condition, 50),  # type: ignore[misc]
            lambda condition=condition: index.newest(condition),  # type: ignore[misc]
        ]
        times = [f"{_milliseconds(ask, rounds):,.1f}" for ask in asked]
        sql = answers.select(condition, count=True)
        ask_sql = lambda sql=sql: connection.execute(sql).fetchall()  # type: ignore[misc]  # noqa: E731
        times.append(f"{_milliseconds(ask_sql, 1):,.1f}" if has_sql else "")
        yield f"| `{question}` | {index.count(condition):,} | {' | '.join(times)} |"


def _milliseconds(ask: Callable[[], object], rounds: int) -> float:
    """Return the processor time: other jobs do not count."""
    took = []
    for _ in range(rounds):
        start = time.process_time()
        ask()
        took.append((time.process_time() - start) * 1e3)
    return median(took)


def _strategies(index: Index, connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    csv.field_size_limit(1 << 24)
    vocabulary, took, planned = open_vocabulary(connection, index), [], []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            start = time.process_time()
            try:
                condition = plan(row["query"].replace("\\n", "\n"), vocabulary).condition
            except UsageError:
                continue
            planned.append(time.process_time() - start)
            took.append(_milliseconds(lambda condition=condition: index.count(condition), 1))  # type: ignore[misc]
    return (
        f"{len(took)} strategies counted in {sum(took) / 1e3:.1f} s: median {median(took):.1f} ms, the slowest"
        f" {max(took):,.0f} ms; planned in {sum(planned):.1f} s. tantivy {tantivy.__version__}."  # type: ignore[attr-defined]
    )


if __name__ == "__main__":
    main()
