"""`medline query`: its formats and files, wrong queries, and what reads its output."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from python_calamine import CalamineWorkbook
from rich.cells import cell_len

from build import (
    contents,
    error_of,
    medline,
    medline_process,
)
from commands import ANSWER, QUESTION, read_csv, read_json, succeed
from medline import answers
from medline.answers import FORMATS
from medline.errors import UsageError


@pytest.mark.parametrize(("form", "read"), [("csv", read_csv), ("json", read_json)])
def test_query_prints_csv_and_json(home, form, read):
    assert read(succeed("query", QUESTION, "--home", home, "--format", form)) == ANSWER


def test_query_prints_a_table(home):
    text = succeed("query", QUESTION, "--home", home)
    assert all(str(value) in text for row in [("pmid", "title"), *ANSWER] for value in row)


def test_a_table_says_when_it_is_not_all(home):
    result = medline("query", "SELECT pmid FROM articles", "--home", home, "--limit", 5)
    assert result.returncode == 0
    assert "more than 5 rows" in result.stderr
    assert len([line for line in result.stdout.splitlines() if any(map(str.isdigit, line))]) == 5


@pytest.mark.parametrize(("form", "read"), [("csv", read_csv), ("json", read_json)])
def test_query_writes_csv_and_json_to_a_file(home, tmp_path, form, read):
    out = tmp_path / f"the answer's {form}"
    assert succeed("query", QUESTION, "--home", home, "--format", form, "--out", out) == ""
    assert read(out.read_text("utf-8")) == ANSWER


@pytest.mark.parametrize(("name", "read"), [("a.JSON", read_json), ("a.csv", read_csv), ("a", read_csv)])
def test_the_name_of_a_file_says_its_format(home, tmp_path, name, read):
    succeed("query", QUESTION, "--home", home, "--out", tmp_path / name)
    assert read((tmp_path / name).read_text("utf-8")) == ANSWER


@pytest.mark.parametrize("name", ["a.txt", "a.xls", "a.tsv.gz", "a.parquet.gz", "a.xlsx.zst"])
def test_a_name_that_ends_in_no_format_is_refused(home, tmp_path, name):
    assert error_of(medline("query", QUESTION, "--home", home, "--out", tmp_path / name), 2).startswith(f"{name}: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "form"), [(f"a.{end}", form) for end in FORMATS for form in FORMATS if end != form])
def test_a_file_of_a_format_has_no_name_of_another(name, form):
    with pytest.raises(UsageError, match=f"by its name, and {form} by --format"):
        answers.target(form, Path(name))


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_packed_file_is_of_the_format_before_its_end(form):
    goal = answers.target(None, Path(f"a.{form}.gz"))
    assert (goal.form, goal.packing) == (form, "gzip")


def test_a_table_is_printed_and_not_written(home, tmp_path):
    assert "is printed" in error_of(medline("query", QUESTION, "-f", "table", "-o", tmp_path / "a", "--home", home), 2)


def test_an_answer_in_a_workbook(home, tmp_path):
    out = tmp_path / "a.xlsx"
    succeed("query", QUESTION, "--home", home, "--out", out)
    rows = CalamineWorkbook.from_path(str(out)).get_sheet_by_index(0).to_python()
    assert rows == [["pmid", "title"], *([float(pmid), title] for pmid, title in ANSWER)]


@pytest.mark.parametrize("form", FORMATS)
def test_an_answer_without_rows_is_named_on_stderr(home, tmp_path, form):
    result = medline("query", "SELECT 1 AS a WHERE false", "--home", home, "--out", tmp_path / f"a.{form}")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "the answer has no rows\n")


def test_an_export_without_records_is_named_on_stderr(home):
    result = medline("export", "-f", "ris", "--where", "false", "--home", home)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "no record matches: the export is empty\n")


def test_null_is_no_empty_text(home):
    sql = "SELECT NULL AS a, '' AS b"
    (row,) = [line for line in succeed("query", sql, "--home", home).splitlines() if line.startswith("│")]
    assert [cell.strip() for cell in row.split("│")] == ["", "NULL", "", ""]
    assert succeed("query", sql, "--home", home, "-f", "csv") == 'a,b\n,""\n'


CELLS = st.none() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40).flatmap(lambda width: st.lists(st.tuples(*[CELLS] * width), min_size=1)))
def test_a_pipe_gets_a_row_a_line_or_a_table_that_fits(rows):
    columns = [f"column{number}" for number in range(len(rows[0]))]
    with redirect_stdout(io.StringIO()) as out:
        answers.print_rows(columns, rows)
    lines = out.getvalue().split("\n")[:-1]
    if lines[0].startswith("┏"):
        assert max(map(cell_len, lines)) <= 80
    else:
        assert len(lines) == len(rows) + 1
        assert all(line.startswith("│ ") for line in lines)


def test_query_writes_parquet_to_a_file(home, tmp_path):
    out = tmp_path / "answer.parquet"
    succeed("query", QUESTION, "--home", home, "--out", out)
    assert [tuple(row.values()) for row in parquet.read_table(out).to_pylist()] == ANSWER


def test_json_has_null_where_a_number_is_none(home):
    sql = """SELECT 'nan'::DOUBLE AS "a ""b", 1 / 0.0 AS c, 1.5::FLOAT AS d, 'x' AS e"""
    assert json.loads(succeed("query", sql, "--home", home, "-f", "json")) == [
        {'a "b': None, "c": None, "d": 1.5, "e": "x"}
    ]


def test_parquet_needs_a_file(home):
    assert "--out" in error_of(medline("query", QUESTION, "--home", home, "--format", "parquet"), 2)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_an_answer_appends_to_a_file_that_is_stdout(home, tmp_path, form):
    out = tmp_path / "out.txt"
    with out.open("w") as stream:
        stream.write("before\n")
        stream.flush()
        medline_process("query", "SELECT 42 AS answer", "--home", home, "--format", form, stdout=stream)
    assert out.read_text().startswith("before\n")
    assert "42" in out.read_text()


def test_an_answer_without_rows_is_an_answer(home):
    assert succeed("query", f"{QUESTION} LIMIT 0", "--home", home, "--format", "csv") == "pmid,title\n"
    assert json.loads(succeed("query", f"{QUESTION} LIMIT 0", "--home", home, "--format", "json")) == []


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("SELEC 1", "SELEC"),
        ("SELECT 1 FROM articles WHERE", "WHERE"),
        ("SELECT nothing_like_it FROM articles", "nothing_like_it"),
        ("SELECT *\nFROM nothing_like_it", "nothing_like_it"),
        ("SELECT no_such_function(1)", "no_such_function"),
        ("DELETE FROM articles", "read-only"),
        ("SELECT CAST('x' AS INTEGER)", "INT"),
    ],
)
def test_an_sql_error_is_one_line_and_misuse(home, sql, word):
    assert word in error_of(medline("query", sql, "--home", home), 2)


def test_a_query_of_nothing_is_misuse(home):
    error_of(medline("query", "", "--home", home), 2)


def test_an_answer_that_cannot_be_written_is_reported_with_its_file(home, tmp_path):
    out = tmp_path / "no" / "such" / "folder.csv"
    message = error_of(medline("query", QUESTION, "--home", home, "--out", out), 1)
    assert str(out) in message
    assert "medline.duckdb cannot be opened" not in message


@pytest.mark.parametrize("arguments", [["query", "SELECT 1"], ["status"], ["check"]])
def test_without_a_warehouse_a_question_is_one_line_and_misuse(tmp_path, arguments):
    message = error_of(medline(*arguments, "--home", tmp_path / "home"), 2)
    assert "no warehouse" in message
    assert not (tmp_path / "home").exists()


def test_whoever_reads_may_have_enough(home):
    for command in (
        ["export", "-f", "xml", "--where", "true"],
        ["query", "FROM range(100000)", "-f", "csv"],
        ["status"],
    ):
        words = [sys.executable, "-m", "medline.cli", *command, "--home", str(home)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdout.close()
            assert (process.stderr.read(), process.wait()) == (b"", 0), command


def test_a_terminal_that_lacks_a_letter_shows_its_number(home):
    env = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    result = medline_process("query", "SELECT 'Ω'", "--home", home, env=env)
    assert (result.returncode, "\\u03a9" in result.stdout) == (0, True)


@pytest.mark.parametrize("name", ["", " ", "a?b", "a\\b"])
def test_a_home_that_could_not_be_meant_or_used_is_refused_at_once(mirror, tmp_path, name):
    result = medline("sync", "--mirror", mirror, "--home", tmp_path / name if name.strip() else name)
    assert result.returncode == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["rebuild", "rollback"])
def test_a_home_that_is_misspelt_does_not_come_into_being(tmp_path, command):
    assert "nothing is published" in error_of(medline(command, "--home", tmp_path / "home"), 2)
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(("name", "value"), [("KEEP", "x"), ("THREADS", "0"), ("TIMEOUT", "-1"), ("MAX_LOSS", "1.5")])
def test_a_setting_that_is_no_number_is_reported_by_name(mirror, tmp_path, name, value):
    result = medline("sync", "--mirror", mirror, "--home", tmp_path / "home", env={f"MEDLINE_{name}": value})
    assert f"MEDLINE_{name} is" in error_of(result, 2)
    assert not (tmp_path / "home" / "warehouse" / "versions").exists()


def test_a_query_changes_nothing(home):
    before = contents(home)
    medline("query", "DROP TABLE articles", "--home", home)
    medline("query", "UPDATE articles SET title = 'x'", "--home", home)
    assert contents(home) == before
