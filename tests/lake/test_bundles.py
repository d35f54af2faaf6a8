"""Small files of one call share Parquet files, and everything else is as if each had files of its own."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest

from build import (
    PATIENCE,
    abstract,
    ask,
    authors,
    citation,
    contents,
    deletion,
    document,
    files_there,
    killed_after,
    medline,
    revised,
    text_record,
    title,
    write_mirror,
)
from medline import pipeline
from medline.errors import BadInput, UsageError
from medline.home import LocalHome
from medline.home.layout import BUNDLE_NAME, lake_name
from medline.lake import failures, manifest, small, transform
from medline.mirror.dumps import source
from medline.schema.arrow import arrow_schema
from medline.schema.tables import CITATION_TABLES, FILE_TABLES, LAKE_TABLES
from medline.warehouse import apply, build


def write(directory: Path, name: str, *records: str) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / name
    path.write_bytes(document(*records))
    return path


def write_many(directory: Path, number: int, first: int = 1) -> list[Path]:
    return [write(directory, f"{pmid}.xml", citation(pmid)) for pmid in range(first, first + number)]


def load(home: Path, paths: Iterable[Path], **options: bool) -> list[str]:
    """Load files of which none may fail; returns the names of those that were new."""
    applied, failed = pipeline.load_files(list(paths), home, **options)
    assert failed == []
    return applied


def bundles_in(home: Path) -> list[dict]:
    return [json.loads(path.read_text()) for path in sorted((home / "lake" / "bundles").glob("*.json"))]


def files(home: Path) -> list[str]:
    """Of the lake, but locks."""
    paths = (path.relative_to(home / "lake") for path in (home / "lake").rglob("*") if path.is_file())
    return sorted(str(path) for path in paths if path.name != ".lock")


def assert_lake_whole(home: Path) -> None:
    """Bundles have a file per table with the columns of the schema, and say whose the rows are; nothing else."""
    expected = set()
    for record in bundles_in(home):
        expected |= {f"bundles/{record['stem']}.json"} | {
            f"{table.name}/{record['stem']}.parquet" for table in LAKE_TABLES
        }
        for table in LAKE_TABLES:
            rows = pq.read_table(LocalHome(home).table(table.name, record["stem"]))
            assert rows.schema.equals(arrow_schema(table))
            if "source_file" in rows.column_names:
                for name, member in record["members"].items():
                    own = rows["source_file"].slice(
                        member["first"].get(table.name, 0), member["rows"].get(table.name, 0)
                    )
                    assert set(own.to_pylist()) <= {name}
        assert record["members"]
    own = [name for name in files(home) if name.startswith("manifests/")]
    for name in own:
        record = json.loads((home / "lake" / name).read_text())
        expected |= {name} | {f"{table.name}/{lake_name(record['name'])}.parquet" for table in LAKE_TABLES}
    expected |= {name for name in files(home) if name.startswith("failures/")}
    assert set(files(home)) == expected


# The law


def random_file(rng: Random, path: Path) -> Path:
    """Some records of few PMIDs: versions, dates, deletions, the same record again, what the schema does not know."""
    if rng.random() < 0.3:
        lines = [
            text_record(
                rng.randint(1, 6), f"TI  - Text {rng.random()}.", f"LR  - 2020010{rng.randint(1, 4)}", "ZZ  - x"
            )
            for _ in range(rng.randint(1, 3))
        ]
        path.write_text("\n".join(lines))
        return path
    records = []
    for _ in range(rng.randint(1, 4)):
        pmid, version = rng.randint(1, 6), rng.choice([None, 1, 1, 2])
        if rng.random() < 0.25:
            records.append(deletion(pmid, version=version or 1))
            continue
        records.append(
            citation(
                pmid,
                version,
                head=revised(2020, 1, rng.randint(1, 4)),
                title=title(f"Otter {rng.random()}."),
                article=authors(*rng.sample(["Alm", "Berg", "Cole"], rng.randint(1, 3))) + abstract(f"{rng.random()}"),
                citation="<Otter/>" if rng.random() < 0.2 else "",
            )
        )
    content = document(*records)
    path.write_bytes(gzip.compress(content) if rng.random() < 0.2 else content)
    return path


def random_files(rng: Random, directory: Path, number: int) -> list[Path]:
    directory.mkdir(exist_ok=True)
    return [random_file(rng, directory / f"{index:02}.any") for index in range(number)]


def load_each_alone(home: Path, paths: Iterable[Path], rng: Random) -> dict[str, str]:
    """Read each file by itself and apply them in any order; returns the errors of those that cannot be read."""
    made, errors = [], {}
    for path in rng.sample(sorted(paths), len(list(paths))):
        try:
            made.append(transform.transform(source(path), LocalHome(home)))
        except BadInput as error:
            errors[path.name] = str(error)
    build.build_version(LocalHome(home), made)
    return errors


@pytest.mark.long
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3))])
def test_files_loaded_together_are_as_if_each_were_loaded_alone(seed, tmp_path):
    """Law: also after some are replaced, one by one or together, and after a rebuild."""
    rng = Random(seed)
    directory, home, other = tmp_path / "mine", tmp_path / "home", tmp_path / "other"
    paths = random_files(rng, directory, 14)
    bad = rng.choice(paths)
    bad.write_bytes(document(citation(1))[:-30])

    _, failed = pipeline.load_files([directory], home)
    assert {error.source: str(error) for error in failed} == load_each_alone(other, paths, rng)
    assert [failure["name"] for failure in failures.failures(LocalHome(other))] == [bad.name]
    assert contents(home) == contents(other)
    assert_lake_whole(home)
    for again in (rng.sample(paths, 1), rng.sample(paths, 5), paths):
        for path in again:
            random_file(rng, path)
        load(home, again, replace=True)
        load_each_alone(other, again, rng)
        assert contents(home) == contents(other)
        assert_lake_whole(home)
    pipeline.rebuild(home)
    assert contents(home) == contents(other)


@pytest.mark.long
def test_one_call_after_another_is_as_one_call(tmp_path):
    rng, directory = Random(9), tmp_path / "mine"
    paths = random_files(rng, directory, 8)
    for path in rng.sample(paths, len(paths)):
        load(tmp_path / "alone", [path])
    for start in (4, 0):
        load(tmp_path / "halves", paths[start : start + 4])
    load(tmp_path / "together", paths)
    assert contents(tmp_path / "alone") == contents(tmp_path / "halves") == contents(tmp_path / "together")


# What is on the disk


def test_many_files_make_few(tmp_path):
    write_many(tmp_path / "mine", 300)
    assert len(load(tmp_path / "home", [tmp_path / "mine"])) == 300
    assert len(files(tmp_path / "home")) == len(LAKE_TABLES) + 1
    assert ask(tmp_path / "home", "SELECT count(*), count(DISTINCT source_file) FROM articles") == [(300, 300)]
    assert load(tmp_path / "home", (tmp_path / "mine").iterdir()) == []


def test_the_same_call_makes_the_same_files(tmp_path):
    rng = Random(5)
    random_files(rng, tmp_path / "mine", 20)
    for home in ("one", "two"):
        pipeline.transform_files(sorted((tmp_path / "mine").iterdir(), reverse=home == "one"), tmp_path / home)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    for name in files(tmp_path / "one"):
        assert (tmp_path / "one" / "lake" / name).read_bytes() == (tmp_path / "two" / "lake" / name).read_bytes()


@pytest.mark.long
def test_files_with_a_key_in_common_share_a_bundle_and_are_not_mixed_up(tmp_path):
    """The row that wins is that of its file, with its children, and another file's once that one is replaced."""
    home = tmp_path / "home"
    paths = [
        write(tmp_path / "mine", f"{n}.xml", citation(1, article=authors(f"A{n}"), head=revised(2020, 1, n + 1)))
        for n in range(5)
    ]
    load(home, paths)
    (bundle,) = bundles_in(home)
    assert len(bundle["members"]) == 5
    for last in (4, 3, 2):
        assert ask(home, "SELECT last_name FROM authors") == [(f"A{last}",)]
        load(home, [write(tmp_path / "mine", f"{last}.xml", citation(2))], replace=True)
    pipeline.rebuild(home)
    assert ask(home, "SELECT last_name FROM authors") == [("A1",)]
    assert_lake_whole(home)


