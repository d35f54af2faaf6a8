"""Arrow schemas of the tables."""

from __future__ import annotations

from functools import cache

import pyarrow as pa

from medline.schema.tables import Column, Table
from medline.schema.version import schema_version

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
