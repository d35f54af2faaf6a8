# ruff: noqa: E501  (tables of cases)
"""Numbered strategies: how lines are read, what they find, and the table of counts."""

from __future__ import annotations

import json

import pytest

from build import citation, medline, title, write_mirror
from medline import pipeline, searching
from medline.errors import QueryError
from medline.searching.strategy import read_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("1. a\n2. b\n3. or/1-2", [(1, "a"), (2, "b"), (3, "or/1-2")]),
        ("#1 a\n#2 b\n  OR c\n\n#3 #1 AND #2", [(1, "a"), (2, "b\n  OR c"), (3, "#1 AND #2")]),
        ("#3 #1 AND #2\n#2 b\n#1 a", [(1, "a"), (2, "b"), (3, "#1 AND #2")]),
        ("1\ta\t1,234\n2\tb\t5", [(1, "a"), (2, "b")]),
        ("S1 a\nS2 b", [(1, "a"), (2, "b")]),
        ("# mine\n1) a\n2) b", [(1, "a"), (2, "b")]),
        ("1: a\n2: b", [(1, "a"), (2, "b")]),
        ("12345\n67890", [(1, "12345\n67890")]),
        ("a OR\nb", [(1, "a OR\nb")]),
        ("1 2 3", [(1, "1 2 3")]),
        ("1,25-dihydroxy\n2 b", [(1, "1,25-dihydroxy\n2 b")]),
    ],
)
def test_lines_are_read(text, lines):
    assert [(line.number, line.text) for line in read_lines(text)] == lines


#: By number: 1 otters, 2 lakes, 3 beside.
PARTS = "1. otters[ti]\n2. lakes[ti]\n3. beside[ti]\n"


@pytest.mark.parametrize(
    ("line", "pmids"),
    [
        ("1 AND 2", {5}), ("1 and 2", {5}), ("#1 or #2", {1, 2, 3, 5, 8}), ("or/1-3", {1, 2, 3, 5, 8}), ("and/1-3", {5}), ("and/1,3", {5}),
        ("1-2/or", {1, 2, 3, 5, 8}), ("3 or 1-2", {1, 2, 3, 5, 8}), ("1 not 3", {1}), ("(1 or 2) not 3", {1, 2, 3, 8}), ("#1 AND voreb[ti]", {1}),
        ("S1 and S2", {5}), ("or/1-2 not 3", {1, 2, 3, 8}), ("99", set()),
    ],
)  # fmt: skip
def test_lines_name_earlier_lines(find, line, pmids):
    assert find(f"{PARTS}4. {line}") == pmids


def test_all_lines_that_are_wrong_are_told(vocabulary):
    with pytest.raises(QueryError) as error:
        searching.plan("1. otters[sb]\n2. lakes[ti]\n3. #1 OR #7\n4. (lakes", vocabulary)
    problems = error.value.problems
    places = ["line 1, character 4:", "line 3, character 10:", "line 4, character 4:"]  # as an editor counts
    assert [place in problem for place, problem in zip(places, problems, strict=True)] == [True] * 3
    assert "#7: there is no such line before this one" in problems[1]


def test_the_command_prints_a_count_per_line(tmp_path):
    titles = ("Otters", "Otters and lakes", "Lakes")
    write_mirror(tmp_path / "mirror", [citation(pmid, title=title(text)) for pmid, text in enumerate(titles, start=1)])
    home = tmp_path / "home"
    pipeline.sync(tmp_path / "mirror", home)
    file = tmp_path / "otters.txt"
    file.write_text("1. otters[ti]\n2. lakes[ti]\n3. 1 and 2\n", "utf-8")
    counts = [("1", "2"), ("2", "2"), ("3", "1")]
    listed = json.loads(medline("search", file, "--home", home, "--format", "json").stdout)
    assert [(str(row["line"]), str(row["citations"])) for row in listed] == counts
    assert listed[2]["query"] == "1 and 2"
    csv = medline("search", "--file", file, "--home", home, "-f", "csv").stdout.splitlines()
    assert csv[0] == "line,query,details,citations"
    assert medline("search", file, "--home", home, "--count").stdout == "1\n"
    assert [
        row.split(",")[0]
        for row in medline("search", file, "--home", home, "--citations", "-f", "csv").stdout.splitlines()
    ] == ["pmid", "2"]
    file.write_bytes(b"1. otter\xe9s[ti]\n")
    wrong = medline("search", file, "--home", home)
    assert (wrong.returncode, "otters.txt: byte 8 is not UTF-8" in wrong.stderr) == (2, True)
    assert searching.count_lines(home, "otters[ti]")["citations"].to_pylist() == [2]