def test_a_bundle_of_an_earlier_program_is_read_as_a_whole(tmp_path):
    """It did not say which rows are whose: there each key was in one file only."""
    home = tmp_path / "home"
    load(home, write_many(tmp_path / "mine", 3))
    (path,) = (home / "lake" / "bundles").glob("*.json")
    bundle = json.loads(path.read_text())
    for member in bundle["members"].values():
        for name in ("first", "year", "number"):
            del member[name]
    path.write_text(json.dumps(bundle))
    before = contents(home)
    pipeline.rebuild(home)
    assert contents(home) == before


def test_a_bundle_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(small, "BUNDLE_RECORDS", 10)
    monkeypatch.setattr(small, "BATCH_RECORDS", 3)
    paths = write_many(tmp_path / "mine", 35)
    load(tmp_path / "home", paths)
    assert sorted(len(bundle["members"]) for bundle in bundles_in(tmp_path / "home")) == [2, 11, 11, 11]
    monkeypatch.setattr(small, "BUNDLE_BYTES", 2 * paths[0].stat().st_size)
    load(tmp_path / "other", paths[:9])
    assert sorted(len(bundle["members"]) for bundle in bundles_in(tmp_path / "other")) == [3, 3, 3]


def test_a_file_that_is_larger_than_it_looks_has_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(small, "MOST_RECORDS", 5)
    paths = [*write_many(tmp_path / "mine", 3), write(tmp_path / "mine", "many.xml", *map(citation, range(11, 17)))]
    load(tmp_path / "home", paths)
    (bundle,) = bundles_in(tmp_path / "home")
    assert set(bundle["members"]) == {"1.xml", "2.xml", "3.xml"}
    assert manifest.read_manifest(LocalHome(tmp_path / "home"), "many.xml").bundle == ""
    assert ask(tmp_path / "home", "SELECT count(*) FROM articles") == [(9,)]


