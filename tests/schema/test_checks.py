"""The checks that follow from the schema: right rows pass, and each rule that is broken gives a row."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from medline.schema.checks import mesh_keys, no_orphans, ordinals_have_no_holes, unique_keys
from medline.schema.ddl import ddl
from medline.schema.tables import TABLES

RIGHT = {
    "articles": "pmid, version) VALUES (1, 1), (2, NULL)",
    "authors": "pmid, version, author_seq) VALUES (1, 1, 1), (1, 1, 2), (2, NULL, 1)",
    "affiliations": "pmid, version, author_seq, affiliation_seq) VALUES (1, 1, 2, 1), (2, NULL, 1, 1)",
    "mesh_descriptors": "descriptor_ui) VALUES ('D1')",
    "mesh_tree_numbers": "descriptor_ui, tree_number) VALUES ('D1', 'A01')",
}
CHECKS = {check.__name__: check() for check in (unique_keys, no_orphans, ordinals_have_no_holes, mesh_keys)}


@pytest.fixture(scope="module")
def made() -> duckdb.DuckDBPyConnection:
    """A database with rows that obey every check."""
    connection = duckdb.connect()
    for table in TABLES:
        connection.execute(ddl(table))
    for table, rows in RIGHT.items():
        connection.execute(f"INSERT INTO {table} ({rows}")
    return connection


@pytest.fixture
def database(made) -> Iterator[duckdb.DuckDBPyConnection]:
    made.execute("BEGIN")
    yield made
    made.execute("ROLLBACK")


def found(database: duckdb.DuckDBPyConnection) -> dict[str, list[tuple]]:
    rows = {name: database.execute(sql).fetchall() for name, sql in CHECKS.items()}
    return {name: found for name, found in rows.items() if found}


def test_right_rows_pass(database):
    assert found(database) == {}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("INSERT INTO articles (pmid, version) VALUES (1, 2)", {"unique_keys": [("articles", 1, 2)]}),
        ("UPDATE authors SET author_seq = 3 WHERE pmid = 1 AND author_seq = 1",
         {"ordinals_have_no_holes": [("authors", 1)]}),
        ("INSERT INTO authors (pmid, version, author_seq) VALUES (9, 1, 1)", {"no_orphans": [("authors", 9)]}),
        ("UPDATE authors SET version = 2 WHERE pmid = 2", {"no_orphans": [("authors", 2)]}),
        ("UPDATE affiliations SET author_seq = 7 WHERE pmid = 1", {"no_orphans": [("affiliations", 1)]}),
        ("INSERT INTO mesh_descriptors (descriptor_ui) VALUES ('D1')", {"mesh_keys": [("mesh_descriptors", "D1", 2)]}),
        ("INSERT INTO mesh_tree_numbers (descriptor_ui, tree_number) VALUES ('D2', 'A01')",
         {"mesh_keys": [("mesh_tree_numbers", "D2", 0)]}),
        ("INSERT INTO mesh_pharmacological_actions (ui, action_ui) VALUES ('C9', 'D1')", {}),
    ],
    ids=["a key twice", "a hole", "no record", "of another version", "no author", "a heading twice", "no heading",
         "an action of what is not loaded"],
)  # fmt: skip
def test_a_rule_that_is_broken_gives_a_row(database, statement, expected):
    database.execute(statement)
    assert found(database) == expected


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_says_what_it_is(name):
    assert CHECKS[name].startswith("-- Level: fail\n")
    assert "Generated from etl/medline/schema/tables.py by `make render`" in CHECKS[name].partition("\nSELECT")[0]
