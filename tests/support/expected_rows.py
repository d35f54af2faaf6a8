"""The rows that an XML file must give, by a second reading of the document that is independent of the readers.

`Expected` searches the paths of the schema with plain ElementTree and knows nothing of the readers' plan. It says which
rows, values and ordinals a record must give, row by row, and what is left over: that must be in `anomalies` (a value
without a column) or counted in `unknown_paths` (what the schema does not name).
"""

from __future__ import annotations

import datetime
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from medline.parse import iter_batches
from medline.schema.tables import (
    BIGINT,
    BOOLEAN,
    DATE,
    INTEGER,
    LAKE_TABLES,
    MIXED,
    MONTH,
    ORDINAL,
    ORDINAL_PATH,
    TEXTS,
    At,
    Column,
)

MATHML = "http://www.w3.org/1998/Math/MathML"
INLINE = {"b", "i", "sup", "sub", "u", "mml:math", "DispFormula"}
WRAPPERS = {"MedlineCitation": "PubmedArticle", "BookDocument": "PubmedBookArticle"}
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
DATE_PARTS = ("Year", "Month", "Day")
ORDINALS = (ORDINAL, ORDINAL_PATH)
FOLDERS = ("xml", "books", "pairs", "mirror")
TABLES = [table for table in LAKE_TABLES if table.rows]
SELF_NESTING = {step[:-1] for table in TABLES for path in table.rows for step in path.split("/") if step.endswith("+")}


def column_path(column, fixed) -> str | None:
    """Path of a column on one row path; None where it is no value of the document."""
    base = column.name.removesuffix("_markup")
    if isinstance(fixed.get(base), At):
        return str(fixed[base]) + "#markup" * (base != column.name)
    return None if column.name in fixed or column.type in ORDINALS else column.path


class Reading(NamedTuple):
    """How a column is read from a row: so many steps up, then down to elements, of which an attribute or all."""

    column: Column
    ups: int
    down: str
    attribute: str
    is_markup: bool


@cache
def readings(table, row_path: str) -> list[Reading]:
    listed = []
    for column in table.columns:
        if path := column_path(column, table.rows[row_path]):
            steps = path.removesuffix("#markup").split("/")
            down = "/".join(step for step in steps if not step.startswith(("@", ".")))
            attribute = steps[-1][1:] if steps[-1].startswith("@") else ""
            listed.append(Reading(column, steps.count(".."), down, attribute, "#" in path))
    return listed


@cache
def height(table) -> int:
    """Steps from a row up to the list around it."""
    return max((column.path.count("..") for column in table.columns if column.path), default=0)


def declared_paths() -> dict[str, set]:
    """Every path of the schema from the record down, with the types of its columns, and every path above those."""
    types: dict[str, set] = {}
    for table in TABLES:
        for row_path, fixed in table.rows.items():
            types.setdefault(row_path.replace("+", ""), set())
            for column in table.columns:
                path = column_path(column, fixed)
                if path and "#" not in path:
                    steps = path.split("/")
                    above = row_path.replace("+", "").split("/")
                    above = above[: len(above) - steps.count("..")]
                    full = "/".join([*above, *(step for step in steps if step not in (".", ".."))])
                    for part in DATE_PARTS if column.type is DATE and "@" not in full else [""]:
                        types.setdefault(f"{full}/{part}".rstrip("/"), set()).add(column.type)
    for path in list(types):
        for steps in range(1, path.count("/") + 1):
            types.setdefault(path.rsplit("/", steps)[0], set())
    return types


DECLARED = declared_paths()


class Untyped(Exception):
    """A value that its column cannot hold."""


def typed(column_type, raw: str):
    """A value as its column must have it, by rules of this test's own."""
    word = raw.strip()
    if column_type in (BIGINT, INTEGER):
        if not (word.isascii() and word.isdigit()):
            raise Untyped(raw)
        return int(word)
    if column_type is MONTH:
        number = MONTHS.index(word[:3].lower()) + 1 if word[:3].lower() in MONTHS else typed(INTEGER, word)
        if number not in range(1, 13):
            raise Untyped(raw)
        return number
    if column_type is BOOLEAN:
        if word not in ("Y", "N"):
            raise Untyped(raw)
        return word == "Y"
    if column_type is DATE:
        try:
            year, month, day = word.replace("-", "/").split("/")
            return datetime.date(int(year), typed(MONTH, month), int(day))
        except ValueError:
            raise Untyped(raw) from None
    return raw


