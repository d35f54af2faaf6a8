# ruff: noqa: E501  (tables of rows)
"""A small database in memory: invented citations with an invented vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import duckdb
import pytest

from medline import searching
from medline.schema.ddl import ddl
from medline.schema.tables import TABLES
from medline.searching.vocabulary import open_vocabulary
from medline.warehouse import views

#: Headings: UI, name, tree numbers, other names.
DESCRIPTORS = [
    ("D1", "Lake Diseases", ["C90"], ["Lake Disease", "Diseases, Lake"]),
    ("D2", "Voreb Syndrome", ["C90.100", "G90.200"], ["Vorebitis", "Brown Lake Fever"]),
    ("D3", "Otters", ["B90"], ["Lutra"]),
    ("D4", "Otters, Giant", ["B90.100"], ["Pteronura 2"]),
    ("D5", "Anti-Voreb Agents", ["D90"], []),
    ("D6", "Velmostat", ["D91"], ["Velmo"]),
    ("D7", "Lake Trial", ["V90"], []),
    ("D8", "Shore Trial", ["V90.100"], ["Trial, Shore"]),
    ("D9", "Swimmers", [], []),
    ("D10", "Wounds and Otters", ["C91"], []),
    ("D12", "Lake Trials as Topic", ["N90"], []),
    ("D11", "Strong Anti-Voreb Agents", ["D90.100"], []),
]
QUALIFIERS = [
    ("Q1", "therapy", "TH", "Y90"),
    ("Q2", "drug therapy", "DT", "Y90.100"),
    ("Q3", "growth & lakes", "GL", "Y91"),
]

QUALIFIER = "INSERT INTO mesh_qualifiers_vocabulary (qualifier_ui, qualifier, abbreviation) VALUES (?, ?, ?)"
ROWS = """
INSERT INTO articles (pmid, source_format, title, medline_ta, journal_title, status, owner, abstract) VALUES
    (1, 'xml', 'Voreb syndrome in otters', 'Norl J Velmo', 'The Norlish journal of velmo', 'MEDLINE', 'NLM', NULL),
    (2, 'xml', 'On lakes, and what swims', 'Science', 'Science', 'MEDLINE', 'NASA', NULL),
    (3, 'medline', 'Fever of brown lakes', 'Science', 'Science', 'MEDLINE', 'NLM', NULL),
    (4, 'xml', 'Velmostat for swimmers of the lake', 'Norl J Velmo', 'The Norlish journal of velmo', 'Publisher', 'NLM', NULL),
    (5, 'xml', 'Growing otters beside lakes', 'Science', 'Science', 'MEDLINE', 'NLM', NULL),
    (6, 'xml', 'Covid-19 and COVID 20, 2001', 'Science', 'Science', 'MEDLINE', 'NLM', NULL);
INSERT INTO mesh (pmid, heading_seq, descriptor_ui, descriptor, is_major) VALUES
    (1, 1, 'D2', 'Voreb Syndrome', false), (1, 2, 'D4', 'Otters, Giant', true), (2, 1, 'D1', 'Lake Diseases', false),
    (3, 1, NULL, 'Brown Lake Fever', true), (4, 1, 'D9', 'Swimmers', false), (5, 1, 'D3', 'Otters', false),
    (6, 1, 'D99', 'Newer Heading', false), (7, 1, NULL, 'Swimming Beasts', false);
INSERT INTO mesh_qualifiers (pmid, heading_seq, qualifier_seq, qualifier, is_major) VALUES
    (1, 1, 1, 'drug therapy', true), (2, 1, 1, 'therapy', false), (5, 1, 1, 'growth & lakes', false);
INSERT INTO publication_types (pmid, publication_type_ui, publication_type) VALUES
    (1, 'D8', 'Shore Trial'), (2, 'D7', 'Lake Trial'), (3, NULL, 'Shore Trial'), (4, 'D77', 'Review');
