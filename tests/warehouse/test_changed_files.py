"""Published files that somebody changed: they are read-only, a change is seen, said, and made good from the lake."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from build import ask, citation, contents, error_of, medline, write_mirror
from medline import pipeline
from medline.errors import CheckFailed, Locked, MedlineError
from medline.home import LocalHome
from medline.warehouse import database, index_files, versions

DUMPS = ([citation(1)], [citation(2)])
FALSE = "UPDATE articles SET title = 'False.' WHERE pmid = 1"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("made")
    write_mirror(directory / "mirror", *DUMPS)
    pipeline.sync(directory / "mirror", directory / "home")
    return directory


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "mirror", tmp_path / "mirror")
    return Path(shutil.copytree(made / "home", tmp_path / "home", symlinks=True))


def published(home: Path) -> Path:
    return versions.published(LocalHome(home)).database


def by_session(path: Path) -> None:
    """What `duckdb FILE` does for root."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(FALSE)


def by_killed_session(path: Path) -> None:
    """What it did is in the log beside the file."""
    code = f"import duckdb, os; c = duckdb.connect({str(path)!r}); c.execute({FALSE!r}); os._exit(1)"
    subprocess.run([sys.executable, "-c", code], check=False)
    assert path.with_name("medline.duckdb.wal").exists()