def test_one_small_file_and_dumps_have_their_own(tmp_path):
    write_mirror(tmp_path / "mirror", [citation(1)], [citation(2)])
    write(tmp_path / "mirror" / "exports", "mine.xml", citation(3))
    pipeline.sync(tmp_path / "mirror", tmp_path / "home")
    assert bundles_in(tmp_path / "home") == []
    assert LocalHome(tmp_path / "home").table("articles", lake_name("mine.xml")).exists()


def test_exports_of_a_mirror_share_files_too(tmp_path):
    write_mirror(tmp_path / "mirror", [citation(1)], [citation(2)])
    write_many(tmp_path / "mirror" / "exports", 5, first=11)
    assert len(pipeline.sync(tmp_path / "mirror", tmp_path / "home")) == 7
    assert pipeline.sync(tmp_path / "mirror", tmp_path / "home") == []
    (bundle,) = bundles_in(tmp_path / "home")
    assert len(bundle["members"]) == 5
    assert_lake_whole(tmp_path / "home")


def test_an_export_may_be_named_like_a_bundle(tmp_path):
    names = ["bundle-0123456789abcdef", "bundle-0123456789abcdef.xml", "other.xml"]
    for pmid, name in enumerate(names, start=1):
        load(tmp_path / "home", [write(tmp_path, name, citation(pmid))])
    assert BUNDLE_NAME.fullmatch(lake_name(names[0])) is None
    pipeline.rebuild(tmp_path / "home")
    assert ask(tmp_path / "home", "SELECT pmid, source_file FROM articles ORDER BY pmid") == list(enumerate(names, 1))


# Each file keeps what is its own


def test_each_file_has_its_row_and_its_errors(tmp_path):
    directory, home = tmp_path / "mine", tmp_path / "home"
    write(directory, "a.xml", citation(1, citation="<Otter/>"), citation(1), deletion(7, 8))
    write(directory, "b.xml", citation(2, article=authors("Alm", "Berg")), "<Bad>")
    write(directory, "c.xml", citation(3, "two"), deletion(3))
    (directory / "c.xml.md5").write_text("no MD5")
    write(directory, "d.xml", citation(4), citation(5))
    applied, failed = pipeline.load_files([directory], home)
    assert applied == ["a.xml", "d.xml"]
    assert [str(error)[:9] for error in failed] == ["b.xml lin", "c.xml.md5"]
    assert [failure["name"] for failure in failures.failures(LocalHome(home))] == []  # the caller has the errors
    rows = ask(
        home, "SELECT name, format, citations, superseded, deletions, unknown_paths, bytes FROM dumps ORDER BY 1"
    )
    assert [row[:6] for row in rows] == [("a.xml", "xml", 1, 1, 2, 0), ("d.xml", "xml", 2, 0, 0, 0)]
    assert [row[6] for row in rows] == [(directory / name).stat().st_size for name in applied]
    (counts,) = ask(home, "SELECT rows_per_table FROM dumps WHERE name = 'd.xml'")[0]
    assert counts == {table.name: {"articles": 2}.get(table.name, 0) for table in LAKE_TABLES}
    assert ask(home, "SELECT pmid, source_file FROM deleted_citations ORDER BY 1") == [(7, "a.xml"), (8, "a.xml")]


