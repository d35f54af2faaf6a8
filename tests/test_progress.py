"""Progress of a long job, as callers of the package get it."""

from __future__ import annotations

from build import citation, write_mirror
from medline import pipeline, progress


def test_no_progress_is_shown(capfd):
    progress.silent("load", 1, 2)
    assert capfd.readouterr() == ("", "")


def test_a_plain_function_gets_what_was_done_of_how_many():
    calls: list[tuple] = []
    shown = progress.of_parts(lambda *call: calls.append(call))
    shown("read", 0, 2)
    shown("fetch", 5, 10, "a", progress.BYTES)
    shown("read", 1, 2, "a.xml")
    assert calls == [("read a.xml", 1, 2)]


def test_every_phase_begins_with_nothing_and_ends_with_all(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDLINE_INDEX", "auto")
    phases: dict[str, list[tuple[int, int]]] = {}
    write_mirror(tmp_path / "mirror", [citation(1)], [citation(2)])
    pipeline.sync(
        tmp_path / "mirror",
        tmp_path / "home",
        lambda phase, done, total, *_, **__: phases.setdefault(phase, []).append((done, total)),
    )
    assert set(phases) == {"read", "apply", "check", "index"}
    for phase, seen in phases.items():
        assert seen[0][0] == 0, phase
        assert seen[-1][0] == seen[-1][1], phase
        assert [done for done, _ in seen] == sorted(done for done, _ in seen)
