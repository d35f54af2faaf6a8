"""Output of commands on stderr: logs, errors, progress; as lines for people or as JSON objects for machines."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from medline import extras
from medline.messages import for_people, redact, visible
from medline.progress import Progress, silent, stopping

#: For the messages of a command itself; the parent of the loggers of all modules.
log = logging.getLogger("medline")

#: How a command ended before time.
ENDED = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}

#: What Python makes of a byte that is not UTF-8.
_LONE = re.compile("[\ud800-\udfff]")


class Commands(TyperGroup):
    """All commands. What the parser says of arguments may quote a password, or what a terminal obeys."""

    def main(self, *args: Any, **options: Any) -> Any:
        _open_closed_streams()
        return super().main(*args, **options)

    def make_context(self, *args: Any, **options: Any) -> Any:
        with _without_secrets():
            return super().make_context(*args, **options)

    def invoke(self, ctx: Any) -> Any:
        with _without_secrets(), _interruptible():
            return super().invoke(ctx)


class Command(TyperCommand):
    """One command. Its texts are UTF-8: neither SQL nor JSON nor a journal can hold other bytes."""

    def invoke(self, ctx: Any) -> Any:
        with errors():
            for parameter in self.params:
                if problem := _not_text(ctx.params.get(parameter.name)):
                    name = (
                        parameter.opts[0] if parameter.param_type_name == "option" else (parameter.name or "").upper()
                    )
                    fail(f"{name} is not UTF-8 text: {problem}", 2)
            return super().invoke(ctx)


def _not_text(value: Any) -> str:
    """Return what is not UTF-8 in the value of an option or argument, as it may be printed; "" where all is.

    Files to read may have any name.
    """
    values = value if isinstance(value, list) and not any(isinstance(one, Path) for one in value) else [value]
    texts = (str(one) for one in values if isinstance(one, str | Path))
    return next((visible(text) for text in texts if not text.isascii() and _LONE.search(text)), "")


@contextmanager
def _interruptible() -> Iterator[None]:
    """End with one sentence and the code of a shell, 128 and the signal, at Ctrl-C and SIGTERM."""
    got: list[signal.Signals] = []

    def stop(number: int, _: object) -> None:
        got.append(signal.Signals(number))
        stopping.set()
        raise KeyboardInterrupt

    is_main = threading.current_thread() is threading.main_thread()
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM) if is_main}
    try:
        yield
    except KeyboardInterrupt:
        number = got[0] if got else signal.SIGINT
        say(f"{ENDED[number]}: what was published stays, and the same command goes on", logging.WARNING)
        raise typer.Exit(128 + number) from None
    finally:
        stopping.clear()
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _without_secrets() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if hasattr(error, "format_message") and isinstance(message := getattr(error, "message", None), str):
            vars(error)["message"] = for_people(message)  # of typer's usage errors, whose class is not public
        raise


def configure_logs(*, verbose: bool, debug: bool, as_json: bool) -> None:
    """Send all logs to stderr.

    Args:
        verbose: log from INFO on, a line for each file; else from WARNING on.
        debug: log from DEBUG on, of this package: choices with their reasons, seconds of steps, traces of errors.
        as_json: log objects of time (ISO 8601, UTC), level, logger, message, the subject of the message where it has
            one (file, bytes, rows, seconds, check, version), and exc_info of a bug.
    """
    handler = _Stderr()
    handler.setFormatter(_json_formatter() if as_json else _Lines("%(levelname)s %(message)s"))
    logging.captureWarnings(True)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a letter must not stop an answer
    logging.basicConfig(level=logging.INFO if verbose or debug else logging.WARNING, handlers=[handler])
    if debug:
        log.setLevel(logging.DEBUG)


class _Stderr(logging.StreamHandler):
    """Writes to what standard error is at the time: while bars are shown, rich puts lines above them."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


