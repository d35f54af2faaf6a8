"""Which rows belong into which element, by the schema: ordinals of the rows around, and values that paths fix."""

from __future__ import annotations

from functools import cache

from medline.parse.xml.paths import Node
from medline.schema import dtd
from medline.schema.tables import ORDINAL, ORDINAL_PATH, At, Column, Table

Around = dict[str, int | str | None]


@cache
def position_column(table: Table) -> str | None:
    """Return the ordinal that counts a table's rows or lists over the whole record; None where it has none."""
    first = table[table.key[0]] if table.key else None
    return first.name if first and first.type is ORDINAL and first.path else None


@cache
def ordinals(table: Table) -> tuple[Column, ...]:
    """Return the columns that count rows or lists."""
    return tuple(column for column in table.columns if column.type in (ORDINAL, ORDINAL_PATH))


@cache
def list_columns(table: Table) -> tuple[Column, ...]:
    """Return the columns of the list around a row."""
    return tuple(column for column in table.columns if (column.path or "").startswith(".."))


@cache
def _inherited(table: Table) -> tuple[Column, ...]:
    """Return the ordinals that repeat those of the rows around."""
    return tuple(column for column in ordinals(table) if column.path is None)


@cache
def _nested(table: Table) -> str | None:
    """Return the column that counts rows which nest in rows of their own table: '2' contains '2.1'."""
    return next((column.name for column in ordinals(table) if column.type is ORDINAL_PATH and column.path), None)


def outer_key(table: Table, row: dict) -> tuple:
    """Return the ordinals of the rows around a row."""
    key = [row[column.name] for column in _inherited(table)]
    if name := _nested(table):
        key.append(row[name].rpartition(".")[0] or None)
    return tuple(key)


def key_within(table: Table, around: Around) -> tuple:
    """Return the key that rows have within some rows.

    Args:
        around: the ordinals of these rows, by column.
    """
    key = [
        next((around[name] for name in column.of or (column.name,) if name in around), None)
        for column in _inherited(table)
    ]
    if name := _nested(table):
        key.append(around.get(name))
    return tuple(key)


@cache
def _own(table: Table) -> tuple[str, ...]:
    """Return the columns with values of a row itself, and not of its list or position."""
    return tuple(c.name for c in table.columns if c.path and not c.path.startswith("..") and c not in ordinals(table))


def is_bare(table: Table, row: dict) -> bool:
    """Whether a row represents a list without entries."""
    return all(row[name] is None for name in _own(table))


def fits(node: Node, row: dict) -> bool:
    """Whether a row can be an element of this node; its table may have other nodes for rows that cannot."""
    for name, value in node.fixed.items():
        if row[name] not in (value, None):
            return False
    elsewhere, undeclared = _others(node.row, node.path)
    for fixed in elsewhere:
        if all(row[name] == value for name, value in fixed):
            return False
    return not undeclared or all(row[name] is None for name in undeclared)


@cache
def _others(table: Table, path: str) -> tuple[list[tuple], list[str]]:
    """Return the marks of rows of a table's other paths: values that these fix, attributes that only these declare."""
    record = path.partition("/")[0]
    rows = {row_path.replace("+", ""): fixed for row_path, fixed in table.rows.items()}
    others = [other for other in rows if other.startswith(f"{record}/") and other != path]
    fixed = [
        tuple((name, value) for name, value in rows[other].items() if not isinstance(value, At)) for other in others
    ]
    attributes = [column for column in table.columns if (column.path or "").rpartition("/")[2].startswith("@")]
    undeclared = [
        column.name
        for column in attributes
        if column.name not in rows[path]
        and not _declares(path, column)
        and any(_declares(other, column) for other in others)
    ]
    return [values for values in fixed if values and not any(name in rows[path] for name, _ in values)], undeclared


def _declares(row_path: str, column: Column) -> bool:
    """Whether the DTD declares the attribute of a column for rows of a path."""
    steps = row_path.split("/")
    for step in (column.path or "").split("/"):
        steps = steps[:-1] if step == ".." else [*steps, step]
    element = dtd.elements().get(steps[-2])
    return element is not None and steps[-1][1:] in [attribute.name for attribute in element.attributes]
