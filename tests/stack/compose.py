"""docker-compose.yml as data: what `docker compose` would start, as far as this file's features go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
VARIABLE = re.compile(r"\$(?:(?P<escaped>\$)|\{(?P<name>\w+)(?:(?P<how>:-|:\?)(?P<word>[^}]*))?\})")


@dataclass(frozen=True)
class Service:
    """What a container of the service is started with.

    Attributes:
        command: words; empty where the image's own is taken.
        environment: without the variables that are passed on but not set.
        health: words of the health check; empty where there is none.
    """

    name: str
    command: list[str]
    environment: dict[str, str]
    health: list[str]


def read_variables(path: Path) -> dict[str, str]:
    """What a `.env` file sets."""
    lines = (line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines)


def interpolate(value: Any, variables: Mapping[str, str]) -> Any:
    """Put variables in the place of `${NAME}`, `${NAME:-default}` and `${NAME:?message}`, wherever they stand.

    Raises:
        KeyError: a variable without a default is not set.
    """
    if isinstance(value, dict):
        return {key: interpolate(part, variables) for key, part in value.items()}
    if isinstance(value, list):
        return [interpolate(part, variables) for part in value]
    if not isinstance(value, str):
        return value

    def replacement(match: re.Match[str]) -> str:
        if match["escaped"]:
            return "$"
        default = match["word"] if match["how"] == ":-" else None
        setting = variables.get(match["name"]) or default
        if setting is None:
            raise KeyError(match["name"])
        return setting

    return VARIABLE.sub(replacement, value)


def services(variables: Mapping[str, str]) -> dict[str, Service]:
    """The services, with variables in place."""
    definitions = interpolate(yaml.safe_load(FILE.read_text("utf-8")), variables)["services"]
    return {name: _service(name, service, variables) for name, service in definitions.items()}


def _service(name: str, definition: dict[str, Any], variables: Mapping[str, str]) -> Service:
    environment = {
        key: variables.get(key) if value is None else str(value)
        for key, value in definition.get("environment", {}).items()
    }
    kind, *words = definition["healthcheck"].get("test", ["NONE"])
    return Service(
        name,
        list(definition.get("command", [])),
        {key: value for key, value in environment.items() if value is not None},
        ["sh", "-c", *words] if kind == "CMD-SHELL" else words,
    )
