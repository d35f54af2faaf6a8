"""The generated files follow the schema."""

from __future__ import annotations

from medline.render import stale


def test_generated_files_are_fresh():
    assert stale() == [], "run `make render`"


def test_a_stale_file_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr("medline.render.SQL_DIRECTORY", tmp_path / "sql")
    assert tmp_path / "docs" / "reference" / "tables.md" in stale()
