-- Level: fail
-- Scope: PMID
-- Generated from etl/medline/schema/tables.py by `make render`: the last ordinal of each key counts from 1 without a hole.
SELECT
    'issns' AS in_table,
    pmid
FROM issns
GROUP BY pmid
HAVING max(issn_seq) != count(issn_seq)
UNION ALL
SELECT
    'abstracts' AS in_table,
    pmid
FROM abstracts
GROUP BY pmid, abstract_seq
HAVING max(section_seq) != count(section_seq)
UNION ALL
SELECT
    'authors' AS in_table,
    pmid
FROM authors
GROUP BY pmid
HAVING max(author_seq) != count(author_seq)
UNION ALL
SELECT
    'affiliations' AS in_table,
    pmid
FROM affiliations
GROUP BY pmid, author_seq
HAVING max(affiliation_seq) != count(affiliation_seq)
UNION ALL
SELECT
    'investigators' AS in_table,
    pmid
FROM investigators
GROUP BY pmid
HAVING max(investigator_seq) != count(investigator_seq)
UNION ALL
SELECT
    'investigator_affiliations' AS in_table,
    pmid
FROM investigator_affiliations
GROUP BY pmid, investigator_seq
HAVING max(affiliation_seq) != count(affiliation_seq)
UNION ALL
SELECT
    'person_identifiers' AS in_table,
    pmid
FROM person_identifiers
GROUP BY pmid, role, person_seq, affiliation_seq
HAVING max(identifier_seq) != count(identifier_seq)
UNION ALL
SELECT
    'mesh' AS in_table,
    pmid
FROM mesh
GROUP BY pmid
HAVING max(heading_seq) != count(heading_seq)
UNION ALL
SELECT
    'mesh_qualifiers' AS in_table,
    pmid
FROM mesh_qualifiers
GROUP BY pmid, heading_seq
HAVING max(qualifier_seq) != count(qualifier_seq)
UNION ALL
SELECT
    'supplementary_mesh' AS in_table,
    pmid
FROM supplementary_mesh
GROUP BY pmid
HAVING max(supplementary_mesh_seq) != count(supplementary_mesh_seq)
UNION ALL
SELECT
    'chemicals' AS in_table,
    pmid
FROM chemicals
GROUP BY pmid
HAVING max(chemical_seq) != count(chemical_seq)
UNION ALL
SELECT
    'keywords' AS in_table,
    pmid
FROM keywords
GROUP BY pmid
HAVING max(keyword_seq) != count(keyword_seq)
UNION ALL
SELECT
    'publication_types' AS in_table,
    pmid
FROM publication_types
GROUP BY pmid
HAVING max(publication_type_seq) != count(publication_type_seq)
UNION ALL
SELECT
    'languages' AS in_table,
    pmid
FROM languages
GROUP BY pmid
HAVING max(language_seq) != count(language_seq)
UNION ALL
SELECT
    'citation_subsets' AS in_table,
    pmid
FROM citation_subsets
GROUP BY pmid
HAVING max(citation_subset_seq) != count(citation_subset_seq)
UNION ALL
SELECT
    'gene_symbols' AS in_table,
    pmid
FROM gene_symbols
GROUP BY pmid
HAVING max(gene_symbol_seq) != count(gene_symbol_seq)
UNION ALL
SELECT
    'space_flight_missions' AS in_table,
    pmid
FROM space_flight_missions
GROUP BY pmid
HAVING max(space_flight_mission_seq) != count(space_flight_mission_seq)
UNION ALL
SELECT
    'grants' AS in_table,
    pmid
FROM grants
GROUP BY pmid
HAVING max(grant_seq) != count(grant_seq)
UNION ALL
SELECT
    'accessions' AS in_table,
    pmid
FROM accessions
GROUP BY pmid, databank_seq
HAVING max(accession_seq) != count(accession_seq)
UNION ALL
SELECT
    'article_ids' AS in_table,
    pmid
FROM article_ids
GROUP BY pmid
HAVING max(article_id_seq) != count(article_id_seq)
UNION ALL
SELECT
    'elocation_ids' AS in_table,
    pmid
FROM elocation_ids
GROUP BY pmid
HAVING max(elocation_id_seq) != count(elocation_id_seq)
UNION ALL
SELECT
    'history' AS in_table,
    pmid
FROM history
GROUP BY pmid
HAVING max(history_seq) != count(history_seq)
UNION ALL
SELECT
    'article_dates' AS in_table,
    pmid
FROM article_dates
GROUP BY pmid
HAVING max(article_date_seq) != count(article_date_seq)
UNION ALL
SELECT
    'reference_lists' AS in_table,
    pmid
FROM reference_lists
GROUP BY pmid
HAVING max(list_seq) != count(list_seq)
UNION ALL
SELECT
    'article_references' AS in_table,
    pmid
FROM article_references
GROUP BY pmid
HAVING max(reference_seq) != count(reference_seq)
UNION ALL
SELECT
    'reference_ids' AS in_table,
    pmid
FROM reference_ids
GROUP BY pmid, reference_seq
HAVING max(reference_id_seq) != count(reference_id_seq)
UNION ALL
SELECT
    'comments_corrections' AS in_table,
    pmid
FROM comments_corrections
GROUP BY pmid
HAVING max(comments_corrections_seq) != count(comments_corrections_seq)
UNION ALL
SELECT
    'personal_name_subjects' AS in_table,
    pmid
FROM personal_name_subjects
GROUP BY pmid
HAVING max(personal_name_subject_seq) != count(personal_name_subject_seq)
UNION ALL
SELECT
    'general_notes' AS in_table,
    pmid
FROM general_notes
GROUP BY pmid
HAVING max(general_note_seq) != count(general_note_seq)
UNION ALL
SELECT
    'other_ids' AS in_table,
    pmid
FROM other_ids
GROUP BY pmid
HAVING max(other_id_seq) != count(other_id_seq)
UNION ALL
SELECT
    'objects' AS in_table,
    pmid
FROM objects
GROUP BY pmid
HAVING max(object_seq) != count(object_seq)
UNION ALL
SELECT
    'object_params' AS in_table,
    pmid
FROM object_params
GROUP BY pmid, object_seq
HAVING max(param_seq) != count(param_seq)
UNION ALL
SELECT
    'book_sections' AS in_table,
    pmid
FROM book_sections
GROUP BY pmid
HAVING max(section_seq) != count(section_seq)
UNION ALL
SELECT
    'book_location_labels' AS in_table,
    pmid
FROM book_location_labels
GROUP BY pmid
HAVING max(location_label_seq) != count(location_label_seq)
UNION ALL
SELECT
    'book_items' AS in_table,
    pmid
FROM book_items
GROUP BY pmid, list_seq
HAVING max(item_seq) != count(item_seq)
ORDER BY ALL;
