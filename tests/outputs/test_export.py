"""Exports for reference managers, and the command that writes them; that XML loses nothing is test_round_trip's."""

from __future__ import annotations

import json
import re

import pytest

import sample
from build import abstract, authors, citation, document, error_of, medline, medline_process, title
from medline import options, pipeline
from medline.outputs.export import FORMATS, bibtex, csljson, export, ris, write, xml
from medline.outputs.export.records import Record, iter_records, pmids_where
from medline.outputs.export.work import work_of
from medline.parse import iter_batches
from medline.warehouse import database

PERSON = """<Author ValidYN="Y"><LastName>Müller-O'Brien</LastName><ForeName>Anna B</ForeName><Initials>AB</Initials>
<Suffix>Jr</Suffix></Author><Author ValidYN="N"><LastName>Wrong</LastName></Author>
<Author><CollectiveName>Cats and Dogs Group</CollectiveName></Author>"""
ARTICLE = citation(
    11,
    pub_date="<Year>2001</Year><Month>Oct</Month><Day>05</Day>",
    title="<ArticleTitle>Otters in H<sub>2</sub>O.</ArticleTitle>",
    article="<Pagination><MedlinePgn>557-63</MedlinePgn></Pagination>"
    + abstract("Of ponds.")
    + f"""
<AuthorList>{PERSON}</AuthorList><Language>eng</Language>""",
    citation="""<MedlineJournalInfo><MedlineTA>J Pond</MedlineTA></MedlineJournalInfo><MeshHeadingList><MeshHeading>
<DescriptorName UI="D1">Child, Preschool</DescriptorName></MeshHeading></MeshHeadingList>
<KeywordList><Keyword>pond</Keyword></KeywordList>""",
    data='<ArticleIdList><ArticleId IdType="doi">10.5555/a_b&lt;1&gt;</ArticleId>'
    '<ArticleId IdType="pmc">PMC7</ArticleId></ArticleIdList>',
).replace("<Journal>", '<Journal><ISSN IssnType="Print">1234-5678</ISSN><Title>The Pond &amp; Bog</Title>')
BOOK = """<PubmedBookArticle><BookDocument><PMID Version="1">12</PMID><Book><Publisher><PublisherName>Pond Press
</PublisherName><PublisherLocation>Bog</PublisherLocation></Publisher><BookTitle>All of Otters</BookTitle><PubDate>
<Year>2010</Year><Season>Fall</Season></PubDate><AuthorList Type="editors"><Author><LastName>Ed</LastName></Author>
</AuthorList><Isbn>978-1</Isbn></Book>{}<AuthorList Type="authors"><Author><LastName>Al</LastName></Author></AuthorList>
</BookDocument></PubmedBookArticle>"""

