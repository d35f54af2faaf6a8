"""The checks, and the database: comments, one transaction a file, nothing half-applied."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from build import ask, citation, contents, deletion, medline, revised, rewritten, title, write_dump, write_mirror
from medline import pipeline, sqlfile
from medline.errors import BadInput, CheckFailed, MedlineError
from medline.home import LocalHome
from medline.home.layout import lake_name
from medline.lake import manifest, transform
from medline.mirror.dumps import source
from medline.schema.tables import TABLES
from medline.warehouse import build, checks, database


def _build(directory: Path) -> None:
    home = LocalHome(directory / "home")
    first = write_dump(directory / "pubmed26n0001.xml.gz", citation(1), citation(2))
    build.build_version(home, [transform.transform(source(first), home)])


@pytest.fixture
def home(copy_of, tmp_path) -> Path:
    copy_of(_build, tmp_path)
    return tmp_path / "home"


def test_every_table_and_column_has_its_comment_in_the_database(home):
    tables = ask(home, "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' AND comment IS NOT NULL")
    columns = ask(home, "SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND comment IS NULL")
    assert {name for (name,) in tables} == {table.name for table in TABLES}
    assert columns == [(0,)]


def test_a_file_that_cannot_be_applied_whole_is_not_applied_at_all(home, tmp_path):
    second = write_dump(tmp_path / "pubmed26n0002.xml.gz", citation(1, title=title("Later.")), citation(3))
    made = transform.transform(source(second), LocalHome(home))
    LocalHome(home).table("articles", lake_name(second.name)).write_bytes(b"no Parquet")
    before = contents(home)
    with pytest.raises(BadInput, match=r"pubmed26n0002\.xml\.gz: its file lake/articles/\S+ in the lake is damaged"):
        build.build_version(LocalHome(home), [made])
    assert contents(home) == before
    assert ask(home, "SELECT count(*) FROM ledger.events") == [(2,)]


def test_what_is_loaded_is_not_loaded_again(home):
    before = (LocalHome(home).pointer).read_bytes()
    assert build.build_version(LocalHome(home), [manifest.read_manifest(LocalHome(home), "pubmed26n0001.xml.gz")]) == []
    assert (LocalHome(home).pointer).read_bytes() == before


def test_a_version_with_source_files_still_named_dumps_is_read_and_built_again(home):
    before = contents(home)
    LocalHome(home).contents("26-000001").unlink()  # which that program did not write
    with duckdb.connect(str(LocalHome(home).pointer.resolve())) as connection:
        connection.execute("DROP VIEW dumps; ALTER TABLE source_files RENAME TO dumps")
        connection.execute("UPDATE ledger.state SET version = 'older'")
    assert contents(home) == before
    assert ask(home, "FROM dumps") == ask(home, "FROM source_files")
    pipeline.rebuild(home)
    assert contents(home) == before
    assert ask(home, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'source_files'") == [(1,)]


def test_a_source_file_row_counts_what_the_file_contains(home):
    ((row,),) = ask(home, "SELECT source_files FROM source_files")
    assert (row["name"], row["kind"], row["year"], row["number"]) == ("pubmed26n0001.xml.gz", "baseline", 26, 1)
    assert (row["citations"], row["books"], row["deletions"], row["anomalies"]) == (2, 0, 0, 0)
    assert row["rows_per_table"]["articles"] == 2
    assert row["loaded_at"] is not None


def test_a_reader_does_not_meet_the_writer(home):
    path = LocalHome(home).pointer
    with database.writer(path), pytest.raises(MedlineError), database.reader(home):
        pass


#: Two authors, of whom the first has an ORCID, and the second an affiliation that has an ISNI.
PEOPLE = (
    '<AuthorList><Author><LastName>Otter</LastName><Identifier Source="ORCID">0000-0001</Identifier></Author><Author>'
    "<LastName>Pond</LastName><AffiliationInfo><Affiliation>A lake.</Affiliation>"
    '<Identifier Source="ISNI">7</Identifier></AffiliationInfo></Author></AuthorList>'
)
HEADINGS = (
    "<MeshHeadingList><MeshHeading><DescriptorName>Otters</DescriptorName></MeshHeading><MeshHeading><DescriptorName>"
    "Lakes</DescriptorName><QualifierName>chemistry</QualifierName></MeshHeading></MeshHeadingList>"
)

#: Ways to spoil a database, and the check that must see each.
SPOILT = {
    "a row twice": ("INSERT INTO authors SELECT * FROM authors LIMIT 1", "unique_keys"),
    "rows of nobody": ("UPDATE authors SET pmid = pmid + 900000000", "no_orphans"),
    "a citation twice": ("INSERT INTO articles SELECT * FROM articles LIMIT 1", "one_version_per_pmid"),
    "a citation that no file has": ("INSERT INTO articles (pmid, version) VALUES (999, 1)", "shown_are_the_winners"),
    "a citation from another file": ("UPDATE articles SET source_file = 'x'", "shown_are_the_winners"),
    "a citation gone": ("DELETE FROM articles WHERE pmid = 1", "every_current_pmid_is_shown"),
    "a deleted citation back": ("UPDATE ledger.events SET is_deletion = true WHERE pmid = 1", "deleted_stay_deleted"),
    "deletions gone": ("DELETE FROM deleted_citations", "ledger_accounts_for_all"),
    "deletions gone from the ledger": ("DELETE FROM ledger.events WHERE is_deletion", "ledger_accounts_for_all"),
    "qualifiers of no heading": ("DELETE FROM mesh WHERE heading_seq = 2", "no_orphans"),
    "affiliations of no author": ("DELETE FROM authors WHERE author_seq = 2", "no_orphans"),
    "a heading lost": ("DELETE FROM mesh WHERE heading_seq = 1", "ordinals_have_no_holes"),
    "an identifier of nobody": ("DELETE FROM authors WHERE author_seq = 1", "identifiers_have_their_person"),
    "an identifier of no affiliation": (
        "UPDATE person_identifiers SET affiliation_seq = 7 WHERE affiliation_seq = 1",
        "identifiers_have_their_person",
    ),
    "a place of MeSH twice": ("INSERT INTO mesh_tree_numbers VALUES ('D1', 'B1'), ('D1', 'B1')", "mesh_keys"),
    "a term of no descriptor": ("INSERT INTO mesh_terms (ui, term_seq) VALUES ('D99', 1)", "mesh_keys"),
    "dumps of two years": ("UPDATE source_files SET year = 25 WHERE number = 1", "dumps_are_of_one_year"),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A home that passes the checks, to be copied."""
    directory = tmp_path_factory.mktemp("sound")
    first = citation(1, article=PEOPLE, citation=HEADINGS)
    paths = write_mirror(directory / "mirror", [first, citation(2)], [citation(3), deletion(2)])
    pipeline.load_files(paths, directory / "home")
    checks.run(directory / "home")
    return directory / "home"


