"""The diagram of the tables: each is there once, and no two boxes lie over each other."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree

import pytest

from medline.reference.diagram import COLUMNS, GAP, WIDTH, Box, _row, _stack, _tree, diagram
from medline.schema.ddl import primary_key
from medline.schema.tables import BY_NAME, TABLES

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def svg() -> ElementTree.Element:
    return ElementTree.fromstring(diagram())


def boxes(svg: ElementTree.Element) -> dict[str, tuple[float, float, float, float]]:
    """Left, top, right and bottom edge of each table's box."""
    edges = {}
    for group in svg.iter(f"{SVG}g"):
        rect, name = group.find(f"{SVG}rect"), group.find(f"{SVG}text")
        if rect is not None:
            x, y, width, height = (float(rect.get(side)) for side in ("x", "y", "width", "height"))
            edges[name.text] = (x, y, x + width, y + height)
    return edges


def test_every_table_has_one_box_with_its_key(svg):
    texts = [(text.get("class"), text.text) for text in svg.iter(f"{SVG}text")]
    assert sorted(text for kind, text in texts if kind == "name") == sorted(table.name for table in TABLES)
    keys = [line for table in TABLES for line in primary_key(table) or ("(no key)",)]
    assert sorted(text for kind, text in texts if kind == "key") == sorted(keys)


def test_no_box_lies_over_another_or_outside_the_picture(svg):
    for (one, a), (other, b) in combinations(boxes(svg).items(), 2):
        is_apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert is_apart, (one, other)
    _, _, width, height = map(float, svg.get("viewBox").split())
    assert all(x >= 0 and y >= 0 and right <= width and bottom <= height for x, y, right, bottom in boxes(svg).values())


def test_a_table_stands_outside_of_the_one_whose_rows_contain_its_rows(svg):
    edges = boxes(svg)
    assert abs(edges["affiliations"][0] - COLUMNS[0]) > abs(edges["authors"][0] - COLUMNS[0])


def test_lines_of_books_are_marked(svg):
    kinds = [path.get("class") for path in svg.iter(f"{SVG}path")]
    assert set(kinds) == {None, "books"}
    roots, _ = _tree()
    of_books = [box for box in roots if any(path.startswith("PubmedBookArticle") for path in box.table.rows)]
    assert kinds.count("books") == len(of_books)


def test_tables_of_files_are_those_that_belong_to_no_citation():
    assert [box.table for box in _tree()[1]] == [table for table in TABLES if not table.of_citation]


def test_a_row_has_as_many_boxes_as_there_are_columns():
    listed = [Box(BY_NAME["articles"]) for _ in range(len(COLUMNS) + 1)]
    bottom = _row(listed, 100)
    assert [box.column for box in listed] == [*COLUMNS, next(iter(COLUMNS))]
    assert listed[-1].top == 100 + listed[0].height + GAP
    assert bottom == listed[-1].top + listed[-1].height + GAP
    assert min(right - left for left, right in zip(COLUMNS.values(), [*COLUMNS.values()][1:], strict=False)) > WIDTH


def test_a_box_is_as_high_as_its_children():
    child = Box(BY_NAME["affiliations"])
    assert Box(BY_NAME["authors"], children=[child] * 3).span == 3 * child.height + 2 * GAP
    assert Box(BY_NAME["authors"]).span == Box(BY_NAME["authors"]).height


def test_children_stand_one_below_the_other_outside_of_their_box():
    one, other = Box(BY_NAME["affiliations"]), Box(BY_NAME["mesh_qualifiers"])
    bottom = _stack([Box(BY_NAME["authors"], children=[one, other])], -1)
    assert (one.column, other.column) == (-2, -2)
    assert other.top == one.top + one.height + GAP
    assert bottom == other.top + other.height + GAP