#: Words that end something, or begin something, in one of the formats.
HOSTILE = (
    "}, @comment{ \\", "ER  - ", "a\nER  - \n\nTY  - JOUR", "\"]}, {", "{{{", "}}}", "\\end{x} % # $ & _ ~ ^",
    "and and, and", "<script>alert(1)</script>", "a\tb\x85\u2028c", "]]>", "@article{x,", "–é漢𝒳",
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    directory = tmp_path_factory.mktemp("export")
    hostile = [
        citation(
            100 + number,
            title=title(escaped(text)),
            article=abstract(escaped(text)) + authors(escaped(text), "B") + f"<Language>{escaped(text)}</Language>",
            citation=f"<KeywordList><Keyword>{escaped(text)}</Keyword></KeywordList>",
        )
        for number, text in enumerate(HOSTILE)
    ]
    chapter = BOOK.format(title("A chapter.")).replace(">12<", ">13<")
    path = directory / "records.xml"
    path.write_bytes(document(ARTICLE, BOOK.format(""), chapter, *hostile))
    generated = sample.write_xml(directory / "generated.xml", sample.citations(60, 4))
    pipeline.load_files([path, generated], directory / "home")
    return directory / "home"


def escaped(text: str) -> str:
    return "".join(f"&#{ord(letter)};" if letter in "<>&\t\n\x85\u2028" else letter for letter in text)


@pytest.fixture(scope="module")
def records(home):
    with database.reader(home) as connection:
        return {record.pmid: record for record in iter_records(connection, pmids_where(connection, "true"))}


def whole(home, form: str) -> str:
    with database.reader(home) as connection:
        return "".join(export(connection, pmids_where(connection, "true"), form))


# The formats


def test_ris(records):
    assert ris.write_record(records[11]).split("\r\n") == [
        "TY  - JOUR", "DB  - PubMed", "AU  - Müller-O'Brien, Anna B, Jr", "AU  - Cats and Dogs Group,",
        "TI  - Otters in H₂O", "T2  - The Pond & Bog", "JF  - The Pond & Bog", "JO  - J Pond", "JA  - J Pond",
        "J2  - J Pond", "SN  - 1234-5678", "DO  - 10.5555/a_b<1>",
        "AN  - 11", "C2  - PMC7", "UR  - https://pubmed.ncbi.nlm.nih.gov/11/", "LA  - eng", "KW  - Child, Preschool",
        "KW  - pond", "AB  - Of ponds.", "PY  - 2001", "DA  - 2001/10/05/", "SP  - 557", "EP  - 563", "ER  - ", "", "",
    ]  # fmt: skip
    book, chapter = (ris.write_record(records[pmid]).split("\r\n") for pmid in (12, 13))
    assert [line for line in book if line not in chapter] == ["TY  - BOOK", "TI  - All of Otters", "AN  - 12",
                                                              "UR  - https://pubmed.ncbi.nlm.nih.gov/12/"]  # fmt: skip
    assert {"TY  - CHAP", "AU  - Al", "A2  - Ed", "TI  - A chapter", "T2  - All of Otters", "PB  - Pond Press",
            "CY  - Bog", "SN  - 978-1", "DA  - 2010///Fall"} <= set(chapter)  # fmt: skip


def test_ris_is_lines_of_tags_whatever_is_in_it(home, records):
    text = whole(home, "ris")
    assert text.endswith("\r\nER  - \r\n\r\n")
    pmids = []
    for record in text.removesuffix("\r\n\r\n").split("\r\n\r\n"):
        lines = [re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line).groups() for line in record.split("\r\n")]
        tags = [tag for tag, _ in lines]
        assert (tags[0], tags[-1], tags.count("TY"), tags.count("ER"), tags.count("AN")) == ("TY", "ER", 1, 1, 1)
        pmids.append(int(dict(lines)["AN"]))
    assert pmids == list(records)


def test_bibtex(records):
    assert (
        bibtex.write_record(records[11])
        == r"""@article{MullerOBrien2001-11,
  author = {Müller-O'Brien, Jr, Anna B and {Cats and Dogs Group}},
  title = {{Otters in H\textsubscript{2}O}},
  journal = {The Pond \& Bog},
  year = {2001},
  pages = {557--563},
  issn = {1234-5678},
  pmid = {11},
  pmcid = {PMC7},
  language = {eng},
  keywords = {Child, Preschool; pond},
  abstract = {Of ponds.},
  doi = {10.5555/a_b<1>},
  url = {https://pubmed.ncbi.nlm.nih.gov/11/},
  month = oct,
  day = {5},
}

"""
    )
    book, chapter = (bibtex.write_record(records[pmid]) for pmid in (12, 13))
    assert book.startswith("@book{Al2010-12,\n")
    assert "  title = {{All of Otters}},\n" in book
    assert chapter.startswith("@incollection{Al2010-13,\n")
    assert "  booktitle = {{All of Otters}},\n" in chapter
    assert "  author = {{Al}},\n  editor = {{Ed}},\n  title = {{A chapter}},\n" in chapter


def entries(text: str) -> list[tuple[str, str, dict[str, str]]]:
    """The entries of a BibTeX file, read as BibTeX does: braces count, backslashes do not."""
    parsed, at = [], 0
    while at < len(text):
        kind, key = re.compile(r"@([a-z]+)\{([^\s,{}]+),\n").match(text, at).groups()
        at += len(f"@{kind}{{{key},\n")
        fields = {}
        while field := re.compile(r"  ([a-z]+) = ").match(text, at):
            start = at = field.end()
            depth = 0
            while depth or text[at] != ",":
                depth += {"{": 1, "}": -1}.get(text[at], 0)
                at += 1
            fields[field[1]] = text[start:at]
            at += len(",\n")
        assert text[at : at + 3] == "}\n\n"
        at += 3
        parsed.append((kind, key, fields))
    return parsed


