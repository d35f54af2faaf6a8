"""The way from a mirror to a checked warehouse, step by step: what `medline sync` and the DAGs call.

list → transform → load → check. Every step may run again, and does what is left to do.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from etl import checks, lake, warehouse
from etl.errors import BadInput, MedlineError, Misuse, OutOfOrder
from etl.mirror import Source, list_sources, source
from etl.render import schema_version
from etl.warehouse import Progress, silent

log = logging.getLogger(__name__)

#: Files that one mapped task reads. Airflow maps 1,024 tasks at most, and a baseline has over 1,300 files.
FILES_PER_BATCH = 8


def sync(mirror: Path, home: Path, progress: Progress = silent) -> list[str]:
    """The whole job: bring the warehouse to the state of the mirror.

    Returns:
        The files that were applied; none where the warehouse was current.

    Raises:
        OutOfOrder: a file failed; what comes before it in order is applied.
        CheckFailed: the new state breaks a rule of sql/checks.
    """
    sources = list_sources(mirror)
    lake.forget_failures(home, but_of={item.name for item in sources})
    for done, (item, _) in enumerate(lake.transform_all(sources, home), start=1):
        progress(f"read {item.name}", done, len(sources))
    try:
        applied = load(mirror, home, progress)
    except OutOfOrder:
        if warehouse.database(home).exists():
            checks.run(home)
        raise
    checks.run(home)
    return applied


def list_batches(mirror: Path | str) -> list[list[str]]:
    """The names of a mirror's files in order, in batches for `transform_names`."""
    names = [item.name for item in list_sources(Path(mirror))]
    return [names[start : start + FILES_PER_BATCH] for start in range(0, len(names), FILES_PER_BATCH)]


def transform_names(mirror: Path | str, home: Path | str, names: Sequence[str]) -> list[str]:
    """Read some files of a mirror into the lake, all of them, before an error is raised.

    Raises:
        BadInput: of the first file, in order, that failed.
    """
    wanted = [item for item in list_sources(Path(mirror)) if item.name in set(names)]
    outcomes = dict(lake.transform_all(wanted, Path(home)))
    for item in wanted:
        if isinstance(outcomes[item], MedlineError):
            raise outcomes[item]
    return [item.name for item in wanted]


def load(mirror: Path | str, home: Path | str, progress: Progress = silent) -> list[str]:
    """Apply to the warehouse what the lake holds of a mirror, in order, up to the first dump that failed.

    A higher year than the warehouse's replaces everything but the exports; it waits until its whole baseline is there.

    Returns:
        The files that were applied.

    Raises:
        OutOfOrder: a file is not in the lake, so that it and the later dumps of its year could not be applied.
    """
    mirror, home = Path(mirror), Path(home)
    sources = list_sources(mirror)
    ready, missing = _split_ready(sources, home)
    year, (held_year, is_outdated) = sources[0].year, _held(home)
    if held_year is not None and held_year > year:
        raise Misuse(
            f"the warehouse is of year {held_year}, the mirror of year {year}: sync an older one to another home"
        )
    if is_outdated or (held_year is not None and held_year < year):
        if any(item.kind == "baseline" for item in missing):
            raise OutOfOrder(f"the baseline of year {year} is not whole: {_reason(home, missing[0])}")
        applied = _rebuild(home, ready, year, progress)
    else:
        applied = warehouse.load(home, ready, progress)
    if missing:
        waiting = [item for item in missing if not item.is_export]
        later = f"; {len(waiting) - 1} later dumps wait for it" if len(waiting) > 1 else ""
        raise OutOfOrder(f"{_reason(home, missing[0])}{later}")
    return applied


def check(home: Path | str) -> list[str]:
    """Run all checks on the warehouse.

    Returns:
        A line for each check that found something to warn of.

    Raises:
        CheckFailed: a `-- fail` check found rows.
    """
    return [f"{result.name}: {result.offending} rows" for result in checks.run(Path(home)) if result.offending]


