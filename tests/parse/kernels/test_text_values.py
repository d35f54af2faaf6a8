"""The kernels of single tags, each compared with the plain reader and with what is expected."""

from __future__ import annotations

import datetime
import re

import pytest

from medline.parse.text import reference
from text_records import count_fallbacks, differences, is_fallback, read_compiled, record, rows, rows_alike


def test_days():
    columns = "date_completed date_revised"
    ((completed, revised),) = rows("articles", columns, "DCOM- 20010203", "LR  - 20200229")
    assert (completed.isoformat(), revised.isoformat()) == ("2001-02-03", "2020-02-29")
    assert is_fallback("LR  - 2020/02/28")
    assert is_fallback("LR  - 20210229")


@pytest.mark.parametrize(
    ("printed", "parts"),
    [
        ("2001", (2001, None, None, None, None)),
        ("2001 Oct", (2001, 10, None, None, None)),
        ("2001 october 1", (2001, 10, 1, None, None)),
        ("2001 Summer", (2001, None, None, "Summer", None)),
        ("1998 Dec-1999 Jan", (1998, None, None, None, "1998 Dec-1999 Jan")),
        ("2001 Oct 123", (2001, None, None, None, "2001 Oct 123")),
        ("2001 Summer 3", (2001, None, None, None, "2001 Summer 3")),
        ("2001 Octo", (2001, None, None, None, "2001 Octo")),
        ("2001Oct", (2001, None, None, None, "2001Oct")),
        ("Otter 2001", (2001, None, None, None, "Otter 2001")),
        ("", (None, None, None, None, "")),
    ],
)
def test_printed_dates(printed, parts):
    columns = "pub_year pub_month pub_day pub_season medline_date"
    assert rows("articles", columns, f"DP  - {printed}") == [parts]


def test_dates_of_books():
    columns = "contribution_year contribution_month contribution_day"
    assert rows("books", columns, "BTI - A book", "CTDT- 20090630") == [(2009, 6, 30)]
    assert rows("books", columns, "BTI - A book", "CTDT- 200906") == [(2009, 6, None)]
    assert is_fallback("BTI - A book", "CTDT- 2009 Summer")
    assert is_fallback("BTI - A book", "CTDT- 20090630", "CTDT- 20090630")


def test_a_book_says_when_its_record_was_made():
    lines = ["BTI - A book", "DA  - 20110121", "DP  - 2009", "CDAT- 2011/01/21 06:01", "CRDT- 2011/01/21 06:01"]
    assert rows("books", "date_created medline_date pub_date contribution_date", *lines) == [
        (datetime.date(2011, 1, 21), None, "2009", None)
    ]
    assert rows("history", "pub_status hour minute", *lines) == [("entrez", 6, 1)]


def test_an_invalid_contribution_date_is_no_date_of_publication():
    text = record("BTI - A book", "DP  - 2009", "CTDT- soon")
    assert differences(text) == []
    (row,) = read_compiled(text).tables["anomalies"].to_pylist()
    assert (row["path"], row["value"]) == ("CTDT", "soon")
    assert rows_alike("books", "medline_date pub_date", "BTI - A book", "DP  - 2009", "CTDT- soon") == [(None, "2009")]


@pytest.mark.parametrize(
    ("value", "issn", "kind"),
    [
        ("0000-0019 (Print)", "0000-0019", "Print"),
        ("0000-0019(Linking)", "0000-0019", "Linking"),
        ("0000-0019", "0000-0019", None),
        ("0000-0019 (Print", "0000-0019 (Print", None),
        ("0000-0019 ()", "0000-0019", ""),
    ],
)
def test_issns(value, issn, kind):
    assert rows("issns", "issn_seq issn issn_type", "IS  - 1", f"IS  - {value}") == [(1, "1", None), (2, issn, kind)]
    linking = issn if kind == "Linking" else None
    assert rows("articles", "issn_linking", f"IS  - {value}", "IS  - 7 (Print)") == [(linking,)]


def test_issns_of_other_shapes_are_equal():
    values = ["(Print)", "0000 (a) (b)) ", "0000 ((b)", "0000\u00a0(Print)"]
    assert differences(b"".join(record(f"IS  - {value}", pmid=pmid) for pmid, value in enumerate(values, 1))) == []


