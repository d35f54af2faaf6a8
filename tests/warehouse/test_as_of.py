"""The state after an earlier dump is, row by row, that of a home that was synced only so far."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import medline
import sample
from build import WITH_CHILDREN, citation, deletion, text_record, title, write_dump, write_mirror
from medline import pipeline, searching
from medline.errors import BadInput, Locked, MedlineError, UsageError
from medline.home import LocalHome
from medline.lake import gather
from medline.mirror.dumps import list_sources
from medline.schema.tables import CITATION_TABLES, TABLES
from medline.schema.version import schema_version
from medline.warehouse import as_of, rows, views
from rule import DUMPS, MIRRORS, RECORDS, load, write_export
from rule import write_dump as write_dump_of

#: What each reads of the tables of a citation.
MACROS = "SELECT pmid, citation(pmid), author_string(pmid), locator(pmid), has_mesh(pmid, 'Otters') FROM articles"

OLD = citation(1, title=title("Old otters."), **WITH_CHILDREN)
DUMPS_OF_ONE = [
    [OLD, citation(2, title=title("Otters.")), citation(3)],
    [citation(1, title=title("New.")), citation(4)],
    [deletion(1, 2), citation(3, version=2, title=title("Second."))],
    [citation(1, title=title("Again."))],
    [citation(5), deletion(3, version=2)],
]


def point(number: int, year: int = 26) -> str:
    return f"{year}-{number:06}"


def state(home: Path, at: str | None = None) -> dict[str, list]:
    """All rows of tables and views, and what macros say, but for when a file was loaded."""
    names = [table.name for table in TABLES if table.name != "runs"]
    names += [view.name for view in views.views() if not view.is_macro]
    asked = {name: f"FROM {name}" for name in names}
    asked |= {name: f"SELECT * EXCLUDE (loaded_at) FROM {name}" for name in ("source_files", "dumps")}
    asked["macros"] = MACROS
    with as_of.reader(home, at) as connection:
        return {name: sorted(connection.execute(sql).fetchall(), key=repr) for name, sql in asked.items()}


def assert_same(now: Path, then: Path, at: str) -> None:
    expected, seen = state(then), state(now, at)
    assert expected["source_files"]
    assert {name: found for name, found in seen.items() if found != expected[name]} == {}, at


# The law


@pytest.mark.long
@settings(max_examples=1, deadline=None)
@given(MIRRORS, st.lists(RECORDS, max_size=6), st.integers(0, 3), DUMPS, st.booleans())
def test_each_point_of_any_sequence_is_a_home_that_was_synced_only_so_far(mirror, exported, again, other, is_gathered):
    """Beside an export, with a dump that was issued again, and with a lake whose small files were put together."""
    with TemporaryDirectory() as directory, patch.object(gather, "FEWEST", 2):
        now, then = Path(directory, "now"), Path(directory, "then")
        sources = [write_dump_of(now, number, listed) for number, listed in enumerate(mirror, start=1)]
        export = write_export(now, "mine.xml", exported)
        load(now, [*sources, export])
        if is_gathered:
            gather.gather(LocalHome(now))
        if again < len(sources):
            load(now, [write_dump_of(now, again + 1, other, note="again")])
        if is_gathered:
            gather.gather(LocalHome(now))
            assert list((now / "lake" / "bundles").glob("*.json"))
        load(then, [export])
        for number, source in enumerate(sources, start=1):
            load(then, [source])
            assert_same(now, then, point(number, 20))


@pytest.mark.long
def test_every_table_and_view_of_the_generated_mirror_is_as_it_was(tmp_path):
    mirror = sample.write_mirror(tmp_path / "mirror", citations=60, seed=4).directory
    *dumps, export = list_sources(mirror)
    pipeline.sync(mirror, tmp_path / "now")
    load(tmp_path / "then", [export])
    filled = set()
    for source in dumps[:-1]:  # the last is the present
        load(tmp_path / "then", [source])
        assert_same(tmp_path / "now", tmp_path / "then", point(source.number))
        with as_of.reader(tmp_path / "now", point(source.number)) as connection:
            if as_of.is_past(connection):
                filled |= {
                    table.name for table in CITATION_TABLES if connection.execute(f"FROM as_of_{table.name}").fetchall()
                }
    assert {"articles", "authors", "mesh_qualifiers", "keywords", "person_identifiers"} <= filled


@pytest.mark.long
@pytest.mark.sampled(3)
@pytest.mark.parametrize("year", ["2020", "2021", "2022"])
def test_a_real_baseline_is_as_it_was_before_its_update(data, tmp_path, year):
    sources = list_sources(data / "mirror" / year)
    load(tmp_path / "now", sources)
    load(tmp_path / "then", sources[:1])
    assert_same(tmp_path / "now", tmp_path / "then", point(sources[0].number, sources[0].year))


# What a reader gets


@pytest.fixture
def home(copy_of, tmp_path) -> Path:
    copy_of(_sync_all, tmp_path)
    return tmp_path / "home"


def _sync_all(directory: Path) -> None:
    write_mirror(directory / "mirror", *DUMPS_OF_ONE)
    pipeline.sync(directory / "mirror", directory / "home")


def titles(home: Path, at: str | None) -> list[tuple]:
    with medline.connect(home, as_of=at) as connection:
        return connection.execute("SELECT pmid, title FROM articles ORDER BY pmid").fetchall()


def test_deleted_and_revised_citations_are_back(home):
    assert titles(home, "26-000001") == [(1, "Old otters."), (2, "Otters."), (3, "A title.")]
    assert titles(home, "26-000003") == [(3, "Second."), (4, "A title.")]
    assert titles(home, "26-5") == titles(home, None)
    assert [pmid for pmid, _ in titles(home, None)] == [1, 3, 4, 5], "of 3 the first version"


def test_only_citations_that_differ_are_read_from_the_lake(home):
    with as_of.reader(home, "26-000004") as connection:
        assert connection.execute("SELECT pmid FROM as_of_articles").fetchall() == [(3,)]
        assert connection.execute("SELECT pmid FROM as_of_leaving ORDER BY ALL").fetchall() == [(3,), (5,)]


def test_no_other_tables_are_left_on_the_connection(home):
    with as_of.reader(home, "26-000002") as connection:
        left = connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary ORDER BY ALL").fetchall()
    names = [f"as_of_{name}" for name in ("leaving", *(table.name for table in CITATION_TABLES))]
    assert [name for (name,) in left] == sorted(names)


def test_no_index_is_asked_and_searches_find_what_was_there(home, monkeypatch):
    monkeypatch.setenv("MEDLINE_INDEX", "auto")
    pipeline.rebuild(home)
    assert LocalHome(home).pointer.resolve().with_name("index").exists()
    assert medline.search(home, "otters[ti]")["pmid"].to_pylist() == []
    assert medline.search(home, "otters[ti]", as_of="26-000001")["pmid"].to_pylist() == [2, 1]
    assert medline.search(home, "otters[ti]", as_of="26-000002", sort="best")["pmid"].to_pylist() == [2]
    lines = searching.count_lines(home, "1. otters[ti]\n2. again[ti] OR #1", as_of="26-000002")
    assert lines["citations"].to_pylist() == [1, 1]


def test_the_past_needs_no_lake_once_it_is_open(home):
    with as_of.reader(home, "26-000001") as connection:
        shutil.rmtree(home / "lake")
        assert connection.execute("SELECT count(*) FROM authors").fetchall() == [(3,)]


def test_an_export_belongs_to_every_state(home, tmp_path):
    (tmp_path / "mine.nbib").write_text(text_record(4, "TI  - Mine.") + text_record(9, "TI  - Mine, too."))
    pipeline.load_files([tmp_path / "mine.nbib"], home)
    assert titles(home, "26-000001")[-2:] == [(4, "Mine."), (9, "Mine, too.")]
    assert titles(home, "26-000002")[-2:] == [(4, "A title."), (9, "Mine, too.")], "a dump has it by then"
    with medline.connect(home, as_of="26-000001") as connection:
        names = connection.execute("SELECT name FROM dumps ORDER BY ALL").fetchall()
    assert names == [("mine.nbib",), ("pubmed26n0001.xml.gz",)]


def test_of_a_dump_that_was_issued_again_the_new_issue_counts(home):
    write_dump(home.parent / "mirror" / "updatefiles" / "pubmed26n0002.xml.gz", citation(1, title=title("Corrected.")))
    pipeline.sync(home.parent / "mirror", home)
    assert titles(home, "26-000002") == [(1, "Corrected."), (2, "Otters."), (3, "A title.")]


# What cannot be told


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("", "'' is no point in the year: give year and number of a dump, as 26-001400"),
        ("26/0002", "is no point"),
        ("2026-000002", "is no point"),
        ("26-000002 ", "is no point"),
        ("26-٢", "is no point"),
        ("25-000002", "25-000002: the warehouse has the dumps of 2026, up to 26-000005, and no other year"),
        ("26-000000", "26-000000: the warehouse has no such dump; the newest is 26-000005"),
        ("26-000006", "26-000006: the warehouse has no such dump; the newest is 26-000005"),
    ],
)
def test_a_wrong_point_is_refused(home, at, said):
    with pytest.raises(UsageError, match=said.replace("(", r"\(")):
        titles(home, at)
    with pytest.raises(UsageError, match=said):
        searching.explain(home, "otters", as_of=at)


def test_a_home_of_exports_has_no_points(tmp_path):
    (tmp_path / "mine.nbib").write_text(text_record(9, "TI  - Mine."))
    pipeline.load_files([tmp_path / "mine.nbib"], tmp_path / "home")
    with pytest.raises(UsageError, match="files of your own have no order"):
        titles(tmp_path / "home", "26-000001")


def _files(home: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}


def _lose(home: LocalHome) -> None:
    home.table("authors", "pubmed26n0001").unlink()


def _cut(home: LocalHome) -> None:
    os.truncate(home.table("authors", "pubmed26n0001"), 40)


def _spoil(home: LocalHome) -> None:
    path = home.table("articles", "pubmed26n0001")
    content = bytearray(path.read_bytes())
    content[4 : len(content) // 2] = bytes(len(content) // 2 - 4)
    path.write_bytes(content)


def _forget(home: LocalHome) -> None:
    home.manifest("pubmed26n0001").unlink()


def _read_otherwise(home: LocalHome) -> None:
    path = home.manifest("pubmed26n0001")
    path.write_text(path.read_text().replace(schema_version(), "another"))


@pytest.mark.long
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_lose, "files of it in the lake are lost, empty or cut"),
        (_cut, "files of it in the lake are lost, empty or cut"),
        (_forget, "the lake does not have it any more"),
        (_read_otherwise, "the lake has it as another version of the schema read it"),
    ],
)
def test_what_the_lake_lacks_is_named_and_a_sync_brings_it_back(home, harm, said):
    expected = titles(home, "26-000001")
    harm(LocalHome(home))
    before = _files(home)
    with pytest.raises(BadInput, match=rf"^pubmed26n0001\.xml\.gz: {said}; run `medline sync`"):
        titles(home, "26-000001")
    assert _files(home) == before, "a reader changes nothing"
    pipeline.sync(home.parent / "mirror", home)
    assert titles(home, "26-000001") == expected


def test_a_damaged_file_is_named_and_read_again_from_the_dump(home):
    expected = titles(home, "26-000001")
    _spoil(LocalHome(home))
    with pytest.raises(BadInput, match=r"pubmed26n0001\.xml\.gz: its file lake/articles/.* --replace"):
        titles(home, "26-000001")
    pipeline.transform_files([home.parent / "mirror" / "baseline" / "pubmed26n0001.xml.gz"], home, replace=True)
    assert titles(home, "26-000001") == expected


def _read_again(home: LocalHome) -> None:
    again = write_dump(home.path.parent / "again" / "pubmed26n0001.xml.gz", citation(1, title=title("Another issue.")))
    pipeline.transform_files([again], home.path, replace=True)


@pytest.mark.parametrize("change", [_lose, _read_again])
def test_what_another_run_does_to_the_lake_meanwhile_is_no_damage_and_not_shown(home, monkeypatch, change):
    """A run takes files away at any time: those of a dump that was issued again, or that went into a bundle."""
    real = rows.name_wanted

    def changed(*arguments):
        change(LocalHome(home))
        real(*arguments)

    monkeypatch.setattr(rows, "name_wanted", changed)
    with pytest.raises(Locked, match="another run changed the lake meanwhile: try again"):
        titles(home, "26-000001")


def test_a_version_of_another_program_is_named(home, monkeypatch):
    monkeypatch.setattr("medline.warehouse.contents.database_version", lambda: "another")
    with pytest.raises(MedlineError, match="another version of the program built the warehouse: `medline sync`"):
        titles(home, "26-000001")
