"""The files of MeSH that a home has: as they were fetched, and their rows as Parquet.

`mesh/manifest.json`, written last and in one step, names the files of one year that count. The rows of a file lie under
its MD5 and the version of the schema, so that nothing that counts is ever written again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path

from medline.errors import BadInput
from medline.home import Home
from medline.home.disk import atomic_write, flush_all, read_json
from medline.home.locks import scratch_directory
from medline.mirror.files import md5
from medline.schema.tables import VOCABULARY_TABLES
from medline.schema.version import digest
from medline.vocabulary.paths import READER_REVISION
from medline.vocabulary.releases import is_release

#: What the names of the files of rows add to the name of a file; see `MeshFile.stem`.
_ROWS = re.compile(r"-[0-9a-f]{12}-[0-9a-f]{12}\.parquet\Z")


@dataclass(frozen=True)
class MeshFile:
    """A file of MeSH whose rows a home has.

    Attributes:
        name: desc2026.gz.
        kind: desc, qual, pa or supp.
        year: of MeSH, four digits.
        md5, bytes: of the file.
        language: of its names; '' where the file does not say.
        records: in the file.
        rows: rows of each table that has some.
        schema_version: see `vocabulary_version`.
        source: URL or directory that it came from.
        changed: when it was changed, as the source lists it.
        stamp: what the source says of the file, by which a later issue is recognised.
        parquet: MD5 of the file of each table's rows; {} from a program that did not keep it.
    """

    name: str
    kind: str
    year: int
    md5: str
    bytes: int
    language: str
    records: int
    rows: dict[str, int]
    schema_version: str
    source: str = ""
    changed: str = ""
    stamp: str = ""
    parquet: dict[str, str] = field(default_factory=dict)

    @property
    def is_current(self) -> bool:
        """Whether it was read with today's schema."""
        return self.schema_version == vocabulary_version()

    @property
    def identity(self) -> str:
        """What its rows depend on."""
        return f"{self.md5} {self.schema_version}"

    @property
    def stem(self) -> str:
        """The name of its rows, the same in the folder of each table."""
        return f"{self.name}-{self.md5[:12]}-{self.schema_version}"


@cache
def vocabulary_version() -> str:
    """Return a short digest of all that the rows of MeSH depend on; another one makes the files be read again."""
    declared = [
        (table.name, table.key, sorted((path, sorted(fixed.items())) for path, fixed in table.rows.items()),
         [(c.name, c.type.arrow, c.path) for c in table.columns])
        for table in VOCABULARY_TABLES
    ]  # fmt: skip
    return digest(READER_REVISION, declared)


def mesh_files(home: Home) -> list[MeshFile]:
    """Return the files of MeSH that count, in the order in which they are loaded; none where there are none.

    Raises:
        BadInput: the manifest is of another version of this program.
    """
    path = home.mesh_manifest
    content = read_json(path)
    if content is None:
        return []
    try:
        return [MeshFile(**file) for file in content["files"]]
    except (TypeError, KeyError) as error:
        problem = f"no manifest of MeSH ({error})"
        raise BadInput(f"mesh/{path.name}", problem, advice="run `medline mesh` to make it anew") from error


def rows_files(home: Home, file: MeshFile) -> dict[str, Path]:
    """Return the Parquet files of a file's rows by table, as they lie or will lie in the home."""
    return {table: home.mesh_table(table, file.stem) for table in file.rows}


def are_damaged(home: Home, file: MeshFile) -> bool:
    """Whether the rows of a file that are here are not what was written."""
    paths = rows_files(home, file)
    return any(paths[table].exists() and md5(paths[table]) != digest for table, digest in file.parquet.items())


def read_file(home: Home, name: str, kind: str, year: int) -> MeshFile:
    """Read a file that was fetched, to its end, and put its rows into the home.

    Raises:
        BadInput: it cannot be read; nothing of it is kept.
    """
    from medline.lake.tables import TableFile  # here, since whoever asks what a home has would wait for Arrow
    from medline.vocabulary.read import MeshReader

    path = home.mesh_file(name)
    reader = MeshReader(path, kind)
    with scratch_directory(path.parent, "rows") as directory:
        with ExitStack() as stack:
            files = {table.name: stack.enter_context(TableFile(table, directory)) for table in VOCABULARY_TABLES}
            for batches in reader:
                for table, batch in batches.items():
                    files[table].add(batch)
        rows = {table: file.rows for table, file in files.items() if file.rows}
        size, version = path.stat().st_size, vocabulary_version()
        made = MeshFile(name, kind, year, md5(path), size, reader.language, reader.records, rows, version)
        made = replace(made, parquet={table: md5(directory / f"{table}.parquet") for table in rows})
        for table, target in rows_files(home, made).items():
            target.parent.mkdir(parents=True, exist_ok=True)
            (directory / f"{table}.parquet").replace(target)
    flush_all(path.parent)  # before the manifest names them
    return made


def write_manifest(home: Home, files: Sequence[MeshFile]) -> None:
    """Let these files count, and remove the others."""
    known: set[Path] = set()
    with suppress(BadInput):
        known = _paths(home, mesh_files(home))
    with atomic_write(home.mesh_manifest) as unfinished:
        unfinished.write_text(json.dumps({"files": [asdict(file) for file in files]}, indent=1) + "\n", "utf-8")
    home.upload()  # before what it does not name any more is removed
    home.remove(sorted((known | set(filter(_is_own, home.mesh_files()))) - _paths(home, files)))


def _is_own(path: Path) -> bool:
    """Whether a file in the folders of MeSH has a name that is given here: of a file of NLM's, or of its rows."""
    return is_release(_ROWS.sub("", path.name))


def _paths(home: Home, files: Sequence[MeshFile]) -> set[Path]:
    return {path for file in files for path in (home.mesh_file(file.name), *rows_files(home, file).values())}