@pytest.mark.parametrize(
    ("value", "identifier", "kind", "bare"),
    [
        ("10.9999/otter.1 [doi]", "10.9999/otter.1", "doi", "doi"),
        ("S0140-6736(05)[2] [pii]", "S0140-6736(05)[2]", "pii", "pii"),
        ("501", "501", None, "pii"),
        ("e0353121", "e0353121", None, "pii"),
        ("10.999", "10.999", None, "pii"),
        ("10.9999/otter.1", "10.9999/otter.1", None, None),
        ("10.9999", "10.9999", None, None),
        ("501 and more", "501 and more", None, None),
        ("501[7", "501[7", None, None),
        ("501 [pii", "501 [pii", None, None),
        ("501 []", "501", "", ""),
        ("", "", None, None),
    ],
)
def test_identifiers(value, identifier, kind, bare):
    lines = [f"AID - {value}", "PMC - PMC1", "MID - NIHMS2"]
    expected = [(1, identifier, kind), (2, "PMC1", "pmc"), (3, "NIHMS2", "mid")]
    assert rows("article_ids", "article_id_seq article_id id_type", *lines) == expected
    assert rows("elocation_ids", "elocation_id elocation_type", f"LID - {value}") == [(identifier, bare)]


def test_identifiers_of_other_shapes_are_equal():
    values = ["501[pii]", "[pii]", " [pii]", "501 [a]]", "501\u00a0 [pii]", "501\u2003 [pii]"]
    records = [record(f"AID - {value}", f"LID - {value}", pmid=pmid) for pmid, value in enumerate(values, 1)]
    assert differences(b"".join(records)) == []


@pytest.mark.parametrize(
    ("value", "number", "substance"),
    [
        ("0 (Pond Water)", "0", "Pond Water"),
        ("EC 1.1.1.1 (otter (beta) kinase)", "EC 1.1.1.1", "otter (beta) kinase"),
        ("EC 1.1.-.- (otter kinases)", "EC 1.1.-.-", "otter kinases"),
        ("EC 3.4.21.B5 (pondase)", "EC 3.4.21.B5", "pondase"),
        ("7732-18-5 (Water (heavy))", "7732-18-5", "Water (heavy)"),
        ("50-00-0", "50-00-0", None),
        ("0ABCDEFGH9 (Reed Acid)", "0ABCDEFGH9", "Reed Acid"),
        ("OTTERACIDS (Otter Acids)", "OTTERACIDS", "Otter Acids"),
        ("0ABCDEFGH9", "0ABCDEFGH9", None),
        ("0", "0", None),
        ("0 ()", "0", ""),
    ],
)
def test_chemicals(value, number, substance):
    assert rows("chemicals", "registry_number substance", f"RN  - {value}") == [(number, substance)]
    assert rows("supplementary_mesh", "name", f"RN  - {value}") == []


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Otter virus variant 7",
            "VOREB protocol",
            "OTTERACIDS",
            "Otter fever (mild)",
            "7 (8) otters",
            "2-otter 50-00-0",
        ),
        *(
            "0 (Pond",
            "0 (",
            "0)",
            "7",
            "00",
            "EC",
            "EC-7 (otter)",
            "EC otter",
            "50-00-00 (Otter)",
            "5-00 (Otter)",
            "50-00-a",
        ),
        *("0ABCDEFGH (Nine)", "0ABCDEFGHIJ (Eleven)", "0abcdefgh9", "-00-0", "12345678-00-0 (Otter)", "0  (Two)", ""),
        *("\u00e9BCDEFGH9", "(Otter)", " (Otter)", "0ABCDEFG-9 (Otter)"),
    ],
)
def test_what_has_no_registry_number_is_a_supplementary_concept(name):
    expected = re.sub(" +", " ", name).strip()
    if reference.is_chemical(expected):  # a run of blanks is one
        assert expected == "0 (Two)"
        return
    assert rows(
        "supplementary_mesh", "supplementary_mesh_seq name", "NM  - Reed", f"RN  - {name}", "RN  - 0 (Pond)"
    ) == [
        (1, "Reed"),
        (2, expected),
    ]
    assert rows("chemicals", "chemical_seq substance", "NM  - Reed", f"RN  - {name}", "RN  - 0 (Pond)") == [(1, "Pond")]


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("R01 XX1/XX/NIH HHS/United States", ("R01 XX1", "XX", "NIH HHS", "United States")),
        ("a/b/XX/NIH HHS/", ("a/b", "XX", "NIH HHS", "")),
        ("XX/NIH HHS", (None, "XX", "NIH HHS", None)),
        ("XX/Otter Fund", ("XX", None, "Otter Fund", None)),
        ("XX/Otter Fund/Norway", (None, "XX", "Otter Fund", "Norway")),
        ("NA/Otter Fund/Norway", ("NA", None, "Otter Fund", "Norway")),
        ("WT_/Otter Trust", (None, "WT_", "Otter Trust", None)),
        ("HHMI/Otter Institute", (None, "HHMI", "Otter Institute", None)),
        ("1/Abcdefg/Otter Fund", ("1/Abcdefg", None, "Otter Fund", None)),
        ("1/Abcdef_/Otter Fund", ("1", "Abcdef_", "Otter Fund", None)),
        ("Norway", (None, None, "Norway", None)),
        ("/XX/Norway", (None, "XX", "", "Norway")),
        ("//", ("/", None, "", "")),
        ("", (None, None, "", None)),
    ],
)
def test_grants(value, parts):
    parts = reference._split_grant(value) if value in ("/XX/Norway", "//") else dict(zip(GRANT, parts, strict=True))
    assert rows("grants", " ".join(GRANT), f"GR  - {value}") == [tuple(parts[name] for name in GRANT)]


