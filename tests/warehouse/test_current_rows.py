"""The rows that are current, where earlier systems fail: after deletions, revisions, new years and bad records."""

from __future__ import annotations

from pathlib import Path

import pytest

from build import (
    WITH_CHILDREN,
    ask,
    authors,
    citation,
    contents,
    deletion,
    error_of,
    medline,
    revised,
    text_record,
    title,
    write_dump,
    write_mirror,
)
from medline import pipeline
from medline.errors import MissingDump

# Only the first PMID of a DeleteCitation is deleted; none at all.


@pytest.fixture(scope="module")
def deleted(tmp_path_factory):
    """A home from whose 270 citations an update deletes 262 by one DeleteCitation, and more by others."""
    folder, home = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("home")
    update = [deletion(*range(1, 263)), citation(300), deletion(265, 266), citation(301), deletion(268, 999)]
    for path in write_mirror(folder, [citation(pmid) for pmid in range(1, 271)], update):
        pipeline.load_files([path], home)
    return home


def test_all_262_pmids_of_a_delete_citation_are_deleted(deleted):
    assert ask(deleted, "SELECT count(*) FROM articles WHERE pmid <= 262") == [(0,)]
    assert ask(deleted, "SELECT count(DISTINCT pmid) FROM deleted_citations WHERE pmid <= 262") == [(262,)]


def test_every_delete_citation_of_a_file_counts_also_between_records(deleted):
    left = [263, 264, 267, 269, 270, 300, 301]
    assert ask(deleted, "SELECT list(pmid ORDER BY pmid) FROM articles") == [(left,)]


def test_a_deletion_of_a_pmid_that_was_never_distributed_is_kept_and_harms_nothing(deleted):
    sql = "SELECT version, source_file FROM deleted_citations WHERE pmid = 999"
    assert ask(deleted, sql) == [(1, "pubmed26n0002.xml.gz")]


def test_deleting_version_2_leaves_version_1_current(sync):
    first = [citation(pmid, 1, title=title("First.")) for pmid in (1, 2)]
    second = [citation(pmid, 2, title=title("Second.")) for pmid in (1, 2)]
    home = sync(first, second, [deletion(2, version=2)])
    assert ask(home, "SELECT pmid, version, title FROM articles ORDER BY pmid") == [(1, 2, "Second."), (2, 1, "First.")]


# Child rows of deleted or slimmed records stay; delete then re-add in one batch ends deleted.

CHILDREN = "authors abstracts keywords article_references reference_ids reference_lists".split()


def children(home, pmid):
    return {name: ask(home, f"SELECT count(*) FROM {name} WHERE pmid = {pmid}")[0][0] for name in CHILDREN}


def test_child_rows_of_deleted_and_slimmed_records_are_gone(sync):
    slimmed = citation(2, article=authors("Dun"))
    home = sync([citation(pmid, **WITH_CHILDREN) for pmid in (1, 2, 3)], [deletion(1), slimmed])
    assert children(home, 1) == dict.fromkeys(CHILDREN, 0)
    assert children(home, 2) == dict.fromkeys(CHILDREN, 0) | {"authors": 1}
    assert ask(home, "SELECT last_name FROM authors WHERE pmid = 2") == [("Dun",)]
    assert all(children(home, 3).values())


def test_child_rows_of_a_record_that_comes_twice_in_a_file_are_of_the_last_one(sync):
    home = sync([citation(1, **WITH_CHILDREN), citation(2), citation(1, article=authors("Dun"))])
    assert children(home, 1) == dict.fromkeys(CHILDREN, 0) | {"authors": 1}
    assert ask(home, "SELECT last_name FROM authors") == [("Dun",)]
    assert ask(home, "SELECT superseded, citations FROM dumps") == [(1, 2)]


def test_child_rows_of_a_reissued_dump_are_those_of_its_new_content(tmp_path, monkeypatch):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    write_mirror(mirror, [citation(1, **WITH_CHILDREN), citation(2)])
    pipeline.sync(mirror, home)
    write_mirror(mirror, [citation(1), citation(3)])
    assert pipeline.sync(mirror, home) == ["pubmed26n0001.xml.gz"]
    assert ask(home, "SELECT pmid FROM articles ORDER BY pmid") == [(1,), (3,)]
    assert children(home, 1) == dict.fromkeys(CHILDREN, 0)


def test_a_later_file_brings_a_deleted_record_back(sync):
    home = sync([citation(1, **WITH_CHILDREN)], [deletion(1)], [citation(1, title=title("Back."))])
    assert ask(home, "SELECT title FROM articles") == [("Back.",)]
    assert children(home, 1) == dict.fromkeys(CHILDREN, 0)


def test_a_deletion_applies_to_what_comes_before_it_in_its_own_file(sync):
    home = sync([citation(1), citation(2)], [citation(1), deletion(1), deletion(2), citation(2, title=title("Back."))])
    assert ask(home, "SELECT pmid, title FROM articles") == [(2, "Back.")]


