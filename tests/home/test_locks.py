"""What goes with its process: the lock of a home, and directories for unfinished files."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

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


@pytest.mark.parametrize("name", [".mine.part", ".mine.abcdefgh.part"])
def test_a_hidden_directory_of_somebody_else_stays(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / "mine.txt").write_text("kept")
    (tmp_path / ".file.part").write_text("kept")
    locks.sweep(tmp_path)
    assert (tmp_path / name / "mine.txt").exists()
    assert (tmp_path / ".file.part").exists()


def test_a_slot_is_free_again_once_it_is_given_back(tmp_path):
    slots = locks.Slots(tmp_path / "slots", 1)
    with ThreadPoolExecutor(1) as other, slots.take():
        waiting = other.submit(lambda: slots.take().close())
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.2)
    waiting.result(timeout=10)


def test_nobody_waits_where_slots_cannot_be_shared(tmp_path):
    slots = locks.Slots(tmp_path / "not there yet" / "slots", 1)
    with slots.take(), slots.take():
        assert list(tmp_path.iterdir()) == []


def test_a_run_that_ends_waits_for_no_slot(tmp_path, monkeypatch):
    ended = Event()
    ended.set()
    monkeypatch.setattr(locks, "stopping", ended)
    slots = locks.Slots(tmp_path / "slots", 1)
    with slots.take(), slots.take():
        pass
