"""The lake: a pure function of one file, whole or not counted."""

import errno
import os
import resource
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import sample
from build import citation, document, killed_after, medline_process, title, write_dump, write_mirror
from golden import FILES, filled, golden_text, read_rows
from medline import pipeline
from medline.errors import MedlineError
from medline.home import LocalHome
from medline.home.layout import LONGEST_NAME, lake_name
from medline.lake import manifest, transform
from medline.mirror.dumps import source
from medline.parse import ENGINES
from medline.parse.kernels.text_reader import TextReader
from medline.parse.kernels.xml_reader import XmlReader
from medline.schema.arrow import arrow_schema
from medline.schema.tables import BY_NAME, LAKE_TABLES


@pytest.fixture
def dump(tmp_path) -> Path:
    return write_dump(tmp_path / "pubmed26n0001.xml.gz", citation(1), citation(2))


def files(home: Path) -> dict[Path, bytes]:
    return {path.relative_to(home): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}


def test_every_table_has_one_file_by_the_schema(dump, tmp_path):
    made = transform.transform(source(dump), LocalHome(tmp_path / "home"))
    for table in LAKE_TABLES:
        path = tmp_path / "home" / "lake" / table.name / "pubmed26n0001.parquet"
        read = pq.read_table(path)
        assert read.schema.equals(arrow_schema(table))
        assert read.num_rows == made.rows[table.name]
    field = pq.read_schema(tmp_path / "home" / "lake" / "articles" / "pubmed26n0001.parquet").field("date_revised")
    assert {b"path", b"tag", b"description"} <= set(field.metadata)


def test_files_are_compressed_with_zstd(dump, tmp_path):
    transform.transform(source(dump), LocalHome(tmp_path / "home"))
    metadata = pq.read_metadata(tmp_path / "home" / "lake" / "articles" / "pubmed26n0001.parquet")
    assert metadata.row_group(0).column(0).compression == "ZSTD"


def test_the_same_file_makes_the_same_bytes(dump, tmp_path):
    for home in ("one", "two"):
        transform.transform(source(dump), LocalHome(tmp_path / home))
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_file_that_is_in_the_lake_is_not_read_again(dump, tmp_path, monkeypatch):
    first = transform.transform(source(dump), LocalHome(tmp_path / "home"))
    monkeypatch.setattr(transform, "iter_batches", lambda *_, **__: pytest.fail("read again"))
    assert transform.transform(source(dump), LocalHome(tmp_path / "home")) == first


def test_a_changed_file_and_a_changed_schema_are_read_again(dump, tmp_path, monkeypatch):
    home = tmp_path / "home"
    transform.transform(source(dump), LocalHome(home))
    write_dump(dump, citation(3))
    assert transform.transform(source(dump), LocalHome(home)).rows["articles"] == 1
    for module in (transform, manifest):
        monkeypatch.setattr(module, "schema_version", lambda: "another")
    assert manifest.read_manifest(LocalHome(home), dump.name) is None
    assert transform.transform(source(dump), LocalHome(home)).schema_version == "another"


def test_a_file_without_one_of_its_tables_does_not_count(dump, tmp_path):
    home = tmp_path / "home"
    transform.transform(source(dump), LocalHome(home))
    LocalHome(home).table("keywords", lake_name(dump.name)).unlink()
    assert manifest.read_manifest(LocalHome(home), dump.name) is None
    transform.transform(source(dump), LocalHome(home))
    assert manifest.read_manifest(LocalHome(home), dump.name)


@pytest.mark.parametrize("survivors", [0, 1, 20, len(LAKE_TABLES)])
def test_a_run_that_ends_while_files_are_put_in_place_leaves_nothing_that_counts(dump, tmp_path, survivors):
    home = tmp_path / "home"
    transform.transform(source(dump), LocalHome(home))
    write_dump(dump, citation(1, title=title("Issued again.")), citation(9))
    with killed_after(survivors), pytest.raises(KeyboardInterrupt):
        transform.transform(source(dump), LocalHome(home))
    assert manifest.read_manifest(LocalHome(home), dump.name) is None, "tables of two issues are no issue"
    assert transform.transform(source(dump), LocalHome(home)).rows["articles"] == 2
    table = pq.read_table(LocalHome(home).table("articles", lake_name(dump.name)))
    assert table["pmid"].to_pylist() == [1, 9]
    assert not list((home / "lake").glob(".*.part"))


