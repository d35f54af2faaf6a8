"""The schema of an Iceberg table: descriptions, keys, and what becomes of tables of an earlier program."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.table import Table as IcebergTable
from pyiceberg.types import StringType

from build import citation, write_dump, write_mirror
from medline import pipeline
from medline.outputs import iceberg
from medline.outputs.iceberg.schema import schema_of
from medline.schema.ddl import comment
from medline.schema.tables import BY_NAME, TABLES

SOME = [BY_NAME["articles"]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_mirror(tmp_path / "mirror", [citation(1)])
    pipeline.sync(tmp_path / "mirror", tmp_path / "home")
    iceberg.write(tmp_path / "home", tables=SOME)
    return tmp_path / "home"


def articles(home: Path) -> IcebergTable:
    return SqlCatalog("medline", uri=f"sqlite:///{home}/iceberg/catalog.db").load_table("medline.articles")


def test_tables_and_columns_have_their_descriptions_and_keys(home):
    found = articles(home)
    table = BY_NAME["articles"]
    assert {field.name: field.doc for field in found.schema().fields} == {c.name: comment(c) for c in table.stored}
    assert found.properties["comment"] == "one row per citation"
    assert found.properties["medline.key"] == "pmid"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_numbers_of_columns_and_their_elements_differ(table):
    schema = schema_of(table)
    assert [field.name for field in schema.fields] == [column.name for column in table.stored]
    assert len(schema._lazy_id_to_field) >= len(table.stored)


def test_a_table_of_an_earlier_program_is_adapted_and_its_old_versions_stay(home, tmp_path):
    with articles(home).update_schema(allow_incompatible_changes=True) as update:
        update.delete_column("title")  # came later
        update.delete_column("pub_year")
        update.add_column("gone", StringType())
        update.update_column("abstract", doc="another description")
    with articles(home).update_schema() as update:
        update.add_column("pub_year", StringType())  # of another type
    with articles(home).transaction() as change:
        change.set_properties(comment="another description")
    write_dump(tmp_path / "mirror" / "updatefiles" / "pubmed26n0002.xml.gz", citation(2))
    pipeline.sync(tmp_path / "mirror", home)
    assert iceberg.write(home, tables=SOME) == "26-000002"
    found = articles(home)
    table = BY_NAME["articles"]
    assert {field.name: (str(field.field_type), field.doc) for field in found.schema().fields} == {
        field.name: (str(field.field_type), field.doc) for field in schema_of(table).fields
    }
    assert found.properties["comment"] == table.description
    rows = found.scan().to_arrow().sort_by("pmid").select(["pmid", "title", "pub_year"]).to_pylist()
    assert [row["pmid"] for row in rows] == [1, 2]
    assert all(row["title"] and row["pub_year"] for row in rows), "files without the column are written again"
    old = found.scan(snapshot_id=found.snapshot_by_name("26-000001").snapshot_id).to_arrow()
    assert old["pmid"].to_pylist() == [1]
