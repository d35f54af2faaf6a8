"""What a client of the database answers, for a DuckDB that is not the project's: `… FILE < statements.json`."""

import json
import sys

import duckdb


def main(path: str) -> None:
    """Print the version of DuckDB and, for each statement, its rows as lists of texts."""
    with duckdb.connect(path, read_only=True) as connection:
        answers = [connection.execute(sql).fetchall() for sql in json.load(sys.stdin)]
    texts = [[[shown(value) for value in row] for row in rows] for rows in answers]
    json.dump({"version": duckdb.__version__, "answers": texts}, sys.stdout)


def shown(value: object) -> str:
    """A value as text; DuckDB 1.4 leaves noise in the last digits of what `round` returns."""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main(*sys.argv[1:])
