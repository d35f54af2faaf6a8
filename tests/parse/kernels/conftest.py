"""What the tests of the kernels share."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from compare import difference, read
from medline.parse.kernels import xml_reader
from medline.parse.xml import reference


@pytest.fixture(autouse=True)
def _ends():
    """A reading that does not end is a failure, not a wait."""
    before = signal.signal(signal.SIGALRM, _on_alarm)
    signal.alarm(300)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def _on_alarm(*_: object) -> None:
    raise TimeoutError("still reading")


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "pubmed99n0001.xml"


@pytest.fixture
def agrees(path):
    """Hold the engines against each other on a document, at several chunk sizes; the plain reader's reading."""

    def agrees(content: bytes | str, chunks=(300, 4096, None), skip=()):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        expected = read(path, engine="reference", skip=skip)
        for chunk in chunks:
            apart = difference(path, skip, expected, **({"chunk": chunk} if chunk else {}))
            assert apart is None, content
        return expected

    return agrees


@pytest.fixture
def plainly(monkeypatch):
    """Records that the compiled engine left to the plain reader, and (None) that it left it the rest of a file."""
    left: list[int | None] = []
    one, rest = xml_reader.XmlReader._read_plainly, reference.iter_records

    def read_one(self, record):
        left.append(record)
        return one(self, record)

    def read_rest(*arguments):
        left.append(None)
        return rest(*arguments)

    monkeypatch.setattr(xml_reader.XmlReader, "_read_plainly", read_one)
    monkeypatch.setattr(xml_reader.reference, "iter_records", read_rest)
    return left
