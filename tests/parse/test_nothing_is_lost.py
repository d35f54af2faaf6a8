"""Nothing of an XML file is lost: every table is held against a second, independent reading of the document.

`Expected` searches the paths of the schema with plain ElementTree and knows nothing of the readers' plan. It says which
rows, values and ordinals a record must give, row by row, and what is left over: that must be in `anomalies` (a value
without a place) or counted in `unknown_paths` (what the schema does not name).
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

import pytest

import sample
from medline.home import LocalHome
from medline.lake import transform
from medline.mirror.dumps import source
from medline.parse import iter_batches
from medline.schema import dtd
from medline.schema.tables import (
    BIGINT,
    BOOLEAN,
    DATE,
    IGNORED_ATTRIBUTES,
    IGNORED_ELEMENTS,
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
    found: dict[str, set] = {}
    for table in TABLES:
        for row_path, fixed in table.rows.items():
            found.setdefault(row_path.replace("+", ""), set())
            for column in table.columns:
                path = column_path(column, fixed)
                if path and "#" not in path:
                    steps = path.split("/")
                    above = row_path.replace("+", "").split("/")
                    above = above[: len(above) - steps.count("..")]
                    full = "/".join([*above, *(step for step in steps if step not in (".", ".."))])
                    for part in DATE_PARTS if column.type is DATE and "@" not in full else [""]:
                        found.setdefault(f"{full}/{part}".rstrip("/"), set()).add(column.type)
    for path in list(found):
        for steps in range(1, path.count("/") + 1):
            found.setdefault(path.rsplit("/", steps)[0], set())
    return found


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
    places = list(_texts(node, 0))
    ends = list(accumulate(len(getattr(holder, name) or "") for _, holder, name in places))
    whole = "".join(getattr(holder, name) or "" for _, holder, name in places)
    for run in reversed(list(re.finditer("[ \t\r\n]+", whole))):
        is_inside = run.start() > 0 and run.end() < len(whole)
        if is_inside and "\n" not in run[0]:
            continue
        touched = []
        for number, (depth, holder, name) in enumerate(places):
            start, end = [0, *ends][number : number + 2]
            if start <= run.end() and end >= run.start():
                text = getattr(holder, name) or ""
                left, right = max(run.start(), start) - start, min(run.end(), end) - start
                touched.append((depth, left == right, number, left))
                setattr(holder, name, text[:left] + text[right:])
        if is_inside:
            _, _, number, left = min(touched)
            _, holder, name = places[number]
            text = getattr(holder, name)
            setattr(holder, name, f"{text[:left]} {text[left:]}")
    return node


def _texts(node: Element, depth: int) -> Iterator[tuple[int, Element, str]]:
    """The places of an element's texts, in their order, with the number of elements that are open there."""
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
        anomalies: values without a place.
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
        self.order = {node: place for place, node in enumerate(record.iter())}
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
            told = [value for value in row.values() if value is not None]
            if told and table.outer:
                self._number(table, node, row, counts, lists, 0)
                rows.append(row)
            else:
                self.anomalies.update(told)
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
        found = node.findall(reading.down) if reading.down else [node]
        if not found:
            return []
        if name := reading.attribute:
            found = [one for one in found if name in one.attrib]
            self.used.update((one, f"@{name}") for one in found)
            return [one.attrib[name].strip(" \t\r\n") for one in found]
        if reading.column.type is DATE:
            parts = [[one for date in found for one in date.findall(part)] for part in DATE_PARTS]
            self.used.update((one, "text") for part in parts for one in part)
            self.anomalies.update(text_of(one) for part in parts for one in part[1:])
            return ["/".join(text_of(part[0]) if part else "" for part in parts)] if any(parts) else []
        if reading.is_markup:
            return [markup_of(without_layout(one)) for one in found[:1] if len(one)]
        self.used.update((one, "text") for one in found)
        return [text_of(one) for one in found]

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
    found = []
    for table in TABLES:
        expected = [(one.pmid or row["pmid"], row) for one in records for row in one.rows[table.name]]
        if len(expected) != len(tables[table.name]):
            found.append(f"{table.name}: {len(tables[table.name])} rows for {len(expected)}")
        for (pmid, row), got in zip(expected, tables[table.name], strict=False):
            got = with_trees(table, got)
            found += [f"{pmid} {table.name}.{name}" for name, value in row.items() if got[name] != value]
            if got["pmid"] != int(pmid):
                found.append(f"{pmid} {table.name}: of {got['pmid']}")
    found += anomaly_faults(records, tables) + unknown_faults(records, tables)
    return found


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
    found = [
        f"unknown {path}: {got.get(path)} for {expected[path]}" for path in expected if got.get(path) != expected[path]
    ]
    found += [f"unknown {path}: not in the document" for path in got if path not in expected]
    found += [
        f"unknown {row['path']}: not in {row['example_pmid']}"
        for row in tables["unknown_paths"]
        if having.get(row["path"]) and row["example_pmid"] not in having[row["path"]]
    ]
    return found