def load_files(paths: Sequence[Path], home: Path, *, replace: bool = False, progress: Progress = silent) -> list[str]:
    """Read files of any format and apply them: exports beside the dumps, files named like dumps in their order.

    Args:
        replace: whether an export may take the place of another one of its name.

    Returns:
        The files that were applied; none where the warehouse had them all.

    Raises:
        Misuse: two files share a name, or an export's name is taken by another export.
        BadInput: of the first file that failed; nothing of it is applied, the others are.
    """
    sources = sorted(source(path) for path in paths)
    if not replace:
        lake.refuse_taken_names(sources, home)
    outcomes: dict[Source, lake.Manifest | MedlineError] = {}
    for item, outcome in lake.transform_all(sources, home):
        outcomes[item] = outcome
        progress(f"read {item.name}", len(outcomes), len(sources))
    waiting = _waiting(sources, home)
    made = [outcomes[item] for item in sources if isinstance(outcomes[item], lake.Manifest) and item not in waiting]
    _warn_of_other_years(made, home)
    applied = _rebuild(home, made, progress=progress) if _held(home)[1] else warehouse.load(home, made, progress)
    for item in sources:
        if isinstance(outcomes[item], MedlineError):
            raise outcomes[item]
    if waiting:
        raise OutOfOrder(f"{waiting[0].name} waits for an earlier dump that failed: see `medline status`")
    return applied


def _waiting(sources: Sequence[Source], home: Path) -> list[Source]:
    """The dumps among these that come after one of their year that failed."""
    failed = [source(Path(failure["name"])) for failure in lake.failures(home)]
    return [
        item
        for item in sources
        if not item.is_export and any(one.year == item.year and one.number < item.number for one in failed)
    ]


def _warn_of_other_years(made: Sequence[lake.Manifest], home: Path) -> None:
    years = {item.year for item in made if item.year is not None}
    held_year, _ = _held(home)
    for year in sorted(years - {held_year or max(years, default=None)}):
        log.warning("dumps of year %d beside those of another: what a baseline left out may show again", year)


def _split_ready(sources: Sequence[Source], home: Path) -> tuple[list[lake.Manifest], list[Source]]:
    """Manifests of what may be applied, and the sources that may not: a dump waits for every dump before it."""
    ready, missing = [], []
    for item in sources:
        made = lake.manifest(home, item.name)
        failed = lake.failure(home, item.name) is not None
        blocked = not item.is_export and any(not other.is_export for other in missing)
        if made and not failed and not blocked:
            ready.append(made)
        else:
            missing.append(item)
    return ready, missing


def _held(home: Path) -> tuple[int | None, bool]:
    """The newest year of dumps in the warehouse, and whether it was made with another version of the schema."""
    if not warehouse.database(home).exists():
        return None, False
    with warehouse.reader(home) as connection:
        (made_with,) = connection.execute("SELECT schema_version FROM ledger.schema_version").fetchone()
        (year,) = connection.execute("SELECT max(year) FROM dumps").fetchone()
    return year, made_with != schema_version()


def _rebuild(
    home: Path, ready: Sequence[lake.Manifest], year: int | None = None, progress: Progress = silent
) -> list[str]:
    """Make the warehouse anew from these files and those that it holds beside them, but for dumps of other years."""
    given = {item.name for item in ready}
    with warehouse.reader(home) as connection:
        held = connection.execute(
            "SELECT name, kind, year FROM dumps ORDER BY year NULLS LAST, number, name"
        ).fetchall()
    kept = [name for name, kind, of in held if name not in given and (kind == "export" or year in (None, of))]
    manifests = {name: lake.manifest(home, name) for name in kept}
    if outdated := [name for name, made in manifests.items() if made is None]:
        raise BadInput(
            outdated[0], f"was read with another version of the schema, as were {len(outdated) - 1} more files",
            advice="run `medline transform` on them, then this again",
        )  # fmt: skip
    return warehouse.rebuild(home, [*ready, *manifests.values()], progress)


def _reason(home: Path, item: Source) -> str:
    return lake.failure(home, item.name) or f"{item.name} is not in the lake; run `medline transform` on it"
