"""The units and the crontab of the guide: systemd accepts them, and their commands are commands of this package."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from typer.main import get_command

from medline.cli import app
from reach import ROOT

GUIDE = (ROOT / "docs" / "guides" / "timers.md").read_text("utf-8")
UNITS = dict(re.findall(r"`/etc/systemd/system/(\S+)`:\n\n```ini\n(.+?)```", GUIDE, re.DOTALL))
(CRONTAB,) = re.findall(r"```cron\n(.+?)```", GUIDE, re.DOTALL)


def test_systemd_accepts_the_units(tmp_path):
    assert sorted(UNITS) == ["medline.service", "medline.timer"]
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze")
    for name, text in UNITS.items():
        (tmp_path / name).write_text(text, "utf-8")
    files = [str(tmp_path / name) for name in UNITS]
    verified = subprocess.run(["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True)
    complaints = [line for line in verified.stderr.splitlines() if str(tmp_path) in line or "medline" in line]
    assert complaints == []


def test_the_scheduled_commands_are_of_this_package():
    commands = get_command(app).commands  # type: ignore[attr-defined]
    *settings, line = CRONTAB.splitlines()
    assert all(re.fullmatch(r"[A-Z_]+=\S+", setting) for setting in settings)
    minute, hour, *days, scheduled = line.split(maxsplit=5)
    assert (int(minute) < 60, int(hour) < 24, days) == (True, True, ["*"] * 3)
    by_cron = re.findall(r"\bmedline [a-z-]+(?: --\S+)*", scheduled)
    by_systemd = re.findall(r"^ExecStart=.*?(medline [^\n]+)$", UNITS["medline.service"], re.MULTILINE)
    by_systemd = [line[line.rindex("medline ") :] for line in by_systemd]
    assert [command.split()[1] for command in by_cron] == [command.split()[1] for command in by_systemd]
    for command in (*by_cron, *by_systemd):
        _, name, *options = command.split()
        known = {option for parameter in commands[name].params for option in parameter.opts}
        assert set(options) <= known, command