def is_whole(path: Path) -> bool:
    return faults(read_records(path), read_tables(path)) == []


def xml_files(data: Path) -> list[Path]:
    return [
        path
        for folder in FOLDERS
        for path in sorted((data / folder).rglob("*"))
        if path.suffixes[:1] == [".xml"] and path.suffix != ".md5"
    ]


# Real and generated files


def test_every_real_file_is_in_the_tables_as_it_is(data):
    found = {}
    for path in xml_files(data):
        elements, tables = read_records(path), read_tables(path)
        found[path.name] = faults(elements, tables) + total_faults(elements, tables) + count_faults(elements, tables)
    assert len(found) == 19
    assert {name: listed for name, listed in found.items() if listed} == {}


def total_faults(elements: list[Element], tables: dict) -> list[str]:
    """Records and deletions that are not there, or twice."""
    records = sum(element.tag.startswith("Pubmed") for element in elements)
    deletions = sum(len(element) for element in elements if element.tag.startswith("Delete"))
    got = len(tables["articles"]) + len(tables["books"]), len(tables["deleted_citations"])
    return [] if got == (records, deletions) else [f"{got} records and deletions for {(records, deletions)}"]


def count_faults(elements: list[Element], tables: dict) -> list[str]:
    """A count that needs no reading of rows: occurrences of a path in the document are values of its column."""
    occurrences = Counter(one for element in elements for one in iter_paths(element, element.tag))
    found = []
    for table in TABLES:
        for column in table.columns:
            if column.path and column.type not in ORDINALS and ".." not in column.path and not column.derive:
                counted = sum(occurrences[one] for one in counted_paths(table, column))
                values = [row[column.name] for row in tables[table.name] if row[column.name] is not None]
                told = sum(map(len, values)) if column.type is TEXTS else len(values)
                if told != counted:
                    found.append(f"{table.name}.{column.name}: {told} values for {counted} occurrences")
    return found


def iter_paths(node: Element, path: str):
    yield path
    yield from (f"{path}/@{name}" for name in node.attrib)
    if len(node):
        yield f"{path}#markup"
    for child in node:
        nests = child.tag == node.tag and child.tag in SELF_NESTING
        yield from iter_paths(child, path if nests else f"{path}/{child.tag}")


def counted_paths(table, column) -> list[str]:
    """The paths of one occurrence for one value; a row that fixes a value has it as often as the row occurs."""
    paths = []
    for row_path, fixed in table.rows.items():
        step, sharp, _ = (column_path(column, fixed) or ".").partition("#")
        part = "/Year" if column.type is DATE and "@" not in step else ""
        full = row_path.replace("+", "") + ("" if step == "." else f"/{step}") + part
        paths.append(full + ("#markup" if sharp else ""))
    return paths


def test_every_generated_record_is_in_the_tables_as_it_is(tmp_path):
    path = sample.write_xml(tmp_path / "sample.xml", sample.citations(300, 5), [(7, 1), (8, 2)])
    elements, tables = read_records(path), read_tables(path)
    assert faults(elements, tables) + total_faults(elements, tables) + count_faults(elements, tables) == []
    assert len(tables["articles"]) + len(tables["books"]) == 300
    assert [(row["pmid"], row["version"]) for row in tables["deleted_citations"]] == [(7, 1), (8, 2)]
    assert tables["unknown_paths"] == []