class _Lines(logging.Formatter):
    """A message as one line, and the lines of a trace, as a terminal may show them."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return for_people(" ".join(super().formatMessage(record).splitlines()))

    def formatException(self, ei: Any) -> str:
        return for_people(super().formatException(ei))


def _json_formatter() -> logging.Formatter:
    from pythonjsonlogger.json import JsonFormatter

    class Objects(JsonFormatter):
        """JSON escapes what a terminal obeys; secrets are left."""

        def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
            return {name: redact(value) if isinstance(value, str) else value for name, value in log_data.items()}

    names = {"levelname": "level", "name": "logger"}
    return Objects("{levelname}{name}{message}", style="{", rename_fields=names, timestamp="time")


def _is_json() -> bool:
    return any(hasattr(handler.formatter, "json_encoder") for handler in logging.getLogger().handlers)


def say(line: str, level: int = logging.INFO) -> None:
    """Print how a command ended, with or without --verbose."""
    if _is_json():
        log.handle(log.makeRecord(log.name, level, __file__, 0, line, (), None))
    else:
        line = redact(" ".join(line.splitlines()))
        echo(f"error: {line}" if level == logging.ERROR else line, err=True)


def echo(line: str, *, err: bool = False) -> None:
    """Print text for people, on stdout or stderr, without what a terminal would obey."""
    typer.echo(visible(line), err=err)


def print_json(value: object) -> None:
    """Print an object for programs: JSON in ASCII, in which a terminal obeys nothing."""
    typer.echo(json.dumps(value, indent=1, default=str))


def fail(line: str, code: int) -> None:
    """Print an error and exit."""
    say(line, logging.ERROR)
    raise typer.Exit(code)


def fail_all(errors: Sequence[Exception]) -> None:
    """Print a line for each error; exit with code 1 if there is one."""
    for error in errors:
        log.debug("the trace of the error below", exc_info=error)
        say(str(error), logging.ERROR)
    if errors:
        raise typer.Exit(1)


@contextmanager
def errors(command: str = "", *, sql: bool = False, alert: Path | str | None = None) -> Iterator[None]:
    """Print one line and exit for every error that a user can resolve; anything else is a bug and keeps its trace.

    Args:
        command: its name, of a job that runs unattended.
        sql: whether the statement is the user's own, so that an error of DuckDB is misuse.
        alert: the home of a job that runs unattended: its failure is posted to the webhook too.
    """
    import duckdb

    from medline.errors import MedlineError, QueryError, UsageError

    try:
        with _alerted(command, alert), _traced(), _ended():
            yield
        sys.stdout.flush()
    except typer.Exit:
        raise
    except (BrokenPipeError, SystemExit):  # rich turns one into the other
        _drop_output()
        raise typer.Exit from None  # the reader has closed the pipe: `| head`
    except QueryError as error:
        for problem in error.problems:
            say(problem, logging.ERROR)
        raise typer.Exit(2) from error
    except UsageError as error:
        fail(str(error), 2)
    except MedlineError as error:
        fail(str(error), 1)
    except duckdb.Error as error:
        is_misuse = sql and not isinstance(error, duckdb.IOException)
        confined = isinstance(error, duckdb.PermissionException) or "configuration has been locked" in str(error)
        advice = "; add --allow-files to let it" if confined else ""
        fail(f"SQL: {_one_line(error)}{advice}" if is_misuse else _one_line(error), 2 if is_misuse else 1)
    except OSError as error:
        _drop_output()
        fail(str(error), 1)
    except ModuleNotFoundError as error:
        if not (missing := extras.advice(error)):
            raise
        fail(missing, 1)
    except Exception as error:
        if str(error) == "Query interrupted":  # a RuntimeError of DuckDB's Python client
            raise KeyboardInterrupt from error
        log.exception("a bug: please report it with the trace")
        raise typer.Exit(1) from error


@contextmanager
def _ended() -> Iterator[None]:
    """Let what fails because the process is to end be no error: threads that stop, a statement that is interrupted."""
    try:
        yield
    except Exception as error:
        if stopping.is_set():
            raise KeyboardInterrupt from error
        raise


def _open_closed_streams() -> None:
    """Open streams that the caller has closed (`>&-`): else the next file, say a database, would get their number.

    What is written to standard output is an error then, and messages are lost.
    """
    for number, flags in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)  # gets the lowest number that is free
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _drop_output() -> None:
    """Let Python not write once more when it exits what standard output does not take."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _traced() -> Iterator[None]:
    """Log the trace of an error at level DEBUG; else the user sees only its message."""
    try:
        yield
    except typer.Exit:
        raise
    except Exception:
        log.debug("the trace of the error below", exc_info=True)
        raise


@contextmanager
def _alerted(command: str, home: Path | str | None) -> Iterator[None]:
    """Post a failure to the webhook."""
    from medline.errors import Locked, UsageError

    try:
        yield
    except (typer.Exit, UsageError, BrokenPipeError):
        raise
    except Locked as error:  # the next run may find it free
        if home is not None:
            from medline.ops import alerts

            alerts.post_locked(home, error, command)
        raise
    except Exception as error:
        if home is not None:
            from medline.ops import alerts

            alerts.post_failure(home, error)
        raise


@contextmanager
def progress(job: str) -> Iterator[Progress]:
    """Show bars on stderr while a long job runs, if stderr is a terminal."""
    if _is_json() or not sys.stderr.isatty():
        yield silent
        return
    from medline.bars import bars

    with bars(job) as shown:
        yield shown


def _one_line(error: Exception) -> str:
    """Return DuckDB's message without the lines that repeat the statement."""
    return " ".join(str(error).partition("\n\nLINE ")[0].split())