def by_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def by_a_session_that_restores_the_time(path: Path) -> None:
    stat = path.stat()
    size = stat.st_size
    by_session(path)
    os.truncate(path, size)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def by_cutting(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


CHANGES = (by_session, by_killed_session, by_a_byte, by_a_session_that_restores_the_time, by_cutting)


def test_what_is_published_is_read_only(home):
    version = published(home).parent
    files = [path for path in version.rglob("*") if path.is_file() and path.name not in ("contents.json", "state.json")]
    assert [path.name for path in files if path.stat().st_mode & 0o222] == []
    assert version.joinpath("medline.duckdb") in files


def test_every_page_opens_the_database_read_only():
    root = Path(__file__).resolve().parents[2]
    pages = [*root.glob("*.md"), *root.glob("docs/**/*.md")]
    calls = [
        call for page in pages for call in re.findall(r"^ *duckdb .*|`duckdb [^`]*", page.read_text("utf-8"), re.M)
    ]
    assert len(calls) >= 3
    assert [call for call in calls if "-readonly" not in call] == []


@pytest.mark.sampled(2)
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_database_is_not_shown_and_made_again(home, change):
    before = contents(home)
    change(published(home))
    for command in (["query", "SELECT 1"], ["export", "1", "--format", "ris"], ["feeds"]):
        message = error_of(medline(*command, "--home", home), 1)
        assert "26-000001/medline.duckdb" in message
        assert "medline sync" in message
    assert "CHANGED" in medline("status", "--home", home).stdout
    again = medline("sync", "--mirror", home.parent / "mirror", "--home", home)
    assert again.returncode == 0
    assert again.stderr.count("made again from the lake") == 1
    assert contents(home) == before
    assert published(home).parent.name == "26-000002"
    assert "CHANGED" not in medline("status", "--home", home).stdout
    assert pipeline.sync(home.parent / "mirror", home) == []
    assert published(home).parent.name == "26-000002"


@pytest.mark.long
@pytest.mark.sampled(2)
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_database_is_no_base(home, change):
    write_mirror(home.parent / "mirror", *DUMPS, [citation(3)])
    change(published(home))
    pipeline.sync(home.parent / "mirror", home)
    assert ask(home, "SELECT pmid, title FROM articles ORDER BY pmid") == [(n, "A title.") for n in (1, 2, 3)]
    write_mirror(home.parent / "mirror", *DUMPS, [citation(3)], [citation(4)])
    pipeline.sync(home.parent / "mirror", home)  # the changed one is retired now
    assert ask(home, "SELECT pmid, title FROM articles ORDER BY pmid") == [(n, "A title.") for n in (1, 2, 3, 4)]


def test_a_changed_version_is_not_rolled_back_to(home):
    write_mirror(home.parent / "mirror", *DUMPS, [citation(3)])
    old = published(home)
    pipeline.sync(home.parent / "mirror", home)
    by_session(old)
    assert "no other version" in error_of(medline("rollback", "--home", home), 2)


def test_a_new_year_is_not_compared_with_a_changed_database(home):
    write_mirror(home.parent / "mirror", [citation(1), citation(2)], year=27)
    by_session(published(home))
    with pytest.raises(CheckFailed, match="run `medline rebuild`"):
        pipeline.sync(home.parent / "mirror", home)
    pipeline.rebuild(home)
    pipeline.sync(home.parent / "mirror", home)
    assert published(home).parent.name == "27-000003"


@contextmanager
def open_to_write(path: Path):
    code = "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "open\n"
        yield holder
        holder.stdin.close()


@pytest.mark.parametrize("year", [26, 27])
def test_a_session_that_idles_stops_no_update_and_no_status(home, year):
    write_mirror(home.parent / "mirror", [citation(1), citation(2)], [citation(3)], year=year)
    with open_to_write(published(home)) as holder:
        assert "newest dump" in medline("status", "--home", home).stdout
        assert medline("metrics", "--home", home).returncode == 0
        with pytest.raises(Locked, match=rf"process {holder.pid}\).*duckdb -readonly"):
            ask(home, "SELECT 1")
        result = medline("sync", "--mirror", home.parent / "mirror", "--home", home)
        assert result.returncode == 0, result.stderr
    assert ask(home, "SELECT pmid FROM articles ORDER BY pmid") == [(1,), (2,), (3,)]


def test_a_version_that_is_read_is_no_base(home):
    mirror = home.parent / "mirror"
    write_mirror(mirror, *DUMPS, [citation(3)])
    pipeline.sync(mirror, home)
    (retired,) = versions.retired(LocalHome(home))
    with duckdb.connect(str(retired.database), read_only=True) as connection:
        write_mirror(mirror, *DUMPS, [citation(3)], [citation(4)])
        assert medline("sync", "--mirror", mirror, "--home", home).returncode == 0
        assert connection.execute("SELECT count(*) FROM articles").fetchall() == [(2,)]
    assert ask(home, "SELECT count(*) FROM articles") == [(4,)]


def test_a_version_of_a_program_that_did_not_seal_is_shown_and_is_no_base(home):
    before = contents(home)
    published(home).with_name("contents.json").unlink()
    assert contents(home) == before
    assert "newest dump" in medline("status", "--home", home).stdout
    write_mirror(home.parent / "mirror", *DUMPS, [citation(3)])
    log = medline("-v", "sync", "--mirror", home.parent / "mirror", "--home", home).stderr
    assert "the next version starts from nothing" in log
    assert not versions.change(LocalHome(home), versions.published(LocalHome(home)))


def test_a_second_reader_of_a_process_leaves_the_lock_of_the_first(home):
    """Closing a file gives up all locks of a process on it: the seal must not be read again."""
    with database.reader(home), database.reader(home):
        code = f"import duckdb; duckdb.connect({str(published(home))!r})"
        other = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert "Conflicting lock" in other.stderr


# The index beside it


def same_size(directory: Path) -> None:
    path = max(directory.iterdir(), key=lambda path: path.stat().st_size)
    by_a_byte(path)


def lost(directory: Path) -> None:
    next(path for path in directory.iterdir() if path.suffix == ".store").unlink()


def foreign(directory: Path) -> None:
    (directory / "another.idx").write_bytes(b"x")


def empty_state(directory: Path) -> None:
    (directory / index_files.STATE).write_bytes(b"")


WITH_INDEX = {"MEDLINE_INDEX": "auto"}


@pytest.mark.parametrize("change", [same_size, lost, foreign, empty_state])
def test_a_changed_index_is_named_once_and_made_again(home, change):
    pytest.importorskip("tantivy")
    sync = ("sync", "--mirror", home.parent / "mirror", "--home", home)
    search = ("search", "title", "--count", "--home", home)
    assert medline(*sync, env=WITH_INDEX).returncode == 0
    local = LocalHome(home)
    change(local.index("26-000002"))
    found = medline(*search, env=WITH_INDEX)
    assert found.stdout == "2\n"
    assert "the search reads the tables" in found.stderr
    again = medline(*sync, env=WITH_INDEX)
    assert again.stderr.count("26-000002/index") == 1, again.stderr
    assert index_files.damage(local.index("26-000003"), index_files.read_state(local.index("26-000003"))) == ""
    found = medline(*search, env=WITH_INDEX)
    assert found.stdout == "2\n"
    assert "the search reads the tables" not in found.stderr


def test_a_reader_says_what_to_do(home):
    by_session(published(home))
    with pytest.raises(MedlineError, match=r"not shown: `medline sync` or `medline rebuild` makes it again"):
        ask(home, "SELECT 1")
