"""Commands that tell how the warehouse is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medline.console import echo, errors, fail, say
from medline.options import Home, Mirror


def status(home: Home) -> None:
    """Print what the warehouse contains, what failed, and where the data come from."""
    from medline.status import print_status

    with errors():
        print_status(home)


def check(
    home: Home,
    history: Annotated[bool, typer.Option("--history", help="Print the results of earlier runs instead.")] = False,
) -> None:
    """Run the checks of sql/checks on the warehouse."""
    from medline.status import print_checks
    from medline.warehouse import checks

    if history:
        with errors():
            print_checks(home)
        return
    with errors("check", alert=home):
        results = list(checks.run(home))
    with errors():  # an output that cannot be written is no failed check
        for result in results:
            echo(f"{'warn' if result.offending else 'ok  '} {result.name}: {result.offending} rows")


def metrics(
    home: Home,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File to replace; without it, print.")] = None,
) -> None:
    """Print runs, checks, rows, age and disk as OpenMetrics, for Prometheus."""
    from medline.ops import metrics

    with errors():
        if out:
            metrics.write(home, out)
        else:
            typer.echo(metrics.text(home), nl=False)


def alerts(home: Home, mirror: Mirror = "") -> None:
    """Post alerts to the webhook, and print them: stale data, elements unknown to the schema, failed runs."""
    from medline.ops import alerts
    from medline.plan import mirror_of

    with errors():
        raised, unsent = alerts.watch(mirror_of(home, mirror), home)
        for alert in raised:
            echo(alert.text)
    if unsent:
        fail(f"{unsent} of {len(raised)} alerts could not be sent", 1)
    if not raised:
        say("no alerts")
