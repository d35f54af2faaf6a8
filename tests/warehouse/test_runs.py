"""What is kept of runs: a line each in the home, and the table `runs` in every version."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest

from build import ask, citation, contents, write_dump, write_mirror
from medline import pipeline, sqlfile, status
from medline.errors import BadInput, CheckFailed
from medline.home import LocalHome
from medline.ops import metrics
from medline.warehouse import runs, versions
from mirror_server import MirrorServer


def test_a_run_tells_what_it_fetched_read_and_applied(tmp_path):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    dumps = write_mirror(mirror, [citation(1, article="<NewIn2027>x</NewIn2027>")], [citation(2), citation("3a")])
    dumps[1].unlink()
    write_dump(dumps[1], citation(2), citation(3, pub_date="<Year>20x1</Year>"))
    with MirrorServer(mirror) as server:
        pipeline.sync(server.url, home)
        run = runs.last(LocalHome(home))
        assert {name: run[name] for name in ("what", "ended", "outcome", "fetched", "read", "applied", "version")} == {
            "what": "sync", "ended": "done", "outcome": "done", "fetched": 2, "read": 2, "applied": 2,
            "version": "26-000001",
        }  # fmt: skip
        size = sum(path.stat().st_size for path in dumps)
        assert (run["fetched_bytes"], run["read_bytes"]) == (size, size)
        (rows,) = ask(home, "SELECT sum(list_sum(map_values(rows_per_table))) FROM dumps")
        assert (run["rows"],) == rows
        assert (run["anomalies"], run["unknown_paths"]) == (1, 1)
        assert run["database_bytes"] == versions.published(LocalHome(home)).database.stat().st_size
        assert sum(run[f"{step}_seconds"] for step in runs.STEPS) <= run["seconds"] + 0.01

        before = contents(home)
        pipeline.sync(server.url, home)
        again = runs.last(LocalHome(home))
        assert (again["ended"], {"read", "version"} & set(again)) == ("done", set())
        assert contents(home) == before
    assert [version.name for version in versions.versions(LocalHome(home))] == ["26-000001"]


def test_a_version_has_the_runs_before_it_and_the_one_that_made_it(tmp_path):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    write_mirror(mirror, [citation(1)])
    pipeline.sync(mirror, home)
    assert ask(home, "SELECT what, ended, outcome, applied, version FROM runs") == [
        ("sync", None, None, 1, "26-000001")
    ]
    bad = write_dump(mirror / "updatefiles" / "pubmed26n0002.xml.gz", content=b"<PubmedArticleSet><")
    with pytest.raises(BadInput):
        pipeline.sync(mirror, home)
    write_dump(bad, citation(2))
    pipeline.sync(mirror, home)
    rows = ask(home, "SELECT what, ended, starts_with(outcome, 'failed: pubmed26n0002'), applied, version FROM runs")
    assert rows == [
        ("sync", "done", False, 1, "26-000001"),
        ("sync", "failed", True, None, None),
        ("sync", None, None, 1, "26-000002"),
    ]
    assert ask(home, "SELECT min(apply_seconds) >= 0, max(checks_seconds) > 0 FROM runs") == [(True, True)]

    assert pipeline.rebuild(home)
    rows = ask(home, "SELECT what, ended FROM runs ORDER BY started_at")
    assert rows == [("sync", "done"), ("sync", "failed"), ("sync", "done"), ("rebuild", None)]


def test_the_steps_of_a_dag_are_runs_too(tmp_path):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    write_mirror(mirror, [citation(1)], [citation(2)])
    (names,) = pipeline.list_batches(mirror, home)
    pipeline.ingest(mirror, home, names)
    pipeline.build(mirror, home)
    assert ask(home, "SELECT what, ended, read, applied FROM runs") == [
        ("ingest", "done", 2, None),
        ("load", None, None, 2),
    ]


def test_a_file_that_waits_and_a_check_that_fails_are_recorded(tmp_path, monkeypatch):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    write_mirror(mirror, [citation(1)], [citation(2)])
    pipeline.ingest(mirror, home, ["pubmed26n0001.xml.gz"])
    pipeline.build(mirror, home)
    run = runs.last(LocalHome(home))
    assert (run["ended"], run["applied"], "pubmed26n0002" in run["outcome"]) == ("waiting", 1, True)
    shutil.copytree(sqlfile.SQL_DIRECTORY, tmp_path / "sql")
    monkeypatch.setattr(sqlfile, "SQL_DIRECTORY", tmp_path / "sql")
    (tmp_path / "sql" / "checks" / "none.sql").write_text("-- Level: fail\nSELECT 1;")
    with pytest.raises(CheckFailed):
        pipeline.sync(mirror, home)
    assert (runs.last(LocalHome(home))["ended"], runs.last(LocalHome(home)).get("applied")) == ("failed", None)


def test_a_run_that_was_killed_has_no_end(tmp_path, capsys):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    write_mirror(mirror, [citation(1)])
    dies = (
        "import os, sys\nfrom medline.home import LocalHome\nfrom medline.warehouse import runs\n"
        "with runs.recorded(LocalHome(sys.argv[1]), 'sync'): os.kill(os.getpid(), 9)"
    )
    home.mkdir()
    assert subprocess.run([sys.executable, "-c", dies, home], check=False).returncode == -9
    assert "ended" not in runs.last(LocalHome(home))
    status.print_status(home)
    assert re.search("last run .+, 0 files applied: lasts, or was killed\n", capsys.readouterr().out)
    pipeline.sync(mirror, home)
    assert [run.get("ended") for run in runs.history(LocalHome(home))] == [None, "done"]
    assert ask(home, "SELECT ended, version FROM runs ORDER BY started_at") == [(None, None), (None, "26-000001")]
    assert 'medline_unended_runs{what="sync"} 1.0' in metrics.text(home)


def test_a_line_that_a_full_disk_cut_costs_that_line_alone(tmp_path):
    path = tmp_path / "runs.jsonl"
    runs.append(path, {"what": "one"})
    with path.open("a") as out:
        out.write('{"what": "cut, as a full di')
    runs.append(path, {"what": "three"})
    assert [run["what"] for run in runs.read(path)] == ["one", "three"]


def test_what_is_counted_outside_a_run_is_not_recorded(tmp_path):
    runs.count(applied=1)
    with runs.recorded(LocalHome(tmp_path), "sync"):
        runs.count(applied=2)
        runs.count(applied=3)
    assert runs.last(LocalHome(tmp_path))["applied"] == 5