def test_a_record_that_is_deleted_and_brought_back_and_deleted_is_deleted(sync):
    home = sync([citation(1)], [deletion(1), citation(1), deletion(1)])
    assert ask(home, "SELECT count(*) FROM articles") == [(0,)]


def test_a_pmid_without_version_is_version_1_also_in_a_deletion(sync):
    bare = "<DeleteCitation><PMID>1</PMID><PMID>2</PMID></DeleteCitation>"
    home = sync([citation(1), citation(2)], [bare, citation(1, title=title("Back."))])
    assert ask(home, "SELECT pmid, title FROM articles") == [(1, "Back.")]


def test_a_record_with_and_without_version_in_one_file_is_one_record(sync):
    home = sync([citation(1, None, title=title("Old.")), citation(1, 1, title=title("New."))])
    assert ask(home, "SELECT pmid, title FROM articles") == [(1, "New.")]
    assert ask(home, "SELECT superseded FROM dumps") == [(1,)]


# A new baseline year doubles the database.


def test_a_new_baseline_year_replaces_everything(sync, tmp_path):
    home = sync([citation(1, **WITH_CHILDREN), citation(2, **WITH_CHILDREN)], [citation(3), deletion(2)], year=25)
    sync([citation(2), citation(4)], [citation(5)], year=26)
    assert ask(home, "SELECT pmid FROM articles ORDER BY pmid") == [(2,), (4,), (5,)]
    assert ask(home, "SELECT DISTINCT year FROM dumps") == [(26,)]
    assert ask(home, "SELECT count(*) FROM authors") == [(0,)]


def test_a_new_baseline_year_waits_until_it_is_whole(sync, tmp_path):
    home = sync([citation(1)], [citation(2)], year=25)
    before = contents(home)
    mirror = tmp_path / "next"
    write_dump(mirror / "baseline" / "pubmed26n0001.xml.gz", citation(3))
    cut = write_dump(mirror / "baseline" / "pubmed26n0002.xml.gz", citation(4))
    cut.write_bytes(cut.read_bytes()[:-9])
    with pytest.raises(MissingDump, match=r"pubmed26n0002\.xml\.gz"):
        pipeline.sync(mirror, home)
    assert contents(home) == before


def test_exports_outlive_a_new_baseline_year(sync, tmp_path):
    home = sync([citation(1)], year=25)
    export = tmp_path / "search.nbib"
    export.write_text(text_record(77, "TI  - Exported."))
    pipeline.load_files([export], home)
    sync([citation(2)], year=26)
    assert ask(home, "SELECT pmid, source_format FROM articles ORDER BY pmid") == [(2, "xml"), (77, "medline")]


# A failing record is logged and skipped, and the run stays green.


def test_a_failing_record_fails_its_file_and_the_run(tmp_path):
    mirror = tmp_path / "mirror"
    write_mirror(mirror, [citation(1)], [citation(2), citation("x3"), citation(4)])
    message = error_of(medline("sync", "--mirror", mirror, "--home", tmp_path / "home"), 1)
    assert "pubmed26n0002.xml.gz line 4" in message
    assert "x3" in message
    assert ask(tmp_path / "home", "SELECT pmid FROM articles") == [(1,)]
    assert ask(tmp_path / "home", "SELECT name FROM dumps") == [("pubmed26n0001.xml.gz",)]


@pytest.mark.long
def test_the_deletions_of_a_real_mirror_leave_no_row_behind(data, tmp_path):
    home = tmp_path / "home"
    pipeline.sync(Path(data) / "mirror" / "2022", home)
    deleted = "SELECT pmid FROM deleted_citations WHERE pmid NOT IN (SELECT pmid FROM articles)"
    assert ask(home, "SELECT count(*) FROM deleted_citations") == [(48,)]
    for table in ("authors", "mesh", "keywords", "history", "article_ids", "abstracts"):
        assert ask(home, f"SELECT count(*) FROM {table} WHERE pmid IN ({deleted})") == [(0,)]
        assert ask(home, f"SELECT count(*) FROM {table} WHERE pmid NOT IN (SELECT pmid FROM articles)") == [(0,)]


def test_of_ten_versions_the_highest_that_is_not_deleted_is_shown(sync):
    order = (3, 10, 1, 2, 9, 4, 8, 5, 7, 6)
    versions = [citation(pmid, version, article=authors(f"Alm{version}")) for pmid in (1, 2) for version in order]
    home = sync(versions, [deletion(2, version=10), deletion(2, version=9)])
    assert ask(home, "SELECT pmid, version FROM articles ORDER BY pmid") == [(1, 10), (2, 8)]
    assert ask(home, "SELECT pmid, last_name FROM authors ORDER BY pmid") == [(1, "Alm10"), (2, "Alm8")]


def test_an_older_version_that_comes_later_does_not_hide_the_newer_one(sync):
    home = sync(
        [citation(1, 2, title=title("Second."))], [citation(1, 1, title=title("First."), head=revised(2026, 1, 1))]
    )
    assert ask(home, "SELECT version, title FROM articles") == [(2, "Second.")]
