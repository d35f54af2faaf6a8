"""Small MEDLINE files, and what reading them gives."""

from __future__ import annotations

import io
from typing import NamedTuple

from medline.errors import BadInput
from medline.parse.batch import Batch, skip_mask
from medline.parse.kernels import text_reader
from medline.parse.text import reference
from medline.schema.tables import LAKE_TABLES

NAME = "otters.nbib"


LONGEST = 300


Rows = dict[str, list[tuple]]


class Reading(NamedTuple):
    """What a reader made of a text: rows of each record, PMIDs in order, notes as (pmid, path, value, reason)."""

    records: dict[int, Rows]
    keys: list[int]
    notes: list[tuple]
    error: str = ""


def read(data: bytes, *, compiled: bool = False) -> Reading:
    stream = io.BytesIO(data)
    try:
        batches = list(text_reader.iter_batches(stream, NAME, skip_mask(())) if compiled else plainly(stream))
    except BadInput as error:
        return Reading({}, [], [], str(error))
    records: dict[int, Rows] = {}
    for table in LAKE_TABLES:
        if not table.of_citation and table.name not in ("articles", "books"):
            continue
        for row in (row for batch in batches for row in batch.tables[table.name].to_pylist()):
            pmid = row.pop("pmid")
            records.setdefault(pmid, {}).setdefault(table.name, []).append(tuple(map(str, row.values())))
    notes = [tuple(row.values())[1:] for batch in batches for row in batch.tables["anomalies"].to_pylist()]
    return Reading(records, [key[0] for batch in batches for key in batch.keys], notes)


def plainly(stream: io.BytesIO) -> list[Batch]:
    return list(reference.iter_batches(stream, NAME, skip_mask(())))


OTTERS = """\
PMID- 90000001
OWN - NLM
STAT- MEDLINE
DP  - 2001 Jan
TI  - Otters in ponds.
AB  - Otters were counted in spring and in autumn at twelve ponds, and every pond was
      seen twice.
FAU - Marsh, Ada
AU  - Marsh A
LA  - eng
TA  - J Otter
JT  - Journal of otter research
EDAT- 2001/01/01 04:00
AID - 10.5555/otter.1 [doi]
SO  - J Otter. 2001 Jan.
"""


def only(text: str | bytes) -> tuple[str, list[tuple]]:
    """All that was read of one record, and the notes on its file; both readers agree."""
    data = text if isinstance(text, bytes) else text.encode()
    got = read(data)
    assert read(data, compiled=True) == got
    assert not got.error, got.error
    assert got.keys == [90000001]
    return str(got.records[90000001]), got.notes


def refused(text: str | bytes) -> str:
    data = text if isinstance(text, bytes) else text.encode()
    got = read(data)
    assert read(data, compiled=True).error == got.error
    assert got.error
    assert len(got.error) <= LONGEST
    assert "; " in got.error
    return got.error
