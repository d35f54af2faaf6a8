"""The tree of real MeSH, 2024: what views say of it is what Python counts."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from medline import settings
from medline.home import LocalHome
from medline.vocabulary import load, store, update
from medline.warehouse import database
from mesh_records import descriptor, write


def table(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def tree(data) -> dict[str, tuple[str, list[str]]]:
    """Name and places of each descriptor."""
    rows = table(data / "mesh" / "mesh2024_trees.tsv.gz")
    return {row["ui"]: (row["name"], [n for n in (row["tree_numbers"] or "").split("|") if n]) for row in rows}


@pytest.fixture(scope="module")
def connection(tree, tmp_path_factory):
    directory = tmp_path_factory.mktemp("mesh")
    records = (descriptor(ui, escape(name), *numbers) for ui, (name, numbers) in tree.items())
    write(directory, "desc", *records, year=2024, suffix=".gz")
    home = LocalHome(directory / "home")
    update.update(str(directory), home, 2024, settings.read())
    with database.writer(directory / "medline.duckdb") as connection:
        load.load(connection, home, store.mesh_files(home))
        database.describe(connection)
        yield connection


def below(tree: dict[str, tuple[str, list[str]]], name: str) -> set[str]:
    """The names of a descriptor and of all below it."""
    tops = next(numbers for own, numbers in tree.values() if own == name)
    return {name} | {
        own for own, numbers in tree.values() for n in numbers if any(n.startswith(f"{top}.") for top in tops)
    }


@pytest.mark.long
@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", ["Neoplasms", "Asthma", "Cardiovascular Diseases", "Europe", "Rats", "Male"])
def test_what_is_below_a_heading(connection, tree, name):
    found = connection.execute(
        "SELECT descriptor FROM mesh_ancestors WHERE ancestor = $name", {"name": name}
    ).fetchall()
    assert {descriptor for (descriptor,) in found} == below(tree, name)


def test_every_place_has_its_depth_and_all_above_it(connection, tree):
    places = {number: ui for ui, (_, numbers) in tree.items() for number in numbers}
    rows = connection.execute("SELECT tree_number, descriptor_ui, depth, parent, ancestors FROM mesh_tree").fetchall()
    assert {number: ui for number, ui, *_ in rows} == places
    children: dict[str | None, set[str]] = defaultdict(set)
    for number, _, depth, parent, ancestors in rows:
        assert (depth, parent) == (number.count(".") + 1, number.rpartition(".")[0] or None)
        assert set(ancestors) <= places.keys()
        assert len(ancestors) == depth - 1
        children[parent].add(number)
    assert len(children[None]) > 100


def test_no_place_is_without_one_above_it(connection):
    found = connection.execute("SELECT count(*) FROM mesh_tree WHERE parent NOT IN (SELECT tree_number FROM mesh_tree)")
    assert found.fetchall() == [(0,)]
