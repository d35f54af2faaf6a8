"""Files that are not what they should be: one error line, nothing of them taken in, nothing lost of what was there."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from build import (
    abstract,
    ask,
    authors,
    citation,
    contents,
    document,
    error_of,
    medline,
    rows_of,
    text_record,
    title,
    write_dump,
    write_mirror,
)
from medline import pipeline
from medline.errors import BadInput
from medline.home import LocalHome
from medline.lake import failures, transform
from medline.mirror.dumps import source

DUMP, EXPORT = "pubmed26n0001.xml.gz", "search.nbib"
GOOD = gzip.compress(document(*(citation(pmid, article=authors("Alm")) for pmid in range(1, 200))), mtime=0)
MIDDLE = len(GOOD) // 2
BOMB = (
    '<!DOCTYPE PubmedArticleSet [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
OUTSIDE = '<!DOCTYPE PubmedArticleSet [<!ENTITY outside SYSTEM "file:///etc/hostname">]>'
WITH_DTD = '<!DOCTYPE PubmedArticleSet SYSTEM "https://dtd.example/pubmed.dtd">'
NO_PMID = "<PubmedArticle><MedlineCitation><Article><ArticleTitle>None.</ArticleTitle></Article></MedlineCitation>"
NO_PMID += "</PubmedArticle>"
PAGE = b"<!DOCTYPE html>\n<html><head><title>503</title></head><body>Service Unavailable</body></html>\n"

#: what is wrong: the file's name, its content, where the message must say it is
BAD = {
    "a gzip that was cut": (DUMP, GOOD[:MIDDLE], r"byte \d+"),
    "a gzip without its last byte": (DUMP, GOOD[:-1], r"byte \d+"),
    "a gzip with damaged bytes in the middle": (DUMP, GOOD[:MIDDLE] + b"\0" * 40 + GOOD[MIDDLE + 40 :], r"byte \d+"),
    "a gzip with one bit flipped in its checksum": (DUMP, GOOD[:-8] + bytes([GOOD[-8] ^ 1]) + GOOD[-7:], r"byte \d+"),
    "an error page in place of a dump": (DUMP, PAGE, "line 1.*HTML.*503"),
    "an error page in capitals": (DUMP, PAGE.replace(b"html", b"HTML"), "line 1.*HTML.*503"),
    "an element that is not closed": (DUMP, document(citation(1), "<PubmedArticle>"), r"line \d, column \d+"),
    "a bare ampersand": (DUMP, document(citation(1, title=title("Salt & pepper"))), r"line 3, column \d+"),
    "XML that just ends": (DUMP, document(citation(1), citation(2))[:-400], r"line \d, column \d+"),
    "an unknown root": (DUMP, b"<eSearchResult><Count>0</Count></eSearchResult>", "line 1.*<eSearchResult>"),
    "an unknown record": (DUMP, document(citation(1), "<PubmedFilm/>"), "line 4.*<PubmedFilm>"),
    "text between records": (DUMP, document(citation(1), "connection lost", citation(2)), r"line \d.*connection lost"),
    "an entity bomb": (DUMP, document(citation(1, title=title("&c;")), doctype=BOMB), "line 1.*entity"),
    "an external entity": (DUMP, document(citation(1, title=title("&outside;")), doctype=OUTSIDE), "line 1.*entity"),
    "an undefined entity": (DUMP, document(citation(1, title=title("&nbsp;"))), "line 3.*entity"),
    "an entity that only the DTD may know": (
        DUMP,
        document(citation(1, title=title("a&nbsp;b")), doctype=WITH_DTD),
        "line 3.*nbsp",
    ),
    "an entity that only the DTD may know, in an attribute": (
        DUMP,
        document(citation(1, article='<Abstract><AbstractText Label="A&nbsp;B"/></Abstract>'), doctype=WITH_DTD),
        "line 3",
    ),
    "bytes that are not UTF-8": (
        DUMP,
        document(citation(1), citation(2, title=title("Café"))).replace(b"\xc3", b""),
        r"line 4, column \d+",
    ),
    "an encoding that nobody knows": (DUMP, document(citation(1)).replace(b"utf-8", b"klingon"), "line 1"),
    "an encoding of several bytes": (DUMP, document(citation(1)).replace(b"utf-8", b"gb2312"), "line 1"),
    "an empty file": (DUMP, b"", "empty"),
    "a gzip of nothing": (DUMP, gzip.compress(b""), "empty"),
    "a record without PMID": (DUMP, document(citation(1), NO_PMID), "line 4.*PMID"),
    "a PMID that is no number": (DUMP, document(citation(1), citation("12x")), "line 4.*12x"),
    "a PMID that is empty": (DUMP, document(citation(1), citation("")), "line 4.*PMID"),
    "a version that is no number": (DUMP, document(citation(1, "two")), "line 3.*two"),
    "a deletion that is no number": (DUMP, document("<DeleteCitation><PMID>x</PMID></DeleteCitation>"), "line 3.*PMID"),
    "ten thousand <i> in each other": (
        DUMP,
        document(citation(1, title=title("<i>" * 10_000 + "deep" + "</i>" * 10_000))),
        "line 3.*nested",
    ),
    "prose in place of MEDLINE text": (EXPORT, b"Dear colleague,\nthe records are attached.\n", "line 1.*MEDLINE"),
    "another format in place of MEDLINE text": (EXPORT, b"TY  - JOUR\nTI  - A title.\nER  - \n", "line 1.*RIS"),
    "random bytes": (EXPORT, bytes(range(256)) * 8, "line 1"),
    "bytes without a zero among them": (EXPORT, bytes(range(128, 256)) * 8, "line 1"),
    "a text record without PMID": (EXPORT, b"OWN - NLM\nTI  - A title.\n", "line 1.*PMID"),
    "a text PMID that is no number": (
        EXPORT,
        (text_record(1) + text_record("12x")).encode(),
        "line 5.*12x",
    ),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home that holds good files of the names that the bad ones have."""
    home, files = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("good")
    (files / DUMP).write_bytes(GOOD)
    (files / EXPORT).write_text(text_record(500, "TI  - A good record."))
    pipeline.load_files([files / DUMP, files / EXPORT], home)
    return home