def test_a_name_that_is_taken_by_a_file_of_a_bundle_is_refused(tmp_path):
    paths, home = write_many(tmp_path / "mine", 3), tmp_path / "home"
    load(home, paths)
    write(tmp_path / "mine", "2.xml", citation(22))
    with pytest.raises(UsageError, match=r"2\.xml: another file of this name is here \(MD5 .*, 1 citations\)"):
        pipeline.load_files(paths, home)
    assert load(home, paths, replace=True) == ["2.xml"]
    assert ask(home, "SELECT pmid FROM articles ORDER BY 1") == [(1,), (3,), (22,)]
    pipeline.rebuild(home)
    assert ask(home, "SELECT pmid FROM articles ORDER BY 1") == [(1,), (3,), (22,)]


@pytest.mark.long
def test_rows_of_a_file_that_left_stay_dead(tmp_path):
    """Its record is the newer one, and is still in the Parquet file of the bundle that it left."""
    home, paths = tmp_path / "home", write_many(tmp_path / "mine", 2)
    write(tmp_path / "mine", "2.xml", citation(1, 2, title=title("The newer.")), deletion(9))
    load(home, paths)
    assert ask(home, "SELECT title FROM articles") == [("The newer.",)]
    write(tmp_path / "mine", "2.xml", citation(3))
    load(home, paths[1:], replace=True)
    for is_rebuilt in (False, True):
        if is_rebuilt:
            pipeline.rebuild(home)
        assert ask(home, "SELECT pmid, title FROM articles ORDER BY 1") == [(1, "A title."), (3, "A title.")]
        assert ask(home, "SELECT * FROM deleted_citations") == []


def test_a_bundle_goes_with_its_last_file(tmp_path):
    home, paths = tmp_path / "home", write_many(tmp_path / "mine", 2)
    load(home, paths)
    (first,) = bundles_in(home)
    for pmid, path in enumerate(paths, start=11):
        write(tmp_path / "mine", path.name, citation(pmid))
        load(home, [path], replace=True)
    assert bundles_in(home) == []
    assert not list((home / "lake").rglob(f"{first['stem']}*"))
    assert_lake_whole(home)


def test_files_loaded_one_by_one_are_bundled_under_another_schema(tmp_path, monkeypatch):
    home, paths = tmp_path / "home", write_many(tmp_path / "mine", 4)
    for path in paths[:2]:
        load(home, [path])
    load(home, paths[2:])
    before = contents(home)["articles"]
    with monkeypatch.context() as patch:
        for module in (transform, manifest, small):
            patch.setattr(module, "schema_version", lambda: "another")
        assert (
            manifest.read_manifest(LocalHome(home), "1.xml") is manifest.read_manifest(LocalHome(home), "4.xml") is None
        )
        with pytest.raises(BadInput, match="of another version of the schema, as are 3 more"):
            pipeline.rebuild(home)
        made = pipeline.transform_files(paths, home)
        assert {one.schema_version for one in made.values()} == {"another"}
        (bundle,) = bundles_in(home)
        assert (len(bundle["members"]), bundle["schema_version"]) == (4, "another")
        assert_lake_whole(home)
        pipeline.rebuild(home)
        assert contents(home)["articles"] == before


def test_a_bundle_without_one_of_its_tables_does_not_count(tmp_path):
    home, paths = tmp_path / "home", write_many(tmp_path / "mine", 2)
    load(home, paths)
    (bundle,) = bundles_in(home)
    LocalHome(home).table("keywords", bundle["stem"]).unlink()
    assert manifest.read_manifest(LocalHome(home), "1.xml") is None
    pipeline.transform_files(paths, home)
    assert manifest.read_manifest(LocalHome(home), "1.xml")
    assert_lake_whole(home)


def _load_two(directory: Path) -> None:
    load(directory / "home", write_many(directory / "mine", 2))