GRANT = ("grant_id", "acronym", "agency", "country")


def test_accessions_are_numbered_in_their_banks():
    lines = [f"SI  - {value}" for value in ("GENBANK/A1", "PDB/1ABC", "GENBANK/A2/x", "Dryad", "PDB/")]
    assert rows("accessions", "databank_seq accession_seq databank accession", *lines) == [
        (1, 1, "GENBANK", "A1"),
        (2, 1, "PDB", "1ABC"),
        (1, 2, "GENBANK", "A2/x"),
        (3, 1, "Dryad", None),
        (2, 2, "PDB", ""),
    ]


@pytest.mark.parametrize(
    ("value", "owner", "rest"),
    [
        ("NLM: PMC123", "NLM", "PMC123"),
        ("NASA: ", None, "NASA:"),
        ("ABCDEF: x", "ABCDEF", "x"),
        ("ABCDEFG: x", None, "ABCDEFG: x"),
        ("A: x", None, "A: x"),
        ("NLM:x", None, "NLM:x"),
    ],
)
def test_owners(value, owner, rest):
    assert rows("other_ids", "source other_id", f"OID - {value}") == [(owner, rest)]
    assert rows("general_notes", "owner general_note", f"GN  - {value}") == [(owner, rest)]


@pytest.mark.parametrize(
    ("value", "source", "pmid"),
    [
        ("J Otter. 2002 Feb;10(1):1. PMID: 90000002", "J Otter. 2002 Feb;10(1):1", 90000002),
        ("J Otter. 2002 PMID:5", "J Otter. 2002", 5),
        ("J Otter. 2002", "J Otter. 2002", None),
        ("J Otter. PMID: 5 PMID: 6", "J Otter. PMID: 5", 6),
        ("PMID: 5", "PMID: 5", None),
        (". PMID: 5", "", 5),
        ("J Otter.PMID: 5", "J Otter.PMID: 5", None),
    ],
)
def test_links(value, source, pmid):
    assert rows("comments_corrections", "ref_type ref_source ref_pmid", f"CIN - {value}") == [
        ("CommentIn", source, pmid)
    ]


def test_a_link_that_may_end_in_digits_of_another_script_makes_a_fallback():
    assert is_fallback("CIN - J Otter. PMID: \u0665")
    assert is_fallback("CIN - J Otter. PMID: \u06655")


def test_headings_and_their_qualifiers():
    lines = ["MH  - Animals", "MH  - *Otters/physiology/*genetics", "MH  - */"]
    assert rows("mesh", "heading_seq descriptor is_major", *lines) == [
        (1, "Animals", False),
        (2, "Otters", True),
        (3, "", True),
    ]
    assert rows("mesh_qualifiers", "heading_seq qualifier_seq qualifier is_major", *lines) == [
        (2, 1, "physiology", False),
        (2, 2, "genetics", True),
        (3, 1, "", False),
    ]


