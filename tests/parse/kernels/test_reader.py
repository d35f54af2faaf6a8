"""Tables, records and values that outgrow the room of a chunk."""

from __future__ import annotations

import pytest

from build import citation
from medline.parse.kernels import reader
from medline.schema.tables import LAKE_TABLES
from xml_records import RICH, record_with, wrapped


def row_elements() -> dict[str, list[str]]:
    return {table.name: [path for path in table.rows if path.count("/") > 1] for table in LAKE_TABLES if table.rows}


@pytest.mark.long
@pytest.mark.parametrize("table", [name for name, paths in row_elements().items() if paths])
def test_a_table_that_overflows_its_room(agrees, table):
    for path in row_elements()[table]:
        outer, _, name = path.replace("+", "").rpartition("/")
        records = [record_with(outer, f"<{name}>1</{name}>" * 700), record_with(outer, f"<{name}/>" * 3, pmid=2)]
        agrees(wrapped(*records), chunks=(256, None))


def test_lists_of_values_that_overflow_their_room(agrees):
    agrees(wrapped(record_with("PubmedBookArticle/BookDocument/Book", "<Isbn>1</Isbn>" * 700), RICH[1]), chunks=(256,))


@pytest.mark.parametrize(
    ("name", "most"), [("MOST_RECORDS", 1), ("MOST_RECORDS", 4), ("MOST_EVENTS", 1), ("MOST_EVENTS", 3)]
)
def test_more_records_or_unknown_things_than_a_chunk_has_room_for(agrees, monkeypatch, name, most):
    monkeypatch.setattr(reader, name, most)
    new = "<x a='1'><y/></x>"
    agrees(wrapped(*(citation(n, article=new * (n % 4)) for n in range(1, 24)), RICH[3], RICH[1]), chunks=(300, None))


def test_more_put_together_than_there_is_room_for(agrees):
    """Places of nested lists are longer than the lists."""
    deep = "<ReferenceList>" * 150 + "</ReferenceList>" * 150
    agrees(wrapped(*(citation(n, data=deep) for n in range(1, 30)), RICH[0]), chunks=(65536, None))
