"""What hostile mirrors, files and names can do, and what is never printed. SECURITY.md names these tests."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build import abstract, ask, citation, error_of, medline, text_record, write_dump, write_mirror
from eutils_server import EutilsServer
from medline import pipeline
from medline.errors import NetworkError, UsageError
from medline.home import LocalHome
from medline.home.layout import lake_name
from medline.mirror import fetch
from medline.warehouse import database, views
from mirror_server import MirrorServer

PACKAGE = Path(pipeline.__file__).parent
SECRET = "hunter2"

#: Links of a listing that would leave the folder, or the mirror, if they were followed.
DUMP = "pubmed26n0002.xml.gz"
HOSTILE = [
    f"../{DUMP}", f"../../../{DUMP}", f"/etc/{DUMP}", f"//192.0.2.1/{DUMP}", f"http://192.0.2.1/{DUMP}",
    f"file:///etc/{DUMP}", f"{DUMP}/../../x", f"%2e%2e/{DUMP}", f"..%2f{DUMP}", "pubmed26n0002%2f..%2fx.xml.gz",
    f"{DUMP}%00", f"{DUMP}&#0;", f"{DUMP}&#10;", f"{DUMP}\0", f"\\..\\{DUMP}", f"..\\{DUMP}", f"{DUMP}?x", f"{DUMP}#x",
    f"~/{DUMP}", "pubmed26n٠٠٠٢.xml.gz",
]  # fmt: skip


def everything(directory: Path) -> set[str]:
    return {str(path.relative_to(directory)) for path in directory.rglob("*")}


@pytest.fixture
def mirror(tmp_path) -> Path:
    """One dump, and a folder of updates without any."""
    write_mirror(tmp_path / "mirror", [citation(1)])
    (tmp_path / "mirror" / "updatefiles").mkdir()
    return tmp_path / "mirror"


# Names


def test_no_name_of_a_listing_leaves_its_folder(mirror, tmp_path, monkeypatch):
    own = "pubmed26n0001.xml.gz"
    links = "".join(f'<a href="{link}">x</a><a href="{link}.md5">x</a>' for link in HOSTILE)
    pages = {
        "baseline": f'<title>Index of /</title><a href="{own}">x</a><a href="{own}.md5">x</a>{links}</html>',
        "updatefiles": f"<title>Index of /</title>{links}</html>",
    }
    monkeypatch.setattr("mirror_server.index_page", lambda directory, path: pages[directory.name].encode())
    home = tmp_path / "deep" / "er" / "home"
    before = everything(tmp_path)
    with MirrorServer(mirror) as server:
        assert pipeline.sync(server.url, home) == [own]
        asked = {request.path for request in server.log}
    assert asked == {"/baseline/", "/updatefiles/", f"/baseline/{own}", f"/baseline/{own}.md5"}
    new = everything(tmp_path) - before
    assert all(name.startswith("deep") for name in new)
    assert {name for name in new if not name.startswith("deep/er/home/")} == {"deep", "deep/er", "deep/er/home"}
    assert everything(home / "dumps") == {"listing.json", "baseline", "updatefiles", f"baseline/{own}",
                                          f"baseline/{own}.md5"}  # fmt: skip


ODD_NAMES = st.sampled_from(["..", ".", "../x", "/etc/passwd", "a/b", "pubmed26n0001", "\0"])


@given(ODD_NAMES | st.text(min_size=1))
def test_no_name_of_a_file_leaves_the_folders_of_the_lake(name):
    home = Path("/home/of/it")
    for path in (LocalHome(home).table("articles", lake_name(name)), LocalHome(home).manifest(lake_name(name))):
        assert path.parent in (home / "lake" / "articles", home / "lake" / "manifests")
        assert path.name not in ("..", ".")
        assert "\0" not in str(path)


def test_an_export_cannot_take_the_place_of_a_dump(mirror, tmp_path):
    home = tmp_path / "home"
    exports = mirror / "exports"
    exports.mkdir()
    (exports / "pubmed26n0001").write_text(text_record(7, "TI  - An export."))
    pipeline.sync(mirror, home)
    assert ask(home, "SELECT pmid, source_file FROM articles ORDER BY pmid") == [
        (1, "pubmed26n0001.xml.gz"),
        (7, "pubmed26n0001"),
    ]
    (exports / "pubmed26n0001.xml.gz").write_text(text_record(8, "TI  - Another export."))
    with pytest.raises(UsageError, match="two files are named pubmed26n0001"):
        pipeline.sync(mirror, home)


@pytest.mark.long
@pytest.mark.parametrize("name", ["'); DROP TABLE articles; --.nbib", 'a" b$1 {x} %s ?.nbib', "*[a].nbib"])
def test_a_file_name_is_data_in_every_statement(tmp_path, name):
    home = tmp_path / "o'home \"; --"
    (tmp_path / name).write_text(text_record(7, "TI  - '); DROP TABLE authors; --"))
    result = medline("load", tmp_path / name, "--home", home)
    assert result.returncode == 0, result.stderr
    assert ask(home, "SELECT pmid, source_file, title FROM articles") == [(7, name, "'); DROP TABLE authors; --")]
    assert ask(home, "SELECT count(*) FROM authors") == [(0,)]


# SQL


#: What is put into SQL in place of a parameter, and why it is no data.
FROM_THE_PROGRAM = {
    # names of the schema, and what is made of them alone
    "table": "of this module, or schema", "table.name": "schema", "columns": "schema",
    "order": "schema", "name": "schema", "create_table(table)": "schema", "comments(table)": "schema",
    # SQL of this package, from its files
    "connection": "executes a file of sql/", "statement": "of a file of sql/, or of searching",
    "self.sql": "a file of sql/",
    # constants
    "SETTINGS": "constant", "MEMORY": "constant", "database.MEMORY": "constant",
    "PLAIN": "constant", "rows.PLAIN": "constant", "PREFIX": "constant", "prefix": "of the caller",
    "once": "constant or nothing", "STORAGE_VERSION": "constant",
    "options": "COPY_OPTIONS and PACKINGS; of a feed also its header, as literals",
    "file_metadata(table.description, columns)": "schema, as literals",
    "COPY_OPTIONS['parquet']": "constant",
    "marks": "constant", "within": "constant", "BITS": "constant",
    "NEWEST": "constant", "MARKS": "constant", "FILLED": "names of the schema", "counts": "names of the schema",
    "statement.sql.format(where=where)": "made of searching/fields.py", "DATES.format(where=where)": "bounds of PMIDs",
    "predicate": "made by searching/sql.py", "select(condition, count=True)": "made by searching/sql.py",
    "where": "bounds of PMIDs",
    "rows": "of this module", "is_own": "of this module", "with_rows": "a boolean",
    "is_there": "an integer of --as-of",
    "what": "'lost' or 'gained'", "kind": "VIEW or MACRO",
    # integers that DuckDB computed
    "one.condition": "bounds of PMIDs", "number": "of a slice of PMIDs", "field_ids": "names and numbers of the schema",
    "condition": "bounds of PMIDs", "quantiles": "shares",
    # a name of the catalog, quoted
    "quoted": "quoted",
    # statements as a whole: the user's own, or made of the above
    "sql": "the user's, of a reader", "shown": "--where of the user, of a reader", "query": "of this module",
}  # fmt: skip


def interpolated() -> set[tuple[str, str]]:
    """What each statement is made of that is no constant, by module."""
    parts_of_statements = set()
    for path in PACKAGE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_call = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.args
            if not is_call or call.func.attr not in ("execute", "executemany", "sql", "query"):
                continue
            statement = call.args[-1 if call.func.attr == "query" else 0]  # its name of an answer stands first
            inside = [part.value for part in ast.walk(statement) if isinstance(part, ast.FormattedValue)]
            parts = inside if isinstance(statement, ast.JoinedStr) else [statement]
            parts_of_statements |= {
                (path.name, ast.unparse(part))
                for part in parts
                if not isinstance(part, ast.Constant)
                and not (path.parent.name == "searching" and call.func.attr == "sql")
            }
    return parts_of_statements


def test_sql_is_made_of_the_program_and_never_of_data():
    """Whoever puts something new into a statement says here why it is no data, or makes it a parameter."""
    variable = {(module, part) for module, part in interpolated() if not re.fullmatch(r"literal\(\w+(\.\w+)*\)", part)}
    assert ("apply.py", "table.name") in variable
    assert {(module, part) for module, part in variable if part not in FROM_THE_PROGRAM} == set()
    assert set(FROM_THE_PROGRAM) - {part for _, part in variable} == set(), "said of nothing"


def test_a_view_of_a_hostile_name_is_dropped_and_nothing_else(mirror, tmp_path):
    pipeline.sync(mirror, tmp_path / "home")
    with database.writer(LocalHome(tmp_path / "home").pointer.resolve()) as connection:
        connection.execute('CREATE VIEW main."x""; DROP TABLE articles; --" AS SELECT 1')
        views.create(connection)
        left = connection.execute("SELECT count(*) FROM duckdb_views() WHERE view_name LIKE 'x%'").fetchone()
        assert left == (0,)
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (1,)


def test_a_question_cannot_write(mirror, tmp_path):
    pipeline.sync(mirror, tmp_path / "home")
    message = error_of(medline("query", "DELETE FROM articles", "--home", tmp_path / "home"), 2)
    assert "read-only" in message


# Files


@pytest.mark.parametrize("name", ["pubmed26n0001.xml.gz", "pubmed26n0001.xml.gz.md5"])
def test_a_link_out_of_a_mirror_is_refused_and_nothing_of_it_is_disclosed(mirror, tmp_path, name):
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    (mirror / "baseline" / name).unlink()
    (mirror / "baseline" / name).symlink_to(secret)
    message = error_of(medline("sync", "--mirror", mirror, "--home", tmp_path / "home"), 2)
    assert f"{name} in {mirror}/baseline is a link out of the mirror" in message
    assert SECRET not in message


@pytest.mark.parametrize("by_way_of", ["", "baseline"])
def test_exports_that_lead_out_of_a_mirror_are_refused_and_nothing_of_them_is_disclosed(mirror, tmp_path, by_way_of):
    elsewhere = tmp_path / "elsewhere"
    (mirror / "baseline").rename(elsewhere)
    (mirror / "baseline").symlink_to(elsewhere)
    (elsewhere / "secret").write_text(SECRET)
    (mirror / "exports").symlink_to(by_way_of or elsewhere)
    message = error_of(medline("sync", "--mirror", mirror, "--home", tmp_path / "home"), 2)
    assert f"exports in {mirror} is a link out of the mirror" in message
    assert SECRET not in message


def test_a_folder_of_exports_may_be_a_link_within_a_mirror(mirror, tmp_path):
    (mirror / ".mine").mkdir()
    (mirror / ".mine" / "mine.txt").write_text(text_record(7, "TI  - Mine."))
    (mirror / "exports").symlink_to(".mine")
    assert len(pipeline.sync(mirror, tmp_path / "home")) == 2


def test_a_link_within_a_mirror_and_a_linked_folder_are_followed(mirror, tmp_path):
    (mirror / ".store").mkdir()
    (mirror / "baseline" / "pubmed26n0001.xml.gz").rename(mirror / ".store" / "x")
    (mirror / "baseline" / "pubmed26n0001.xml.gz").symlink_to("../.store/x")
    elsewhere = tmp_path / "elsewhere"
    (mirror / "updatefiles").rmdir()
    write_dump(elsewhere / "pubmed26n0002.xml.gz", citation(2))
    (mirror / "updatefiles").symlink_to(elsewhere)
    assert len(pipeline.sync(mirror, tmp_path / "home")) == 2


def test_a_dump_without_end_does_not_fill_the_disk(mirror, tmp_path, monkeypatch):
    monkeypatch.setattr(fetch, "LARGEST_DUMP", 100)
    with (
        MirrorServer(mirror) as server,
        pytest.raises(NetworkError, match="more than 100 bytes: no such file is so large"),
    ):
        pipeline.sync(server.url, tmp_path / "home")
    assert sum(path.stat().st_size for path in (tmp_path / "home" / "dumps" / "baseline").glob(".*")) == 0


# Secrets


def test_a_password_of_the_mirror_is_neither_printed_nor_kept(mirror, tmp_path):
    home = tmp_path / "home"
    with MirrorServer(mirror) as server:
        url = server.url.replace("http://", f"http://me:{SECRET}@")
        results = [
            medline("-v", "sync", "--mirror", url, "--home", home),
            medline("status", "--home", home),
            medline("metrics", "--home", home),
            medline("-v", "alerts", "--mirror", url, "--home", home),
        ]
        (mirror / "baseline" / "pubmed26n0001.xml.gz").unlink()
        results.append(medline("-v", "sync", "--mirror", url, "--home", home))
    assert [result.returncode for result in results] == [0, 0, 0, 0, 2]
    assert not any(SECRET in result.stdout + result.stderr for result in results)
    kept = [path for path in home.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert kept == []
    assert json.loads((home / "dumps" / "listing.json").read_text())["mirror"] == server.url


@pytest.mark.parametrize("url", [f"ftp://me:{SECRET}@host/", f"http://me:{SECRET}@[/", f"http://me:{SECRET}@/"])
def test_a_password_of_an_invalid_url_is_not_printed(tmp_path, url):
    assert SECRET not in error_of(medline("sync", "--mirror", url, "--home", tmp_path / "home"), 2)


MISTYPED = [
    "https:/me:{}@host.invalid/pubmed/", "https//me:{}@host.invalid/", "me:{}@host.invalid/pubmed/",
    "htps://me:{}@host.invalid/", "https;//me:{}@host.invalid/", "https://me:{}/x@host.invalid/",
    "https://127.0.0.1:9/pubmed;token={}/", "https://127.0.0.1:9/pubmed/?token={}", "/srv/none?api_key={}",
]  # fmt: skip


@pytest.mark.long
@pytest.mark.sampled(3)
@pytest.mark.parametrize(("form", "url"), [("text", url) for url in MISTYPED] + [("json", MISTYPED[0])])
def test_a_password_of_a_mistyped_url_is_neither_printed_nor_kept(mirror, tmp_path, form, url):
    home, given = tmp_path / "home", url.format(SECRET)
    pipeline.sync(mirror, home)
    env = {"MEDLINE_ATTEMPTS": "1", "MEDLINE_MIRROR": given}
    options = ("--log-format", form, "--debug")
    calls = [
        ("sync", "--mirror", given, "--home", home),
        ("sync", "--home", home),
        ("alerts", "--home", home),
        ("mesh", "--source", given, "--home", home),
        ("load", given, "--home", home),
        ("sync", given),
        ("status", "--home", home),
        (given, "sync"),
        ("sync", f"--mirrors={given}"),
    ]
    results = [medline(*options, *call, env=env) for call in calls]
    printed = [result.args for result in results if SECRET in result.stdout + result.stderr]
    assert printed == []
    kept = [path for path in home.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert kept == []


def test_a_bug_repeats_no_password(mirror, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "runs.jsonl").write_text(json.dumps({"what": "sync", f"me:{SECRET}@host": 1}) + "\n")
    result = medline("metrics", "--home", tmp_path / "home")
    assert (result.returncode, "Traceback" in result.stderr, SECRET in result.stderr) == (1, True, False)


KEYS = [
    "s3://AKIA:{}@bucket/home",
    "s3://AKIA:{}/+x@bucket/home",
    "s3://bucket/home;token={}",
    "s3://bucket/h?token={}",
]


@pytest.mark.parametrize(
    ("command", "url"), [("sync", url) for url in KEYS] + [("status", KEYS[0]), ("feeds", KEYS[0])]
)
def test_keys_in_the_url_of_a_home_are_refused_and_not_repeated(tmp_path, url, command):
    env = {"MEDLINE_WORK": str(tmp_path / "work"), "MEDLINE_MIRROR": str(tmp_path)}
    (tmp_path / "baseline").mkdir()
    write_dump(tmp_path / "baseline" / "pubmed26n0001.xml.gz", citation(1))
    result = medline("--debug", command, "--home", url.format(SECRET), env=env)
    assert (result.returncode, SECRET in result.stdout + result.stderr) == (2, False), result.stderr
    assert "may have no password, key or token" in result.stderr or "not a URL" in result.stderr
    assert not (tmp_path / "work").exists()


@pytest.mark.long
@pytest.mark.parametrize("form", ["text", "json"])
def test_an_api_key_is_not_printed(tmp_path, form):
    with EutilsServer({1: citation(1, article=abstract("x"))}, {1: "2020/01/01"}) as server:
        env = {"NCBI_API_KEY": SECRET}
        call = ("--log-format", form, "-v", "fetch", "all", "--eutils", server.url, "--home", tmp_path / "home")
        result = medline(*call, env=env)
        assert server.requests[0].asked["api_key"] == SECRET
    assert result.returncode == 0, result.stderr
    assert "1 files applied" in result.stderr
    assert SECRET not in result.stdout + result.stderr
