"""Names of code in pages, docstrings and comments: the modules, functions, classes and files that they name exist."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from types import ModuleType

import medline
from medline.schema.tables import BY_NAME

ROOT = Path(__file__).resolve().parents[2]
#: Pages (of those, CHANGELOG.md may name what is gone) and Python files that may name code.
PAGES = [
    *(ROOT / "docs").rglob("*.md"),
    *(ROOT / "sql").glob("*.md"),
    *(page for page in ROOT.glob("*.md") if page.stem != "CHANGELOG"),
]
TEXTS = [*PAGES, *(path for folder in ("etl", "sample", "dags", "bench") for path in (ROOT / folder).rglob("*.py"))]
NAME = re.compile(r"`([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)(?:\(\))?`")
FILES = {"duckdb", "gz", "html", "json", "jsonl", "md", "parquet", "py", "sql", "toml", "tsv", "txt", "yml"}
SECTION = re.compile(r"^(Args|Attributes):\n((?: {4}.*\n?|\n)+)", re.MULTILINE)
ENTRY = re.compile(r"^ {4}(\w+(?:, \w+)*):", re.MULTILINE)
SOURCE_FILE = re.compile(r"`((?:\w+/)*\w+\.py)`")


def package() -> dict[str, ModuleType]:
    """The modules of the package by their dotted names."""
    names = [module.name for module in pkgutil.walk_packages(medline.__path__, "medline.")]
    return {name: importlib.import_module(name) for name in ["medline", *names] if not name.endswith("__main__")}


def test_every_name_of_code_exists():
    """`medline.parse.iter_batches`, `parse.derive`, `Manifest.stem`: modules, what is in them, classes."""
    modules = package()
    named = {(path, name) for path in TEXTS for name in NAME.findall(path.read_text("utf-8"))}
    code = [(path, name) for path, name in named if is_of_the_package(name, modules)]
    assert len(code) > 50
    assert [f"{path.relative_to(ROOT)}: {name}" for path, name in code if not exists(name, modules)] == []


def test_every_source_file_that_is_named_exists():
    sources = [f"/{source.relative_to(ROOT)}" for source in ROOT.glob("[!.]*/**/*.py")]
    named = {(path, name) for path in TEXTS for name in SOURCE_FILE.findall(path.read_text("utf-8"))}
    assert len(named) > 50
    missing = [(path, name) for path, name in named if not any(source.endswith(f"/{name}") for source in sources)]
    assert [f"{path.relative_to(ROOT)}: {name}" for path, name in missing] == []


def test_docstrings_describe_parameters_and_attributes_that_exist():
    unknown = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in TEXTS
        if path.suffix == ".py"
        for name in described_and_unknown(ast.parse(path.read_text("utf-8")))
    }
    assert unknown == set()


def test_a_parameter_and_an_attribute_that_are_gone_are_noticed():
    text = '''
def choose(published):
    """Choose.

    Args:
        published, others: all.
    """

class Plan:
    """A plan.

    Attributes:
        year, month: when.
    """

    year: int
'''
    assert set(described_and_unknown(ast.parse(text))) == {"choose: others", "Plan: month"}


def described_and_unknown(tree: ast.AST) -> Iterator[str]:
    """What docstrings list under Args and Attributes, and the function or class lacks."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for section, entries in SECTION.findall(ast.get_docstring(node) or ""):
                known = attributes(node) if section == "Attributes" else parameters(node)
                named = {name for names in ENTRY.findall(entries) for name in names.split(", ")}
                yield from (f"{node.name}: {name}" for name in sorted(named - known))


def parameters(node: ast.FunctionDef | ast.ClassDef) -> set[str]:
    """The parameters of a function, or of the __init__ of a class; of a dataclass, its fields."""
    if isinstance(node, ast.FunctionDef):
        return {argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)}
    made_by = [one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"]
    return parameters(made_by[0]) if made_by else attributes(node)


def attributes(node: ast.AST) -> set[str]:
    """What a class declares, or one of its methods assigns."""
    names = {one.target for one in ast.walk(node) if isinstance(one, ast.AnnAssign)}
    names |= {target for one in ast.walk(node) if isinstance(one, ast.Assign) for target in flat(one.targets)}
    return {name.id if isinstance(name, ast.Name) else name.attr for name in names if hasattr(name, "ctx")}


def flat(targets: list[ast.expr]) -> Iterator[ast.expr]:
    for target in targets:
        yield from (one for one in ast.walk(target) if isinstance(one, ast.Name | ast.Attribute))


def is_of_the_package(name: str, modules: dict[str, ModuleType]) -> bool:
    """Whether a dotted name begins with a module, a folder or a class of the package, and is no column of a table."""
    first, second, *_ = name.split(".")
    if name.rpartition(".")[2] in FILES:
        return False
    if first in BY_NAME and any(column.name == second for column in BY_NAME[first].columns):
        return False
    stems = {part for module in modules for part in module.split(".")}
    return first in stems or any(is_class(vars(module).get(first)) for module in modules.values())


def is_class(value: object) -> bool:
    return isinstance(value, type) and value.__module__.startswith("medline.")


def exists(name: str, modules: dict[str, ModuleType]) -> bool:
    """Whether a dotted name is a module, or leads from a module or class to something that is there."""
    parts = name.split(".")
    return any(
        reduce(member, rest, start) is not None
        for module, loaded in modules.items()
        for start, rest in starts(module.split("."), parts, loaded)
    )


def starts(module: list[str], parts: list[str], loaded: ModuleType) -> Iterator[tuple[object, list[str]]]:
    """The beginnings of a dotted name in a module: its own name, from any folder on, or a class in it."""
    for size in range(1, len(parts) + 1):
        if module[-size:] == parts[:size]:
            yield loaded, parts[size:]
    if is_class(vars(loaded).get(parts[0])):
        yield vars(loaded)[parts[0]], parts[1:]


def member(owner: object, name: str) -> object:
    """A member of a module or class, also one that only its annotations name; None without it."""
    if owner is None or hasattr(owner, name):
        return getattr(owner, name, None) or name
    return (name if name in getattr(owner, "__annotations__", {}) else None) if isinstance(owner, type) else None
