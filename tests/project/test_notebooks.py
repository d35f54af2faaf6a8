"""The notebooks: Jupyter's kernel runs their cells on the sample, which print what the pages show."""

from __future__ import annotations

import nbformat
import pytest

import cookbook
import notebooks


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return cookbook.make_home(tmp_path_factory.mktemp("notebooks"))


@pytest.mark.long
@pytest.mark.parametrize("path", notebooks.NOTEBOOKS, ids=lambda path: path.stem)
def test_the_cells_of_a_notebook_print_what_it_shows(home, path):
    shown = notebooks.printed(nbformat.read(path, as_version=4))
    assert notebooks.printed(notebooks.run(path, home)) == shown, "run `make cookbook` and look at what changed"
    assert any(shown)
