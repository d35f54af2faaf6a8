"""The command line as a user meets it: a process, its exit code, what it prints."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import typer
from pyarrow import parquet

from build import (
    ask,
    authors,
    citation,
    contents,
    document,
    error_of,
    medline,
    medline_process,
    text_record,
    title,
    write_dump,
    write_mirror,
)
from medline import cli, pipeline
from medline.home import LocalHome
from medline.schema.ddl import primary_key
from medline.schema.tables import TABLES
from medline.warehouse import database, views

COMMANDS = sorted(typer.main.get_command(cli.app).commands)
CREDIT = "Courtesy of the U.S. National Library of Medicine"


@pytest.fixture(scope="module")
def mirror(tmp_path_factory):
    """A mirror of one baseline file and one update."""
    mirror = tmp_path_factory.mktemp("mirror")
    records = [citation(pmid, title=title(f"Title, {pmid}"), article=authors("Alm", "Bek")) for pmid in range(1, 61)]
    write_mirror(mirror, records, [citation(3, title=title("Ωmega « new »"))])
    return mirror


@pytest.fixture(scope="module")
def home(mirror, tmp_path_factory):
    """A home that holds the mirror and an export; not to be changed."""
    home, files = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("files")
    pipeline.sync(mirror, home)
    (files / "search.nbib").write_text(text_record(500, "TI  - From text."))
    pipeline.load_files([files / "search.nbib"], home)
    return home


@pytest.fixture
def export(tmp_path):
    """Make a file of MEDLINE text with one record."""

    def export(name, pmid=1, text="A title.", folder="files"):
        path = tmp_path / folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text_record(pmid, f"TI  - {text}"))
        return path

    return export


def succeed(*arguments, **options):
    """Run a command that must succeed, and return what it prints on stdout."""
    result = medline(*arguments, **options)
    assert result.returncode == 0, result.stderr
    assert "error" not in result.stderr
    return result.stdout


def test_the_installed_command_is_this_command_line(home):
    result = medline_process("query", QUESTION, "--home", home, "--format", "json")
    script = subprocess.run(
        [str(Path(sys.executable).with_name("medline")), "query", QUESTION, "--home", str(home), "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (script.returncode, script.stdout, script.stderr) == (result.returncode, result.stdout, result.stderr)
    assert read_json(script.stdout) == ANSWER


# Help, and calls that make no sense.


def test_help_names_every_command_and_the_exit_codes():
    text = succeed("--help")
    assert all(command in text for command in COMMANDS)
    assert "Exit codes: 0" in text


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command):
    text = succeed(command, "--help")
    assert f"{command} [OPTIONS]" in text
    assert ("--home" in text) == (command != "schema")


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["status", "--nonsense"], ["load"], ["query"], ["query", "SELECT 1", "-f", "xls"]]
)
def test_a_call_that_cannot_be_read_exits_with_2(arguments):
    result = medline(*arguments)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


# sync, transform, load: 0 done or nothing to do, 1 failed, 2 misused.


def test_sync_twice_does_everything_and_then_nothing(mirror, tmp_path):
    home = tmp_path / "home"
    first = medline("sync", "--mirror", mirror, "--home", home)
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "2 files applied\n")
    before = contents(home)
    second = medline("sync", "--mirror", mirror, "--home", home)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "nothing new: the warehouse is current\n")
    assert contents(home) == before


def test_home_and_mirror_come_from_the_environment(home, mirror):
    result = medline("sync", env={"MEDLINE_HOME": str(home), "MEDLINE_MIRROR": str(mirror)})
    assert (result.returncode, result.stderr) == (0, "nothing new: the warehouse is current\n")


@pytest.mark.parametrize("layout", ["missing", "empty", "no baseline"])
def test_sync_of_what_is_no_mirror_is_misuse(tmp_path, layout):
    mirror = tmp_path / "mirror"
    if layout != "missing":
        mirror.mkdir()
    if layout == "no baseline":
        write_dump(mirror / "updatefiles" / "pubmed26n0002.xml.gz", citation(1))
    assert "baseline/" in error_of(medline("sync", "--mirror", mirror, "--home", tmp_path / "home"), 2)
    assert not (tmp_path / "home").exists()


def test_sync_of_an_older_year_is_misuse(home, tmp_path):
    write_mirror(tmp_path / "mirror", [citation(1)], year=25)
    message = error_of(medline("sync", "--mirror", tmp_path / "mirror", "--home", home), 2)
    assert "year 26" in message
    assert "year 25" in message


def test_transform_fills_the_lake_only_and_again_does_nothing(tmp_path):
    home, dump = tmp_path / "home", write_dump(tmp_path / "pubmed26n0001.xml.gz", citation(1))
    succeed("transform", dump, "--home", home)
    made = {path: path.stat().st_mtime_ns for path in (home / "lake").rglob("*.parquet")}
    assert {path.parent.name for path in made} == {table.name for table in TABLES if table.in_lake}
    assert not (home / "warehouse").exists()
    succeed("transform", dump, "--home", home)
    assert {path: path.stat().st_mtime_ns for path in (home / "lake").rglob("*.parquet")} == made


def test_load_twice_does_everything_and_then_nothing(export, tmp_path):
    home, file = tmp_path / "home", export("search.nbib")
    assert medline("load", file, "--home", home).stderr == "1 files applied\n"
    before = contents(home)
    assert medline("load", file, "--home", home).stderr == "nothing new: the warehouse has these files\n"
    assert contents(home) == before


@pytest.mark.parametrize("command", ["load", "transform"])
def test_two_files_of_one_name_are_misuse(export, tmp_path, command):
    files = export("search.nbib", 1, folder="a"), export("search.nbib", 2, folder="b")
    assert "search.nbib" in error_of(medline(command, *files, "--home", tmp_path / "home"), 2)
    assert not (tmp_path / "home").exists()


def test_another_file_under_a_loaded_name_is_misuse_but_with_replace(export, tmp_path):
    home = tmp_path / "home"
    succeed("load", export("search.nbib", 1, "One.", "a"), "--home", home)
    other = export("search.nbib", 2, "Two.", "b")
    message = error_of(medline("load", other, "--home", home), 2)
    assert "search.nbib" in message
    assert "--replace" in message
    assert ask(home, "SELECT pmid, title FROM articles") == [(1, "One.")]
    succeed("load", other, "--home", home, "--replace")
    assert ask(home, "SELECT pmid, title FROM articles") == [(2, "Two.")]


def test_transform_does_not_open_a_way_around_the_name_of_a_loaded_export(export, tmp_path):
    home = tmp_path / "home"
    succeed("load", export("search.nbib", 1, "One.", "a"), "--home", home)
    other = export("search.nbib", 2, "Two.", "b")
    medline("transform", other, "--home", home)
    assert "search.nbib" in error_of(medline("load", other, "--home", home), 2)
    assert ask(home, "SELECT pmid, title FROM articles") == [(1, "One.")]


def test_a_dump_is_the_same_dump_gzipped_and_plain(tmp_path):
    home, plain = tmp_path / "home", tmp_path / "pubmed26n0001.xml"
    packed = write_dump(tmp_path / "pubmed26n0001.xml.gz", citation(1, 1, title=title("Packed.")), citation(1, 2))
    plain.write_bytes(document(citation(2)))
    pipeline.load_files([packed], home)
    medline("load", plain, "--home", home)
    assert ask(home, "SELECT count(*) FROM source_files WHERE number = 1") == [(1,)]
    assert medline("load", write_dump(tmp_path / "pubmed26n0002.xml.gz", citation(9)), "--home", home).returncode == 0


# Names of files and homes.

NAMES = [
    "two words.nbib",
    'o\'brien "quoted".nbib',
    "[brackets]*?{1,2} 100%25;&.nbib",
    "Müller 文献 ½.nbib",
    "$(HOME) `x` ~.nbib",
    "[bold]x[red].nbib",
    "year=1999.nbib",
    "search",
    "pubmed26n0001.nbib",
]


def test_files_and_homes_may_have_odd_names(export, tmp_path):
    home = tmp_path / "it's a [home] * 100% «ü»"
    files = [export(name, pmid) for pmid, name in enumerate(NAMES, start=1)]
    succeed("load", *files, "--home", home)
    expected = sorted(zip(range(1, len(NAMES) + 1), NAMES, strict=True))
    assert ask(home, "SELECT pmid, source_file FROM articles ORDER BY pmid") == expected
    assert str(home) in succeed("status", "--home", home)


def test_a_name_that_begins_with_a_dash_is_a_file_after_two_dashes(export, tmp_path):
    file = export("-out.nbib")
    succeed("load", "--home", tmp_path / "home", "--", file.name, cwd=file.parent)
    assert ask(tmp_path / "home", "SELECT source_file FROM articles") == [("-out.nbib",)]


def test_a_long_name_that_is_not_ascii_is_a_name(export, tmp_path):
    file = export("Экспорт из PubMed по запросу глиобластома и иммунотерапия 2026.nbib")
    succeed("load", file, "--home", tmp_path / "home")
    assert ask(tmp_path / "home", "SELECT source_file FROM articles") == [(file.name,)]


def test_a_name_that_is_not_utf_8_is_no_crash(tmp_path):
    name = os.fsencode(tmp_path) + b"/caf\xe9.nbib"
    try:
        Path(os.fsdecode(name)).write_text(text_record(1))
    except (OSError, UnicodeError):
        pytest.skip("this file system has no names but UTF-8")
    result = medline("load", os.fsdecode(name), "--home", tmp_path / "home")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("folder", ["year=2026", "pmid=7", "tenant=a"])
def test_a_home_that_looks_like_a_hive_partition_is_a_folder(export, tmp_path, folder):
    home = tmp_path / folder / "home"
    pipeline.load_files([export("search.nbib", 42)], home)
    assert ask(home, "SELECT pmid, source_file FROM articles") == [(42, "search.nbib")]


# query


QUESTION = "SELECT pmid, title FROM articles WHERE pmid IN (1, 3) ORDER BY pmid"
ANSWER = [(1, "Title, 1"), (3, "Ωmega « new »")]


def read_csv(text):
    header, *rows = csv.reader(io.StringIO(text))
    assert header == ["pmid", "title"]
    return [(int(pmid), title) for pmid, title in rows]


def read_json(text):
    return [(row["pmid"], row["title"]) for row in json.loads(text)]


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


@pytest.mark.parametrize(("name", "read"), [("a.JSON", read_json), ("a.csv", read_csv), ("a.txt", read_csv)])
def test_the_name_of_a_file_says_its_format(home, tmp_path, name, read):
    succeed("query", QUESTION, "--home", home, "--out", tmp_path / name)
    assert read((tmp_path / name).read_text("utf-8")) == ANSWER


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


def test_an_answer_that_cannot_be_written_is_told_with_its_file(home, tmp_path):
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
def test_a_setting_that_is_no_number_is_told_by_name(mirror, tmp_path, name, value):
    result = medline("sync", "--mirror", mirror, "--home", tmp_path / "home", env={f"MEDLINE_{name}": value})
    assert f"MEDLINE_{name} is" in error_of(result, 2)
    assert not (tmp_path / "home" / "warehouse" / "versions").exists()


def test_a_query_changes_nothing(home):
    before = contents(home)
    medline("query", "DROP TABLE articles", "--home", home)
    medline("query", "UPDATE articles SET title = 'x'", "--home", home)
    assert contents(home) == before


# status, check, schema


def test_status_says_what_is_there_and_where_it_comes_from(home):
    text = succeed("status", "--home", home)
    lines = dict(line.split(maxsplit=1) for line in text.splitlines() if len(line.split()) > 1)
    assert str(LocalHome(home).pointer) in lines["database"]
    assert "pubmed26n0002.xml.gz" in text
    assert lines["files"] == "1 baseline, 1 export, 1 update"
    assert lines["feeds"] == "none"
    assert " GB free" in lines["disk"]
    assert "FAILED" not in text
    assert text.splitlines()[-1] == CREDIT
    (counted,) = (line for line in text.splitlines() if "│ articles " in line)
    assert counted.split()[3] == "61"


def test_status_names_the_day_of_loading(home):
    (loaded_at,) = ask(home, "SELECT max(loaded_at) FROM source_files WHERE kind = 'update'")[0]
    assert f"{loaded_at:%Y-%m-%d %H:%M} UTC" in succeed("status", "--home", home)


def test_check_passes_on_what_sync_made(home):
    result = medline("check", "--home", home)
    assert result.returncode == 0
    for name in ("one_version_per_pmid", "deleted_stay_deleted", "every_current_pmid_is_shown", "unknown_paths"):
        assert f"ok   {name}: 0 rows" in result.stdout


def test_check_fails_on_a_citation_that_is_shown_twice(export, tmp_path):
    home = tmp_path / "home"
    pipeline.load_files([export("search.nbib")], home)
    with database.writer(LocalHome(home).pointer) as connection:
        connection.execute("INSERT INTO articles SELECT * FROM articles")
    assert "one_version_per_pmid" in error_of(medline("check", "--home", home), 1)


def test_schema_lists_all_tables():
    text = succeed("schema", env={"COLUMNS": "200"})
    assert all(f"│ {table.name} " in text for table in TABLES)


@pytest.mark.parametrize("name", ["articles", "person_identifiers", "source_files"])
def test_schema_of_a_table_explains_every_column(name):
    (table,) = (table for table in TABLES if table.name == name)
    text = succeed("schema", name, env={"COLUMNS": "250"})
    assert text.startswith(f"{name}: {table.description}")
    for column in table.columns:
        (line,) = (line for line in text.splitlines() if line.startswith(f"│ {column.name} "))
        assert column.type.duckdb in line


def test_schema_lists_and_explains_views_and_macros():
    text = succeed("schema", env={"COLUMNS": "250"})
    assert all(f"│ {view.name} " in text for view in views.views())
    text = succeed("schema", "journals", env={"COLUMNS": "250"})
    assert text.startswith("journals: one row per journal")
    assert "│ medline_ta " in text
    text = succeed("schema", "has_mesh", env={"COLUMNS": "250"})
    assert text.startswith("has_mesh(pmid, heading, ")
    assert "Reads: mesh, mesh_qualifiers" in text


def test_schema_of_a_table_does_not_break_names_in_a_pipe():
    text = succeed("schema", "articles", env={"COLUMNS": "80"})
    assert "is_data_bank_list_complete" in text


def test_schema_of_no_table_is_misuse():
    assert "authors" in error_of(medline("schema", "writers"), 2)


# The database


def test_the_database_is_of_the_storage_version_that_older_tools_open(home):
    with duckdb.connect(str(LocalHome(home).pointer), read_only=True) as connection:
        ((tags,),) = connection.execute("SELECT tags FROM duckdb_databases() WHERE NOT internal").fetchall()
    assert tags["storage_version"].startswith("v1.5.0")


def test_a_rebuilt_database_is_of_that_storage_version_too(tmp_path, monkeypatch):
    write_mirror(tmp_path / "mirror", [citation(1)])
    pipeline.sync(tmp_path / "mirror", tmp_path / "home")
    assert pipeline.rebuild(tmp_path / "home")
    with duckdb.connect(str(LocalHome(tmp_path / "home").pointer), read_only=True) as connection:
        ((tags,),) = connection.execute("SELECT tags FROM duckdb_databases() WHERE NOT internal").fetchall()
    assert tags["storage_version"].startswith("v1.5.0")


def test_the_keys_of_the_dictionary_are_keys(home):
    with database.reader(home) as connection:
        for table in TABLES:
            if key := ", ".join(primary_key(table)):
                rows = connection.execute(f"SELECT {key} FROM {table.name} GROUP BY ALL HAVING count(*) > 1").fetchall()
                assert rows == [] or table.name in ("deleted_citations", "anomalies"), table.name


HOLD = "import sys, duckdb; held = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"


def test_a_database_that_another_process_writes_is_told_in_one_line(export, tmp_path):
    home = tmp_path / "home"
    pipeline.load_files([export("search.nbib")], home)
    command = [sys.executable, "-c", HOLD, str(LocalHome(home).pointer)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "open\n"
        message = error_of(medline("query", "SELECT 1", "--home", home), 1)
        holder.stdin.close()
    assert "open in another process" in message
