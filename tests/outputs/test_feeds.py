"""The feeds: right answers, and files that a poller may follow at any time."""

from __future__ import annotations

import csv
import hashlib
import json
import multiprocessing
import os
import signal
import threading
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest

import sample
from build import ask, authors, citation, error_of, medline, revised, write_mirror
from medline import pipeline
from medline.errors import Locked
from medline.home import LocalHome
from medline.home.locks import home_lock
from medline.outputs import feeds
from medline.warehouse import versions
from mesh_records import descriptor
from mesh_records import write as write_mesh

CONTRACT = Path(__file__).resolve().parents[1] / "support" / "feeds.json"


def linked(ref_type: str, pmid: int) -> str:
    return (
        f'<CommentsCorrections RefType="{ref_type}"><RefSource>X</RefSource><PMID>{pmid}</PMID></CommentsCorrections>'
    )


def event(status: str, year: int, month: int, day: int) -> str:
    parts = f"<Year>{year}</Year><Month>{month}</Month><Day>{day}</Day>"
    return f'<PubMedPubDate PubStatus="{status}">{parts}</PubMedPubDate>'


def journal(ui: str, name: str, country: str) -> str:
    parts = f"<Country>{country}</Country><MedlineTA>{name}</MedlineTA><NlmUniqueID>{ui}</NlmUniqueID>"
    return f"<MedlineJournalInfo>{parts}</MedlineJournalInfo>"


def headings(*names: str) -> str:
    each = "".join(f'<MeshHeading><DescriptorName UI="D{name}">{name}</DescriptorName></MeshHeading>' for name in names)
    return f"<MeshHeadingList>{each}</MeshHeadingList>"


WORKS = "".join(
    f"<AffiliationInfo><Affiliation>{place}</Affiliation></AffiliationInfo>"
    for place in ("Pond, Norway.", "Lake, Norway", "Boston, MA.")
)
WRITERS = (
    "<AuthorList><Author><LastName>A</LastName><Identifier Source='ORCID'>0000-0001-2345-6789</Identifier>"
    f"{WORKS}</Author>"
    "<Author ValidYN='N'><LastName>Wrnog</LastName></Author><Author><LastName>B</LastName></Author></AuthorList>"
)
GRANTS = (
    "<GrantList><Grant><GrantID>1</GrantID><Agency>Fund</Agency><Country/></Grant>"
    "<Grant><GrantID>2</GrantID><Agency>Fund</Agency><Country/></Grant></GrantList>"
)
#: The same funder, spelt in other ways once each.
MORE_GRANTS = (
    "<GrantList><Grant><GrantID>3</GrantID><Agency>FUND </Agency><Country/></Grant>"
    "<Grant><GrantID>4</GrantID><Agency>\u00a0fund</Agency><Country/></Grant></GrantList>"
)
TYPES = "<PublicationTypeList>" + '<PublicationType UI="D1">Review</PublicationType>' * 2 + "</PublicationTypeList>"
RECORDS = [
    citation(
        1,
        head=revised(2026, 2, 3),
        pub_date="<Year>2001</Year><Month>Mar</Month>",
        article=f"{WRITERS}<Language>eng</Language><Language>fre</Language>{GRANTS}{TYPES}",
        citation=journal("J1", "Old name", "France") + headings("Mice", "Rats"),
        data=f"<History>{event('received', 2001, 1, 1)}{event('accepted', 2001, 1, 11)}</History>",
    ),
    citation(
        2,
        pub_date="<Year>2002</Year>",
        article=f"{authors('A')}<Language>ENG</Language><Language>eng</Language>{MORE_GRANTS}",
        citation=journal("J1", "New name", "FRANCE ") + headings("Mice"),
        data=f"<History>{event('received', 2001, 1, 1)}{event('accepted', 2001, 1, 31)}"
        f"{event('entrez', 2001, 2, 1)}</History>",
    ),
    citation(3, pub_date="<Year>2002</Year>", citation=journal("J1", "New name", "France") + headings("Mice")),
    citation(
        4,
        pub_date="<Year>2002</Year>",
        citation=f"<CommentsCorrectionsList>{linked('RetractionOf', 1)}{linked('ExpressionOfConcernFor', 3)}"
        "</CommentsCorrectionsList>",
    ),
    citation(5, pub_date="<MedlineDate>no date</MedlineDate>"),
]  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    directory = tmp_path_factory.mktemp("feeds")
    write_mirror(directory / "mirror", RECORDS)
    tree = [("DRodents", "Rodents", "B01"), ("DMice", "Mice", "B01.100"), ("DRats", "Rats", "B01.200")]
    write_mesh(directory / "mirror" / "MESH_FILES", "desc", *(descriptor(*one) for one in tree))
    pipeline.sync(directory / "mirror", directory / "home")
    feeds.write(directory / "home")
    return directory / "home"