def test_a_lake_name_stays_in_its_folder():
    for name in ("../../etc/passwd", "/etc/passwd", "..", "a\\b", "a" * 300, "é" * 120):
        assert "/" not in lake_name(name)
        assert len(lake_name(name)) <= LONGEST_NAME
    assert LocalHome(Path("home")).table("articles", lake_name("..")).parent == Path("home/lake/articles")


def test_rows_of_the_manifest_name_every_table(dump, tmp_path):
    made = transform.transform(source(dump), LocalHome(tmp_path / "home"))
    assert set(made.rows) == {table.name for table in LAKE_TABLES}
    assert made.rows["articles"] == 2
    assert not BY_NAME["source_files"].in_lake


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("source_file", "golden"), FILES.items(), ids=lambda path: path.name)
def test_the_readers_give_the_golden_rows(engine, source_file, golden):
    rows = golden_text(read_rows(source_file, engine))
    assert rows.splitlines() == golden.read_text("utf-8").splitlines(), (
        "the readers give other rows. If that is intended, run `make golden` and read the diff; where no line of the"
        " schema changed, raise READER_REVISION too, so that all dumps are read again."
    )


def test_the_golden_rows_show_every_table_and_every_column_that_the_sample_fills(tmp_path):
    records = list(sample.citations(300, seed=1))
    paths = [sample.write_xml(tmp_path / "sample.xml", records), sample.write_text(tmp_path / "sample.nbib", records)]
    golden = set().union(*(filled(read_rows(path)) for path in FILES))
    assert {table for table, _ in golden} == {table.name for table in LAKE_TABLES}
    assert set().union(*(filled(read_rows(path)) for path in paths)) <= golden


@pytest.mark.parametrize(("reader", "fallbacks"), [(XmlReader, [4]), (TextReader, [2, 4])])
def test_the_kernels_read_the_golden_records(reader, fallbacks, monkeypatch):
    """But those with an anomaly, and in text a book with a season as contribution date."""
    left, read_plainly = [], reader._read_plainly
    monkeypatch.setattr(reader, "_read_plainly", lambda self, number: left.append(number) or read_plainly(self, number))
    for path in FILES:
        read_rows(path)
    assert left == fallbacks


def test_the_environment_sets_how_many_files_a_task_ingests(tmp_path, monkeypatch):
    dumps = write_mirror(tmp_path / "mirror", *([citation(pmid)] for pmid in range(1, 10)))
    names = [path.name for path in dumps]
    assert pipeline.list_batches(tmp_path / "mirror", tmp_path / "home") == [names[:8], names[8:]]
    monkeypatch.setenv("MEDLINE_BATCH", "4")
    assert pipeline.list_batches(tmp_path / "mirror", tmp_path / "home") == [names[:4], names[4:8], names[8:]]


@pytest.mark.long
@pytest.mark.parametrize(
    ("soft", "hard", "threads", "said"),
    [(256, 256, 8, "WARNING 4 files are read at a time and not 8"), (128, 4096, 8, ""), (96, 96, 1, "error: ")],
)
def test_more_threads_than_files_may_be_open_read_all_the_same(tmp_path, soft, hard, threads, said):
    paths = []
    for number in range(1, 9):
        paths.append(tmp_path / f"{number}.xml")
        paths[-1].write_bytes(
            document(*(citation(number * 1000 + pmid, title=title("x" * 200)) for pmid in range(999)))
        )
    result = medline_process(
        "transform", *paths, "--home", tmp_path / "home", "--engine", "reference",
        env={**os.environ, "MEDLINE_THREADS": str(threads)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)),
    )  # fmt: skip
    assert said in result.stderr
    assert ("MEDLINE_THREADS" in result.stderr, result.returncode) == ((True, 1) if hard < 100 else (False, 0))


def test_an_open_file_too_many_names_the_setting(tmp_path, monkeypatch):
    path = tmp_path / "1.xml"
    path.write_bytes(document(citation(1)))

    def full(*_):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(transform, "TableFile", full)
    with pytest.raises(MedlineError, match="MEDLINE_THREADS"):
        transform.transform(source(path), LocalHome(tmp_path / "home"))
