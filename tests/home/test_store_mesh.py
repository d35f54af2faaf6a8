"""MeSH of a home in an object store: its rows and the version with them are there for other machines."""

from __future__ import annotations

import json

import pytest

from build import citation, write_dump, write_mirror
from medline import pipeline
from medline.warehouse import database
from mesh_records import TREE, descriptor, write
from object_store import HOME, filesystem, stored


def places() -> int:
    with database.reader(HOME) as connection:
        [(count,)] = connection.execute("SELECT count(*) FROM mesh_tree_numbers").fetchall()
    return count


@pytest.mark.long
def test_mesh_goes_from_machine_to_machine(on, tmp_path):
    mirror, folder = tmp_path / "mirror", tmp_path / "mirror" / "MESH_FILES"
    write_mirror(mirror, [citation(1), citation(2)])
    write(folder, "desc", *TREE)
    pipeline.sync(mirror, HOME)
    first = set(stored("mesh"))
    assert {"mesh/manifest.json", "mesh/files/desc2026.xml"} < first
    assert places() == 6

    on("two")
    write_dump(mirror / "updatefiles" / "pubmed26n0002.xml.gz", citation(3))
    assert pipeline.sync(mirror, HOME) == ["pubmed26n0002.xml.gz"]
    assert set(stored("mesh")) == first
    pipeline.rebuild(HOME)
    assert places() == 6

    on("three")
    write(folder, "desc", *TREE, descriptor("D7", "Herons", "B90.300"))
    done, version = pipeline.mesh(HOME, str(folder))
    assert (done.changed, version[:9]) == (["desc2026.xml"], "26-000004")
    (file,) = json.loads(filesystem().cat_file(f"{HOME}/mesh/manifest.json"))["files"]
    rows = {name for name in stored("mesh") if name.endswith(".parquet")}
    assert rows == {
        f"mesh/{table}/desc2026.xml-{file['md5'][:12]}-{file['schema_version']}.parquet" for table in file["rows"]
    }
    on("one")
    assert places() == 7
