"""Which files of MeSH a source has, and which year is chosen."""

from __future__ import annotations

import pytest

from medline import settings
from medline.errors import UsageError
from medline.mirror.http import client
from medline.settings import NLM_MESH, NLM_MIRROR
from medline.vocabulary.releases import Release, choose, list_releases, source_of
from mesh_records import TREE, write
from mirror_server import MirrorServer


def files(*names: str) -> list[Release]:
    return [Release(name, name[:-4], int(name[-4:]), name) for name in names]


@pytest.mark.parametrize(
    ("listed", "year", "chosen", "noted"),
    [
        (["desc2025", "desc2026", "desc2027"], 2026, "desc2026", ""),
        (["desc2025", "desc2026"], None, "desc2026", ""),
        (["desc2024", "desc2025"], 2026, "desc2025", "there is no MeSH 2026: MeSH 2025 is used"),
        (["desc2026", "desc2027"], 2022, "desc2026", "there is no MeSH 2022: MeSH 2026 is used"),
    ],
)
def test_the_year_of_the_citations_is_chosen_or_the_nearest_with_a_note(listed, year, chosen, noted):
    others = ["qual" + name[4:] for name in listed] + ["pa" + name[4:] for name in listed]
    found, note = choose(files(*listed, *others), year, supplementary=False)
    assert [one.name for one in found] == [chosen, f"qual{chosen[4:]}", f"pa{chosen[4:]}"]
    assert note.startswith(noted)
    assert bool(note) == bool(noted)


def test_supplementary_records_come_where_they_are_wanted_and_what_lacks_is_told():
    listed = files("desc2026", "qual2026", "supp2026")
    assert [one.kind for one in choose(listed, 2026, supplementary=False)[0]] == ["desc", "qual"]
    found, note = choose(listed, 2026, supplementary=True)
    assert [one.kind for one in found] == ["desc", "qual", "supp"]
    assert note == "there is no pa2026: what only they say is missing"


def test_nlms_mirror_has_mesh_on_its_server_and_a_directory_in_its_folder(tmp_path):
    assert source_of(NLM_MIRROR, "") == NLM_MESH
    assert source_of("https://example.org/pubmed/", "") == ""
    assert source_of(tmp_path, "") == ""
    (tmp_path / "MESH_FILES").mkdir()
    assert source_of(tmp_path, "") == str(tmp_path / "MESH_FILES")
    assert source_of(tmp_path, "none") == source_of(NLM_MIRROR, "none") == ""
    assert source_of(tmp_path, "https://example.org/mesh/") == "https://example.org/mesh/"


def test_a_folder_is_listed_as_nlms_is_and_the_smallest_form_is_taken(tmp_path):
    for suffix in (".xml", ".xml.gz", ".gz"):
        write(tmp_path, "desc", *TREE, suffix=suffix)
    write(tmp_path, "desc", *TREE, year=2025)
    (tmp_path / "xmlmesh" / "desc2026.dtd").write_text("")
    with MirrorServer(tmp_path) as server, client(settings.read()) as http:
        for source in (str(tmp_path), str(tmp_path / "xmlmesh"), server.url, f"{server.url}xmlmesh/"):
            names = [one.name for one in list_releases(http, source, settings.read())]
            assert sorted(names) == ["desc2025.xml", "desc2026.gz"], source


def test_what_has_no_mesh_is_told(tmp_path):
    with client(settings.read()) as http:
        for source in (tmp_path, tmp_path / "nothing"):
            with pytest.raises(UsageError, match=r"no xmlmesh/descYYYY\.gz there|no such directory"):
                list_releases(http, str(source), settings.read())


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    (tmp_path / "mesh").mkdir()
    (tmp_path / "mesh" / "desc2026.xml").symlink_to(secret)
    with client(settings.read()) as http, pytest.raises(UsageError, match="a link out of the folder"):
        list_releases(http, str(tmp_path / "mesh"), settings.read())
