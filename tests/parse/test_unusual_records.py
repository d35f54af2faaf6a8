"""Unknown, empty, repeated and oddly printed fields, where earlier systems lose them: none is lost."""

from __future__ import annotations

import tracemalloc

import pytest

from build import (
    abstract,
    ask,
    citation,
    document,
    found_by_checks,
    rows_of,
    text_record,
    title,
)
from compare import read
from medline.parse import ENGINES, iter_batches
from medline.parse.xml import splitter

# Gigabytes of memory for one file.


def peak_of(path):
    """Bytes of Python objects at the worst moment of reading a file by batches of 100, and the largest batch."""
    tracemalloc.start()
    try:
        largest = max(
            batch.tables["articles"].num_rows for batch in iter_batches(path, engine="reference", records=100)
        )
        return tracemalloc.get_traced_memory()[1], largest
    finally:
        tracemalloc.stop()


@pytest.mark.long
def test_memory_does_not_grow_with_an_xml_file(tmp_path):
    peaks = []
    for count in (400, 1_600):
        path = tmp_path / f"{count}.xml"
        path.write_bytes(document(*(citation(pmid, article=abstract("Otters. " * 60)) for pmid in range(count))))
        peaks.append(peak_of(path))
    (small, largest), (great, largest_again) = peaks
    assert (largest, largest_again) == (100, 100)
    assert great < 1.5 * small


def test_a_record_of_endless_tiny_elements_is_refused(tmp_path, monkeypatch):
    """A tree takes forty times their bytes; elements of other records do not count."""
    monkeypatch.setattr(splitter, "MAX_ELEMENTS", 100)
    path = tmp_path / "otters.xml"
    path.write_bytes(document(*(citation(pmid, citation="<a/>" * 60) for pmid in range(1, 5))))
    assert read(path, engine="reference").error is None
    path.write_bytes(document(citation(1), citation(2, citation="<a/>" * 200)))
    assert "a record of more than 100 elements" in read(path, engine="reference").error


@pytest.mark.long
def test_memory_does_not_grow_with_a_text_file(tmp_path):
    peaks = []
    for count in (400, 1_600):
        path = tmp_path / f"{count}.nbib"
        path.write_text("".join(text_record(pmid, "AB  - " + "Otters. " * 500) for pmid in range(count)))
        peaks.append(peak_of(path))
    (small, largest), (great, largest_again) = peaks
    assert (largest, largest_again) == (100, 100)
    assert great < 1.5 * small


# Unknown elements are silently dropped.


def test_unknown_elements_and_attributes_are_counted(read):
    new = '<Mood Scale="5"><Detail>good</Detail></Mood>'
    rows = read(citation(1), citation(2, article=new + new), citation(3, article=new, data='<Licence Type="open"/>'))
    article = "PubmedArticle/MedlineCitation/Article"
    assert rows("unknown_paths", "path count example_pmid source_file") == [
        (f"{article}/Mood", 3, 2, "records.xml"),
        (f"{article}/Mood/@Scale", 3, 2, "records.xml"),
        (f"{article}/Mood/Detail", 3, 2, "records.xml"),
        ("PubmedArticle/PubmedData/Licence", 1, 3, "records.xml"),
        ("PubmedArticle/PubmedData/Licence/@Type", 1, 3, "records.xml"),
    ]
    assert rows("articles", "pmid") == [(1,), (2,), (3,)]


def test_unknown_elements_reach_the_warehouse_and_the_check_that_warns(sync):
    home = sync([citation(1, article="<Mood/>")])
    path = "PubmedArticle/MedlineCitation/Article/Mood"
    assert ask(home, "SELECT source_file, path, count, example_pmid FROM unknown_paths") == [
        ("pubmed26n0001.xml.gz", path, 1, 1)
    ]
    assert ask(home, "SELECT unknown_paths FROM dumps") == [(1,)]
    assert found_by_checks(home) == {"unknown_paths": 1}


def test_text_where_the_schema_has_none_and_unknown_elements_in_text_are_counted(read):
    rows = read(citation(1, title=title("A <em>great</em> title."), head="stray"))
    assert rows("unknown_paths", "path count") == [
        ("PubmedArticle/MedlineCitation/Article/ArticleTitle/em", 1),
        ("PubmedArticle/MedlineCitation/text()", 1),
    ]
    assert rows("articles", "title title_markup") == [("A great title.", "A <em>great</em> title.")]


