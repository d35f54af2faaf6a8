"""What a sync would do, and that nothing is touched."""

from __future__ import annotations

import pytest

from build import citation, medline, write_dump, write_mirror
from medline import pipeline
from medline.estimate import estimate
from mirror_server import MirrorServer


def state(home):
    """All files of a home, with what changes when they are written."""
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in home.rglob("*")} if home.exists() else None


@pytest.mark.long
@pytest.mark.parametrize("way", ["directory", "server"])
def test_files_bytes_and_year_are_those_that_a_sync_comes_to(tmp_path, way):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    write_mirror(mirror, [citation(1)], [citation(2)])
    with MirrorServer(mirror) as server:
        name = server.url if way == "server" else str(mirror)
        first = estimate(name, home)
        assert (first.files, first.listed, first.year, first.year_before) == (2, 2, 26, 0)
        assert state(home) is None
        pipeline.sync(name, home)
        before = state(home)
        now = estimate(name, home)
        assert (now.mirror, now.files, now.bytes, now.disk_needed, now.seconds) == (name, 0, 0, 0, 0)
        write_dump(mirror / "updatefiles" / "pubmed26n0003.xml.gz", citation(3))
        assert (estimate(name, home).files, estimate(name, home).listed) == (1, 3)
        write_mirror(mirror, [citation(1), citation(5)], [citation(6)], year=27)
        new = estimate(name, home)
        assert (new.files, new.year, new.year_before) == (2, 27, 26)
        size = sum(path.stat().st_size for path in mirror.rglob("pubmed27*.gz"))
        assert new.bytes == pytest.approx(size, rel=0.2)
        assert new.disk_needed > new.bytes
        assert state(home) == before
        assert pipeline.sync(name, home) == ["pubmed27n0001.xml.gz", "pubmed27n0002.xml.gz"]


def test_the_command_prints_it_and_leaves_no_home(tmp_path):
    write_mirror(tmp_path / "mirror", [citation(1)])
    result = medline("sync", "--dry-run", "--mirror", tmp_path / "mirror", "--home", tmp_path / "home")
    lines = dict(line.split(maxsplit=1) for line in result.stdout.splitlines())
    assert (result.returncode, list(lines)) == (0, ["mirror", "year", "files", "disk", "time"])
    assert lines["files"].startswith("1 of 1, 0.0 MB")
    assert not (tmp_path / "home").exists()
