"""Citations as documents of the index: one JSON object each, made by DuckDB from the rows of all tables.

The sources of `fields.FIELDS` are SQL over the tables. They are read through views that have the tables' names and the
rows of some PMIDs, so that they run as they stand, and in bounded memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache

import duckdb

from medline.schema.tables import CITATION_TABLES, TABLES
from medline.searching import fields
from medline.searching.index import schema
from medline.searching.index.schema import (
    BARE,
    CODE,
    CODES,
    CONCEPT_TABLES,
    FLAG,
    GIVEN,
    MAJOR,
    MARK,
    NAMED,
    NEWEST,
    PMID,
    RECORDS,
    SUBHEADING,
    TERMS,
    UI,
    Kind,
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

#: What of a citation is compared with the tables: a number of 24 bits, so that sums of them are exact.
MARKS = "hash(pmid, version, source_file) & 16777215"

#: Citations are sorted by one number: their date, then their PMID.
RECORD = f"""\
SELECT
    pmid,
    concat(
        ',"{PMID}":', pmid, ',"{NEWEST}":',
        ((bits(pub_year, 15) * 16 + bits(pub_month, 4)) * 32 + bits(pub_day, 5)) * {1 << schema.PMID_BITS}
        + pmid::UBIGINT,
        ',"{MARK}":', {MARKS}
    ) AS fragment
FROM {{table}}"""

#: Terms of headings: see `schema.UI`.
MESH = f"""\
SELECT pmid, key || unnest(parts) AS term
FROM (
    SELECT
        pmid,
        unnest([
            'mesh{UI}' || descriptor_ui,
            'mesh{NAMED}' || name,
            CASE WHEN descriptor_ui IS NULL THEN 'mesh{BARE}' || name END,
            ''
        ]) AS key,
        ['', '{SUBHEADING}' || subheading]
        || CASE WHEN starred THEN ['{MAJOR}', '{SUBHEADING}' || subheading || '{MAJOR}'] ELSE [] END AS parts
    FROM (
        SELECT
            headings.pmid, descriptor_ui, name, subheading,
            coalesce(headings.is_major, false) OR coalesce(subheadings.is_major, false) AS starred
        FROM (SELECT *, whole(descriptor) AS name FROM mesh) AS headings
        LEFT JOIN (SELECT *, whole(qualifier) AS subheading FROM mesh_qualifiers) AS subheadings
            ON subheadings.pmid = headings.pmid AND subheadings.heading_seq = headings.heading_seq
    )
)"""

#: Fragments of the documents, in this order; `{…}` are the sources. Each is a table of its own: in one statement DuckDB
#: plans them for twice as long, and planning is what the index of a small update costs.
STEPS = {
    "dates": "{days}",
    "words_of": """\
SELECT pmid, concat(',"', field, '":', to_json(list(plain(value)))) AS fragment
FROM ({words})
WHERE value <> ''
GROUP BY pmid, field""",
    "dates_of": """\
SELECT pmid, concat(',"', field, '":', to_json(list(DISTINCT value - DATE '1970-01-01'))) AS fragment
FROM main.dates
WHERE value IS NOT NULL
GROUP BY pmid, field""",
    "whole_terms": f"""\
SELECT pmid, prefix || whole(value) AS term FROM ({{values}})
UNION ALL
SELECT pmid, prefix || whole(last_name) || '{GIVEN}' || coalesce(whole(fore_name), '') AS term FROM ({{persons}})""",
    "flag_terms": "{flags}",
    "mesh_terms_of": MESH,
    "terms_of": f"""\
SELECT pmid, concat(',"{TERMS}":', to_json(list(DISTINCT term))) AS fragment
FROM (FROM main.whole_terms UNION ALL FROM main.flag_terms UNION ALL FROM main.mesh_terms_of)
WHERE term NOT IN ('', '{MAJOR}')
GROUP BY pmid""",
}

DOCUMENTS = """\
SELECT '{{' || substr(string_agg(fragment, ''), 2) || '}}'
FROM ({records} UNION ALL FROM main.words_of UNION ALL FROM main.dates_of UNION ALL FROM main.terms_of)
GROUP BY pmid
ORDER BY pmid"""


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
    sources = _sources()
    for name, statement in STEPS.items():
        connection.execute(f"CREATE OR REPLACE TABLE main.{name} AS {statement.format(**sources)}").fetchall()
    return connection.sql(DOCUMENTS.format(**sources)).to_arrow_table().column(0).to_pylist()


@cache
def _sources() -> dict[str, str]:
    return {
        "records": _union(RECORD.format(table=table) for table in RECORDS),
        "words": _union(_rows("field", Kind.WORDS)),
        "days": _union(_rows("field", Kind.DAY)),
        "values": _union([*_rows("prefix", Kind.WHOLE), *_names()]),
        "persons": _union(_persons()),
        "flags": _union(_flags()),
    }


def _union(selects: Iterable[str]) -> str:
    return "\nUNION ALL\n".join(selects)


def _rows(column: str, kind: Kind) -> Iterator[str]:
    """Yield a statement for each source of the groups that have a kind: pmid, field or prefix of terms, value."""
    for group in schema.groups():
        for source in group.sources if kind in group.kinds else ():
            yield f"SELECT pmid, '{group.name}{kind}' AS {column}, {source.value} AS value FROM {_rows_of(source)}"


def _persons() -> Iterator[str]:
    """Yield a statement for each source of persons: pmid, prefix of terms, last name and given names."""
    for group in schema.groups():
        for source in group.sources if Kind.FULL in group.kinds else ():
            if source.value == fields.NAME:
                yield f"SELECT pmid, '{group.name}{Kind.FULL}' AS prefix, last_name, fore_name FROM {_rows_of(source)}"


def _rows_of(source: fields.Source) -> str:
    return f"{source.table} WHERE {source.where}" if source.where else source.table


def _names() -> Iterator[str]:
    """Yield the names of concepts but headings, of which there is more to know."""
    for table, (ui, name) in CONCEPT_TABLES.items():
        if table != "mesh":
            yield f"SELECT pmid, '{table}{NAMED}' AS prefix, {name} AS value FROM {table}"
            yield f"SELECT pmid, '{table}{BARE}' AS prefix, {name} AS value FROM {table} WHERE {ui} IS NULL"


def _flags() -> Iterator[str]:
    """Yield the terms that are no texts: flags, codes and UIs."""
    for number, (table, predicate) in enumerate(schema.flags()):
        yield f"SELECT pmid, '{FLAG}{number}' AS term FROM {table} WHERE {predicate}"
    for table, column in CODES.items():
        yield f"SELECT pmid, '{CODE}' || {column} AS term FROM {table}"
    for table, (ui, _) in CONCEPT_TABLES.items():
        if table != "mesh":
            yield f"SELECT pmid, '{table}{UI}' || {ui} AS term FROM {table}"
