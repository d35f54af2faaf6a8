"""Directories laid out like a mirror: what others put there is read as files of bounded size, or refused."""

from __future__ import annotations

import os
import shutil
import socket
import stat
from contextlib import suppress
from pathlib import Path

import pytest

from build import ask, citation, error_of, medline, text_record, write_dump, write_mirror
from medline import pipeline
from medline.errors import BadInput, UsageError
from medline.mirror import dumps
from medline.mirror.dumps import LARGEST_MD5
from medline.vocabulary import releases

DUMP = "updatefiles/pubmed26n0002.xml.gz"


@pytest.fixture
def mirror(tmp_path) -> Path:
    write_mirror(tmp_path / "mirror", [citation(1)], [citation(2)])
    (tmp_path / "mirror" / "exports").mkdir()
    return tmp_path / "mirror"


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    except PermissionError:
        path.symlink_to("/dev/zero")  # only root makes devices


def unix_socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # names of sockets are short
    socket.socket(socket.AF_UNIX).bind(path.name)
    os.chdir(here)


def link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def link_to_a_pipe(path: Path) -> None:
    pipe(path.with_name(".pipe"))
    path.symlink_to(".pipe")


PLACES = [DUMP, f"{DUMP}.md5", "exports/mine.xml", "exports/mine.xml.md5", "baseline/pubmed26n0001.xml.gz.md5"]


@pytest.mark.parametrize("make", [pipe, device, unix_socket, link_to_a_device, link_to_a_pipe])
@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_file_is_refused_at_once(mirror, make, place):
    (mirror / place).unlink(missing_ok=True)
    make(mirror / place)
    with pytest.raises(UsageError, match=r"not a file; take it out|is a link out of the mirror"):
        dumps.list_sources(mirror)


def test_a_pipe_leaves_no_home_and_is_one_line(mirror, tmp_path):
    (mirror / f"{DUMP}.md5").unlink()
    pipe(mirror / f"{DUMP}.md5")
    said = error_of(medline("sync", "--mirror", mirror, "--home", tmp_path / "home"), 2)
    assert "pubmed26n0002.xml.gz.md5" in said
    assert "is a pipe, not a file" in said
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("name", [DUMP, f"{DUMP}.md5"])
def test_one_that_comes_after_the_listing_is_refused_too(mirror, tmp_path, name, monkeypatch):
    """Between two looks at a folder, others may put something else there."""
    listed = dumps.list_sources(mirror)
    (mirror / name).unlink()
    pipe(mirror / name)
    monkeypatch.setattr("medline.plan.list_sources", lambda _: listed)
    monkeypatch.setattr("medline.mirror.dumps.list_sources", lambda _: listed)
    with pytest.raises(BadInput, match=r"pubmed26n0002.*(is a pipe, not a file|no such file)"):
        pipeline.sync(mirror, tmp_path / "home")


@pytest.mark.parametrize("size", [LARGEST_MD5 + 1, 1 << 40])
def test_an_md5_file_has_a_bound(mirror, size):
    with (mirror / f"{DUMP}.md5").open("ab") as out:
        out.truncate(size)
    with pytest.raises(BadInput, match="no MD5 in"):
        dumps.list_sources(mirror)[1].expected_md5()


def test_an_md5_file_may_have_blank_lines_up_to_the_bound(mirror):
    path = mirror / f"{DUMP}.md5"
    path.write_text(path.read_text().ljust(LARGEST_MD5))
    assert dumps.list_sources(mirror)[1].expected_md5()


def test_folders_and_files_of_other_names_are_passed_over(mirror):
    before = dumps.list_sources(mirror)
    (mirror / "baseline" / "pubmed26n0009.xml.gz").mkdir()
    (mirror / "exports" / "folder").mkdir()
    pipe(mirror / "baseline" / "README.txt")
    pipe(mirror / "exports" / ".hidden")
    (mirror / "updatefiles" / "pubmed26n0010.xml.gz").symlink_to("nowhere")
    assert dumps.list_sources(mirror) == before


@pytest.mark.parametrize("make", [pipe, link_to_a_device, link_to_a_pipe])
def test_the_list_of_deleted_pmids_is_a_file_too(mirror, make):
    assert dumps.list_deleted(mirror) is None
    make(mirror / "deleted.pmids.gz")
    with pytest.raises(UsageError, match=r"deleted\.pmids\.gz"):
        dumps.list_deleted(mirror)


@pytest.mark.parametrize("make", [pipe, link_to_a_device, link_to_a_pipe])
def test_files_of_mesh_are_files_too(tmp_path, make):
    make(tmp_path / "desc2026.xml")
    with pytest.raises(UsageError, match=r"desc2026\.xml in .*(not a file|a link out of the folder)"):
        list(releases._in_directory(tmp_path))


@pytest.mark.parametrize("make", [pipe, link_to_a_device])
def test_an_md5_file_beside_a_file_of_ones_own_is_a_file_too(tmp_path, make):
    (tmp_path / "mine.nbib").write_text(text_record(1, "TI  - A title."))
    make(tmp_path / "mine.nbib.md5")
    said = error_of(medline("load", tmp_path / "mine.nbib", "--home", tmp_path / "home"), 1)
    assert "mine.nbib.md5: is a" in said
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "mine.nbib", tmp_path / "mine.nbib.md5"):
        shutil.move(path, tmp_path / "folder")
    assert "mine.nbib.md5" in medline("load", tmp_path / "folder", "--home", tmp_path / "home").stderr


def test_a_dump_may_be_written_again(mirror, tmp_path):
    write_dump(mirror / DUMP, citation(3))
    assert len(pipeline.sync(mirror, tmp_path / "home")) == 2


@pytest.mark.parametrize("name", ["pubmed26n0001.xml", "pubmed26n0001.xml.gz"])
def test_an_export_named_like_a_dump_is_refused_before_it_takes_its_files(mirror, tmp_path, name):
    pipeline.sync(mirror, tmp_path / "home")
    (mirror / "exports" / name).write_text(text_record(7, "TI  - Another title."))
    with pytest.raises(UsageError, match=r"pubmed26n0001.*rename the export"):
        pipeline.sync(mirror, tmp_path / "home")
    applied: list[str] = []
    with suppress(UsageError):  # of the very name
        applied, errors = pipeline.load_files([mirror / "exports" / name], tmp_path / "home")
        assert ["its files in the lake are those of pubmed26n0001.xml.gz" in str(error) for error in errors] == [True]
    assert applied == []
    assert ask(tmp_path / "home", "SELECT pmid FROM articles ORDER BY pmid") == [(1,), (2,)]
    pipeline.rebuild(tmp_path / "home")


def test_two_exports_named_like_one_dump_are_refused(mirror, tmp_path):
    for number, name in enumerate(("pubmed26n0008.xml", "pubmed26n0008.xml.gz"), start=8):
        (mirror / "exports" / name).write_text(text_record(number, "TI  - A title."))
    with pytest.raises(UsageError, match="are one; rename the export"):
        pipeline.sync(mirror, tmp_path / "home")
    with pytest.raises(UsageError, match="which is one name"):
        pipeline.load_files([mirror / "exports"], tmp_path / "home")
