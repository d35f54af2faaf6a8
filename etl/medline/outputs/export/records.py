"""Records for an export: the choice of PMIDs, and their rows in all tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

import duckdb

from medline.errors import MedlineError, UsageError
from medline.schema.ddl import primary_key
from medline.schema.tables import CITATION_TABLES, Table

#: Records that are read from the tables together.
BATCH = 1000

#: The tables with one row per record.
HEADS = ("articles", "books")


@dataclass
class Record:
    """One current record.

    Attributes:
        pmid: its key.
        rows: by table, in the order of their ordinals, as column → value; tables without rows are missing.
    """

    pmid: int
    rows: dict[str, list[dict]] = field(default_factory=dict)

    @property
    def is_book(self) -> bool:
        return "books" in self.rows

    @property
    def head(self) -> dict:
        """The row of articles or books."""
        return self.rows["books" if self.is_book else "articles"][0]


def iter_records(
    connection: duckdb.DuckDBPyConnection, pmids: Sequence[int], tables: Collection[str] | None = None
) -> Iterator[Record]:
    """Yield the records of these PMIDs, in this order; PMIDs that the warehouse lacks are skipped.

    Args:
        tables: the tables to read, those of HEADS among them; None: all.
    """
    listed = [table for table in CITATION_TABLES if tables is None or table.name in tables]
    for start in range(0, len(pmids), BATCH):
        batch = list(pmids[start : start + BATCH])
        records: dict[int, Record] = {}
        for table in listed:
            for pmid, rows in _rows(connection, table, batch):
                records.setdefault(pmid, Record(pmid)).rows[table.name] = rows
        yield from (records[pmid] for pmid in batch if pmid in records)


def _rows(
    connection: duckdb.DuckDBPyConnection, table: Table, pmids: Sequence[int]
) -> Iterator[tuple[int, list[dict]]]:
    """Yield the rows of a table by PMID, in the order of their ordinals."""
    names = [column.name for column in table.columns]
    quoted = ", ".join(f'"{name}"' for name in names)
    order = ", ".join(f"{name} NULLS FIRST" for name in primary_key(table))
    rows = connection.execute(
        f"SELECT {quoted} FROM {table.name}"
        f" WHERE pmid BETWEEN $first AND $last AND pmid IN (SELECT unnest($pmids)) ORDER BY {order}",
        {"pmids": pmids, "first": min(pmids), "last": max(pmids)},
    ).fetchall()
    for pmid, group in groupby(rows, key=itemgetter(names.index("pmid"))):
        yield pmid, [dict(zip(names, row, strict=True)) for row in group]


def choose_pmids(connection: duckdb.DuckDBPyConnection, words: Iterable[str], where: str | None) -> list[int]:
    """Return the PMIDs that a user names, each once, or that match a condition.

    Args:
        words: PMIDs, or lines that begin with one: the first column of a CSV, whose first line may be its name.

    Raises:
        UsageError: a word is not a PMID, or see `pmids_where`.
        MedlineError: the warehouse does not have a PMID.
    """
    if where is not None:
        return pmids_where(connection, where)
    firsts = dict.fromkeys(word.partition(",")[0].strip("\ufeff").strip().strip('"') for word in words)
    pmids = []
    for first in firsts:
        if re.fullmatch("[0-9]{1,18}", first):
            pmids.append(int(first))
        elif first not in ("", "pmid"):
            raise UsageError(f"{first[:40]!r} is not a PMID; give PMIDs, or the output of `medline query --format csv`")
    if missing := missing_pmids(connection, pmids):
        others = f" and {len(missing) - 10} more" if len(missing) > 10 else ""
        raise MedlineError(
            f"the warehouse has no PMID {', '.join(map(str, missing[:10]))}{others}: nothing written; load them with"
            " `medline fetch`, or leave them out"
        )
    return pmids


def missing_pmids(connection: duckdb.DuckDBPyConnection, pmids: Sequence[int]) -> list[int]:
    """Return the PMIDs that the warehouse lacks, in their order."""
    heads = " UNION ALL ".join(f"SELECT pmid FROM {table}" for table in HEADS)
    shown = f"SELECT pmid FROM ({heads}) WHERE pmid IN (SELECT unnest($pmids))"
    present = {pmid for (pmid,) in connection.execute(shown, {"pmids": list(pmids)}).fetchall()}
    return [pmid for pmid in pmids if pmid not in present]


def pmids_where(connection: duckdb.DuckDBPyConnection, condition: str) -> list[int]:
    """Return the PMIDs, sorted, of articles and books for which a condition on their columns holds.

    A condition on columns that only one of the two tables has is evaluated on that one.

    Raises:
        UsageError: the condition is not one boolean expression, or cannot be computed.
    """
    pmids: list[int] = []
    errors = []
    for name in HEADS:
        try:
            table = connection.table(name)
            matching = table.filter(condition)  # DuckDB accepts one expression here, and no statement
            (kind,) = table.project(condition).types
            if str(kind) != "BOOLEAN":
                raise UsageError(f"--where {condition}: a {kind}, not a condition; write one like pub_year = 2020")
            pmids += (pmid for (pmid,) in matching.project("pmid").fetchall())
        except duckdb.BinderException as error:
            errors.append(error)
        except duckdb.Error as error:
            raise _condition_error(condition, error) from error
    if len(errors) == len(HEADS):
        raise _condition_error(condition, errors[0]) from errors[0]
    return sorted(pmids)


def _condition_error(condition: str, error: duckdb.Error) -> UsageError:
    problem = " ".join(str(error).partition("\n\nLINE ")[0].split())
    return UsageError(f"--where {condition}: {problem}; write one SQL condition on the columns of articles or books")
