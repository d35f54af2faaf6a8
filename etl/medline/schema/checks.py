"""What follows from the schema in SQL: the checks of keys, of ordinals and of rows without their record, and a view of
the keys for tools that join tables."""

from __future__ import annotations

from medline.schema.ddl import primary_key
from medline.schema.tables import CITATION_TABLES, ORDINAL, TABLES, VOCABULARY_TABLES, Table

GENERATED = "Generated from etl/medline/schema/tables.py by `make render`"

#: The tables of the records of MeSH, each with its identifier.
MESH_RECORDS = {
    "mesh_descriptors": "descriptor_ui",
    "mesh_qualifiers_vocabulary": "qualifier_ui",
    "mesh_supplementary": "supplementary_ui",
}

#: Tables of MeSH whose rows may be of a record that is not loaded: the file of actions names supplementary records.
MESH_LOOSE = {*MESH_RECORDS, "mesh_pharmacological_actions"}

CHECK_OF_RECORDS = "-- Level: fail\n-- Scope: PMID\n"


def unique_keys() -> str:
    """Return the check that no row occurs twice, by the key of each table."""
    selects = [
        f"SELECT\n    '{table.name}' AS in_table,\n    pmid,\n    count(*) AS occurrences\nFROM {table.name}\n"
        f"GROUP BY {', '.join(primary_key(table))}\nHAVING count(*) > 1"
        for table in CITATION_TABLES
    ]
    return (
        f"{CHECK_OF_RECORDS}-- {GENERATED}: each table's key is unique.\n"
        + "\nUNION ALL\n".join(selects)
        + "\nORDER BY ALL;\n"
    )


def mesh_keys() -> str:
    """Return the check that no row of the tables of MeSH occurs twice, and that each belongs to a record."""
    twice = [
        f"SELECT\n    '{table.name}' AS in_table,\n    {table.key[0]} AS of_record,\n    count(*) AS occurrences\n"
        f"FROM {table.name}\nGROUP BY {', '.join(table.key)}\nHAVING count(*) > 1"
        for table in VOCABULARY_TABLES
        if table.key
    ]
    orphans = [
        f"SELECT\n    '{table.name}' AS in_table,\n    {table.key[0]} AS of_record,\n    0 AS occurrences\n"
        f"FROM {table.name}\nANTI JOIN records ON records.ui = {table.name}.{table.key[0]}"
        for table in VOCABULARY_TABLES
        if table.name not in MESH_LOOSE and {"ui", *MESH_RECORDS.values()} & set(table.key[:1])
    ]
    records = "\n    UNION ALL\n".join(f"    SELECT {ui} AS ui FROM {name}" for name, ui in MESH_RECORDS.items())
    return (
        f"-- Level: fail\n-- {GENERATED}: each key of MeSH is unique, and each row has its record.\n"
        f"WITH records AS (\n{records}\n)\n\n" + "\nUNION ALL\n".join(twice + orphans) + "\nORDER BY ALL;\n"
    )


def no_orphans() -> str:
    """Return the check that every row belongs to a record that is shown, and to the rows that its ordinals name."""
    in_records = [
        f"SELECT\n    '{table.name}' AS in_table,\n    pmid\nFROM {table.name}\n"
        "ANTI JOIN shown ON shown.pmid = "
        f"{table.name}.pmid AND shown.version IS NOT DISTINCT FROM {table.name}.version"
        for table in CITATION_TABLES
        if table.key
    ]
    in_parents = [
        f"SELECT\n    '{table.name}' AS in_table,\n    pmid\nFROM {table.name}\n"
        f"ANTI JOIN {parent.name} USING (pmid, {ordinal})\nWHERE {table.name}.{ordinal} IS NOT NULL"
        for table in CITATION_TABLES
        for parent, ordinal in _parents(table)
    ]
    records = "\n    UNION ALL\n".join(f"    SELECT pmid, version FROM {name}" for name in ("articles", "books"))
    return (
        f"{CHECK_OF_RECORDS}-- {GENERATED}: every row belongs to an article or a book, and to the row around it.\n"
        f"WITH shown AS (\n{records}\n)\n\n" + "\nUNION ALL\n".join(in_records + in_parents) + "\nORDER BY ALL;\n"
    )


def table_keys() -> str:
    """Return the view of the key of each table and of the tables that its rows belong to."""
    rows = []
    for table in TABLES:
        belongs: list[tuple[str, list[str]] | tuple[None, None]] = []
        if table.of_citation and table.key:
            belongs = [(name, ["pmid"]) for name in ("articles", "books")]
            belongs += [(parent.name, ["pmid", ordinal]) for parent, ordinal in _parents(table)]
        rows += [(table.name, list(primary_key(table)), *parent) for parent in belongs or [(None, None)]]
    values = ",\n".join(f"        ({', '.join('NULL' if one is None else repr(one) for one in row)})" for row in rows)
    return (
        "-- Grain: table, and table that its rows belong to\n-- Key: table_name, parent_table\n--\n"
        f"-- {GENERATED}.\n"
        "CREATE OR REPLACE VIEW table_keys AS\nSELECT\n    keys.table_name,\n    keys.key_columns,\n"
        f"    keys.parent_table,\n    keys.parent_columns\nFROM (\n    VALUES\n{values}\n)"
        " AS keys (table_name, key_columns, parent_table, parent_columns);\n"
        "COMMENT ON VIEW table_keys IS"
        " 'one row per table and table that its rows belong to: the columns by which tables are joined';\n"
        "COMMENT ON COLUMN table_keys.table_name IS 'the table';\n"
        "COMMENT ON COLUMN table_keys.key_columns IS 'columns that together differ in all of its rows; [] where rows"
        " may be equal';\n"
        "COMMENT ON COLUMN table_keys.parent_table IS 'table that its rows belong to; NULL for none. A citation is in"
        " articles or in books';\n"
        "COMMENT ON COLUMN table_keys.parent_columns IS 'columns that both have, which name the row there';\n"
    )


def _parents(table: Table) -> list[tuple[Table, str]]:
    """Return the tables whose only ordinal is one that this table names but does not count."""
    counted = {other.key[0]: other for other in CITATION_TABLES if len(other.key) == 1}
    return [
        (counted[name], name)
        for name in table.key
        if name in counted and table[name].type is ORDINAL and table[name].path is None
    ]


def ordinals_have_no_holes() -> str:
    """Return the check that the rows of a list count 1, 2, 3 …: a row that is lost leaves a hole."""
    selects = [
        f"SELECT\n    '{table.name}' AS in_table,\n    pmid\nFROM {table.name}\n"
        f"GROUP BY {', '.join(primary_key(table)[:-1])}\nHAVING max({table.key[-1]}) != count({table.key[-1]})"
        for table in CITATION_TABLES
        if table.key and table[table.key[-1]].type is ORDINAL
    ]
    return (
        f"{CHECK_OF_RECORDS}-- {GENERATED}: the last ordinal of each key counts from 1 without a hole.\n"
        + "\nUNION ALL\n".join(selects)
        + "\nORDER BY ALL;\n"
    )
