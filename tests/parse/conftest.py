"""What the tests of the readers share."""

from __future__ import annotations

import pytest

from build import document, rows_of
from compare import difference, read
from medline.parse import ENGINES


@pytest.fixture(params=ENGINES)
def engine(request) -> str:
    return request.param


@pytest.fixture
def rows(tmp_path, engine):
    """Read records of XML, or MEDLINE text, and return the rows of a table."""

    def rows(table: str, columns: str, *records: str) -> list[tuple]:
        path = tmp_path / "records"
        is_text = records[0].startswith("PMID")
        path.write_bytes("".join(records).encode() if is_text else document(*records))
        return rows_of(path, engine=engine)(table, columns)

    return rows


@pytest.fixture
def agree(tmp_path):
    """Hold the engines against each other on records of XML."""

    def agree(*records: str) -> None:
        path = tmp_path / "records.xml"
        path.write_bytes(document(*records))
        assert difference(path, (), read(path, engine="reference")) is None

    return agree
