"""The law through `medline load`: what the reader accepts is in the warehouse as it was read, and nothing else is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from build import ask, medline
from compare import Reading, read
from file_fuzz.case import Case
from file_fuzz.law import superseded
from medline.schema.tables import CITATION_TABLES, LAKE_TABLES


def load_and_judge(cases: Sequence[Case], folder: Path) -> list[str]:
    """Load the files of some cases, of which one at least can be read, in one call; say what is not as it must be."""
    readings = {path: _read(path) for path in map(_written, cases, [folder] * len(cases))}
    refused = {path.name: reading.error for path, reading in readings.items() if reading.error}
    home = folder / "home"
    done = medline("load", *readings, "--home", home)
    problems = []
    if done.returncode != bool(refused):
        problems.append(f"exit code {done.returncode}, {len(refused)} files cannot be read: {done.stderr[-1000:]}")
    problems += [f"not reported: {error}" for error in refused.values() if error and error not in done.stderr]
    applied = {name for (name,) in ask(home, "SELECT name FROM dumps")}
    if applied != {path.name for path in readings} - refused.keys():
        problems.append(f"applied: {sorted(applied)}; refused by the reader: {sorted(refused)}")
    return problems + _tables_apart(home, [reading for reading in readings.values() if not reading.error])


def _written(case: Case, folder: Path) -> Path:
    path = folder / f"case_{case.key.replace(' ', '_')}.{'nbib' if case.kind == 'text' else 'xml'}"
    path.write_bytes(case.content)
    return path


def _read(path: Path) -> Reading:
    reading = read(path, engine="reference")
    skip = superseded(reading.keys)
    return read(path, engine="reference", skip=skip) if skip else reading


def _tables_apart(home: Path, readings: list[Reading]) -> list[str]:
    problems = []
    for table in LAKE_TABLES:
        if table not in CITATION_TABLES and table.name != "anomalies":
            continue
        names = [column.name for column in table.columns]
        tables = [reading.tables[table.name] for reading in readings]
        expected = Counter(repr(tuple(row[name] for name in names)) for row in pa.concat_tables(tables).to_pylist())
        loaded = Counter(map(repr, ask(home, f"SELECT {', '.join(names)} FROM {table.name}")))
        if expected != loaded:
            problems.append(f"{table.name}: lacks {[*(expected - loaded)][:2]}, has {[*(loaded - expected)][:2]}")
    return problems
