"""The index beside a version: made and caught up with it, never seen half-made, gone when it is stale."""

from __future__ import annotations

import pytest

from build import deletion, write_mirror
from medline import pipeline, searching
from medline.errors import CheckFailed, DiskFull
from medline.home import LocalHome
from medline.searching import answers
from medline.searching.index import build, documents, schema
from medline.searching.sql import BETWEEN
from medline.warehouse import database, index_files, versions
from searching_index import RECORDS, record


@pytest.fixture(autouse=True)
def with_index(monkeypatch):
    monkeypatch.setenv("MEDLINE_INDEX", "auto")


def _sync_three(directory):
    write_mirror(directory / "mirror", RECORDS[:3])
    pipeline.sync(directory / "mirror", directory / "home")


@pytest.fixture
def home(with_index, copy_of, tmp_path):
    """Return a home with three records and an index."""
    copy_of(_sync_three, tmp_path)
    return LocalHome(tmp_path / "home")


def update(home, *records):
    """Bring an update file with these records."""
    mirror = home.path.parent / "mirror"
    dumps = [RECORDS[:3], *([list(records)] if records else [])]
    write_mirror(mirror, *dumps)
    return pipeline.sync(mirror, home.path)


def found(home, query):
    return sorted(searching.search(home.path, query, mapping=False)["pmid"].to_pylist())


def has_index(home):
    with database.reader(home) as connection:
        return answers.open_index(connection, home) is not None


def index_of(home):
    return home.index(versions.published(home).name)


def test_an_update_replaces_what_changed(home, monkeypatch):
    monkeypatch.setattr(build, "_make_afresh", None)  # it is not made anew
    update(home, record(2, "Otters", version=2), record(9, "Ninth otter"), deletion(3))
    assert has_index(home)
    assert (found(home, "otter*[ti]"), found(home, "multiple[ti]"), found(home, "cells")) == ([2, 9], [1], [1])
    assert not (index_of(home) / ".tantivy-writer.lock").exists()


def test_a_text_that_several_authors_share_is_indexed_once(tmp_path):
    names = [
        ("Otter", "Ann", "A", "Pond Clinic"),
        ("Newt", "Bo", "B", "Pond Clinic"),
        ("Eel", "Cy", "C", "Lake Clinic"),
    ]
    write_mirror(tmp_path / "mirror", [record(1, "Otters", names=names)])
    pipeline.sync(tmp_path / "mirror", tmp_path / "home")
    with database.reader(tmp_path / "home") as connection:
        documents.prepare(connection)
        [made] = documents.documents(connection, "true")
    [text] = made.to_dict()[next(group.name for group in schema.groups() if group.tag == "ad")]
    assert (text.count("Pond"), text.count("Lake"), text.count(BETWEEN)) == (1, 1, schema.GAP)


@pytest.mark.long
def test_files_that_stay_are_shared_with_the_version_before(home):
    before = {path.name: path.stat().st_ino for path in index_of(home).iterdir()}
    update(home, record(9, "Ninth"))
    after = {path.name: path.stat().st_ino for path in index_of(home).iterdir()}
    assert any(after.get(name) == inode for name, inode in before.items())
    assert len(versions.versions(home)) == 2


@pytest.mark.long
def test_copies_serve_where_links_are_impossible(home, monkeypatch):
    monkeypatch.setattr(index_files.os, "link", lambda *_: (_ for _ in ()).throw(OSError("no links here")))
    update(home, record(9, "Ninth"))
    assert found(home, "ninth[ti]") == [9]
    assert has_index(home)


