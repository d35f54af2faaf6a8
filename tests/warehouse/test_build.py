"""From one published version to the next: what it starts from, what readers see, what is kept, what is refused."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from build import (
    ask,
    authors,
    citation,
    contents,
    deletion,
    error_of,
    found_by_checks,
    medline,
    rewritten,
    title,
    write_dump,
    write_mirror,
)
from medline import pipeline
from medline.errors import BadInput, CheckFailed, RolledBack
from medline.home import LocalHome
from medline.home.layout import lake_name
from medline.lake import manifest, transform
from medline.mirror.dumps import list_sources, source
from medline.warehouse import apply, database, versions
from mirror_server import MirrorServer

OPEN_TO_READ = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
print(*connection.execute("SELECT count(*) FROM articles").fetchone(), flush=True)
sys.stdin.readline()
print(*connection.execute("SELECT count(*) FROM articles").fetchone(), flush=True)
"""

#: Four dumps: each adds one citation, and revises the first one.
DUMPS = [[citation(1)], *([citation(1, title=title(f"Number {n}.")), citation(n)] for n in (2, 3, 4))]


@contextmanager
def reading(path: Path):
    """A reader in a process of its own, which asks once now, and again when it is let go."""
    command = [sys.executable, "-c", OPEN_TO_READ, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.stdin.close()
        process.wait(30)


def grow(mirror: Path, home: Path, dumps: int) -> list[str]:
    write_mirror(mirror, *DUMPS[:dumps])
    return pipeline.sync(mirror, home)


def names(home: Path) -> list[str]:
    return [version.name for version in versions.versions(LocalHome(home))]


def inode(version: versions.Version) -> int:
    return version.database.stat().st_ino


def _grow_twice(directory: Path) -> None:
    for dumps in (1, 2):
        grow(directory / "mirror", directory / "home", dumps)


@pytest.fixture
def grown(copy_of, tmp_path) -> tuple[Path, Path]:
    """A mirror of two dumps, and a home in which each was published by a run of its own."""
    copy_of(_grow_twice, tmp_path)
    return tmp_path / "mirror", tmp_path / "home"


def test_a_retired_version_is_caught_up_in_place_of_a_copy(grown):
    mirror, home = grown
    (retired,) = versions.retired(LocalHome(home))
    before = inode(retired)
    assert grow(mirror, home, 3) == ["pubmed26n0003.xml.gz"]
    assert inode(versions.published(LocalHome(home))) == before
    assert names(home) == ["26-000002", "26-000003"]
    assert ask(home, "SELECT pmid, title FROM articles ORDER BY pmid")[0] == (1, "Number 3.")


def test_a_retired_version_that_is_read_stays_as_it_is(grown, monkeypatch):
    monkeypatch.setenv("MEDLINE_KEEP", "3")
    mirror, home = grown
    (retired,) = versions.retired(LocalHome(home))
    before = retired.database.read_bytes()
    with reading(retired.database) as reader:
        assert reader.stdout.readline() == "1\n"
        grow(mirror, home, 3)
        assert retired.database.read_bytes() == before
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == "1\n"
    assert ask(home, "SELECT count(*) FROM articles") == [(3,)]


def test_a_retired_version_that_this_very_process_reads_stays_as_it_is(grown):
    mirror, home = grown
    (retired,) = versions.retired(LocalHome(home))
    before = inode(retired)
    with duckdb.connect(str(retired.database), read_only=True) as connection:
        grow(mirror, home, 3)
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (1,)
    assert inode(versions.published(LocalHome(home))) != before


def test_who_holds_the_database_sees_the_state_before_and_who_opens_it_the_state_after(grown):
    mirror, home = grown
    with reading(LocalHome(home).pointer) as before:
        assert before.stdout.readline() == "2\n"
        grow(mirror, home, 3)
        with reading(LocalHome(home).pointer) as after:
            assert after.stdout.readline() == "3\n"
        before.stdin.write("\n")
        before.stdin.flush()
        assert before.stdout.readline() == "2\n"


def test_a_connection_of_this_process_sees_the_new_version_when_it_is_opened_again(grown):
    mirror, home = grown
    with duckdb.connect(str(LocalHome(home).pointer), read_only=True) as old:
        grow(mirror, home, 3)
        with duckdb.connect(str(LocalHome(home).pointer), read_only=True) as new:
            assert new.execute("SELECT count(*) FROM articles").fetchone() == (3,)
        assert old.execute("SELECT count(*) FROM articles").fetchone() == (2,)


def test_the_catalog_is_called_medline_in_every_version(grown):
    _, home = grown
    with duckdb.connect(str(LocalHome(home).pointer), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM medline.main.articles").fetchone() == (2,)


@pytest.mark.long
@pytest.mark.parametrize(("keep", "kept"), [("1", 1), ("3", 3)])
def test_as_many_versions_are_kept_as_asked_for(grown, monkeypatch, keep, kept):
    mirror, home = grown
    monkeypatch.setenv("MEDLINE_KEEP", keep)
    with (
        reading(versions.retired(LocalHome(home))[0].database) as one,
        reading(versions.published(LocalHome(home)).database) as other,
    ):
        assert (one.stdout.readline(), other.stdout.readline()) == ("1\n", "2\n")
        grow(mirror, home, 3)
        grow(mirror, home, 4)
    assert len(names(home)) == kept
    assert ask(home, "SELECT count(*) FROM articles") == [(4,)]


def test_updates_share_a_transaction_up_to_so_many_records(tmp_path, monkeypatch):
    monkeypatch.setattr(apply, "RECORDS", 2)
    few, several = [citation(1)], [citation(1), citation(2), citation(3)]
    write_mirror(tmp_path / "mirror", several, few, few, several, few, [citation(1), deletion(2)])
    home = LocalHome(tmp_path / "home")
    manifests = [transform.transform(one, home) for one in list_sources(tmp_path / "mirror")]
    groups = [[one.number for one in group] for group in apply._transactions(manifests)]
    assert groups == [[1], [2, 3], [4], [5], [6]], "a deletion is a record, too"


def test_an_unfinished_build_of_an_earlier_run_is_resumed(grown, caplog):
    """A run that dies after two of three files leaves a database that lacks one."""
    mirror, home = grown
    write_mirror(mirror, *DUMPS)
    made = [
        transform.transform(source(mirror / "updatefiles" / f"pubmed26n000{n}.xml.gz"), LocalHome(home)) for n in (3, 4)
    ]
    versions.clone(LocalHome(home), versions.published(LocalHome(home)), copy=True)
    with database.writer(LocalHome(home).building) as connection:
        apply.apply(connection, LocalHome(home), made[:1])
    with caplog.at_level("INFO"):
        assert pipeline.sync(mirror, home) == [one.name for one in made]
    assert "the next version starts from what an earlier run left" in caplog.text
    assert ask(home, "SELECT count(*) FROM articles") == [(4,)]


@pytest.mark.long
@pytest.mark.parametrize("rubbish", [b"", b"no database", None])
def test_an_invalid_database_is_made_anew(grown, rubbish):
    mirror, home = grown
    versions.start_afresh(LocalHome(home))
    if rubbish is None:  # a whole file, cut: as a copy would be that was not finished
        rubbish = versions.published(LocalHome(home)).database.read_bytes()[:9000]
    LocalHome(home).building.write_bytes(rubbish)
    for version in versions.retired(LocalHome(home)):
        version.database.write_bytes(rubbish)
    grow(mirror, home, 3)
    assert ask(home, "SELECT count(*) FROM articles") == [(3,)]
    found_by_checks(home)


def test_a_file_that_is_applied_twice_changes_nothing(grown):
    _, home = grown
    before = contents(home)
    with rewritten(home) as connection:
        apply.apply(connection, LocalHome(home), manifest.read_manifests(LocalHome(home), ["pubmed26n0002.xml.gz"]))
    assert contents(home) == before
    found_by_checks(home)


def test_a_rebuild_gives_the_same_tables_row_for_row(grown):
    _, home = grown
    before = contents(home)
    assert pipeline.rebuild(home) == ["pubmed26n0001.xml.gz", "pubmed26n0002.xml.gz"]
    assert contents(home) == before


def test_a_rebuild_without_a_part_of_the_lake_names_it(grown):
    _, home = grown
    LocalHome(home).table("articles", lake_name("pubmed26n0002.xml.gz")).unlink()
    assert "pubmed26n0002.xml.gz" in error_of(medline("rebuild", "--home", home), 1)
    assert ask(home, "SELECT count(*) FROM articles") == [(2,)]


# Checks before publication


def spoil(home: Path, name: str) -> None:
    """Write each author of a source twice into its Parquet file."""
    path = LocalHome(home).table("authors", lake_name(name))
    rows = pq.read_table(path)
    pq.write_table(pa.concat_tables([rows, rows]), path)
    manifest = LocalHome(home).manifest(lake_name(name))
    content = json.loads(manifest.read_bytes())
    content["sizes"]["authors"] = path.stat().st_size  # as a reader would have written it that is wrong
    manifest.write_text(json.dumps(content), "utf-8")


def test_a_state_that_breaks_a_check_is_not_published_until_it_is_mended(grown):
    mirror, home = grown
    dump = write_dump(mirror / "updatefiles" / "pubmed26n0003.xml.gz", citation(3, article=authors("Otter")))
    transform.transform(source(dump), LocalHome(home))
    spoil(home, dump.name)
    for _ in range(2):
        with pytest.raises(CheckFailed, match="unique_keys"):
            pipeline.sync(mirror, home)
        assert ask(home, "SELECT count(*) FROM articles") == [(2,)]
    assert "unique_keys" in medline("status", "--home", home).stdout
    write_dump(dump, citation(3, article=authors("Otter", "Pond")))
    assert pipeline.sync(mirror, home) == [dump.name]
    assert ask(home, "SELECT count(*) FROM authors WHERE pmid = 3") == [(2,)]


def test_the_checks_look_at_what_changed_and_count_over_everything(grown):
    """A row that is spoilt where no update touches it is found by `medline check`, not at each update's cost."""
    mirror, home = grown
    (retired,) = versions.retired(LocalHome(home))
    with rewritten(home, retired) as connection:
        connection.execute("UPDATE ledger.state SET checked_at = NULL")
        connection.execute("INSERT INTO issns (pmid, version, issn_seq) VALUES (777, 1, 1)")
    with pytest.raises(CheckFailed, match="no_orphans"):
        grow(mirror, home, 3)
    with database.writer(LocalHome(home).building) as connection:
        connection.execute("UPDATE ledger.state SET checked_at = current_timestamp")
    grow(mirror, home, 3)
    with pytest.raises(CheckFailed, match="no_orphans"):
        found_by_checks(home)


# A new year


def both_years(tmp_path, *, deleted: str = "") -> tuple[Path, Path]:
    """Year 26 with citations 1 to 4, of which 27 has 1, 2 and a new one; and the mirror of both."""
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    write_mirror(mirror, [citation(n) for n in (1, 2, 3)], [citation(4)])
    pipeline.sync(mirror, home)
    write_mirror(mirror, [citation(n) for n in (1, 2, 9)], year=27)
    if deleted:
        (mirror / "deleted.pmids.gz").write_bytes(gzip.compress(deleted.encode()))
    return mirror, home


def test_a_new_year_takes_the_place_of_the_old_one_with_a_report(tmp_path):
    mirror, home = both_years(tmp_path, deleted="3\n700\n")
    assert pipeline.sync(mirror, home) == ["pubmed27n0001.xml.gz"]
    assert ask(home, "SELECT pmid FROM articles ORDER BY pmid") == [(1,), (2,), (9,)]
    report = json.loads((home / "reports" / "27-after-26.json").read_text())
    counts = {
        name: report[name] for name in ("citations_before", "citations_now", "lost", "lost_unexplained", "gained")
    }
    assert counts == {"citations_before": 4, "citations_now": 3, "lost": 2, "lost_unexplained": 1, "gained": 1}
    lost = pq.read_table(home / "reports" / "27-after-26-lost.parquet").to_pylist()
    assert [(row["pmid"], row["is_listed_as_deleted"]) for row in lost] == [(3, True), (4, False)]
    assert pq.read_table(home / "reports" / "27-after-26-gained.parquet")["pmid"].to_pylist() == [9]


def test_a_list_of_deletions_that_cannot_be_read_is_reported_and_does_not_stop_the_year(tmp_path, caplog):
    mirror, home = both_years(tmp_path)
    (mirror / "deleted.pmids.gz").write_bytes(b"<html>")
    pipeline.sync(mirror, home)
    assert "not compared with" in caplog.text
    assert ask(home, "SELECT count(*) FROM articles") == [(3,)]


def test_more_losses_than_allowed_keep_the_old_year(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDLINE_MAX_LOSS", "1")
    mirror, home = both_years(tmp_path)
    with pytest.raises(CheckFailed, match="lacks 2 of 4 citations"):
        pipeline.sync(mirror, home)
    assert ask(home, "SELECT count(*) FROM articles") == [(4,)]
    monkeypatch.setenv("MEDLINE_MAX_LOSS", "2")
    pipeline.sync(mirror, home)
    assert ask(home, "SELECT count(*) FROM articles") == [(3,)]


def test_rollback_goes_to_the_old_year_and_back_and_nothing_is_loaded_between(tmp_path):
    mirror, home = both_years(tmp_path)
    pipeline.sync(mirror, home)
    assert medline("rollback", "--home", home).stderr == "published 26-000001\n"
    assert ask(home, "SELECT count(*) FROM articles") == [(4,)]
    with pytest.raises(RolledBack, match="rolled back from 27-000002 to 26-000001"):
        pipeline.sync(mirror, home)
    assert medline("rollback", "--home", home).stderr == "published 27-000002\n"
    assert pipeline.sync(mirror, home) == []


@pytest.mark.long
def test_the_old_year_stays_for_a_rollback_while_updates_come(tmp_path):
    mirror, home = both_years(tmp_path)
    pipeline.sync(mirror, home)
    for number in (2, 3, 4):
        write_dump(mirror / "updatefiles" / f"pubmed27n000{number}.xml.gz", citation(number))
        pipeline.sync(mirror, home)
    assert names(home) == ["26-000001", "27-000004", "27-000005"]
    versions.rollback(LocalHome(home))
    assert ask(home, "SELECT count(*) FROM articles") == [(4,)]
    assert ask(home, "SELECT max(year) FROM dumps") == [(26,)]


@pytest.mark.long
def test_two_years_are_on_the_disk_at_most(tmp_path):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    with MirrorServer(mirror) as server:
        for year in (25, 26, 27):
            write_mirror(mirror, [citation(1)], [citation(year)], year=year)
            assert len(pipeline.sync(server.url, home)) == 2
    assert {name[:2] for name in names(home)} == {"26", "27"}
    for kind in ("lake", "dumps"):
        assert {path.name[6:8] for path in (home / kind).rglob("pubmed*")} == {"26", "27"}, kind
    assert pipeline.rebuild(home) == ["pubmed27n0001.xml.gz", "pubmed27n0002.xml.gz"]


def test_a_new_year_keeps_what_exports_brought(tmp_path):
    mirror, home = both_years(tmp_path)
    export = tmp_path / "mine.xml"
    export.write_bytes(b"<PubmedArticleSet>" + citation(50).encode() + b"</PubmedArticleSet>")
    pipeline.load_files([export], home)
    pipeline.sync(mirror, home)
    assert ask(home, "SELECT pmid FROM articles ORDER BY pmid") == [(1,), (2,), (9,), (50,)]


UNFINISHED = {
    "fewer files than the year before": ([(1, "baseline")], "1 files of at least 2"),
    "a hole": ([(1, "baseline"), (3, "baseline")], "number 2 is missing"),
    "its beginning is missing": ([(2, "baseline"), (3, "updatefiles")], "number 1 is missing"),
    "its end is missing": ([(1, "baseline"), (3, "updatefiles")], "number 2 is missing"),
}


@pytest.mark.long
@pytest.mark.parametrize("case", UNFINISHED)
def test_the_old_year_goes_on_while_a_new_baseline_is_not_whole(tmp_path, case):
    files, reason = UNFINISHED[case]
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    for number, folder in ((1, "baseline"), (2, "baseline"), (3, "updatefiles")):
        write_dump(mirror / folder / f"pubmed26n000{number}.xml.gz", citation(number))
    pipeline.sync(mirror, home)
    for number, folder in files:
        write_dump(mirror / folder / f"pubmed27n000{number}.xml.gz", citation(number))
    write_dump(mirror / "updatefiles" / "pubmed26n0004.xml.gz", deletion(3))
    (mirror / "baseline" / "pubmed26n0001.xml.gz").unlink()  # NLM takes the old baseline away
    result = medline("sync", "--mirror", mirror, "--home", home)
    assert (result.returncode, reason in result.stderr) == (0, True), result.stderr
    assert ask(home, "SELECT pmid FROM articles ORDER BY pmid") == [(1,), (2,)]
    assert reason in medline("status", "--home", home).stdout


def test_a_year_that_has_updates_is_whole_with_fewer_files(tmp_path):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    for number in (1, 2):
        write_dump(mirror / "baseline" / f"pubmed26n000{number}.xml.gz", citation(number))
    pipeline.sync(mirror, home)
    write_mirror(mirror, [citation(1)], [citation(8)], year=27)
    assert len(pipeline.sync(mirror, home)) == 2
    assert ask(home, "SELECT pmid FROM articles ORDER BY pmid") == [(1,), (8,)]


# One run at a time


def test_a_second_run_says_that_there_is_one_and_leaves(grown):
    mirror, home = grown
    code = "import sys; from pathlib import Path; from medline.home.locks import home_lock\n"
    code += "with home_lock(Path(sys.argv[1])): print('locked', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "locked\n"
        message = error_of(medline("sync", "--mirror", mirror, "--home", home), 1)
        assert f"another run (process {other.pid})" in message
        other.kill()
    assert medline("sync", "--mirror", mirror, "--home", home).returncode == 0


def test_a_home_may_be_moved(grown, tmp_path):
    _, home = grown
    home.rename(tmp_path / "elsewhere")
    assert ask(tmp_path / "elsewhere", "SELECT count(*) FROM articles") == [(2,)]


def falsify(home: Path) -> None:
    """Let what is published say something else of PMID 2 than the lake, as no check can see."""
    with rewritten(home) as connection:
        connection.execute("UPDATE articles SET title = 'Spoilt.' WHERE pmid = 2")


@pytest.mark.long
@pytest.mark.parametrize("is_rolled_back", [False, True])
def test_what_a_rebuild_mended_stays_mended(grown, is_rolled_back):
    mirror, home = grown
    falsify(home)
    if is_rolled_back:
        assert pipeline.rollback(home) == "26-000001"
    pipeline.rebuild(home)
    assert names(home) == [f"26-00000{1 if is_rolled_back else 2}", "26-000003"], "what was rolled back goes first"
    for dumps in (3, 4):
        grow(mirror, home, dumps)
        assert ask(home, "SELECT count(*) FROM articles WHERE title = 'Spoilt.'") == [(0,)]


def test_what_a_killed_run_did_not_publish_is_no_way_back(grown):
    _, home = grown
    shutil.copytree(versions.published(LocalHome(home)).database.parent, home / "warehouse" / "versions" / "26-000003")
    assert pipeline.rollback(home) == "26-000001"
    assert pipeline.rollback(home) == "26-000002", "the way forward is what was rolled back"


def test_a_link_that_is_lost_is_made_again(grown):
    mirror, home = grown
    pipeline.load_files([write_dump(home.parent / "mine.xml", citation(99))], home)
    before = contents(home)
    LocalHome(home).pointer.unlink()
    assert pipeline.sync(mirror, home) == []
    assert contents(home) == before


def test_without_its_warehouse_a_home_names_the_files_of_yours_and_no_version_as_before(grown, caplog):
    mirror, home = grown
    pipeline.load_files([write_dump(home.parent / "mine.xml", citation(99))], home)
    shutil.rmtree(home / "warehouse")
    pipeline.sync(mirror, home)
    assert "load them again: mine.xml" in caplog.text
    assert names(home) == ["26-000004"], "feeds of 26-000001 would count as current"


@pytest.mark.long
def test_rows_are_of_the_issue_that_was_applied(tmp_path):
    """A killed run has ingested a file that was issued again; then others are loaded, and its record wins by them."""
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    second = citation(1, version=2)
    write_mirror(mirror, [citation(1, title=title("Old.")), citation(7)], [second])
    pipeline.sync(mirror, home)
    first, _ = write_mirror(mirror, [citation(1, title=title("New."))], [second])
    pipeline.transform_files([first], home)
    update = write_dump(tmp_path / "updatefiles" / "pubmed26n0003.xml.gz", deletion(1, version=2))
    before = contents(home)
    with pytest.raises(BadInput, match=r"pubmed26n0001\.xml\.gz: the lake has another issue of it"):
        pipeline.load_files([update], home)
    assert contents(home) == before
    pipeline.sync(mirror, home)
    pipeline.load_files([update], home)
    assert ask(home, "SELECT pmid, title FROM articles") == [(1, "New.")]
