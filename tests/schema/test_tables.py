"""The schema against the DTD: every element and attribute is mapped, or ignored with a reason."""

from itertools import pairwise

import pytest

from medline.parse import derive, values
from medline.parse.text.tag_kinds import TAGS
from medline.parse.xml.paths import INLINE, ROOTS, plan
from medline.schema import dtd
from medline.schema.tables import (
    BY_NAME,
    CITATION_TABLES,
    IGNORED_ATTRIBUTES,
    IGNORED_ELEMENTS,
    IGNORED_TAGS,
    LAKE_TABLES,
    MIXED,
    ORDINAL,
    ORDINAL_PATH,
    TABLES,
)
from real_data import DATA

DTDS = DATA / "dtd"
RECORDS = ("PubmedArticle", "PubmedBookArticle", "DeleteCitation", "DeleteDocument")


def mapped_paths():
    """Every path the plan gives a meaning: containers, rows, text and attributes."""
    for node in plan().walk():
        yield node.path
        yield from (f"{node.path}/@{name}" for name in node.attributes)


def is_inside_mixed(path: str) -> bool:
    """Whether the last step is inline markup, which the markup column of the element around it keeps."""
    return path.rpartition("/")[2] in INLINE


def is_nested_again(path: str) -> bool:
    """Section in Section, ReferenceList in ReferenceList: the same node again."""
    steps = path.split("/")
    return any(one == two for one, two in pairwise(steps))


def unmapped(declared=None) -> set[str]:
    known = set(mapped_paths())
    roots = [root for root in ROOTS if root in (declared or dtd.elements())]
    paths = {path for root in roots for path in dtd.iter_paths(root, declared)}
    under_wrapper = {path.replace("MedlineCitation/", "PubmedArticle/MedlineCitation/", 1) for path in paths}
    paths = {
        path if path.partition("/")[0] in RECORDS else f"PubmedBookArticle/{path}"
        for path in paths | under_wrapper
        if path.partition("/")[0] in (*RECORDS, "BookDocument")
    }
    return {
        path
        for path in paths - known - set(IGNORED_ATTRIBUTES)
        if not is_inside_mixed(path) and not is_nested_again(path)
    }


def test_every_element_and_attribute_of_the_dtd_is_mapped_or_ignored_with_a_reason():
    assert unmapped() == set()


def test_every_declared_element_is_reachable_or_ignored_with_a_reason():
    reachable = {
        step for root in ROOTS if root in dtd.elements() for path in dtd.iter_paths(root) for step in path.split("/")
    }
    declared = set(dtd.elements())
    assert declared - reachable - ROOTS - {"mml:math"} == set(IGNORED_ELEMENTS)
    assert all(IGNORED_ELEMENTS.values())


@pytest.mark.parametrize("year", ["180101", "180601", "190101", "230101", "240101", "250101"])
def test_the_dtds_of_other_years_are_mapped_too(year):
    path = DTDS / f"pubmed_{year}.dtd"
    if not path.exists():
        pytest.skip("needs real records: MEDLINE_TEST_DATA")
    assert unmapped(dtd.read_digest(dtd.digest_of(path.read_text("utf-8")))) == set()


def test_a_new_element_of_next_years_dtd_is_reported():
    declared = dict(dtd.elements())
    digest = "\n".join(f"{line}" for line in dtd.DIGEST.read_text("utf-8").splitlines())
    declared = dtd.read_digest(digest.replace("ArticleTitle", "ArticleTitle, Novelty", 1) + "\nNovelty = #text\n")
    paths = unmapped(declared)
    assert paths
    assert all(path.endswith("Novelty") for path in paths)


def test_mixed_columns_are_those_that_the_dtd_declares_mixed():
    for node in plan().walk():
        declared = dtd.elements().get(node.path.rpartition("/")[2])
        if declared and node.text:
            assert node.mixed == (declared.model.kind == "mixed"), node.path


def test_every_path_of_a_row_exists_in_some_dtd():
    beyond = {"Affiliation", "DateCreated", "CitationString"}  # older DTDs
    for table in LAKE_TABLES:
        for path in table.rows:
            names = {step.rstrip("+") for step in path.split("/")}
            assert names <= set(dtd.elements()) | beyond, path


def test_every_tag_of_medline_text_has_a_column_or_a_reason():
    tags = {tag for table in TABLES for column in table.columns if column.tag for tag in column.tag.split()}
    assert set(TAGS) == tags | set(IGNORED_TAGS)


def test_every_table_of_citations_starts_with_pmid_and_version():
    for table in CITATION_TABLES:
        assert [column.name for column in table.columns[:2]] == ["pmid", "version"], table.name


def test_keys_are_ordinals_or_fixed_values_and_end_with_the_rows_own_ordinal():
    for table in CITATION_TABLES:
        for name in table.key:
            fixed = any(name in values for values in table.rows.values())
            assert fixed or table[name].type in (ORDINAL, ORDINAL_PATH), (table.name, name)
        if table.key:
            assert table[table.key[-1]].path == "."


def test_every_reader_and_derivation_that_a_line_names_exists():
    for table in TABLES:
        for column in table.columns:
            assert callable(getattr(derive, column.derive)) if column.derive else True
            assert (
                callable(getattr(values, column.type.read)) if column.type.read else column.derive or not table.in_lake
            )


def test_every_column_has_a_meaning_and_every_markup_column_its_plain_one():
    for table in TABLES:
        for column in table.columns:
            assert column.description, (table.name, column.name)
            if column.type is MIXED:
                assert table[f"{column.name}_markup"]


def test_no_row_path_belongs_to_two_tables():
    paths = [path for table in TABLES for path in table.rows]
    assert len(paths) == len(set(paths))


def test_required_tables_and_columns_are_there():
    """The names that users, feeds and outside checks rely on, a sample of each kind."""
    required = {
        "articles": "source_format source_file status pub_date medline_date title_markup start_page abstract doi pmc",
        "issns": "issn issn_type",
        "abstracts": "abstract_seq section_seq abstract_type language label nlm_category text text_markup copyright",
        "authors": "author_seq list_type last_name fore_name initials suffix collective_name is_equal_contrib orcid",
        "affiliations": "author_seq affiliation_seq affiliation affiliation_markup",
        "person_identifiers": "role person_seq affiliation_seq identifier_seq source identifier",
        "mesh": "heading_seq descriptor_ui descriptor is_major is_auto descriptor_type",
        "mesh_qualifiers": "heading_seq qualifier_seq qualifier_ui qualifier is_major is_auto",
        "history": "pub_status event_at year month day hour minute",
        "article_references": "reference_seq list_path citation citation_markup",
        "comments_corrections": "ref_type ref_source ref_pmid ref_version note",
        "books": "publisher book_title edition isbns",
        "deleted_citations": "pmid version source_file",
        "source_files": "name kind year number md5 bytes citations books deletions rows_per_table anomalies loaded_at",
        "runs": "started_at what ended outcome seconds fetched read rows anomalies unknown_paths applied version",
        "anomalies": "source_file pmid path value reason",
        "unknown_paths": "source_file path count example_pmid",
    }
    for table, columns in required.items():
        assert set(columns.split()) <= {column.name for column in BY_NAME[table].columns}, table