def test_every_column_that_the_dtd_fills_is_filled_by_the_generated_records(tmp_path):
    tables = read_tables(sample.write_xml(tmp_path / "sample.xml", sample.citations(300, 1), [(7, 1)]))
    of_the_dtd = {path.removeprefix("PubmedArticleSet/") for path in dtd.iter_paths()}
    empty = [
        f"{table.name}.{column.name}"
        for table in TABLES
        for column in table.columns
        if column.path and all(row[column.name] is None for row in tables[table.name])
    ]
    assert empty == ["articles.date_created", "books.citation_string"]
    assert "PubmedArticle/MedlineCitation/DateCreated" not in of_the_dtd
    assert "PubmedBookArticle/BookDocument/CitationString" not in of_the_dtd


def test_every_path_of_the_dtd_is_declared():
    paths = [path for path in dtd.iter_paths() if not any(step in INLINE for step in path.split("/"))]
    for name in SELF_NESTING:
        paths = [re.sub(rf"/{name}/{name}(?=/|$)", f"/{name}", path) for path in paths]
    assert [path for path in paths if path not in DECLARED] == []


def test_no_attribute_is_ignored_and_ignored_elements_are_in_no_content_model():
    assert IGNORED_ATTRIBUTES == {}
    within = {name for element in dtd.elements().values() for name in element.model.names()}
    assert within.isdisjoint(IGNORED_ELEMENTS)


# Invented documents with what the DTD does not have


def write(tmp_path: Path, *records: str, root: str = "PubmedArticleSet") -> Path:
    path = tmp_path / "pubmed99n0001.xml"
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>\n{"".join(records)}</{root}>\n', "utf-8")
    return path


def citation(inside: str = "", *, article: str = "", data: str = "", pmid: int = 1) -> str:
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID>'
        f"<Article>{article}</Article>{inside}</MedlineCitation><PubmedData>{data}</PubmedData></PubmedArticle>\n"
    )


def unknown_of(tables: dict) -> dict[str, int]:
    return {row["path"]: row["count"] for row in tables["unknown_paths"]}


def anomalies_of(tables: dict) -> list[tuple]:
    return sorted((row["pmid"], row["value"]) for row in tables["anomalies"])


CITATION = "PubmedArticle/MedlineCitation"


def test_unknown_elements_are_counted_with_all_that_is_in_them(tmp_path):
    new = '<Pond depth="3" x="1"><Reed>a</Reed><Reed>b</Reed></Pond>'
    path = write(tmp_path, citation(new, pmid=1), citation(new, article="<Pond/>", pmid=2))
    assert is_whole(path)
    assert unknown_of(read_tables(path)) == {
        f"{CITATION}/Pond": 2,
        f"{CITATION}/Pond/@depth": 2,
        f"{CITATION}/Pond/@x": 2,
        f"{CITATION}/Pond/Reed": 4,
        f"{CITATION}/Article/Pond": 1,
    }


def test_a_known_element_in_another_place_is_unknown(tmp_path):
    path = write(tmp_path, citation("<Author><LastName>Marsh</LastName></Author>", data='<KeywordList Owner="NLM"/>'))
    assert is_whole(path)
    assert unknown_of(read_tables(path)) == {
        f"{CITATION}/Author": 1,
        f"{CITATION}/Author/LastName": 1,
        "PubmedArticle/PubmedData/KeywordList": 1,
        "PubmedArticle/PubmedData/KeywordList/@Owner": 1,
    }


@pytest.mark.parametrize("name", sorted(IGNORED_ELEMENTS))
def test_an_ignored_element_that_occurs_after_all_is_counted(tmp_path, name):
    path = write(tmp_path, citation(f"<{name}>x</{name}>"))
    assert is_whole(path)
    assert unknown_of(read_tables(path)) == {f"{CITATION}/{name}": 1}


def test_unknown_attributes_are_counted_on_every_kind_of_element(tmp_path):
    path = write(
        tmp_path,
        citation(
            '<KeywordList Owner="NLM" new="1"><Keyword new="1" MajorTopicYN="N">otter</Keyword></KeywordList>'
            '<CoiStatement new="1">None <i new="1">yet</i>.</CoiStatement>',
            article='<Language new="1">eng</Language>',
        ).replace("<MedlineCitation ", '<MedlineCitation new="1" '),
    )
    assert is_whole(path)
    tables = read_tables(path)
    places = ["", "/KeywordList", "/KeywordList/Keyword", "/CoiStatement", "/Article/Language"]
    assert unknown_of(tables) == {f"{CITATION}{place}/@new": 1 for place in places}
    assert tables["articles"][0]["coi_statement_markup"] == 'None <i new="1">yet</i>.'