@pytest.mark.long
@pytest.mark.sampled(4)
@pytest.mark.parametrize("case", SPOILT)
@pytest.mark.parametrize("rows", [checks.SLICE, 1])
def test_the_checks_see_a_spoilt_database(sound, tmp_path, monkeypatch, case, rows):
    """However many slices of PMIDs they look at."""
    monkeypatch.setattr(checks, "SLICE", rows)
    statement, check = SPOILT[case]
    home = shutil.copytree(sound, tmp_path / "home", symlinks=True)
    with rewritten(home) as connection:
        assert (len(checks.slices(connection, checks.SLICE)) > 1) == (rows == 1)
        connection.execute(statement)
    with pytest.raises(CheckFailed, match=check):
        checks.run(home)


@pytest.mark.long
@pytest.mark.sampled(4)
@pytest.mark.parametrize("case", SPOILT)
@pytest.mark.parametrize("most", [checks.SLICE, 1])
def test_the_checks_see_what_a_change_spoilt(sound, tmp_path, monkeypatch, case, most):
    """In copies of the rows that changed, and where these are too many in views of them."""
    monkeypatch.setattr(checks, "SLICE", most)
    statement, check = SPOILT[case]
    home = shutil.copytree(sound, tmp_path / "home", symlinks=True)
    with rewritten(home) as connection:
        connection.execute("INSERT INTO ledger.unchecked FROM range(1000)")
        assert checks.run_on_new(connection, LocalHome(home))
        connection.execute("INSERT INTO ledger.unchecked FROM range(1000)")
        connection.execute(statement)
        with pytest.raises(CheckFailed, match=check):
            checks.run_on_new(connection, LocalHome(home))


WITH_PARTS = ("unique_keys", "no_orphans", "ordinals_have_no_holes", "mesh_keys")


@pytest.mark.parametrize("name", WITH_PARTS)
def test_a_generated_check_asks_the_tables_that_have_rows_in_the_lines_that_it_has_for_them(sound, name):
    whole = checks.Check("checks", name, sqlfile.read("checks", name).sql)
    asked = lambda check: set(re.findall(r"'(\w+)' AS in_table", check.sql))  # noqa: E731
    assert whole.of(asked(whole)).sql == whole.sql
    assert len(asked(whole.of(()))) == 1, "a statement of no table would be none"
    lines = whole.sql.splitlines()
    with database.reader(sound) as connection:
        for table in asked(whole):
            some = whole.of({table})
            assert asked(some) == {table}
            left = [(number, line) for number, line in enumerate(some.sql.splitlines()) if line]
            assert all(lines[number] == line for number, line in left[:-1])
            assert left[-1][1] == lines[-1] == "ORDER BY ALL;"
            assert some.execute(connection).fetchall() == []


