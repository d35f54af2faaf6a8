"""Whole records out of the tables: which ones, and all that the tables hold of each."""

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

#: The tables of records as such.
HEADS = ("articles", "books")


@dataclass
class Record:
    """One current record.

    Attributes:
        pmid: its key.
        rows: by table, in the order of their ordinals, as column → value; tables without rows are not there.
    """

    pmid: int
    rows: dict[str, list[dict]] = field(default_factory=dict)

    @property
    def is_book(self) -> bool:
        return "books" in self.rows

    @property
    def head(self) -> dict:
        """Its row of articles or books."""
        return self.rows["books" if self.is_book else "articles"][0]


def iter_records(
    connection: duckdb.DuckDBPyConnection, pmids: Sequence[int], tables: Collection[str] | None = None
) -> Iterator[Record]:
    """The records of these PMIDs, in this order; PMIDs that the warehouse does not show are passed over.

    Args:
        tables: those to read, the tables of HEADS among them; all of them where none are named.
    """
    listed = [table for table in CITATION_TABLES if tables is None or table.name in tables]
    for start in range(0, len(pmids), BATCH):
        batch = list(pmids[start : start + BATCH])
        found: dict[int, Record] = {}
        for table in listed:
            for pmid, rows in _rows(connection, table, batch):
                found.setdefault(pmid, Record(pmid)).rows[table.name] = rows
        yield from (found[pmid] for pmid in batch if pmid in found)


def _rows(
    connection: duckdb.DuckDBPyConnection, table: Table, pmids: Sequence[int]
) -> Iterator[tuple[int, list[dict]]]:
    """The rows of a table by PMID, in the order of their ordinals."""
    names = [column.name for column in table.columns]
    quoted = ", ".join(f'"{name}"' for name in names)
    order = ", ".join(f"{name} NULLS FIRST" for name in primary_key(table))
    rows = connection.execute(
        f"SELECT {quoted} FROM {table.name}"
        f" WHERE pmid BETWEEN $first AND $last AND pmid IN (SELECT unnest($pmids)) ORDER BY {order}",
        {"pmids": pmids, "first": min(pmids), "last": max(pmids)},
    ).fetchall()
    at = names.index("pmid")
    for pmid, listed in groupby(rows, key=itemgetter(at)):
        yield pmid, [dict(zip(names, row, strict=True)) for row in listed]


def chosen(connection: duckdb.DuckDBPyConnection, words: Iterable[str], where: str | None) -> list[int]:
    """The PMIDs that a user names, each once, or that a condition finds.

    Args:
        words: PMIDs, or lines that begin with one: the first column of a CSV, whose first line may be its name.

    Raises:
        UsageError: a word is no PMID, or see `pmids_where`.
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
            raise UsageError(f"{first[:40]!r} is no PMID; of an answer of `medline query`, export takes --format csv")
    if lacking := pmids_lacking(connection, pmids):
        others = f" and {len(lacking) - 10} more" if len(lacking) > 10 else ""
        raise MedlineError(
            f"the warehouse has no PMID {', '.join(map(str, lacking[:10]))}{others}: nothing written; load them with"
            " `medline fetch`, or leave them out"
        )
    return pmids


def pmids_lacking(connection: duckdb.DuckDBPyConnection, pmids: Sequence[int]) -> list[int]:
    """Those of these PMIDs that the warehouse does not show, in their order."""
    heads = " UNION ALL ".join(f"SELECT pmid FROM {table}" for table in HEADS)
    shown = f"SELECT pmid FROM ({heads}) WHERE pmid IN (SELECT unnest($pmids))"
    found = {pmid for (pmid,) in connection.execute(shown, {"pmids": list(pmids)}).fetchall()}
    return [pmid for pmid in pmids if pmid not in found]


def pmids_where(connection: duckdb.DuckDBPyConnection, condition: str) -> list[int]:
    """The PMIDs, in order, of articles and books for which a condition on their columns holds.

    A condition on columns that only one of the two tables has asks that one.

    Raises:
        UsageError: it is not one expression that is true or false, or cannot be computed.
    """
    found: list[int] = []
    errors = []
    for name in HEADS:
        try:
            table = connection.table(name)
            chosen = table.filter(condition)  # DuckDB takes one expression here, and no statement
            (kind,) = table.project(condition).types
            if str(kind) != "BOOLEAN":
                raise UsageError(f"--where {condition}: a {kind}, not a condition; write one like pub_year = 2020")
            found += (pmid for (pmid,) in chosen.project("pmid").fetchall())
        except duckdb.BinderException as error:
            errors.append(error)
        except duckdb.Error as error:
            raise _no_condition(condition, error) from None
    if len(errors) == len(HEADS):
        raise _no_condition(condition, errors[0])
    return sorted(found)


def _no_condition(condition: str, error: duckdb.Error) -> UsageError:
    told = " ".join(str(error).partition("\n\nLINE ")[0].split())
    return UsageError(f"--where {condition}: {told}; it is one SQL condition on the columns of articles or books")
