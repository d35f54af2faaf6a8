"""How files come in: pipes, folders, names, and whatever they are packed in."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest

from build import PATIENCE, ask, citation, contents, document, error_of, medline, medline_process
from medline import pipeline
from medline.errors import BadInput, DiskFull, UsageError
from medline.home import LocalHome
from medline.lake import failures
from medline.mirror import inputs
from medline.mirror.files import md5
from medline.parse import iter_batches, packed
from medline.parse.packed import PIECE
from medline.parse.source import open_source
from packing import PACKERS, zipped

CONTENT = document(*(citation(pmid) for pmid in range(1, 60)))


def tarred(content: bytes, mode: str = "") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=f"w:{mode}") as archive:
        member = tarfile.TarInfo("mine.xml")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def read(content: bytes, path: Path) -> bytes:
    path.write_bytes(content)
    with open_source(path) as stream:
        begin = stream.read(len(CONTENT) // 2)
        stream.seek(0)  # as a compiled reader does that is not sure
        whole = stream.read()
    assert whole.startswith(begin)
    return whole


@pytest.mark.parametrize("kind", PACKERS)
def test_what_is_packed_is_read_whatever_its_name(kind, tmp_path):
    pack = PACKERS[kind]
    assert read(pack(CONTENT), tmp_path / "mine.xml") == CONTENT
    (batch,) = iter_batches(tmp_path / "mine.xml", engine="reference")
    assert batch.tables["articles"].num_rows == 59


@pytest.mark.parametrize("outer", PACKERS)
@pytest.mark.parametrize("inner", PACKERS)
def test_what_is_packed_twice_is_read_or_named(outer, inner, tmp_path):
    packed = PACKERS[outer](PACKERS[inner](CONTENT))
    if inner == "zip":
        with pytest.raises(BadInput, match="a zip archive that is packed once more; unpack it"):
            read(packed, tmp_path / "mine.xml")
    else:
        assert read(packed, tmp_path / "mine.xml") == CONTENT


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz", "zstd"])
def test_parts_that_were_joined_are_read_to_the_last(kind, tmp_path):
    parts = [CONTENT[:100], CONTENT[100:4000], CONTENT[4000:]]
    assert read(b"".join(map(PACKERS[kind], parts)), tmp_path / "mine.xml") == CONTENT


@pytest.mark.parametrize("kind", PACKERS)
def test_a_cut_at_any_position_is_reported(kind, tmp_path):
    """Law: what is left of a file is never read as the whole."""
    packed, rng = PACKERS[kind](CONTENT), Random(1)
    for end in [6, len(packed) - 1, *rng.sample(range(6, len(packed)), 30)]:
        with pytest.raises(BadInput, match=rf"mine\.xml byte \d+: damaged or cut {kind} "):
            read(packed[:end], tmp_path / "mine.xml")


@pytest.mark.parametrize("kind", PACKERS)
def test_damage_is_reported_or_changes_nothing(kind, tmp_path):
    """Law: where a checksum is, no byte is read that was not packed. (Arrow's zstd writes none; `zstd` does.)"""
    packed, rng = PACKERS[kind](CONTENT), Random(2)
    for position in rng.sample(range(8, len(packed)), 60):
        spoilt = bytearray(packed)
        spoilt[position] ^= 1 << rng.randrange(8)
        try:
            content = read(bytes(spoilt), tmp_path / "mine.xml")
        except BadInput as error:
            assert kind in str(error)  # noqa: PT017 - most damage is reported, some changes nothing
        else:
            assert content == CONTENT or kind == "zstd"


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz", "zstd"])
def test_data_after_the_end_are_reported(kind, tmp_path):
    with pytest.raises(BadInput, match=f"damaged or cut {kind}"):
        read(PACKERS[kind](CONTENT) + b"and more", tmp_path / "mine.xml")


@pytest.mark.sampled(2)
@pytest.mark.long
@pytest.mark.parametrize("kind", PACKERS)
def test_memory_is_bounded_however_well_a_file_was_packed(kind, tmp_path):
    largest = 0
    (tmp_path / "bomb").write_bytes(PACKERS[kind](bytes(100 * PIECE)))
    before = pa.total_allocated_bytes()
    with open_source(tmp_path / "bomb") as stream:
        while piece := stream.read1(-1):
            largest = max(largest, len(piece), pa.total_allocated_bytes() - before)
    assert largest <= 4 * PIECE


@pytest.mark.parametrize("kind", [bz2, lzma])
def test_many_streams_take_no_more_work_than_their_bytes(kind):
    """What an unpacker leaves is copied: of a megabyte of empty streams it must not be given all, time after time."""
    fed = []

    class Counting:
        def __init__(self) -> None:
            self.unpacker = (bz2.BZ2Decompressor if kind is bz2 else lzma.LZMADecompressor)()

        def __getattr__(self, name: str) -> object:
            return getattr(self.unpacker, name)

        def decompress(self, data: bytes, most: int) -> bytes:
            fed.append(len(data))
            return self.unpacker.decompress(data, most)

    empty, number = kind.compress(b""), 3_000
    content = b"\0\0".join([empty] * number) + kind.compress(CONTENT)
    assert b"".join(packed._streams(io.BytesIO(content), Counting)) == CONTENT
    assert sum(fed) <= len(content) + number * packed.FIRST


def test_a_zip_with_an_endless_list_of_members_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(packed, "PIECE", 1 << 16)
    members = zipped(*((f"{'x' * 60}{number}", b"") for number in range(1_000)))
    with pytest.raises(BadInput, match=r"a zip archive with a list of members of 0 MB; unpack it, and load the folder"):
        read(members, tmp_path / "mine.xml")


def test_an_xz_that_asks_for_memory_is_refused(tmp_path):
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 30}]
    with pytest.raises(BadInput, match=r"damaged or cut xz .*[Mm]emory"):
        read(lzma.compress(CONTENT, filters=filters), tmp_path / "mine.xml")


