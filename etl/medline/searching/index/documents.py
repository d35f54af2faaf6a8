"""Citations as documents of the index: one JSON object each, made by DuckDB from the rows of all tables.

The sources of `fields.FIELDS` are SQL over the tables. They are read through views that have the tables' names and the
rows of some PMIDs, so that they run as they stand, and in bounded memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import duckdb

from medline.schema.tables import CITATION_TABLES, TABLES
from medline.searching import fields
from medline.searching.fields import Source
from medline.searching.index import schema
from medline.searching.index.schema import (
    BARE,
    CODE,
    CODES,
    CONCEPT_TABLES,
    FLAG,
    MAJOR,
    MARK,
    NAMED,
    NEWEST,
    PMID,
    RECORDS,
    SUBHEADING,
    UI,
    Kind,
    terms_of,
)
from medline.warehouse import views

#: Characters of a value that is compared as a whole: more than a term of a query may have.
LONGEST = 1_000

#: Letters beside capitals that are equal to others when case does not count. The patterns of SQL ignore case, and words
#: of a query are folded.
CASES = {c: folded for c in map(chr, range(0x80, 0x10000)) if len(folded := c.casefold()) == 1 and folded != c.lower()}

MACROS = f"""\
CREATE MACRO main.plain(spelt) AS CASE
    WHEN strlen(spelt) = length(spelt) THEN spelt
    WHEN regexp_matches(spelt, '[{"".join(CASES)}]')
        THEN translate(folded(spelt), '{"".join(CASES)}', '{"".join(CASES.values())}')
    ELSE folded(spelt)
END;
CREATE MACRO main.whole(spelt) AS CASE
    WHEN regexp_full_match(spelt, '[0-9A-Za-z]+(?: [0-9A-Za-z]+)*') THEN left(lower(spelt), {LONGEST})
    ELSE left(trim(regexp_replace(lower(plain(spelt)), '[\\x00-/:-@\\[-`{{-\\x7F]+', ' ', 'g')), {LONGEST})
END;
CREATE MACRO main.bits(number, width) AS least(greatest(coalesce(number, 0), 0), (1 << width) - 1)::UBIGINT;
"""

#: Citations are sorted by one number: their date, then their PMID.
RECORD = f"""',"{PMID}":', pmid, ',"{NEWEST}":',
        ((bits(pub_year, 15) * 16 + bits(pub_month, 4)) * 32 + bits(pub_day, 5)) * {1 << schema.PMID_BITS}
        + pmid::UBIGINT,
        ',"{MARK}":', {{mark}}"""

#: What of a citation is compared with the tables: a number of 24 bits, so that sums of them are exact.
MARKS = "hash(pmid, version, source_file) & 16777215"

#: Terms of headings: see `schema.UI`.
MESH = f"""\
SELECT pmid, concat(',"{terms_of("mesh")}":', to_json(list(DISTINCT term))) AS fragment
FROM (
    SELECT pmid, key || unnest(parts) AS term
    FROM (
        SELECT
            pmid,
            unnest(keys) AS key,
            ['', '{SUBHEADING}' || subheading]
            || CASE WHEN starred THEN ['{MAJOR}', '{SUBHEADING}' || subheading || '{MAJOR}'] ELSE [] END AS parts
        FROM (
            SELECT
                mesh.pmid,
                [{{keys}}, ''] AS keys,
                whole(qualifier) AS subheading,
                coalesce(mesh.is_major, false) OR coalesce(mesh_qualifiers.is_major, false) AS starred
            FROM mesh
            LEFT JOIN mesh_qualifiers
                ON mesh_qualifiers.pmid = mesh.pmid AND mesh_qualifiers.heading_seq = mesh.heading_seq
        )
    )
)
WHERE term NOT IN ('', '{MAJOR}')
GROUP BY pmid"""


@contextmanager
def scope(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Make `documents` work on a connection whose default database is a warehouse named `medline`."""
    connection.execute("ATTACH ':memory:' AS indexing (READ_WRITE)")
    connection.execute("USE indexing")
    try:
        for table in TABLES:
            connection.execute(f"CREATE VIEW main.{table.name} AS FROM medline.main.{table.name}")
        for view in views.views():
            view.execute(connection)
        connection.execute(MACROS)
        yield
    finally:
        connection.execute("USE medline")
        connection.execute("DETACH indexing")


