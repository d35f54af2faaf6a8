"""CSL-JSON, read by others: citeproc-py and pandoc, on every real record; and what it says of each kind of work."""

from __future__ import annotations

import json

import pytest
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

from build import citation, document
from exported import case, letters, load, name_letters, names_of, pages_of, real_records, run
from medline.outputs.export import csljson
from medline.outputs.export.work import work_of


def items(name: str) -> list[dict]:
    return [csljson.item(work_of(record)) for record in case(name)]


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("step", [24, pytest.param(1, marks=pytest.mark.slow)])
def test_citeproc_prints_every_real_record(data, step):
    """In the style that comes with citeproc-py: authors, year, title, journal, volume, pages and DOI stand there."""
    works = [work_of(record) for record in real_records()[::step]]
    source = CiteProcJSON([csljson.item(work) for work in works])
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.html)
    for work in works:
        bibliography.register(Citation([CitationItem(work.pmid)]))
    shown = {
        key: letters("".join(map(str, text)))
        for key, text in zip(bibliography.keys, bibliography.bibliography(), strict=True)
    }
    assert len(shown) == len(works)
    for work in works:
        line = shown[work.pmid].casefold()
        assert letters(work.title.render(lambda run: run.text)).casefold() in line, work.pmid
        assert all(letters(name.family or name.literal).casefold() in line for name in work.authors[:1]), work.pmid
        assert not work.date or str(work.date[0]) in line, work.pmid


@pytest.mark.long
@pytest.mark.parametrize("step", [6, pytest.param(1, marks=pytest.mark.slow)])
def test_pandoc_reads_every_real_record(data, tmp_path, step):
    works = [work_of(record) for record in real_records()[::step]]
    path = tmp_path / "all.json"
    path.write_text(json.dumps([csljson.item(work) for work in works]), "utf-8")
    converted = json.loads(run("pandoc", "-f", "csljson", "-t", "csljson", path))
    assert len(converted) == len(works)
    for work, item in zip(works, converted, strict=True):
        assert item["id"] == work.pmid
        assert letters(item.get("title")) == letters(work.title.render(lambda run: run.text)), work.pmid
        names = [name_letters(*name.values()) for name in item.get("author", ())]
        assert names == names_of(work.authors), work.pmid
        assert item.get("issued", {}).get("date-parts", [[]])[0] == list(work.date)
        assert (item.get("DOI", ""), letters(item.get("page"))) == (work.doi, pages_of(work))


def test_kinds(data):
    preprint, retracted = items("text/b04_kinds.xml")
    assert (preprint["type"], preprint["genre"]) == ("article", "Preprint")
    assert (retracted["type"], retracted["status"]) == ("article-journal", "Retracted")
    assert retracted["note"] == "Retracted Publication. Retraction in: J Pond Stud. 2020 Jan;10(1):99. PMID: 91000149"


def test_pages_and_article_numbers(data):
    assert [item["page"] for item in items("text/b02_pages.xml")] == [
        "50, 52", "58, 60, 62 passim", "[34457 words; 185 paragraphs]", "SUPPL:4309-4322", "238-240 passim",
        "W-123-W-129", "918e-919e", "100-104", "suppl 1:S12-S19",
    ]  # fmt: skip
    files = (
        "text/a14_article_number_in_bare_lid.nbib",
        "text/b01_article_number.xml",
        "xml/16_article_number_only.xml",
    )
    numbers = [(item["number"], item["page"]) for name in files for item in items(name)]
    assert numbers == [("e80092", "e80092")] * 2 + [("2400512", "2400512")]


def test_titles(data):
    titles = [item["title"] for item in items("xml/15_title_not_available.xml")]
    assert titles == ["Les loutres des canaux", "[Otters of the canals]", "[Not Available]"]
    (marked,) = items("text/b05_markup.xml")
    assert marked["title"] == "Otters take up <sup>15</sup>N at 10<sup>6</sup> cells and <i>Lutra</i> does not"
    assert marked["language"] == "en"


@pytest.mark.parametrize(
    ("code", "tag"),
    [("eng", "en"), ("fre", "fr"), ("ger", "de"), ("chi", "zh"), ("cze", "cs"), ("scr", "hr"), ("scc", "sr"),
     ("mul", "mul"), ("und", "und"), ("fil", "fil"), ("}, {", "}, {"), ("no tag at all", "no tag at all")],
)  # fmt: skip
def test_languages_are_those_of_bcp_47(tmp_path, code, tag):
    path = tmp_path / "pubmed26n0001.xml"
    path.write_bytes(document(citation(1, article=f"<Language>{code}</Language><Language>spa</Language>")))
    (record,) = load(path)
    assert csljson.item(work_of(record))["language"] == tag
