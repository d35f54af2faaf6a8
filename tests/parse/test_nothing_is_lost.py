"""Nothing of an XML file is lost: every table is compared with `Expected`."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

import sample
from expected_rows import (
    DECLARED,
    INLINE,
    MATHML,
    ORDINALS,
    SELF_NESTING,
    TABLES,
    column_path,
    faults,
    is_whole,
    read_records,
    read_tables,
    xml_files,
)
from medline.home import LocalHome
from medline.lake import transform
from medline.mirror.dumps import source
from medline.schema import dtd
from medline.schema.tables import (
    DATE,
    IGNORED_ATTRIBUTES,
    IGNORED_ELEMENTS,
    TEXTS,
)

# Real and generated files


@pytest.mark.long
@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.slow)])
def test_every_real_file_is_in_the_tables_as_it_is(data, step):
    faults_of, files = {}, xml_files(data)
    for path in files[::step]:
        elements, tables = read_records(path), read_tables(path)
        checks = (faults, total_faults, count_faults)
        faults_of[path.name] = [fault for check in checks for fault in check(elements, tables)]
    assert len(files) == 19
    assert {name: listed for name, listed in faults_of.items() if listed} == {}


def total_faults(elements: list[Element], tables: dict) -> list[str]:
    """Records and deletions that are not there, or twice."""
    records = sum(element.tag.startswith("Pubmed") for element in elements)
    deletions = sum(len(element) for element in elements if element.tag.startswith("Delete"))
    got = len(tables["articles"]) + len(tables["books"]), len(tables["deleted_citations"])
    return [] if got == (records, deletions) else [f"{got} records and deletions for {(records, deletions)}"]


def count_faults(elements: list[Element], tables: dict) -> list[str]:
    """A count that needs no reading of rows: occurrences of a path in the document are values of its column."""
    occurrences = Counter(one for element in elements for one in iter_paths(element, element.tag))
    faults = []
    for table in TABLES:
        for column in table.columns:
            if column.path and column.type not in ORDINALS and ".." not in column.path and not column.derive:
                counted = sum(occurrences[one] for one in counted_paths(table, column))
                values = [row[column.name] for row in tables[table.name] if row[column.name] is not None]
                count = sum(map(len, values)) if column.type is TEXTS else len(values)
                if count != counted:
                    faults.append(f"{table.name}.{column.name}: {count} values for {counted} occurrences")
    return faults


def iter_paths(node: Element, path: str):
    yield path
    yield from (f"{path}/@{name}" for name in node.attrib)
    if len(node):
        yield f"{path}#markup"
    for child in node:
        nests = child.tag == node.tag and child.tag in SELF_NESTING
        yield from iter_paths(child, path if nests else f"{path}/{child.tag}")


def counted_paths(table, column) -> list[str]:
    """The paths of one occurrence for one value; a row that fixes a value has it as often as the row occurs."""
    paths = []
    for row_path, fixed in table.rows.items():
        step, sharp, _ = (column_path(column, fixed) or ".").partition("#")
        part = "/Year" if column.type is DATE and "@" not in step else ""
        full = row_path.replace("+", "") + ("" if step == "." else f"/{step}") + part
        paths.append(full + ("#markup" if sharp else ""))
    return paths


def test_every_generated_record_is_in_the_tables_as_it_is(tmp_path):
    path = sample.write_xml(tmp_path / "sample.xml", sample.citations(300, 5), [(7, 1), (8, 2)])
    elements, tables = read_records(path), read_tables(path)
    assert faults(elements, tables) + total_faults(elements, tables) + count_faults(elements, tables) == []
    assert len(tables["articles"]) + len(tables["books"]) == 300
    assert [(row["pmid"], row["version"]) for row in tables["deleted_citations"]] == [(7, 1), (8, 2)]
    assert tables["unknown_paths"] == []


def test_every_column_that_the_dtd_fills_is_filled_by_the_generated_records(tmp_path):
    tables = read_tables(sample.write_xml(tmp_path / "sample.xml", sample.citations(300, 1), [(7, 1)]))
    of_the_dtd = {path.removeprefix("PubmedArticleSet/") for path in dtd.iter_paths()}
    empty = [
        f"{table.name}.{column.name}"
        for table in TABLES
        for column in table.columns
        if column.path and all(row[column.name] is None for row in tables[table.name])
    ]
    assert empty == ["articles.date_created", "books.citation_string"]
    assert "PubmedArticle/MedlineCitation/DateCreated" not in of_the_dtd
    assert "PubmedBookArticle/BookDocument/CitationString" not in of_the_dtd


def test_every_path_of_the_dtd_is_declared():
    paths = [path for path in dtd.iter_paths() if not any(step in INLINE for step in path.split("/"))]
    for name in SELF_NESTING:
        paths = [re.sub(rf"/{name}/{name}(?=/|$)", f"/{name}", path) for path in paths]
    assert [path for path in paths if path not in DECLARED] == []


def test_no_attribute_is_ignored_and_ignored_elements_are_in_no_content_model():
    assert IGNORED_ATTRIBUTES == {}
    within = {name for element in dtd.elements().values() for name in element.model.names()}
    assert within.isdisjoint(IGNORED_ELEMENTS)


# Invented documents with what the DTD does not have


def write(tmp_path: Path, *records: str, root: str = "PubmedArticleSet") -> Path:
    path = tmp_path / "pubmed99n0001.xml"
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>\n{"".join(records)}</{root}>\n', "utf-8")
    return path


def citation(inside: str = "", *, article: str = "", data: str = "", pmid: int = 1) -> str:
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID>'
        f"<Article>{article}</Article>{inside}</MedlineCitation><PubmedData>{data}</PubmedData></PubmedArticle>\n"
    )


def unknown_of(tables: dict) -> dict[str, int]:
    return {row["path"]: row["count"] for row in tables["unknown_paths"]}


def anomalies_of(tables: dict) -> list[tuple]:
    return sorted((row["pmid"], row["value"]) for row in tables["anomalies"])


CITATION = "PubmedArticle/MedlineCitation"


def test_unknown_elements_are_counted_with_all_that_is_in_them(tmp_path):
    new = '<Pond depth="3" x="1"><Reed>a</Reed><Reed>b</Reed></Pond>'
    path = write(tmp_path, citation(new, pmid=1), citation(new, article="<Pond/>", pmid=2))
    assert is_whole(path)
    assert unknown_of(read_tables(path)) == {
        f"{CITATION}/Pond": 2,
        f"{CITATION}/Pond/@depth": 2,
        f"{CITATION}/Pond/@x": 2,
        f"{CITATION}/Pond/Reed": 4,
        f"{CITATION}/Article/Pond": 1,
    }


def test_a_known_element_in_another_place_is_unknown(tmp_path):
    path = write(tmp_path, citation("<Author><LastName>Marsh</LastName></Author>", data='<KeywordList Owner="NLM"/>'))
    assert is_whole(path)
    assert unknown_of(read_tables(path)) == {
        f"{CITATION}/Author": 1,
        f"{CITATION}/Author/LastName": 1,
        "PubmedArticle/PubmedData/KeywordList": 1,
        "PubmedArticle/PubmedData/KeywordList/@Owner": 1,
    }


@pytest.mark.parametrize("name", sorted(IGNORED_ELEMENTS))
def test_an_ignored_element_that_occurs_after_all_is_counted(tmp_path, name):
    path = write(tmp_path, citation(f"<{name}>x</{name}>"))
    assert is_whole(path)
    assert unknown_of(read_tables(path)) == {f"{CITATION}/{name}": 1}


def test_unknown_attributes_are_counted_on_every_kind_of_element(tmp_path):
    path = write(
        tmp_path,
        citation(
            '<KeywordList Owner="NLM" new="1"><Keyword new="1" MajorTopicYN="N">otter</Keyword></KeywordList>'
            '<CoiStatement new="1">None <i new="1">yet</i>.</CoiStatement>',
            article='<Language new="1">eng</Language>',
        ).replace("<MedlineCitation ", '<MedlineCitation new="1" '),
    )
    assert is_whole(path)
    tables = read_tables(path)
    paths = ["", "/KeywordList", "/KeywordList/Keyword", "/CoiStatement", "/Article/Language"]
    assert unknown_of(tables) == {f"{CITATION}{below}/@new": 1 for below in paths}
    assert tables["articles"][0]["coi_statement_markup"] == 'None <i new="1">yet</i>.'


def test_stray_text_is_counted_once_for_each_element_that_has_it(tmp_path):
    path = write(tmp_path, citation("<MeshHeadingList> a <MeshHeading/> b </MeshHeadingList>c", article="\n\t d"))
    assert is_whole(path)
    assert unknown_of(read_tables(path)) == {
        f"{CITATION}/MeshHeadingList/text()": 1,
        f"{CITATION}/text()": 1,
        f"{CITATION}/Article/text()": 1,
    }


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("\u00a0eng\u00a0", "\u00a0eng\u00a0"), (" eng ", "eng"), ("e\n  ng", "e ng"), ("e  ng", "e  ng"), (" ", "")],
)
def test_blanks_in_text_are_kept_but_for_the_layout(tmp_path, text, wanted):
    path = write(tmp_path, citation(article=f"<Language>{text}</Language>"))
    assert is_whole(path)
    assert read_tables(path)["languages"][0]["language"] == wanted


def test_unknown_elements_in_text_are_counted_and_their_text_is_kept(tmp_path):
    title = "Otters <new>in <i>ponds</i></new> of <b>re<new>ed</new></b>"
    volume = "<Journal><JournalIssue><Volume>1<b>2</b></Volume></JournalIssue></Journal>"
    path = write(tmp_path, citation(article=f"<ArticleTitle>{title}</ArticleTitle>{volume}"))
    assert is_whole(path)
    tables = read_tables(path)
    (row,) = tables["articles"]
    assert (row["title"], row["title_markup"], row["volume"]) == ("Otters in ponds of reed", title, "12")
    assert unknown_of(tables) == {
        f"{CITATION}/Article/ArticleTitle/new": 1,
        f"{CITATION}/Article/ArticleTitle/new/i": 1,
        f"{CITATION}/Article/Journal/JournalIssue/Volume/b": 1,
    }


def test_markup_starts_ends_and_nests(tmp_path):
    titles = [
        "<i>Otter</i>",
        "kg/m<sup>2</sup>",
        "<b><i>a</i></b><sub/>b &lt; c &amp; d",
        f'<mml:math xmlns:mml="{MATHML}"><mml:mi mathvariant="bold">x</mml:mi></mml:math>',
        "a<!-- no text -->b<![CDATA[<i>c</i>]]>",
        "<DispFormula>E <b>=</b> 1</DispFormula>",
        "",
    ]
    path = write(
        tmp_path,
        *(citation(article=f"<ArticleTitle>{title}</ArticleTitle>", pmid=n) for n, title in enumerate(titles, 1)),
    )
    assert is_whole(path)
    rows = read_tables(path)["articles"]
    assert [row["title"] for row in rows] == ["Otter", "kg/m2", "ab < c & d", "x", "ab<i>c</i>", "E = 1", ""]
    assert [row["title_markup"] for row in rows] == [*titles[:4], None, titles[5], None]


def test_present_but_empty_is_not_absent(tmp_path):
    empty = '<KeywordList Owner=""><Keyword MajorTopicYN="N"/></KeywordList><CitationSubset></CitationSubset>'
    path = write(tmp_path, citation(empty, pmid=1), citation(pmid=2))
    assert is_whole(path)
    tables = read_tables(path)
    assert [(row["pmid"], row["owner"], row["keyword"]) for row in tables["keywords"]] == [(1, "", "")]
    assert [(row["pmid"], row["citation_subset"]) for row in tables["citation_subsets"]] == [(1, "")]


def test_a_second_value_where_the_dtd_has_one_is_an_anomaly(tmp_path):
    twice = "<ArticleTitle>a</ArticleTitle><ArticleTitle><i>b</i></ArticleTitle>"
    names = "<AuthorList><Author><LastName>c</LastName><LastName>d</LastName></Author></AuthorList>"
    abstract = "<Abstract><AbstractText>e</AbstractText><AbstractText>f</AbstractText>"
    rights = "<CopyrightInformation>g</CopyrightInformation><CopyrightInformation>h</CopyrightInformation></Abstract>"
    day = "<DateRevised><Year>2001</Year><Month>2</Month><Day>3</Day></DateRevised>"
    path = write(tmp_path, citation(day + day.replace("3", "4"), article=twice + names + abstract + rights))
    assert is_whole(path)
    tables = read_tables(path)
    assert tables["articles"][0]["title"] == "a"
    assert tables["articles"][0]["title_markup"] is None
    assert tables["articles"][0]["date_revised"] == datetime.date(2001, 2, 3)
    assert [row["copyright"] for row in tables["abstracts"]] == ["g", "g"]
    assert {"b", "d", "h", "4"} <= {value for _, value in anomalies_of(tables)}


def test_values_of_lists_without_items_are_kept(tmp_path):
    path = write(
        tmp_path,
        citation(
            '<KeywordList Owner="NASA"/><OtherAbstract Type="PIP" Language="spa"/><InvestigatorList ID="g1"/>',
            article="<DataBankList><DataBank><DataBankName>PDB</DataBankName></DataBank><DataBank>"
            "<DataBankName>Dryad</DataBankName><AccessionNumberList><AccessionNumber>a1</AccessionNumber>"
            "</AccessionNumberList></DataBank></DataBankList><Abstract/>",
        ),
    )
    assert is_whole(path)
    tables = read_tables(path)
    accessions = [(row["databank_seq"], row["databank"], row["accession"]) for row in tables["accessions"]]
    assert accessions == [(1, "PDB", None), (2, "Dryad", "a1")]
    abstracts = [(row["abstract_type"], row["language"], row["text"]) for row in tables["abstracts"]]
    assert abstracts == [("PIP", "spa", None)]
    assert anomalies_of(tables) == [(1, "NASA"), (1, "g1")]


def test_values_that_have_no_type_are_anomalies(tmp_path):
    path = write(
        tmp_path,
        citation(
            "<DateRevised><Year>2001</Year><Month>2</Month><Day>30</Day></DateRevised>"
            '<KeywordList><Keyword MajorTopicYN="maybe">a</Keyword></KeywordList>'
            "<NumberOfReferences>many</NumberOfReferences>"
            '<CommentsCorrectionsList><CommentsCorrections><PMID Version="x">y</PMID></CommentsCorrections>'
            "</CommentsCorrectionsList>",
            article="<ArticleDate><Year>MM</Year><Month>13</Month><Day>١</Day></ArticleDate>",
        ),
    )
    assert is_whole(path)
    values = {value for _, value in anomalies_of(read_tables(path))}
    assert {"2001/2/30", "maybe", "many", "x", "y", "MM", "13", "١"} <= values


def test_nested_lists_of_references_are_flattened_in_order(tmp_path):
    def cited(name: str, pmid: int) -> str:
        ids = f"<ArticleIdList><ArticleId IdType='pubmed'>{pmid}</ArticleId></ArticleIdList>"
        return f"<Reference><Citation>{name}</Citation>{ids}</Reference>"

    def listed(*inside: str) -> str:
        return f"<ReferenceList>{''.join(inside)}</ReferenceList>"

    nested = listed(cited("b", 2), listed(cited("c", 3)))
    first = listed("<Title>A</Title>", cited("a", 1), nested, listed("<Title>D</Title>"))
    path = write(tmp_path, citation(data=first + listed(cited("e", 5))))
    assert is_whole(path)
    tables = read_tables(path)
    assert [(row["list_path"], row["title"]) for row in tables["reference_lists"]] == [
        ("1", "A"), ("1.1", None), ("1.1.1", None), ("1.2", "D"), ("2", None),
    ]  # fmt: skip
    references = [(row["reference_seq"], row["list_path"], row["citation"]) for row in tables["article_references"]]
    assert references == [(1, "1", "a"), (2, "1.1", "b"), (3, "1.1.1", "c"), (4, "2", "e")]
    assert [(row["reference_seq"], row["article_id"]) for row in tables["reference_ids"]] == [
        (1, "1"), (2, "2"), (3, "3"), (4, "5"),
    ]  # fmt: skip


def test_what_belongs_to_an_author_stays_with_that_author(tmp_path):
    authors = (
        "<AuthorList><Author><LastName>A</LastName><Identifier Source='ORCID'>0</Identifier>"
        "<AffiliationInfo><Affiliation>Pond</Affiliation><Identifier Source='ROR'>r1</Identifier></AffiliationInfo>"
        "<AffiliationInfo><Affiliation>Lake</Affiliation><Identifier Source='ROR'>r2</Identifier></AffiliationInfo>"
        "</Author><Author><LastName>B</LastName></Author><Author><CollectiveName>C</CollectiveName>"
        "<AffiliationInfo><Affiliation>Bog</Affiliation></AffiliationInfo></Author></AuthorList>"
    )
    path = write(tmp_path, citation(article=authors))
    assert is_whole(path)
    tables = read_tables(path)
    affiliations = [(row["author_seq"], row["affiliation_seq"], row["affiliation"]) for row in tables["affiliations"]]
    assert affiliations == [(1, 1, "Pond"), (1, 2, "Lake"), (3, 1, "Bog")]
    identifiers = tables["person_identifiers"]
    assert [(row["person_seq"], row["affiliation_seq"], row["identifier"]) for row in identifiers] == [
        (1, None, "0"),
        (1, 1, "r1"),
        (1, 2, "r2"),
    ]


def test_affiliations_of_old_sets_may_have_markup(tmp_path):
    path = write(tmp_path, citation(article="<Affiliation>Pond <i>and</i> Bog</Affiliation>"))
    assert is_whole(path)
    (row,) = read_tables(path)["affiliations"]
    assert (row["affiliation"], row["affiliation_markup"]) == ("Pond and Bog", "Pond <i>and</i> Bog")


def test_old_sets_have_bare_records_and_affiliations(tmp_path):
    old = (
        "<MedlineCitation Status='MEDLINE'><PMID Version='1'>5</PMID>"
        "<DateCreated><Year>1975</Year><Month>06</Month><Day>01</Day></DateCreated><Article><AuthorList><Author>"
        "<LastName>A</LastName><Affiliation>Pond</Affiliation></Author></AuthorList><Affiliation>Bog</Affiliation>"
        "</Article>"
        "<ChemicalList><Chemical><NameOfSubstance>Water</NameOfSubstance></Chemical></ChemicalList></MedlineCitation>"
        "<DeleteCitation><PMID Version='1'>6</PMID><PMID Version='2'>7</PMID></DeleteCitation>"
    )
    path = write(tmp_path, old, root="MedlineCitationSet")
    assert is_whole(path)
    tables = read_tables(path)
    assert tables["articles"][0]["date_created"] == datetime.date(1975, 6, 1)
    assert [(row["author_seq"], row["affiliation"]) for row in tables["affiliations"]] == [(1, "Pond"), (None, "Bog")]
    assert [(row["pmid"], row["version"]) for row in tables["deleted_citations"]] == [(6, 1), (7, 2)]


def test_records_that_a_later_one_of_their_file_replaces_are_counted(tmp_path):
    path = write(tmp_path, citation(pmid=1), citation(pmid=2), citation(pmid=1), citation(pmid=1))
    made = transform.transform(source(path), LocalHome(tmp_path / "home"))
    assert (made.rows["articles"], made.superseded) == (2, 2)


def test_several_lists_of_deletions_count(tmp_path):
    listed = "<DeleteCitation><PMID Version='1'>6</PMID><PMID Version='1'>7</PMID></DeleteCitation>"
    path = write(tmp_path, listed, citation(), listed.replace("6", "8"))
    assert is_whole(path)
    assert [row["pmid"] for row in read_tables(path)["deleted_citations"]] == [6, 7, 8, 7]


def test_the_order_of_authors_and_editors_is_that_of_the_document(tmp_path):
    book = (
        "<PubmedBookArticle><BookDocument><PMID Version='1'>9</PMID><Book><AuthorList Type='editors'><Author>"
        "<LastName>E</LastName></Author></AuthorList></Book><AuthorList Type='authors'><Author><LastName>A</LastName>"
        "</Author></AuthorList><Sections><Section><SectionTitle>s</SectionTitle><Section><SectionTitle>t</SectionTitle>"
        "</Section></Section></Sections></BookDocument></PubmedBookArticle>"
    )
    path = write(tmp_path, book)
    assert is_whole(path)
    tables = read_tables(path)
    authors = [(row["author_seq"], row["list_parent"], row["list_type"], row["last_name"]) for row in tables["authors"]]
    assert authors == [(1, "Book", "editors", "E"), (2, "BookDocument", "authors", "A")]
    assert [(row["section_seq"], row["section_path"]) for row in tables["book_sections"]] == [(1, "1"), (2, "1.1")]