def test_stray_text_is_counted_once_for_each_element_that_has_it(tmp_path):
    path = write(tmp_path, citation("<MeshHeadingList> a <MeshHeading/> b </MeshHeadingList>c", article="\n\t d"))
    assert is_whole(path)
    assert unknown_of(read_tables(path)) == {
        f"{CITATION}/MeshHeadingList/text()": 1,
        f"{CITATION}/text()": 1,
        f"{CITATION}/Article/text()": 1,
    }


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("\u00a0eng\u00a0", "\u00a0eng\u00a0"), (" eng ", "eng"), ("e\n  ng", "e ng"), ("e  ng", "e  ng"), (" ", "")],
)
def test_blanks_in_text_are_kept_but_for_the_layout(tmp_path, text, wanted):
    path = write(tmp_path, citation(article=f"<Language>{text}</Language>"))
    assert is_whole(path)
    assert read_tables(path)["languages"][0]["language"] == wanted


def test_unknown_elements_in_text_are_counted_and_their_text_is_kept(tmp_path):
    title = "Otters <new>in <i>ponds</i></new> of <b>re<new>ed</new></b>"
    volume = "<Journal><JournalIssue><Volume>1<b>2</b></Volume></JournalIssue></Journal>"
    path = write(tmp_path, citation(article=f"<ArticleTitle>{title}</ArticleTitle>{volume}"))
    assert is_whole(path)
    tables = read_tables(path)
    (row,) = tables["articles"]
    assert (row["title"], row["title_markup"], row["volume"]) == ("Otters in ponds of reed", title, "12")
    assert unknown_of(tables) == {
        f"{CITATION}/Article/ArticleTitle/new": 1,
        f"{CITATION}/Article/ArticleTitle/new/i": 1,
        f"{CITATION}/Article/Journal/JournalIssue/Volume/b": 1,
    }


def test_markup_starts_ends_and_nests(tmp_path):
    titles = [
        "<i>Otter</i>",
        "kg/m<sup>2</sup>",
        "<b><i>a</i></b><sub/>b &lt; c &amp; d",
        f'<mml:math xmlns:mml="{MATHML}"><mml:mi mathvariant="bold">x</mml:mi></mml:math>',
        "a<!-- no text -->b<![CDATA[<i>c</i>]]>",
        "<DispFormula>E <b>=</b> 1</DispFormula>",
        "",
    ]
    path = write(
        tmp_path,
        *(citation(article=f"<ArticleTitle>{title}</ArticleTitle>", pmid=n) for n, title in enumerate(titles, 1)),
    )
    assert is_whole(path)
    rows = read_tables(path)["articles"]
    assert [row["title"] for row in rows] == ["Otter", "kg/m2", "ab < c & d", "x", "ab<i>c</i>", "E = 1", ""]
    assert [row["title_markup"] for row in rows] == [*titles[:4], None, titles[5], None]


def test_present_but_empty_is_not_absent(tmp_path):
    empty = '<KeywordList Owner=""><Keyword MajorTopicYN="N"/></KeywordList><CitationSubset></CitationSubset>'
    path = write(tmp_path, citation(empty, pmid=1), citation(pmid=2))
    assert is_whole(path)
    tables = read_tables(path)
    assert [(row["pmid"], row["owner"], row["keyword"]) for row in tables["keywords"]] == [(1, "", "")]
    assert [(row["pmid"], row["citation_subset"]) for row in tables["citation_subsets"]] == [(1, "")]


def test_a_second_value_where_the_dtd_has_one_is_an_anomaly(tmp_path):
    twice = "<ArticleTitle>a</ArticleTitle><ArticleTitle><i>b</i></ArticleTitle>"
    names = "<AuthorList><Author><LastName>c</LastName><LastName>d</LastName></Author></AuthorList>"
    abstract = "<Abstract><AbstractText>e</AbstractText><AbstractText>f</AbstractText>"
    rights = "<CopyrightInformation>g</CopyrightInformation><CopyrightInformation>h</CopyrightInformation></Abstract>"
    day = "<DateRevised><Year>2001</Year><Month>2</Month><Day>3</Day></DateRevised>"
    path = write(tmp_path, citation(day + day.replace("3", "4"), article=twice + names + abstract + rights))
    assert is_whole(path)
    tables = read_tables(path)
    assert tables["articles"][0]["title"] == "a"
    assert tables["articles"][0]["title_markup"] is None
    assert tables["articles"][0]["date_revised"] == datetime.date(2001, 2, 3)
    assert [row["copyright"] for row in tables["abstracts"]] == ["g", "g"]
    assert {"b", "d", "h", "4"} <= {value for _, value in anomalies_of(tables)}


