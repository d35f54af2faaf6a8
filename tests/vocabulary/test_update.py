"""MeSH of a home: fetched once, again where the source has a later issue, and as it was where that fails."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from medline import settings
from medline.errors import BadInput, NetworkError
from medline.home import LocalHome
from medline.vocabulary import store, update
from mesh_records import QUALIFIERS, TREE, descriptor, write
from mirror_server import Faults, MirrorServer

DESC = "/xmlmesh/desc2026.gz"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Dead connections are told after half a second, and tries follow each other at once."""
    for name, value in (("TIMEOUT", "0.5"), ("ATTEMPTS", "4"), ("BACKOFF", "0.01")):
        monkeypatch.setenv(f"MEDLINE_{name}", value)


@pytest.fixture
def folder(tmp_path) -> Path:
    write(tmp_path / "nlm", "desc", *TREE, suffix=".gz")
    write(tmp_path / "nlm", "qual", *QUALIFIERS)
    return tmp_path / "nlm"


@pytest.fixture
def home(tmp_path) -> LocalHome:
    return LocalHome(tmp_path / "home")


@pytest.fixture
def server(folder):
    with MirrorServer(folder) as server:
        yield server


def bring(source: object, home: LocalHome, year: int | None = 2026, **options) -> update.Update:
    return update.update(str(source), home, year, settings.read(), **options)


def later(path: Path) -> None:
    """Let a file be of another day than the one before it."""
    os.utime(path, (path.stat().st_mtime + 86_400,) * 2)


def bodies(server: MirrorServer) -> list[str]:
    """The files whose bytes were asked for, and forget them."""
    found = [request.path for request in server.log if request.path[-1] != "/" and not request.path.startswith("HEAD")]
    server.log.clear()
    return found


def test_a_folder_is_fetched_and_read_once(server, home):
    done = bring(server.url, home)
    assert (done.year, done.changed) == (2026, ["desc2026.gz", "qual2026.xml"])
    desc, qual = store.mesh_files(home)
    assert (desc.kind, desc.year, desc.records, desc.language) == ("desc", 2026, 6, "eng")
    assert (desc.rows["mesh_tree_numbers"], qual.rows["mesh_qualifier_tree_numbers"]) == (6, 2)
    assert desc.source == server.url
    assert bodies(server) == [DESC, "/xmlmesh/qual2026.xml"]

    assert bring(server.url, home).changed == []
    assert bodies(server) == []


def test_a_later_issue_replaces_the_one_before(server, folder, home):
    bring(server.url, home)
    before = set(home.mesh_files())
    bodies(server)
    later(write(folder, "desc", *TREE, descriptor("D7", "Herons", "B90.300"), suffix=".gz"))
    assert bring(server.url, home).changed == ["desc2026.gz"]
    assert bodies(server) == [DESC]
    assert store.mesh_files(home)[0].records == 7
    gone = before - set(home.mesh_files())
    assert {path.parent.name for path in gone} == set(store.mesh_files(home)[0].rows), "old rows are removed"


def test_files_of_somebody_else_beside_those_of_mesh_stay(folder, home):
    bring(folder, home)
    own = [home.mesh_files()[0], next(path for path in home.mesh_files() if path.suffix == ".parquet")]
    foreign = [path.with_name(f"my-{path.name}") for path in own]
    for path in foreign:
        path.write_text("kept")
    later(write(folder, "desc", *TREE, descriptor("D7", "Herons", "B90.300"), suffix=".gz"))
    assert bring(folder, home).changed == ["desc2026.gz"]
    assert [path.read_text() for path in foreign] == ["kept", "kept"]


def test_the_same_bytes_of_another_day_change_nothing(folder, home):
    bring(folder, home)
    first = store.mesh_files(home)
    later(folder / "xmlmesh" / "desc2026.gz")
    assert bring(folder, home).changed == []
    assert [file.identity for file in store.mesh_files(home)] == [file.identity for file in first]