def test_other_checks_are_asked_as_they_stand():
    files = [file for file in sqlfile.read_all("checks") if file.name not in WITH_PARTS]
    assert [file.name for file in files if checks.Check(file.folder, file.name, file.sql).of(()).sql != file.sql] == []
    alike = sqlfile.read("checks", "unique_keys").sql.replace("Generated", "Written by hand")
    assert checks.Check("checks", "alike", alike).of(()).sql == alike


def link(kind: str, pmid: int) -> str:
    return (
        f'<CommentsCorrectionsList><CommentsCorrections RefType="{kind}"><RefSource>x</RefSource><PMID>{pmid}</PMID>'
        "</CommentsCorrections></CommentsCorrectionsList>"
    )


#: What is wrong in the data as sent, and the check that warns of it.
WARNED = {
    "a year to come": (citation(1, pub_date="<Year>2901</Year>"), "dates_are_in_range"),
    "a year of no calendar": (citation(1, pub_date="<Year>200100</Year>"), "dates_are_in_range"),
    "a revision before there were computers": (citation(1, head=revised(1901, 1, 1)), "dates_are_in_range"),
    "an event before there were journals": (
        citation(1, data="<History><PubMedPubDate PubStatus='entrez'><Year>1001</Year><Month>1</Month><Day>1</Day>"
        "</PubMedPubDate></History>"), "dates_are_in_range"
    ),
    "a DOI with its resolver": (
        citation(1, data='<ArticleIdList><ArticleId IdType="doi">https://doi.org/10.1000/1</ArticleId></ArticleIdList>'),
        "dois_are_well_formed",
    ),
    "a DOI with a blank": (
        citation(1, article='<ELocationID EIdType="doi">10.1000/1 2</ELocationID>'), "dois_are_well_formed"
    ),
    "a comment of which the article does not know": (
        citation(1, citation=link("CommentOn", 2)), "links_point_both_ways"
    ),
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("case", WARNED)
def test_the_checks_warn_of_what_was_sent_wrong_and_publish_it(tmp_path, case):
    record, check = WARNED[case]
    home = tmp_path / "home"
    pipeline.load_files(write_mirror(tmp_path / "mirror", [record, citation(2)]), home)
    warned = {result.name: result.offending for result in checks.run(home) if result.offending}
    assert warned == {check: 1}


def test_links_that_point_both_ways_and_right_dois_and_dates_are_no_warning(tmp_path):
    def linked(pmid: int, kind: str, other: int) -> str:
        doi = f'<ArticleId IdType="doi">10.1000.10/a(b)-{pmid}&lt;1::2&gt;3.0.CO;2-#</ArticleId>'
        return citation(pmid, citation=link(kind, other), data=f"<ArticleIdList>{doi}</ArticleIdList>")

    records = [linked(1, "RetractionIn", 2), linked(2, "RetractionOf", 1), linked(3, "CommentOn", 999)]
    pipeline.load_files(write_mirror(tmp_path / "mirror", records), tmp_path / "home")
    assert not [result for result in checks.run(tmp_path / "home") if result.offending]


def test_what_the_checks_found_is_kept(home, tmp_path):
    checks.run(home)
    with rewritten(home) as connection:
        connection.execute("INSERT INTO articles SELECT * FROM articles LIMIT 1")
    with pytest.raises(CheckFailed):
        checks.run(home)
    kept = checks.history(LocalHome(home))
    assert [(run["database"], run["outcome"]) for run in kept] == [
        ("next", "passed"), ("published", "passed"), ("published", "failed"),
    ]  # fmt: skip
    assert kept[2]["offending"]["one_version_per_pmid"] == 1
    printed = medline("check", "--history", "--home", home).stdout
    assert "one_version_per_pmid" in printed
    assert printed.count("passed") == 2


@pytest.mark.long
def test_real_records_pass_the_checks(data, tmp_path):
    """Of two years, which no warehouse holds together."""
    for year in ("2020", "2022"):
        pipeline.sync(data / "mirror" / year, tmp_path / year)
        assert {result.name for result in checks.run(tmp_path / year) if result.offending} <= {
            "anomalies", "dates_are_in_range", "dois_are_well_formed", "links_point_both_ways", "unknown_paths"
        }  # fmt: skip
