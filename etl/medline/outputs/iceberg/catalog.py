"""The catalog that knows the tables: a file of the home, another SQL database, or a REST server."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedWriter
from pathlib import Path

import pyiceberg.exceptions
from pyiceberg.catalog import Catalog, load_catalog
from pyiceberg.io import OutputFile
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.table import Table as IcebergTable
from requests.exceptions import RequestException
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError

from medline.errors import DiskFull, MedlineError, NetworkError, UsageError
from medline.home import Home
from medline.home.disk import flush
from medline.messages import redact
from medline.outputs.iceberg import schema
from medline.schema.tables import Table

log = logging.getLogger(__name__)

#: Name of the catalog, by which SQL catalogs keep their tables apart, and of the namespace of the tables.
NAME = "medline"

#: Old `metadata.json` files that stay: readers may have opened one just before.
PROPERTIES = {"write.metadata.delete-after-commit.enabled": "true", "write.metadata.previous-versions-max": "20"}


def opened(home: Home, named: str | None) -> Catalog:
    """Open a catalog, and make the namespace of the tables.

    Args:
        named: URI of an SQL database or of a REST server, or a name in pyiceberg's own configuration; the SQLite file
            of the home if None.

    Raises:
        UsageError: there is no such catalog, or the home is in an object store and none is named.
        MedlineError: it cannot be opened; NetworkError: it does not answer.
    """
    if named is None and home.is_remote:
        raise UsageError(f"{home}: a file in an object store cannot be a catalog: name one with --catalog")
    io = "pyiceberg.io.fsspec.FsspecFileIO" if home.is_remote else f"{__name__}.{DurableFileIO.__name__}"
    options = {"py-io-impl": io}
    if named is None:
        uri = URL.create("sqlite", database=os.path.realpath(home.iceberg_catalog)).render_as_string()
        options |= {"type": "sql", "uri": uri}
    elif "://" in named:
        options |= {"type": "rest" if named.startswith(("http://", "https://")) else "sql", "uri": named}
    try:
        catalog = load_catalog(NAME if named is None or "://" in named else named, **options)
    except ValueError as error:
        raise UsageError(f"catalog {redact(named or '')}: {error}") from error
    catalog.create_namespace_if_not_exists(NAME)
    return catalog


def table_of(catalog: Catalog, table: Table, location: str) -> IcebergTable:
    """Return a table of the catalog, which is made where it is not there, with the schema that it has to have.

    Args:
        location: where it is, or will be.

    Raises:
        UsageError: the catalog has a table of this name elsewhere, of another home.
    """
    identifier = (NAME, table.name)
    try:
        found = catalog.load_table(identifier)
    except FileNotFoundError:
        log.warning("%s: the metadata are lost: the table is made again, without earlier versions", location)
        catalog.drop_table(identifier)
        found = None
    except pyiceberg.exceptions.NoSuchTableError:
        found = None
    if found is None:
        properties = PROPERTIES | schema.properties_of(table)
        return catalog.create_table(identifier, schema.schema_of(table), location=location, properties=properties)
    if found.location() != location:
        raise UsageError(f"the catalog has {NAME}.{table.name} at {found.location()}, not at {location}")
    schema.adapt(found, table)
    return found


@contextmanager
def clear_errors(name: str) -> Iterator[None]:
    """Turn the errors of SQLAlchemy, of a REST server and of pyiceberg into one line.

    Args:
        name: of the catalog.
    """
    try:
        yield
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error)
        if "disk is full" in cause:
            raise DiskFull(f"{redact(name)}: {cause}; make room") from error
        raise MedlineError(f"catalog {redact(name)}: {cause}") from error
    except RequestException as error:
        raise NetworkError(f"catalog {redact(name)}: {error}") from error
    except Exception as error:
        module = getattr(error, "name", "") if isinstance(error, ModuleNotFoundError) else ""
        if type(error).__module__ == pyiceberg.exceptions.__name__ or module.startswith(("psycopg", "MySQL")):
            raise MedlineError(f"catalog {redact(name)}: {error}") from error
        raise


class DurableFileIO(PyArrowFileIO):
    """Files on a disk, which are there after a loss of power: a catalog must never name metadata that are not."""

    def new_output(self, location: str) -> OutputFile:  # type: ignore[override]
        return _DurableFile(location)


class _DurableFile(OutputFile):
    """A file that is on the disk itself when it is closed."""

    def __len__(self) -> int:
        return Path(self.location).stat().st_size

    def exists(self) -> bool:
        return Path(self.location).exists()

    def to_input_file(self):
        return PyArrowFileIO().new_input(self.location)

    def create(self, overwrite: bool = False) -> _DurableStream:
        path = Path(self.location)
        path.parent.mkdir(parents=True, exist_ok=True)
        return _DurableStream(path.open("wb" if overwrite else "xb", buffering=0))


class _DurableStream(BufferedWriter):
    def close(self) -> None:
        if not self.closed:
            self.flush()
            os.fsync(self.fileno())
            with suppress(OSError):  # some file systems take no flush of a directory
                flush(Path(self.raw.name).parent)  # type: ignore[attr-defined]
        super().close()