@pytest.mark.long
@pytest.mark.parametrize("content", ["", "{", '{"stem": "bundle-0123456789abcdef"', "null", "[]"])
def test_a_manifest_that_a_loss_of_power_spoilt_says_nothing(content, copy_of, tmp_path):
    copy_of(_load_two, tmp_path)
    home, paths = tmp_path / "home", sorted((tmp_path / "mine").iterdir())
    (path,) = (home / "lake" / "bundles").glob("*.json")
    path.write_text(content)
    with pytest.raises(BadInput, match="is not in the lake"):
        pipeline.rebuild(home)
    pipeline.transform_files(paths, home)
    pipeline.rebuild(home)
    assert ask(home, "SELECT count(*) FROM articles") == [(2,)]


def test_files_are_applied_together_and_those_of_a_bundle_never_parted(tmp_path, monkeypatch):
    monkeypatch.setattr(small, "BUNDLE_RECORDS", 3)
    monkeypatch.setattr(apply, "GROUP", 2)
    home, seen = tmp_path / "home", []
    made = pipeline.transform_files(write_many(tmp_path / "mine", 12), home)

    def note(step: str, done: int, total: int, *_: object, **__: object) -> None:
        seen.append((step, done, total))

    build.build_version(LocalHome(home), list(made.values()), note)
    assert [one for one in seen if one[0] == "apply"] == [("apply", 0, 12), ("apply", 8, 12), ("apply", 12, 12)]


# Ends at any moment


def _load_six(directory: Path) -> None:
    load(directory / "home", write_many(directory / "mine", 6))


@pytest.mark.long
@pytest.mark.parametrize("survivors", [0, 1, 20, len(LAKE_TABLES), len(LAKE_TABLES) + 1, len(LAKE_TABLES) + 2])
def test_a_run_that_ends_while_files_are_put_in_place_changes_all_or_nothing(survivors, copy_of, tmp_path):
    copy_of(_load_six, tmp_path)
    home, paths = tmp_path / "home", sorted((tmp_path / "mine").iterdir())
    old = {path.name: manifest.read_manifest(LocalHome(home), path.name).md5 for path in paths}
    for path in paths[:3]:
        write(tmp_path / "mine", path.name, citation(int(path.stem) + 10))
    is_over = survivors == len(LAKE_TABLES) + 2
    with killed_after(survivors), nullcontext() if is_over else pytest.raises(KeyboardInterrupt):
        pipeline.transform_files(paths[:3], home, replace=True)
    now = {path.name: manifest.read_manifest(LocalHome(home), path.name).md5 for path in paths}
    changed = {name for name in now if now[name] != old[name]}
    assert changed == ({path.name for path in paths[:3]} if survivors > len(LAKE_TABLES) else set())
    load(home, paths, replace=True)
    assert_lake_whole(home)
    for is_rebuilt in (False, True):
        if is_rebuilt:
            pipeline.rebuild(home)
        assert ask(home, "SELECT pmid FROM articles ORDER BY 1") == [(pmid,) for pmid in (4, 5, 6, 11, 12, 13)]


MOMENTS = ["lake/.bundle-*", "lake/mesh/bundle-*.parquet", "lake/bundles/*.json", "warehouse/building/*.duckdb"]


@pytest.mark.sampled(2)
@pytest.mark.long
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_leaves_the_old_state_and_the_next_run_goes_on(moment, tmp_path):
    directory, home, clean = tmp_path / "mine", tmp_path / "home", tmp_path / "clean"
    load(home, write_many(tmp_path / "first", 3, first=901))
    shutil.copytree(home, clean, symlinks=True)
    before = contents(home)
    paths = write_many(directory, 400)
    known = files_there(home, moment)
    process = subprocess.Popen(
        [sys.executable, "-m", "medline.cli", "load", directory, "--home", home], stderr=subprocess.PIPE
    )
    until = time.monotonic() + PATIENCE
    while process.poll() is None and not files_there(home, moment) - known and time.monotonic() < until:
        pass
    process.kill()
    process.communicate()
    assert contents(home) == before
    assert medline("load", directory, "--home", home).returncode == 0
    load(clean, paths)
    assert contents(home) == contents(clean)
    assert_lake_whole(home)
    assert not [path for path in home.rglob(".*") if path.name != ".lock"]


def test_no_table_of_citations_lacks_the_key_that_tells_whose_its_rows_are():
    for table in CITATION_TABLES:
        assert {"pmid", "version"} <= {column.name for column in table.columns}
    for table in FILE_TABLES:
        assert "source_file" in {column.name for column in table.columns}
