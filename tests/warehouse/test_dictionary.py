"""The data dictionary: every table, view and macro with what is said of it."""

from __future__ import annotations

import re

import pytest

from medline.schema.ddl import primary_key
from medline.schema.tables import TABLES, TEXT, Column
from medline.warehouse.dictionary import _row, described, dictionary


@pytest.fixture(scope="module")
def parts() -> dict[str, str]:
    """The page by headings of tables and views; '' for what is before them."""
    head, *sections = re.split(r"^### ", dictionary(), flags=re.MULTILINE)
    return {"": head} | {
        name: text for name, _, text in (one.partition("\n## ")[0].partition("\n") for one in sections)
    }


def test_every_table_and_view_has_a_section_in_its_order(parts):
    relations = [one.view.name for one in described() if not one.view.is_macro]
    assert list(parts)[1:] == [*(table.name for table in TABLES), *relations]


def test_the_list_of_tables_says_grain_and_key(parts):
    for table in TABLES:
        line = f"| [{table.name}](#{table.name}) | {table.description} | {', '.join(primary_key(table))} |"
        assert line in parts[""].splitlines()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_lists_its_paths_and_columns(table, parts):
    lines = parts[table.name].splitlines()
    rows = [re.sub(r" \|.*", "", line).removeprefix("| ") for line in lines if line.startswith("| ")]
    assert rows == ["column", *(column.name for column in table.stored)]
    assert all(f"`{path}`" in parts[table.name] for path in table.rows)


def test_views_and_macros_have_a_description_of_each_column(parts):
    for one in described():
        assert one.meaning
        if one.view.is_macro:
            assert f"| {one.view.name} | {one.view.returns} | {one.meaning} |" in dictionary()
        else:
            for name, kind, description in one.columns:
                assert description
                assert f"| {name} | {kind} | {description} |" in parts[one.view.name].splitlines()


def test_a_column_without_path_or_tag_leaves_them_empty():
    assert _row(Column("a", TEXT, "B/@C", "TI", "what")) == "| a | VARCHAR | `B/@C` | TI | what |"
    assert _row(Column("a", TEXT, None, None, "what")) == "| a | VARCHAR |  |  | what |"


def test_no_line_of_a_table_breaks_it(parts):
    widths = {
        re.sub(r"\\\|", "", line).count("|") for text in parts.values() for line in text.splitlines() if line[:1] == "|"
    }
    assert widths <= {4, 6}
