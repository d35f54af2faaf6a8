"""The MEDLINE export beside PubMed's own print: what it leaves out, and how it prints what XML has in other places."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from build import citation, document
from exported import case, load
from medline.outputs.export import bibtex, medline, ris, xml
from medline.outputs.export.records import Record
from round_trip import MATHML, faults


def lines(record: Record, tag: str) -> list[str]:
    """The values of a tag, each on one line."""
    text = medline.write_record(record).replace("\n      ", " ")
    return [line[6:] for line in text.split("\n") if line[:4].rstrip() == tag]


def test_supplementary_concepts_are_rn(data):
    for name in ("more/01_rn_without_number.nbib", "more/01_rn_without_number.xml"):
        (record,) = case(name)
        assert lines(record, "RN") == ["0 (Voril Acid)", "Otter virus variant 7", "VOREB protocol"]
        assert lines(record, "NM") == []
        assert len(record.rows["supplementary_mesh"]) == 2


def test_what_is_read_again_is_the_same_concept(tmp_path):
    """Also where its name looks like that of a chemical."""
    names = ["CHOP protocol", "Otter virus (variant)", "0", "50-00-0", "EC 1.1.1.1", "ABCDEFGH12 (x)", "FOLFIRINOX"]
    given = "".join(f'<SupplMeshName UI="C1">{name}</SupplMeshName>' for name in names)
    path, again = tmp_path / "pubmed26n0001.xml", tmp_path / "again.nbib"
    path.write_bytes(document(citation(1, citation=f"<SupplMeshList>{given}</SupplMeshList>")))
    again.write_text("".join(map(medline.write_record, load(path))))
    (record,) = load(again)
    assert sorted(row["name"] for row in record.rows["supplementary_mesh"]) == sorted(names)
    assert "chemicals" not in record.rows


def test_notes_of_links_stay_and_invalid_names_go(data):
    (record,) = case("more/07_note_and_invalid_author.xml")
    assert lines(record, "EIN") == ["Norl J Velmo 1998 Aug;178(2):601. Whitelvoreb RJ [corrected to Whitlevoreb RJ]"]
    assert lines(record, "AU") == ["Dunvel EC", "Whitlevoreb RJ"]
    assert lines(record, "IS") == []
    assert 'ValidYN="N"' in xml.write_record(record)


def test_article_numbers_are_bare(data):
    (text,) = case("more/12_lid_untyped_2026.nbib")
    assert lines(text, "LID") == ["10.5555/pone.0353121 [doi]", "e0353121"]
    (number,) = case("text/b01_article_number.xml")
    assert lines(number, "LID") == ["e80092", "10.5555/jps.91000101 [doi]"]
    (item,) = case("xml/16_article_number_only.xml")  # an id of the article, too
    assert lines(item, "LID") == ["2400512 [pii]", "10.5555/otter.60 [doi]"]


def test_a_list_that_ends_in_et_al_stays_so(data):
    (record,) = case("text/a10_et_al.nbib")
    assert lines(record, "AU") == ["Fennick AB", "Marrowby K", "et al."]
    assert "author = {Fennick, Anna B and Marrowby, Karl and others}" in bibtex.write_record(record)
    assert ris.write_record(record).count("AU  - ") == 2


@pytest.mark.parametrize("name", ["more/02_book_cdat.nbib", "text/a17_book_with_da.nbib"])
def test_books_of_text_make_xml_that_obeys_the_dtd(data, name):
    text = "".join(map(xml.write_record, case(name)))
    root = ElementTree.fromstring(f"<PubmedArticleSet>{text}</PubmedArticleSet>")
    for node in root.iter():
        node.tag = node.tag.replace(f"{{{MATHML}}}", "mml:")
    assert [fault for record in root for fault in faults(record)] == []
