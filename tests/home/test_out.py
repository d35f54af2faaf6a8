"""The file that --out names: what is written, and what is never replaced."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from build import citation, medline, write_mirror
from medline import pipeline
from medline.home.out import written
from medline.outputs import feeds


def write(out: Path, text: str = "new") -> None:
    with written(out) as path:
        path.write_text(text)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o444 | 0o200])
def test_a_file_is_replaced_and_keeps_its_mode(tmp_path, mode):
    out = tmp_path / "a"
    out.write_text("old")
    out.chmod(mode)
    with written(out) as path:
        assert stat.S_IMODE(path.stat().st_mode) == mode, "before there is something to read"
        path.write_text("new")
        assert out.read_text() == "old"
    assert (out.read_text(), stat.S_IMODE(out.stat().st_mode)) == ("new", mode)
    assert list(tmp_path.iterdir()) == [out]


def test_a_new_file_has_the_mode_that_new_files_have(tmp_path):
    write(tmp_path / "a")
    (tmp_path / "b").touch()
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


@pytest.mark.parametrize("content", ["old", None])
def test_a_link_leads_to_the_file_that_is_written(tmp_path, content):
    (tmp_path / "deep").mkdir()
    target, link, other = tmp_path / "deep" / "target", tmp_path / "link", tmp_path / "other"
    link.symlink_to("deep/target")
    other.symlink_to("link")
    if content:
        target.write_text(content)
    write(other)
    assert (target.read_text(), link.is_symlink(), other.is_symlink()) == ("new", True, True)


def test_a_pipe_is_written_to(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "pipe").read_text()))
    reader.start()
    write(tmp_path / "pipe", "x" * 100_000)
    reader.join()
    assert got == ["x" * 100_000]
    assert (tmp_path / "pipe").is_fifo()


@pytest.fixture
def device(tmp_path):
    """A device like /dev/null: for root, who could destroy that one, another one."""
    if os.geteuid():
        return Path("/dev/null")
    try:
        os.mknod(tmp_path / "null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("a container may make no devices")
    return tmp_path / "null"


def test_a_device_is_written_to_and_not_replaced(tmp_path, device):
    before = device.stat()
    (tmp_path / "link").symlink_to(device)
    for out in (device, tmp_path / "link"):
        write(out)
    assert device.is_char_device()
    assert (device.stat().st_rdev, device.stat().st_ino) == (before.st_rdev, before.st_ino)


def test_standard_output_by_its_name_is_written_to(tmp_path):
    code = "import sys; sys.path.insert(0, 'etl'); from pathlib import Path; from medline.home.out import written\n"
    code += "with written(Path('/dev/stdout')) as path: path.write_text('new')"
    with (tmp_path / "log").open("w") as log:
        log.write("old ")
        log.flush()
        subprocess.run([sys.executable, "-c", code], stdout=log, check=True)
    assert (tmp_path / "log").read_text() == "old new"


def test_what_may_not_be_written_is_an_error_and_stays(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError, match="folder"):
        write(tmp_path / "folder")
    with pytest.raises(FileNotFoundError):
        write(tmp_path / "none" / "a")
    (tmp_path / "a").symlink_to("a")
    with pytest.raises(OSError, match="symbolic links"):
        write(tmp_path / "a")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    top = tmp_path_factory.mktemp("out")
    write_mirror(top / "mirror", [citation(pmid) for pmid in range(1, 30)])
    pipeline.sync(top / "mirror", top / "home")
    feeds.write(top / "home")
    return top / "home"


#: Each command that has --out.
COMMANDS = [
    ("query", "SELECT pmid FROM articles", "--format", "csv"),
    ("query", "SELECT pmid FROM articles", "--format", "json"),
    ("query", "SELECT pmid FROM articles", "--format", "parquet"),
    ("search", "1[uid]"),
    ("export", "1", "--format", "ris"),
    ("metrics",),
    ("dashboard",),
]


@pytest.mark.long
@pytest.mark.sampled(2)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_writes_through_links_and_keeps_modes(home, tmp_path, command, device):
    (tmp_path / "file").write_text("old")
    (tmp_path / "file").chmod(0o640)
    (tmp_path / "link").symlink_to("file")
    result = medline(*command, "--home", home, "--out", tmp_path / "link")
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "file").read_bytes() not in (b"old", b"")
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o640
    assert (tmp_path / "link").is_symlink()
    assert medline(*command, "--home", home, "--out", device).returncode == 0
    assert device.is_char_device()


@pytest.mark.parametrize(
    ("name", "magic"), [("a.csv.gz", b"\x1f\x8b"), ("a.csv.zst", b"\x28\xb5\x2f\xfd"), ("a.csv", b"pm")]
)
def test_an_answer_is_packed_as_its_name_says(home, tmp_path, name, magic):
    assert medline("query", "SELECT pmid FROM articles", "--home", home, "--out", tmp_path / name).returncode == 0
    assert (tmp_path / name).read_bytes().startswith(magic)


def test_a_killed_command_leaves_nothing_under_the_final_name(home, tmp_path):
    sql = "SELECT range, repeat('x', 1000) FROM range(100000000)"
    command = [sys.executable, "-m", "medline.cli", "query", sql, "--home", home, "--out", tmp_path / "a.csv"]
    process = subprocess.Popen(command)
    while not any(path.stat().st_size for path in tmp_path.iterdir()):
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert [path.name for path in tmp_path.iterdir()] == [f".a.csv.{process.pid}.tmp"]
    assert medline("query", "SELECT 1 AS a", "--home", home, "--out", tmp_path / "a.csv").returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_an_answer_that_fails_leaves_the_old_one(home, tmp_path):
    (tmp_path / "a.json").write_text("[]")
    result = medline("query", "SELECT error('no')", "--home", home, "--out", tmp_path / "a.json")
    assert result.returncode != 0
    assert json.loads((tmp_path / "a.json").read_text()) == []
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
