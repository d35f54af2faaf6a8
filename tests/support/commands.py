"""Commands that must succeed, and a question with its answer."""

from __future__ import annotations

import csv
import io
import json

from build import (
    medline,
)

QUESTION = "SELECT pmid, title FROM articles WHERE pmid IN (1, 3) ORDER BY pmid"
ANSWER = [(1, "Title, 1"), (3, "Ωmega « new »")]


def read_csv(text):
    header, *rows = csv.reader(io.StringIO(text))
    assert header == ["pmid", "title"]
    return [(int(pmid), title) for pmid, title in rows]


def read_json(text):
    return [(row["pmid"], row["title"]) for row in json.loads(text)]


def succeed(*arguments, **options):
    """Run a command that must succeed, and return what it prints on stdout."""
    result = medline(*arguments, **options)
    assert result.returncode == 0, result.stderr
    assert "error" not in result.stderr
    return result.stdout