@pytest.mark.long
@pytest.mark.parametrize("where", ["_catch_up", "of_tables", "_note"])
def test_a_killed_run_leaves_the_old_pair_and_the_next_one_goes_on(home, monkeypatch, where):
    real, before = getattr(build, where), versions.published(home)

    def killed(*arguments):
        if where == "_catch_up":
            real(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(build, where, killed)
        with pytest.raises(KeyboardInterrupt):
            update(home, record(9, "Ninth"))
    assert versions.published(home) == before
    assert (found(home, "ninth[ti]"), found(home, "multiple[ti]"), has_index(home)) == ([], [1, 2, 3], True)
    update(home, record(9, "Ninth"))
    assert found(home, "ninth[ti]") == [9]
    assert has_index(home)


@pytest.mark.long
def test_an_index_of_other_citations_is_made_anew(home, caplog):
    state, real = index_files.read_state(index_of(home)), build.of_index
    wrong = iter([(0, 0)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "of_index", lambda searcher: next(wrong, None) or real(searcher))
        update(home, record(9, "Ninth"))
    assert "the index has 0 documents" in caplog.text
    assert state.documents == 3
    assert index_files.read_state(index_of(home)).documents == 4
    assert found(home, "ninth[ti]") == [9]


@pytest.mark.long
def test_an_index_that_stays_wrong_is_not_published(home, monkeypatch):
    monkeypatch.setattr(build, "of_index", lambda _: (0, 0))
    before = versions.published(home)
    with pytest.raises(CheckFailed, match="other citations than the tables"):
        update(home, record(9, "Ninth"))
    assert versions.published(home) == before


def test_a_full_disk_is_named(home, monkeypatch):
    monkeypatch.setattr(build, "FULL", 1 << 80)
    monkeypatch.setattr(build, "_catch_up", lambda *_: (_ for _ in ()).throw(ValueError("An index writer was killed.")))
    with pytest.raises(DiskFull):
        update(home, record(9, "Ninth"))
    assert found(home, "multiple[ti]") == [1, 2, 3]


def damage_size(home):
    path = next(path for path in index_of(home).iterdir() if path.suffix == ".idx")
    path.write_bytes(path.read_bytes()[:-1])


def lose_file(home):
    next(path for path in index_of(home).iterdir() if path.suffix == ".term").unlink()


def lose_state(home):
    (index_of(home) / index_files.STATE).unlink()


def be_stale(home):
    state = index_files.read_state(index_of(home))
    index_files.write_state(index_of(home), index_files.IndexState(**{**vars(state), "stamp": "another"}))


def be_old(home):
    state = index_files.read_state(index_of(home))
    index_files.write_state(index_of(home), index_files.IndexState(**{**vars(state), "version": "another"}))


def break_meta(home):
    path = index_of(home) / "meta.json"
    path.write_bytes(b"{" * path.stat().st_size)


@pytest.mark.long
@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (damage_size, "bytes, not"), (lose_file, "is missing"), (lose_state, "has no index"),
        (be_stale, "not of this state"), (be_old, "another version of this program"), (break_meta, "index"),
    ],
)  # fmt: skip
def test_an_index_that_cannot_be_used_is_not_used(home, caplog, spoil, why):
    spoil(home)
    assert found(home, "multiple[ti]") == [1, 2, 3]
    assert why in caplog.text
    assert "the search reads the tables" in caplog.text
    assert len(caplog.records) == 1
    update(home, record(9, "Ninth"))
    caplog.clear()
    assert found(home, "ninth[ti]") == [9]
    assert not caplog.records


def test_a_version_without_index_gets_one_when_nothing_else_is_new(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDLINE_INDEX", "none")
    write_mirror(tmp_path / "mirror", RECORDS[:3])
    pipeline.sync(tmp_path / "mirror", tmp_path / "home")
    home = LocalHome(tmp_path / "home")
    assert not index_of(home).exists()
    assert found(home, "multiple[ti]") == [1, 2, 3]
    monkeypatch.setenv("MEDLINE_INDEX", "auto")
    update(home)
    assert has_index(home)
    assert len(versions.versions(home)) == 2
    update(home)
    assert len(versions.versions(home)) == 2


@pytest.mark.long
def test_rollback_and_rebuild_have_their_index(home):
    update(home, record(9, "Ninth"))
    pipeline.rollback(home.path)
    assert (found(home, "ninth[ti]"), has_index(home)) == ([], True)
    pipeline.rebuild(home.path)
    assert has_index(home)


def test_an_engine_that_panics_leaves_the_answer_to_sql(home, caplog, monkeypatch):
    from medline.searching.index import reading

    monkeypatch.setattr(reading.Index, "query", lambda *_: (_ for _ in ()).throw(ValueError("a panic")))
    assert found(home, "multiple[ti]") == [1, 2, 3]
    assert "the index fails: a panic" in caplog.text


@pytest.mark.long
def test_orders_limits_and_counts(home):
    update(home, record(9, "Otter", year=1990, text="Otter otter otter"), record(10, "Sea", year=2004, text="An otter"))
    search = lambda **options: searching.search(home.path, "otter", mapping=False, **options)["pmid"].to_pylist()  # noqa: E731
    assert (search(), search(sort="best"), search(limit=1), search(sort="best", limit=1)) == (
        [10, 9],
        [9, 10],
        [10],
        [9],
    )
    with searching.answering(home.path, "otter", count=True, mapping=False) as (connection, statement):
        assert connection.execute(statement).fetchall() == [(2,)]
    assert searching.count_lines(home.path, "1. otter[ti]\n2. otter[ab]\n3. 1 or 2")["citations"].to_pylist() == [
        1,
        2,
        2,
    ]
