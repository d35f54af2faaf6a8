"""The Iceberg schema of a table, and the numbers of its columns in the data files."""

from __future__ import annotations

from itertools import count

from pyiceberg.schema import Schema
from pyiceberg.table import Table as IcebergTable
from pyiceberg.types import (
    BooleanType,
    DateType,
    DoubleType,
    IcebergType,
    IntegerType,
    ListType,
    LongType,
    MapType,
    NestedField,
    StringType,
    TimestampType,
)

from medline.schema.ddl import comment, primary_key
from medline.schema.tables import Table

#: By `Type.arrow`; the elements of a list, and keys and values of a map, have numbers too.
PLAIN: dict[str, IcebergType] = {
    "string": StringType(),
    "int64": LongType(),
    "int32": IntegerType(),
    "bool": BooleanType(),
    "date32": DateType(),
    "timestamp[us]": TimestampType(),
    "float64": DoubleType(),
}


def schema_of(table: Table) -> Schema:
    """Return the schema of a table, with the descriptions of its columns. A catalog gives columns other numbers."""
    numbers = count(1)

    def iceberg_type(arrow: str) -> IcebergType:
        if arrow == "list<string>":
            return ListType(next(numbers), StringType(), element_required=False)
        if arrow == "map<string, int64>":
            return MapType(next(numbers), StringType(), next(numbers), LongType(), value_required=False)
        return PLAIN[arrow]

    return Schema(
        *(
            NestedField(
                next(numbers), column.name, iceberg_type(column.type.arrow), required=False, doc=comment(column)
            )
            for column in table.stored
        )
    )


def properties_of(table: Table) -> dict[str, str]:
    """Return what a table has as properties: its description, and its key, whose columns may be NULL in Iceberg."""
    return {"comment": table.description, "medline.key": ",".join(primary_key(table))}


def adapt(found: IcebergTable, table: Table) -> None:
    """Give a table of an earlier program the columns, descriptions and properties of this one, in one commit at most.

    A column of another type is another column: old versions keep the one that they had.
    """
    wanted = {field.name: field for field in schema_of(table).fields}
    present = {field.name: field for field in found.schema().fields}
    same = {
        name for name in wanted.keys() & present.keys() if str(wanted[name].field_type) == str(present[name].field_type)
    }
    properties = {name: text for name, text in properties_of(table).items() if found.properties.get(name) != text}
    redescribed = {name for name in same if wanted[name].doc != present[name].doc}
    if not (properties or redescribed or same < wanted.keys() | present.keys()):
        return
    with found.transaction() as change:
        if properties:
            change.set_properties(properties)
        with change.update_schema(allow_incompatible_changes=True) as update:
            for name in present.keys() - same:
                update.delete_column(name)
            for name in redescribed:
                update.update_column(name, doc=wanted[name].doc)
            for name in [name for name in wanted if name not in same]:
                update.add_column(name, wanted[name].field_type, doc=wanted[name].doc)


def field_ids(schema: Schema) -> str:
    """Return the option FIELD_IDS of DuckDB's COPY, which writes the numbers of columns into a file."""
    return "{" + ", ".join(f'"{field.name}": {_field_id(field)}' for field in schema.fields) + "}"


def _field_id(field: NestedField) -> str:
    kind = field.field_type
    if isinstance(kind, ListType):
        return f"{{__duckdb_field_id: {field.field_id}, element: {kind.element_id}}}"
    if isinstance(kind, MapType):
        return f"{{__duckdb_field_id: {field.field_id}, key: {kind.key_id}, value: {kind.value_id}}}"
    return str(field.field_id)
