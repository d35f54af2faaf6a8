"""A home that is new stays if something came of the step, and goes if nothing did."""

from __future__ import annotations

import pytest

from build import citation, error_of, medline, text_record, write_mirror
from medline import pipeline
from medline.home import layout, open_home
from medline.home.fresh import TRACES
from mirror_server import MirrorServer

QUICK = {"MEDLINE_BACKOFF": "0.01", "MEDLINE_ATTEMPTS": "1"}


@pytest.mark.parametrize(
    "words",
    [
        ["sync", "--mirror", "http://127.0.0.1:9/"],
        ["sync", "--mirror", "nowhere"],
        ["load", "cut.xml"],
        ["transform", "cut.xml"],
        ["load", "none.xml"],
        ["fetch", "asthma", "--eutils", "http://127.0.0.1:9/"],
        ["mesh", "--source", "http://127.0.0.1:9/"],
        ["mesh", "--source", "nowhere"],
    ],
    ids=" ".join,
)
def test_what_is_mistyped_or_refused_leaves_no_home(tmp_path, words):
    (tmp_path / "cut.xml").write_text("<PubmedArticle")
    result = medline(*words, "--home", tmp_path / "new" / "home", env=QUICK, cwd=tmp_path)
    error_of(result, result.returncode)
    assert result.returncode in (1, 2)
    assert [path.name for path in tmp_path.iterdir()] == ["cut.xml"]


def test_a_home_whose_mirror_was_read_stays(tmp_path):
    _, *_ = write_mirror(tmp_path / "mirror", [citation(1)])
    (tmp_path / "mirror" / "baseline" / "pubmed26n0001.xml.gz").write_bytes(b"no gzip")
    assert medline("sync", "--mirror", tmp_path / "mirror", "--home", tmp_path / "home").returncode == 1
    assert "FAILED" in medline("status", "--home", tmp_path / "home").stdout


def test_a_directory_that_was_there_is_not_removed(tmp_path):
    (tmp_path / "cut.xml").write_text("<PubmedArticle")
    (tmp_path / "home").mkdir()
    assert medline("load", tmp_path / "cut.xml", "--home", tmp_path / "home").returncode == 1
    assert (tmp_path / "home").exists()


@pytest.mark.parametrize("files", layout.FILES, ids=lambda files: files.form)
def test_a_new_home_with_anything_but_traces_stays(tmp_path, files):
    path = tmp_path / "new" / "home" / files.path(**dict.fromkeys(files.fields, "x"))
    with open_home(tmp_path / "new" / "home"):
        path.parent.mkdir(parents=True)
        path.touch()
    assert path.exists() == (files not in TRACES)
    assert (tmp_path / "new").exists() == (files not in TRACES)


def test_what_another_process_put_beside_a_new_home_stays(tmp_path):
    with open_home(tmp_path / "new" / "home"):
        (tmp_path / "new" / "home").mkdir(parents=True)
        (tmp_path / "new" / "other").touch()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["other"]


def test_a_home_remembers_its_mirror(tmp_path, monkeypatch):
    write_mirror(tmp_path / "mirror", [citation(1)])
    (tmp_path / "mirror" / "updatefiles").mkdir()
    home = ("--home", tmp_path / "home")
    with MirrorServer(tmp_path / "mirror") as server:
        assert medline("sync", "--mirror", server.url, *home).returncode == 0
        assert medline("sync", *home).stderr == "nothing new: the warehouse is current\n"
        other = {"MEDLINE_MIRROR": str(tmp_path / "mirror")}
        message = error_of(medline("sync", *home, env=other), 2)
        assert (
            f"follows {server.url}, and the setting MEDLINE_MIRROR is {tmp_path / 'mirror'}: give --mirror" in message
        )
        assert medline("sync", "--mirror", tmp_path / "mirror", *home).returncode == 0
        assert medline("sync", *home, env=other).returncode == 0


def test_files_of_ones_own_are_no_mirror(tmp_path):
    (tmp_path / "a.nbib").write_text(text_record(1))
    pipeline.load_files([tmp_path / "a.nbib"], tmp_path / "home")
    write_mirror(tmp_path / "mirror", [citation(1)])
    env = {"MEDLINE_MIRROR": str(tmp_path / "mirror")}
    assert medline("sync", "--home", tmp_path / "home", env=env).returncode == 0
