"""An earlier state of a home in an object store, asked on a machine that has nothing of its lake."""

from __future__ import annotations

import pytest

import medline
from build import citation, deletion, title, write_dump, write_mirror
from medline import pipeline
from medline.errors import Locked
from medline.warehouse import rows


@pytest.mark.long
def test_the_past_is_read_from_the_lake_in_the_store(on, tmp_path):
    home = "s3://medline/home"
    first = [citation(1, title=title("Old otters.")), citation(2, title=title("Otters."))]
    write_mirror(tmp_path / "mirror", first, [citation(1, title=title("New."))], [deletion(2)])
    pipeline.sync(tmp_path / "mirror", home)
    on("two")
    assert medline.search(home, "otters[ti]", as_of="26-000001")["pmid"].to_pylist() == [2, 1]
    with medline.connect(home, as_of="26-000002") as connection:
        rows = connection.execute("SELECT pmid, title FROM articles ORDER BY pmid").fetchall()
    assert rows == [(1, "New."), (2, "Otters.")]
    assert not list((tmp_path / "two").rglob("lake/*/*.parquet")), "what was downloaded is gone again"


@pytest.mark.long
def test_a_dump_that_another_machine_reads_again_meanwhile_is_not_mixed_up(on, tmp_path, monkeypatch):
    home, mirror, real = "s3://medline/home", tmp_path / "mirror", rows.name_wanted
    write_mirror(mirror, [citation(1, title=title("Old otters."))], [citation(1, title=title("New."))])
    pipeline.sync(mirror, home)

    def changed(*arguments):
        with monkeypatch.context() as patch:
            patch.setenv("MEDLINE_WORK", str(tmp_path / "two"))
            again = write_dump(tmp_path / "pubmed26n0001.xml.gz", citation(1, title=title("Another issue.")))
            pipeline.transform_files([again], home, replace=True)
        real(*arguments)

    monkeypatch.setattr(rows, "name_wanted", changed)
    with pytest.raises(Locked, match="another run wrote lake/manifests/"):
        medline.connect(home, as_of="26-000001")
