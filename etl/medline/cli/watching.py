"""Commands that tell how the warehouse is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medline.console import echo, errors, fail, print_json, say
from medline.options import Home, Mirror, Shown, ShownFormat


def status(home: Home, format: ShownFormat = Shown.text) -> None:
    """Print what the warehouse contains, what failed, and where the data come from."""
    with errors():
        if format is Shown.json:
            from medline import facts

            print_json(facts.of_home(home))
            return
        from medline.status import print_status

        print_status(home)


def runs(
    home: Home, limit: Annotated[int, typer.Option(min=1, help="Runs to print.")] = 20, format: ShownFormat = Shown.text
) -> None:
    """Print the last runs: what, when, how long, files applied, and how it ended."""
    from medline.home import open_home
    from medline.warehouse import runs

    with errors():
        with open_home(home, "journals") as opened:
            last = runs.history(opened)[-limit:]
        if format is Shown.json:
            print_json(last)
            return
        from medline.answers import print_rows

        columns = ["started_at", "what", "seconds", "applied", "ended", "outcome"]
        print_rows(columns, [tuple(run.get(column) for column in columns) for run in last])


def check(
    home: Home,
    history: Annotated[bool, typer.Option("--history", help="Print the results of earlier runs instead.")] = False,
    format: ShownFormat = Shown.text,
) -> None:
    """Run the checks of sql/checks on the warehouse."""
    from medline.errors import CheckFailed
    from medline.status import past_checks, print_checks
    from medline.warehouse import checks

    if history:
        with errors():
            if format is Shown.json:
                print_json(past_checks(home))
            else:
                print_checks(home)
        return
    with errors("check", alert=home):
        try:
            results = list(checks.run(home))
        except CheckFailed as error:
            if format is Shown.json:
                print_json([vars(result) for result in error.results])
            raise
    with errors():  # an output that cannot be written is no failed check
        if format is Shown.json:
            print_json([vars(result) for result in results])
            return
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


def alerts(home: Home, mirror: Mirror = "", format: ShownFormat = Shown.text) -> None:
    """Post alerts to the webhook, and print them: stale data, elements unknown to the schema, failed runs."""
    from medline.ops import alerts
    from medline.plan import mirror_of

    with errors():
        raised, unsent = alerts.watch(mirror_of(home, mirror), home)
        if format is Shown.json:
            print_json([vars(alert) for alert in raised])
        for alert in raised if format is Shown.text else ():
            echo(alert.text)
    if unsent:
        fail(f"{unsent} of {len(raised)} alerts could not be sent", 1)
    if not raised:
        say("no alerts")
