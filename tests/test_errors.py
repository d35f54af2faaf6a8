"""Errors: one line that a user can act on, whatever it quotes."""

from __future__ import annotations

import pickle

import pytest

from medline.errors import LONGEST, BadInput, MedlineError, SchemaError, SqlFileError, clip


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("short", 5, "short"),
        ("  a \n\t b\x00c  ", 20, "a b c"),
        ("", 3, ""),
        ("abcdefghijklmnopqrst", 12, "abcde … qrst"),
        ("abcdefghij", 4, " … j"),
        ("a\u2028b\x1b[31m", 20, "a b [31m"),
    ],
)
def test_a_text_is_clipped_to_one_line_with_its_beginning_and_its_end(text, most, expected):
    assert clip(text, most) == expected


def test_a_message_has_no_line_break_and_a_bound():
    message = str(MedlineError("a\nb " * 500))
    assert len(message) <= LONGEST
    assert message.startswith("a b a b")


def test_bad_input_says_where_what_and_what_to_do():
    error = BadInput("a.xml", "not well-formed", where="line 3", advice="fetch it again")
    assert str(error) == "a.xml line 3: not well-formed; fetch it again"
    assert str(BadInput("a.xml", "empty")) == "a.xml: empty"


def test_a_long_problem_is_shortened_and_the_advice_stays():
    message = str(BadInput("a.xml", "x" * 1_000, where="line 3", advice="fetch it again"))
    assert len(message) <= LONGEST
    assert message.startswith("a.xml line 3: xxx")
    assert message.endswith("x; fetch it again")


def test_a_long_name_is_shortened():
    message = str(BadInput("n" * 500, "empty", advice="fetch it again"))
    assert message.startswith("nnn")
    assert message.endswith("n: empty; fetch it again")
    assert len(message) < 120


@pytest.mark.parametrize(
    "error", [BadInput("a.xml", "empty", where="line 3", advice="fetch it"), SchemaError("articles.doi", "no function")]
)
def test_an_error_of_another_process_keeps_its_values(error):
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_errors_of_files_and_columns_name_them():
    assert str(SqlFileError("sql/checks/x.sql", 4, "no Level")) == "sql/checks/x.sql line 4: no Level"
    assert str(SchemaError("articles.doi", "no function")) == "articles.doi: no function"
