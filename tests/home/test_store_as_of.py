"""An earlier state of a home in an object store, asked on a machine that has nothing of its lake."""

from __future__ import annotations

import medline
from build import citation, deletion, title, write_mirror
from medline import pipeline


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