def test_a_connection_that_drops_is_continued(server, home):
    server.faults = Faults(script={DESC: ["drop", "503", "truncated"]})
    assert bring(server.url, home).changed == ["desc2026.gz", "qual2026.xml"]
    assert store.mesh_files(home)[0].records == 6


@pytest.mark.parametrize("fault", ["truncated", "flipped", "html"])
def test_what_comes_damaged_does_not_count(server, folder, home, fault):
    bring(server.url, home)
    before = store.mesh_files(home)
    later(write(folder, "desc", *TREE, descriptor("D7", "Herons", "B90.300"), suffix=".gz"))
    server.faults = Faults(script={DESC: [fault] * 9})
    with pytest.raises((NetworkError, BadInput)):
        bring(server.url, home)
    assert store.mesh_files(home) == before
    server.faults = Faults()
    assert bring(server.url, home).changed == ["desc2026.gz"]


def test_a_file_that_cannot_be_read_leaves_what_was(folder, home):
    bring(folder, home)
    before = store.mesh_files(home)
    later(write(folder, "desc", "<DescriptorRecord/>", suffix=".gz"))
    with pytest.raises(BadInput, match=r"desc2026\.gz line 3: a record without mesh_descriptors\.descriptor_ui"):
        bring(folder, home)
    assert store.mesh_files(home) == before
    assert all(path.exists() for file in before for path in store.rows_files(home, file).values())


def test_supplementary_records_stay_wanted(folder, home):
    name = "<SupplementalRecordName><String>Vorane</String></SupplementalRecordName>"
    record = f"<SupplementalRecord><SupplementalRecordUI>C1</SupplementalRecordUI>{name}</SupplementalRecord>"
    later(write(folder, "supp", record))
    assert "supp2026.xml" not in bring(folder, home).changed
    assert bring(folder, home, supplementary=True).changed == ["supp2026.xml"]
    assert [file.kind for file in store.mesh_files(home)] == ["desc", "qual", "supp"]
    bring(folder, home)
    assert [file.kind for file in store.mesh_files(home)] == ["desc", "qual", "supp"]


def test_another_schema_reads_the_files_of_the_home_again(folder, home, monkeypatch):
    bring(folder, home)
    monkeypatch.setattr(store, "vocabulary_version", lambda: "another")
    assert not any(file.is_current for file in store.mesh_files(home))
    update.reread(home)
    assert {file.schema_version for file in store.mesh_files(home)} == {"another"}
    assert all(path.exists() for file in store.mesh_files(home) for path in store.rows_files(home, file).values())

    monkeypatch.setattr(store, "vocabulary_version", lambda: "a third")
    home.mesh_file("desc2026.gz").unlink()
    with pytest.raises(BadInput, match="run `medline mesh`"):
        update.reread(home)


def test_a_damaged_manifest_is_made_anew(folder, home, caplog):
    bring(folder, home)
    home.mesh_manifest.write_text('{"files": [{"name": "desc2026.gz"}]}')
    with pytest.raises(BadInput, match="run `medline mesh`"):
        store.mesh_files(home)
    assert bring(folder, home).changed == ["desc2026.gz", "qual2026.xml"]
    assert "it is brought anew" in caplog.text
    assert len(store.mesh_files(home)) == 2


def test_a_full_disk_does_not_stop_the_run_that_it_is_a_part_of(folder, home, caplog, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("medline.vocabulary.fetch.fetch", full)
    update.follow(str(folder), str(folder), home, 26)
    assert "MeSH: " in caplog.text
    assert "the disk is full" in caplog.text


def test_a_new_year_replaces_the_old_one(folder, home):
    bring(folder, home)
    write(folder, "desc", *TREE, year=2027, suffix=".gz")
    done = bring(folder, home, 2027)
    assert (done.year, done.changed) == (2027, ["desc2027.gz"])
    assert [file.name for file in store.mesh_files(home)] == ["desc2027.gz"]
    assert not home.mesh_file("desc2026.gz").exists()
