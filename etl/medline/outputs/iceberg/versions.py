"""Versions of the tables: a commit for what changed, a tag for each, and the end of those beyond the setting."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyiceberg.io.pyarrow import parquet_file_to_data_file
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table as IcebergTable
from pyiceberg.table.update.snapshot import ExpireSnapshots, ManageSnapshots

from medline import settings
from medline.errors import UsageError
from medline.home import AnyHome, Home, open_home
from medline.home.disk import flush_all
from medline.messages import redact
from medline.outputs import publication
from medline.outputs.iceberg import catalog as catalogs
from medline.outputs.iceberg import files
from medline.outputs.iceberg.schema import field_ids
from medline.outputs.publication import DATABASE_VERSION, Publication
from medline.outputs.tables import sizes
from medline.progress import Progress, silent
from medline.schema.tables import TABLES, Table

log = logging.getLogger(__name__)

VERSION = re.compile(DATABASE_VERSION)


@dataclass(frozen=True)
class Change:
    """What a version changes in a table: nothing, the snapshot that is current, or some files.

    Attributes:
        table: in the catalog.
        tag: of an earlier snapshot that has the rows of the version; it is made current.
        outdated: files of the current snapshot whose rows are others now.
        new: files for them.
    """

    table: IcebergTable
    tag: str | None
    outdated: list[DataFile]
    new: list[Path]


def write(
    home: AnyHome,
    progress: Progress = silent,
    *,
    catalog: str | None = None,
    tables: Sequence[Table] = TABLES,
    width: int = files.WIDTH,
) -> str | None:
    """Commit the published database to Iceberg tables, and tag them with its version.

    Args:
        catalog: see `catalog.opened`.
        tables: those that are written.
        width: PMIDs of a file.

    Returns:
        The version; None where the tables have it already.

    Raises:
        UsageError: the tables are in another catalog, or see `catalog.opened`.
        MedlineError, Locked, DiskFull: see `publication.opened` and `catalog.opened`.
    """
    keep = settings.read().iceberg_keep
    with (
        catalogs.clear_errors(catalog or "of the home"),
        open_home(home, "iceberg", "warehouse") as home,
        publication.opened(home, home.iceberg, VERSION, files.FILE) as output,
    ):
        place = {"catalog": redact(catalog or ""), "location": home.location(home.iceberg)}
        is_new = _check_place(output, place)
        current, version = output.manifest(), output.database_version
        is_written = current.get("warehouse") == version and {*current["tables"]} == {table.name for table in tables}
        if not is_new and is_written and output.is_whole(sizes(current)):
            return None
        opened = catalogs.opened(home, catalog)
        if is_new:
            publication.write_manifest(output.folder, place)
            home.upload()
        changes = []
        for number, table in enumerate(tables):
            progress("tables", number, len(tables), table.name)
            found = catalogs.table_of(opened, table, home.location(home.iceberg / table.name))
            changes.append(_write_files(output, table, found, width))
        progress("tables", len(tables), len(tables))
        flush_all(output.folder)
        for change in changes:
            _commit(change, home, version)
        for change in changes:
            _tag(change.table, version, keep)
        entries = {change.table.name()[-1]: _entry(change.table) for change in changes}
        output.set_current(output.describe(version, **place, tables=entries))
        home.remove(files.unreferenced(home, [change.table for change in changes]))
        log.info("iceberg %s: %d tables", version, len(tables))
        return version


def _check_place(output: Publication, place: dict[str, str]) -> bool:
    """Make sure that the tables of a home are in one catalog, and where they were: metadata have absolute paths.

    Args:
        place: the catalog, '' for the home's own, and the location of the folder, as the manifest has them.

    Returns:
        Whether the manifest has still to say so.

    Raises:
        UsageError: they are in another catalog, or the home was moved and the catalog is not its own.
    """
    home, before = output.home, output.manifest()
    if before and before["catalog"] != place["catalog"]:
        name = before["catalog"] or "the home's own"
        raise UsageError(f"{home}: iceberg/ is in another catalog, {name}; name that one, or move iceberg/ away")
    if before and before["location"] != place["location"]:
        if place["catalog"]:
            raise UsageError(f"{home}: iceberg/ was made at {before['location']}: drop its tables, and move it away")
        log.warning("%s: the home was moved: its Iceberg tables are made again, without earlier versions", home)
        home.remove([home.iceberg_catalog, Path(f"{home.iceberg_catalog}-journal")])
        return True
    return not before


def _write_files(output: Publication, table: Table, found: IcebergTable, width: int) -> Change:
    """Write the files whose rows no file of the current snapshot has; nothing refers to them yet."""
    wanted = files.slices(output.connection, table, width)
    tag = output.database_version
    tagged = found.snapshot_by_name(tag)
    present = _whole_files(output.home, found, files.data_files(found.current_snapshot(), found.io))
    holders = [files.holder(one, present) for one in wanted]
    if tagged and tagged != found.current_snapshot():  # gone back to
        earlier = _whole_files(output.home, found, files.data_files(tagged, found.io))
        if len(earlier) == len(wanted) and all(files.holder(one, earlier) for one in wanted):
            return Change(found, tag, [], [])
    directory, ids = output.home.iceberg / table.name / "data", field_ids(found.schema())
    new = [
        files.write(output.connection, table, one, ids, directory, output.database_version)
        for one, name in zip(wanted, holders, strict=True)
        if name is None
    ]
    output.home.upload()
    every = files.data_files(found.current_snapshot(), found.io)
    log.debug("table %s: %d of %d files are new", table.name, len(new), len(wanted))
    return Change(found, None, [file for name, file in every.items() if name not in holders], new)


def _whole_files(home: Home, table: IcebergTable, found: dict[str, DataFile]) -> dict[str, DataFile]:
    """Return the files that are there with all their bytes; the others are written again."""
    folder = home.iceberg / table.name()[-1] / "data"
    return {name: file for name, file in found.items() if home.has_tables({folder / name: file.file_size_in_bytes})}


def _commit(change: Change, home: Home, version: str) -> None:
    """Make the files of a version those of a table, in one commit; none where they are already."""
    table = change.table
    if change.tag:
        table.manage_snapshots().set_current_snapshot(ref_name=change.tag).commit()
    elif change.new or change.outdated:
        with table.transaction() as transaction:
            update = transaction.update_snapshot(snapshot_properties={"medline.version": version})
            with update.overwrite() if change.outdated else update.fast_append() as snapshot:
                for file in change.outdated:
                    snapshot.delete_data_file(file)
                for path in change.new:
                    location = home.location(path)
                    snapshot.append_data_file(parquet_file_to_data_file(table.io, table.metadata, location))


def _tag(table: IcebergTable, version: str, keep: int) -> None:
    """Tag the current snapshot with a version, and let go of tags beyond the newest and of snapshots without one."""
    refs = table.metadata.refs
    tags = sorted(name for name in refs if VERSION.fullmatch(name) and name != version)
    old = tags[: max(len(tags) - (keep - 1), 0)]
    current = table.current_snapshot()
    assert current is not None, table.name()  # even an empty table has a file
    with table.transaction() as transaction:
        manage = ManageSnapshots(transaction)
        if version not in refs or refs[version].snapshot_id != current.snapshot_id:
            manage.create_tag(current.snapshot_id, version)
        for name in old:
            manage.remove_tag(name)
        manage.commit()
        kept = {ref.snapshot_id for name, ref in refs.items() if name not in (*old, version)} | {current.snapshot_id}
        if ended := [one.snapshot_id for one in table.metadata.snapshots if one.snapshot_id not in kept]:
            ExpireSnapshots(transaction).by_ids(ended).commit()


def _entry(table: IcebergTable) -> dict:
    """Return what the manifest says of a table."""
    current, name = table.current_snapshot(), table.name()[-1]
    found = files.data_files(current, table.io)
    return {
        "rows": sum(file.record_count for file in found.values()),
        "snapshot": current.snapshot_id if current else None,
        "metadata": table.metadata_location,
        "files": [os.path.join(name, "data", file) for file in sorted(found)],  # noqa: PTH118  a path in JSON
        "bytes": [found[file].file_size_in_bytes for file in sorted(found)],
    }