def test_unknown_tags_of_text_are_counted_and_their_values_kept(read_text):
    rows = read_text(text_record(1, "ZZZ - new thing"), text_record(2, "ZZZ - another"))
    assert rows("unknown_paths", "path count example_pmid") == [("ZZZ", 2, 1)]
    assert rows("anomalies", "pmid path value") == [(1, "ZZZ", "new thing"), (2, "ZZZ", "another")]


def test_unknown_attributes_of_the_root_are_counted_too(tmp_path):
    path = tmp_path / "set.xml"
    path.write_bytes(document(citation(1)).replace(b"<PubmedArticleSet>", b'<PubmedArticleSet Release="2027">'))
    assert rows_of(path)("unknown_paths", "path count") == [("@Release", 1)]


# Tag-like continuation lines, blank continuation lines, books, CRLF.


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_continuation_lines_that_look_like_tags_or_are_blank_are_text(read_text, end):
    abstract_lines = (
        "AB  - We ask the",
        "      AU - is it gold?",
        "      ",
        "      SAMD9L-like, said Alm.",
        "FAU - Alm, A",
    )
    rows = read_text(text_record(1, *abstract_lines, end=end), text_record(2, end=end))
    assert rows("articles", "pmid abstract") == [(1, "We ask the AU - is it gold? SAMD9L-like, said Alm."), (2, None)]
    assert rows("authors", "last_name") == [("Alm",)]


def test_an_empty_line_inside_a_record_loses_nothing(read_text):
    rows = read_text(text_record(1, "AB  - First half", "", "      and second half.", "LA  - eng"), text_record(2))
    assert rows("articles", "pmid abstract") == [(1, "First half and second half."), (2, None)]
    assert rows("languages", "pmid language") == [(1, "eng")]


def test_books_of_xml_are_books(read):
    book = (
        '<PubmedBookArticle><BookDocument><PMID Version="1">7</PMID><ArticleIdList>'
        '<ArticleId IdType="bookaccession">NBK7</ArticleId></ArticleIdList><Book><Publisher><PublisherName>Norland'
        "</PublisherName></Publisher><BookTitle>On <i>Otters</i></BookTitle><PubDate><Year>1993</Year></PubDate>"
        "<Isbn>9780000000000</Isbn><Isbn>9780000000001</Isbn></Book><ArticleTitle>Chapter</ArticleTitle>"
        "<Sections><Section><SectionTitle>One</SectionTitle></Section></Sections></BookDocument></PubmedBookArticle>"
    )
    rows = read(citation(1), book, citation(2))
    columns = "pmid title book_title book_title_markup publisher pub_year isbns bookaccession"
    assert rows("books", columns) == [
        (7, "Chapter", "On Otters", "On <i>Otters</i>", "Norland", 1993, ["9780000000000", "9780000000001"], "NBK7")
    ]
    assert rows("book_sections", "pmid title") == [(7, "One")]
    assert rows("articles", "pmid") == [(1,), (2,)]


def test_books_of_text_are_books(read_text):
    lines = ("PB  - Norland", "DP  - 1993", "TI  - Chapter", "BTI - On Otters", "ISBN- 9780000000000", "PL  - Norburg")
    rows = read_text(text_record(7, *lines), text_record(8, "TI  - No book."))
    assert rows("books", "pmid title book_title publisher pub_year isbns") == [
        (7, "Chapter", "On Otters", "Norland", 1993, ["9780000000000"])
    ]
    assert rows("articles", "pmid title") == [(8, "No book.")]


def test_a_line_end_of_xml_is_a_blank_however_it_is_written(tmp_path):
    path = tmp_path / "crlf.xml"
    path.write_bytes(document(citation(1, title=title("Two\nlines."))).replace(b"\n", b"\r\n"))
    assert rows_of(path)("articles", "title") == [("Two lines.",)]


# LID, IS and SB are joined into one string; a wrapped GR, OT or CIN is split in two.


def test_repeated_tags_are_rows(read_text):
    rows = read_text(
        text_record(
            1,
            *("IS  - 1234-5679 (Print)", "IS  - 2345-678X (Electronic)", "IS  - 1234-5679 (Linking)"),
            *("LID - S1 [pii]", "LID - 10.5555/a [doi]", "SB  - IM", "SB  - AIM", "LA  - eng", "LA  - fre"),
        )
    )
    assert rows("issns", "issn issn_type") == [
        ("1234-5679", "Print"),
        ("2345-678X", "Electronic"),
        ("1234-5679", "Linking"),
    ]
    assert rows("elocation_ids", "elocation_type elocation_id") == [("pii", "S1"), ("doi", "10.5555/a")]
    assert rows("citation_subsets", "citation_subset") == [("IM",), ("AIM",)]
    assert rows("languages", "language") == [("eng",), ("fre",)]
    assert rows("articles", "issn_linking") == [("1234-5679",)]


