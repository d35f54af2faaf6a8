"""The generator of invented citations: complete, valid, plausible, and the same every time."""

import gzip
import hashlib
import os
import re
import subprocess
import sys
import unicodedata
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

import sample
from medline.schema import dtd
from medline.vocabulary.read import MeshReader
from real_data import DATA
from round_trip import faults
from sample import lexicon
from sample.medline import medline_lines
from sample.records import FIRST_PMID, pour

PAIRS = DATA / "pairs"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def records():
    return list(sample.citations(300, seed=7))


@pytest.fixture(scope="module")
def mirror(tmp_path_factory):
    directory = tmp_path_factory.mktemp("mirror")
    sample.write_mesh(directory / "MESH_FILES")
    return sample.write_mirror(directory, citations=60, seed=3)


def paths_of(node, path):
    yield path
    for name in node.attrib:
        yield f"{path}/@{name}"
    if not node.tag.startswith("mml:"):
        for child in node:
            yield from paths_of(child, f"{path}/{child.tag}")


def day_of(node):
    return date(*(int(node.find(part).text) for part in ("Year", "Month", "Day")))


def blocks(text):
    """Yield tags and joined values of each record of a text."""
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        lines = []
        for line in block.split("\n"):
            if line[:6].strip():
                lines.append((line[:4].strip(), line[6:].strip()))
            else:
                lines[-1] = (lines[-1][0], f"{lines[-1][1]} {line.strip()}".strip())
        yield lines


def test_every_path_of_the_dtd_occurs(records):
    seen = {path for record in records for path in paths_of(record, record.tag)}
    expected = {path for path in dtd.iter_paths() if path.startswith("Pubmed") and "/" in path}
    assert expected - seen == set()


def test_records_obey_the_dtd(records):
    assert [fault for record in records for fault in faults(record)] == []


def test_ids_and_references_to_them_agree(records):
    for record in records:
        ids = {node.get("ID") for node in record.iter("InvestigatorList")} - {None}
        named = {node.get("Investigators") for node in record.iter("CollectiveName")} - {None}
        assert named <= ids


def test_dates_are_in_order(records):
    for record in records:
        citation = record.find("MedlineCitation")
        completed = None if citation is None else citation.find("DateCompleted")
        if completed is not None:
            assert day_of(completed) <= day_of(citation.find("DateRevised"))
        events = {event.get("PubStatus"): day_of(event) for event in record.iter("PubMedPubDate")}
        order = [events[status] for status in ("received", "accepted", "pubmed", "medline") if status in events]
        assert order == sorted(order)


def test_rarities_occur_and_stay_rare(records):
    articles = [record for record in records if record.tag == "PubmedArticle"]

    def share(test):
        return sum(map(bool, map(test, articles))) / len(articles)

    rare = {
        "MedlineDate": lambda record: record.find(".//JournalIssue/PubDate/MedlineDate") is not None,
        "single name": lambda record: any(
            author.find("LastName") is not None and author.find("ForeName") is None for author in record.iter("Author")
        ),
        "long author list": lambda record: len(record.findall(".//Author")) > 100,
        "empty keyword": lambda record: any(not "".join(node.itertext()) for node in record.iter("Keyword")),
        "keyword owners": lambda record: len(record.findall(".//KeywordList")) > 1,
        "bank without accessions": lambda record: any(len(bank) == 1 for bank in record.iter("DataBank")),
        "nested references": lambda record: record.find(".//ReferenceList/ReferenceList") is not None,
        "several languages": lambda record: len(record.findall(".//Language")) > 1,
        "several other abstracts": lambda record: len(record.findall(".//OtherAbstract")) > 1,
        "collective": lambda record: record.find(".//AuthorList/Author/CollectiveName") is not None,
        "formula": lambda record: any(node.tag == "mml:math" for node in record.iter()),
    }
    shares = {name: share(test) for name, test in rare.items()}
    assert all(0 < value < 0.25 for value in shares.values()), shares
    assert share(lambda record: record.find(".//AbstractText") is not None) > 0.7
    assert share(lambda record: record.find(".//MeshHeading") is not None) > 0.6


def test_inline_text_starts_ends_and_nests():
    node = ElementTree.Element("ArticleTitle")
    pour(node, "{i:Vor{sub:2}} < 10{sup:-3} & {math}")
    text = ElementTree.tostring(node, encoding="unicode")
    assert text.startswith("<ArticleTitle><i>Vor<sub>2</sub></i> &lt; 10<sup>-3</sup> &amp; <mml:math xmlns:mml=")
    assert "ns0:" not in text


MESH = {"desc": "desc2026.gz", "qual": "qual2026.xml", "pa": "pa2026.xml", "supp": "supp2026.gz"}


def test_every_heading_type_and_qualifier_of_the_sample_is_in_its_mesh(mirror):
    folder = mirror.directory / "MESH_FILES" / "xmlmesh"
    (desc,), (qual,), (pa,), (supp,) = (list(MeshReader(folder / name, kind)) for kind, name in MESH.items())
    known = {*desc["mesh_descriptors"]["descriptor"].to_pylist()}
    known |= {*qual["mesh_qualifiers_vocabulary"]["qualifier"].to_pylist()}
    for path in (*mirror.baseline, *mirror.updates):
        root = ElementTree.fromstring(gzip.decompress(path.read_bytes()))
        for tag in ("DescriptorName", "QualifierName", "PublicationType"):
            assert {one.text for one in root.iter(tag)} <= known, path
    for table in (desc, qual, pa, supp):
        assert table["mesh_unknown_paths"].num_rows == table["mesh_anomalies"].num_rows == 0
    assert supp["mesh_supplementary_mappings"].num_rows == 5
    assert pa["mesh_pharmacological_actions"].num_rows > 5