@pytest.fixture(scope="module")
def real(tmp_path_factory, data):
    home = tmp_path_factory.mktemp("real")
    pipeline.sync(data / "mirror" / "2020", home)
    feeds.write(home)
    return home


def path_of(home: Path, stem: str, form: str = "parquet") -> Path:
    return home / "feeds" / feeds.manifest(LocalHome(home))["version"] / f"{stem}.{form}"


def rows(home: Path, stem: str, columns: str) -> list[tuple]:
    return duckdb.sql(f"SELECT {columns} FROM '{path_of(home, stem)}'").fetchall()


ANSWERS = [
    ("publications", "* EXCLUDE (with_abstract, in_pmc, with_doi)", [(2001, 3, 1), (2002, None, 3), (None, None, 1)]),
    ("journals", "nlm_unique_id, pub_year, journal, citations, round(share, 3)",
     [("J1", 2001, "New name", 1, 1.0), ("J1", 2002, "New name", 2, 0.667)]),
    ("mesh_trends", "descriptor, descriptor_ui, pub_year, citations, share, growth, share_growth",
     [("Mice", "DMice", 2001, 1, 1.0, None, None), ("Mice", "DMice", 2002, 2, 1.0, 1.0, 0.0),
      ("Rats", "DRats", 2001, 1, 1.0, None, None)]),
    ("mesh_branches", "* EXCLUDE category",
     [("B01", "Rodents", 2001, 1, 1.0), ("B01", "Rodents", 2002, 2, 1.0)]),
    ("publication_types", "*", [("Review", "D1", 2001, 1, 1.0)]),
    ("countries", "country, pub_year, citations", [("France", 2001, 1), ("France", 2002, 2), (None, 2002, 1)]),
    ("author_countries", "*", [("NO", "Norway", 2001, 1, 1.0)]),
    ("languages", "language, pub_year, citations", [("eng", 2001, 1), ("eng", 2002, 1), ("fre", 2001, 1)]),
    ("arrivals", "*", [(date(2001, 2, 1), 1, 0, 1)]),
    ("indexing_lag", "*", [("accepted to entrez", date(2001, 2, 1), 1, 1.0, 1.0, 1.0, 1.0, 1.0),
     ("received to accepted", date(2001, 1, 1), 2, 12.0, 15.0, 20.0, 25.0, 28.0)]),
    ("authors", "*", [(2001, 1, 1, 2, 2.0, 2.0, 2, 1, 1, 0.5), (2002, 3, 1, 1, 1.0, 1.0, 1, 0, 0, 0.0)]),
    ("funders", "*", [("Fund", 2001, 1, 2, 1.0), ("Fund", 2002, 1, 2, 1.0)]),
    ("retractions", "kind, pmid, pub_year, notices, notice_pmid, notice_year",
     [("expression of concern", 3, 2002, 1, 4, 2002), ("retraction", 1, 2001, 1, 4, 2002)]),
    ("retractions_by_year", "*", [(2001, 1, 1, 0, 0, 0), (2002, 3, 0, 1, 1, 1)]),
    ("data_currency", "newest_dump, newest_dump_number, newest_revision, citations, journals, baseline_dumps",
     [("pubmed26n0001.xml.gz", 1, date(2026, 2, 3), 5, 1, 1)]),
]  # fmt: skip


