"""The package as a library: `import medline`, and the functions that it has."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import duckdb
import pytest

import medline
import sample


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    directory = tmp_path_factory.mktemp("api")
    mirror = sample.write_mirror(directory / "mirror", citations=60, seed=5)
    steps = []
    applied = medline.sync(
        mirror.directory, str(directory / "home"), lambda *step: steps.append(step), engine="reference"
    )
    assert (f"apply {applied[-1]}", len(applied), len(applied)) in steps
    assert applied[0] == "pubmed26n0001.xml.gz"
    assert medline.sync(mirror.directory, directory / "home") == []
    return directory / "home"


@pytest.mark.long
def test_a_connection_reads_the_published_version_only(home):
    with medline.connect(str(home)) as connection:
        [(count,)] = connection.execute("SELECT count(*) FROM articles").fetchall()
        assert count > 0
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            connection.execute("DELETE FROM articles")
    connection = medline.connect(home)
    assert connection.execute("SELECT count(*) FROM articles").fetchall() == [(count,)]
    connection.close()


def test_reading_needs_no_numba(home):
    code = f"import medline, sys; medline.search({str(home)!r}, 'x'); print('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_search_gives_the_newest_first(home):
    answer = medline.search(home, "2000:2030[dp]", limit=5)
    assert answer.column_names == ["pmid", "title", "pub_date", "pub_year", "medline_ta", "doi"]
    years = answer["pub_year"].to_pylist()
    assert len(years) == 5
    assert years == sorted(years, reverse=True)
    assert medline.search(str(home), "2000:2030[dp]").num_rows >= 5


def test_errors_are_medline_errors(tmp_path, home):
    with pytest.raises(medline.UsageError, match="no warehouse there yet"):
        medline.connect(tmp_path)
    with pytest.raises(medline.MedlineError, match="unknown subset"):
        medline.search(home, "x[sb]")
    with pytest.raises(medline.UsageError):
        medline.sync(tmp_path / "missing", tmp_path / "home")
    errors = [value for value in vars(medline).values() if isinstance(value, type) and issubclass(value, Exception)]
    assert {error.__name__ for error in errors} == {name for name in medline.__all__ if name[0].isupper()}
    assert all(issubclass(error, medline.MedlineError) for error in errors)


def test_names_are_those_that_are_public():
    assert medline.__version__ == version("medline-warehouse")
    assert all(hasattr(medline, name) for name in medline.__all__)
    with pytest.raises(AttributeError, match="no attribute 'x'"):
        medline.x  # noqa: B018


def test_import_is_light():
    """Under 50 ms on an idle machine; what takes long is not loaded."""
    code = "import medline, sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"numba", "duckdb", "pyarrow", "typer", "httpx2"}.isdisjoint(loaded)
