"""Settings from environment variables, or from a file; command-line options and DAG params override them.

`Settings` is the one table: variable, default, bound and description. Help, the reference
(`docs/reference/settings.md`), the environment of docker-compose.yml and their tests follow from it.
"""

from __future__ import annotations

import os
import re
from dataclasses import Field, dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from medline.errors import UsageError
from medline.machine import processors

CREDIT = "Courtesy of the U.S. National Library of Medicine"

_PACKAGE = Path(__file__).resolve().parent

#: The SQL that the package runs: tables, views, checks, the ledger's rule. A wheel has it inside the package.
SQL_DIRECTORY = _PACKAGE / "sql" if (_PACKAGE / "sql").is_dir() else _PACKAGE.parents[1] / "sql"

#: The files of the DAGs, which a wheel has inside the package too.
DAGS_DIRECTORY = _PACKAGE / "dag_files" if (_PACKAGE / "dag_files").is_dir() else _PACKAGE.parents[1] / "dags"

#: NLM's mirror of the dumps, its folder of MeSH, and its E-utilities.
NLM_MIRROR = "https://ftp.ncbi.nlm.nih.gov/pubmed/"
NLM_MESH = "https://nlmpubs.nlm.nih.gov/projects/mesh/MESH_FILES/"
NLM_EUTILS = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"


def _setting(
    variable: str,
    default: Any,
    description: str,
    *,
    least: float | None = None,
    allowed: str = "",
    is_secret: bool = False,
    shown: str = "",
) -> Any:
    """Declare a setting.

    Args:
        least: bound of a number.
        allowed: matches the values of a text, where not all are.
        shown: what the reference prints of the default.
    """
    shown = shown or f"{default}"
    about = {"variable": variable, "description": description, "least": least, "allowed": allowed, "shown": shown}
    return field(default=default, repr=not is_secret, metadata=about)


@dataclass(frozen=True)
class Settings:
    """All settings; a line each. A number has the type of its default."""

    # fmt: off
    home: str = _setting("MEDLINE_HOME", "home", "directory, or `s3://bucket/path`, with dumps, lake and warehouse (`--home`)")
    mirror: str = _setting("MEDLINE_MIRROR", NLM_MIRROR, "URL or directory of the dumps (`--mirror`), of homes that were not synced with another one", shown="NLM's mirror")
    homes: str = _setting("MEDLINE_HOMES", "", "homes that a run of a DAG may name, separated by commas, with what is below them; any, if empty. Set it where others may start runs")
    mirrors: str = _setting("MEDLINE_MIRRORS", "", "mirrors and sources of MeSH that a run of a DAG may name, likewise")
    mesh: str = _setting("MEDLINE_MESH", "", "URL or directory of MeSH, laid out like NLM's MESH_FILES, or `none` (`--mesh`)", shown="NLM's for NLM's mirror; the folder MESH_FILES of a directory; else none")
    work: str = _setting("MEDLINE_WORK", "~/.cache/medline", "directory on this machine for a home in an object store")
    contact: str = _setting("MEDLINE_CONTACT", "", "mail address for the User-Agent and the E-utilities, in ASCII; NLM asks for one", allowed="[ -~]*")
    api_key: str = _setting("NCBI_API_KEY", "", "10 requests a second to the E-utilities instead of 3", is_secret=True)
    timeout: float = _setting("MEDLINE_TIMEOUT", 30.0, "seconds without a byte until a connection counts as dead; the head of an answer may take twice as long", least=0.001)
    attempts: int = _setting("MEDLINE_ATTEMPTS", 8, "tries of a request", least=1)
    backoff: float = _setting("MEDLINE_BACKOFF", 1.0, "seconds before the second try, doubled for each further one, with jitter", least=0)
    connections: int = _setting("MEDLINE_CONNECTIONS", 4, "files that are fetched at a time; NLM asks for few", least=1)
    threads: int = _setting("MEDLINE_THREADS", processors(), "files that one process reads at a time; fewer where the limit of open files (`ulimit -n`) is too low for them", least=1, shown="processors that the process, and its container, may use")
    batch: int = _setting("MEDLINE_BATCH", 8, "files of one mapped task of the DAGs: Airflow maps 1,024 tasks at most, and a baseline has over 1,300 files", least=1)
    keep: int = _setting("MEDLINE_KEEP", 2, "versions of the database that are kept, the published one among them", least=1)
    feeds_keep: int = _setting("MEDLINE_FEEDS_KEEP", 3, "versions of the feeds that are kept, the published one among them", least=1)
    iceberg_keep: int = _setting("MEDLINE_ICEBERG_KEEP", 3, "versions of the Iceberg tables that are kept, the published one among them", least=2)
    max_loss: int = _setting("MEDLINE_MAX_LOSS", 10_000, "citations that a new year may lack although NLM does not list them as deleted; a third of a dump file", least=0)
    webhook: str = _setting("MEDLINE_WEBHOOK", "", "https:// URL to which failed runs, failed checks, stale data and schema drift are posted as JSON, with a `text` for chats; a secret: who has it can post there", is_secret=True)
    index: str = _setting("MEDLINE_INDEX", "auto", "`none`: make no index for searches, and use none; they read the tables")
    search_timeout: float = _setting("MEDLINE_SEARCH_TIMEOUT", 0.0, "seconds after which a search is given up; 0: never", least=0)
    stale_days: float = _setting("MEDLINE_STALE_DAYS", 7.0, "days without an update after which data count as stale, if the mirror has newer", least=0)
    log: str = _setting("MEDLINE_LOG", "text", "`json`: as `--log-format json`", allowed="text|json")
    # fmt: on


