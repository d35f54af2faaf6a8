"""The lake: a pure function of one file, whole or not counted."""

import hashlib
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import sample
from build import citation, title, write_dump, write_mirror
from medline import pipeline
from medline.lake import manifest, transform
from medline.mirror.dumps import source
from medline.parse import ENGINES, iter_batches
from medline.schema.arrow import arrow_schema
from medline.schema.tables import BY_NAME, LAKE_TABLES, READER_REVISION


@pytest.fixture
def dump(tmp_path) -> Path:
    return write_dump(tmp_path / "pubmed26n0001.xml.gz", citation(1), citation(2))


def files(home: Path) -> dict[Path, bytes]:
    return {path.relative_to(home): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}


def test_every_table_has_one_file_by_the_schema(dump, tmp_path):
    made = transform.transform(source(dump), tmp_path / "home")
    for table in LAKE_TABLES:
        path = tmp_path / "home" / "lake" / table.name / "pubmed26n0001.parquet"
        read = pq.read_table(path)
        assert read.schema.equals(arrow_schema(table))
        assert read.num_rows == made.rows[table.name]
    field = pq.read_schema(tmp_path / "home" / "lake" / "articles" / "pubmed26n0001.parquet").field("date_revised")
    assert {b"path", b"tag", b"meaning"} <= set(field.metadata)


def test_files_are_compressed_with_zstd(dump, tmp_path):
    transform.transform(source(dump), tmp_path / "home")
    metadata = pq.read_metadata(tmp_path / "home" / "lake" / "articles" / "pubmed26n0001.parquet")
    assert metadata.row_group(0).column(0).compression == "ZSTD"


def test_the_same_file_makes_the_same_bytes(dump, tmp_path):
    for home in ("one", "two"):
        transform.transform(source(dump), tmp_path / home)
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_file_that_is_in_the_lake_is_not_read_again(dump, tmp_path, monkeypatch):
    first = transform.transform(source(dump), tmp_path / "home")
    monkeypatch.setattr(transform, "iter_batches", lambda *_, **__: pytest.fail("read again"))
    assert transform.transform(source(dump), tmp_path / "home") == first


def test_a_changed_file_and_a_changed_schema_are_read_again(dump, tmp_path, monkeypatch):
    home = tmp_path / "home"
    transform.transform(source(dump), home)
    write_dump(dump, citation(3))
    assert transform.transform(source(dump), home).rows["articles"] == 1
    for module in (transform, manifest):
        monkeypatch.setattr(module, "schema_version", lambda: "another")
    assert manifest.read_manifest(home, dump.name) is None
    assert transform.transform(source(dump), home).schema_version == "another"


def test_a_file_without_one_of_its_tables_does_not_count(dump, tmp_path):
    home = tmp_path / "home"
    transform.transform(source(dump), home)
    manifest.table_path(home, "keywords", dump.name).unlink()
    assert manifest.read_manifest(home, dump.name) is None
    transform.transform(source(dump), home)
    assert manifest.read_manifest(home, dump.name)


@pytest.mark.parametrize("survivors", [0, 1, 20, len(LAKE_TABLES)])
def test_a_run_that_ends_while_files_are_put_in_place_leaves_nothing_that_counts(
    dump, tmp_path, monkeypatch, survivors
):
    home, replace, done = tmp_path / "home", Path.replace, []
    transform.transform(source(dump), home)
    write_dump(dump, citation(1, title=title("Issued again.")), citation(9))

    def replace_some(self, target):
        if len(done) >= survivors:
            raise KeyboardInterrupt
        done.append(target)
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace_some)
        with pytest.raises(KeyboardInterrupt):
            transform.transform(source(dump), home)
    assert manifest.read_manifest(home, dump.name) is None, "tables of two issues are no issue"
    assert transform.transform(source(dump), home).rows["articles"] == 2
    table = pq.read_table(manifest.table_path(home, "articles", dump.name))
    assert table["pmid"].to_pylist() == [1, 9]
    assert not list((home / "lake").glob(".*.part"))


def test_a_lake_name_stays_in_its_folder():
    for name in ("../../etc/passwd", "/etc/passwd", "..", "a\\b", "a" * 300, "é" * 120):
        assert "/" not in manifest.lake_name(name)
        assert len(manifest.lake_name(name)) <= manifest.LONGEST_NAME
    assert manifest.table_path(Path("home"), "articles", "..").parent == Path("home/lake/articles")


def test_rows_of_the_manifest_name_every_table(dump, tmp_path):
    made = transform.transform(source(dump), tmp_path / "home")
    assert set(made.rows) == {table.name for table in LAKE_TABLES}
    assert made.rows["articles"] == 2
    assert not BY_NAME["dumps"].in_lake


@pytest.mark.parametrize("engine", ENGINES)
def test_the_readers_give_the_rows_they_gave(engine, tmp_path):
    """If this fails and no line of the schema changed: raise READER_REVISION, so that all dumps are read again."""
    records = list(sample.citations(60, seed=1))
    paths = [
        sample.write_xml(tmp_path / "sample.xml", records),
        sample.write_text(tmp_path / "sample.nbib", records),
    ]
    rows = {table.name: [] for table in LAKE_TABLES}
    for path in paths:
        for batch in iter_batches(path, engine=engine):
            for name, data in batch.tables.items():
                rows[name] += data.to_pylist()
    digest = hashlib.md5(repr(rows).encode()).hexdigest()
    assert (READER_REVISION, digest) == (2, "1c7fc2eada4e81351982a93fc099c03b")


def test_the_environment_says_how_many_files_a_task_brings(tmp_path, monkeypatch):
    dumps = write_mirror(tmp_path / "mirror", *([citation(pmid)] for pmid in range(1, 10)))
    names = [path.name for path in dumps]
    assert pipeline.list_batches(tmp_path / "mirror", tmp_path / "home") == [names[:8], names[8:]]
    monkeypatch.setenv("MEDLINE_BATCH", "4")
    assert pipeline.list_batches(tmp_path / "mirror", tmp_path / "home") == [names[:4], names[4:8], names[8:]]
