"""Reading NLM's MeSH files: each element has its column or is counted, and what is no MeSH is one clear error."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from medline.errors import BadInput
from medline.vocabulary import read
from medline.vocabulary.paths import plan
from medline.vocabulary.read import MeshReader
from mesh_records import TREE, descriptor, qualifier, whole

#: NLM's DTDs of descriptors, qualifiers and supplementary records, with what files before 2017 had beyond them: an
#: element, its attributes, its children.
DTD = """
DescriptorRecord @DescriptorClass DescriptorUI DescriptorName DateCreated DateRevised DateEstablished ActiveMeSHYearList
 AllowableQualifiersList Annotation HistoryNote OnlineNote PublicMeSHNote PreviousIndexingList EntryCombinationList
 SeeRelatedList ConsiderAlso PharmacologicalActionList RunningHead NLMClassificationNumber TreeNumberList
 RecordOriginatorsList ConceptList
QualifierRecord @QualifierType QualifierUI QualifierName DateCreated DateRevised DateEstablished ActiveMeSHYearList
 Annotation HistoryNote OnlineNote PreviousIndexingList TreeNumberList TreeNodeAllowedList RecordOriginatorsList
 ConceptList
SupplementalRecord @SCRClass SupplementalRecordUI SupplementalRecordName DateCreated DateRevised DateEstablished
 ActiveMeSHYearList Note Frequency PreviousIndexingList HeadingMappedToList IndexingInformationList
 PharmacologicalActionList SourceList RecordOriginatorsList ConceptList
DateCreated Year Month Day
DateRevised Year Month Day
DateEstablished Year Month Day
ActiveMeSHYearList Year
AllowableQualifiersList AllowableQualifier
AllowableQualifier QualifierReferredTo Abbreviation
PreviousIndexingList PreviousIndexing
EntryCombinationList EntryCombination
EntryCombination ECIN ECOUT
ECIN DescriptorReferredTo QualifierReferredTo
ECOUT DescriptorReferredTo QualifierReferredTo
SeeRelatedList SeeRelatedDescriptor
SeeRelatedDescriptor DescriptorReferredTo
PharmacologicalActionList PharmacologicalAction
PharmacologicalAction DescriptorReferredTo
TreeNumberList TreeNumber
TreeNodeAllowedList TreeNodeAllowed
RecordOriginatorsList RecordOriginator RecordMaintainer RecordAuthorizer
HeadingMappedToList HeadingMappedTo
HeadingMappedTo DescriptorReferredTo QualifierReferredTo
IndexingInformationList IndexingInformation
IndexingInformation DescriptorReferredTo QualifierReferredTo ChemicalReferredTo
SourceList Source
DescriptorReferredTo DescriptorUI DescriptorName
QualifierReferredTo QualifierUI QualifierName
ChemicalReferredTo SupplementalRecordUI SupplementalRecordName
ConceptList Concept
Concept @PreferredConceptYN ConceptUI ConceptName ConceptUMLSUI CASN1Name RegistryNumber RegistryNumberList ScopeNote
 TranslatorsEnglishScopeNote TranslatorsScopeNote RelatedRegistryNumberList ConceptRelationList SemanticTypeList
 TermList
RegistryNumberList RegistryNumber
RelatedRegistryNumberList RelatedRegistryNumber
ConceptRelationList ConceptRelation
ConceptRelation @RelationName Concept1UI Concept2UI RelationAttribute
SemanticTypeList SemanticType
SemanticType SemanticTypeUI SemanticTypeName
TermList Term
Term @ConceptPreferredTermYN @IsPermutedTermYN @LexicalTag @PrintFlagYN @RecordPreferredTermYN TermUI String DateCreated
 Abbreviation SortVersion EntryVersion ThesaurusIDlist TermNote
