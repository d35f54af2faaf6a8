"""The views and macros on real records: keys, and what MEDLINE text prints beside what the tables give."""

from __future__ import annotations

import re
import shutil
from collections import Counter

import pytest

from build import ask
from medline import pipeline
from medline.parse.text.fields import iter_records
from medline.warehouse import database, views


@pytest.fixture(scope="module")
def texts(data):
    return sorted([*data.glob("nbib/*"), *data.glob("pairs/*.nbib"), *data.glob("seed/*.txt")])


@pytest.fixture(scope="module")
def home(data, texts, tmp_path_factory):
    home = tmp_path_factory.mktemp("real") / "home"
    pipeline.sync(data / "mirror" / "2020", home)
    xml = [data / "pairs" / "citations.xml", data / "xml" / "nlm_sample_2019.xml"]
    _, errors = pipeline.load_files([*texts, *xml], home)
    assert errors == []
    vocabulary = tmp_path_factory.mktemp("MESH_FILES") / "xmlmesh"
    vocabulary.mkdir()
    shutil.copy(data / "mesh" / "desc-samples.xml", vocabulary / "desc2020.xml")
    pipeline.mesh(home, str(vocabulary.parent))
    return home


@pytest.fixture(scope="module")
def printed(texts):
    """The fields of every record of text, by PMID: (tag, value) in order."""
    fields_of = {}
    for path in texts:
        with path.open("rb") as stream:
            for record in iter_records(stream, path.name):
                pmids = [value for tag, value in record.fields if tag == "PMID"]
                if pmids:
                    fields_of[int(pmids[0])] = (path.name, record.fields)
    return fields_of


def values(fields: list[tuple[str, str]], *tags: str) -> list[str]:
    return [value for tag, value in fields if tag in tags]


@pytest.mark.long
def test_every_key_is_unique_and_every_view_has_rows(home):
    for view in views.views():
        if not view.is_macro:
            assert ask(home, f"SELECT {view.key} FROM {view.name} GROUP BY ALL HAVING count(*) > 1") == [], view.name
            assert ask(home, f"SELECT count(*) > 0 FROM {view.name}") == [(True,)], view.name


def test_headings_are_those_of_mh(home, printed):
    asked = (
        "SELECT pmid, list(heading ORDER BY heading_seq) FROM article_mesh"
        " SEMI JOIN (SELECT pmid FROM articles WHERE source_format = 'medline') AS text USING (pmid) GROUP BY pmid"
    )
    headings = dict(ask(home, asked))
    assert headings == {pmid: values(printed[pmid][1], "MH") for pmid in headings}
    assert sum(map(len, headings.values())) > 4000


def test_authors_are_those_of_au_and_cn(home, printed):
    asked = "SELECT pmid, author_string(pmid) FROM articles WHERE source_format = 'medline'"
    for pmid, shown in ask(home, asked):
        names = [name for name in values(printed[pmid][1], "AU", "CN") if name != "et al."]
        assert (shown or "") == ", ".join(names), pmid


#: Why a SO line is not what PubMed prints today, which `citation` gives; how often.
EXCEPTIONS = {
    "PubMed printed a DOI only where LID had it (until 2016)": 52,
    "PubMed printed the item id as `pii: …` after the place (2015 to 2022), or not at all": 129,
    "text does not say what came first: no PUBM, and no PHST of publication": 4,
    "PubMed Central composes SO in a way of its own": 5,
}


def without_item(line: str) -> str:
    """A SO line without pages or item id."""
    return re.sub(r"(?::[^:; ]+)?\.(?: pii: .+?\.)?(?= doi:| Epub| eCollection| Print|$)", ".", line, count=1)


def reason(name: str, said: str, shown: str) -> str:
    """Why SO differs from `citation`, as one of EXCEPTIONS; the line itself where none of them explains it."""
    collected = re.compile(r" (eCollection|Print) [\w -]+\.$")
    reasons = list(EXCEPTIONS)
    if name == "pmc_export.txt":
        return reasons[3]
    if said == re.sub(r" doi: \S+\.(?= |$)", "", shown):
        return reasons[0]
    if collected.sub("", said) == collected.sub("", shown):
        return reasons[2]
    if without_item(said) == without_item(shown if " doi: " in said else re.sub(r" doi: \S+\.(?= |$)", "", shown)):
        return reasons[1]
    return f"{name}: {said} | {shown}"


def test_citation_prints_so(home, printed):
    """On every SO line of the real text; the exceptions are counted, and none is of an export of 2023 or later."""
    cited = dict(ask(home, "SELECT pmid, citation(pmid) FROM articles"))
    lines = {pmid: (name, line) for pmid, (name, fields) in printed.items() for line in values(fields, "SO")[:1]}
    differing = {pmid: reason(name, said, cited[pmid]) for pmid, (name, said) in lines.items() if said != cited[pmid]}
    assert len(lines) == 1301
    assert Counter(differing.values()) == EXCEPTIONS
    assert {lines[pmid][0] for pmid in differing}.isdisjoint({"crlf_utf8_117.txt", "citations.nbib"})


def test_dates_agree_with_year_and_month(home):
    asked = (
        "SELECT pub_date, medline_date(pub_date) AS first FROM articles WHERE pub_date IS NOT NULL AND"
        " (first IS NULL OR year(first) <> pub_year OR month(first) <> coalesce(pub_month, month(first))"
        " OR day(first) <> coalesce(pub_day, 1))"
    )
    assert ask(home, asked) == []


def test_a_retraction_that_both_records_state_is_one_row(home):
    both = ask(
        home, "SELECT retracted_pmid, notice_pmid, is_marked_retracted FROM retractions WHERE stated_by = 'both'"
    )
    assert both
    for retracted, notice, is_marked in both:
        assert is_marked
        with database.reader(home) as connection:
            links = connection.execute(
                "SELECT ref_type, ref_pmid FROM comments_corrections"
                " WHERE pmid IN ($1, $2) AND ref_type LIKE 'Retract%'",
                [retracted, notice],
            ).fetchall()
        assert sorted(links) == [("RetractionIn", notice), ("RetractionOf", retracted)]


def test_trials_are_real_registrations(home):
    wrong = (
        "FROM clinical_trials WHERE registry = 'ClinicalTrials.gov' AND NOT regexp_full_match(trial_id, 'NCT\\d{8}')"
    )
    assert ask(home, wrong) == []
    registered = (
        "SELECT DISTINCT pmid, accession FROM accessions"
        " WHERE databank IN ('ClinicalTrials.gov', 'ISRCTN', 'SLCTR') AND accession IS NOT NULL ORDER BY ALL"
    )
    assert ask(home, "SELECT pmid, trial_id FROM clinical_trials ORDER BY ALL") == ask(home, registered)
