"""The order of the package: what may import what, and that the paths of a home are written in one module."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from medline.home import layout

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "etl" / "medline"

#: Packages and modules of `medline` from the lowest floor up. Imports go down, or stay in the same package.
FLOORS = (
    ("messages",),
    ("errors", "extras", "machine", "progress", "urls"),
    ("settings",),
    ("sqlfile",),
    ("home",),
    ("schema",),
    ("mirror",),
    ("parse",),
    ("eutils",),
    ("lake",),
    ("vocabulary",),
    ("warehouse",),
    ("plan",),
    ("estimate",),
    ("searching", "outputs", "ops"),
    ("pipeline",),
    ("bars",),
    ("console",),
    ("answers",),
    ("facts",),
    ("status",),
    ("options",),
    ("cli",),
    ("reference",),
    ("render",),
    ("",),  # the package itself, `import medline`
    ("dags",),
)
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}

#: Folders and files that every home has, by the one module that writes their paths.
FOLDERS = {name for files in layout.FILES for name in files.form.split("/")[:-1] if "{" not in name}
NAMES = {name for files in layout.FILES if "{" not in (name := files.form.rpartition("/")[2])}


def modules() -> dict[str, str]:
    """The text of every module, by name."""
    names = {path: path.relative_to(PACKAGE.parent).with_suffix("").parts for path in PACKAGE.rglob("*.py")}
    names |= {path: ("dags", path.stem) for path in (ROOT / "dags").glob("*.py")}
    return {".".join(parts).removesuffix(".__init__"): path.read_text("utf-8") for path, parts in names.items()}


def imports(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each import of a module by another, wherever it stands."""
    for name, text in texts.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                targets = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{name}: imports are absolute"
                targets = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                continue
            for target in targets:
                if target.partition(".")[0] == "medline":
                    yield name, target if target in texts else target.rpartition(".")[0]


def package_of(module: str) -> str:
    first, _, rest = module.partition(".")
    return rest.partition(".")[0] if first == "medline" else first


def upward(texts: Mapping[str, str]) -> list[str]:
    pairs = ((name, target) for name, target in imports(texts) if package_of(name) != package_of(target))
    return sorted(f"{a} imports {b}" for a, b in pairs if FLOOR[package_of(a)] <= FLOOR[package_of(b)])


def circles(texts: Mapping[str, str]) -> Iterator[frozenset[str]]:
    """The circles of imports, one of those that there are at a time."""
    graph: dict[str, set[str]] = {name: set() for name in texts}
    for name, target in imports(texts):
        graph[name].add(target)
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            *names, last = error.args[1]
            yield frozenset(names)
            graph = {name: targets - ({names[0], last} if name in names else set()) for name, targets in graph.items()}
        else:
            return


def test_every_module_has_a_floor():
    assert {package_of(name) for name in modules()} <= set(FLOOR), "add it to FLOORS"


def test_no_import_goes_up():
    assert upward(modules()) == []


def test_no_import_is_in_a_circle():
    assert not set(circles(modules()))


@pytest.mark.parametrize(
    "statement",
    [
        "from medline.lake import manifest",
        "def f():\n    import medline.lake.manifest",
        "if TYPE_CHECKING:\n    from medline.lake.manifest import Manifest",
    ],
)  # fmt: skip
def test_an_import_that_goes_up_or_round_is_seen(statement):
    texts = {"medline.home.store": statement, "medline.lake.manifest": "from medline.home.store import ObjectStore"}
    assert upward(texts) == ["medline.home.store imports medline.lake.manifest"]
    assert list(circles(texts)) == [frozenset(texts)]


def paths_of_a_home(text: str) -> list[str]:
    """Expressions that write a path of a home: a folder of one behind a slash, or the name of a file."""
    paths = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            parts = node.right.values if isinstance(node.right, ast.JoinedStr) else [node.right]
            names = FOLDERS
        else:
            parts, names = [node], NAMES
        values = [part.value for part in parts if isinstance(part, ast.Constant)]
        if names & {word for value in values if isinstance(value, str) for word in value.split("/")}:
            paths.append(ast.unparse(node))
    return paths


def test_only_home_writes_the_paths_of_a_home():
    elsewhere = {name: text for name, text in modules().items() if package_of(name) != "home"}
    assert {name: paths for name, text in elsewhere.items() if (paths := paths_of_a_home(text))} == {}


@pytest.mark.parametrize(
    "line",
    [
        'home / "lake"', 'path = home/"warehouse" / name', 'home / f"lake/{table}"', 'home / "runs.jsonl"',
        'RUNS = "runs.jsonl"', 'top / "manifest.json"', 'NAME = "medline.duckdb"', 'f"{home}/feeds/manifest.json"',
    ],
)  # fmt: skip
def test_a_path_of_a_home_elsewhere_is_seen(line):
    assert paths_of_a_home(line)


def test_only_home_locks():
    """Locks are in one module."""
    assert [name for name, text in modules().items() if "flock" in text] == ["medline.home.locks"]
