"""Which catalog has the tables, and what happens where it or the tables are not what they were."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pyiceberg.catalog.sql import SqlCatalog

from build import citation, medline, write_mirror
from medline import pipeline
from medline.errors import MedlineError, UsageError
from medline.outputs import iceberg
from medline.outputs.iceberg.catalog import DurableFileIO
from medline.schema.tables import BY_NAME


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_mirror(tmp_path / "mirror", [citation(1)])
    pipeline.sync(tmp_path / "mirror", tmp_path / "home")
    return tmp_path / "home"


SOME = [BY_NAME["articles"], BY_NAME["languages"]]


def write(home: Path, catalog: str | None = None) -> str | None:
    return iceberg.write(home, tables=SOME, catalog=catalog)


def pmids(uri: str) -> list[int]:
    return SqlCatalog("medline", uri=uri).load_table("medline.articles").scan().to_arrow()["pmid"].to_pylist()


def test_another_catalog_is_named_and_remembered(home, tmp_path):
    uri = f"sqlite:///{tmp_path}/shared.db"
    assert write(home, uri) == "26-000001"
    assert pmids(uri) == [1]
    assert not (home / "iceberg/catalog.db").exists()
    with pytest.raises(UsageError, match=r"iceberg/ is in another catalog, sqlite:///.*shared\.db; name that one"):
        write(home)
    assert write(home, uri) is None
    done = medline("export-tables", "--as", "iceberg", "--catalog", f"{uri}2", "--home", home)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is in another catalog" in done.stderr


def test_a_catalog_has_the_tables_of_one_home(home, tmp_path):
    uri = f"sqlite:///{tmp_path}/shared.db"
    write(home, uri)
    write_mirror(tmp_path / "mirror2", [citation(2)])
    pipeline.sync(tmp_path / "mirror2", tmp_path / "other")
    with pytest.raises(
        UsageError, match=r"the catalog has medline\.articles at .*home/iceberg/articles, not at .*other"
    ):
        write(tmp_path / "other", uri)
    assert pmids(uri) == [1]


@pytest.mark.long
def test_a_name_in_the_configuration_of_pyiceberg(home, tmp_path, monkeypatch):
    uri = f"sqlite:///{tmp_path}/named.db"
    monkeypatch.setenv("PYICEBERG_CATALOG__LAKEHOUSE__URI", uri)
    monkeypatch.setenv("PYICEBERG_CATALOG__LAKEHOUSE__TYPE", "sql")
    code = (
        "import sys; from medline.outputs import iceberg; from medline.schema.tables import BY_NAME;"
        "iceberg.write(sys.argv[1], tables=[BY_NAME['articles']], catalog='lakehouse')"
    )
    subprocess.run([sys.executable, "-c", code, home], check=True, timeout=100)  # pyiceberg reads its settings once
    assert SqlCatalog("lakehouse", uri=uri).load_table("medline.articles").scan().to_arrow().num_rows == 1


@pytest.mark.parametrize(
    ("catalog", "message"),
    [
        ("sqlite:////nowhere/to/be/found.db", "unable to open database file"),
        ("nosuch://a:secret@b/c", "Can't load plugin"),
        ("http://127.0.0.1:9/", "127.0.0.1"),
        ("unheard-of", "unheard-of"),
    ],
)
def test_a_catalog_that_cannot_be_opened_is_one_clear_line(home, catalog, message):
    with pytest.raises(MedlineError, match=message) as error:
        write(home, catalog)
    assert "secret" not in str(error.value)


def test_a_catalog_is_for_iceberg(home):
    done = medline("export-tables", "--catalog", "sqlite:///a.db", "--home", home)
    assert (done.returncode, done.stderr) == (2, "error: --catalog is for --as iceberg\n")


def test_a_home_that_was_moved_gets_its_tables_again(home, tmp_path, caplog):
    write(home)
    home.rename(tmp_path / "moved")
    moved = tmp_path / "moved"
    assert write(moved) == "26-000001"
    assert "the home was moved: its Iceberg tables are made again" in caplog.text
    assert pmids(f"sqlite:///{moved}/iceberg/catalog.db") == [1]
    assert write(moved) is None
    assert not home.exists()
    assert len(list((moved / "iceberg/articles/data").iterdir())) == 1, "files of the old place are gone"


def test_a_moved_home_in_a_catalog_of_others_is_refused(home, tmp_path):
    uri = f"sqlite:///{tmp_path}/shared.db"
    write(home, uri)
    home.rename(tmp_path / "moved")
    with pytest.raises(UsageError, match="drop its tables, and move it away"):
        write(tmp_path / "moved", uri)


def test_a_table_whose_metadata_are_lost_is_made_again(home, caplog):
    write(home)
    shutil.rmtree(home / "iceberg" / "articles")
    assert write(home) == "26-000001"
    assert "metadata are lost" in caplog.text
    assert pmids(f"sqlite:///{home}/iceberg/catalog.db") == [1]


def test_metadata_are_on_the_disk_before_the_catalog_names_them(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr("os.fsync", lambda handle: synced.append(Path(f"/proc/self/fd/{handle}").resolve()))
    with DurableFileIO().new_output(str(tmp_path / "a" / "b.json")).create() as stream:
        stream.write(b"content")
        assert synced == []
    assert synced == [tmp_path / "a" / "b.json", tmp_path / "a"]
    file = DurableFileIO().new_output(str(tmp_path / "a" / "b.json"))
    assert (len(file), file.exists(), file.to_input_file().open().read()) == (7, True, b"content")
    with pytest.raises(FileExistsError):
        file.create()
