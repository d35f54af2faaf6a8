"""The index of a version in an object store: other machines search with it, and make the next one from it."""

from __future__ import annotations

import logging

from build import write_mirror
from medline import pipeline, searching
from medline.searching import answers
from medline.searching.index import build
from searching_index import RECORDS, record


def test_another_machine_searches_with_the_index_and_catches_it_up(on, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("MEDLINE_INDEX", "auto")
    home, mirror = "s3://medline/home", tmp_path / "mirror"
    write_mirror(mirror, RECORDS[:2])
    pipeline.sync(mirror, home)
    on("two")
    assert searching.search(home, "multiple[ti]", mapping=False)["pmid"].to_pylist() == [2, 1]
    with monkeypatch.context() as patch:
        patch.setattr(build, "_make_afresh", None)  # it is not made anew
        write_mirror(mirror, RECORDS[:2], [record(2, "Otters", version=2)])
        pipeline.sync(mirror, home)
    on("three")
    monkeypatch.setattr(answers, "select", None)  # no tables are read
    assert searching.search(home, "multiple[ti] OR otters[ti]", mapping=False)["pmid"].to_pylist() == [1, 2]
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
