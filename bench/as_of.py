"""What it takes to ask for the state after an earlier dump: a process for each point, from its start to the answer.

    python -m bench.as_of HOME 26-000009 26-000006 26-000002

The question counts the articles, so that nearly all of the time goes into the past. Files of the lake may be cached.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

from bench.measure import measure
from medline.warehouse import as_of


def ask(home: str, point: str | None) -> int:
    """Count the articles after a dump, or now; return the citations that were read from the lake for it."""
    with as_of.reader(home, point) as connection:
        connection.execute("SELECT count(*) FROM articles").fetchall()
        if not as_of.is_past(connection):
            return 0
        [(read,)] = connection.execute(
            "SELECT (SELECT count(*) FROM as_of_articles) + count(*) FROM as_of_books"
        ).fetchall()
    return int(read)


def main() -> None:
    """Ask, each point in a process of its own, and print a row of a table for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home")
    parser.add_argument("points", nargs="*")
    parser.add_argument("--one", action="store_true", help="ask here, for the one point or now")
    given = parser.parse_args()
    if given.one:
        measure(lambda: ask(given.home, given.points[0] if given.points else None))
        return
    print("| point | citations read | s | CPU s | MB |\n| --- | --- | --- | --- | --- |")
    for point in ("", *given.points):
        command = [sys.executable, "-m", "bench.as_of", "--one", given.home, *filter(None, [point])]
        took = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        figures = f"{took['records']:,} | {took['wall']:.1f} | {took['cpu']:.1f} | {took['peak'] / 1e6:.0f}"
        print(f"| {point or 'now'} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