ThesaurusIDlist ThesaurusID
DescriptorName String
QualifierName String
SupplementalRecordName String
ConceptName String
"""
#: Beyond them, NLM's DTD of pharmacological actions.
ACTIONS = {
    "PharmacologicalAction": ["DescriptorReferredTo", "PharmacologicalActionSubstanceList"],
    "PharmacologicalActionSubstanceList": ["Substance"],
    "Substance": ["RecordUI", "RecordName"],
    "RecordName": ["String"],
}


def models() -> dict[str, list[str]]:
    lines = re.sub(r"\n +", " ", DTD).split("\n")
    return {name: rest for name, *rest in (line.split() for line in lines if line)}


def leaves(record: str, model: dict[str, list[str]]) -> list[str]:
    """The paths of the texts and attributes of a record."""

    def below(path: str, name: str) -> list[str]:
        parts = model.get(name, [])
        if not parts:
            return [path]
        return [
            one for part in parts for one in ([f"{path}/{part}"] if part[0] == "@" else below(f"{path}/{part}", part))
        ]

    return below(record, record)


def written(paths: list[str]) -> str:
    """A record in which each of these texts and attributes says its own path."""
    tree: dict[str, Any] = {}
    for path in paths:
        place = tree
        for step in path.split("/"):
            place = place.setdefault(step, {})
    flags = {"YN": "Y", "Class": "1", "Type": "1", "Frequency": "7", "Year": "2001", "Month": "02", "Day": "03"}

    def value(path: str) -> str:
        return next((text for end, text in flags.items() if path.endswith(end)), path.replace("/@", "/"))

    def xml(path: str, name: str, inside: dict[str, Any]) -> str:
        attributes = "".join(f' {one[1:]}="{value(f"{path}/{one}")}"' for one in inside if one[0] == "@")
        children = "".join(xml(f"{path}/{one}", one, below) for one, below in inside.items() if one[0] != "@")
        return f"<{name}{attributes}>{children or value(path)}</{name}>"

    return "".join(xml(name, name, inside) for name, inside in tree.items())


def rows(path: Path, kind: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for batches in MeshReader(path, kind):
        for table, batch in batches.items():
            found.setdefault(table, []).extend(batch.to_pylist())
    return found


@pytest.fixture
def parse(tmp_path):
    def parse(*records: str, kind: str = "desc"):
        path = tmp_path / f"{kind}2026.xml"
        path.write_text(whole(kind, *records), "utf-8")
        return rows(path, kind)

    return parse


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        ("desc", "DescriptorRecord"),
        ("qual", "QualifierRecord"),
        ("supp", "SupplementalRecord"),
        ("pa", "PharmacologicalAction"),
    ],
)
def test_every_text_and_attribute_of_the_dtd_is_in_a_column(parse, kind, record):
    paths = leaves(record, models() | (ACTIONS if kind == "pa" else {}))
    found = parse(written(paths), kind=kind)
    assert found["mesh_unknown_paths"] == []
    # a text that is the same for all records of a list, or that a second list repeats, has one column
    assert [row["reason"] for row in found["mesh_anomalies"]] == []
    values = {
        str(v)
        for table in found.values()
        for row in table
        for cell in row.values()
        for v in (cell if isinstance(cell, list) else [cell])
    }
    texts = {path for path in paths if not re.search("YN$|Class$|Type$|Year$|Month$|Day$|Frequency$", path)}
    assert {path.replace("/@", "/") for path in texts} <= values


def test_the_plan_names_nothing_that_no_dtd_has():
    known = (
        {name for line in models().items() for name in (line[0], *line[1])} | set(ACTIONS) | {"RecordUI", "RecordName"}
    )
    for node in plan().walk():
        assert set(node.path.split("/")) - {""} <= known, node.path
        assert {f"@{name}" for name in node.attributes} <= known


def test_a_descriptor_as_rows(parse):
    more = "<DateCreated><Year>1999</Year><Month>01</Month><Day>05</Day></DateCreated><Annotation>a\n   b</Annotation>"
    found = parse(descriptor("D1", "Otters &amp; Co", "B90.1", "C90.2", terms=["Lutra"], more=more))
    (row,) = found["mesh_descriptors"]
    assert (row["descriptor_ui"], row["descriptor"], row["descriptor_class"]) == ("D1", "Otters & Co", 1)
    assert (row["date_created"], row["date_revised"], row["annotation"]) == (date(1999, 1, 5), None, "a b")
    assert [(row["descriptor_ui"], row["tree_number"]) for row in found["mesh_tree_numbers"]] == [
        ("D1", "B90.1"),
        ("D1", "C90.2"),
    ]
    names = [
        (row["ui"], row["term_seq"], row["concept_seq"], row["term"], row["is_record_preferred"])
        for row in found["mesh_terms"]
    ]
    assert names == [("D1", 1, 1, "Otters & Co", True), ("D1", 2, 1, "Lutra", False)]


def test_what_the_schema_does_not_know_is_counted(parse):
    first = descriptor("D1", "Otters", more='<New a="1"><Inner>x</Inner></New>')
    second = descriptor("D2", "Newts", more="<New/>stray").replace("<String>", '<String lang="x">', 1)
    found = parse(first, second)
    counted = {row["path"]: (row["count"], row["example_ui"]) for row in found["mesh_unknown_paths"]}
    path = "DescriptorRecord/New"
    assert counted == {
        path: (2, "D1"), f"{path}/@a": (1, "D1"), f"{path}/Inner": (1, "D1"), "DescriptorRecord/text()": (1, "D2"),
        "DescriptorRecord/DescriptorName/String/@lang": (1, "D2"),
    }  # fmt: skip


def test_what_no_column_takes_is_an_anomaly(parse):
    wrong = "<DateCreated><Year>1999</Year><Month>13</Month><Day>05</Day></DateCreated>"
    more = f"{wrong}<Annotation>a</Annotation><Annotation>b</Annotation>"
    found = parse(descriptor("D1", "Otters", "B90.1", "B90.1", more=more))
    assert len(found["mesh_tree_numbers"]) == 1
    assert [(row["ui"], row["path"], row["value"]) for row in found["mesh_anomalies"]] == [
        ("D1", "DescriptorRecord/Annotation", "b"),
        ("D1", "DescriptorRecord/DateCreated", "1999/13/05"),
        ("D1", "DescriptorRecord/TreeNumberList/TreeNumber", "D1 B90.1"),
    ]


def test_packed_and_plain_files_give_the_same(tmp_path, parse):
    text = whole("desc", *TREE)
    packed = tmp_path / "desc2026.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    assert {**rows(packed, "desc"), "mesh_unknown_paths": []} == parse(*TREE)


BOMB = '<!DOCTYPE DescriptorRecordSet [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (whole("desc", *TREE, head=BOMB), "desc2026.xml line 1: the DOCTYPE declares an entity ('a')"),
        (whole("desc", *TREE)[:-40], "cut: the file ends inside of it"),
        (whole("desc", *TREE).replace("</DescriptorUI>", "", 1), "not well-formed XML"),
        (whole("desc", *TREE).replace("Otters", "&nbsp;"), "not well-formed XML (undefined entity)"),
        ("<!DOCTYPE html><html><body>Not found</body></html>", "its root is <html>, not <DescriptorRecordSet>"),
        (whole("qual", qualifier("Q1", "therapy", "TH")), "its root is <QualifierRecordSet>, not"),
        (whole("desc"), "no <DescriptorRecord> in it"),
        ("", "the file is empty"),
        (whole("desc", "<DescriptorRecord/>"), "line 3: a record without mesh_descriptors.descriptor_ui"),
        (whole("desc", *TREE, TREE[1]), "line 9: D2 has a second record"),
        (whole("desc", "<a>" * 300), "nested deeper than 200"),
        (whole("desc", *TREE, head='<?xml version="1.0" encoding="x-none"?>'), "unknown encoding"),
    ],
)  # fmt: skip
def test_what_is_no_mesh_is_one_error_with_its_line(tmp_path, text, message):
    path = tmp_path / "desc2026.xml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadInput) as error:
        rows(path, "desc")
    assert message in str(error.value)


def test_a_packed_file_that_is_cut_is_an_error(tmp_path):
    path = tmp_path / "desc2026.gz"
    path.write_bytes(gzip.compress(whole("desc", *TREE).encode())[:-20])
    with pytest.raises(BadInput, match="damaged or cut"):
        rows(path, "desc")


def test_a_record_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(read, "MAX_RECORD", 1000)
    path = tmp_path / "desc2026.xml"
    path.write_text(
        whole("desc", descriptor("D1", "Otters", more=f"<Annotation>{'x' * 600_000}</Annotation>")), "utf-8"
    )
    with pytest.raises(BadInput, match="a record of more than"):
        rows(path, "desc")


def test_memory_is_bounded_by_the_batch(tmp_path, monkeypatch):
    monkeypatch.setattr(read, "ROWS_PER_BATCH", 1000)
    path = tmp_path / "desc2026.xml"
    path.write_text(whole("desc", *(descriptor(f"D{n}", f"Name {n}", f"B90.{n}") for n in range(2000))), "utf-8")
    sizes = [max(batch.num_rows for batch in batches.values()) for batches in MeshReader(path, "desc")]
    assert sum(sizes) == 2000
    assert max(sizes) < 1900


def test_real_samples_have_no_unknown_paths(data):
    folder = data / "mesh"
    found = rows(folder / "desc-samples.xml", "desc")
    supplementary = rows(folder / "supp-samples.xml", "supp")
    for tables in (found, supplementary):
        assert (tables["mesh_unknown_paths"], tables["mesh_anomalies"]) == ([], [])
    assert (len(found["mesh_descriptors"]), len(supplementary["mesh_supplementary"])) == (43, 19)
    text = (folder / "desc-samples.xml").read_text("utf-8") + (folder / "supp-samples.xml").read_text("utf-8")
    counts = Counter(re.findall(r"<(\w+)[ >]", text))
    tables = {name: len(found[name]) + len(supplementary[name]) for name in found}
    assert tables["mesh_terms"] == counts["Term"]
    assert tables["mesh_concepts"] == counts["Concept"]
    assert tables["mesh_allowable_qualifiers"] == counts["AllowableQualifier"]
    assert tables["mesh_registry_numbers"] == counts["RegistryNumber"] + counts["RelatedRegistryNumber"]
    assert tables["mesh_tree_numbers"] == counts["TreeNumber"]
    assert tables["mesh_supplementary_mappings"] == counts["HeadingMappedTo"]


def test_a_cut_sample_is_an_error(data):
    with pytest.raises(BadInput, match="cut"):
        rows(data / "mesh" / "desc2015_subset.xml", "desc")
