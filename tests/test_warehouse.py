"""The database: comments, one transaction a file, nothing half-applied."""

from pathlib import Path

import duckdb
import pytest
from build import ask, authors, citation, contents, deletion, title, write_dump, write_mirror

from etl import checks, lake, pipeline, publish, warehouse
from etl.errors import CheckFailed, MedlineError
from etl.mirror import source
from etl.schema import TABLES


@pytest.fixture
def home(tmp_path) -> Path:
    home = tmp_path / "home"
    first = write_dump(tmp_path / "pubmed26n0001.xml.gz", citation(1), citation(2))
    publish.load(home, [lake.transform(source(first), home)])
    return home


def test_every_table_and_column_has_its_comment_in_the_database(home):
    tables = ask(home, "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' AND comment IS NOT NULL")
    columns = ask(home, "SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND comment IS NULL")
    assert {name for (name,) in tables} == {table.name for table in TABLES}
    assert columns == [(0,)]


def test_a_file_that_cannot_be_applied_whole_is_not_applied_at_all(home, tmp_path):
    second = write_dump(tmp_path / "pubmed26n0002.xml.gz", citation(1, title=title("Later.")), citation(3))
    made = lake.transform(source(second), home)
    lake.table_path(home, "unknown_paths", second.name).write_bytes(b"no Parquet")
    before = contents(home)
    with pytest.raises(duckdb.Error):
        publish.load(home, [made])
    assert contents(home) == before
    assert ask(home, "SELECT count(*) FROM ledger.events") == [(2,)]


def test_what_is_loaded_is_not_loaded_again(home):
    before = (warehouse.database(home)).read_bytes()
    assert publish.load(home, [lake.manifest(home, "pubmed26n0001.xml.gz")]) == []
    assert (warehouse.database(home)).read_bytes() == before


def test_a_dump_row_says_what_the_file_held(home):
    ((row,),) = ask(home, "SELECT dumps FROM dumps")
    assert (row["name"], row["kind"], row["year"], row["number"]) == ("pubmed26n0001.xml.gz", "baseline", 26, 1)
    assert (row["citations"], row["books"], row["deletions"], row["anomalies"]) == (2, 0, 0, 0)
    assert row["rows_per_table"]["articles"] == 2
    assert row["loaded_at"] is not None


def test_a_reader_does_not_meet_the_writer(home):
    path = warehouse.database(home)
    with warehouse.writer(path), pytest.raises(MedlineError), warehouse.reader(home):
        pass


#: Ways to spoil a database, and the check that must see each.
SPOILT = {
    "a row twice": ("INSERT INTO authors SELECT * FROM authors LIMIT 1", "unique_keys"),
    "rows of nobody": ("UPDATE authors SET pmid = pmid + 900000000", "no_orphans"),
    "a citation twice": ("INSERT INTO articles SELECT * FROM articles LIMIT 1", "one_version_per_pmid"),
    "a citation that no file has": ("INSERT INTO articles (pmid, version) VALUES (999, 1)", "shown_are_the_winners"),
    "a citation from another file": ("UPDATE articles SET source_file = 'x'", "shown_are_the_winners"),
    "a citation gone": ("DELETE FROM articles WHERE pmid = 1", "every_current_pmid_is_shown"),
    "a deleted citation back": ("UPDATE ledger.events SET is_deletion = true WHERE pmid = 1", "deleted_stay_deleted"),
    "deletions gone": ("DELETE FROM deleted_citations", "ledger_accounts_for_all"),
    "deletions gone from the ledger": ("DELETE FROM ledger.events WHERE is_deletion", "ledger_accounts_for_all"),
    "dumps of two years": ("UPDATE dumps SET year = 25 WHERE number = 1", "dumps_are_of_one_year"),
}


@pytest.mark.parametrize("case", SPOILT)
@pytest.mark.parametrize("rows", [checks.SLICE, 1])
def test_the_checks_see_a_spoilt_database(tmp_path, monkeypatch, case, rows):
    """However many slices of PMIDs they look at."""
    monkeypatch.setattr(checks, "SLICE", rows)
    statement, check = SPOILT[case]
    home = tmp_path / "home"
    names = authors("Otter", "Pond")
    paths = write_mirror(tmp_path / "mirror", [citation(1, article=names), citation(2)], [citation(3), deletion(2)])
    pipeline.load_files(paths, home)
    checks.run(home)
    with warehouse.writer(warehouse.database(home)) as connection:
        connection.execute(statement)
    with pytest.raises(CheckFailed, match=check):
        checks.run(home)
