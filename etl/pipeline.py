"""The way from a mirror to a checked warehouse, step by step: what `medline sync` and the DAGs call.

list → transform → load → check. Every step may run again, and does what is left to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from etl import checks, lake, warehouse
from etl.errors import BadInput, MedlineError, Misuse, OutOfOrder
from etl.mirror import Source, list_sources, source
from etl.parse import ENGINE
from etl.render import schema_version
from etl.warehouse import Progress, silent

#: Files that one mapped task reads. Airflow maps 1,024 tasks at most, and a baseline has over 1,300 files.
FILES_PER_BATCH = 8


def sync(mirror: Path, home: Path, progress: Progress = silent, *, engine: str = ENGINE) -> list[str]:
    """The whole job: bring the warehouse to the state of the mirror.

    Args:
        engine: see `etl.parse.iter_batches`.

    Returns:
        The files that were applied; none where the warehouse was current.

    Raises:
        OutOfOrder: a file failed; what comes before it in order is applied.
        CheckFailed: the new state breaks a rule of sql/checks.
    """
    sources = list_sources(mirror)
    for done, (item, _) in enumerate(lake.transform_all(sources, home, engine), start=1):
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


def transform_names(mirror: Path | str, home: Path | str, names: Sequence[str], engine: str = ENGINE) -> list[str]:
    """Read some files of a mirror into the lake, all of them, before an error is raised.

    Raises:
        BadInput: of the first file, in order, that failed.
    """
    asked = set(names)
    wanted = [item for item in list_sources(Path(mirror)) if item.name in asked]
    outcomes = dict(lake.transform_all(wanted, Path(home), engine))
    for item in wanted:
        if isinstance(outcomes[item], MedlineError):
            raise outcomes[item]
    return [item.name for item in wanted]


def load(mirror: Path | str, home: Path | str, progress: Progress = silent) -> list[str]:
    """Apply to the warehouse what the lake holds of a mirror, in order, up to the first dump that failed or is missing.

    A higher year than the warehouse's replaces everything but the exports, once none of its baseline files failed.
    That a baseline is short at its end cannot be told from a listing: sync when the mirror is complete.

    Returns:
        The files that were applied.

    Raises:
        OutOfOrder: a file is not in the lake, so that it and the later dumps of its year could not be applied.
    """
    mirror, home = Path(mirror), Path(home)
    sources = list_sources(mirror)
    lake.forget_failures(home, but_of={item.name for item in sources})
    ready, held_back = _split_ready(sources, home)
    year, (held_years, is_outdated) = sources[0].year, _held(home)
    if max(held_years, default=year) > year:
        raise Misuse(
            f"the warehouse is of year {max(held_years)}, the mirror of year {year}: sync an older one to another home"
        )
    if is_outdated or held_years - {year}:
        if any(item.kind == "baseline" for item in held_back):
            raise OutOfOrder(f"the baseline of year {year} is not whole: {next(iter(held_back.values()))}")
        applied = _rebuild(home, ready, year, progress)
    else:
        applied = warehouse.load(home, ready, progress)
    if held_back:
        waiting = sum(not item.is_export for item in held_back) - 1
        later = f"; {waiting} later dumps wait for it" if waiting > 0 else ""
        raise OutOfOrder(f"{next(iter(held_back.values()))}{later}")
    return applied


def check(home: Path | str) -> list[str]:
    """Run all checks on the warehouse.

    Returns:
        A line for each check that found something to warn of.

    Raises:
        CheckFailed: a `-- fail` check found rows.
    """
    return [f"{result.name}: {result.offending} rows" for result in checks.run(Path(home)) if result.offending]


def transform_files(
    paths: Sequence[Path], home: Path, *, replace: bool = False, engine: str = ENGINE, progress: Progress = silent
) -> dict[Source, lake.Manifest | MedlineError]:
    """Read files of any format into the lake.

    Args:
        replace: whether an export may take the place of another one of its name.
        engine: see `etl.parse.iter_batches`.

    Returns:
        Each file, dumps in order first, with its manifest or the error that it failed with.

    Raises:
        Misuse: two files share a name, or an export's name is taken by another export.
    """
    sources = sorted(source(path) for path in paths)
    if not replace:
        lake.refuse_taken_names(sources, home)
    outcomes: dict[Source, lake.Manifest | MedlineError] = {}
    for item, outcome in lake.transform_all(sources, home, engine):
        outcomes[item] = outcome
        progress(f"read {item.name}", len(outcomes), len(sources))
    return {item: outcomes[item] for item in sources}


def load_files(
    paths: Sequence[Path], home: Path, *, replace: bool = False, engine: str = ENGINE, progress: Progress = silent
) -> tuple[list[str], list[MedlineError]]:
    """Read files of any format and apply them: exports beside the dumps, files named like dumps in their order.

    Args:
        replace: whether an export may take the place of another one of its name.
        engine: see `etl.parse.iter_batches`.

    Returns:
        The files that were applied, none where the warehouse had them all, and the errors of those that were not:
        each that could not be read, and each dump that waits for one of these.

    Raises:
        Misuse: as `transform_files`; or dumps of several years, or of another year than the warehouse's.
    """
    _refuse_other_years({item.year for item in map(source, paths) if not item.is_export} | _held(home)[0])
    outcomes = transform_files(paths, home, replace=replace, engine=engine, progress=progress)
    failed = [source(Path(failure["name"])) for failure in lake.failures(home)]
    errors, made = [], []
    for item, outcome in outcomes.items():
        earlier = [one for one in failed if not item.is_export and (one.year, one.number) < (item.year, item.number)]
        if isinstance(outcome, MedlineError):
            errors.append(outcome)
        elif before := [one for one in earlier if one.year == item.year]:
            errors.append(OutOfOrder(f"{item.name} waits for {before[0].name}, which failed: see `medline status`"))
        else:
            made.append(outcome)
    is_outdated = _held(home)[1]
    applied = _rebuild(home, made, progress=progress) if is_outdated else warehouse.load(home, made, progress)
    return applied, errors


def _refuse_other_years(years: set[int]) -> None:
    if len(years) > 1:
        told = " and ".join(str(year) for year in sorted(years))
        raise Misuse(
            f"dumps of years {told}: a warehouse holds one, since a new baseline replaces all; use another home"
        )


def _split_ready(sources: Sequence[Source], home: Path) -> tuple[list[lake.Manifest], dict[Source, str]]:
    """Manifests of what may be applied, and why the other sources may not: a dump waits for every dump before it."""
    ready: list[lake.Manifest] = []
    held_back: dict[Source, str] = {}
    before: Source | None = None
    for item in sources:
        made = lake.manifest(home, item.name)
        reason = lake.failure(home, item.name)
        if not item.is_export:
            if any(not other.is_export for other in held_back):
                reason = f"{item.name} waits for an earlier dump"
            elif before and item.number != before.number + 1:
                reason = f"{item.name}: no file of number {before.number + 1} before it in the mirror; get that one"
                lake.note_failure(home, item.name, reason)
            before = item
        if made and not reason:
            ready.append(made)
        else:
            held_back[item] = reason or f"{item.name} is not in the lake; run `medline transform` on it"
    return ready, held_back


def _held(home: Path) -> tuple[set[int], bool]:
    """The years of dumps in the warehouse, and whether it was made with another version of the schema."""
    if not warehouse.database(home).exists():
        return set(), False
    with warehouse.reader(home) as connection:
        (made_with,) = connection.execute("SELECT schema_version FROM ledger.schema_version").fetchone()
        years = connection.execute("SELECT DISTINCT year FROM dumps WHERE year IS NOT NULL").fetchall()
    return {year for (year,) in years}, made_with != schema_version()


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