@pytest.fixture(scope="module")
def untouched(home):
    """What is in that home, and stays in it."""
    return lake_files(home), contents(home)


def lake_files(home):
    """MD5 of every file in the lake but the notes on failures."""
    paths = [
        path
        for path in (home / "lake").rglob("*")
        if path.is_file() and path.parent.name != "failures" and path.name != ".lock"
    ]
    return {str(path.relative_to(home)): hashlib.md5(path.read_bytes()).hexdigest() for path in sorted(paths)}


@pytest.fixture
def refuse(home, untouched):
    """Load a file in vain: the error says in one line what, where and what to do; the home is as it was."""

    def refuse(path, where, name=None):
        applied, (error,) = pipeline.load_files([path], home, replace=True)
        assert applied == []
        assert isinstance(error, BadInput)
        check_message(str(error), name or path.name, where)
        assert (lake_files(home), contents(home)) == untouched

    return refuse


def check_message(message, name, where):
    assert message.startswith(name)
    assert re.search(where, message), message
    assert re.search("; [a-z]", message), f"no advice: {message}"
    assert len(message) < 400
    assert message.isprintable()


@pytest.mark.parametrize("wrong", BAD)
def test_a_bad_file_is_refused_and_changes_nothing(refuse, tmp_path, wrong):
    name, content, where = BAD[wrong]
    (tmp_path / name).write_bytes(content)
    refuse(tmp_path / name, where)


@pytest.mark.parametrize("wrong", BAD)
def test_nothing_of_a_bad_file_is_in_an_empty_lake(tmp_path, wrong):
    name, content, _ = BAD[wrong]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput):
        transform.transform(source(tmp_path / name), LocalHome(tmp_path / "home"))
    assert lake_files(tmp_path / "home") == {}
    assert failures.failure(LocalHome(tmp_path / "home"), name)


@pytest.mark.parametrize(
    "wrong",
    [
        "a gzip that was cut",
        "an error page in place of a dump",
        "a bare ampersand",
        "an encoding that nobody knows",
        "a PMID that is no number",
        "prose in place of MEDLINE text",
    ],
)
def test_loading_a_bad_file_gives_one_error_line_and_exit_code_1(home, untouched, tmp_path, wrong):
    name, content, where = BAD[wrong]
    (tmp_path / name).write_bytes(content)
    check_message(error_of(medline("load", tmp_path / name, "--home", home, "--replace"), 1), name, where)
    assert (lake_files(home), contents(home)) == untouched


