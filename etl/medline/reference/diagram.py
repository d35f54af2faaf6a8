"""Draw the tables and their keys as an entity-relationship diagram in SVG.

`articles` and `books` stand in the middle, the tables that repeat their PMID beside them. A table whose rows belong to
rows of another one (`affiliations` to `authors`, by author_seq) stands outside of that one. The tables of files and
runs stand below.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from medline.schema.ddl import primary_key
from medline.schema.tables import TABLES, Table

WIDTH, LINE, PADDING, GAP = 206, 15, 8, 10
#: Left edges of the columns: two on each side of the middle.
COLUMNS = {-2: 10, -1: 256, 0: 542, 1: 828, 2: 1074}
MIDDLE = ("articles", "books")

STYLE = """\
text { font: 12px sans-serif; fill: #1a1a1a }
.name { font-weight: bold }
.key { fill: #555 }
rect { fill: #fff; stroke: #3f51b5 }
.files rect { stroke: #777 }
path { fill: none; stroke: #9fa8da }
path.books { stroke: #e0a030; stroke-dasharray: 4 3 }"""


@dataclass
class Box:
    """A table in the diagram: the column of boxes that it is in, its top edge, and the boxes of its child tables."""

    table: Table
    column: int = 0
    top: float = 0
    children: list[Box] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """The columns of the key."""
        return list(primary_key(self.table)) or ["(no key)"]

    @property
    def height(self) -> float:
        return PADDING * 2 + LINE * (1 + len(self.lines))

    @property
    def span(self) -> float:
        """The height of the box, or of its children together where that is more."""
        return max(self.height, sum(child.span + GAP for child in self.children) - GAP)

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


def diagram() -> str:
    """Return the diagram as SVG."""
    roots, files = _tree()
    sides: dict[int, list[Box]] = {-1: [], 1: []}
    for box in roots:
        lower = min(sides, key=lambda side: sum(one.span + GAP for one in sides[side]))
        sides[lower].append(box)
    height = max(_stack(boxes, side) for side, boxes in sides.items())
    main = [Box(table) for table in TABLES if table.name in MIDDLE]
    for box, share in zip(main, (0.35, 0.65), strict=True):
        box.top = height * share
    bottom = _row(files, height + 3 * GAP)
    boxes = [*main, *(inner for box in roots for inner in (box, *box.children))]
    paths = [line for box in roots for line in _lines(box, main)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {COLUMNS[2] + WIDTH + 10} {bottom:g}" role="img">',
            f"<title>{len(TABLES)} tables with their keys</title>",
            f"<style>\n{STYLE}\n</style>",
            f'<rect width="100%" height="{bottom:g}" style="stroke: none"/>',
            *paths,
            *map(_draw, boxes),
            '<g class="files">',
            *map(_draw, files),
            "</g>",
            "</svg>\n",
        ]
    )


def _tree() -> tuple[list[Box], list[Box]]:
    """Return the tables that belong to the main ones, each with its children, and the tables of files and runs."""
    boxes = {table.name: Box(table) for table in TABLES if table.of_citation and table.name not in MIDDLE}
    roots = []
    for box in boxes.values():
        parents = [one for one in boxes.values() if one is not box and _is_below(box.table, one.table)]
        if parents:
            max(parents, key=lambda one: len(one.table.key)).children.append(box)
        else:
            roots.append(box)
    return roots, [Box(table) for table in TABLES if not table.of_citation]


def _is_below(table: Table, parent: Table) -> bool:
    """Return whether the rows of a table are elements inside the rows of another one, and so are their keys."""
    is_inside = any(path.startswith(f"{outer}/") for path in table.rows for outer in parent.rows)
    return is_inside and len(parent.key) < len(table.key) and table.key[: len(parent.key)] == parent.key


def _stack(boxes: list[Box], side: int) -> float:
    """Place boxes and their children one below the other; return the lower end."""
    top = float(GAP)
    for box in boxes:
        box.column, box.top = side, top + (box.span - box.height) / 2
        inner = top
        for child in box.children:
            child.column, child.top = 2 * side, inner
            inner += child.span + GAP
        top += box.span + GAP
    return top


def _row(boxes: list[Box], top: float) -> float:
    """Place boxes beside each other, as many in a row as there are columns; return the lower end."""
    while boxes:
        row, boxes = boxes[: len(COLUMNS)], boxes[len(COLUMNS) :]
        for column, box in zip(COLUMNS, row, strict=False):
            box.column, box.top = column, top
        top = max(box.top + box.height for box in row) + GAP
    return top


def _lines(box: Box, main: list[Box]) -> list[str]:
    """Draw the lines from a box to the main tables whose records have such rows, and to its children."""
    articles, books = main
    side = 1 if box.column > 0 else -1
    paths = []
    for owner, prefix, kind in ((articles, "PubmedArticle", ""), (books, "PubmedBookArticle", ' class="books"')):
        if any(path.startswith(prefix) for path in box.table.rows):
            paths.append(_curve(owner, box, side, kind))
    return [*paths, *(_curve(box, child, side, "") for child in box.children)]


def _curve(start: Box, end: Box, side: int, kind: str) -> str:
    x1 = COLUMNS[start.column] + (WIDTH if side > 0 else 0)
    x2 = COLUMNS[end.column] + (0 if side > 0 else WIDTH)
    y1, y2, bend = f"{start.middle:g}", f"{end.middle:g}", f"{(x1 + x2) / 2:g}"
    return f'<path{kind} d="M{x1} {y1} C{bend} {y1} {bend} {y2} {x2} {y2}"/>'


def _draw(box: Box) -> str:
    x = COLUMNS[box.column]
    texts = [(box.table.name, "name"), *((line, "key") for line in box.lines)]
    rows = "".join(
        f'<text class="{kind}" x="{x + PADDING}" y="{box.top + PADDING + LINE * (n + 0.75):g}">{escape(text)}</text>'
        for n, (text, kind) in enumerate(texts)
    )
    return f'<g><rect x="{x}" y="{box.top:g}" width="{WIDTH}" height="{box.height:g}" rx="4"/>{rows}</g>'