def read(*, connections: int | None = None) -> Settings:
    """Read all settings, so that a wrong one fails at the start of a long run and not at its end.

    Args:
        connections: in place of the setting.

    Raises:
        UsageError: a value is not a number, or too small.
    """
    file, given = _given()
    values: dict[str, Any] = {one.name: _value(one, file, given) for one in fields(Settings)}
    if "://" not in values["home"]:
        values["home"] = str(expanded(values["home"]).absolute())
    if connections:
        values["connections"] = connections
    return Settings(**values | {"work": str(expanded(values["work"]).absolute())})


def is_given(name: str) -> bool:
    """Whether a setting has a value of its own, and not its default."""
    return bool(os.environ.get(Settings.__dataclass_fields__[name].metadata["variable"])) or name in _given()[1]


def value(name: str) -> Any:
    """Return one setting; a wrong value of another one is no error yet."""
    return _value(Settings.__dataclass_fields__[name], *_given())


def _given() -> tuple[Path, dict[str, Any]]:
    """Return the file of settings, and what it has: MEDLINE_CONFIG, or the user's own where there is one.

    Raises:
        UsageError: it is not there, no TOML, or has what is no setting.
    """
    named = os.environ.get("MEDLINE_CONFIG")
    path = expanded(named or f"{os.environ.get('XDG_CONFIG_HOME') or '~/.config'}/medline/config.toml")
    try:
        state = path.stat()
    except OSError as error:
        if named:
            raise UsageError(f"MEDLINE_CONFIG is {named}: {error.strerror}") from error
        return path, {}
    return path, _read_file(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1)
def _read_file(path: Path, _changed: int, _size: int) -> dict[str, Any]:
    import tomllib  # pydantic-settings would take 0.3 processor seconds to import, this takes 0.03

    try:
        given = tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: no TOML: {error}") from error
    known = Settings.__dataclass_fields__
    if unknown := given.keys() - known.keys():
        raise UsageError(f"{path}: {min(unknown)} is no setting; there are {', '.join(known)}")
    for name, entry in given.items():
        if isinstance(entry, bool) or not isinstance(
            entry, str if isinstance(known[name].default, str) else int | float
        ):
            kind = "a text in quotes" if isinstance(known[name].default, str) else "a number"
            raise UsageError(f"{path}: {name} must be {kind}")
    return given


def expanded(path: str) -> Path:
    """Return a path with a user's directory in place of ~ or ~user.

    Raises:
        UsageError: nobody has this name, or nobody knows whose process this is.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{path}: no such user, or HOME is not set; give the path in full") from error


def reference() -> str:
    """Render the settings as a page of Markdown."""
    lines = [
        "# Settings\n",
        "Generated from `etl/medline/settings.py` by `make render`. Settings come from environment variables, or from the"
        " file that `MEDLINE_CONFIG` names, by default `~/.config/medline/config.toml`; command-line options and DAG"
        " params override both. In the file a setting is called as the variable without `MEDLINE_` or `NCBI_`, in small"
        " letters:\n",
        '```toml\nhome = "/data/medline"\ncontact = "you@example.org"\nkeep = 3\n```\n',
        "| variable | default | description |",
        "|---|---|---|",
    ]
    for one in fields(Settings):
        about = one.metadata
        lines.append(f"| {about['variable']} | {about['shown']} | {about['description']} |".replace("|  |", "| |"))
    return "\n".join(lines) + "\n"


def _value(one: Field[Any], file: Path, given: dict[str, Any]) -> str | int | float:
    variable, least = one.metadata["variable"], one.metadata["least"]
    default: Any = one.default
    text, kind = os.environ.get(variable, ""), type(default)
    if not text:
        text = str(given.get(one.name, default))
        variable = f"{file}: {one.name}" if one.name in given else variable
    if kind is str:
        if (allowed := one.metadata["allowed"]) and not re.fullmatch(allowed, text):
            values = (
                f"it is {' or '.join(allowed.split('|'))}"
                if "|" in allowed
                else "it may have printable ASCII characters only"
            )
            raise UsageError(f"{variable} is {text!r}: {values}")
        if not re.fullmatch("[^\ud800-\udfff]*", text):
            raise UsageError(f"{variable} is not UTF-8 text")
        return text
    try:
        number = kind(text)
    except ValueError as error:
        raise UsageError(f"{variable} is {text!r}: not a {'whole ' if kind is int else ''}number") from error
    if not number >= least:
        raise UsageError(f"{variable} is {text}: it must be at least {least:g}")
    return number
