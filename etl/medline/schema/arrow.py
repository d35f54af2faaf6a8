"""Arrow schemas of the tables, and the version of the schema."""

from __future__ import annotations

import hashlib
from functools import cache

import pyarrow as pa

from medline.schema.tables import LAKE_TABLES, READER_REVISION, Column, Table

ARROW_TYPES = {
    "string": pa.string(),
    "list<string>": pa.list_(pa.string()),
    "int64": pa.int64(),
    "int32": pa.int32(),
    "bool": pa.bool_(),
    "date32": pa.date32(),
    "timestamp[us]": pa.timestamp("us"),
    "float64": pa.float64(),
    "map<string, int64>": pa.map_(pa.string(), pa.int64()),
}


@cache
def arrow_schema(table: Table) -> pa.Schema:
    """Return the Arrow schema of a table; the fields' metadata hold DTD path, MEDLINE tag and description."""
    fields = [
        pa.field(column.name, ARROW_TYPES[column.type.arrow], metadata=_metadata(column)) for column in table.columns
    ]
    paths = " | ".join(table.rows)
    return pa.schema(fields, metadata={"grain": table.description, "path": paths, "schema_version": schema_version()})


def _metadata(column: Column) -> dict[str, str]:
    known = {"path": column.path, "tag": column.tag, "description": column.description}
    return {name: value for name, value in known.items() if value}


@cache
def schema_version() -> str:
    """Return a short digest of all that rows of the lake depend on; a new digest makes all files be read again."""
    declared = [
        (table.name, table.key, table.outer,
         sorted((path, sorted(fixed.items())) for path, fixed in table.rows.items()),
         [(c.name, c.type.arrow, c.path, c.tag, c.derive, c.of) for c in table.columns])
        for table in LAKE_TABLES
    ]  # fmt: skip
    return digest(READER_REVISION, declared)


def digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
