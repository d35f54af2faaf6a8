"""The homes that the tests of the command line ask."""

from __future__ import annotations

import pytest

from build import (
    authors,
    citation,
    text_record,
    title,
    write_mirror,
)
from medline import pipeline


@pytest.fixture(scope="session")
def mirror(tmp_path_factory):
    """A mirror of one baseline file and one update."""
    mirror = tmp_path_factory.mktemp("mirror")
    records = [citation(pmid, title=title(f"Title, {pmid}"), article=authors("Alm", "Bek")) for pmid in range(1, 61)]
    write_mirror(mirror, records, [citation(3, title=title("Ωmega « new »"))])
    return mirror


@pytest.fixture(scope="session")
def home(mirror, tmp_path_factory):
    """A home that holds the mirror and an export; not to be changed."""
    home, files = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("files")
    pipeline.sync(mirror, home)
    (files / "search.nbib").write_text(text_record(500, "TI  - From text."))
    pipeline.load_files([files / "search.nbib"], home)
    return home


@pytest.fixture
def export(tmp_path):
    """Make a file of MEDLINE text with one record."""

    def export(name, pmid=1, text="A title.", folder="files"):
        path = tmp_path / folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text_record(pmid, f"TI  - {text}"))
        return path

    return export
