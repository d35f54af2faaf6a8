"""BibTeX, read by others: bibtexparser, pybtex, pandoc and bibutils, on every real record; and what it says."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import bibtexparser
import pytest
from pybtex.database import parse_string

from build import citation, document
from exported import case, letters, load, name_letters, names_of, pages_of, real_records, run
from medline.outputs.export import bibtex
from medline.outputs.export.records import Record
from medline.outputs.export.work import work_of

#: Commands that `letters` is not to see.
COMMANDS = re.compile(r"\\(?:textsuperscript|textsubscript|emph|textbf|underline)\b|\\text[a-z]+")
MODS = {"m": "http://www.loc.gov/mods/v3"}


@pytest.fixture(scope="module", params=[6, pytest.param(1, marks=pytest.mark.slow)], ids="step {}".format)
def written(data, tmp_path_factory, request):
    """Each n-th real record, and the file that has them."""
    records = real_records()[:: request.param]
    path = tmp_path_factory.mktemp("bibtex") / "all.bib"
    path.write_text(printed(records), "utf-8", newline="")
    return records, path


def printed(records) -> str:
    return "".join(map(bibtex.write_record, records))


def field(record: Record, name: str) -> str | None:
    match = re.search(rf"^  {name} = (.*),$", bibtex.write_record(record), re.MULTILINE)
    return match and match[1].removeprefix("{").removesuffix("}")


@pytest.mark.long
@pytest.mark.parametrize("step", [32, pytest.param(1, marks=pytest.mark.slow)])
def test_bibtexparser_reads_every_real_record(data, step):
    records = real_records()[::step]
    library = bibtexparser.parse_string(printed(records))
    assert (len(library.entries), library.failed_blocks) == (len(records), [])
    for record, entry in zip(records, library.entries, strict=True):
        work, fields = work_of(record), entry.fields_dict
        values = {name: value.value for name, value in fields.items()}
        assert values["pmid"] == work.pmid
        assert letters(COMMANDS.sub("", values.get("title", ""))) == letters(re.sub(r"[\\{}~^]", "", raw(work.title)))
        assert values.get("year", "") == "".join(map(str, work.date[:1]))
        assert values.get("doi", "").replace("%20", " ") == work.doi
        assert letters(values.get("pages", "")) == pages_of(work)


def raw(title) -> str:
    return title.render(lambda run: run.text)


@pytest.mark.long
@pytest.mark.parametrize("step", [8, pytest.param(1, marks=pytest.mark.slow)])
def test_pybtex_reads_every_real_record(data, step):
    records = real_records()[::step]
    converted = parse_string(printed(records), "bibtex").entries
    assert len(converted) == len(records)
    for record, entry in zip(records, converted.values(), strict=True):
        work = work_of(record)
        people = [
            name_letters(re.sub(r"\\[a-z]+|[{}\\]", "", str(person))) for person in entry.persons.get("author", ())
        ]
        assert people == names_of(work.authors) + ["ehorst"] * (bool(work.authors) and not work.are_all_authors)
        assert letters(entry.fields.get("pages", "")) == pages_of(work)


@pytest.mark.long
def test_pandoc_reads_every_real_record(written):
    records, path = written
    items = json.loads(run("pandoc", "-f", "bibtex", "-t", "csljson", path))
    assert len(items) == len(records)
    for record, item in zip(records, items, strict=True):
        work = work_of(record)
        title = item.get("title", "")
        assert letters(title) == letters(raw(work.title)), work.pmid  # upper case and all
        assert not re.search(r"[{}]|\\[a-z]", title) or re.search(r"[{}\\]", raw(work.title)), work.pmid
        names = [name for name in item.get("author", ()) if name.get("literal") != "others"]
        assert [name_letters(*name.values()) for name in names] == names_of(work.authors), work.pmid
        assert item.get("issued", {}).get("date-parts", [[]])[0] == list(work.date), work.pmid
        assert item.get("DOI", "") == work.doi
        assert letters(item.get("page", "")) == pages_of(work)
        if work.kind != "book":
            assert letters(item.get("container-title", "")) == letters(work.container), work.pmid


@pytest.mark.long
def test_bibutils_reads_every_real_record(written):
    records, path = written
    converted = ElementTree.fromstring(run("bib2xml", path).encode()).findall("m:mods", MODS)
    assert len(converted) == len(records)
    for record, mods in zip(records, converted, strict=True):
        work = work_of(record)
        dates = [date.text for date in mods.iter(f"{{{MODS['m']}}}dateIssued")]
        dates += [date.text for date in mods.iter(f"{{{MODS['m']}}}date")]
        assert not work.date or str(work.date[0]) in " ".join(dates), work.pmid


def test_kinds(data):
    preprint, retracted = case("text/b04_kinds.xml")
    assert bibtex.write_record(preprint).startswith("@misc{Fennick2019-91000140,\n")
    assert (field(preprint, "note"), field(preprint, "howpublished")) == ("Preprint", "Journal of pond studies")
    assert bibtex.write_record(retracted).startswith("@article{")
    assert field(retracted, "note") == (
        "Retracted Publication. Retraction in: J Pond Stud. 2020 Jan;10(1):99. PMID: 91000149"
    )


def test_pages(data):
    assert [field(record, "pages") for record in case("text/b02_pages.xml")] == [
        "50, 52", "58, 60, 62 passim", "[34457 words; 185 paragraphs]", "SUPPL:4309-4322", "238-240 passim",
        "W-123--W-129", "918e--919e", "100--104", "suppl 1:S12-S19",
    ]  # fmt: skip


def test_article_numbers(data):
    files = (
        "text/a14_article_number_in_bare_lid.nbib",
        "text/b01_article_number.xml",
        "xml/16_article_number_only.xml",
    )
    numbers = [(field(record, "eid"), field(record, "pages")) for name in files for record in case(name)]
    assert numbers == [("e80092", "e80092")] * 2 + [("2400512", "2400512")]


def test_titles(data):
    titles = [field(record, "title") for record in case("xml/15_title_not_available.xml")]
    assert titles == ["{Les loutres des canaux}", "{[Otters of the canals]}", "{[Not Available]}"]
    (marked,) = case("text/b05_markup.xml")
    assert field(marked, "title") == (
        r"{Otters take up \textsuperscript{15}N at 10\textsuperscript{6} cells and \emph{Lutra} does not}"
    )


@pytest.mark.parametrize("complete", ["Y", "N"])
def test_a_list_that_is_not_complete_has_others(tmp_path, complete):
    author = "<Author><LastName>Alm</LastName><ForeName>Bo</ForeName></Author>"
    names = f'<AuthorList CompleteYN="{complete}">{author}</AuthorList>'
    path = tmp_path / "pubmed26n0001.xml"
    path.write_bytes(document(citation(1, article=names)))
    (record,) = load(path)
    assert field(record, "author") == ("Alm, Bo" if complete == "Y" else "Alm, Bo and others")