def test_values_of_lists_without_items_are_kept(tmp_path):
    path = write(
        tmp_path,
        citation(
            '<KeywordList Owner="NASA"/><OtherAbstract Type="PIP" Language="spa"/><InvestigatorList ID="g1"/>',
            article="<DataBankList><DataBank><DataBankName>PDB</DataBankName></DataBank><DataBank>"
            "<DataBankName>Dryad</DataBankName><AccessionNumberList><AccessionNumber>a1</AccessionNumber>"
            "</AccessionNumberList></DataBank></DataBankList><Abstract/>",
        ),
    )
    assert is_whole(path)
    tables = read_tables(path)
    accessions = [(row["databank_seq"], row["databank"], row["accession"]) for row in tables["accessions"]]
    assert accessions == [(1, "PDB", None), (2, "Dryad", "a1")]
    abstracts = [(row["abstract_type"], row["language"], row["text"]) for row in tables["abstracts"]]
    assert abstracts == [("PIP", "spa", None)]
    assert anomalies_of(tables) == [(1, "NASA"), (1, "g1")]


def test_values_that_have_no_type_are_anomalies(tmp_path):
    path = write(
        tmp_path,
        citation(
            "<DateRevised><Year>2001</Year><Month>2</Month><Day>30</Day></DateRevised>"
            '<KeywordList><Keyword MajorTopicYN="maybe">a</Keyword></KeywordList>'
            "<NumberOfReferences>many</NumberOfReferences>"
            '<CommentsCorrectionsList><CommentsCorrections><PMID Version="x">y</PMID></CommentsCorrections>'
            "</CommentsCorrectionsList>",
            article="<ArticleDate><Year>MM</Year><Month>13</Month><Day>١</Day></ArticleDate>",
        ),
    )
    assert is_whole(path)
    values = {value for _, value in anomalies_of(read_tables(path))}
    assert {"2001/2/30", "maybe", "many", "x", "y", "MM", "13", "١"} <= values


def test_nested_lists_of_references_are_flattened_in_order(tmp_path):
    def cited(name: str, pmid: int) -> str:
        ids = f"<ArticleIdList><ArticleId IdType='pubmed'>{pmid}</ArticleId></ArticleIdList>"
        return f"<Reference><Citation>{name}</Citation>{ids}</Reference>"

    def listed(*inside: str) -> str:
        return f"<ReferenceList>{''.join(inside)}</ReferenceList>"

    nested = listed(cited("b", 2), listed(cited("c", 3)))
    first = listed("<Title>A</Title>", cited("a", 1), nested, listed("<Title>D</Title>"))
    path = write(tmp_path, citation(data=first + listed(cited("e", 5))))
    assert is_whole(path)
    tables = read_tables(path)
    assert [(row["list_path"], row["title"]) for row in tables["reference_lists"]] == [
        ("1", "A"), ("1.1", None), ("1.1.1", None), ("1.2", "D"), ("2", None),
    ]  # fmt: skip
    references = [(row["reference_seq"], row["list_path"], row["citation"]) for row in tables["article_references"]]
    assert references == [(1, "1", "a"), (2, "1.1", "b"), (3, "1.1.1", "c"), (4, "2", "e")]
    assert [(row["reference_seq"], row["article_id"]) for row in tables["reference_ids"]] == [
        (1, "1"), (2, "2"), (3, "3"), (4, "5"),
    ]  # fmt: skip


