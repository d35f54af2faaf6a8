"""The proof that nothing is lost: what is written out of the tables, read again, gives the same rows.

Each file is read, every record of it (all versions, also those that the warehouse would not show) written as XML, and
that is read again; then all tables of citations are compared row for row, the name of the file included. What does not
come back is counted, and stands with its reason in `TEXT_EXCEPTIONS` or `FROM_WORDS`; anything else is a failure.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest

import sample
from build import contents, medline
from compare import read
from medline import pipeline
from medline.outputs.export import xml
from medline.outputs.export.records import Record
from medline.parse import iter_batches
from medline.schema.tables import CITATION_TABLES
from round_trip import MATHML, faults, in_order, records_of, tables_of
from xml_fuzz.case import make_case

#: What XML cannot restore of records that were read from MEDLINE text. Of records that were read from XML there is
#: no exception: none in 3,183 real ones.
TEXT_EXCEPTIONS = {
    "source_format": "the format it was read from",
    "version": "text has no version; in XML there must be one",
    "books.status": "the DTD has no status of a book, text has one",
    "article_ids": "the DTD demands an ArticleIdList of a book document: its PMID",
    "books.publication_status": "the DTD demands one of a book document: empty",
    "publication_types.publication_type_ui": "the DTD demands one: empty in a book document",
    "accessions.accession": "NULL beside others of its bank (text has `bank/` and `bank/accession`) becomes ''",
}

#: Columns that are derived from words as sent. Where such a word is no number or no month, it is a row of `anomalies`,
#: its own column is NULL, and this one has no other source.
FROM_WORDS = {
    f"{table.name}.{column.name}"
    for table in CITATION_TABLES
    for column in table.columns
    if column.derive in ("printed_date", "event_at", "article_date")
}

#: Columns whose rows come back in the DTD's order, where a file that is not valid by it has another: ISSNLinking, then
#: ISSN.
OUT_OF_ORDER = {"issns.issn_type"}


def written(records: list[Record], path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(xml.HEADER + "".join(map(xml.write_record, records)) + xml.FOOTER, "utf-8")
    return path


def differences(before: list[Record], after: list[Record]) -> Counter[str]:
    """How many rows differ, by table and column; a table with other numbers of rows stands there without column.

    A record without a version comes back as version 1, in all of its rows: that is counted as `version`.
    """
    assert [record.pmid for record in before] == [record.pmid for record in after]
    counts: Counter[str] = Counter()
    for record, other in zip(before, after, strict=True):
        for name in record.rows.keys() | other.rows.keys():
            rows, others = record.rows.get(name, []), other.rows.get(name, [])
            counts[name] += len(rows) != len(others)
            for row, again in zip(rows, others, strict=False):
                numbered = (row["version"], again["version"]) == (None, 1)
                columns = [column for column in row if row[column] != again[column]]
                counts.update("version" if numbered and one == "version" else f"{name}.{one}" for one in columns)
    return +counts


def lost(path: Path, directory: Path) -> Counter[str]:
    """What a file, written as XML and read again, does not restore."""
    before = tables_of(path)
    records = records_of(before)
    assert records
    after = tables_of(written(records, directory / path.name))
    return Counter() if after == before else differences(records, records_of(after))


def real_files(data: Path, *patterns: str) -> list[Path]:
    files = [path for pattern in patterns for path in sorted(data.glob(pattern)) if path.suffix != ".md5"]
    assert files
    return files


@pytest.mark.long
@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.slow)])
def test_real_xml(data, tmp_path, step):
    files = real_files(data, "xml/*", "books/*", "pairs/*.xml", "mirror/*/*/*.gz")[::step]
    assert {path.name: lost(path, tmp_path) for path in files} == {path.name: {} for path in files}


@pytest.mark.long
def test_real_text(data, tmp_path):
    files = real_files(data, "nbib/*", "seed/*", "pairs/*.nbib")
    counts = sum((lost(path, tmp_path) for path in files), Counter())
    assert counts.pop("version") > 1301
    assert counts == {"articles.source_format": 1301}


def test_generated_xml(tmp_path):
    path = sample.write_xml(tmp_path / "pubmed99n0001.xml", sample.citations(300, 1))
    assert lost(path, tmp_path / "again") == {}


def test_generated_text(tmp_path):
    path = sample.write_text(tmp_path / "pubmed.nbib", sample.citations(250, 3))
    counts = lost(path, tmp_path / "again")
    assert counts.pop("articles.source_format") + counts.pop("books.source_format") == 250
    assert counts.keys() == TEXT_EXCEPTIONS.keys() - {"source_format", "books.publication_status"}


@pytest.mark.long
def test_mutated_xml(tmp_path):
    """Elements dropped, repeated, moved, with other values or markup: what the reader takes, the writer gives back."""
    compared, counts, path = 0, Counter(), tmp_path / "pubmed99n0001.xml"
    for number in range(50):
        path.write_bytes(make_case(Random(f"41 {number}")).content or b"<")
        if read(path, engine="reference").error is None:
            records = one_by_one(path)
            again = written(records, tmp_path / "again" / path.name)
            compared += len(records)
            counts += differences(records, one_by_one(again))
    assert compared > 50
    del counts["version"]
    assert counts.keys() <= FROM_WORDS | OUT_OF_ORDER
    assert 0 < counts.total() < compared / 4


def one_by_one(path: Path) -> list[Record]:
    """Every record of a file in its order, also those that occur twice."""
    records = []
    for batch in iter_batches(path, engine="reference", records=1):
        rows = {table.name: batch.tables[table.name].to_pylist() for table in CITATION_TABLES}
        if heads := rows["articles"] or rows["books"]:
            filled = {name: listed for name, listed in rows.items() if listed}
            records.append(in_order(Record(heads[0]["pmid"], filled)))
    return records


def test_what_obeys_the_dtd_comes_out_obeying_it(tmp_path):
    path = sample.write_xml(tmp_path / "pubmed99n0001.xml", sample.citations(120, 5))
    text = "".join(map(xml.write_record, records_of(tables_of(path))))
    root = ElementTree.fromstring(f"<PubmedArticleSet>{text}</PubmedArticleSet>")
    for node in root.iter():
        node.tag = node.tag.replace(f"{{{MATHML}}}", "mml:")
    assert [fault for record in root for fault in faults(record)] == []


def test_one_warehouse_out_and_into_another(tmp_path):
    """The way that users go: `load`, `export`, `load`; the same rows in every table of citations."""
    source = sample.write_xml(tmp_path / "records.xml", sample.citations(60, 6))
    pipeline.load_files([source], tmp_path / "one")
    again = tmp_path / "again" / source.name
    again.parent.mkdir()
    done = medline("export", "--home", tmp_path / "one", "-f", "xml", "--where", "true", "--out", again)
    assert (done.returncode, done.stderr) == (0, "")
    pipeline.load_files([again], tmp_path / "two")
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert {table.name: one[table.name] for table in CITATION_TABLES} == {
        table.name: two[table.name] for table in CITATION_TABLES
    }
