"""Arrow schemas: types that Parquet keeps, and metadata that say where a column comes from."""

from __future__ import annotations

import pytest

from medline.schema.arrow import arrow_schema
from medline.schema.tables import BY_NAME, TABLES
from medline.schema.version import schema_version


def test_arrow_fields_say_path_tag_and_description():
    field = arrow_schema(BY_NAME["articles"]).field("title")
    assert field.metadata[b"path"] == b"MedlineCitation/Article/ArticleTitle"
    assert field.metadata[b"tag"] == b"TI"
    assert field.metadata[b"description"]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_schema_has_the_columns_of_its_table_in_their_order(table):
    assert arrow_schema(table).names == [column.name for column in table.columns]


def test_metadata_leave_out_what_is_not_declared():
    field = arrow_schema(BY_NAME["keywords"]).field("version")
    assert set(field.metadata) == {b"description"}


def test_a_table_says_its_grain_its_paths_and_the_version_of_the_schema():
    about = arrow_schema(BY_NAME["keywords"]).metadata
    assert about[b"grain"].decode() == BY_NAME["keywords"].description
    assert about[b"path"].decode().split(" | ") == list(BY_NAME["keywords"].rows)
    assert about[b"schema_version"].decode() == schema_version()
