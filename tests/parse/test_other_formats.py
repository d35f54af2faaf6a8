"""Files of other formats are refused by name, with what to export instead."""

from __future__ import annotations

import io

import pytest

from framing import LONGEST, refused
from medline.errors import BadInput
from medline.parse import other_formats
from medline.parse.source import sniff

OTHERS = {
    "Ovid": "<1>\nUI  - 9\nTI  - Otters.\n",
    "RIS": "TY  - JOUR\nTI  - Otters.\nER  - \n",
    "ERIC": "OWN - ERIC\nTI  - Otters.\nAU  - Marsh, Ada\n",
    "PubMed's CSV": "PMID,Title,Authors,Citation\n1,Otters.,Marsh A,J\n",
    "Abstract (text)": "1. J Otter. 2001 Jan;9(6):557-63.\n\nOtters in ponds.\n\nMarsh A.\n\nPMID: 9000\n",
    "Summary (text)": "1: Marsh A. Otters in ponds. J Otter. 2001\nJan;9(6):557-63. PMID: 9000.\n\n2: Reed B. 2002\n",
    "list of PMIDs": "90000001\n90000002\n90000003\n",
    "ASN.1": "Pubmed-entry ::= {\n  pmid 9000 ,\n",
    "EndNote tagged": "%0 Journal Article\n%T Otters.\n",
    "BibTeX": "@article{marsh2001,\n  title = {Otters},\n}\n",
    "JSON": '[{"pmid": 1}]\n',
    "Web of Science": "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Marsh, A\n",
    "Scopus": '"Authors","Title","Year","Source title","EID"\n"Marsh A.","Otters.",2001,"J","2"\n',
    "Embase": "RECORD 1\n\nTITLE\nOtters.\n",
    "EBSCO": "Record: 1\nTitle: Otters.\n",
    "PDF": "%PDF-1.7\n%\u00e2\u00e3\n1 0 obj\n",
    "RTF": "{\\rtf1\\ansi PMID- 1\\par\n}\n",
    "Word": "PK\x03\x04\x14\0\x06\0",
}
XML_ROOTS = ["article", "xml", "responseWrapper", "rss", "feed", "eSummaryResult", "DocumentSummarySet"]


@pytest.mark.parametrize("name", OTHERS)
def test_another_format_is_named(name):
    data = OTHERS[name].encode()
    assert sniff(io.BufferedReader(io.BytesIO(data))) == "medline"
    message = refused(data)
    assert name in message
    assert "XML" not in message


@pytest.mark.parametrize("name", XML_ROOTS)
def test_xml_of_another_kind_is_named(name):
    problem, advice = other_formats.of_root(name, "PubmedArticleSet")
    assert "not PubMed XML" in problem
    assert advice


def test_an_error_is_one_short_line():
    error = BadInput("o" * 250 + ".nbib", "a\nvalue\x00 " * 500, where="line 7", advice="save it again")
    assert len(str(error)) <= LONGEST
    assert str(error).isprintable()
    assert "line 7" in str(error)
    assert str(error).endswith("; save it again")