def test_bibtex_is_entries_whatever_is_in_it(home, records):
    parsed = entries(whole(home, "bibtex"))
    assert [int(fields["pmid"].strip("{}")) for _, _, fields in parsed] == list(records)
    assert len({key for _, key, _ in parsed}) == len(records)
    by_pmid = {int(fields["pmid"].strip("{}")): fields for _, _, fields in parsed}
    assert by_pmid[106]["title"] == (
        r"{{{\textbackslash}end{\textbraceleft}x{\textbraceright} \% \# \$ \& \_ {\textasciitilde} {\textasciicircum}}}"
    )
    assert by_pmid[107]["author"] == "{{and and, and} and {B}}"


def test_csl_json(records):
    assert csljson.item(work_of(records[11])) == {
        "id": "11", "type": "article-journal", "source": "PubMed", "title": "Otters in H<sub>2</sub>O",
        "author": [{"family": "Müller-O'Brien", "given": "Anna B", "suffix": "Jr"}, {"literal": "Cats and Dogs Group"}],
        "issued": {"date-parts": [[2001, 10, 5]]}, "page": "557-563", "container-title": "The Pond & Bog",
        "container-title-short": "J Pond", "ISSN": "1234-5678", "DOI": "10.5555/a_b<1>", "PMID": "11", "PMCID": "PMC7",
        "URL": "https://pubmed.ncbi.nlm.nih.gov/11/", "language": "en", "keyword": "Child, Preschool; pond",
        "abstract": "Of ponds.",
    }  # fmt: skip
    chapter = csljson.item(work_of(records[13]))
    assert (chapter["type"], chapter["container-title"]) == ("chapter", "All of Otters")
    assert chapter["issued"] == {"date-parts": [[2010]], "season": 3}
    assert (chapter["author"], chapter["editor"]) == ([{"family": "Al"}], [{"family": "Ed"}])


def test_csl_json_is_json_of_the_right_types(home, records):
    items = json.loads(whole(home, "csljson"))
    assert [int(item["id"]) for item in items] == list(records)
    for item in items:
        assert item["type"] in ("article-journal", "book", "chapter")
        for name in item.keys() & {"author", "editor"}:
            assert all(person.keys() <= {"family", "given", "suffix", "literal"} for person in item[name])
        for part in item.get("issued", {}).get("date-parts", []):
            assert 1 <= len(part) <= 3
            assert all(type(number) is int for number in part)
        others = item.keys() - {"author", "editor", "issued"}
        assert all(isinstance(item[name], str) and "\n" not in item[name] for name in others)
    assert json.loads(csljson.HEADER + csljson.FOOTER) == []


# XML from values that are not to be trusted


def test_markup_of_the_database_cannot_break_out(records):
    head = records[11].head
    markups = [
        "</ArticleTitle><x/>",
        "<b>open",
        "a & b",
        "&lol;",
        "<b a=1>x</b>",
        "\x00",
        "<!DOCTYPE x []>",
        "]]>",
        "<b",
    ]
    for markup in [*markups, "<?xml version='1.0'?>"]:
        record = Record(11, records[11].rows | {"articles": [head | {"title_markup": markup}]})
        assert "<ArticleTitle>Otters in H2O.</ArticleTitle>" in xml.write_record(record)
    record = Record(11, records[11].rows | {"articles": [head | {"title_markup": "<b>x</b>\r"}]})
    assert "<ArticleTitle><b>x</b>&#13;</ArticleTitle>" in xml.write_record(record)


def test_what_xml_cannot_hold_is_replaced(records, tmp_path):
    wild = "\x00\x0b\ufffe a\rb \"'<&>]]>\t\n"
    changed = {"title": wild, "title_markup": None, "owner": wild}
    record = Record(11, records[11].rows | {"articles": [records[11].head | changed]})
    path = tmp_path / "wild.xml"
    path.write_text(xml.HEADER + xml.write_record(record) + xml.FOOTER, "utf-8", newline="")
    (row,) = [row for batch in iter_batches(path) for row in batch.tables["articles"].to_pylist()]
    assert (row["title"], row["owner"]) == ("\ufffd\ufffd\ufffd a\rb \"'<&>]]>",) * 2