def test_keywords_have_the_owner_before_them():
    lines = ["OT  - pond", "OTO - NOTNLM", "OT  - *otter", "OTO - NASA", "OT  - "]
    assert rows("keywords", "keyword_seq owner keyword is_major", *lines) == [
        (1, None, "pond", False),
        (2, "NOTNLM", "otter", True),
        (3, "NASA", "", False),
    ]


def test_events_that_are_given_twice_are_one_row():
    lines = [
        "EDAT- 2001/01/01 04:00",
        "MHDA- 2001/02/03",
        "PHST- 2001/1/01 04:00 [pubmed]",
        "PHST- 2000 [received]",
        "PHST- 2001/01/01 04:00 [pubmed]",
        "CRDT- 2001/01/01 04:00",
        "PHST- 2001/01/01",
    ]
    assert rows("history", "history_seq pub_status year month day hour minute", *lines) == [
        (1, "pubmed", 2001, 1, 1, 4, 0),
        (2, "received", 2000, None, None, None, None),
        (3, None, 2001, 1, 1, None, None),
        (4, "medline", 2001, 2, 3, None, None),
        (5, "entrez", 2001, 1, 1, 4, 0),
    ]


def test_other_events_are_equal():
    values = ["2001/13/01", "2001/001", "2001/01/01 04", "2001/01/01x", "2001 []", "1", "2001 ["]
    records = [record(f"PHST- {value}", f"EDAT- {value}", pmid=pmid) for pmid, value in enumerate(values, 1)]
    assert differences(b"".join(records)) == []


def test_abstracts():
    columns = "abstract_seq section_seq abstract_type language text copyright"
    lines = ["CI  - (c) Otter Press", "AB  - One.", "AB  - Two.", "OAB - PIP: Three: four.", "OABL- spa",
             "OAB - Odd: Five.", "OCI - (c) Pond", "OCI - (c) again", "OABL- eng"]  # fmt: skip
    assert rows("abstracts", columns, *lines) == [
        (1, 1, None, None, "One.", "(c) Otter Press"),
        (1, 2, None, None, "Two.", None),
        (2, 1, "PIP", "spa", "Three: four.", None),
        (3, 1, "", "eng", "Odd: Five.", "(c) Pond"),
    ]
    assert rows("articles", "abstract abstract_copyright", *lines) == [("One. Two.", "(c) Otter Press")]
    assert rows("abstracts", columns, "OABL- spa") == [(1, 1, "", "spa", None, None)]


SOURCE = ["DP  - 2001 Jan", "VI  - 9", "IP  - 6", "PG  - 557-63", "TA  - J Otter"]


@pytest.mark.parametrize(
    ("lines", "stated", "fits"),
    [
        (SOURCE, "J Otter. 2001 Jan;9(6):557-63. doi: 10.9999/otter.1.", True),
        (SOURCE, "j otter. 2001  JAN; 9 (6): 557-63", True),
        (SOURCE, "J Otter. 2001 Jan;9(7):557-63.", False),
        (SOURCE, "J Otter. 2001 Jan;9(6):557-6", False),
        ([*SOURCE, "DEP - 20001204"], "J Otter. 2000 Dec 4;9(6):557-63", True),
        ([*SOURCE, "DEP - 200012"], "J Otter. 2000 Dec;9(6):557-63", True),
        ([*SOURCE, "DEP - 20001204"], "J Otter. 2000 Dec 04;9(6):557-63", False),
        (["TA  - J Ötter"], "J Ötter.", True),
        (["TA  - J Ötter"], "J ötter.", True),
        (["TA  - otRxiv", "DP  - 2001 Jan 3"], "otRxiv [Preprint]. 2001 Jan 3:2001.01.03.1. doi: 10.9999/x.", True),
        (["TA  - otRxiv", "DP  - 2001 Jan 3"], "otRxiv [Preprint]. 2001 Jan 4", False),
        (["TA  - otRxiv", "DP  - 2001 Jan 3"], "otRxiv [Reprints]. 2001 Jan 3", False),
        (["TA  - otRxiv [Preprint]", "DP  - 2001"], "otRxiv [Preprint]. 2001", True),
        ([], ". ;", True),
        (["BTI - A book", "DP  - 2001"], "anything", True),
    ],
)
def test_source(lines, stated, fits):
    text = record(*lines, f"SO  - {stated}")
    assert differences(text) == []
    assert (read_compiled(text).tables["anomalies"].num_rows == 0) == fits
    if stated.isascii():
        assert count_fallbacks(text) == (not fits)