@pytest.mark.parametrize(("stem", "columns", "expected"), ANSWERS, ids=[stem for stem, *_ in ANSWERS])
def test_a_feed_answers(home, stem, columns, expected):
    assert rows(home, stem, columns) == expected


def test_every_feed_has_an_answer_here():
    assert {stem for stem, *_ in ANSWERS} == {feed.name for feed in feeds.feeds()}


def test_real_records_are_counted_as_python_counts_them(real):
    articles = ask(real, "SELECT pmid, pub_year, country FROM articles")
    year_of = {pmid: year for pmid, year, _ in articles}
    by_country = Counter((country, year) for _, year, country in articles)
    assert {row[:2]: row[2] for row in rows(real, "countries", "country, pub_year, citations")} == by_country
    mesh = Counter((name, year_of[pmid]) for pmid, name in set(ask(real, "SELECT pmid, descriptor FROM mesh")))
    assert {row[:2]: row[2] for row in rows(real, "mesh_trends", "descriptor, pub_year, citations")} == mesh
    writers = Counter()
    for pmid, orcid in ask(real, "SELECT pmid, orcid FROM authors WHERE is_valid IS NOT false"):
        writers.update({(year_of[pmid], "all"): 1, (year_of[pmid], "orcid"): orcid is not None})
    for year, count, share in rows(real, "authors", "pub_year, authors, orcid_share"):
        assert count == writers[year, "all"]
        assert share == pytest.approx(writers[year, "orcid"] / count)
    events: dict = {}
    for pmid, status, at in ask(real, "SELECT pmid, pub_status, event_at FROM history ORDER BY event_at DESC"):
        events.setdefault(pmid, {})[status] = at
    days: dict = {}
    for date_of in events.values():
        if "received" in date_of and "accepted" in date_of:
            lag = (date_of["accepted"].date() - date_of["received"].date()).days
            days.setdefault(date_of["accepted"].date().replace(day=1), []).append(lag)
    lags_of = duckdb.sql(
        f"SELECT month, citations, p50 FROM '{path_of(real, 'indexing_lag')}' WHERE stage = 'received to accepted'"
    ).fetchall()
    assert len(lags_of) == len(days) > 5
    for month, count, median in lags_of:
        lags = sorted(days[month])
        middle = (lags[(len(lags) - 1) // 2] + lags[len(lags) // 2]) / 2
        assert (count, median) == (len(lags), middle)


@pytest.mark.parametrize("which", ["home", "real"])
def test_the_manifest_tells_the_truth(which, request):
    home = request.getfixturevalue(which)
    manifest = feeds.manifest(LocalHome(home))
    assert manifest["warehouse"] == versions.published(LocalHome(home)).name
    assert manifest["credit"] == "Courtesy of the U.S. National Library of Medicine"
    for feed in manifest["feeds"]:
        for file in feed["files"].values():
            content = (home / "feeds" / file["path"]).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
        parquet, text, listed = (home / "feeds" / feed["files"][form]["path"] for form in ("parquet", "csv", "json"))
        names = [column["name"] for column in feed["columns"]]
        relation = duckdb.sql(f"FROM '{parquet}'")
        assert list(zip(relation.columns, map(str, relation.types), strict=True)) == [
            (column["name"], column["type"]) for column in feed["columns"]
        ]
        said = dict(duckdb.sql(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{parquet}')").fetchall())
        assert said["description"] == feed["meaning"]
        assert json.loads(said["columns"]) == {column["name"]: column["meaning"] for column in feed["columns"]}
        header, *lines = csv.reader(text.open(newline="", encoding="utf-8"))
        objects = json.loads(listed.read_text("utf-8"))
        answer = relation.fetchall()
        assert header == names
        assert len(answer) == len(lines) == len(objects) == feed["rows"]
        assert all(list(entry) == names for entry in objects)
        keys = Counter(tuple(entry[name] for name in feed["key"]) for entry in objects)
        assert max(keys.values(), default=1) == 1, feed["name"]
        texts = [index for index, column in enumerate(feed["columns"]) if column["type"] == "VARCHAR"]
        for row, line, entry in zip(answer, lines, objects, strict=True):
            for index in texts:
                assert (row[index] or "") == line[index] == (entry[names[index]] or "")


def test_what_was_promised_is_kept():
    """feeds.json is what pollers rely on. New columns come last and are added there; anything else is a `_v2`."""
    promised = json.loads(CONTRACT.read_text("utf-8"))
    now = {
        feed.name: [list(feed.names("Key")), *(list(column[:2]) for column in feed.columns)] for feed in feeds.feeds()
    }
    for stem, columns in promised.items():
        assert now[stem][: len(columns)] == columns, f"{stem}: a breaking change; make it sql/feeds/{stem}_v2.sql"
    assert now == promised, "add what is new to tests/support/feeds.json"


def another_version(home: Path) -> None:
    """Publish the database once more."""
    pipeline.rebuild(home)


@pytest.mark.long
def test_a_second_run_has_nothing_to_do_and_old_versions_go(tmp_path):
    write_mirror(tmp_path / "mirror", RECORDS)
    home = tmp_path / "home"
    assert "no warehouse there yet" in error_of(medline("feeds", "--home", home), 2)
    pipeline.sync(tmp_path / "mirror", home)
    assert "feeds 26-000001.1 written" in medline("feeds", "--home", home).stderr
    before = (home / "feeds" / "manifest.json").read_bytes()
    assert "nothing new: the feeds are current" in medline("feeds", "--home", home).stderr
    assert (home / "feeds" / "manifest.json").read_bytes() == before
    with home_lock(home / "feeds"), pytest.raises(Locked):
        feeds.write(home)
    with home_lock(home):  # as a sync that is under way
        assert feeds.write(home) is None
    for number in (2, 3, 4):
        another_version(home)
        assert feeds.write(home) == f"26-{number:06}.{number}"
    kept = sorted(path.name for path in (home / "feeds").iterdir() if path.is_dir())
    assert kept == ["26-000002.2", "26-000003.3", "26-000004.4"]


@pytest.mark.long
def test_a_poller_sees_one_state_while_versions_are_replaced(tmp_path):
    mirror = sample.write_mirror(tmp_path / "mirror", citations=60, seed=5)
    home = tmp_path / "home"
    pipeline.sync(mirror.directory, home)
    feeds.write(home)
    done, seen, wrong = threading.Event(), set(), []

    def poll() -> None:
        while not done.is_set():
            manifest = feeds.manifest(LocalHome(home))
            for feed in manifest["feeds"]:
                for file in feed["files"].values():
                    content = (home / "feeds" / file["path"]).read_bytes()
                    if hashlib.sha256(content).hexdigest() != file["sha256"]:
                        wrong.append(file["path"])
            seen.add(manifest["version"])
            done.wait(0.1)

    poller = threading.Thread(target=poll)
    poller.start()
    for _ in range(2):
        another_version(home)
        feeds.write(home)
        now = feeds.manifest(LocalHome(home))["version"]
        while now not in seen and poller.is_alive():
            done.wait(0.01)
    done.set()
    poller.join()
    assert (wrong, len(seen) >= 3) == ([], True)


def die_midway(home: Path) -> None:
    def progress(_: str, done: int, *__: object) -> None:
        if done == 5:
            os.kill(os.getpid(), signal.SIGKILL)

    feeds.write(home, progress)


@pytest.mark.long
def test_a_killed_run_leaves_the_old_feeds_and_its_litter_goes(tmp_path):
    write_mirror(tmp_path / "mirror", RECORDS)
    home = tmp_path / "home"
    pipeline.sync(tmp_path / "mirror", home)
    feeds.write(home)
    before = feeds.manifest(LocalHome(home))
    another_version(home)
    process = multiprocessing.get_context("spawn").Process(target=die_midway, args=(home,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert feeds.manifest(LocalHome(home)) == before
    litter = home / "feeds" / "26-000002.2"
    (litter / "tmp_journals.csv").write_text("of the killed run")
    assert feeds.write(home) == "26-000002.2"
    assert not (litter / "tmp_journals.csv").exists()
    assert not (litter / ".spill").exists()
