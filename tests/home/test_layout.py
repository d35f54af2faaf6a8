"""The map of a home: each file that runs write is in it, and each form gives the paths that it recognizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build import citation, document, write_mirror
from medline import pipeline
from medline.home import LocalHome, layout
from medline.home.layout import LONGEST_NAME, Kind, export_manifest, files_of, lake_name
from medline.outputs import dashboard, feeds, tables
from mirror_server import MirrorServer


@pytest.mark.long
def test_every_file_of_a_home_is_on_the_map(tmp_path):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    for year in (26, 27):
        write_mirror(mirror, [citation(1)], [citation(2)], year=year)
        with MirrorServer(mirror) as server:
            pipeline.sync(server.url, home)
    (tmp_path / "mine").mkdir()
    for pmid in (3, 4):
        (tmp_path / "mine" / f"{pmid}.xml").write_bytes(document(citation(pmid)))
    pipeline.load_files([tmp_path / "mine"], home)
    pipeline.transform_files([tmp_path / "mine" / "3.xml"], home)
    pipeline.rollback(home)
    for write in (feeds.write, tables.write, dashboard.write):
        write(home)
    paths = [path.relative_to(home) for path in home.rglob("*") if path.is_file() or path.is_symlink()]
    names = [path.as_posix() for path in paths if not any(part.startswith(".") for part in path.parts)]
    assert [name for name in names if files_of(name) in (layout.OTHER, layout.WAREHOUSE)] == []
    met = {files_of(name) for name in names}
    assert {files.kind for files in met} == set(Kind)
    assert met >= {layout.LISTING, layout.MD5, layout.DUMP, layout.BUNDLE, layout.FEED, layout.PARQUET, layout.REPORT}
    assert {path.name[:6] for path in LocalHome(home).dump_files()} == {"pubmed"}


@pytest.mark.parametrize("name", ["26-000001", "26-000012.0123abcd"])
def test_a_version_is_known_by_its_name(name, tmp_path):
    home = LocalHome(tmp_path)
    for folder in (name, f"{name}.copy", f"{name}-old", f"1{name}", f"{name}1", "٢٦-٠٠٠٠٠١"):
        home.database(folder).parent.mkdir(parents=True)
        home.database(folder).touch()
    assert home.version_names() == [name]


@pytest.mark.parametrize("files", layout.FILES, ids=lambda files: files.form)
def test_a_form_recognizes_its_paths(files):
    fields = {field: f"a.{field} {{1}}" for field in files.fields}
    path = files.path(**fields)
    assert files.match(path) == fields
    assert path.startswith(files.folder())


@pytest.mark.parametrize(
    ("path", "files"),
    [
        ("dumps/baseline/pubmed26n0001.xml.gz", layout.DUMP),
        ("dumps/baseline/pubmed26n0001.xml.gz.md5", layout.MD5),
        ("lake/articles/pubmed26n0001.parquet", layout.TABLE),
        ("parquet/26-000001/manifest.json", layout.PARQUET),
        ("feeds/26-000001.1/manifest.json", layout.FEED),
        ("warehouse/versions/26-000001/contents.json", layout.CONTENTS),
        ("warehouse/elsewhere/later", layout.WAREHOUSE),
        ("elsewhere/later\n", layout.OTHER),
    ],
)
def test_a_path_has_the_first_form_that_fits(path, files):
    assert files_of(path) is files


@pytest.mark.parametrize(
    ("path", "manifest"),
    [
        (f"lake/articles/{lake_name('mine.xml')}.parquet", "lake/manifests/mine.xml.json"),
        ("lake/manifests/mine.xml.json", "lake/manifests/mine.xml.json"),
        ("lake/articles/pubmed26n0001.parquet", ""),
        ("lake/manifests/pubmed26n0001.json", ""),
        ("lake/articles/bundle-0123456789abcdef.parquet", ""),
        ("lake/bundles/bundle-0123456789abcdef.json", ""),
        ("lake/failures/mine.xml.json", ""),
        ("dumps/baseline/pubmed26n0001.xml.gz", ""),
    ],
)
def test_the_manifest_of_an_export(path, manifest):
    assert export_manifest(path) == manifest


NAMES = st.text(min_size=1, max_size=250) | st.sampled_from(
    ["x" * 181, "x" * 200, "é" * 90, "pubmed26n0001", "bundle-" + "0" * 16]
)


def looks_like(name: str) -> list[str]:
    """Names that somebody may give to an export so that it gets the files of another one."""
    own = lake_name(name)
    return [
        own,
        lake_name(own),
        f"%{ord(name[0]):x}{name[1:]}",
        name + "x",
        name[:-1] or "y",
        f"{'x' * 147}-{own[-32:]}",
    ]


@given(NAMES)
def test_no_export_can_be_named_so_that_it_gets_the_files_of_another(name):
    for other in looks_like(name):
        assert (lake_name(other) == lake_name(name)) == (other == name)
        assert len(lake_name(other)) <= LONGEST_NAME + 2


@given(NAMES)
def test_no_export_gets_the_files_of_a_dump_or_bundle(name):
    if not layout.DUMP_NAME.fullmatch(name):
        assert not layout.is_dump(lake_name(name))
        assert not layout.BUNDLE_NAME.fullmatch(lake_name(name))
