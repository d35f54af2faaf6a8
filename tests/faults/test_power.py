"""A loss of power at any call of any command: what was reported is on the disk, and what is damaged is made again.

On images that are mounted through loop devices; see disk_image.py. Without root these tests do not run. In CI half of
the commands are looked at once they are done, and half of these lose power at one of their calls (`turn`).
"""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest

from faults import disk_image
from faults.commands import COMMANDS, Scene, published, state
from faults.conftest import IS_LONG, POWER
from faults.faulty import Faulty, is_possible
from faults.test_single_calls import judge, recover, turn

MISSING = disk_image.missing() + ("" if is_possible() else " no C compiler")
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"no loss of power is tried here:{MISSING}")

#: Places of each command at which the power goes with MEDLINE_FAULTS=long.
LONG = 50


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", [name for name in COMMANDS if IS_LONG or turn(name) in (POWER, "EIO")])
def test_a_loss_of_power(made: Scene, faulty: Faulty, tmp_path: Path, name: str, record_property):
    command, image, copy = COMMANDS[name], tmp_path / "image", tmp_path / "copy"
    disk_image.make(tmp_path / "start")
    with disk_image.mounted(tmp_path / "start", tmp_path / "mount") as mount:
        top = mount / "top"
        made.start(command.base, top)
        before = published(top, command)
    shutil.copy(tmp_path / "start", image)
    with disk_image.mounted(image, tmp_path / "mount"):
        done = faulty.run(command.of(top, made), top)
        assert done.code == 0, done.stderr
        after = state(top, command)
        disk_image.cut(image, copy)
    with disk_image.mounted(copy, tmp_path / "mount"):
        assert state(top, command) == after, f"{name}: it was reported, and is not on the disk"
    numbers = range(1, len(done.calls) + 1)
    places = LONG if IS_LONG else int(turn(name) == POWER)
    for at in sorted(Random(name).sample(numbers, min(places, len(numbers)))):
        shutil.copy(tmp_path / "start", image)
        with disk_image.mounted(image, tmp_path / "mount"):
            met = faulty.run(command.of(top, made), top, at)
            disk_image.cut(image, copy)
        where = f"{name}, power lost at call {at} of {len(numbers)}: {done.calls[at - 1]}"
        record_property("losses of power", command.words.split(" ")[0])
        with disk_image.mounted(copy, tmp_path / "mount"):
            judge(command, before, after, met, top, where)
            recover(made, faulty, command, after, top, where)
