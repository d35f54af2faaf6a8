"""A home whose versions have an index."""

from __future__ import annotations

import pytest

from build import write_mirror
from medline import pipeline
from searching_index import RECORDS


@pytest.fixture(scope="module")
def indexed(tmp_path_factory):
    """Return a home with an index, and let homes have one for this module."""
    top = tmp_path_factory.mktemp("indexed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDLINE_INDEX", "auto")
        write_mirror(top / "mirror", RECORDS)
        pipeline.sync(top / "mirror", top / "home")
        yield top / "home"