def test_wrapped_values_stay_whole(read_text):
    rows = read_text(
        text_record(
            1,
            *("GR  - R01 AB123456/AB/NAB NIH HHS/United", "      States"),
            *("OTO - NOTNLM", "OT  - a very long keyword that goes", "      over the line"),
            *("CIN - J Otter. 2001 Jan;1(1):1-2. doi:", "      10.5555/b. PMID: 42"),
        )
    )
    assert rows("grants", "grant_id acronym agency country") == [("R01 AB123456", "AB", "NAB NIH HHS", "United States")]
    assert rows("keywords", "keyword") == [("a very long keyword that goes over the line",)]
    assert rows("comments_corrections", "ref_type ref_source ref_pmid") == [
        ("CommentIn", "J Otter. 2001 Jan;1(1):1-2. doi: 10.5555/b", 42)
    ]


# An empty title, an empty keyword, CR in a keyword, a duplicate PublicationType, ten versions.


def test_what_is_present_but_empty_is_not_null(sync):
    keywords = '<KeywordList Owner="NOTNLM"><Keyword/><Keyword> </Keyword></KeywordList>'
    home = sync([citation(1, title="<ArticleTitle/>", citation=keywords), citation(2, title="")])
    assert ask(home, "SELECT pmid, title FROM articles ORDER BY pmid") == [(1, ""), (2, None)]
    assert ask(home, "SELECT keyword FROM keywords ORDER BY keyword_seq") == [("",), ("",)]


def test_an_empty_value_of_text_is_not_null(read_text):
    assert read_text(text_record(1, "TI  - ", "VI  - 3"))("articles", "title volume issue") == [("", "3", None)]


def test_a_carriage_return_in_a_keyword_is_kept(read):
    rows = read(citation(1, citation='<KeywordList Owner="NOTNLM"><Keyword>ot&#13;ters</Keyword></KeywordList>'))
    assert rows("keywords", "keyword") == [("ot\rters",)]


def test_a_duplicate_publication_type_is_two_rows(read):
    twice = '<PublicationType UI="D016428">Journal Article</PublicationType>' * 2
    rows = read(citation(1, article=f"<PublicationTypeList>{twice}</PublicationTypeList>"))
    assert rows("publication_types", "publication_type_seq publication_type") == [
        (1, "Journal Article"),
        (2, "Journal Article"),
    ]


def test_a_book_in_text_may_have_an_issn(tmp_path):
    path = tmp_path / "book.nbib"
    path.write_text(text_record(1, "IS  - 1234-5678 (Linking)", "TI  - Otters", "BTI - Ponds"), "utf-8")
    rows = rows_of(path)
    assert rows("issns", "pmid issn issn_type") == [(1, "1234-5678", "Linking")]
    assert rows("books", "pmid book_title") == [(1, "Ponds")]


@pytest.mark.parametrize("printed", ["1978/79", "1978-1979", "1998 Dec-1999 Jan", "2000 Winter-Spring"])
def test_dates_of_text_that_are_no_single_date_are_medline_dates(tmp_path, printed):
    path = tmp_path / "search.nbib"
    path.write_text(text_record(1, f"DP  - {printed}"), "utf-8")
    rows = rows_of(path)
    assert rows("articles", "pub_date medline_date pub_month") == [(printed, printed, None)]
    assert rows("articles", "pub_year") == [(int(printed[:4]),)]
    assert rows("anomalies", "value") == []


def test_an_address_before_all_names_is_the_first_authors(tmp_path):
    path = tmp_path / "old.nbib"
    names = ("FAU - Otter, Ann", "AU  - Otter A", "FAU - Pond, Bea", "AU  - Pond B")
    path.write_text(text_record(1, "AD  - Institute of Ponds.", *names), "utf-8")
    assert rows_of(path)("affiliations", "author_seq affiliation") == [(1, "Institute of Ponds.")]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_contribution_date_of_an_article_has_no_column_and_is_kept_as_an_anomaly(engine, tmp_path):
    path = tmp_path / "odd.nbib"
    path.write_text("PMID- 7\nTI  - Otters.\nCTDT- 2001/02/03\n", "utf-8")
    rows = rows_of(path, engine=engine)
    assert rows("anomalies", "path value reason") == [("CTDT", "2001/02/03", "unknown tag")]
    assert rows("unknown_paths", "path count") == [("CTDT", 1)]
