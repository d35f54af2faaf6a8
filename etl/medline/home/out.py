"""The file that a person names for the answer of a command, `--out`."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from medline.home.disk import atomic_write

#: Names of what a process has open: to replace the file behind one would not be to write to it.
_OPEN_FILE = re.compile(r"/dev/(stdin|stdout|stderr|fd/[0-9]+)|/proc/(self|thread-self|[0-9]+)/fd/[0-9]+")


@contextmanager
def written(out: Path) -> Iterator[Path]:
    """Yield a file to write, whose content goes to `out` when the block ends: whole, or not at all.

    A file is replaced in one step and keeps its mode; of a link, the file that it leads to. Devices and pipes are never
    replaced: the content is written to them.

    Raises:
        OSError: `out` may not be written, or is a directory.
    """
    try:
        before = out.stat()
    except FileNotFoundError:  # or a link to nothing, which then leads to something
        before = None
    if before and stat.S_ISDIR(before.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(out))
    if before and (not stat.S_ISREG(before.st_mode) or _OPEN_FILE.fullmatch(str(out))):
        with tempfile.TemporaryDirectory(prefix="medline-") as directory:
            whole = Path(directory) / "answer"
            yield whole
            with whole.open("rb") as content, os.fdopen(os.open(out, os.O_WRONLY | os.O_APPEND), "wb") as stream:
                shutil.copyfileobj(content, stream)
        return
    if before and not os.access(out, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(out))
    target = Path(os.path.realpath(out))
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(out))
    with atomic_write(target) as unfinished:
        if before:
            _keep_owner_and_mode(unfinished, before)
        yield unfinished
        if before:
            _keep_owner_and_mode(unfinished, before)  # once more: the block may have made another file of this name


def _keep_owner_and_mode(path: Path, before: os.stat_result) -> None:
    with suppress(PermissionError):  # only root may give a file away
        os.chown(path, before.st_uid, before.st_gid)
    path.chmod(stat.S_IMODE(before.st_mode))
