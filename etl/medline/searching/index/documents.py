"""Citations as documents of the index: one statement of DuckDB a table gives what the table adds to each citation.

The sources of `fields.FIELDS` are SQL over the tables, and run as they stand. A statement over one table is planned in
a millisecond or two and reads each column once. It joins what a citation has; `folding` makes words and terms of that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from medline.searching.index import folding, schema
from medline.searching.index.folding import TERM
from medline.searching.index.schema import (
    BARE,
    CODE,
    CODES,
    CONCEPT_TABLES,
    FLAG,
    NAMED,
    RECORDS,
    SUBHEADING,
    TERMS,
    UI,
    Group,
    Kind,
)

if TYPE_CHECKING:
    import duckdb
    import tantivy

    from medline.searching.fields import Source

BITS = """\
CREATE OR REPLACE TEMP MACRO bits(number, width) AS
    least(greatest(coalesce(number, 0), 0), (1 << width) - 1)::UBIGINT"""

#: What of a citation is compared with the tables: a number of 24 bits, so that sums of them are exact.
MARKS = "hash(pmid, version, source_file) & 16777215"

#: Citations are sorted by one number: their date, then their PMID.
NEWEST = (
    f"((bits(pub_year, 15) * 16 + bits(pub_month, 4)) * 32 + bits(pub_day, 5)) * {1 << schema.PMID_BITS}"
    " + pmid::UBIGINT"
)

#: Headings with their subheadings, a row for each pair.
HEADINGS = """\
(
    SELECT
        headings.pmid, descriptor_ui, descriptor, qualifier,
        coalesce(headings.is_major, false) OR coalesce(subheadings.is_major, false) AS is_starred
    FROM (FROM mesh WHERE {where}) AS headings
    LEFT JOIN (FROM mesh_qualifiers WHERE {where}) AS subheadings
        ON subheadings.pmid = headings.pmid AND subheadings.heading_seq = headings.heading_seq
)"""

#: A view that is costly to plan and that several statements read; they read its rows of the citations in a table.
DATES = "CREATE OR REPLACE TEMP TABLE publication_dates AS FROM medline.main.publication_dates WHERE {where}"


#: The fields of numbers.
NUMBERS = (schema.PMID, schema.NEWEST, schema.MARK)


@dataclass(frozen=True)
class Statement:
    """What a table adds to citations.

    Attributes:
        sql: gives a row for each citation that has some: its `pmid` and texts; `{where}` chooses the citations.
        fields: the fields of the texts.
    """

    sql: str
    fields: tuple[str, ...]


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `documents` work on a connection to a warehouse that is called `medline`."""
    connection.execute(BITS)


def documents(connection: duckdb.DuckDBPyConnection, where: str) -> list[tantivy.Document]:
    """Return the documents of the citations whose `pmid` fulfils a condition, in the order of PMIDs."""
    import tantivy

    records = pa.concat_tables(
        connection.sql(f"SELECT pmid, {NEWEST}, {MARKS} FROM {table} WHERE {where}").to_arrow_table()
        for table in RECORDS
    ).sort_by("pmid")
    found = [tantivy.Document() for _ in range(len(records))]
    for field, numbers in zip(NUMBERS, records.columns, strict=True):
        for document, number in zip(found, numbers.to_pylist(), strict=True):
            document.add_unsigned(field, number)
    for field, texts in _texts(connection, where, records["pmid"]).items():
        for document, text in zip(found, texts, strict=True):
            if text:
                document.add_text(field, text)
    return found


def _texts(connection: duckdb.DuckDBPyConnection, where: str, pmids: pa.ChunkedArray) -> dict[str, list[str]]:
    """Return the texts of each field, in the order of the PMIDs; '' where a citation has none."""
    columns: dict[str, list[pa.ChunkedArray]] = defaultdict(list)
    connection.execute(DATES.format(where=where))
    for statement in statements():
        table = connection.sql(statement.sql.format(where=where)).to_arrow_table()
        rows = pc.index_in(pmids, table["pmid"].combine_chunks())
        for field, column in zip(statement.fields, table.columns[1:], strict=True):
            if column.null_count < len(column):
                columns[field].append(column.take(rows))
    return {field: _folded(field, _joined_texts(field, several)) for field, several in columns.items()}


def _joined_texts(field: str, columns: list[pa.ChunkedArray]) -> list[str]:
    first, *others = columns
    parted = [pc.binary_join_element_wise(_parted(field), column, "") for column in others]
    return pc.binary_join_element_wise(first, *parted, "", null_handling="replace").to_pylist()


@cache
def _parted(field: str) -> str:
    """Return what stands between values in a field; terms begin with what parts them."""
    return next((group.parted for group in schema.groups() if (group.name, group.kind) == (field, Kind.WORDS)), "")


