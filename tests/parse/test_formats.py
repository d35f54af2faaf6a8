"""Both formats give equal rows, MEDLINE text gives them without its line breaks too, and each tag has its column.

Where text has no form for what XML states, a dictionary here has the difference and its reason; any other fails, and
so does one that is listed but does not occur.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pytest

import sample
from medline.parse import iter_batches
from medline.schema.tables import CITATION_TABLES, LAKE_TABLES, ORDINAL, ORDINAL_PATH

Row = dict[str, object]
Tables = dict[str, list[Row]]

#: Columns without a tag that follow from others of text.
FROM_OTHERS = {"role", "list_parent", "start_page", "end_page", "orcid"}
PROVENANCE = {"source_file", "source_format"}
SEEDS = (1, 2)

#: Tables that MEDLINE text has nothing for.
XML_ONLY_TABLES = {
    **dict.fromkeys(["reference_lists", "article_references", "reference_ids"], "text has no reference list"),
    "objects": "text has no objects",
    "object_params": "text has no objects",
    "book_sections": "text has no sections of a book",
    "book_items": "text has no lists of items",
}


class Difference(NamedTuple):
    """Why a column differs, and on which rows of XML it may."""

    reason: str
    where: Callable[[Row], bool] = lambda row: True


#: Rows of XML that text does not have.
XML_ONLY_ROWS = {
    "article_ids": Difference("text prints no PMID among the ids", lambda row: row["id_type"] == "pubmed"),
    "person_identifiers": Difference(
        "text prints the identifiers of authors only, not those of investigators and affiliations",
        lambda row: row["role"] == "investigator" or row["affiliation_seq"] is not None,
    ),
}

#: Tables whose rows stand in another order in text.
OTHER_ORDER = {"article_ids": "text prints PMC and MID before AID"}

HISTORY = {
    "history.hour": Difference("text prints 00:00 where XML has no hour", lambda row: row["hour"] is None),
    "history.minute": Difference("text prints 00:00 where XML has no hour", lambda row: row["hour"] is None),
}
IN_REAL_PAIRS = {"articles.pub_model": Difference("PubMed's export has no PUBM"), **HISTORY}


def has_markup_in_suffix(row: Row) -> bool:
    return row["suffix_markup"] is not None


def has_season_in_medline_date(row: Row) -> bool:
    return bool(re.fullmatch(r"\d{4} (Spring|Summer|Autumn|Winter)", str(row["medline_date"])))


def has_pages_in_parts(row: Row) -> bool:
    return row["start_page"] is not None


def has_acronym_alone(row: Row) -> bool:
    return row["grant_id"] is None and row["acronym"] is not None and row["country"] is None


ODD_SUFFIX = Difference(
    "a suffix that is none of the usual ones is not distinguished from the initials", has_markup_in_suffix
)
SEASON = Difference("DP prints a season and a MedlineDate that is one alike", has_season_in_medline_date)
PAGES = Difference("text has PG alone: of StartPage, EndPage and MedlinePgn it prints one", has_pages_in_parts)
GRANT = Difference("an acronym that stands alone before its agency may be an id", has_acronym_alone)
IN_GENERATED_RECORDS = {
    "articles.pub_model": Difference("PubMed's export has no PUBM"),
    "articles.pub_season": SEASON,
    "articles.medline_date": SEASON,
    "articles.medline_pgn": PAGES,
    "articles.start_page": PAGES,
    "articles.end_page": PAGES,
    **{f"{table}.{column}": ODD_SUFFIX for table in ("authors", "investigators", "personal_name_subjects")
       for column in ("fore_name", "initials", "suffix")},
    "authors.list_parent": Difference(
        "CN does not say whether the group is of the book's editors", lambda row: row["collective_name"] is not None
    ),
    "authors.list_type": Difference(
        "text has editors only, and not of groups",
        lambda row: row["list_type"] == "authors" or row["collective_name"] is not None,
    ),
    "investigators.list_parent": Difference("text does not distinguish the lists"),
    "investigators.orcid": Difference("text prints the identifiers of authors only"),
    **{f"grants.{column}": GRANT for column in ("grant_id", "acronym")},
    "accessions.databank_seq": Difference("text prints two banks of one name as one"),
    "accessions.accession_seq": Difference("text prints two banks of one name as one"),
    **HISTORY,
    "history.event_at": Difference("text has no seconds", lambda row: row["second"] is not None),
    "books.status": Difference("XML has no status of a book document"),
    "books.medline_pgn": PAGES,
    "books.start_page": PAGES,
}  # fmt: skip


# Reading and comparing


def read_tables(path: Path) -> Tables:
    tables: Tables = {table.name: [] for table in LAKE_TABLES}
    for batch in iter_batches(path):
        for name, rows in batch.tables.items():
            tables[name] += rows.to_pylist()
    return tables


def of_pmids(rows: list[Row]) -> dict[int, list[Row]]:
    by_pmid: dict[int, list[Row]] = {}
    for row in rows:
        by_pmid.setdefault(row.get("pmid", 0), []).append(row)
    return by_pmid


def in_one_section(rows: list[Row]) -> list[Row]:
    """Sections as AB prints them: one text, each label before its section."""
    joined = []
    for _, sections in groupby(rows, key=lambda row: (row["pmid"], row["abstract_seq"])):
        listed = list(sections)
        texts = [f"{row['label']}: {row['text']}" if row["label"] else row["text"] for row in listed]
        joined.append(listed[0] | {"text": " ".join(texts)})
    return joined


def as_text_has_them(name: str, rows: list[Row]) -> list[Row]:
    """The rows of XML that text can hold, numbered and ordered as in text."""
    if name in XML_ONLY_ROWS:
        rows = [row for row in rows if not XML_ONLY_ROWS[name].where(row)]
    return in_one_section(rows) if name == "abstracts" else rows


def in_any_order(name: str, rows: list[Row]) -> list[Row]:
    if name not in OTHER_ORDER:
        return rows
    plain = [{key: value for key, value in row.items() if not key.endswith("_seq")} for row in rows]
    return sorted(plain, key=repr)


def columns_in_text(table) -> list[str]:
    ordinals = [column.name for column in table.columns if column.type in (ORDINAL, ORDINAL_PATH)]
    tagged = [column.name for column in table.columns if column.tag or column.name in FROM_OTHERS]
    return [*tagged, *(name for name in ordinals if name not in tagged)]


def blanks_single(value: object) -> object:
    return " ".join(re.split(r"[ \t\r\n]+", value)).strip() if isinstance(value, str) else value


def as_ascii(value: object) -> object:
    """A value as an ASCII export spells it: without diacritics, blanks single."""
    if not isinstance(value, str):
        return value
    plain = unicodedata.normalize("NFKD", value.replace("ø", "o").replace("Ø", "O"))
    return blanks_single("".join(letter for letter in plain if not unicodedata.combining(letter)))


def compare(xml: Tables, text: Tables, known: dict[str, Difference], fold: Callable) -> tuple[list[str], set[str]]:
    """Differences that no reason stands for, as `table.column PMID`, and the columns that differ for a known reason."""
    differences: list[str] = []
    met: set[str] = set()
    for table in CITATION_TABLES:
        if table.name in XML_ONLY_TABLES:
            continue
        ours, theirs = of_pmids(as_text_has_them(table.name, xml[table.name])), of_pmids(text[table.name])
        for pmid in sorted(ours.keys() | theirs.keys()):
            expected, printed = (in_any_order(table.name, rows.get(pmid, [])) for rows in (ours, theirs))
            if len(expected) != len(printed):
                differences.append(f"{table.name} {pmid}: {len(expected)} rows in XML, {len(printed)} in text")
                continue
            for one, other in zip(expected, printed, strict=True):
                for name in columns_in_text(table):
                    if name in one and fold(one[name]) != fold(other[name]):
                        difference = known.get(f"{table.name}.{name}")
                        if difference and difference.where(one):
                            met.add(f"{table.name}.{name}")
                        else:
                            differences.append(f"{table.name}.{name} {pmid}")
    return differences, met


def filled_beyond_text(text: Tables) -> list[str]:
    """Columns that text has no tag for and yet has values in."""
    return [
        f"{table.name}.{column.name}"
        for table in CITATION_TABLES
        for column in table.columns
        if column.name not in {*columns_in_text(table), *PROVENANCE, "pmid"}
        and any(row[column.name] is not None for row in text[table.name])
    ]


# Both formats


def test_real_pairs_are_equal_in_both_formats(data):
    xml, text = (read_tables(data / "pairs" / f"citations.{suffix}") for suffix in ("xml", "nbib"))
    assert len(xml["articles"]) == len(text["articles"]) == 92
    unexplained, met = compare(xml, text, IN_REAL_PAIRS, as_ascii)
    assert unexplained == []
    assert met == set(IN_REAL_PAIRS)
    assert text["anomalies"] == text["unknown_paths"] == []


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> dict[int, tuple[Tables, Tables]]:
    """By seed: the tables of the same records from XML and from text."""
    made = {}
    for seed in SEEDS:
        directory, records = tmp_path_factory.mktemp(f"seed{seed}"), list(sample.citations(300, seed))
        xml, text = directory / "sample.xml", directory / "sample.nbib"
        made[seed] = read_tables(sample.write_xml(xml, records)), read_tables(sample.write_text(text, records))
    return made


@pytest.fixture(params=SEEDS)
def formats(request, generated) -> tuple[Tables, Tables]:
    return generated[request.param]


@pytest.mark.long
def test_generated_records_are_equal_in_both_formats(formats):
    xml, text = formats
    assert len(text["articles"]) + len(text["books"]) == 300
    unexplained, _ = compare(xml, text, IN_GENERATED_RECORDS, blanks_single)
    assert unexplained == []


def test_each_known_difference_occurs(generated):
    met = [compare(*formats, IN_GENERATED_RECORDS, blanks_single)[1] for formats in generated.values()]
    assert set().union(*met) == set(IN_GENERATED_RECORDS)


def test_generated_text_has_no_unknown_paths_and_no_anomalies(formats):
    _, text = formats
    assert text["unknown_paths"] == []
    assert [(row["pmid"], row["path"], row["reason"]) for row in text["anomalies"]] == []


def test_columns_without_a_tag_are_null_in_text(formats):
    _, text = formats
    assert filled_beyond_text(text) == []


def test_rows_say_which_format_they_came_from(formats):
    for tables, name in zip(formats, ("xml", "medline"), strict=True):
        assert {row["source_format"] for row in tables["articles"] + tables["books"]} == {name}


def test_tables_that_text_has_nothing_for_are_empty_in_text(formats):
    xml, text = formats
    assert [name for name in XML_ONLY_TABLES if text[name] or not xml[name]] == []


# Lost line breaks


def collapsed(text: bytes) -> bytes:
    """Runs of blanks, tabs and line ends as one blank; no-break spaces stay."""
    return re.sub(rb"[ \t\r\n]+", b" ", text).strip()


def split_records(text: bytes) -> list[bytes]:
    """The records of a text: each begins with PMID, or with a PMC directly before it."""
    records: list[list[bytes]] = [[]]
    for line in text.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True):
        if line.startswith(b"PMID-"):
            pmc_line = [records[-1].pop()] if records[-1] and records[-1][-1].startswith(b"PMC ") else []
            records.append(pmc_line)
        records[-1].append(line)
    return [b"".join(lines) for lines in records if b"".join(lines).strip()]


def record_by_line(text: bytes) -> bytes:
    return b"\n".join(collapsed(record) for record in split_records(text)) + b"\n"


def all_on_one_line(text: bytes) -> bytes:
    return collapsed(b" ".join(split_records(text)))


FLAT = {"one record a line": record_by_line, "all on one line": all_on_one_line}


def changed_rows(path: Path, directory: Path) -> list[str]:
    """Tables and PMIDs whose rows are other ones without the line breaks; a note that says so is no change."""
    before, changed = read_tables(path), []
    if len(split_records(path.read_bytes())) != len(before["articles"] + before["books"]):
        changed.append(f"{path.name}: not split into its records")
    directory.mkdir(exist_ok=True)
    for how, flatten in FLAT.items():
        flat = directory / path.name
        flat.write_bytes(flatten(path.read_bytes()))
        after = read_tables(flat)
        after["anomalies"] = [row for row in after["anomalies"] if "line breaks were lost" not in row["reason"]]
        for table in LAKE_TABLES:
            if before[table.name] != after[table.name]:
                one, other = (of_pmids(rows[table.name]) for rows in (before, after))
                pmids = sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
                changed.append(f"{path.name}, {how}: {table.name} of {pmids}")
    return changed


def test_real_records_keep_all_rows_without_their_line_breaks(data, tmp_path):
    """Of the small files; that all keep their fields, `test_fields.py` says."""
    files = [path for path in (data / "nbib").iterdir() if path.stat().st_size < 300_000]
    assert len(files) > 3
    assert [fault for path in files for fault in changed_rows(path, tmp_path)] == []


@pytest.mark.slow
def test_all_real_records_keep_all_rows_without_their_line_breaks(data, tmp_path):
    files = [*sorted((data / "nbib").iterdir()), data / "pairs" / "citations.nbib"]
    assert [fault for path in files for fault in changed_rows(path, tmp_path)] == []


@pytest.mark.long
@pytest.mark.parametrize("kind", ["PubmedArticle", "PubmedBookArticle"])
def test_generated_records_keep_all_rows_without_their_line_breaks(tmp_path, kind):
    changed = []
    for seed in SEEDS:
        records = (record for record in sample.citations(100, seed) if record.tag == kind)
        changed += changed_rows(sample.write_text(tmp_path / f"{seed}.nbib", records), tmp_path / "flat")
    assert changed == []


ARTICLE = """\
PMID- 1
OWN - NLM
STAT- MEDLINE
DP  - 2001 Jan
TI  - Otters swim.
LA  - eng
PT  - Journal Article
OTO - NOTNLM
{}EDAT- 2001/01/01 04:00
PST - ppublish
"""
BOOK = """\
PMID- 1
STAT- Publisher
DRDT- 20140522
PB  - Pond Press
DP  - 2008
TI  - Otters
{}AB  - Otters swim.
FED - Marsh, Ada
ED  - Marsh A
LA  - eng
PT  - Review
PL  - Fenland (WA)
EDAT- 2012/08/14 06:00
AID - NBK1 [bookaccession]
PST - ppublish
"""
HARD_PLACES = {
    "only keyword empty": (ARTICLE, "OT  - \n"),
    "last keyword empty": (ARTICLE, "OT  - otter\nOT  - \n"),
    "first keyword empty": (ARTICLE, "OT  - \nOT  - otter\n"),
    "ISBN after a book's title": (BOOK, "BTI - Otters in Ponds\nISBN- 9790245591972\n"),
    "ISBN after a collection's title": (BOOK, "BTI - Otters in Ponds\nCTI - Otter reviews\nISBN- 9790245591972\n"),
    "volume after a collection's title": (BOOK, "BTI - Otters in Ponds\nCTI - Otter reviews\nVI  - 11\n"),
    "volume's title": (BOOK, "BTI - Otters in Ponds\nCTI - Otter reviews\nVTI - Ponds\n"),
}


@pytest.mark.parametrize(("record", "lines"), HARD_PLACES.values(), ids=HARD_PLACES.keys())
def test_hard_places_without_line_breaks(tmp_path, record, lines):
    path = tmp_path / "otters.nbib"
    path.write_text(record.format(lines), "utf-8")
    assert changed_rows(path, tmp_path / "flat") == []


# The seed: each of its tags, in its column


@pytest.fixture(scope="module")
def seed(data) -> Tables:
    (path,) = (data / "seed").iterdir()
    return read_tables(path)


def values(tables: Tables, table: str, *columns: str) -> list[tuple]:
    return [tuple(row[column] for column in columns) for row in tables[table]]


def test_seed_is_one_article_without_anomalies(seed):
    assert len(seed["articles"]) == 1
    assert seed["books"] == seed["anomalies"] == seed["unknown_paths"] == seed["deleted_citations"] == []
    assert {row["pmid"] for rows in seed.values() for row in rows} == {12453069}


def test_seed_fills_these_tables_and_no_other(seed):
    assert {name: len(rows) for name, rows in seed.items() if rows} == {
        "articles": 1, "issns": 2, "abstracts": 1, "authors": 3, "affiliations": 1, "languages": 1,
        "publication_types": 2, "chemicals": 1, "citation_subsets": 1, "mesh": 6, "mesh_qualifiers": 3, "history": 3,
        "article_ids": 2,
    }  # fmt: skip


def test_seed_main_tags(seed):
    (row,) = seed["articles"]
    expected = {
        "pmid": 12453069, "version": None, "source_format": "medline", "status": "MEDLINE", "owner": "NLM",
        "date_completed": datetime.date(2003, 2, 10), "date_revised": datetime.date(2019, 11, 6),
        "volume": "9", "issue": "6", "pub_date": "2002 Nov", "pub_year": 2002, "pub_month": 11, "pub_day": None,
        "pub_season": None, "medline_date": None, "medline_pgn": "557-63", "start_page": "557", "end_page": "563",
        "publication_status": "ppublish", "nlm_unique_id": "9506311", "medline_ta": "Eur J Neurol",
        "journal_title": "European journal of neurology", "issn_linking": "1351-5101", "country": "England",
        "doi": "10.1046/j.1468-1331.2002.00501.x", "pii": "501", "pmc": None,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    assert row["title"].startswith("Intravenous immunoglobulin G ")
    assert row["title"].endswith(": a meta-analysis.")
    others = {name for name, value in row.items() if value is not None} - expected.keys()
    assert others == {"source_file", "title", "abstract"}


def test_seed_abstract(seed):
    ((abstract_seq, section_seq, kind, label, text),) = values(
        seed, "abstracts", "abstract_seq", "section_seq", "abstract_type", "label", "text"
    )
    assert (abstract_seq, section_seq, kind, label) == (1, 1, None, None)
    assert text == seed["articles"][0]["abstract"]
    assert text.startswith("Intravenous immunoglobulin (IVIG) ")
    assert len(text) == 1732
    assert text.endswith(" multiple sclerosis.")


def test_seed_issns(seed):
    issns = values(seed, "issns", "issn_seq", "issn", "issn_type")
    assert issns == [(1, "1351-5101", "Print"), (2, "1351-5101", "Linking")]


def test_seed_authors_and_the_affiliation_of_the_first(seed):
    assert values(seed, "authors", "author_seq", "last_name", "fore_name", "initials", "suffix", "collective_name") == [
        (1, "Sorensen", "P S", "PS", None, None),
        (2, "Fazekas", "F", "F", None, None),
        (3, "Lee", "M", "M", None, None),
    ]
    ((author_seq, affiliation_seq, affiliation),) = values(
        seed, "affiliations", "author_seq", "affiliation_seq", "affiliation"
    )
    assert (author_seq, affiliation_seq) == (1, 1)
    assert affiliation.startswith("MS Research Unit, ")
    assert affiliation.endswith("@rh.dk")


def test_seed_mesh(seed):
    assert values(seed, "mesh", "heading_seq", "descriptor", "is_major") == [
        (1, "Disabled Persons", False),
        (2, "Humans", False),
        (3, "Immunoglobulins, Intravenous", False),
        (4, "Multiple Sclerosis, Relapsing-Remitting", False),
        (5, "Randomized Controlled Trials as Topic", False),
        (6, "Recurrence", False),
    ]
    assert values(seed, "mesh_qualifiers", "heading_seq", "qualifier_seq", "qualifier", "is_major") == [
        (3, 1, "therapeutic use", True),
        (4, 1, "drug therapy", True),
        (4, 2, "physiopathology", False),
    ]


def test_seed_other_lists(seed):
    assert values(seed, "languages", "language") == [("eng",)]
    assert values(seed, "publication_types", "publication_type") == [("Journal Article",), ("Meta-Analysis",)]
    assert values(seed, "chemicals", "registry_number", "substance") == [("0", "Immunoglobulins, Intravenous")]
    assert values(seed, "citation_subsets", "citation_subset") == [("IM",)]
    ids = [("pii", "501"), ("doi", "10.1046/j.1468-1331.2002.00501.x")]
    assert values(seed, "article_ids", "id_type", "article_id") == ids


def test_seed_history_tells_each_event_once(seed):
    columns = "history_seq pub_status event_at year month day hour minute"
    assert values(seed, "history", *columns.split()) == [
        (1, "pubmed", datetime.datetime(2002, 11, 28, 4), 2002, 11, 28, 4, 0),
        (2, "medline", datetime.datetime(2003, 2, 11, 4), 2003, 2, 11, 4, 0),
        (3, "entrez", datetime.datetime(2002, 11, 28, 4), 2002, 11, 28, 4, 0),
    ]
