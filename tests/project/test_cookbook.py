"""The cook-book: every statement runs on the sample and answers what the book says."""

from __future__ import annotations

import pytest

import cookbook
from medline.warehouse import database

TEXT = cookbook.COOKBOOK.read_text("utf-8")
RECIPES = [recipe.groupdict() for recipe in cookbook.RECIPE.finditer(TEXT)]


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    with database.reader(cookbook.make_home(tmp_path_factory.mktemp("cookbook"))) as connection:
        yield connection


def test_no_statement_is_overlooked():
    assert len(RECIPES) == TEXT.count("```sql") == TEXT.count("\n## ") == 25
    assert [recipe["question"].split(".")[0] for recipe in RECIPES] == [f"## {n}" for n in range(1, 26)]


@pytest.mark.parametrize("recipe", RECIPES, ids=[recipe["question"].partition("\n")[0] for recipe in RECIPES])
def test_a_statement_answers_what_the_book_says(connection, recipe):
    answer = cookbook.answer(connection, recipe["sql"])
    assert answer == recipe["answer"], "run `make cookbook` and look at what changed"
    assert answer.count("\n") > 2, "an answer without rows teaches nothing"


def test_writing_the_book_anew_changes_nothing(connection):
    assert cookbook.written(TEXT, lambda sql: cookbook.answer(connection, sql)) == TEXT