def test_same_seed_gives_the_same_bytes_in_another_process(tmp_path, mirror):
    command = [sys.executable, "-m", "sample", str(tmp_path), "--records", "60", "--seed", "3"]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "77"}, capture_output=True)
    ours = {path.relative_to(mirror.directory): path.read_bytes() for path in mirror.directory.rglob("*.*")}
    theirs = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*")}
    assert ours == theirs
    assert len(ours) == 13


def test_another_seed_gives_another_record():
    one, other = (ElementTree.tostring(sample.article(0, seed, pmid=1)) for seed in (1, 2))
    assert one != other


def test_a_record_does_not_depend_on_its_neighbours():
    listed = list(sample.citations(12, seed=5))[11]
    alone = sample.citation(11, 5, pmid=FIRST_PMID + 11)
    assert ElementTree.tostring(listed) == ElementTree.tostring(alone)


def test_rarities_that_meet_in_one_record_do_not_clash():
    grouped = [sample.article(rank, 1, pmid=rank + 1) for rank in range(20, 37 * 83, 37)]
    assert [fault for record in grouped for fault in faults(record)] == []


def test_check_characters():
    assert lexicon.orcid(21825009) == "0000-0002-1825-0097"
    assert lexicon.issn(378595) == "0378-5955"


def test_mirror_holds_what_it_promises(mirror):
    alive = {}
    for path in [*mirror.baseline, *mirror.updates]:
        packed = path.read_bytes()
        named = path.with_name(path.name + ".md5").read_text()
        assert named == f"MD5({path.name})= {hashlib.md5(packed).hexdigest()}\n"
        text = gzip.decompress(packed).decode()
        assert text.splitlines()[1].endswith('pubmed_250101.dtd">')
        root = ElementTree.fromstring(text)
        for record in root:
            if record.tag != "DeleteCitation":
                alive[sample.key_of(record)] = record
        for pmid in root.findall("DeleteCitation/PMID"):
            alive.pop((int(pmid.text), int(pmid.get("Version"))), None)
    newest = dict(sorted(alive))
    assert set(newest.items()) == mirror.current
    slim = alive[mirror.without_keywords, 1]
    assert slim.find(".//Keyword") is None
    assert mirror.returned in newest
    assert newest[mirror.version_1_again] == 1
    assert 2 in newest.values()
    assert any(record.tag == "PubmedBookArticle" for record in alive.values())

    exported = [dict(lines) for lines in blocks(mirror.export.read_text(encoding="utf-8"))]
    revised = {int(record["PMID"]): record["LR"] for record in exported}

    def of_dump(pmid):
        return day_of(alive[pmid, newest[pmid]].find(".//DateRevised")).strftime("%Y%m%d")

    assert all(pmid not in newest for pmid in mirror.exported["new"])
    assert all(revised[pmid] > of_dump(pmid) for pmid in mirror.exported["newer"])
    assert all(revised[pmid] < of_dump(pmid) for pmid in mirror.exported["older"])
    assert all(revised[pmid] == of_dump(pmid) for pmid in mirror.exported["equal"])


def test_a_mirror_too_small_for_its_rules_is_refused(tmp_path):
    with pytest.raises(ValueError, match="60"):
        sample.write_mirror(tmp_path, citations=10)


def test_full_size_files_are_streamed(tmp_path):
    baseline, update = sample.write_volume(tmp_path, files=1, records=60, updates=1)
    assert baseline.parent.name == "baseline"
    assert len(ElementTree.fromstring(gzip.decompress(baseline.read_bytes()))) == 60
    assert ElementTree.fromstring(gzip.decompress(update.read_bytes()))[-1].tag == "DeleteCitation"


def test_text_wraps_and_reads_back(records):
    for record in records:
        text = sample.medline_text(record)
        assert text.startswith("PMID- ")
        assert all(re.match(r"[A-Z]{2,4} {0,2}- | {6}\S", line) for line in text.splitlines())
        (lines,) = blocks(text)
        assert lines == [(tag, value) for tag, value in medline_lines(record)]


def test_text_of_a_citation():
    tags = dict(reversed(medline_lines(sample.article(20, 1, pmid=500))))
    assert tags["PMID"] == "500"
    assert re.fullmatch(r"\d{4}/\d\d/\d\d \d\d:\d\d", tags["EDAT"])
    assert tags["SO"].startswith(f"{tags['TA']}. {tags['DP']}")
    assert re.fullmatch(r"\d{4}-\d{3}[\dX] \((Print|Electronic)\)", tags["IS"])


def test_text_of_a_book():
    tags = dict(medline_lines(sample.book(2, 1, pmid=500)))
    assert {"BTI", "PB", "PL", "FED", "ED", "CTDT", "DRDT"} <= tags.keys()
    assert re.fullmatch(r"NBK\d+ \[bookaccession\]", tags["AID"])


def ascii_of(value):
    """Return the value as an ASCII export spells it, blanks single."""
    plain = unicodedata.normalize("NFKD", value.replace("ø", "o"))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).replace(" ,", ",").split())


@pytest.mark.skipif(not PAIRS.is_dir(), reason="no real pairs of XML and text beside the repository")
def test_text_form_reproduces_real_records():
    printed = {lines[0][1]: lines for lines in blocks((PAIRS / "citations.nbib").read_text(encoding="utf-8"))}
    for record in ElementTree.parse(PAIRS / "citations.xml").getroot():
        ours = [(tag, ascii_of(value)) for tag, value in medline_lines(record)]
        theirs = [(tag, ascii_of(value)) for tag, value in printed[ours[0][1]]]
        assert ours == theirs
