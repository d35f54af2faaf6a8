"""Commands that bring data into the warehouse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from medline import settings
from medline.console import errors, fail_all, print_json, progress, say
from medline.options import Engine, EngineOption, Files, Home, Mesh, Mirror, Name, Replace, Shown, ShownFormat


def sync(
    home: Home,
    mesh: Mesh,
    mirror: Mirror = "",
    engine: EngineOption = Engine.compiled,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be done: files, bytes, disk, time. Nothing is changed.")
    ] = False,
) -> None:
    """Bring the warehouse to the state of a mirror: fetch and read new dumps, apply them in order, check, publish."""
    from medline import pipeline
    from medline.plan import mirror_of

    if dry_run:
        from medline.estimate import estimate
        from medline.status import print_estimate

        with errors():
            print_estimate(estimate(mirror_of(home, mirror), home))
        return
    with errors("sync", alert=home), progress("sync") as step:
        applied = pipeline.sync(mirror_of(home, mirror), home, step, engine=engine, mesh=mesh)
    say(f"{len(applied)} files applied" if applied else "nothing new: the warehouse is current")


def _reads_files(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command that reads files the options of all such commands."""

    def call(
        files: Files,
        home: Home,
        name: Name = None,
        replace: Replace = False,
        engine: EngineOption = Engine.compiled,
    ) -> None:
        command(files, home, name=name, replace=replace, engine=engine)

    call.__name__, call.__doc__ = command.__name__, command.__doc__
    return call


@_reads_files
def transform(files: list[Path], home: str, **options: Any) -> None:
    """Read dumps into the lake only: one Parquet file per dump and table."""
    from medline import pipeline
    from medline.errors import MedlineError

    with errors(), progress("transform") as step:
        outcomes = pipeline.transform_files(files, home, progress=step, **options)
    fail_all([outcome for outcome in outcomes.values() if isinstance(outcome, MedlineError)])
    say(f"{len(outcomes)} files in {home}/lake")


@_reads_files
def load(files: list[Path], home: str, **options: Any) -> None:
    """Load files of any format into the warehouse, beside the dumps that it has."""
    from medline import pipeline

    with errors(), progress("load") as step:
        applied, failed = pipeline.load_files(files, home, progress=step, **options)
    fail_all(failed)
    say(f"{len(applied)} files applied" if applied else "nothing new: the warehouse has these files")


def fetch(
    query: Annotated[str, typer.Argument(help="In PubMed's language, in quotes.")],
    home: Home,
    eutils: Annotated[str, typer.Option(help="URL of the E-utilities.")] = settings.NLM_EUTILS,
    engine: EngineOption = Engine.compiled,
) -> None:
    """Load the records of a PubMed query through NLM's E-utilities; after an error the same call continues."""
    from medline import pipeline

    with errors(), progress("fetch") as step:
        loaded = pipeline.fetch(query, home, eutils, engine=engine, progress=step)
    if loaded is None:
        say("PubMed finds nothing")
        return
    applied, failed = loaded
    fail_all(failed)
    say(f"{len(applied)} files applied" if applied else "nothing new: the warehouse has these records")


def mesh(
    home: Home,
    source: Annotated[
        str, typer.Option("--source", help="NLM's folder MESH_FILES, by URL or as a directory.", show_default="NLM's")
    ] = "",
    supplementary: Annotated[
        bool, typer.Option("--supplementary", help="Bring the supplementary records too: 300,000 substances.")
    ] = False,
) -> None:
    """Bring MeSH, its tree and entry terms, of the year that fits the citations, and publish it with them."""
    from medline import pipeline

    with errors("mesh", alert=home), progress("mesh") as step:
        done, version = pipeline.mesh(home, source, supplementary=supplementary, progress=step)
    if version:
        say(f"MeSH {done.year} published with {version}")
    elif done.changed:
        say(f"MeSH {done.year} is in the home; the first `medline sync` or `medline load` publishes it")
    else:
        say(f"nothing new: MeSH {done.year} is current")


def rebuild(home: Home) -> None:
    """Build the database from the lake again, beside the published one, and publish it."""
    from medline import pipeline

    with errors("rebuild", alert=home), progress("rebuild") as step:
        applied = pipeline.rebuild(home, step)
    say(f"{len(applied)} files applied")


def rollback(home: Home, format: ShownFormat = Shown.text) -> None:
    """Publish the year before again, or the version before; a second call goes back to the newer one."""
    from medline import pipeline

    with errors():
        version = pipeline.rollback(home)
        if format is Shown.json:
            print_json({"version": version})
        else:
            say(f"published {version}")