def test_transforming_bad_files_gives_an_error_line_for_each_and_exit_code_1(tmp_path):
    files = {}
    for number, (name, content, where) in enumerate(BAD.values(), start=1):
        path = tmp_path / (f"pubmed26n{number:04}.xml.gz" if name == DUMP else f"search{number}.nbib")
        path.write_bytes(content)
        files[path] = where
    result = medline("transform", *files, "--home", tmp_path / "home")
    errors = [line for line in result.stderr.splitlines() if not line.startswith("WARNING ")]
    assert (result.returncode, len(errors)) == (1, len(files)), result.stderr[-1000:]
    for path, where in files.items():
        (line,) = (line for line in errors if line.startswith(f"error: {path.name}"))
        check_message(line.removeprefix("error: "), path.name, where)
    assert lake_files(tmp_path / "home") == {}


def test_a_file_that_its_md5_does_not_fit_is_refused(refuse, tmp_path):
    dump = write_dump(tmp_path / DUMP, citation(1))
    dump.with_name(f"{DUMP}.md5").write_text(f"MD5({DUMP})= {'0' * 32}\n")
    refuse(dump, "0{32}")


@pytest.mark.parametrize("text", ["", "not found\n", "<html>404</html>", f"MD5({DUMP})= 12345\n", "0" * 33, "é" * 200])
def test_an_invalid_md5_file_is_refused(refuse, tmp_path, text):
    dump = write_dump(tmp_path / DUMP, citation(1))
    dump.with_name(f"{DUMP}.md5").write_text(text)
    refuse(dump, r"no MD5 in .*; get the \.md5 file again", f"{DUMP}.md5")


@pytest.mark.parametrize("form", ["MD5({name})= {md5}\n", "MD5 ({name}) = {md5}", "{md5}  {name}\n", "{md5}\r\n"])
def test_md5_files_of_every_usual_form_are_read(tmp_path, form):
    dump = write_dump(tmp_path / DUMP, citation(1))
    digest = hashlib.md5(dump.read_bytes()).hexdigest()
    dump.with_name(f"{DUMP}.md5").write_bytes(form.format(name=DUMP, md5=digest.upper()).encode())
    assert transform.transform(source(dump), LocalHome(tmp_path / "home")).md5 == digest


def test_a_real_file_that_was_cut_is_refused(data, refuse, tmp_path):
    (tmp_path / DUMP).write_bytes((Path(data) / "malformed" / "not_well_formed.xml").read_bytes())
    refuse(tmp_path / DUMP, r"line \d+, column \d+")


def test_an_external_entity_is_not_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    doctype = f'<!DOCTYPE PubmedArticleSet [<!ENTITY outside SYSTEM "{secret.as_uri()}">]>'
    (tmp_path / "x.xml").write_bytes(document(citation(1, title=title("&outside;")), doctype=doctype))
    with pytest.raises(BadInput) as error:
        rows_of(tmp_path / "x.xml")
    assert "the secret" not in str(error.value)


@pytest.mark.parametrize("command", ["load", "transform"])
def test_a_missing_file_is_misuse(tmp_path, command):
    message = error_of(medline(command, tmp_path / "missing.xml", "--home", tmp_path / "home"), 2)
    assert "missing.xml" in message
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("command", ["load", "transform"])
def test_a_directory_in_place_of_a_file_is_misuse(tmp_path, command):
    (tmp_path / "folder").mkdir()
    message = error_of(medline(command, tmp_path / "folder", "--home", tmp_path / "home"), 2)
    assert "folder" in message
    assert not (tmp_path / "home").exists()


def test_of_several_files_the_good_ones_are_loaded_and_the_bad_one_named(tmp_path):
    (tmp_path / "a.nbib").write_text(text_record(1))
    (tmp_path / "b.nbib").write_text("nothing useful\n")
    (tmp_path / "c.xml").write_bytes(document(citation(3)))
    files = [tmp_path / name for name in ("a.nbib", "b.nbib", "c.xml")]
    message = error_of(medline("load", *files, "--home", tmp_path / "home"), 1)
    assert message.startswith("b.nbib line 1")
    assert ask(tmp_path / "home", "SELECT pmid FROM articles ORDER BY pmid") == [(1,), (3,)]


# A dump that fails stops the later ones of its year.

THREE = ([citation(1, article=authors("Alm")), citation(2)], [citation(2, title=title("New."))], [citation(3)])


