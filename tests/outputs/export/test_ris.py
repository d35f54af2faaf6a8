"""RIS, read by others: rispy and bibutils, on every real record; and what it says of each kind of work."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree

import pytest
import rispy

from build import authors, citation, document
from exported import case, letters, load, name_letters, names_of, pages_of, real_records, run
from medline.outputs.export import ris
from medline.outputs.export.records import Record
from medline.outputs.export.work import Work, work_of

MODS = {"m": "http://www.loc.gov/mods/v3"}


def printed(records: list[Record] | tuple[Record, ...]) -> str:
    return "".join(map(ris.write_record, records))


def lines(record: Record) -> list[tuple[str, str]]:
    return [(line[:2], line[6:]) for line in ris.write_record(record).split("\r\n") if line]


def values(record: Record, tag: str) -> list[str]:
    return [value for name, value in lines(record) if name == tag]


@pytest.mark.long
@pytest.mark.parametrize("step", [6, pytest.param(1, marks=pytest.mark.slow)])
def test_rispy_reads_every_real_record(data, step):
    records = real_records()[::step]
    entries = rispy.loads(printed(records))
    assert len(entries) == len(records) > 3500 // step
    for record, entry in zip(records, entries, strict=True):
        work = work_of(record)
        assert entry["accession_number"] == work.pmid
        assert entry.get("title", "") == str(work.title)
        assert [name_letters(name) for name in entry.get("authors", [])] == names_of(work.authors)
        assert entry.get("year", "") == "".join(f"{year:02}" for year in work.date[:1])
        assert entry.get("doi", "") == work.doi
        assert entry.get("abstract", "") == work.abstract
        assert letters(entry.get("start_page", "") + entry.get("end_page", "")) == pages_of(work)
        if work.kind == "article":
            titles = [entry.get(name, "") for name in ("secondary_title", "alternate_title3")]  # T2, JF
            assert titles == [str(work.container)] * 2
            titles = [entry.get(name, "") for name in ("journal_name", "alternate_title2", "alternate_title1")]
            assert titles == [work.short_container] * 3  # JO, JA, J2
        assert "unknown_tag" not in entry


@pytest.mark.long
@pytest.mark.parametrize("step", [6, pytest.param(1, marks=pytest.mark.slow)])
def test_bibutils_reads_every_real_record(data, tmp_path, step):
    records = real_records()[::step]
    path = tmp_path / "all.ris"
    path.write_text(printed(records), "utf-8", newline="")
    converted = ElementTree.fromstring(run("ris2xml", path).encode()).findall("m:mods", MODS)
    assert len(converted) == len(records)
    differing = Counter(
        name for record, mods in zip(records, converted, strict=True) for name in other(work_of(record), mods)
    )
    assert differing == {}


def texts(mods: ElementTree.Element, path: str) -> list[str]:
    return [element.text or "" for element in mods.findall(path, MODS)]


def other(work: Work, mods: ElementTree.Element) -> list[str]:
    """What of a work bibutils did not see."""
    title = texts(mods, "m:titleInfo/*")
    people = [name_letters(*texts(name, "m:namePart")) for name in mods.findall("m:name", MODS)]
    host, short = texts(mods, "m:relatedItem/m:titleInfo/*"), texts(mods, "m:relatedItem//m:relatedItem/m:titleInfo/*")
    year = texts(mods, "m:originInfo/m:dateIssued") + texts(mods, "m:part/m:date")
    seen = {
        "title": letters("".join(title)).casefold() == letters(work.title).casefold(),
        # it parts the names of groups at "and"
        "authors": set(names_of([name for name in work.authors if name.family])) <= set(people),
        "year": not work.date or str(work.date[0]) in "".join(year),
        # bibutils 7.2 knows registrants of four digits only
        "doi": not re.match(r"10\.\d{4}/", work.doi) or work.doi in texts(mods, "m:identifier[@type='doi']"),
        "pages": pages_of(work)
        in letters("".join(texts(mods, "m:part/m:extent/*") + texts(mods, "m:part/m:detail/*"))),
        "journal": work.kind != "article" or letters(work.container) in letters("".join(host)),
        "abbreviation": work.kind != "article" or letters(work.short_container) in letters("".join(host + short)),
    }
    return [f"{name} {work.pmid}" for name, is_seen in seen.items() if not is_seen]


def test_kinds(data):
    preprint, retracted = case("text/b04_kinds.xml")
    assert values(preprint, "TY") == ["UNPB"]
    assert (values(retracted, "TY"), values(retracted, "M3")) == (["JOUR"], ["Journal Article; Retracted Publication"])
    assert values(retracted, "N1") == [
        "Retracted Publication",
        "Retraction in: J Pond Stud. 2020 Jan;10(1):99. PMID: 91000149",
    ]


def test_pages(data):
    shown = [(values(record, "SP"), values(record, "EP")) for record in case("text/b02_pages.xml")]
    assert shown == [
        (["50, 52"], []), (["58, 60, 62 passim"], []), (["[34457 words; 185 paragraphs]"], []),
        (["SUPPL:4309-4322"], []), (["238-240 passim"], []), (["W-123"], ["W-129"]), (["918e"], ["919e"]),
        (["100"], ["104"]), (["suppl 1:S12-S19"], []),
    ]  # fmt: skip


def test_article_numbers(data):
    files = (
        "text/a14_article_number_in_bare_lid.nbib",
        "text/b01_article_number.xml",
        "xml/16_article_number_only.xml",
    )
    numbers = [(values(record, "C7"), values(record, "SP")) for name in files for record in case(name)]
    assert numbers == [(["e80092"], ["e80092"])] * 2 + [(["2400512"], ["2400512"])]


def test_titles_that_are_not_available(data):
    titles = [values(record, "TI") for record in case("xml/15_title_not_available.xml")]
    assert titles == [["Les loutres des canaux"], ["[Otters of the canals]"], ["[Not Available]"]]


def test_invalid_names_are_left_out(data):
    (record,) = case("more/07_note_and_invalid_author.xml")
    assert values(record, "AU") == ["Dunvel, E C", "Whitlevoreb, R J"]


def test_a_group_is_one_name(tmp_path):
    path = tmp_path / "pubmed26n0001.xml"
    group = "<AuthorList><Author><CollectiveName>Otter Study Group</CollectiveName></Author></AuthorList>"
    path.write_bytes(document(citation(1, article=group), citation(2, article=authors("Madonna"))))
    assert [values(record, "AU") for record in load(path)] == [["Otter Study Group,"], ["Madonna"]]


@pytest.mark.parametrize("kind", ["Retraction of Publication", "Expression of Concern", "Retraction Notice"])
def test_what_to_know_before_citing_is_a_note(tmp_path, kind):
    path = tmp_path / "pubmed26n0001.xml"
    types = f"<PublicationTypeList><PublicationType>{kind}</PublicationType></PublicationTypeList>"
    path.write_bytes(document(citation(1, article=types)))
    (record,) = load(path)
    assert (values(record, "N1"), values(record, "M3")) == ([kind], [kind])


def test_superscripts_are_never_digits_of_the_number_before(data):
    (record,) = case("text/b05_markup.xml")
    assert values(record, "TI") == ["Otters take up ¹⁵N at 10⁶ cells and Lutra does not"]


RAISED = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")


def test_superscripts_of_real_abstracts_are_raised(data):
    count = 0
    for record in real_records():
        (abstract,) = values(record, "AB") or [""]
        for row in record.rows.get("abstracts", ()):
            own = row["text_markup"] if row["abstract_type"] is None else None
            for digits, raised in re.findall(r"(?<!>)\b(\d+)<sup>([-−]?\d+)</sup>(?!<su)", own or ""):
                assert f"{digits}{raised.translate(RAISED)}" in abstract, record.pmid
                count += 1
    assert count > 30
