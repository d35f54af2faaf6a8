"""`--as-of` of query, search and export: the answers of a home that was synced only so far."""

from __future__ import annotations

from pathlib import Path

import pytest

from build import authors, citation, deletion, error_of, medline, title, write_mirror
from commands import succeed
from medline import pipeline

DUMPS = [
    [
        citation(1, title=title("Otters."), article=authors("Alm", "Bek")),
        citation(2, title=title("Ponds &amp; otters.")),
        citation(4),
    ],
    [citation(1, title=title("Lakes."), article=authors("Cid"))],
    [deletion(2), citation(3, title=title("Otters again."))],
]
STRATEGY = "1. otters[ti]\n2. alm[au]\n3. #1 OR #2\n"
POINT = "26-000001"


@pytest.fixture(scope="module")
def homes(tmp_path_factory) -> tuple[Path, Path]:
    """A home that was synced with all dumps, and one with the first."""
    directory = tmp_path_factory.mktemp("as_of")
    for name, dumps in (("now", DUMPS), ("then", DUMPS[:1])):
        write_mirror(directory / f"mirror-{name}", *dumps)
        pipeline.sync(directory / f"mirror-{name}", directory / name)
    (directory / "strategy.txt").write_text(STRATEGY)
    return directory / "now", directory / "then"


@pytest.mark.long
@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "command",
    [
        ("query", "SELECT pmid, title, citation(pmid), author_string(pmid) FROM articles ORDER BY pmid", "-f", "csv"),
        ("query", "SELECT name, citations FROM dumps", "-f", "json"),
        ("search", "otters[ti]", "--count"),
        ("search", "otters[ti] OR alm[au]", "-f", "csv"),
        ("search", "--file", "{strategy}", "-f", "json"),
        ("search", "--file", "{strategy}", "--citations", "-f", "json"),
        ("search", "alm b", "--explain"),
        *(("export", "-f", form, "1", "2", "4") for form in ("medline", "xml", "ris", "bibtex", "csljson")),
        ("export", "-f", "xml", "--where", "title LIKE '%tters%'"),
    ],
)
def test_answers_are_those_of_a_home_that_was_synced_only_so_far(homes, command):
    now, then = homes
    words = [word.format(strategy=now.parent / "strategy.txt") for word in command]
    expected = succeed(*words, "--home", then)
    assert expected.strip()
    assert succeed(*words, "--home", now, "--as-of", POINT) == expected
    assert medline(*words, "--home", now).stdout != expected or "--explain" in words


@pytest.mark.parametrize("form", ["ris", "xml"])
def test_a_file_is_the_same_byte_by_byte(homes, tmp_path, form):
    for home, at in zip(homes, (("--as-of", POINT), ()), strict=True):
        succeed("export", "-f", form, "--where", "true", "--out", tmp_path / home.name, "--home", home, *at)
    assert (tmp_path / "now").read_bytes() == (tmp_path / "then").read_bytes() != b""


def test_a_statement_about_the_past_is_kept_from_files_too(homes):
    path = next((homes[0] / "lake").glob("articles/*.parquet"))
    for statement in (f"FROM '{path}'", f"COPY articles TO '{path}'", "SET threads = 1"):
        result = medline("query", statement, "--home", homes[0], "--as-of", POINT)
        assert "add --allow-files to let it" in error_of(result, 2)


@pytest.mark.parametrize("command", [("query", "FROM articles"), ("search", "otters"), ("export", "-f", "ris", "1")])
def test_a_wrong_point_is_one_line(homes, command):
    result = medline(*command, "--home", homes[0], "--as-of", "26-000004")
    assert error_of(result, 2) == "26-000004: the warehouse has no such dump; the newest is 26-000003"