def spoil(dump: Path) -> bytes:
    """Cut a dump, and return what it was."""
    whole = dump.read_bytes()
    dump.write_bytes(whole[: len(whole) // 2])
    return whole


@pytest.mark.long
def test_a_bad_dump_stops_the_later_ones_until_it_is_mended(tmp_path):
    mirror, home, fresh = tmp_path / "mirror", tmp_path / "home", tmp_path / "fresh"
    _, second, _ = write_mirror(mirror, *THREE)
    whole = spoil(second)

    message = error_of(medline("sync", "--mirror", mirror, "--home", home), 1)
    assert message.startswith("pubmed26n0002.xml.gz")
    assert ask(home, "SELECT name FROM dumps") == [("pubmed26n0001.xml.gz",)]
    assert ask(home, "SELECT pmid FROM articles ORDER BY pmid") == [(1,), (2,)]

    status = medline("status", "--home", home)
    assert status.returncode == 0
    line = next(line for line in status.stdout.splitlines() if "pubmed26n0002.xml.gz" in line)
    assert "FAILED" in line
    assert "later dumps of its year wait" in line

    second.write_bytes(whole)
    assert medline("sync", "--mirror", mirror, "--home", home).returncode == 0
    pipeline.sync(mirror, fresh)
    assert contents(home) == contents(fresh)
    assert "FAILED" not in medline("status", "--home", home).stdout


def test_a_dump_that_went_bad_after_it_was_loaded_may_be_mended(tmp_path, monkeypatch):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    _, second, _ = write_mirror(mirror, *THREE)
    pipeline.sync(mirror, home)
    before = contents(home)
    whole = spoil(second)
    error_of(medline("sync", "--mirror", mirror, "--home", home), 1)
    assert contents(home) == before
    second.write_bytes(whole)
    assert pipeline.sync(mirror, home) == []
    assert contents(home) == before
    assert failures.failures(LocalHome(home)) == []


def test_the_very_first_dump_may_be_bad_and_status_says_so(tmp_path):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    first, *_ = write_mirror(mirror, *THREE)
    spoil(first)
    assert error_of(medline("sync", "--mirror", mirror, "--home", home), 1).startswith("pubmed26n0001.xml.gz")
    status = medline("status", "--home", home)
    assert "pubmed26n0001.xml.gz" in status.stdout + status.stderr
    assert "Traceback" not in status.stderr


def test_a_bad_export_of_a_mirror_does_not_stop_its_dumps(tmp_path):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    write_mirror(mirror, *THREE)
    (mirror / "exports").mkdir()
    (mirror / "exports" / "mine.nbib").write_text("nothing useful\n")
    assert error_of(medline("sync", "--mirror", mirror, "--home", home), 1).startswith("mine.nbib line 1")
    assert ask(home, "SELECT count(*) FROM dumps WHERE kind <> 'export'") == [(3,)]


# A value that its type cannot hold: NULL, and the raw value in anomalies.

CITATION = "PubmedArticle/MedlineCitation"
ARTICLE = f"{CITATION}/Article"
PUB_DATE = f"{ARTICLE}/Journal/JournalIssue/PubDate"
DAY = "<Year>2001</Year><Month>02</Month><Day>31</Day>"
HEADING = '<MeshHeading><DescriptorName UI="D1" MajorTopicYN="maybe">Otters</DescriptorName></MeshHeading>'

#: what is wrong: the parts of the citation, the column that must be NULL, path, value and reason of the anomaly
UNTYPABLE = {
    "a year of no digits": (
        {"pub_date": "<Year>19xx</Year>"}, "articles", "pub_year", (f"{PUB_DATE}/Year", "19xx", "not an integer")),
    "two months": (
        {"pub_date": "<Year>2001</Year><Month>Sept-Oct</Month>"}, "articles", "pub_month",
        (f"{PUB_DATE}/Month", "Sept-Oct", "not a month")),
    "a thirteenth month": (
        {"pub_date": "<Year>2001</Year><Month>13</Month>"}, "articles", "pub_month",
        (f"{PUB_DATE}/Month", "13", "not a month")),
    "31 February": (
        {"head": f"<DateRevised>{DAY}</DateRevised>"}, "articles", "date_revised",
        (f"{CITATION}/DateRevised", "2001/02/31", "not a date")),
    "a flag that is neither Y nor N": (
        {"citation": f"<MeshHeadingList>{HEADING}</MeshHeadingList>"}, "mesh", "is_major",
        (f"{CITATION}/MeshHeadingList/MeshHeading/DescriptorName/@MajorTopicYN", "maybe", "neither Y nor N")),
    "an integer out of range": (
        {"citation": "<NumberOfReferences>99999999999</NumberOfReferences>"}, "articles", "number_of_references",
        (f"{CITATION}/NumberOfReferences", "99999999999", "integer out of range")),
    "a negative integer": (
        {"citation": "<NumberOfReferences>-1</NumberOfReferences>"}, "articles", "number_of_references",
        (f"{CITATION}/NumberOfReferences", "-1", "not an integer")),
    "a PMID of another citation that is invalid": (
        {"citation": '<CommentsCorrectionsList><CommentsCorrections RefType="Cites"><PMID>n/a</PMID>'
                     "</CommentsCorrections></CommentsCorrectionsList>"}, "comments_corrections", "ref_pmid",
        (f"{CITATION}/CommentsCorrectionsList/CommentsCorrections/PMID", "n/a", "not an integer")),
    "31 February of an electronic date": (
        {"article": f'<ArticleDate DateType="Electronic">{DAY}</ArticleDate>'}, "article_dates", "article_date",
        (f"{ARTICLE}/ArticleDate", "2001/02/31", "no such moment")),
    "31 February of an event": (
        {"data": f'<History><PubMedPubDate PubStatus="pubmed">{DAY}</PubMedPubDate></History>'}, "history", "event_at",
        ("PubmedArticle/PubmedData/History/PubMedPubDate", "2001/02/31", "no such moment")),
    "a flag of the list around the authors": (
        {"article": '<AuthorList CompleteYN="maybe"><Author><LastName>Alm</LastName></Author></AuthorList>'},
        "authors", "is_list_complete", (f"{ARTICLE}/AuthorList/@CompleteYN", "maybe", "neither Y nor N")),
}  # fmt: skip


@pytest.mark.parametrize("wrong", UNTYPABLE)
def test_an_untypable_value_keeps_its_row_and_is_an_anomaly(tmp_path, wrong):
    parts, table, column, anomaly = UNTYPABLE[wrong]
    path = tmp_path / "records.xml"
    path.write_bytes(document(citation(1), citation(2, **parts), citation(3)))
    rows = rows_of(path)
    assert rows("articles", "pmid") == [(1,), (2,), (3,)]
    assert [row[1] for row in rows(table, f"pmid {column}") if row[0] == 2] == [None]
    assert ("records.xml", 2, *anomaly) in rows("anomalies", "source_file pmid path value reason")
    assert {row[1:] for row in rows("anomalies", "pmid path value reason")} == {anomaly}


def test_the_parts_of_an_impossible_day_are_kept_as_sent(tmp_path):
    path = tmp_path / "records.xml"
    path.write_bytes(document(citation(1, pub_date=DAY, article=f"<ArticleDate>{DAY}</ArticleDate>")))
    rows = rows_of(path)
    assert rows("articles", "pub_date pub_year pub_month pub_day") == [("2001 Feb 31", 2001, 2, 31)]
    assert rows("article_dates", "year month day") == [(2001, 2, 31)]


@pytest.mark.parametrize(
    ("line", "column", "anomaly"),
    [
        ("LR  - 20010231", "date_revised", ("LR", "20010231", "not a date")),
        ("DCOM- soon", "date_completed", ("DCOM", "soon", "not a date")),
        ("RF  - 99999999999", "number_of_references", ("RF", "99999999999", "integer out of range")),
    ],
)
def test_an_untypable_value_of_text_keeps_its_row_and_is_an_anomaly(tmp_path, line, column, anomaly):
    path = tmp_path / "records.nbib"
    path.write_text(text_record(1, "TI  - Another.") + text_record(2, line, "TI  - A title.", "SO  - ."))
    rows = rows_of(path)
    assert rows("articles", f"pmid title {column}") == [(1, "Another.", None), (2, "A title.", None)]
    assert rows("anomalies", "source_file pmid path value reason") == [("records.nbib", 2, *anomaly)]


def test_a_value_that_comes_twice_where_the_dtd_has_it_once_is_an_anomaly(tmp_path):
    path = tmp_path / "records.xml"
    path.write_bytes(document(citation(1, article=title("Another title."))))
    rows = rows_of(path)
    assert rows("articles", "title") == [("A title.",)]
    assert rows("anomalies", "path value") == [(f"{ARTICLE}/ArticleTitle", "Another title.")]


def test_anomalies_reach_the_warehouse_and_go_with_their_dump(tmp_path, monkeypatch):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    others = [citation(2)], [citation(3)], [citation(4)]  # so that no run starts from nothing
    write_mirror(mirror, [citation(1, pub_date="<Year>19xx</Year>", article=abstract("Kept."))], *others)
    pipeline.sync(mirror, home)
    assert ask(home, "SELECT pmid, value FROM anomalies") == [(1, "19xx")]
    assert ask(home, "SELECT pub_year, pub_date, abstract FROM articles WHERE pmid = 1") == [(None, "19xx", "Kept.")]
    assert ask(home, "SELECT sum(anomalies) FROM dumps") == [(1,)]
    write_mirror(mirror, [citation(1, pub_date="<Year>20xx</Year>")], *others)
    pipeline.sync(mirror, home)
    assert ask(home, "SELECT pmid, value FROM anomalies") == [(1, "20xx")]


def test_dumps_loaded_by_name_wait_for_an_earlier_one_that_failed(tmp_path):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    first, second, third = write_mirror(mirror, *THREE)
    whole = spoil(second)
    assert medline("load", third, second, first, "--home", home).returncode == 1
    assert ask(home, "SELECT name FROM dumps") == [(first.name,)]
    message = error_of(medline("load", third, "--home", home), 1)
    assert third.name in message
    second.write_bytes(whole)
    assert medline("load", second, third, "--home", home).returncode == 0
    assert ask(home, "SELECT count(*) FROM dumps") == [(3,)]


def test_a_failure_is_forgotten_with_its_file(tmp_path):
    mirror, home = tmp_path / "mirror", tmp_path / "home"
    *_, last = write_mirror(mirror, *THREE)
    spoil(last)
    error_of(medline("sync", "--mirror", mirror, "--home", home), 1)
    last.unlink()
    assert medline("sync", "--mirror", mirror, "--home", home).returncode == 0
    assert "FAILED" not in medline("status", "--home", home).stdout


def test_a_line_end_in_a_file_name_does_not_break_the_message(tmp_path):
    path = tmp_path / "two\nlines.nbib"
    path.write_text("no MEDLINE", "utf-8")
    error_of(medline("load", path, "--home", tmp_path / "home"), 1)


def test_a_dump_of_another_year_than_the_warehouses_is_misuse(tmp_path):
    home = tmp_path / "home"
    this, other = (
        write_dump(tmp_path / name, citation(1)) for name in ("pubmed26n0001.xml.gz", "pubmed25n0009.xml.gz")
    )
    assert "25 and 26" in error_of(medline("load", this, other, "--home", home), 2)
    assert medline("load", this, "--home", home).returncode == 0
    assert "25 and 26" in error_of(medline("load", other, "--home", home), 2)
    assert ask(home, "SELECT name FROM dumps") == [(this.name,)]


@pytest.mark.long
def test_a_gap_in_the_numbers_stops_before_it_and_is_reported(tmp_path):
    mirror, home, fresh = tmp_path / "mirror", tmp_path / "home", tmp_path / "fresh"
    first, second, third = write_mirror(mirror, *THREE)
    kept = second.rename(tmp_path / second.name)
    message = error_of(medline("sync", "--mirror", mirror, "--home", home), 1)
    assert "number 2" in message
    assert ask(home, "SELECT name FROM dumps") == [(first.name,)]
    assert third.name in medline("status", "--home", home).stdout
    kept.rename(second)
    assert medline("sync", "--mirror", mirror, "--home", home).returncode == 0
    pipeline.sync(mirror, fresh)
    assert contents(home) == contents(fresh)


def test_every_bad_file_of_a_load_is_reported(tmp_path):
    paths = [tmp_path / name for name in ("a.nbib", "b.nbib")]
    for path in paths:
        path.write_text("no MEDLINE", "utf-8")
    loaded = medline("load", *paths, "--home", tmp_path / "home")
    assert loaded.returncode == 1
    assert [line.split()[1] for line in loaded.stderr.splitlines()] == ["a.nbib", "b.nbib"]