FOREIGN = {
    "two files in a zip": (zipped(("a.xml", b"a"), ("b.xml", b"b")), r"a zip archive of 2 files \(a.xml, b.xml\)"),
    "no file in a zip": (zipped(), "a zip archive without files"),
    "a zip by another method": (zipped(("a.xml", CONTENT), method=zipfile.ZIP_LZMA), "packed by method 14"),
    "a workbook": (zipped(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"")), "an Office document"),
    "tar": (tarred(CONTENT), "a tar archive; unpack it"),
    "tar.gz": (tarred(CONTENT, "gz"), "a tar archive in gzip; unpack it"),
    "tar.xz": (tarred(CONTENT, "xz"), "a tar archive in xz; unpack it"),
    "tar.bz2": (tarred(CONTENT, "bz2"), "a tar archive in bzip2; unpack it"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(40), "a 7z archive; unpack it"),
    "rar": (b"Rar!\x1a\x07\x01\0" + bytes(40), "a RAR archive; unpack it"),
    "Z": (b"\x1f\x9d\x90" + bytes(40), r"compress \(\.Z\); unpack it"),
    "lz4": (b"\x04\x22\x4d\x18" + bytes(40), "an lz4 file; unpack it"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\n", "a PDF document"),
    "doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), "an old Office document"),
    "sqlite": (b"SQLite format 3\0" + bytes(40), "a SQLite database"),
    "duckdb": (bytes(8) + b"DUCK" + bytes(40), "a DuckDB database"),
    "parquet": (b"PAR1\x15\0" + bytes(40), "a Parquet file"),
    "five times": (reduce(lambda content, _: gzip.compress(content), range(5), CONTENT), "more than 4 times"),
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("case", FOREIGN)
def test_what_is_not_read_is_named_with_what_to_do(case, tmp_path):
    content, message = FOREIGN[case]
    (tmp_path / "mine.xml").write_bytes(content)
    error = error_of(medline("load", tmp_path / "mine.xml", "--home", tmp_path / "home"), 1)
    assert error.startswith("mine.xml: ")
    assert "; " in error
    with pytest.raises(BadInput, match=message):
        read(content, tmp_path / "mine.xml")


def test_what_a_mac_adds_to_a_zip_is_no_file(tmp_path):
    members = [("d/", b""), ("d/mine.xml", CONTENT), ("__MACOSX/d/._mine.xml", b"x"), ("d/.DS_Store", b"x")]
    assert read(zipped(*members), tmp_path / "mine.zip") == CONTENT


def test_a_text_that_has_the_letters_of_another_kind_of_file_is_read(tmp_path):
    for begin in ("PAR1 is a protein.", "TI    - DUCK", "A MADUCK DUCK."):
        assert read(begin.encode() + b"\n" * 400, tmp_path / "mine.txt").startswith(begin.encode())


# Pipes


def pipe(home: Path, *arguments: object, given: bytes = CONTENT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "medline.cli", *map(str, arguments), "--home", str(home), "--engine", "reference"]
    done = subprocess.run(command, input=given, capture_output=True, check=False, timeout=PATIENCE)
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


def names(home: Path) -> list[str]:
    return [name for (name,) in ask(home, "SELECT name FROM dumps ORDER BY ALL")]


def assert_no_litter(home: Path) -> None:
    assert not [path for path in home.rglob(".*") if path.name != ".lock"]


@pytest.mark.sampled(2)
@pytest.mark.long
@pytest.mark.parametrize("word", ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"])
def test_standard_input_is_read_and_the_same_again_is_nothing_new(word, tmp_path):
    home = tmp_path / "home"
    packed = gzip.compress(CONTENT)
    assert pipe(home, "load", word, given=packed).returncode == 0
    (tmp_path / "same").write_bytes(packed)
    assert names(home) == [f"stdin-{md5(tmp_path / 'same')[:12]}"]
    assert ask(home, "SELECT count(*) FROM articles") == [(59,)]
    assert "nothing new" in pipe(home, "load", word, given=packed).stderr
    assert_no_litter(home)


@pytest.mark.long
def test_a_name_is_what_the_file_is_known_by(tmp_path):
    home, path = tmp_path / "home", tmp_path / "mine.xml"
    path.write_bytes(CONTENT)
    assert pipe(home, "load", "-", "--name", "ours.xml").returncode == 0
    assert pipeline.load_files([path], home, name="ours.xml", engine="reference") == ([], [])
    assert pipeline.load_files([path], home, name="other.xml", engine="reference") == (["other.xml"], [])
    assert names(home) == ["other.xml", "ours.xml"]
    error = error_of(pipe(home, "load", "-", "--name", "ours.xml", given=document(citation(99))), 2)
    assert "another file of this name is here" in error
    assert pipe(home, "load", "-", "--name", "ours.xml", "--replace", given=document(citation(99))).returncode == 0
    assert ask(home, "SELECT pmid FROM articles WHERE source_file = 'ours.xml'") == [(99,)]


def test_a_renamed_file_is_checked_against_its_md5(tmp_path):
    path = tmp_path / "mine.xml"
    path.write_bytes(CONTENT)
    (tmp_path / "mine.xml.md5").write_text(f"{'0' * 32}  mine.xml\n")
    _, (error,) = pipeline.load_files([path], tmp_path / "home", name="ours.xml", engine="reference")
    assert "the .md5 file says 0000" in str(error)


@pytest.mark.parametrize("name", ["", " ", "a/b.xml", "../b.xml", ".hidden", "n" * 256, "a\0b"])
def test_an_invalid_name_is_refused(name, tmp_path):
    (tmp_path / "mine.xml").write_bytes(CONTENT)
    with pytest.raises(UsageError, match="no name of a file"):
        pipeline.load_files([tmp_path / "mine.xml"], tmp_path / "home", name=name)
    assert not (tmp_path / "home").exists()


def test_a_name_for_several_files_is_refused(tmp_path):
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_bytes(CONTENT)
    error = error_of(medline("load", tmp_path / "a.xml", tmp_path / "b.xml", "--name", "c.xml"), 2)
    assert error == "--name c.xml is the name of one file, and 2 are given; load that one by itself"
    assert "a folder is given" in error_of(medline("load", tmp_path, "--name", "c.xml"), 2)


@pytest.mark.parametrize("command", ["load", "transform"])
def test_an_empty_pipe_is_an_error_and_leaves_nothing(command, tmp_path):
    error = error_of(pipe(tmp_path / "home", command, "-", given=b""), 1)
    assert error == "standard input: it is empty; see what the command before the pipe said"
    assert not (tmp_path / "home").exists()


def test_a_bad_pipe_is_reported_as_a_bad_file_is_and_leaves_no_copy(tmp_path):
    error = error_of(pipe(tmp_path / "home", "load", "-", "--name", "bad.xml", given=CONTENT[:-40]), 1)
    assert error.startswith("bad.xml ")
    assert_no_litter(tmp_path / "home")


def test_a_fifo_and_a_substituted_process_are_read(tmp_path):
    home, fifo = tmp_path / "home", tmp_path / "fifo"
    os.mkfifo(fifo)
    threading.Thread(target=fifo.write_bytes, args=[document(citation(101))]).start()
    assert len(pipeline.load_files([fifo], home, engine="reference")[0]) == 1
    command = f'{sys.executable} -m medline.cli load <(cat "$0") <(echo "$1") --engine reference --home {home}'
    (tmp_path / "mine.xml").write_bytes(CONTENT)
    other = document(citation(102)).decode()
    subprocess.run(["bash", "-c", command, tmp_path / "mine.xml", other], check=True, timeout=PATIENCE)
    assert ask(home, "SELECT count(*) FROM articles WHERE pmid < 60 OR pmid IN (101, 102)") == [(61,)]
    assert len(names(home)) == 3


@pytest.mark.parametrize(("number", "sentence"), [(signal.SIGINT, "interrupted: "), (signal.SIGTERM, "terminated: ")])
def test_a_fifo_that_nobody_writes_to_is_waited_for_until_a_signal_ends_it(tmp_path, number, sentence):
    os.mkfifo(tmp_path / "fifo")
    command = [sys.executable, "-m", "medline.cli", "load", tmp_path / "fifo", "--home", tmp_path / "home"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while Path(f"/proc/{process.pid}/wchan").exists() and process.poll() is None and not _waits(process.pid):
        time.sleep(0.05)
    assert process.poll() is None
    process.send_signal(number)
    (line,) = process.communicate(timeout=PATIENCE)[1].splitlines()
    assert (process.returncode, line.startswith(sentence)) == (128 + number, True)
    assert not (tmp_path / "home").exists()


def _waits(pid: int) -> bool:
    """Whether the process is opening the FIFO: it has its imports done, and sleeps in the kernel's open."""
    stack = Path(f"/proc/{pid}/syscall")
    try:
        return stack.read_text().startswith(("257 ", "56 "))  # openat on x86-64 and on arm64
    except OSError:
        return False


def test_a_pipe_without_end_stops_before_the_disk_is_full(tmp_path, monkeypatch):
    monkeypatch.setattr(inputs.disk, "require_free_space", _small_disk(tmp_path, 60 << 20))
    with subprocess.Popen(["cat", "/dev/zero"], stdout=subprocess.PIPE) as process:
        endless = Path(f"/dev/fd/{process.stdout.fileno()}")
        with pytest.raises(DiskFull, match="a copy of the pipe needs"):
            pipeline.load_files([endless], tmp_path / "home")
        process.kill()
    assert_no_litter(tmp_path / "home")


def _small_disk(directory: Path, size: int) -> Callable[[int, Path, str], None]:
    def need(room: int, _: Path, what: str) -> None:
        used = sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
        if size - used < room:
            raise DiskFull(f"{what} needs {room}")

    return need


# Folders


@pytest.fixture
def folder(tmp_path) -> Path:
    """Files at three depths, and what is no input beside them."""
    folder = tmp_path / "mine"
    for pmid, name in enumerate(["b.xml", "deep/er/a.xml", "deep/c.xml.gz"], start=1):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = document(citation(pmid))
        path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    for name in (".hidden", "b.xml.md5", "d.xml.part", "e.tmp", ".git/x"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("no input" if name != "b.xml.md5" else md5(folder / "b.xml"))
    return folder


def test_a_folder_is_all_files_below_it(folder, tmp_path):
    home = tmp_path / "home"
    (folder / "deep" / "link.xml").symlink_to("../b.xml")
    (folder / "again").symlink_to("deep")
    applied, failed = pipeline.load_files([folder], home, engine="reference")
    assert (applied, failed) == (["b.xml", "c.xml.gz", "a.xml", "link.xml"], [])
    assert pipeline.load_files([folder / "b.xml"], home) == ([], [])
    assert "nothing new" in medline("load", folder, "--home", home).stderr


def test_the_home_in_a_folder_is_no_input(folder):
    home = folder / "home"
    before = pipeline.load_files([folder], home, engine="reference")
    assert len(before[0]) == 3
    assert pipeline.load_files([folder], home, engine="reference") == ([], [])


def test_folders_and_files_are_given_together(folder, tmp_path):
    (tmp_path / "z.xml").write_bytes(document(citation(9)))
    outcomes = pipeline.transform_files([folder, tmp_path / "z.xml"], tmp_path / "home", engine="reference")
    assert [item.name for item in outcomes] == ["b.xml", "c.xml.gz", "a.xml", "z.xml"]


def _outside(folder: Path) -> None:
    (folder.parent / "secret").write_text("secret")
    (folder / "deep" / "x.xml").symlink_to(folder.parent / "secret")


def _outside_folder(folder: Path) -> None:
    (folder.parent / "secrets").mkdir()
    (folder / "x").symlink_to(folder.parent / "secrets")


def _socket(folder: Path) -> None:
    socket.socket(socket.AF_UNIX).bind(str(folder / "s"))


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a link out of it": (_outside, r"x\.xml in .*deep is a link out of .*mine; put the file itself there"),
    "a folder linked from elsewhere": (_outside_folder, "x in .*mine is a link out of .*mine"),
    "a link to nothing": (lambda folder: (folder / "x").symlink_to("nothing"), "x is a link to nothing"),
    "a link to itself": (lambda folder: (folder / "x").symlink_to("x"), "x is a link to nothing"),
    "a FIFO": (lambda folder: os.mkfifo(folder / "f"), "f is a pipe, not a file; take it out of"),
    "a socket": (_socket, "s is a socket, not a file; take it out of"),
    "a mirror": (lambda folder: (folder / "updatefiles").mkdir(), "like a mirror.*`medline sync --mirror .*mine`"),
    "two of a name": (
        lambda folder: (folder / "deep" / "b.xml").write_bytes(CONTENT),
        r"two files are named b\.xml \(",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_folder_that_is_not_clear_is_refused_whole(case, folder, tmp_path):
    spoil, message = REFUSED[case]
    spoil(folder)
    with pytest.raises(UsageError, match=message):
        pipeline.load_files([folder], tmp_path / "home")
    assert not (tmp_path / "home").exists()


def test_a_folder_without_files_is_refused(tmp_path):
    (tmp_path / "mine" / "deep").mkdir(parents=True)
    (tmp_path / "mine" / "a.md5").touch()
    error = error_of(medline("load", tmp_path / "mine", "--home", tmp_path / "home"), 2)
    assert error == f"{tmp_path / 'mine'}: no file in this folder; check the path"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            "https://person:secret@example.org/a.xml.gz?key=1",
            "https://example.org/a.xml.gz: a URL, not a file; download",
        ),
        ("ftp://example.org/pubmed/", "ftp://example.org/pubmed: a URL, not a file; download"),
        ("s3://bucket/a.xml", "s3://bucket/a.xml: a URL, not a file; download"),
        ("file:///tmp/a.xml", "file:///tmp/a.xml: give the path without file://"),
        ("/dev/null", "/dev/null: a device, not a file"),
        ("/nowhere/a.xml", "/nowhere/a.xml: no such file; check the path"),
        ("/dev/null/a.xml", "/dev/null/a.xml: Not a directory; check the path"),
        ("/dev/fd/99", "/dev/fd/99: cannot be read (No such file or directory)"),
    ],
)
@pytest.mark.parametrize("command", ["load", "transform"])
def test_what_cannot_be_read_is_reported_in_one_sentence(command, given, message, tmp_path):
    error = error_of(medline(command, given, "--home", tmp_path / "home"), 2)
    assert error.startswith(message)
    assert "secret" not in error
    assert not (tmp_path / "home").exists()


def test_a_file_that_may_not_be_read_is_named_and_the_others_load(tmp_path, monkeypatch):
    for pmid, name in enumerate(["a.xml", "b.xml", "c.xml"]):
        (tmp_path / name).write_bytes(document(citation(pmid + 1)))
    opened = os.open

    def forbid(path, *arguments, **options):
        if Path(path).name == "b.xml":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **options)

    monkeypatch.setattr(os, "open", forbid)  # the superuser may read anything
    paths = [tmp_path / name for name in ("a.xml", "b.xml", "c.xml")]
    applied, (error,) = pipeline.load_files(paths, tmp_path / "home", engine="reference")
    assert applied == ["a.xml", "c.xml"]
    assert str(error) == "b.xml: cannot be opened (Permission denied); check the path"
    assert failures.failure(LocalHome(tmp_path / "home"), "b.xml") is None


@pytest.mark.long
def test_the_case_files_by_a_pipe_are_as_by_their_names(data, tmp_path):
    for path in sorted((data / "cases" / "xml").glob("1[34]_*.xml")):
        piped, named = tmp_path / f"piped-{path.name}", tmp_path / f"named-{path.name}"
        assert pipe(piped, "load", "-", "--name", path.name, given=path.read_bytes()).returncode == 0
        assert medline_process("load", path, "--home", named, "--engine", "reference").returncode == 0
        assert contents(piped) == contents(named)
