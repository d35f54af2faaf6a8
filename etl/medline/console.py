"""What commands say on stderr: logs, errors, how far they are; in lines for people or in JSON objects for machines."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer

#: What a command itself says; the other loggers are named like their modules.
log = logging.getLogger("medline")


def configure_logs(*, verbose: bool, debug: bool, as_json: bool) -> None:
    """Send all logs to stderr.

    Args:
        verbose: from INFO on, a line for each file; else from WARNING on.
        debug: from DEBUG on of this package: what was chosen and why, steps with their seconds, the traces of errors.
        as_json: objects of time (ISO 8601, UTC), level, logger, message, what the message is about where it says so
            (file, bytes, rows, seconds, check, version), and exc_info of a bug.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_json_formatter() if as_json else logging.Formatter("%(levelname)s %(message)s"))
    logging.captureWarnings(True)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a letter must not stop an answer
    logging.basicConfig(level=logging.INFO if verbose or debug else logging.WARNING, handlers=[handler])
    if as_json:
        log.setLevel(logging.INFO)  # what it says without --verbose as well
    for ours in (log, logging.getLogger("etl")) if debug else ():
        ours.setLevel(logging.DEBUG)


def _json_formatter() -> logging.Formatter:
    from pythonjsonlogger.json import JsonFormatter

    names = {"levelname": "level", "name": "logger"}
    return JsonFormatter("{levelname}{name}{message}", style="{", rename_fields=names, timestamp="time")


def _is_json() -> bool:
    return any(type(handler.formatter).__name__ == "JsonFormatter" for handler in logging.getLogger().handlers)


def say(line: str, level: int = logging.INFO) -> None:
    """Tell how a command ended."""
    if _is_json():
        log.log(level, line)
    else:
        typer.echo(f"error: {line}" if level == logging.ERROR else line, err=True)


def fail(line: str, code: int) -> None:
    """Tell an error and exit."""
    say(line, logging.ERROR)
    raise typer.Exit(code)


def fail_all(found: Sequence[Exception]) -> None:
    """A line for each error, and exit code 1 if there is one."""
    for error in found:
        log.debug("the trace of the error below", exc_info=error)
        say(str(error), logging.ERROR)
    if found:
        raise typer.Exit(1)


@contextmanager
def errors(*, sql: bool = False, alert: Path | str | None = None) -> Iterator[None]:
    """One line and an exit code for every error that a user can mend; anything else is a bug and keeps its trace.

    Args:
        sql: the statement is the user's own: an error of DuckDB is misuse.
        alert: the home, where a failure is to be told to the webhook too: of jobs that run while nobody looks.
    """
    import duckdb

    from medline.errors import MedlineError, UsageError

    try:
        with _alerted(alert), _traced():
            yield
            sys.stdout.flush()
    except typer.Exit:
        raise
    except (BrokenPipeError, SystemExit):  # rich makes the one of the other
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python would try once more at its end
        raise typer.Exit from None  # who reads has enough: `| head`
    except UsageError as error:
        fail(str(error), 2)
    except MedlineError as error:
        fail(str(error), 1)
    except duckdb.Error as error:
        is_misuse = sql and not isinstance(error, duckdb.IOException)
        fail(f"SQL: {_one_line(error)}" if is_misuse else _one_line(error), 2 if is_misuse else 1)
    except OSError as error:
        fail(str(error), 1)
    except Exception as error:
        if str(error) == "Query interrupted":  # so says DuckDB's Python client, in a RuntimeError
            raise KeyboardInterrupt from None
        if not _is_json():
            raise
        log.exception("a bug")
        raise typer.Exit(1) from None


@contextmanager
def _traced() -> Iterator[None]:
    """With --debug, log the trace of an error whose message is all that a user sees otherwise."""
    try:
        yield
    except typer.Exit:
        raise
    except Exception:
        log.debug("the trace of the error below", exc_info=True)
        raise


@contextmanager
def _alerted(home: Path | str | None) -> Iterator[None]:
    from medline.errors import Locked, UsageError

    try:
        yield
    except (typer.Exit, UsageError, Locked, BrokenPipeError):
        raise
    except Exception as error:
        if home is not None:
            from medline.ops import alerts

            alerts.failed(home, error)
        raise


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr while a long job runs; silent where nobody looks."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    is_silent = _is_json() or not console.is_terminal
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console, transient=True, disable=is_silent) as bar:
        task = bar.add_task("", total=None)

        def step(text: str, done: int, total: int) -> None:
            bar.update(task, description=text, completed=done, total=total)

        yield step


def _one_line(error: Exception) -> str:
    """DuckDB's message without the lines that show the statement again."""
    return " ".join(str(error).partition("\n\nLINE ")[0].split())