def _folded(field: str, texts: list[str]) -> list[str]:
    if field == TERMS:
        return folding.terms(texts)
    return [text if text.isascii() else folding.plain(text) for text in texts]


@cache
def statements() -> tuple[Statement, ...]:
    """Return the statements that together read all that the index has."""
    tables: dict[str, list[tuple[Group, Source]]] = defaultdict(list)
    for group in schema.groups():
        for source in group.sources:
            tables[source.table].append((group, source))
    for table in (*CODES, *CONCEPT_TABLES, *(table for table, _ in schema.flags())):
        tables.setdefault(table, [])
    found = [_statement(table, having) for table, having in tables.items()]
    return (*found, Statement(f"SELECT pmid, string_agg({_mesh()}, '') FROM {HEADINGS} GROUP BY pmid", (TERMS,)))


def _statement(table: str, having: Iterable[tuple[Group, Source]]) -> Statement:
    words: dict[Group, list[Source]] = defaultdict(list)
    terms: list[str] = []
    for group, source in having:
        if group.kind is Kind.WORDS:
            words[group].append(source)
        else:
            terms += [_restricted(source, _term(group.name, value)) for value in _values(group.kind, source.value)]
    terms += _concepts(table)
    is_alone = table in RECORDS  # a row a citation
    flags = [(number, predicate) for number, (of, predicate) in enumerate(schema.flags()) if of == table]
    columns = {group.name: _words(group, sources, is_alone=is_alone) for group, sources in words.items()}
    if terms or flags:
        parts = [f"concat({', '.join(terms)})" if is_alone else _joined(terms)] if terms else []
        holds = "{}" if is_alone else "bool_or({})"
        parts += [f"CASE WHEN {holds.format(predicate)} THEN '{TERM}{FLAG}{number}' END" for number, predicate in flags]
        columns[TERMS] = f"concat({', '.join(parts)})"
    sql = f"SELECT pmid, {', '.join(columns.values())} FROM {table} WHERE {{where}}"
    return Statement(sql if is_alone else f"{sql} GROUP BY pmid", tuple(columns))


#: The names of a person as terms have them.
PERSON = f"concat(last_name, '{folding.INITIALS} ', initials, ' ', suffix, '{folding.GIVEN} ', fore_name)"


def _values(kind: Kind, value: str) -> tuple[str, ...]:
    """Return what terms have of a value; of a day also its year, as most ranges are of whole years."""
    if kind is Kind.DAY:
        return value, f"left(CAST({value} AS VARCHAR), 4)"
    return (PERSON if kind is Kind.PERSON else value,)


def _words(group: Group, sources: list[Source], *, is_alone: bool) -> str:
    """Return the text of values, with words between them; equal ones once, as many authors have one affiliation."""
    every = {source.value for source in sources if not source.where}
    values = [_restricted(source, source.value) for source in sources if not source.where or source.value not in every]
    first, *others = values
    text = f"concat_ws('{group.parted}', {first}, {', '.join(f'nullif({value}, {first})' for value in others)})"
    if not others:
        text = first
    return text if is_alone else f"string_agg(DISTINCT {text}, '{group.parted}')"


def _joined(terms: Iterable[str]) -> str:
    return f"string_agg(concat({', '.join(terms)}), '')"


def _restricted(source: Source, value: str) -> str:
    return f"CASE WHEN {source.where} THEN {value} END" if source.where else value


def _term(name: str, value: str) -> str:
    """Return a term that begins with a name; NULL where there is no value."""
    return f"'{TERM}{name} ' || {value}"


def _concepts(table: str) -> Iterator[str]:
    """Yield the terms of codes and of concepts but headings, of which there is more to know."""
    if table in CODES:
        yield _term(CODE, CODES[table])
    if table in CONCEPT_TABLES and table != "mesh":
        yield from _keys(table)


def _keys(table: str) -> list[str]:
    """Return the terms of a concept."""
    ui, name = CONCEPT_TABLES[table]
    bare = _term(schema.concepts(table, BARE), name)
    return [
        _term(schema.concepts(table, UI), ui),
        _term(schema.concepts(table, NAMED), name),
        f"CASE WHEN {ui} IS NULL THEN {bare} END",
    ]


def _mesh() -> str:
    """Return the terms of a heading, alone and with a subheading, both also as major topic if it is one."""
    keys = _keys("mesh")
    both = [*keys, *(f"{key} || '{folding.SUBHEADING} ' || qualifier" for key in keys)]
    starred = ", ".join(f"{term} || '{folding.MAJOR}'" for term in both)
    return (
        f"concat({', '.join(both)}, {_term(SUBHEADING, 'qualifier')}, CASE WHEN is_starred THEN concat({starred}) END)"
    )