def text_of(node: Element) -> str:
    text = "".join(node.itertext()).strip(" \t\r\n")
    return " ".join(line.strip(" \t\r") for line in re.sub(r"\n[ \t\r\n]*", "\n", text).split("\n"))


def without_layout(node: Element) -> Element:
    """A copy of an element whose text has no blanks at its ends and no line ends: see `values.fold_markup`."""
    node = deepcopy(node)
    node.tail = None
    texts = list(_texts(node, 0))
    ends = list(accumulate(len(getattr(holder, name) or "") for _, holder, name in texts))
    whole = "".join(getattr(holder, name) or "" for _, holder, name in texts)
    for run in reversed(list(re.finditer("[ \t\r\n]+", whole))):
        is_inside = run.start() > 0 and run.end() < len(whole)
        if is_inside and "\n" not in run[0]:
            continue
        touched = []
        for number, (depth, holder, name) in enumerate(texts):
            start, end = [0, *ends][number : number + 2]
            if start <= run.end() and end >= run.start():
                text = getattr(holder, name) or ""
                left, right = max(run.start(), start) - start, min(run.end(), end) - start
                touched.append((depth, left == right, number, left))
                setattr(holder, name, text[:left] + text[right:])
        if is_inside:
            _, _, number, left = min(touched)
            _, holder, name = texts[number]
            text = getattr(holder, name)
            setattr(holder, name, f"{text[:left]} {text[left:]}")
    return node


def _texts(node: Element, depth: int) -> Iterator[tuple[int, Element, str]]:
    """The texts of an element in their order, as node and attribute, with the number of elements open there."""
    yield depth, node, "text"
    for child in node:
        yield from _texts(child, depth + 1)
        yield depth, child, "tail"


def markup_of(node: Element) -> tuple:
    """What is inside an element, to be compared: its text, and each child with its name, attributes and inside."""
    return node.text or "", [(child.tag, child.attrib, markup_of(child), child.tail or "") for child in node]


def name_mathml(node: Element) -> Element:
    for one in node.iter():
        one.tag = one.tag.replace(f"{{{MATHML}}}", "mml:")
    return node


def parse_markup(markup: str) -> tuple:
    return markup_of(name_mathml(ElementTree.fromstring(f'<x xmlns:mml="{MATHML}">{markup}</x>')))


