"""The files of a call: files as they are, folders as the files in them, pipes as a copy."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from medline.errors import BadInput, UsageError
from medline.home import Home, disk
from medline.home.locks import scratch_directory
from medline.mirror.dumps import NOT_SOURCES, check_link_inside
from medline.mirror.files import kind_of

STDIN = "-"

#: Names of what a process has open. They may lead to files, whose names nobody means.
OPEN_FILE = re.compile(r"/dev/(stdin|fd/\d+)|/proc/(self|thread-self|\d+)/fd/\d+")
OWN_STDIN = {STDIN, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"}

#: `https://`, of which a path leaves one slash.
URL = re.compile(r"([a-z][a-z0-9+.-]+):/+(.+)", re.IGNORECASE)

#: Bytes that are copied at a time, and between two checks of the free space.
PIECE, ROOM = 1 << 20, 16 << 20


@contextmanager
def files(given: Sequence[Path], home: Home, name: str | None = None) -> Iterator[list[Path]]:
    """Yield the files to read. Copies are removed afterwards.

    Args:
        given: files, folders (all files below them), pipes, `-` for standard input.
        home: gets the copies of pipes, and is no input itself.
        name: what the only file is known by; without it a pipe is known by its MD5, so that the same bytes are the
            same file.

    Raises:
        UsageError: one cannot be read as it was given.
        BadInput: a pipe is empty.
        DiskFull: the disk is too small for the copy of a pipe.
    """
    if name is not None:
        _check_name(name, given)
    with ExitStack() as stack:
        inputs: list[Path] = []
        for path in given:
            if _is_stream(path):
                inputs.append(stack.enter_context(_copied(path, home, name)))
            elif path.is_dir():
                inputs += _inside(path, home.path)
            else:
                _check_readable(path)
                inputs.append(stack.enter_context(_renamed(path, home, name)) if name else path)
        yield inputs


def _check_name(name: str, given: Sequence[Path]) -> None:
    if len(given) != 1 or given[0].is_dir():
        what = f"{len(given)} are" if len(given) != 1 else "a folder is"
        raise UsageError(f"--name {name} is the name of one file, and {what} given; load that one by itself")
    if not name.strip() or name.startswith(".") or set(name) & {"/", "\0"} or len(os.fsencode(name)) > 255:
        raise UsageError(f"--name {name!r} is no name of a file: no folder in it, no point first, 255 bytes at most")


def _is_stream(path: Path) -> bool:
    """Whether what a path names must be copied before it can be read twice."""
    return str(path) == STDIN or bool(OPEN_FILE.fullmatch(str(path))) or path.is_fifo()


def _check_readable(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        if (url := URL.fullmatch(str(path))) and not path.is_symlink():
            _raise_url(*url.groups())
        problem = "a link to nothing" if path.is_symlink() else "no such file"
        missing = isinstance(error, FileNotFoundError)
        raise UsageError(f"{path}: {problem if missing else error.strerror}; check the path") from error
    if not stat.S_ISREG(mode):
        raise UsageError(f"{path}: {kind_of(mode) or 'no file'}, not a file; give a file, a folder or a pipe")


def _raise_url(scheme: str, rest: str) -> None:
    from medline import urls

    if scheme.lower() == "file":
        raise UsageError(f"file:///{rest}: give the path without file://")
    url = urls.named(f"{scheme}://{rest}")
    raise UsageError(
        f"{url}: a URL, not a file; download it and load the file; or let `medline fetch` ask PubMed,"
        " or `medline sync --mirror URL` follow a mirror"
    )


def _inside(folder: Path, home: Path) -> list[Path]:
    """All files below a folder, sorted: but hidden ones, what downloads leave beside them, and the home itself.

    Raises:
        UsageError: no file; something that is not a file; a link out of the folder; or the layout of a mirror.
    """
    if any((folder / name).is_dir() for name in ("baseline", "updatefiles")):
        raise UsageError(f"{folder}: laid out like a mirror, whose order counts: `medline sync --mirror {folder}`")
    inputs: list[Path] = []
    within = [folder.resolve()]
    for top, folders, names in os.walk(folder, onerror=_raise_unreadable):
        inner = [Path(top, name) for name in sorted(folders) if not name.startswith(".")]
        for path in inner:
            check_link_inside(path, within, str(folder))
        folders[:] = [path.name for path in inner if not _is_same(path, home)]
        for path in (Path(top, name) for name in names if not name.startswith(".")):
            check_link_inside(path, within, str(folder))  # of an .md5 file too: an error quotes it
            if path.suffix not in NOT_SOURCES:
                _check_is_file(path, folder)
                inputs.append(path)
    if not inputs:
        raise UsageError(f"{folder}: no file in this folder; check the path")
    return sorted(inputs)


def _check_is_file(path: Path, folder: Path) -> None:
    if not path.exists():
        raise UsageError(f"{path} is a link to nothing; take it out of {folder}")
    if not path.is_file():
        raise UsageError(f"{path} is {kind_of(path.stat().st_mode) or 'no file'}, not a file; take it out of {folder}")


def _is_same(path: Path, other: Path) -> bool:
    return other.exists() and path.exists() and path.samefile(other)


def _raise_unreadable(error: OSError) -> None:
    raise UsageError(f"{error.filename}: the folder cannot be read ({error.strerror})")


@contextmanager
def _renamed(path: Path, home: Home, name: str) -> Iterator[Path]:
    """A file under another name, together with the .md5 beside it."""
    with scratch_directory(home.lake, "name") as directory:
        for end in ("", ".md5"):
            if (there := path.with_name(path.name + end)).exists():
                (directory / (name + end)).symlink_to(there.resolve())
        yield directory / name


@contextmanager
def _copied(path: Path, home: Home, name: str | None) -> Iterator[Path]:
    """A copy of what a pipe gives. It is read once, and nothing is made of an empty one."""
    shown = "standard input" if str(path) in OWN_STDIN else str(path)
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(_opened(path))
            first = stream.read(PIECE)
        except OSError as error:
            raise UsageError(f"{shown}: cannot be read ({error.strerror}); give a file, a folder or a pipe") from error
        if not first:
            raise BadInput(shown, "it is empty", advice="see what the command before the pipe said")
        directory = stack.enter_context(scratch_directory(home.lake, "pipe"))
        copy = directory / ".copy"
        with disk.translate_disk_full(home.path):
            digest = _copy(stream, first, copy)
        yield copy.rename(directory / (name or f"stdin-{digest[:12]}"))


def _opened(path: Path) -> BinaryIO:
    """A pipe, opened. One that nobody writes to is waited for, as `cat` does."""
    if str(path) in OWN_STDIN:  # by its number: a socket cannot be opened by its name
        if sys.stdin is None:
            raise UsageError("standard input is closed: there is nothing to read")
        return open(sys.stdin.fileno(), "rb", closefd=False)
    return path.open("rb")


def _copy(stream: BinaryIO, piece: bytes, copy: Path) -> str:
    """Copy a stream to its end, and return its MD5. Half of the room that is left is for what is made of it."""
    digest, size, checked = hashlib.md5(piece), 0, 0
    with copy.open("wb") as out:
        while piece:
            if size >= checked:
                checked = size + ROOM
                disk.require_free_space(checked + ROOM, copy.parent, "a copy of the pipe")
            out.write(piece)
            size += len(piece)
            piece = stream.read(PIECE)
            digest.update(piece)
    return digest.hexdigest()