def test_rows_that_belong_to_nothing_are_logged(records, caplog):
    orphan = {"pmid": 11, "version": 1, "heading_seq": 9, "qualifier_seq": 1, "qualifier_ui": None, "qualifier": "q"}
    orphan |= {"is_major": None, "is_auto": None}
    xml.write_record(Record(11, records[11].rows | {"mesh_qualifiers": [orphan]}))
    assert caplog.messages == ["PMID 11: 1 rows of mesh_qualifiers have no row around them: not written"]


# The command


def test_every_format_is_offered():
    assert [form.value for form in options.ExportFormat] == list(FORMATS)


def test_pmids_in_their_order_each_once(home):
    done = medline("export", "--home", home, "-f", "csljson", "13", "11", "13")
    assert done.returncode == 0, done.stderr
    assert [item["id"] for item in json.loads(done.stdout)] == ["13", "11"]


def test_where_asks_articles_and_books(home):
    def pmids(condition: str) -> list[str]:
        done = medline("export", "--home", home, "-f", "csljson", "--where", condition)
        assert done.returncode == 0, done.stderr
        return [item["id"] for item in json.loads(done.stdout)]

    assert pmids("pmid < 14 AND pub_year > 2000") == ["11", "12", "13"]
    assert pmids("book_title = 'All of Otters'") == ["12", "13"]
    assert pmids("pmid IN (SELECT mesh.pmid FROM mesh WHERE descriptor = 'Child, Preschool')") == ["11"]
    assert pmids("medline_ta = 'J Pond' AND pmid < 20") == ["11"]
    assert pmids("false") == []


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("pub_year = 2020; DROP TABLE articles", "Parser Error"),
        ("true) UNION SELECT 1 --", "syntax error"),
        ("pub_yaer = 2020", '"pub_yaer" not found'),
        ("pub_year", "a INTEGER, not a condition"),
        ("pub_year = 'soon'", "Could not convert string 'soon'"),
        ("", "Parser Error"),
    ],
)
def test_an_invalid_condition_is_a_usage_error(home, tmp_path, condition, message):
    done = medline("export", "--home", home, "-f", "xml", "--where", condition, "--out", tmp_path / "out")
    assert message in error_of(done, 2)
    assert list(tmp_path.iterdir()) == []


def test_unclear_requests_are_misuse(home):
    assert "not both" in error_of(medline("export", "--home", home, "-f", "ris"), 2)
    assert "not both" in error_of(medline("export", "--home", home, "-f", "ris", "11", "--where", "true"), 2)
    assert "'11x' is not a PMID" in error_of(medline("export", "--home", home, "-f", "ris", "11x"), 2)
    assert medline("export", "--home", home, "11").returncode == 2


def test_a_pmid_that_is_not_there_stops_all(home, tmp_path):
    out = tmp_path / "out.ris"
    out.write_text("as before")
    done = medline("export", "--home", home, "-f", "ris", "11", "999", "998", "--out", out)
    assert "has no PMID 999, 998: nothing written" in error_of(done, 1)
    assert (out.read_text(), list(tmp_path.iterdir())) == ("as before", [out])


def test_a_file_is_whole_or_stays_as_it_was(home, tmp_path):
    out = tmp_path / "out.bib"
    done = medline("export", "--home", home, "-f", "bibtex", "11", "--out", out)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    before = out.read_text("utf-8")
    assert before.startswith("@article{MullerOBrien2001-11,")

    def break_off(pieces):
        yield from pieces
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        write(break_off(["one"]), out)
    assert (out.read_text("utf-8"), list(tmp_path.iterdir())) == (before, [out])


def test_pmids_from_standard_input(home):
    done = medline_process("export", "--home", home, "-f", "csljson", "-", input='pmid,title\n"13","a, b"\n\n11\n')
    assert done.returncode == 0, done.stderr
    assert [item["id"] for item in json.loads(done.stdout)] == ["13", "11"]
