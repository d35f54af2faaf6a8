"""Progress of a long job."""

from __future__ import annotations

from medline.progress import silent


def test_no_progress_is_shown(capfd):
    silent("load", 1, 2)
    assert capfd.readouterr() == ("", "")