def test_what_belongs_to_an_author_stays_with_that_author(tmp_path):
    authors = (
        "<AuthorList><Author><LastName>A</LastName><Identifier Source='ORCID'>0</Identifier>"
        "<AffiliationInfo><Affiliation>Pond</Affiliation><Identifier Source='ROR'>r1</Identifier></AffiliationInfo>"
        "<AffiliationInfo><Affiliation>Lake</Affiliation><Identifier Source='ROR'>r2</Identifier></AffiliationInfo>"
        "</Author><Author><LastName>B</LastName></Author><Author><CollectiveName>C</CollectiveName>"
        "<AffiliationInfo><Affiliation>Bog</Affiliation></AffiliationInfo></Author></AuthorList>"
    )
    path = write(tmp_path, citation(article=authors))
    assert is_whole(path)
    tables = read_tables(path)
    affiliations = [(row["author_seq"], row["affiliation_seq"], row["affiliation"]) for row in tables["affiliations"]]
    assert affiliations == [(1, 1, "Pond"), (1, 2, "Lake"), (3, 1, "Bog")]
    identifiers = tables["person_identifiers"]
    assert [(row["person_seq"], row["affiliation_seq"], row["identifier"]) for row in identifiers] == [
        (1, None, "0"),
        (1, 1, "r1"),
        (1, 2, "r2"),
    ]


def test_affiliations_of_old_sets_may_have_markup(tmp_path):
    path = write(tmp_path, citation(article="<Affiliation>Pond <i>and</i> Bog</Affiliation>"))
    assert is_whole(path)
    (row,) = read_tables(path)["affiliations"]
    assert (row["affiliation"], row["affiliation_markup"]) == ("Pond and Bog", "Pond <i>and</i> Bog")


def test_old_sets_have_bare_records_and_affiliations(tmp_path):
    old = (
        "<MedlineCitation Status='MEDLINE'><PMID Version='1'>5</PMID>"
        "<DateCreated><Year>1975</Year><Month>06</Month><Day>01</Day></DateCreated><Article><AuthorList><Author>"
        "<LastName>A</LastName><Affiliation>Pond</Affiliation></Author></AuthorList><Affiliation>Bog</Affiliation>"
        "</Article>"
        "<ChemicalList><Chemical><NameOfSubstance>Water</NameOfSubstance></Chemical></ChemicalList></MedlineCitation>"
        "<DeleteCitation><PMID Version='1'>6</PMID><PMID Version='2'>7</PMID></DeleteCitation>"
    )
    path = write(tmp_path, old, root="MedlineCitationSet")
    assert is_whole(path)
    tables = read_tables(path)
    assert tables["articles"][0]["date_created"] == datetime.date(1975, 6, 1)
    assert [(row["author_seq"], row["affiliation"]) for row in tables["affiliations"]] == [(1, "Pond"), (None, "Bog")]
    assert [(row["pmid"], row["version"]) for row in tables["deleted_citations"]] == [(6, 1), (7, 2)]


def test_records_that_a_later_one_of_their_file_replaces_are_counted(tmp_path):
    path = write(tmp_path, citation(pmid=1), citation(pmid=2), citation(pmid=1), citation(pmid=1))
    made = transform.transform(source(path), LocalHome(tmp_path / "home"))
    assert (made.rows["articles"], made.superseded) == (2, 2)


def test_several_lists_of_deletions_count(tmp_path):
    listed = "<DeleteCitation><PMID Version='1'>6</PMID><PMID Version='1'>7</PMID></DeleteCitation>"
    path = write(tmp_path, listed, citation(), listed.replace("6", "8"))
    assert is_whole(path)
    assert [row["pmid"] for row in read_tables(path)["deleted_citations"]] == [6, 7, 8, 7]


def test_the_order_of_authors_and_editors_is_that_of_the_document(tmp_path):
    book = (
        "<PubmedBookArticle><BookDocument><PMID Version='1'>9</PMID><Book><AuthorList Type='editors'><Author>"
        "<LastName>E</LastName></Author></AuthorList></Book><AuthorList Type='authors'><Author><LastName>A</LastName>"
        "</Author></AuthorList><Sections><Section><SectionTitle>s</SectionTitle><Section><SectionTitle>t</SectionTitle>"
        "</Section></Section></Sections></BookDocument></PubmedBookArticle>"
    )
    path = write(tmp_path, book)
    assert is_whole(path)
    tables = read_tables(path)
    authors = [(row["author_seq"], row["list_parent"], row["list_type"], row["last_name"]) for row in tables["authors"]]
    assert authors == [(1, "Book", "editors", "E"), (2, "BookDocument", "authors", "A")]
    assert [(row["section_seq"], row["section_path"]) for row in tables["book_sections"]] == [(1, "1"), (2, "1.1")]
