"""MeSH in the warehouse: published with the citations, kept by a rebuild, and no hindrance to them."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import duckdb
import pytest

from build import ask, citation, error_of, medline, write_dump, write_mirror
from medline import pipeline
from medline.errors import BadInput, UsageError
from medline.home import LocalHome
from medline.vocabulary import load, store
from medline.warehouse import checks, contents, database, versions
from mesh_records import QUALIFIERS, TREE, descriptor, named, write


@pytest.fixture
def mirror(tmp_path) -> Path:
    """A directory of dumps, with a folder of MeSH beside them."""
    return _mirror_in(tmp_path)


def _mirror_in(directory: Path) -> Path:
    write_mirror(directory / "mirror", [citation(1)], [citation(2)])
    write(directory / "mirror" / "MESH_FILES", "desc", *TREE)
    write(directory / "mirror" / "MESH_FILES", "qual", *QUALIFIERS)
    return directory / "mirror"


def _sync_all(directory: Path) -> None:
    pipeline.sync(_mirror_in(directory), directory / "home")


@pytest.fixture
def home(mirror, copy_of, tmp_path) -> Path:
    copy_of(_sync_all, tmp_path)
    return tmp_path / "home"


def tree(home: Path) -> list[str]:
    return [number for (number,) in ask(home, "SELECT tree_number FROM mesh_tree_numbers ORDER BY ALL")]


def published(home: Path) -> str:
    version = versions.published(LocalHome(home))
    assert version
    return version.name


def test_a_sync_publishes_mesh_with_the_citations_and_once(mirror, tmp_path):
    home = tmp_path / "home"
    assert pipeline.sync(mirror, home) == [
        "pubmed26n0001.xml.gz", "pubmed26n0002.xml.gz", "desc2026.xml", "qual2026.xml",
    ]  # fmt: skip
    assert tree(home) == ["B90", "B90.100", "B90.100.500", "B90.200", "C90", "C90.100"]
    files = ask(home, "SELECT name, kind, year, records, language, loaded_at IS NOT NULL FROM mesh_files ORDER BY ALL")
    assert files == [("desc2026.xml", "desc", 2026, 6, "eng", True), ("qual2026.xml", "qual", 2026, 2, "eng", True)]
    assert ask(home, "SELECT qualifier, abbreviation FROM mesh_qualifiers_vocabulary ORDER BY ALL") == [
        ("drug therapy", "DT"), ("therapy", "TH"),
    ]  # fmt: skip
    assert pipeline.sync(mirror, home) == []
    assert published(home) == "26-000001"


def test_a_directory_without_mesh_works_as_it_did(tmp_path):
    write_mirror(tmp_path / "mirror", [citation(1)], [])
    pipeline.sync(tmp_path / "mirror", tmp_path / "home")
    assert tree(tmp_path / "home") == []
    assert not (tmp_path / "home" / "mesh").exists()
    assert "none: `medline mesh` brings it" in medline("status", "--home", tmp_path / "home").stdout


@pytest.mark.long
def test_a_rebuild_and_an_update_keep_it(mirror, home):
    before = tree(home)
    pipeline.rebuild(home)
    assert tree(home) == before
    write_dump(mirror / "updatefiles" / "pubmed26n0003.xml.gz", citation(3))
    assert pipeline.sync(mirror, home) == ["pubmed26n0003.xml.gz"]
    assert tree(home) == before
    assert checks.run(home)


def test_a_new_issue_is_a_new_version_and_a_rollback_goes_back(mirror, home):
    before = tree(home)
    write(mirror / "MESH_FILES", "desc", *TREE, descriptor("D7", "Herons", "B90.300"))
    assert pipeline.sync(mirror, home) == ["desc2026.xml"]
    assert tree(home) == sorted([*before, "B90.300"])
    pipeline.rollback(home)
    assert tree(home) == before


def test_mesh_that_cannot_be_read_does_not_stop_the_citations(mirror, tmp_path, caplog):
    home = tmp_path / "home"
    (mirror / "MESH_FILES" / "xmlmesh" / "desc2026.xml").write_text("<html/>")
    with caplog.at_level(logging.WARNING):
        assert pipeline.sync(mirror, home) == ["pubmed26n0001.xml.gz", "pubmed26n0002.xml.gz"]
    assert "MeSH: desc2026.xml line 1: its root is <html>" in caplog.text
    assert "run `medline mesh` later" in caplog.text
    with pytest.raises(BadInput, match="its root is <html>"):
        pipeline.mesh(home, str(mirror / "MESH_FILES"))


def test_rows_that_are_lost_do_not_stop_the_citations_either(mirror, home, caplog, monkeypatch):
    monkeypatch.setattr("medline.vocabulary.store.vocabulary_version", lambda: "another")
    LocalHome(home).mesh_file("desc2026.xml").unlink()
    write_dump(mirror / "updatefiles" / "pubmed26n0003.xml.gz", citation(3))
    assert pipeline.sync(mirror, home, mesh="none") == ["pubmed26n0003.xml.gz"]
    assert "the tables of MeSH stay as they are" in caplog.text
    assert tree(home)


def test_rows_that_were_removed_are_read_again(mirror, home):
    before = tree(home)
    for path in (home / "mesh").rglob("*.parquet"):
        path.unlink()
    pipeline.rebuild(home)
    assert tree(home) == before


@pytest.mark.long
@pytest.mark.parametrize("damage", ["empty", "cut", "a byte"])
def test_rows_that_are_damaged_are_named_once_and_read_again(mirror, home, caplog, damage):
    before = tree(home)
    path = LocalHome(home).mesh_table("mesh_tree_numbers", store.mesh_files(LocalHome(home))[0].stem)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes({"empty": b"", "cut": content[:200], "a byte": content}[damage])
    pipeline.rebuild(home)
    assert tree(home) == before
    assert caplog.text.count("rows of desc2026.xml are lost or damaged") == 1
    assert pipeline.sync(mirror, home) == []


@pytest.mark.parametrize("content", [b"", b'{"files": [{"na', bytes(300)])
def test_a_manifest_that_a_loss_of_power_left_is_made_again(mirror, home, caplog, content):
    before = tree(home)
    LocalHome(home).mesh_manifest.write_bytes(content)
    assert pipeline.sync(mirror, home) == []
    assert caplog.text.count("mesh/manifest.json is damaged") == 1
    assert len(store.mesh_files(LocalHome(home))) == 2
    assert tree(home) == before


def test_a_load_that_fails_leaves_the_tables_as_they_were(home):
    local = LocalHome(home)
    with database.writer(local.pointer.resolve()) as connection:
        before = connection.execute("FROM mesh_tree_numbers ORDER BY ALL").fetchall()
        local.mesh_table("mesh_terms", store.mesh_files(local)[0].stem).write_bytes(b"no Parquet")
        with pytest.raises(duckdb.Error):
            load.load(connection, local, store.mesh_files(local))
        assert connection.execute("FROM mesh_tree_numbers ORDER BY ALL").fetchall() == before
        assert len(load.loaded(connection)) == 2


@pytest.mark.long
def test_the_command_brings_mesh_and_says_what_it_did(mirror, tmp_path):
    home, folder = tmp_path / "other", mirror / "MESH_FILES"
    write_mirror(tmp_path / "plain", [citation(1)], [])
    done = medline("mesh", "--home", home, "--source", folder)
    assert "MeSH 2026 is in the home; the first `medline sync` or `medline load` publishes it" in done.stderr
    assert medline("sync", "--home", home, "--mirror", tmp_path / "plain").returncode == 0
    assert tree(home)
    assert "nothing new: MeSH 2026 is current" in medline("mesh", "--home", home, "--source", folder).stderr
    write(folder, "desc", *TREE, descriptor("D7", "Herons", "B90.300"))
    assert "MeSH 2026 published with 26-000002" in medline("mesh", "--home", home, "--source", folder).stderr
    status = medline("status", "--home", home).stdout
    assert "2026: desc2026.xml (" in status
    metrics = medline("metrics", "--home", home).stdout
    assert 'medline_mesh_year{file="desc2026.xml",md5="' in metrics
    runs = ask(home, "SELECT what FROM runs ORDER BY started_at")
    assert [what for (what,) in runs] == ["mesh", "sync", "mesh", "mesh"]
    assert "no xmlmesh/descYYYY.gz there" in error_of(medline("mesh", "--home", home, "--source", tmp_path), 2)


def test_the_year_of_the_citations_decides(mirror, home, caplog):
    write(mirror / "MESH_FILES", "desc", *TREE, year=2027)
    assert pipeline.mesh(home, str(mirror / "MESH_FILES"))[0].year == 2026
    done, _ = pipeline.mesh(LocalHome(home.parent / "empty"), str(mirror / "MESH_FILES"))
    assert done.year == 2027, "where there are no citations, the newest"
    with pytest.raises(UsageError, match="give --source"):
        pipeline.mesh(home, "none")


def test_a_version_from_before_mesh_is_read_and_built_again(mirror, home):
    versions.published(LocalHome(home)).database.with_name("contents.json").unlink()  # that program did not write it
    with duckdb.connect(str(LocalHome(home).pointer.resolve())) as connection:
        names = connection.execute("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'mesh%'").fetchall()
        connection.execute("DROP VIEW article_mesh_exploded; DROP VIEW mesh_current")
        for (name,) in names:
            if name not in ("mesh", "mesh_qualifiers"):
                connection.execute(f"DROP TABLE {name} CASCADE")
        connection.execute("UPDATE ledger.state SET version = 'older'")
    assert contents.published_contents(LocalHome(home)).vocabulary == {}
    assert medline("status", "--home", home).returncode == 0
    assert tree(home) == []
    assert set(pipeline.sync(mirror, home)) > {"desc2026.xml"}
    assert tree(home)


def referred(ui: str, name: str) -> str:
    return f"<DescriptorReferredTo>{named('Descriptor', ui, name)}</DescriptorReferredTo>"


def test_actions_that_two_files_state_are_one_row_and_stars_are_flags(mirror, home):
    folder, action = mirror / "MESH_FILES", referred("D4", "Lake Diseases")
    own = f"<PharmacologicalAction>{action}</PharmacologicalAction>"
    own = f"<PharmacologicalActionList>{own}</PharmacologicalActionList>"
    write(folder, "desc", *TREE, descriptor("D8", "Vorane", "D90", more=own))
    substances = "".join(
        f"<Substance><RecordUI>{ui}</RecordUI><RecordName><String>{name}</String></RecordName></Substance>"
        for ui, name in (("D8", "Vorane"), ("C1", "Melane"))
    )
    listed = f"<PharmacologicalActionSubstanceList>{substances}</PharmacologicalActionSubstanceList>"
    write(folder, "pa", f"<PharmacologicalAction>{action}{listed}</PharmacologicalAction>")
    mapped = "".join(f"<HeadingMappedTo>{one}</HeadingMappedTo>" for one in (referred("*D8", "Vorane"), action))
    mapped = f"<HeadingMappedToList>{mapped}</HeadingMappedToList>"
    named_record = named("SupplementalRecord", "C1", "Melane")
    write(folder, "supp", f"<SupplementalRecord>{named_record}{mapped}</SupplementalRecord>")

    pipeline.mesh(home, str(folder), supplementary=True)
    assert ask(home, "SELECT ui, name, action_ui, action FROM mesh_pharmacological_actions ORDER BY ALL") == [
        ("C1", "Melane", "D4", "Lake Diseases"), ("D8", "Vorane", "D4", "Lake Diseases"),
    ]  # fmt: skip
    mappings = "SELECT descriptor_ui, is_major FROM mesh_supplementary_mappings ORDER BY mapping_seq"
    assert ask(home, mappings) == [("D8", True), ("D4", False)]
    assert checks.run(home)


def test_checks_count_what_does_not_fit(mirror, home):
    heading = '<MeshHeading><DescriptorName UI="D99">Old Name</DescriptorName></MeshHeading>'
    record = citation(3, citation=f"<MeshHeadingList>{heading}</MeshHeadingList>")
    write_dump(mirror / "updatefiles" / "pubmed26n0003.xml.gz", record)
    write(mirror / "MESH_FILES", "desc", *TREE, descriptor("D7", "Herons", "B91.300"))
    pipeline.sync(mirror, home)
    found = {result.name: result.offending for result in checks.run(home)}
    assert (found["headings_are_in_mesh"], found["mesh_places_have_parents"]) == (1, 1)
    assert found["mesh_refers_to_mesh"] == found["mesh_keys"] == 0


def test_the_manifest_names_what_counts(home):
    manifest = json.loads(LocalHome(home).mesh_manifest.read_text("utf-8"))
    assert [file["name"] for file in manifest["files"]] == ["desc2026.xml", "qual2026.xml"]
