"""Render the commands of `medline` as a page of Markdown, from the same texts as `medline COMMAND --help`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import Any

import typer.main

from medline import cli

HEAD = """\
# Commands

This page lists every command with its options. It is generated from `etl/medline/cli/` by `make render`;
`medline COMMAND --help` prints the same.

**Exit codes**: 0 success or nothing to do, 1 failure, 2 usage error, 130 interrupted (Ctrl-C), 143
terminated (SIGTERM).

**Errors** are one line on stderr: the file, the position or PMID, the problem, the next command.
`medline --debug COMMAND` adds the trace, the database that a new version starts from with the reason, and the seconds
of each step.

**Logs** go to stderr, answers to stdout. `medline -v COMMAND` logs a line for each file;
`medline --log-format json COMMAND` logs JSON objects.
"""


def commands() -> str:
    """Return the page of commands."""
    app: Any = typer.main.get_command(cli.app)
    parts = [HEAD, "| command | purpose |\n|---|---|"]
    parts += [f"| [`medline {name}`](#medline-{name}) | {_purpose(c)} |" for name, c in app.commands.items()]
    parts += ["\n## Options of all commands\n", *_options(app)]
    for name, command in app.commands.items():
        arguments = " ".join(_argument(p) for p in command.params if p.param_type_name == "argument")
        parts += [f"\n## medline {name}\n", f"```text\nmedline {name} [OPTIONS] {arguments}".rstrip() + "\n```\n"]
        parts += [_text(command.help) + "\n", *_options(command)]
    return "\n".join(parts) + "\n"


def _purpose(command: Any) -> str:
    return _text(command.help).partition(": `")[0].partition(". ")[0].rstrip(".")


def _options(command: Any) -> Iterator[str]:
    yield "| option | default | description |\n|---|---|---|"
    for one in command.params:
        option = _argument(one) if one.param_type_name == "argument" else ", ".join(sorted(one.opts, key=len)[::-1])
        yield f"| `{option}` | {_default(one)} | {_text(one.help)}{_choices(one)} |".replace("|  |", "| |")


def _argument(one: Any) -> str:
    name = (one.metavar or one.name).upper() + ("…" if one.nargs == -1 else "")
    return name if one.required else f"[{name}]"


def _default(one: Any) -> str:
    if isinstance(one.show_default, str):
        return one.show_default
    value = one.default.value if isinstance(one.default, Enum) else one.default
    return "" if value in (None, False, "") or callable(value) else str(value)


def _choices(one: Any) -> str:
    for kind in (one.type_descriptor.annotation, *getattr(one.type_descriptor.annotation, "__args__", ())):
        if isinstance(kind, type) and issubclass(kind, Enum):
            return f" One of {', '.join(f'`{choice.value}`' for choice in kind)}."
    return ""


def _text(help_text: str | None) -> str:
    """Return a help text as Markdown: on one line, without the escapes of rich; `<` outside code is no tag."""
    words = " ".join((help_text or "").replace("\\[", "[").split()).replace("|", "\\|")
    return re.sub(r"`[^`]*`|<", lambda match: "&lt;" if match[0] == "<" else match[0], words)
