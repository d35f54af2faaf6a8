"""Which modules of the package a test names, and which ones a module imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE, TESTS = ROOT / "etl" / "medline", ROOT / "tests"


@cache
def names_in(path: Path) -> frozenset[str]:
    """The modules of the package that a file imports or names in a string, and those that its support does."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names |= set(re.findall(r"\bmedline(?:\.\w+)+", node.value))
    shared = {support for name in names if (support := support_file(name)) and support != path}
    return frozenset(names).union(*map(names_in, shared))


def support_file(name: str) -> Path | None:
    path = TESTS / "support" / f"{name.partition('.')[0]}.py"
    return path if path.exists() else None


@cache
def reached_from(name: str) -> frozenset[str]:
    """The modules that a module of the package imports, itself or by way of others."""
    reached, new = set[str](), {name}
    while new:
        reached |= new
        new = {known for one in new for known in names_in(source(one)) if source(known)} - reached
    return frozenset(reached)


@cache
def source(name: str) -> Path | None:
    """The file of a module by its dotted name."""
    if name.partition(".")[0] != "medline":
        return None
    path = PACKAGE.parent.joinpath(*name.split("."))
    return next((one for one in (path.with_suffix(".py"), path / "__init__.py") if one.exists()), None)


def conftests(test: Path) -> Iterator[Path]:
    """The fixtures of its folder; those of all tests name what most tests do not reach."""
    yield from (
        path for folder in test.parents if TESTS in folder.parents and (path := folder / "conftest.py").exists()
    )


def named(test: Path) -> frozenset[str]:
    """The modules of the package that a test, its fixtures or its support name."""
    names = frozenset[str]().union(*map(names_in, (test, *conftests(test))))
    return frozenset(name for name in names if source(name))
