"""What the shell completes."""

from __future__ import annotations

import pytest

from build import medline
from medline.cli import completion
from medline.schema.tables import TABLES
from medline.searching.fields import FIELDS
from medline.warehouse import views


def words(found):
    return [word for word, _ in found]


def test_every_table_view_and_macro_is_completed():
    names = {table.name for table in TABLES} | {view.name for view in views.views()}
    assert set(words(completion.relations(""))) == names
    assert words(completion.relations("ARTICLES")) == words(completion.relations("articles"))


def test_every_column_is_completed_behind_what_is_there():
    for table in TABLES:
        for column in table.stored:
            assert f"SELECT max({column.name}" in words(completion.sql(f"SELECT max({column.name[:-1]}"))
    assert completion.sql("SELECT ") == []


def test_every_tag_is_completed_behind_its_bracket():
    for field in FIELDS:
        for tag in (field.tag, *field.aliases):
            assert f"a[mh] AND b[{tag}]" in words(completion.tags(f"a[mh] AND b[{tag[:-1]}"))
    assert completion.tags("asthma[mh]") == completion.tags("asthma") == []


@pytest.mark.parametrize(
    ("typed", "word"),
    [("schema artic", "articles"), ("query autho", "authors"), ("search asthma[majo", "asthma[major]")],
)
def test_the_shell_gets_it(typed, word):
    env = {"_MEDLINE_COMPLETE": "complete_bash", "COMP_WORDS": f"medline {typed}", "COMP_CWORD": "2"}
    assert word in medline(env=env).stdout.splitlines()
