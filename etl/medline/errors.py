"""The errors of this package.

MedlineError
├── BadInput        a file cannot be read: fetch it again or report it; never retried
├── MissingDump     a dump cannot be applied, because an earlier one of its year failed or is missing
├── SqlFileError    a file of sql/ fails in DuckDB, or its header lacks a field
├── SchemaError     a line of schema/tables.py that the readers cannot follow: correct it
├── CheckFailed     the warehouse breaks a rule of sql/checks
├── NetworkError    a server was not reached, or sent a wrong answer: try again later
├── RolledBack      an earlier version was published by a rollback: a person decides how to go on
├── Locked          another process works on this home: try again later
├── DiskFull        the disk is too small: free space and run the same command again
└── UsageError      the request is wrong
    └── QueryError  a query of `medline search` is not understood
"""

from __future__ import annotations

from collections.abc import Sequence

from medline.messages import redact

LONGEST = 300  # characters of a message


class MedlineError(Exception):
    """Base of every error that this package raises on purpose. The message is one line that a user can act on."""

    def __init__(self, message: str = "") -> None:
        super().__init__(clip(message, LONGEST))


def clip(text: str, most: int) -> str:
    """Return a text as one line of at most `most` characters: beginning and end of a longer one; without secrets."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in redact(text)).split())
    if len(line) <= most:
        return line
    end = most // 3
    return f"{line[: most - end - 3].rstrip()} … {line[-end:].lstrip() if end else ''}".rstrip()


_LONGEST_NAME = 80
_LEAST_OF_PROBLEM = 40


class BadInput(MedlineError):
    """A source file cannot be read: nothing of it reaches the lake or the warehouse.

    Args:
        source: name of the file, as the user knows it.
        problem: what is wrong, with the offending value.
        where: position: "line 12", "byte 4096", "PMID 123 MedlineCitation/PMID/@Version".
        advice: what to do about it.
    """

    def __init__(self, source: str, problem: str, *, where: str = "", advice: str = "") -> None:
        self.source, self.problem, self.where, self.advice = source, problem, where, advice
        name = clip(source, _LONGEST_NAME)
        head, tail = f"{name} {where}".rstrip(), f"; {advice}" if advice else ""
        room = max(LONGEST - len(head) - len(tail) - 2, _LEAST_OF_PROBLEM)
        super().__init__(f"{head}: {clip(problem, room)}{tail}")

    def __reduce__(self) -> tuple:  # without it unpickling fails, and a pool of processes that reads files hangs
        return _bad_input, (self.source, self.problem, self.where, self.advice)


def _bad_input(source: str, problem: str, where: str, advice: str) -> BadInput:
    return BadInput(source, problem, where=where, advice=advice)


class MissingDump(MedlineError):
    """An earlier dump of the same year failed or is missing: this one waits."""


class SqlFileError(MedlineError):
    """A file of `sql/` cannot be executed.

    Args:
        path: the file, as `sql/checks/unique_keys.sql`.
        line: 1-based.
        problem: the error of DuckDB, or the missing field.
    """

    def __init__(self, path: str, line: int, problem: str) -> None:
        self.path, self.line, self.problem = path, line, problem
        super().__init__(f"{path} line {line}: {problem}")


class SchemaError(MedlineError):
    """A line of `schema/tables.py` cannot be carried out.

    Args:
        column: table and column, as `articles.doi`.
        problem: what is wrong, and what to do.
    """

    def __init__(self, column: str, problem: str) -> None:
        self.column, self.problem = column, problem
        super().__init__(f"{column}: {problem}")

    def __reduce__(self) -> tuple:  # as of BadInput
        return SchemaError, (self.column, self.problem)


class CheckFailed(MedlineError):
    """A check of `-- Level: fail` returned rows.

    Attributes:
        results: of all checks that were run (`medline.warehouse.checks.Result`).
    """

    results: Sequence[object] = ()


class NetworkError(MedlineError):
    """A server did not answer, or gave a wrong answer, in several tries. The same call may succeed later."""


class RolledBack(MedlineError):
    """A rollback stops all loading, which would undo it."""


class Locked(MedlineError):
    """Another process has locked the home or the database."""


class DiskFull(MedlineError):
    """There is too little space on the disk. What was published stays; the same call continues when there is space."""


class UsageError(MedlineError):
    """The request itself is wrong: exit code 2."""


class QueryError(UsageError):
    """A query of `medline search` is not understood.

    Args:
        problems: all that is wrong with it, each with its place.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"{clip(self.problems[0], LONGEST - len(more))}{more}")

    def __reduce__(self) -> tuple:
        return QueryError, (self.problems,)
