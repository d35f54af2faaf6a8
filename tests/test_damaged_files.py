"""What a loss of power leaves of a small file or of a Parquet file: it counts as absent, is named once, made again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from build import ask, citation, contents, error_of, medline, text_record, write_mirror
from medline import pipeline
from medline.home import LocalHome
from medline.lake import failures
from medline.outputs import feeds, tables
from mirror_server import MirrorServer

#: What may be left of a file.
LEFT: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut": lambda content: content[: len(content) // 2],
    "zeros": lambda content: bytes(len(content) // 2),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A home that followed a mirror over HTTP, with files of one's own, and outputs."""
    top = tmp_path_factory.mktemp("made")
    write_mirror(top / "mirror", [citation(1)], [citation(2)])
    for path in (top / "mirror").rglob("*.gz*"):
        os.utime(path, (1.7e9, 1.7e9))  # a young .md5 is fetched again without a question
    for pmid in (90, 91, 92):
        (top / f"{pmid}.nbib").write_text(text_record(pmid, f"TI  - Number {pmid}."))
    with MirrorServer(top / "mirror") as server:
        pipeline.sync(server.url, top / "home", mesh="none")
    pipeline.load_files([top / "90.nbib"], top / "home")
    pipeline.load_files([top / "91.nbib", top / "92.nbib"], top / "home")
    feeds.write(top / "home")
    tables.write(top / "home")
    return top


@pytest.fixture
def top(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "top", symlinks=True))


def damage(path: Path, left: str) -> None:
    path.write_bytes(LEFT[left](path.read_bytes()))


def sync(top: Path):
    with MirrorServer(top / "mirror") as server:
        return medline("sync", "--mirror", server.url, "--mesh", "none", "--home", top / "home")


OF_A_MIRROR = [
    "dumps/listing.json", "lake/manifests/pubmed26n0001.json",
    "lake/articles/pubmed26n0001.parquet", "lake/authors/pubmed26n0002.parquet",
]  # fmt: skip


@pytest.mark.long
@pytest.mark.sampled(2)
@pytest.mark.parametrize("left", LEFT)
@pytest.mark.parametrize("name", OF_A_MIRROR)
def test_what_came_from_a_mirror_is_made_again_by_sync(top: Path, name: str, left: str):
    path = top / "home" / name
    whole, before = path.read_bytes(), contents(top / "home")
    damage(path, left)
    assert medline("status", "--home", top / "home").returncode == 0
    result = sync(top)
    assert result.returncode == 0, result.stderr
    assert result.stderr.count(path.stem) == 1, result.stderr
    if not name.endswith("listing.json"):  # which has its time
        assert path.read_bytes() == whole
    assert sync(top).stderr == "nothing new: the warehouse is current\n"
    pipeline.rebuild(top / "home")
    assert contents(top / "home") == before


@pytest.mark.parametrize("left", LEFT)
def test_an_md5_that_was_known_is_fetched_again(top: Path, left: str):
    path = top / "home" / "dumps" / "baseline" / "pubmed26n0001.xml.gz.md5"
    whole = path.read_bytes()
    with MirrorServer(top / "mirror") as server:
        words = ("sync", "--mirror", server.url, "--mesh", "none", "--home", top / "home")
        assert medline(*words).returncode == 0
        damage(path, left)
        first = len(server.log)
        result = medline(*words)
        assert [request.path for request in server.log[first:] if request.path.endswith(".md5")] == [
            f"/baseline/{path.name}"
        ]
    assert result.returncode == 0
    assert result.stderr.count(path.name) == 1, result.stderr
    assert path.read_bytes() == whole


@pytest.mark.long
@pytest.mark.sampled(2)
@pytest.mark.parametrize("left", LEFT)
@pytest.mark.parametrize(
    "name", ["lake/manifests/90.nbib.json", "lake/articles/90.nbib.parquet", "lake/bundles", "lake/issns"]
)
def test_a_file_of_ones_own_is_asked_for_and_read_again(top: Path, name: str, left: str):
    home, before = top / "home", contents(top / "home")
    path = home / name
    if path.is_dir():
        (path,) = path.glob("bundle-*")
    damage(path, left)
    assert ".nbib" in error_of(medline("rebuild", "--home", home), 1)
    files = [top / f"{pmid}.nbib" for pmid in (90, 91, 92)]
    assert medline("load", *files, "--home", home).returncode == 0
    assert medline("rebuild", "--home", home).returncode == 0
    assert contents(home) == before


@pytest.mark.long
def test_a_file_whose_damage_no_size_shows_is_named_and_read_again_by_replace(top: Path):
    home, path = top / "home", top / "home" / "lake" / "articles" / "90.nbib.parquet"
    whole = path.read_bytes()
    path.write_bytes(bytes(len(whole)))
    assert medline("transform", top / "90.nbib", "--home", home).returncode == 0
    assert path.read_bytes() != whole, "the lake has it"
    assert medline("transform", top / "90.nbib", "--replace", "--home", home).returncode == 0
    assert path.read_bytes() == whole
    path.write_bytes(bytes(len(whole)))
    message = error_of(medline("rebuild", "--home", home), 1)
    assert "90.nbib: its file lake/articles/90.nbib.parquet in the lake is damaged" in message
    assert medline("load", top / "90.nbib", "--home", home).returncode == 0
    assert medline("rebuild", "--home", home).returncode == 0


@pytest.mark.long
@pytest.mark.parametrize("left", LEFT)
def test_a_note_of_a_failure_that_cannot_be_read_is_forgotten(top: Path, left: str):
    home = LocalHome(top / "home")
    failures.note_failure(home, "pubmed26n0001.xml.gz", "it was bad")
    damage(home.failure("pubmed26n0001"), left)
    assert "FAILED" not in medline("status", "--home", home.path).stdout
    assert sync(top).returncode == 0
    assert home.failures() == []


@pytest.mark.long
@pytest.mark.sampled(2)
@pytest.mark.parametrize("left", LEFT)
@pytest.mark.parametrize("output", ["feeds", "parquet"])
@pytest.mark.parametrize("which", ["manifest", "file"])
def test_an_output_is_written_again(top: Path, output: str, which: str, left: str):
    folder = top / "home" / output
    path = folder / "manifest.json" if which == "manifest" else next(folder.glob("26-*/**/*.parquet"))
    damage(path, left)
    command = "feeds" if output == "feeds" else "export-tables"
    again = medline(command, "--home", top / "home")
    assert again.returncode == 0
    assert "written" in again.stderr
    assert "WARNING" in again.stderr
    assert "nothing new" in medline(command, "--home", top / "home").stderr


def test_a_base_that_cannot_be_read_is_left_for_the_lake(top: Path):
    """A block that decayed where neither size nor time shows it."""
    home = LocalHome(top / "home")
    path = home.pointer.resolve()
    stat, content = path.stat(), bytearray(path.read_bytes())
    content[3 * 4096 :] = bytes(len(content) - 3 * 4096)
    path.write_bytes(content)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    write_mirror(top / "mirror", [citation(1)], [citation(2)], [citation(3)])
    result = sync(top)
    assert result.returncode == 0, result.stderr
    assert ask(home.path, "SELECT pmid FROM articles ORDER BY ALL") == [(1,), (2,), (3,), (90,), (91,), (92,)]
