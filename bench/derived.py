"""CPU seconds of derived columns in the readers, and of SQL in their place when a file is applied to the database.

    python -m bench.derived DUMP [--rounds 5] [--output derived.md]

The dump is read into Parquet with all columns, without the derived ones, and without `abstract` alone; then the rows go
into DuckDB as they are, with SQL that derives what SQL can say (abstract, doi, pmc, pii, pub_date and event_at as sent,
without the rare forms that `medline.parse.identifiers` and `medline.parse.pages` know), and with SQL for `abstract`
alone. The cases run in turn, so that a noisy machine disturbs all alike.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from unittest.mock import patch

import duckdb

from bench.measure import measure
from bench.report import machine
from medline import pipeline
from medline.parse.kernels import derive, reader

ABSTRACT = """
SELECT
    pmid, version,
    string_agg(if(label != '', label || ': ' || text, text), ' ' ORDER BY abstract_seq, section_seq) AS abstract
FROM abstracts WHERE abstract_type IS NULL AND text IS NOT NULL GROUP BY ALL"""
IDS = """
SELECT
    pmid, version,
    min_by(article_id, article_id_seq) FILTER (id_type = 'doi') AS doi,
    min_by(article_id, article_id_seq) FILTER (id_type = 'pmc') AS pmc,
    min_by(article_id, article_id_seq) FILTER (id_type = 'pii') AS pii
FROM article_ids GROUP BY ALL"""
PUB_DATE = """coalesce(
    concat_ws(' ', pub_year, strftime(make_date(2000, pub_month, 1), '%b'), pub_day), medline_date)"""
MOMENT = """try_cast(format('{:04d}-{:02d}-{:02d} {:02d}:{:02d}:{:02d}',
    year, month, day, coalesce(hour, 0), coalesce(minute, 0), coalesce(second, 0)) AS TIMESTAMP)"""
STATEMENTS = {
    "abstract": (
        f"SELECT articles.* REPLACE (a.abstract AS abstract) FROM articles LEFT JOIN ({ABSTRACT}) AS a USING (pmid)",
        "FROM history",
    ),
    "rows": ("FROM articles", "FROM history"),
    "SQL": (
        "SELECT articles.* REPLACE (a.abstract AS abstract, i.doi AS doi, i.pmc AS pmc, i.pii AS pii,"
        f" {PUB_DATE} AS pub_date)"
        f" FROM articles LEFT JOIN ({ABSTRACT}) AS a USING (pmid) LEFT JOIN ({IDS}) AS i USING (pmid)",
        f"SELECT * REPLACE ({MOMENT} AS event_at) FROM history",
    ),
}
CASES = {
    "reader, all columns": ("read", "all"),
    "reader, without derived columns": ("read", "none"),
    "reader, without abstract": ("read", "no_abstract"),
    "DuckDB, rows with derived columns": ("apply", "rows", "all"),
    "DuckDB, rows without, columns derived by SQL": ("apply", "SQL", "none"),
    "DuckDB, rows without abstract, derived by SQL": ("apply", "abstract", "no_abstract"),
}


def main() -> None:
    """Parse the command line, run all cases in turn, print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.derived", description=__doc__)
    parser.add_argument("dump", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path, help="write the table to this file too")
    parser.add_argument("--one", nargs="+", help=argparse.SUPPRESS)  # a home and a case: the timed process
    given = parser.parse_args()
    if given.one:
        home, kind, *case = given.one
        measure(lambda: (_read if kind == "read" else _apply)(given.dump, Path(home), *case))
        return
    seconds_of: dict[str, list[float]] = {name: [] for name in CASES}
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        for _ in range(given.rounds):
            for name, case in CASES.items():
                command = [sys.executable, "-m", "bench.derived", str(given.dump), "--one", directory, *case]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                seconds_of[name].append(json.loads(done.stdout)["cpu"])
        sizes = {columns: _size(Path(directory, columns)) for columns in ("all", "none", "no_abstract")}
    lines = [f"Measured {machine()}.", ""]
    lines += [f"- lake of the dump, columns: {columns}: {size:.0f} MB" for columns, size in sizes.items()]
    lines += ["", "| | CPU seconds | least |", "|---|---:|---:|"]
    lines += [f"| {name} | {median(seconds):.2f} | {min(seconds):.2f} |" for name, seconds in seconds_of.items()]
    text = "\n".join(lines) + "\n"
    print(text)
    if given.output:
        given.output.write_text(text, "utf-8")


def _size(home: Path) -> float:
    return sum(path.stat().st_size for path in (home / "lake").rglob("*.parquet")) / 1e6


def _read(dump: Path, home: Path, columns: str) -> int:
    """Read a dump into a new lake; without derived columns they are NULL."""
    jobs = derive.jobs()
    kernels = {"all": jobs.kernels, "none": jobs.kernels[:0]}
    kernels["no_abstract"] = jobs.kernels[jobs.kernels[:, 0] != derive.ABSTRACT]
    jobs = jobs._replace(kernels=kernels[columns])
    for path in (home / columns).rglob("*.*"):
        if path.is_file():
            path.unlink()
    with patch.object(reader, "jobs", lambda: jobs):
        (made,) = pipeline.transform_files([dump], home / columns).values()
    assert not isinstance(made, Exception), made
    return made.rows["articles"]


def _apply(dump: Path, home: Path, statement: str, columns: str) -> int:
    """Make tables of articles and history in a database in memory."""
    with duckdb.connect() as connection:
        for name in ("articles", "abstracts", "article_ids", "history"):
            (path,) = (home / columns / "lake" / name).glob("*.parquet")
            connection.execute(f"CREATE VIEW {name} AS FROM '{path}'")
        for number, query in enumerate(STATEMENTS[statement]):
            connection.execute(f"CREATE TABLE made_{number} AS {query}")
        [(rows,)] = connection.execute("SELECT count(*) FROM made_0").fetchall()
        return rows


if __name__ == "__main__":
    main()
