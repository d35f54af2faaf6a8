-- Level: fail
-- Scope: PMID
-- Generated from etl/medline/schema/tables.py by `make render`: each table's key is unique.
SELECT
    'articles' AS in_table,
    pmid,
    count(*) AS occurrences
FROM articles
GROUP BY pmid
HAVING count(*) > 1
UNION ALL
SELECT
    'issns' AS in_table,
    pmid,
    count(*) AS occurrences
FROM issns
GROUP BY pmid, issn_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'abstracts' AS in_table,
    pmid,
    count(*) AS occurrences
FROM abstracts
GROUP BY pmid, abstract_seq, section_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'authors' AS in_table,
    pmid,
    count(*) AS occurrences
FROM authors
GROUP BY pmid, author_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'affiliations' AS in_table,
    pmid,
    count(*) AS occurrences
FROM affiliations
GROUP BY pmid, author_seq, affiliation_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'investigators' AS in_table,
    pmid,
    count(*) AS occurrences
FROM investigators
GROUP BY pmid, investigator_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'investigator_affiliations' AS in_table,
    pmid,
    count(*) AS occurrences
FROM investigator_affiliations
GROUP BY pmid, investigator_seq, affiliation_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'person_identifiers' AS in_table,
    pmid,
    count(*) AS occurrences
FROM person_identifiers
GROUP BY pmid, role, person_seq, affiliation_seq, identifier_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh' AS in_table,
    pmid,
    count(*) AS occurrences
FROM mesh
GROUP BY pmid, heading_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_qualifiers' AS in_table,
    pmid,
    count(*) AS occurrences
FROM mesh_qualifiers
GROUP BY pmid, heading_seq, qualifier_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'supplementary_mesh' AS in_table,
    pmid,
    count(*) AS occurrences
FROM supplementary_mesh
GROUP BY pmid, supplementary_mesh_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'chemicals' AS in_table,
    pmid,
    count(*) AS occurrences
FROM chemicals
GROUP BY pmid, chemical_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'keywords' AS in_table,
    pmid,
    count(*) AS occurrences
FROM keywords
GROUP BY pmid, keyword_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'publication_types' AS in_table,
    pmid,
    count(*) AS occurrences
FROM publication_types
GROUP BY pmid, publication_type_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'languages' AS in_table,
    pmid,
    count(*) AS occurrences
FROM languages
GROUP BY pmid, language_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'citation_subsets' AS in_table,
    pmid,
    count(*) AS occurrences
FROM citation_subsets
GROUP BY pmid, citation_subset_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'gene_symbols' AS in_table,
    pmid,
    count(*) AS occurrences
FROM gene_symbols
GROUP BY pmid, gene_symbol_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'space_flight_missions' AS in_table,
    pmid,
    count(*) AS occurrences
FROM space_flight_missions
GROUP BY pmid, space_flight_mission_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'grants' AS in_table,
    pmid,
    count(*) AS occurrences
FROM grants
GROUP BY pmid, grant_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'accessions' AS in_table,
    pmid,
    count(*) AS occurrences
FROM accessions
GROUP BY pmid, databank_seq, accession_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'article_ids' AS in_table,
    pmid,
    count(*) AS occurrences
FROM article_ids
GROUP BY pmid, article_id_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'elocation_ids' AS in_table,
    pmid,
    count(*) AS occurrences
FROM elocation_ids
GROUP BY pmid, elocation_id_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'history' AS in_table,
    pmid,
    count(*) AS occurrences
FROM history
GROUP BY pmid, history_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'article_dates' AS in_table,
    pmid,
    count(*) AS occurrences
FROM article_dates
GROUP BY pmid, article_date_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'reference_lists' AS in_table,
    pmid,
    count(*) AS occurrences
FROM reference_lists
GROUP BY pmid, list_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'article_references' AS in_table,
    pmid,
    count(*) AS occurrences
FROM article_references
GROUP BY pmid, reference_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'reference_ids' AS in_table,
    pmid,
    count(*) AS occurrences
FROM reference_ids
GROUP BY pmid, reference_seq, reference_id_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'comments_corrections' AS in_table,
    pmid,
    count(*) AS occurrences
FROM comments_corrections
GROUP BY pmid, comments_corrections_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'personal_name_subjects' AS in_table,
    pmid,
    count(*) AS occurrences
FROM personal_name_subjects
GROUP BY pmid, personal_name_subject_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'general_notes' AS in_table,
    pmid,
    count(*) AS occurrences
FROM general_notes
GROUP BY pmid, general_note_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'other_ids' AS in_table,
    pmid,
    count(*) AS occurrences
FROM other_ids
GROUP BY pmid, other_id_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'objects' AS in_table,
    pmid,
    count(*) AS occurrences
FROM objects
GROUP BY pmid, object_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'object_params' AS in_table,
    pmid,
    count(*) AS occurrences
FROM object_params
GROUP BY pmid, object_seq, param_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'books' AS in_table,
    pmid,
    count(*) AS occurrences
FROM books
GROUP BY pmid
HAVING count(*) > 1
UNION ALL
SELECT
    'book_sections' AS in_table,
    pmid,
    count(*) AS occurrences
FROM book_sections
GROUP BY pmid, section_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'book_location_labels' AS in_table,
    pmid,
    count(*) AS occurrences
FROM book_location_labels
GROUP BY pmid, location_label_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'book_items' AS in_table,
    pmid,
    count(*) AS occurrences
FROM book_items
GROUP BY pmid, list_seq, item_seq
HAVING count(*) > 1
ORDER BY ALL;
