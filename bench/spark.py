"""Five questions of the cook-book, answered by Spark from the Iceberg tables, beside DuckDB's answers.

    sh scripts/spark.sh
    python -m bench.spark [DUMP…] [--records 30000] [--output spark.md]

Without dumps, `sample` invents the records. The answers must be equal, row by row. DuckDB reads its own database, Spark
Parquet by way of Iceberg; of both the second time of asking counts, and the start of Spark is not timed. Nothing here
is a test.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

import duckdb

import sample
from bench.report import machine
from medline import pipeline
from medline.outputs import iceberg
from medline.warehouse import database
from tests.support.cookbook import COOKBOOK, RECIPE

#: Questions whose SQL Spark understands as it stands.
QUESTIONS = (1, 6, 10, 16, 17)
ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Parse the command line, make a home, ask both engines, print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.spark", description=__doc__)
    parser.add_argument("dumps", type=Path, nargs="*", help="files to load; invented if left out")
    parser.add_argument("--records", type=int, default=30_000)
    parser.add_argument("--output", type=Path, help="write the table to this file too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        home = Path(directory, "home")
        pipeline.load_files(given.dumps or [_invented(Path(directory), given.records)], home)
        began = time.perf_counter()
        iceberg.write(home)
        seconds = time.perf_counter() - began
        questions = recipes()
        with database.reader(home) as connection:
            [(citations,)] = connection.execute("SELECT count(*) FROM articles").fetchall()
            ours = {name: _asked(connection, sql) for name, sql in questions.items()}
        theirs = ask_spark(home, questions)
    for name, answer in ours.items():
        assert theirs[name]["rows"] == answer["rows"], f"{name}: Spark answers otherwise"
    rows = [f"| {name} | {ours[name]['seconds']:.2f} | {theirs[name]['seconds']:.2f} |" for name in questions]
    head = "| question | DuckDB s | Spark s |\n|---|---:|---:|"
    export = f"{citations:,} citations, `export-tables --as iceberg` {seconds:.1f} s; all answers are equal."
    text = "\n".join([f"Measured {machine()}.", "", export, "", head, *rows]) + "\n"
    print(text)
    if given.output:
        given.output.write_text(text, "utf-8")


def ask_spark(home: Path, questions: dict[str, str]) -> dict[str, dict]:
    """Return Spark's answers: rows and seconds of each question."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        file = Path(directory, "questions.json")
        file.write_text(json.dumps({f"warm-up {name}": sql for name, sql in questions.items()} | questions), "utf-8")
        command = [str(ROOT / ".spark/bin/python"), "-m", "bench.spark_job", str(home / "iceberg"), str(file)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def _invented(directory: Path, records: int) -> Path:
    return sample.write_xml(directory / "sample.xml", sample.citations(records, 1))


def recipes() -> dict[str, str]:
    """Return the questions, by what they ask."""
    found = (
        (match["question"].splitlines()[0], match["sql"]) for match in RECIPE.finditer(COOKBOOK.read_text("utf-8"))
    )
    return {question[3:]: sql for question, sql in found if int(question[3:].split(".")[0]) in QUESTIONS}


def _asked(connection: duckdb.DuckDBPyConnection, sql: str) -> dict:
    """Return an answer as it is in JSON, and the seconds of the second time."""
    connection.execute(sql).fetchall()
    began = time.perf_counter()
    rows = connection.execute(sql).fetchall()
    return {"rows": json.loads(json.dumps(rows, default=str)), "seconds": time.perf_counter() - began}


if __name__ == "__main__":
    main()