class Expected:
    """What one record must become.

    Attributes:
        rows: of each table: column names to values. A derived column is left out where the document says nothing.
        anomalies: values that no column takes.
        unknown: paths that the schema does not name, and how often each occurs.
    """

    def __init__(self, record: Element) -> None:
        self.record = record
        self.pmid = record.findtext("*/PMID") if record.tag.startswith("Pubmed") else None
        self.parents = {child: node for node in record.iter() for child in node}
        self.paths = {record: record.tag}
        for node in record.iter():
            for child in node:
                nests = child.tag == node.tag and child.tag in SELF_NESTING
                self.paths[child] = self.paths[node] if nests else f"{self.paths[node]}/{child.tag}"
        self.order = {node: position for position, node in enumerate(record.iter())}
        self.by_path: dict[str, list[Element]] = {}
        for node in self.order:
            self.by_path.setdefault(self.paths[node], []).append(node)
        self.used: set[tuple[Element, str]] = set()
        self.placed: set[tuple[Element, str]] = set()
        self.anomalies: Counter[str] = Counter()
        self.seq: dict[tuple[str, Element], object] = {}
        self.rows = {table.name: self._rows(table) for table in TABLES}
        self.unknown = Counter(self._unknown(record))

    def at(self, paths: list[str]) -> list[Element]:
        """The elements of these paths, in the order of the document."""
        wanted = {path.replace("+", "") for path in paths}
        return sorted((node for path in wanted for node in self.by_path.get(path, ())), key=self.order.__getitem__)

    def up(self, node: Element, steps: int) -> Element:
        for _ in range(steps):
            node = self.parents[node]
        return node

    def _rows(self, table) -> list[dict]:
        by_path = {path.replace("+", ""): path for path in table.rows}
        steps = height(table)
        elements = self.at(list(table.rows))
        lists = self.at([path.rsplit("/", steps)[0] for path in table.rows]) if steps else []
        filled = {self.up(node, steps) for node in elements}
        rows, counts = [], Counter()
        empty = [node for node in lists if node not in filled]
        for node in sorted([*elements, *empty], key=self.order.__getitem__):
            if node not in empty:
                row = self._values(table, node, by_path[self.paths[node]])
                self._number(table, node, row, counts, lists, steps)
                rows.append(row)
                continue
            row = self._list_values(table, next(iter(table.rows)), node)
            not_null = [value for value in row.values() if value is not None]
            if not_null and table.outer:
                self._number(table, node, row, counts, lists, 0)
                rows.append(row)
            else:
                self.anomalies.update(not_null)
        return rows

    def _values(self, table, node: Element, row_path: str) -> dict:
        row = {name: value for name, value in table.rows[row_path].items() if not isinstance(value, At)}
        for reading in readings(table, row_path):
            column, holder = reading.column, self.up(node, reading.ups)
            values = self._read(holder, reading)
            if len(values) > 1 and reading.ups:
                if (holder, column.name) in self.placed:  # the rows of a list share its values
                    del values[1:]
                self.placed.add((holder, column.name))
            if values or not column.derive:
                row[column.name] = self._place(column, values)
        return row

    def _list_values(self, table, row_path: str, node: Element) -> dict:
        """The values of a list without items, raw."""
        row = {}
        for reading in readings(table, row_path):
            values = self._read(node, reading) if reading.ups else []
            self.anomalies.update(values[1:])
            row[reading.column.name] = values[0] if values else None
        return row

    def _place(self, column, values: list):
        """The one value that a column takes; the others are anomalies."""
        if column.type is TEXTS or not values:
            return values or None
        value, *others = values
        if not isinstance(value, str):
            return value
        self.anomalies.update(others)
        try:
            return typed(column.type, value)
        except Untyped as untyped:
            self.anomalies[str(untyped)] += 1
            return None

    def _read(self, node: Element, reading: Reading) -> list:
        """The values below a node, raw, all of them noted as used."""
        nodes = node.findall(reading.down) if reading.down else [node]
        if not nodes:
            return []
        if name := reading.attribute:
            nodes = [one for one in nodes if name in one.attrib]
            self.used.update((one, f"@{name}") for one in nodes)
            return [one.attrib[name].strip(" \t\r\n") for one in nodes]
        if reading.column.type is DATE:
            parts = [[one for date in nodes for one in date.findall(part)] for part in DATE_PARTS]
            self.used.update((one, "text") for part in parts for one in part)
            self.anomalies.update(text_of(one) for part in parts for one in part[1:])
            return ["/".join(text_of(part[0]) if part else "" for part in parts)] if any(parts) else []
        if reading.is_markup:
            return [markup_of(without_layout(one)) for one in nodes[:1] if len(one)]
        self.used.update((one, "text") for one in nodes)
        return [text_of(one) for one in nodes]

    def _number(self, table, node: Element, row: dict, counts: Counter, lists: list, ups: int) -> None:
        """Put the ordinals of a row: of the rows and lists around it, and its own."""
        for column in table.columns:
            if column.type not in ORDINALS:
                continue
            if column.path is None:
                row[column.name] = self._seq_around(node, (column.name, *column.of))
            elif column.path.startswith(".."):
                row[column.name] = lists.index(self.up(node, ups)) + 1
        for column in table.columns:
            if column.type in ORDINALS and column.path == ".":
                own = table.key[: table.key.index(column.name)] if column.name in table.key else ()
                outer = self._seq_around(node, (column.name,)) if column.type is ORDINAL_PATH else None
                group = (column.name, outer, *(row[name] for name in own))
                counts[group] += 1
                nested = f"{outer or ''}.{counts[group]}".lstrip(".")
                row[column.name] = counts[group] if column.type is ORDINAL else nested
                self.seq[column.name, node] = row[column.name]

    def _seq_around(self, node: Element, names: tuple[str, ...]):
        while node in self.parents:
            node = self.parents[node]
            for name in names:
                if (name, node) in self.seq:
                    return self.seq[name, node]
        return None

    def _unknown(self, node: Element):
        path = self.paths[node]
        yield from (f"{path}/@{name}" for name in node.attrib if (node, f"@{name}") not in self.used)
        texts = [node.text, *(child.tail for child in node)]
        if (node, "text") not in self.used and any(text and text.strip() for text in texts):
            yield f"{path}/text()"
        for child in node:
            if self.paths[child] in DECLARED:
                yield from self._unknown(child)
            elif not (MIXED in DECLARED[path] and child.tag in INLINE):
                yield from (self.paths[one] for one in child.iter())
                yield from (f"{self.paths[one]}/@{name}" for one in child.iter() for name in one.attrib)


