"""A home in an object store: an S3 server on loopback, and machines that have nothing in common but it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from random import Random

import fsspec
import pyarrow.parquet as pq
import pytest

import build
from build import citation, contents, document, write_dump, write_mirror
from medline import pipeline
from medline.errors import Locked, MedlineError, NetworkError, RolledBack, UsageError
from medline.home import Home, LocalHome, open_home
from medline.home.locks import home_lock
from medline.mirror.files import md5
from medline.outputs import dashboard, feeds, tables
from medline.warehouse import versions
from object_store import HOME, assert_lake_whole, days, filesystem, stored

pytestmark = pytest.mark.long


def medline(*arguments: object, work: Path, **options) -> subprocess.Popen:
    command = [sys.executable, "-m", "medline.cli", *map(str, arguments), "--home", HOME]
    return subprocess.Popen(command, env={**os.environ, "MEDLINE_WORK": str(work)}, text=True, **options)


def test_a_mirror_over_http_leaves_its_dumps_in_the_store(on, tmp_path):
    from mirror_server import MirrorServer

    for _ in days(tmp_path / "mirror"):
        pass
    with MirrorServer(tmp_path / "mirror") as mirror:
        pipeline.sync(mirror.url, HOME)
        dumps = [name for name in stored("dumps") if name.endswith(".gz")]
        assert [name.rpartition("/")[2] for name in dumps] == [
            f"pubmed26n000{number}.xml.gz" for number in (1, 2, 3, 4)
        ]
        (lost,) = (name for name in stored("lake/manifests") if "0003" in name)
        filesystem().rm(f"{HOME}/{lost}")
        asked = len(mirror.log)
        on("two")
        assert pipeline.list_batches(mirror.url, HOME) == [["pubmed26n0003.xml.gz"]]
        pipeline.ingest(mirror.url, HOME, ["pubmed26n0003.xml.gz"])
        assert not [r for r in mirror.log[asked:] if r.path.endswith(".xml.gz")], "the store has the dump still"
    assert len(assert_lake_whole()) == 4


def test_a_new_year_takes_the_old_one_away_once_no_version_has_it(on, tmp_path, monkeypatch):
    mirror = tmp_path / "mirror"
    for year in (26, 27, 28):
        shutil.rmtree(mirror, ignore_errors=True)
        write_mirror(mirror, [citation(1), citation(year)], [citation(3)], year=year)
        pipeline.sync(mirror, HOME)
        on(f"of {year}")
    years = [f"lake/manifests/pubmed{year}n000{number}.json" for year in (27, 28) for number in (1, 2)]
    assert stored("lake/manifests") == years
    assert not [name for name in stored("lake") if "pubmed26" in name]
    assert [name for name in stored("reports") if name.endswith(".json")] == [
        "reports/27-after-26.json", "reports/28-after-27.json",
    ]  # fmt: skip
    assert pipeline.rollback(HOME).startswith("27-")
    on("another")
    with pytest.raises(RolledBack, match="rolled back"):
        pipeline.sync(mirror, HOME)
    assert {row[0] for row in contents(HOME)["articles"]} == {1, 27, 3}
    assert pipeline.rollback(HOME).startswith("28-")
    assert pipeline.sync(mirror, HOME) == []


def test_two_workers_ingest_two_halves_at_once(on, tmp_path):
    mirror = tmp_path / "mirror"
    write_mirror(mirror, *([citation(10 * number + rank) for rank in range(5)] for number in range(1, 7)))
    (names,) = pipeline.list_batches(mirror, HOME)
    code = "import sys; from medline import pipeline; print(pipeline.ingest(*sys.argv[1:3], sys.argv[3:]))"
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", code, mirror, HOME, *half],
            env={**os.environ, "MEDLINE_WORK": str(tmp_path / f"worker {index}")},
        )
        for index, half in enumerate((names[::2], names[1::2]))
    ]
    assert [worker.wait(300) for worker in workers] == [0, 0]
    assert len(assert_lake_whole()) == 6
    assert pipeline.list_batches(mirror, HOME) == []
    pipeline.build(mirror, HOME)
    pipeline.sync(mirror, tmp_path / "disk")
    assert contents(HOME) == contents(tmp_path / "disk")


def test_of_two_runs_that_publish_at_once_the_later_one_is_refused(on, tmp_path):
    mirror, runs = tmp_path / "mirror", []
    write_mirror(mirror, [citation(1), citation(2)])
    with open_home(HOME, "dumps", "lake", "warehouse") as late:
        on("two")
        assert pipeline.sync(mirror, HOME) == ["pubmed26n0001.xml.gz"]
        with pytest.raises(Locked, match="another run published meanwhile"):
            pipeline.sync(mirror, late)
    assert len(stored("warehouse/log")) == 1

    write_dump(mirror / "updatefiles" / "pubmed26n0002.xml.gz", citation(3))
    runs = [
        medline("sync", "--mirror", mirror, work=tmp_path / name, stderr=subprocess.PIPE) for name in ("one", "two")
    ]
    printed = [run.communicate(timeout=300)[1] for run in runs]
    assert sorted(run.returncode for run in runs) in ([0, 0], [0, 1]), printed
    assert all("another run published" in text for run, text in zip(runs, printed, strict=True) if run.returncode), (
        printed
    )
    on("three")
    assert pipeline.sync(mirror, HOME) == []
    pipeline.sync(mirror, tmp_path / "disk")
    assert contents(HOME) == contents(tmp_path / "disk")
    assert versions_of_log() == len(set(stored("warehouse/log")))


def test_a_step_that_began_while_a_run_worked_here_publishes_nothing_on_what_is_old(on, tmp_path):
    mirror = tmp_path / "mirror"
    write_mirror(mirror, [citation(1), citation(2)])
    pipeline.sync(mirror, HOME)
    with ExitStack() as stack:
        run = stack.enter_context(open_home(HOME, "warehouse"))
        with home_lock(run.path):
            on("two")
            (tmp_path / "one.xml").write_bytes(document(citation(9)))
            assert pipeline.load_files([tmp_path / "one.xml"], HOME) == (["one.xml"], [])
            on("one")
            late = stack.enter_context(open_home(HOME, "dumps", "lake", "warehouse"))
        write_dump(mirror / "updatefiles" / "pubmed26n0002.xml.gz", citation(3))
        with pytest.raises(Locked, match="another run published meanwhile"):
            pipeline.sync(mirror, late)
    on("three")
    pipeline.sync(mirror, HOME)
    assert {row[0] for row in contents(HOME)["articles"]} == {1, 2, 3, 9}


def exports_of(directory: Path, *pmids: int) -> list[Path]:
    """Files of one name."""
    paths = [directory / str(pmid) / "mine.xml" for pmid in pmids]
    for path, pmid in zip(paths, pmids, strict=True):
        path.parent.mkdir()
        path.write_bytes(document(citation(pmid)))
    return paths


def assert_export(path: Path, pmid: int) -> None:
    """The lake and the database hold this export, and the database can be made anew."""
    (name,) = assert_lake_whole()
    assert json.loads(filesystem().cat_file(f"{HOME}/{name}"))["md5"] == md5(path)
    assert {row[0] for row in contents(HOME)["articles"]} == {pmid}
    pipeline.rebuild(HOME)
    assert {row[0] for row in contents(HOME)["articles"]} == {pmid}


def test_an_export_that_another_machine_loaded_meanwhile_stays(on, tmp_path):
    first, second = exports_of(tmp_path, 101, 202)
    with open_home(HOME, "lake", "warehouse", "journals") as late:
        on("two")
        assert pipeline.load_files([first], HOME) == (["mine.xml"], [])
        with pytest.raises(Locked, match=r"another run wrote lake/manifests/mine\.xml\.json meanwhile"):
            pipeline.load_files([second], late)
    on("three")
    with pytest.raises(UsageError, match="say --replace"):
        pipeline.load_files([second], HOME)
    assert_export(first, 101)
    assert pipeline.load_files([second], HOME, replace=True) == (["mine.xml"], [])
    assert_export(second, 202)


def test_the_same_export_from_two_machines_is_no_matter(on, tmp_path):
    (path,) = exports_of(tmp_path, 101)
    with open_home(HOME, "lake", "warehouse", "journals") as late:
        on("two")
        pipeline.transform_files([path], HOME)
        on("one")
        assert pipeline.load_files([path], late) == (["mine.xml"], [])
    assert_export(path, 101)


def test_the_same_dump_from_two_machines_is_no_matter(on, tmp_path):
    mirror = tmp_path / "mirror"
    write_mirror(mirror, [citation(1), citation(2)])
    (names,) = pipeline.list_batches(mirror, HOME)
    with open_home(HOME, "dumps", "lake", "warehouse") as late:
        on("two")
        assert pipeline.ingest(mirror, HOME, names) == names
        assert pipeline.ingest(mirror, late, names) == names
    assert len(assert_lake_whole()) == 1
    assert pipeline.build(mirror, HOME) == (names, "")
    assert {row[0] for row in contents(HOME)["articles"]} == {1, 2}


def test_of_two_machines_that_put_an_export_at_once_one_is_refused(on, tmp_path):
    first, second = exports_of(tmp_path, 101, 202)
    with ExitStack() as stack:
        late = stack.enter_context(open_home(HOME, "lake"))
        on("two")
        other = stack.enter_context(open_home(HOME, "lake"))
        for path, home in ((first, other), (second, late)):
            pipeline.transform_files([path], home)
        in_between = threading.Event()
        errors: list[MedlineError | None] = []
        threads = [threading.Thread(target=_push, args=(home, in_between, errors)) for home in (late, other)]
        for thread in threads:
            thread.start()
        in_between.set()
        for thread in threads:
            thread.join()
    assert sorted(type(error).__name__ for error in errors) == ["Locked", "NoneType"], errors
    (name,) = assert_lake_whole()
    pmid = 101 if json.loads(filesystem().cat_file(f"{HOME}/{name}"))["md5"] == md5(first) else 202
    assert pq.read_table(filesystem().open(f"{HOME}/lake/articles/mine.xml.parquet"))["pmid"].to_pylist() == [pmid]


def _push(home: Home, go: threading.Event, errors: list) -> None:
    go.wait()
    try:
        errors.append(home.upload())
    except MedlineError as error:
        errors.append(error)


def test_an_export_whose_writer_was_killed_is_put_by_the_next_one(on, tmp_path):
    first, second = exports_of(tmp_path, 101, 202)
    pipeline.load_files([first], HOME)
    filesystem().pipe_file(f"{HOME}/lake/manifests/mine.xml.json", b"0123abcd puts it\n")
    filesystem().rm(f"{HOME}/lake/articles/mine.xml.parquet")
    on("two")
    assert pipeline.load_files([second], HOME) == (["mine.xml"], [])
    assert_export(second, 202)


def test_a_version_that_was_gone_back_to_meanwhile_stays(on, tmp_path):
    mirror = tmp_path / "mirror"
    for _ in range(2):
        write_mirror(mirror, *([citation(number)] for number in range(1, 3 + len(stored("warehouse/log")))))
        pipeline.sync(mirror, HOME)
    write_mirror(mirror, *([citation(number)] for number in range(1, 6)))
    with open_home(HOME, "dumps", "lake", "warehouse") as late:
        on("two")
        before = pipeline.rollback(HOME)
        with pytest.raises(Locked, match="another run published meanwhile"):
            pipeline.sync(mirror, late)
    on("three")
    assert f"warehouse/versions/{before}/medline.duckdb" in stored("warehouse")
    assert {row[0] for row in contents(HOME)["articles"]} == {1, 2}
    with pytest.raises(RolledBack, match="rolled back"):
        pipeline.sync(mirror, HOME)


@pytest.mark.parametrize("write", [feeds.write, tables.write])
def test_what_a_late_writer_would_replace_stays_whole(on, tmp_path, write):
    write_mirror(tmp_path / "mirror", [citation(1), citation(2)])
    pipeline.sync(tmp_path / "mirror", HOME)
    with open_home(HOME, "feeds", "parquet", "warehouse") as late:
        on("two")
        version = write(HOME)
        with pytest.raises(Locked, match="meanwhile"):
            write(late)
    (manifest,) = (name for name in stored() if name in ("feeds/manifest.json", "parquet/manifest.json"))
    published = json.loads(filesystem().cat_file(f"{HOME}/{manifest}"))
    assert published["version"] == version
    folder = manifest.partition("/")[0]
    names = [
        file if isinstance(file, str) else file["path"]
        for one in (published["tables"].values() if folder == "parquet" else published["feeds"])
        for file in (one["files"] if folder == "parquet" else one["files"].values())
    ]
    assert {f"{folder}/{name}" for name in names} <= set(stored(folder))


@pytest.mark.parametrize("write", [feeds.write, tables.write])
def test_while_a_run_works_here_nothing_is_made_of_what_was_published_before(on, tmp_path, write):
    mirror = tmp_path / "mirror"
    write_mirror(mirror, [citation(1), citation(2)])
    pipeline.sync(mirror, HOME)
    with open_home(HOME, "warehouse") as run, home_lock(run.path):
        on("two")
        write_dump(mirror / "updatefiles" / "pubmed26n0002.xml.gz", citation(3))
        pipeline.sync(mirror, HOME)
        version = write(HOME)
        (name,) = (name for name in stored() if name in ("feeds/manifest.json", "parquet/manifest.json"))
        on("one")
        with pytest.raises(Locked, match=r"26-000002\S* is published, and 26-000001"):
            write(HOME)
        assert json.loads(filesystem().cat_file(f"{HOME}/{name}"))["version"] == version
    assert write(HOME) is None, "the newest version has been made"


def versions_of_log() -> int:
    return len({json.loads(filesystem().cat_file(f"{HOME}/{name}"))["version"] for name in stored("warehouse/log")})


def _sync_to_a_disk(directory: Path) -> None:
    for _ in days(directory / "mirror"):
        pass
    pipeline.sync(directory / "mirror", directory / "home")


@pytest.mark.sampled(2)
@pytest.mark.parametrize("seed", range(4))
def test_a_killed_run_leaves_a_whole_state_and_the_next_one_goes_on(on, copy_of, tmp_path, seed):
    mirror, rng = tmp_path / "mirror", Random(seed)
    copy_of(_sync_to_a_disk, tmp_path / "disk")
    growing = days(mirror)
    next(growing)
    pipeline.sync(mirror, HOME)
    before = contents(HOME)
    list(growing)
    for kill in range(2):
        run = medline("-v", "sync", "--mirror", mirror, work=tmp_path / f"killed {kill}", stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(1, 5))
        run.kill()
        run.wait()
        assert_lake_whole()
        on(f"reader {kill}")
        seen = contents(HOME)
        assert seen == before or len(stored("warehouse/log")) == 2
    on("two")
    pipeline.sync(mirror, HOME)
    assert contents(HOME) == contents(tmp_path / "disk" / "home")
    assert len(assert_lake_whole()) == 4


def test_feeds_and_page_are_published_in_the_store(on, tmp_path):
    mirror, growing = tmp_path / "mirror", days(tmp_path / "mirror")
    versions = []
    for number, _ in enumerate(growing):
        on(f"machine {number}")
        pipeline.sync(mirror, HOME)
        versions.append(feeds.write(HOME))
        assert feeds.write(HOME) is None, "nothing new"
    assert [version.rpartition(".")[2] for version in versions] == ["1", "2", "3"]
    manifest = json.loads(filesystem().cat_file(f"{HOME}/feeds/manifest.json"))
    assert manifest["version"] == versions[-1]
    for file in (file for feed in manifest["feeds"] for file in feed["files"].values()):
        assert filesystem().info(f"{HOME}/feeds/{file['path']}")["size"] == file["bytes"]
    dashboard.write(HOME)
    assert filesystem().cat_file(f"{HOME}/feeds/dashboard.html").startswith(b"<!doctype html>")


def test_the_command_line_takes_such_a_home(on, tmp_path):
    for _ in days(tmp_path / "mirror"):
        pass

    def run(*arguments: object) -> str:
        done = build.medline(*arguments, "--home", HOME, env={**os.environ, "MEDLINE_WORK": f"{tmp_path / 'shell'}"})
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    assert "4 files applied" in run("sync", "--mirror", tmp_path / "mirror")
    assert run("query", "-f", "csv", "SELECT count(*) AS n FROM articles") == "n\n5\n"
    assert "5" in run("search", "--count", "a[ti]")
    assert f"{HOME}/feeds/manifest.json" in run("feeds")
    assert f"{HOME}/feeds/dashboard.html" in run("dashboard")
    assert "pubmed26n0004.xml.gz" in run("status")
    assert "ok" in run("check")
    assert "files applied" in run("rebuild")


def test_errors_are_one_line(on, tmp_path, monkeypatch):
    write_mirror(tmp_path / "mirror", [citation(1)])
    with pytest.raises(UsageError, match="no-such-store://x/y: Protocol not known"):
        pipeline.sync(tmp_path / "mirror", "no-such-store://x/y")
    with pytest.raises(NetworkError, match="s3://no-bucket/home: "):
        pipeline.sync(tmp_path / "mirror", "s3://no-bucket/home")
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    with monkeypatch.context() as nobody_there:
        nobody_there.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        nobody_there.setenv("AWS_MAX_ATTEMPTS", "1")
        with pytest.raises(NetworkError, match="s3://medline/a/home: "):
            pipeline.sync(tmp_path / "mirror", HOME)
    fsspec.get_filesystem_class("s3").clear_instance_cache()


def test_a_file_url_is_a_directory(tmp_path):
    write_mirror(tmp_path / "mirror", [citation(1)])
    pipeline.sync(tmp_path / "mirror", f"file://{tmp_path}/home")
    assert versions.published(LocalHome(tmp_path / "home")).name == "26-000001"


def test_objects_of_somebody_else_stay(on, tmp_path):
    mirror, fs = tmp_path / "mirror", filesystem()
    foreign = ("parquet/24-000001/mine.parquet", "feeds/26-000001.0123abcd.9/mine.csv", "feeds/manifest.json.old",
               "warehouse/versions/26-000001.backup/medline.duckdb", "warehouse/versions/mine/notes.txt")  # fmt: skip
    for name in foreign:
        fs.pipe_file(f"{HOME}/{name}", b"kept")
    for number, _ in enumerate(days(mirror)):
        pipeline.sync(mirror, HOME)
        for write in (feeds.write, tables.write) if number else ():
            write(HOME)
        on(f"after day {number}")
    assert [name for name in foreign if fs.cat_file(f"{HOME}/{name}") != b"kept"] == []
    assert len({name.split("/")[1] for name in stored("parquet")}) == 4, "two versions, the manifest, and the folder"