def documents(connection: duckdb.DuckDBPyConnection, where: str) -> list[str]:
    """Return the documents of the citations whose `pmid` fulfils a condition, in the order of PMIDs."""
    for table in CITATION_TABLES:
        connection.execute(
            f"CREATE OR REPLACE VIEW main.{table.name} AS SELECT * FROM medline.main.{table.name} WHERE {where}"
        )
    return connection.sql(_statement()).to_arrow_table().column(0).to_pylist()


@cache
def _statement() -> str:
    selects = "\nUNION ALL\n".join([*map(_select, schema.tables()), MESH.format(keys=", ".join(_concepts("mesh")))])
    return (
        f"SELECT '{{' || substr(string_agg(fragment, ''), 2) || '}}' FROM (\n{selects}\n) GROUP BY pmid ORDER BY pmid"
    )


def _select(table: str) -> str:
    """Return the part of documents that a table gives: a row a citation."""
    is_record = table in RECORDS
    parts = [RECORD.format(mark=MARKS)] if is_record else []
    terms = [f"CASE WHEN {predicate} THEN '{FLAG}{number}' END" for number, predicate in schema.flags_of(table)]
    terms += [f"'{CODE}' || {CODES[table]}"] if table in CODES else []
    for group in schema.groups():
        sources = [source for source in group.sources if source.table == table]
        for kind in group.kinds if sources else ():
            values = _values(kind, sources)
            if kind in (Kind.WORDS, Kind.DAY):
                parts.append(_field(f"{group.name}{kind}", values, is_record))
            else:
                terms += [f"'{group.name}{kind}' || {value}" for value in values]
    terms += _concepts(table) if table in CONCEPT_TABLES and table != "mesh" else []
    parts += [_field(terms_of(table), terms, is_record)] if terms else []
    return f"SELECT pmid, concat({', '.join(parts)}) AS fragment\nFROM {table}" + (
        "" if is_record else "\nGROUP BY pmid"
    )


def _concepts(table: str) -> list[str]:
    ui, name = CONCEPT_TABLES[table]
    bare = f"CASE WHEN {ui} IS NULL THEN '{BARE}' || whole({name}) END"
    return [f"'{UI}' || {ui}", f"'{NAMED}' || whole({name})", bare]


def _field(name: str, values: list[str], is_record: bool) -> str:
    """Return the text of a field, of some expressions over a row: of all rows of a citation where it has several."""
    if is_record and len(values) == 1:
        return f"""',"{name}":' || to_json({values[0]})"""
    listed = f"[{', '.join(values)}]" if len(values) > 1 else values[0]
    if not is_record:
        listed = f"flatten(list({listed}))" if len(values) > 1 else f"list(DISTINCT {listed})"
    return f"""',"{name}":' || to_json(list_filter({listed}, lambda x: x IS NOT NULL))"""


def _values(kind: Kind, sources: list[Source]) -> list[str]:
    make = {Kind.WORDS: "plain({})", Kind.DAY: "({} - DATE '1970-01-01')"}.get(kind, "whole({})")
    values = []
    for source in sources:
        full = kind is Kind.FULL and source.value == fields.NAME
        spelt = [f"concat_ws(' ', {columns})" for columns in fields.FULL_NAMES] if full else [source.value]
        made = [make.format(text) for text in spelt]
        values += [f"CASE WHEN {source.where} THEN {value} END" if source.where else value for value in made]
    return values