# What the readers made of a file


def read_records(path: Path) -> list[Element]:
    """The record elements of a file, the bare ones of old sets wrapped as the schema's paths have them."""
    raw = path.read_bytes()
    root = name_mathml(ElementTree.fromstring(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw))
    records = []
    for record in root:
        if wrapper := WRAPPERS.get(record.tag):
            inner, record = record, Element(wrapper)
            record.append(inner)
        records.append(record)
    return records


def read_tables(path: Path) -> dict[str, list[dict]]:
    tables: dict[str, list[dict]] = {table.name: [] for table in LAKE_TABLES}
    for batch in iter_batches(path, chunk=4096):
        for name, rows in batch.tables.items():
            tables[name] += rows.to_pylist()
    return tables


def with_trees(table, row: dict) -> dict:
    markup = [column.name for column in table.columns if (column.path or "").endswith("#markup")]
    return row | {name: parse_markup(row[name]) for name in markup if row[name] is not None}


def faults(elements: list[Element], tables: dict) -> list[str]:
    """Where the tables of a file are not what its document says; PMIDs and columns, no text."""
    records = [Expected(element) for element in elements]
    differences = []
    for table in TABLES:
        expected = [(one.pmid or row["pmid"], row) for one in records for row in one.rows[table.name]]
        if len(expected) != len(tables[table.name]):
            differences.append(f"{table.name}: {len(tables[table.name])} rows for {len(expected)}")
        for (pmid, row), got in zip(expected, tables[table.name], strict=False):
            got = with_trees(table, got)
            differences += [f"{pmid} {table.name}.{name}" for name, value in row.items() if got[name] != value]
            if got["pmid"] != int(pmid):
                differences.append(f"{pmid} {table.name}: of {got['pmid']}")
    differences += anomaly_faults(records, tables) + unknown_faults(records, tables)
    return differences


def anomaly_faults(records: list[Expected], tables: dict) -> list[str]:
    """Values of the document that ought to be in `anomalies` and are not, or are without need.

    A moment that its parts do not make stands there too, but is no value of the document: its parts have columns.
    """
    expected = Counter((int(one.pmid), value) for one in records if one.pmid for value in one.anomalies.elements())
    got = Counter((row["pmid"], row["value"]) for row in tables["anomalies"] if row["reason"] != "no such moment")
    return [f"{pmid} anomalies: {expected[pmid, value]} expected" for pmid, value in expected - got | got - expected]


def unknown_faults(records: list[Expected], tables: dict) -> list[str]:
    expected = sum((one.unknown for one in records), Counter())
    got = {row["path"]: row["count"] for row in tables["unknown_paths"]}
    having = {path: {int(one.pmid) for one in records if one.pmid and path in one.unknown} for path in expected}
    differences = [
        f"unknown {path}: {got.get(path)} for {expected[path]}" for path in expected if got.get(path) != expected[path]
    ]
    differences += [f"unknown {path}: not in the document" for path in got if path not in expected]
    differences += [
        f"unknown {row['path']}: not in {row['example_pmid']}"
        for row in tables["unknown_paths"]
        if having.get(row["path"]) and row["example_pmid"] not in having[row["path"]]
    ]
    return differences


def is_whole(path: Path) -> bool:
    return faults(read_records(path), read_tables(path)) == []


def xml_files(data: Path) -> list[Path]:
    return [
        path
        for folder in FOLDERS
        for path in sorted((data / folder).rglob("*"))
        if path.suffixes[:1] == [".xml"] and path.suffix != ".md5"
    ]