INSERT INTO chemicals (pmid, substance_ui, substance) VALUES (4, 'D6', 'Velmostat'), (5, 'C1', 'velmokin'),
    (6, 'C77', 'Velmo factor 3'); -- which became C1
INSERT INTO authors (pmid, author_seq, last_name, fore_name, initials) VALUES
    (1, 1, 'Otter', 'Jana Maria', 'JM'), (2, 1, 'Sørensen', 'Per', 'P'), (4, 1, 'Velmo', 'Ada', 'A');
INSERT INTO history (pmid, pub_status, event_at) VALUES (1, 'entrez', '2001-02-03');
INSERT INTO articles (pmid, source_format, title, status, pub_year) VALUES (7, 'xml', 'Printed before', 'Publisher', 2001);
INSERT INTO article_dates (pmid, date_type, year, month, day) VALUES (7, 'Electronic', '2002', '03', '04');
INSERT INTO affiliations (pmid, author_seq, affiliation_seq, affiliation) VALUES
    (1, 1, 1, 'House of otters, Lakeside'), (1, 1, 2, 'Hill, Norwold');
INSERT INTO issns (pmid, issn, issn_type) VALUES (1, '1234-567X', 'Print');
INSERT INTO citation_subsets (pmid, citation_subset) VALUES (2, 'AIM');
INSERT INTO books (pmid, title, book_title) VALUES (8, 'Of fevers', 'The book of lakes');
INSERT INTO mesh_supplementary (supplementary_ui, name) VALUES ('C1', 'velmokin');
INSERT INTO mesh_terms (ui, term) VALUES ('C1', 'velmokin'), ('C1', 'velmo factor 3');
INSERT INTO mesh_pharmacological_actions (ui, name, action_ui, action) VALUES
    ('D6', 'Velmostat', 'D11', 'Strong Anti-Voreb Agents'), ('C1', 'velmokin', 'D5', 'Anti-Voreb Agents');
UPDATE mesh_descriptors SET previous_indexing = ['Water Dogs (1970-1980)', 'Otters (1960)'] WHERE descriptor_ui = 'D4';
UPDATE mesh_descriptors SET previous_indexing = ['Swimming Beasts/anatomy (1950)'] WHERE descriptor_ui = 'D10';
"""


@pytest.fixture(scope="session")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA ledger")
        for table in TABLES:
            connection.execute(ddl(table))
        views.create(connection)
        for ui, name, trees, terms in DESCRIPTORS:
            connection.execute("INSERT INTO mesh_descriptors (descriptor_ui, descriptor) VALUES (?, ?)", [ui, name])
            connection.executemany(
                "INSERT INTO mesh_terms (ui, term) VALUES (?, ?)", [[ui, term] for term in (name, *terms)]
            )
            for tree in trees:
                connection.execute("INSERT INTO mesh_tree_numbers VALUES (?, ?)", [ui, tree])
        for ui, name, code, tree in QUALIFIERS:
            connection.execute(
                "INSERT INTO mesh_qualifiers_vocabulary (qualifier_ui, qualifier, abbreviation) VALUES (?, ?, ?)",
                [ui, name, code],
            )
            connection.execute("INSERT INTO mesh_qualifier_tree_numbers VALUES (?, ?)", [ui, tree])
            connection.execute("INSERT INTO mesh_terms (ui, term) VALUES (?, ?)", [ui, name])
        connection.execute(ROWS)
        yield connection


@pytest.fixture(scope="session")
def vocabulary(warehouse):
    return open_vocabulary(warehouse)


@pytest.fixture(scope="session")
def find(warehouse, vocabulary) -> Callable[..., set[int]]:
    """What a query finds with the vocabulary."""

    def find(query: str, **options) -> set[int]:
        sql = searching.to_sql(query, vocabulary=vocabulary, **options)
        return {row[0] for row in warehouse.execute(sql).fetchall()}

    return find
