"""The command line as a user meets it: a process, its exit code, what it prints."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import typer

from build import (
    ask,
    citation,
    contents,
    document,
    error_of,
    medline,
    medline_process,
    rewritten,
    text_record,
    title,
    write_dump,
    write_mirror,
)
from commands import ANSWER, QUESTION, read_json, succeed
from medline import cli, pipeline
from medline.home import LocalHome
from medline.schema.ddl import primary_key
from medline.schema.tables import TABLES
from medline.warehouse import database, views

COMMANDS = sorted(typer.main.get_command(cli.app).commands)
CREDIT = "Courtesy of the U.S. National Library of Medicine"


@pytest.mark.long
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
def test_sync_of_a_directory_that_is_no_mirror_is_a_usage_error(tmp_path, layout):
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


@pytest.mark.long
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


def test_files_and_homes_may_have_unusual_names(export, tmp_path):
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
    with rewritten(home) as connection:
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
    for column in table.stored:
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
    assert tags["storage_version"].startswith("v1.3.0")


def test_a_rebuilt_database_is_of_that_storage_version_too(tmp_path, monkeypatch):
    write_mirror(tmp_path / "mirror", [citation(1)])
    pipeline.sync(tmp_path / "mirror", tmp_path / "home")
    assert pipeline.rebuild(tmp_path / "home")
    with duckdb.connect(str(LocalHome(tmp_path / "home").pointer), read_only=True) as connection:
        ((tags,),) = connection.execute("SELECT tags FROM duckdb_databases() WHERE NOT internal").fetchall()
    assert tags["storage_version"].startswith("v1.3.0")


def test_the_keys_of_the_dictionary_are_keys(home):
    with database.reader(home) as connection:
        for table in TABLES:
            if key := ", ".join(primary_key(table)):
                rows = connection.execute(f"SELECT {key} FROM {table.name} GROUP BY ALL HAVING count(*) > 1").fetchall()
                assert rows == [] or table.name in ("deleted_citations", "anomalies"), table.name


OPEN_TO_WRITE = (
    "import sys, duckdb; connection = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
)


def test_a_database_that_another_process_writes_is_reported_in_one_line(export, tmp_path):
    home = tmp_path / "home"
    pipeline.load_files([export("search.nbib")], home)
    command = [sys.executable, "-c", OPEN_TO_WRITE, str(LocalHome(home).pointer)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "open\n"
        message = error_of(medline("query", "SELECT 1", "--home", home), 1)
        holder.stdin.close()
    assert f"(process {holder.pid})" in message
    assert "duckdb -readonly" in message
