"""What the tests of round trips share."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa

from medline.outputs.export.records import Record
from medline.parse import iter_batches
from medline.schema import dtd
from medline.schema.ddl import primary_key
from medline.schema.tables import BY_NAME, CITATION_TABLES

MATHML = "http://www.w3.org/1998/Math/MathML"


def tables_of(path: Path) -> dict[str, pa.Table]:
    batches = list(iter_batches(path))
    return {table.name: pa.Table.from_batches([one.tables[table.name] for one in batches]) for table in CITATION_TABLES}


def records_of(tables: dict[str, pa.Table]) -> list[Record]:
    """Every record of a file; none may occur twice in it."""
    records: dict[tuple, Record] = {}
    for name, table in tables.items():
        for row in table.to_pylist():
            record = records.setdefault((row["pmid"], row["version"]), Record(row["pmid"]))
            record.rows.setdefault(name, []).append(row)
    assert all(
        len(record.rows.get("articles", ())) + len(record.rows.get("books", ())) == 1 for record in records.values()
    )
    return [in_order(record) for record in records.values()]


def in_order(record: Record) -> Record:
    """The record with the rows of each table in the order of their keys, as the warehouse gives them."""
    for name, rows in record.rows.items():
        rows.sort(key=lambda row, name=name: [(row[key] is not None, row[key]) for key in primary_key(BY_NAME[name])])
    return record


def children_pattern(model):
    if model.kind == "element":
        return f"(?:{re.escape(model.name)} ){model.occurs}"
    joint = "|" if model.kind == "choice" else ""
    return f"(?:{joint.join(map(children_pattern, model.parts))}){model.occurs}"


def faults(node):
    """Yield what the digest does not allow: children, attributes, values."""
    declared = dtd.elements()[node.tag]
    attributes = {attribute.name: attribute for attribute in declared.attributes}
    yield from (f"{node.tag}/@{name} is unknown" for name in node.attrib if name not in attributes)
    for name, attribute in attributes.items():
        if attribute.required and name not in node.attrib:
            yield f"{node.tag}/@{name} is missing"
        if attribute.values and node.get(name, attribute.values[0]) not in attribute.values:
            yield f"{node.tag}/@{name}={node.get(name)}"
    children = "".join(f"{child.tag} " for child in node)
    if declared.model.kind == "text" and children:
        yield f"{node.tag} has children {children}"
    elif declared.model.kind == "mixed":
        yield from (f"{child.tag} in {node.tag}" for child in node if child.tag not in declared.model.names())
    elif declared.model.kind != "text" and not re.fullmatch(children_pattern(declared.model), children):
        yield f"{declared} has children {children}"
    for child in node:
        if not child.tag.startswith("mml:"):
            yield from faults(child)
