"""A home in an object store holds what one on a disk holds; what several machines do at once is in `test_store.py`."""

from __future__ import annotations

import pytest

from build import contents, found_by_checks
from medline import pipeline
from object_store import HOME, assert_lake_whole, days, stored


@pytest.mark.long
def test_it_holds_what_a_home_on_a_disk_holds_whatever_machine_runs(on, tmp_path):
    mirror, disk = tmp_path / "mirror", tmp_path / "disk"
    for day, machine in zip(days(mirror), ("one", "two", "one"), strict=True):
        del day
        on(machine)
        assert pipeline.sync(mirror, HOME) == pipeline.sync(mirror, disk)
        assert pipeline.sync(mirror, HOME) == [], "nothing new"
        assert contents(HOME) == contents(disk)
        assert not list((tmp_path / machine).glob("*/steps/.step*")), "a workspace is gone with its step"
    on("a reader")
    assert contents(HOME) == contents(disk)
    assert len(stored("warehouse/log")) == 3
    assert len([name for name in stored("warehouse/versions") if name.endswith("medline.duckdb")]) == 2
    assert len(assert_lake_whole()) == 4
    assert found_by_checks(HOME) == found_by_checks(disk)
