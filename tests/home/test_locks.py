"""What goes with its process: the lock of a home, and directories for unfinished files."""

from __future__ import annotations

import pytest

from medline.errors import Locked
from medline.home import locks


def test_a_home_is_locked_by_one_run_and_free_after_it(tmp_path):
    with locks.home_lock(tmp_path), pytest.raises(Locked, match=tmp_path.name), locks.home_lock(tmp_path):
        pass
    with locks.home_lock(tmp_path):
        pass


def test_a_scratch_directory_goes_with_its_step_and_takes_those_of_killed_steps_with_it(tmp_path):
    for name in (".killed.1.part", ".killed.2.part"):
        (tmp_path / name).mkdir()
    (tmp_path / ".killed.2.part" / ".alive").touch()
    with locks.scratch_directory(tmp_path, "one") as one, locks.scratch_directory(tmp_path, "other") as other:
        assert set(tmp_path.glob(".*.part")) == {one, other}
    assert list(tmp_path.glob(".*.part")) == []
