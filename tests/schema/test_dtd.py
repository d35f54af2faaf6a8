"""The digest of the DTD, its parser and its paths."""

import pytest

from medline.schema import dtd
from real_data import DATA

REAL = DATA / "dtd"
SMALL = """
<!ENTITY % text "#PCDATA | b | sup" >
<!ENTITY % module SYSTEM "module.mod" > %module;
<!ENTITY % links "book CDATA #IMPLIED
                  part CDATA #IMPLIED" >
<!-- a comment with <!ELEMENT Lost (#PCDATA)> in it -->
<!ELEMENT Root ((Leaf | Title)+, Section*, (Year, ((Month, Day?) | Season)?)) >
<!ATTLIST Root Kind (x | y) "x" Made CDATA #FIXED "here" UI CDATA #REQUIRED Owner IDREF #IMPLIED >
<!ELEMENT Leaf ( #PCDATA )>
<!ELEMENT Title (%text; | mml:math)*> <!ATTLIST Title %links; >
<!ELEMENT b (%text;)*>
<!ELEMENT sup (%text;)*>
<!ELEMENT Section (Leaf?, Section*)>
"""


def test_digest_says_what_the_dtd_declares():
    assert dtd.digest_of(SMALL).splitlines() == [
        "Root = (Leaf | Title)+, Section*, (Year, ((Month, Day?) | Season)?)"
        "  @ Kind=x|y:x Made=CDATA:here UI!=CDATA Owner=IDREF",
        "Leaf = #text",
        "Title = #mixed(b sup mml:math)  @ book=CDATA part=CDATA",
        "b = #mixed(b sup)",
        "sup = #mixed(b sup)",
        "Section = Leaf?, Section*",
    ]


def test_entities_of_old_dtds_bring_their_own_parentheses():
    old = SMALL.replace('"#PCDATA | b | sup"', '"(#PCDATA | b | sup)*"').replace("(%text;)*", "%text;")
    assert dtd.digest_of(old) == dtd.digest_of(SMALL)


def test_paths_enter_recursive_elements_once_and_inline_elements_never():
    declared = dtd.read_digest(dtd.digest_of(SMALL))
    assert list(dtd.iter_paths("Section", declared)) == ["Leaf", "Section"]
    paths = list(dtd.iter_paths("Root", declared))
    assert paths[:3] == ["@Kind", "@Made", "@UI"]
    assert [path for path in paths if path.startswith("Title")] == [
        "Title", "Title/@book", "Title/@part", "Title/b", "Title/sup", "Title/mml:math",
    ]  # fmt: skip


def test_shipped_digest_reads_and_writes_the_same():
    assert "".join(f"{element}\n" for element in dtd.elements().values()) == dtd.DIGEST.read_text(encoding="utf-8")


def test_shipped_digest_knows_what_is_optional_and_repeatable():
    paths = list(dtd.iter_paths())
    assert len(paths) == len(set(paths))
    assert "PubmedArticle/MedlineCitation/@Owner" in paths
    assert "PubmedBookArticle/BookDocument/Sections/Section/Section" in paths
    owner = dtd.elements()["MedlineCitation"].attributes[0]
    assert (owner.kind, owner.default, owner.required) == ("ENUM", "NLM", False)
    assert {element.name for element in dtd.elements().values() if element.name.startswith("mml:")} == set()


def test_an_unreadable_line_is_named():
    with pytest.raises(ValueError, match="no model here"):
        dtd.read_digest("no model here\n")


def test_an_unknown_root_is_named():
    with pytest.raises(ValueError, match="Nowhere"):
        list(dtd.iter_paths("Nowhere"))


@pytest.mark.skipif(not REAL.is_dir(), reason="no DTD files beside the repository")
def test_shipped_digest_is_that_of_the_dtd():
    text = (REAL / "pubmed_250101.dtd").read_text(encoding="utf-8")
    assert dtd.digest_of(text) == dtd.DIGEST.read_text(encoding="utf-8")


@pytest.mark.skipif(not REAL.is_dir(), reason="no DTD files beside the repository")
@pytest.mark.parametrize("year", ["180101", "180601", "190101", "230101", "240101"])
def test_older_dtds_have_a_digest_too(year):
    text = (REAL / f"pubmed_{year}.dtd").read_text(encoding="utf-8")
    declared = dtd.read_digest(dtd.digest_of(text))
    assert declared["Affiliation"].model.kind == "mixed"
    assert "b" in declared["AbstractText"].model.names()
    named = {name for element in declared.values() for name in element.model.names()}
    assert named - declared.keys() <= {"mml:math"}
    assert "PubmedArticle/MedlineCitation/@Owner" in dtd.iter_paths(declared=declared)
