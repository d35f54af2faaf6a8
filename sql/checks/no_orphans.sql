-- Level: fail
-- Scope: PMID
-- Generated from etl/medline/schema/tables.py by `make render`: every row belongs to an article or a book, and to the row around it.
WITH shown AS (
    SELECT pmid, version FROM articles
    UNION ALL
    SELECT pmid, version FROM books
)

SELECT
    'issns' AS in_table,
    pmid
FROM issns
ANTI JOIN shown ON shown.pmid = issns.pmid AND shown.version IS NOT DISTINCT FROM issns.version
UNION ALL
SELECT
    'abstracts' AS in_table,
    pmid
FROM abstracts
ANTI JOIN shown ON shown.pmid = abstracts.pmid AND shown.version IS NOT DISTINCT FROM abstracts.version
UNION ALL
SELECT
    'authors' AS in_table,
    pmid
FROM authors
ANTI JOIN shown ON shown.pmid = authors.pmid AND shown.version IS NOT DISTINCT FROM authors.version
UNION ALL
SELECT
    'affiliations' AS in_table,
    pmid
FROM affiliations
ANTI JOIN shown ON shown.pmid = affiliations.pmid AND shown.version IS NOT DISTINCT FROM affiliations.version
UNION ALL
SELECT
    'investigators' AS in_table,
    pmid
FROM investigators
ANTI JOIN shown ON shown.pmid = investigators.pmid AND shown.version IS NOT DISTINCT FROM investigators.version
UNION ALL
SELECT
    'investigator_affiliations' AS in_table,
    pmid
FROM investigator_affiliations
ANTI JOIN shown ON shown.pmid = investigator_affiliations.pmid AND shown.version IS NOT DISTINCT FROM investigator_affiliations.version
UNION ALL
SELECT
    'person_identifiers' AS in_table,
    pmid
FROM person_identifiers
ANTI JOIN shown ON shown.pmid = person_identifiers.pmid AND shown.version IS NOT DISTINCT FROM person_identifiers.version
UNION ALL
SELECT
    'mesh' AS in_table,
    pmid
FROM mesh
ANTI JOIN shown ON shown.pmid = mesh.pmid AND shown.version IS NOT DISTINCT FROM mesh.version
UNION ALL
SELECT
    'mesh_qualifiers' AS in_table,
    pmid
FROM mesh_qualifiers
ANTI JOIN shown ON shown.pmid = mesh_qualifiers.pmid AND shown.version IS NOT DISTINCT FROM mesh_qualifiers.version
UNION ALL
SELECT
    'supplementary_mesh' AS in_table,
    pmid
FROM supplementary_mesh
ANTI JOIN shown ON shown.pmid = supplementary_mesh.pmid AND shown.version IS NOT DISTINCT FROM supplementary_mesh.version
UNION ALL
SELECT
    'chemicals' AS in_table,
    pmid
FROM chemicals
ANTI JOIN shown ON shown.pmid = chemicals.pmid AND shown.version IS NOT DISTINCT FROM chemicals.version
UNION ALL
SELECT
    'keywords' AS in_table,
    pmid
FROM keywords
ANTI JOIN shown ON shown.pmid = keywords.pmid AND shown.version IS NOT DISTINCT FROM keywords.version
UNION ALL
SELECT
    'publication_types' AS in_table,
    pmid
FROM publication_types
ANTI JOIN shown ON shown.pmid = publication_types.pmid AND shown.version IS NOT DISTINCT FROM publication_types.version
UNION ALL
SELECT
    'languages' AS in_table,
    pmid
FROM languages
ANTI JOIN shown ON shown.pmid = languages.pmid AND shown.version IS NOT DISTINCT FROM languages.version
UNION ALL
SELECT
    'citation_subsets' AS in_table,
    pmid
FROM citation_subsets
ANTI JOIN shown ON shown.pmid = citation_subsets.pmid AND shown.version IS NOT DISTINCT FROM citation_subsets.version
UNION ALL
SELECT
    'gene_symbols' AS in_table,
    pmid
FROM gene_symbols
ANTI JOIN shown ON shown.pmid = gene_symbols.pmid AND shown.version IS NOT DISTINCT FROM gene_symbols.version
UNION ALL
SELECT
    'space_flight_missions' AS in_table,
    pmid
FROM space_flight_missions
ANTI JOIN shown ON shown.pmid = space_flight_missions.pmid AND shown.version IS NOT DISTINCT FROM space_flight_missions.version
UNION ALL
SELECT
    'grants' AS in_table,
    pmid
FROM grants
ANTI JOIN shown ON shown.pmid = grants.pmid AND shown.version IS NOT DISTINCT FROM grants.version
UNION ALL
SELECT
    'accessions' AS in_table,
    pmid
FROM accessions
ANTI JOIN shown ON shown.pmid = accessions.pmid AND shown.version IS NOT DISTINCT FROM accessions.version
UNION ALL
SELECT
    'article_ids' AS in_table,
    pmid
FROM article_ids
ANTI JOIN shown ON shown.pmid = article_ids.pmid AND shown.version IS NOT DISTINCT FROM article_ids.version
UNION ALL
SELECT
    'elocation_ids' AS in_table,
    pmid
FROM elocation_ids
ANTI JOIN shown ON shown.pmid = elocation_ids.pmid AND shown.version IS NOT DISTINCT FROM elocation_ids.version
UNION ALL
SELECT
    'history' AS in_table,
    pmid
FROM history
ANTI JOIN shown ON shown.pmid = history.pmid AND shown.version IS NOT DISTINCT FROM history.version
UNION ALL
SELECT
    'article_dates' AS in_table,
    pmid
FROM article_dates
ANTI JOIN shown ON shown.pmid = article_dates.pmid AND shown.version IS NOT DISTINCT FROM article_dates.version
UNION ALL
SELECT
    'reference_lists' AS in_table,
    pmid
FROM reference_lists
ANTI JOIN shown ON shown.pmid = reference_lists.pmid AND shown.version IS NOT DISTINCT FROM reference_lists.version
UNION ALL
SELECT
    'article_references' AS in_table,
    pmid
FROM article_references
ANTI JOIN shown ON shown.pmid = article_references.pmid AND shown.version IS NOT DISTINCT FROM article_references.version
UNION ALL
SELECT
    'reference_ids' AS in_table,
    pmid
FROM reference_ids
ANTI JOIN shown ON shown.pmid = reference_ids.pmid AND shown.version IS NOT DISTINCT FROM reference_ids.version
UNION ALL
SELECT
    'comments_corrections' AS in_table,
    pmid
FROM comments_corrections
ANTI JOIN shown ON shown.pmid = comments_corrections.pmid AND shown.version IS NOT DISTINCT FROM comments_corrections.version
UNION ALL
SELECT
    'personal_name_subjects' AS in_table,
    pmid
FROM personal_name_subjects
ANTI JOIN shown ON shown.pmid = personal_name_subjects.pmid AND shown.version IS NOT DISTINCT FROM personal_name_subjects.version
UNION ALL
SELECT
    'general_notes' AS in_table,
    pmid
FROM general_notes
ANTI JOIN shown ON shown.pmid = general_notes.pmid AND shown.version IS NOT DISTINCT FROM general_notes.version
UNION ALL
SELECT
    'other_ids' AS in_table,
    pmid
FROM other_ids
ANTI JOIN shown ON shown.pmid = other_ids.pmid AND shown.version IS NOT DISTINCT FROM other_ids.version
UNION ALL
SELECT
    'objects' AS in_table,
    pmid
FROM objects
ANTI JOIN shown ON shown.pmid = objects.pmid AND shown.version IS NOT DISTINCT FROM objects.version
UNION ALL
SELECT
    'object_params' AS in_table,
    pmid
FROM object_params
ANTI JOIN shown ON shown.pmid = object_params.pmid AND shown.version IS NOT DISTINCT FROM object_params.version
UNION ALL
SELECT
    'book_sections' AS in_table,
    pmid
FROM book_sections
ANTI JOIN shown ON shown.pmid = book_sections.pmid AND shown.version IS NOT DISTINCT FROM book_sections.version
UNION ALL
SELECT
    'book_location_labels' AS in_table,
    pmid
FROM book_location_labels
ANTI JOIN shown ON shown.pmid = book_location_labels.pmid AND shown.version IS NOT DISTINCT FROM book_location_labels.version
UNION ALL
SELECT
    'book_items' AS in_table,
    pmid
FROM book_items
ANTI JOIN shown ON shown.pmid = book_items.pmid AND shown.version IS NOT DISTINCT FROM book_items.version
UNION ALL
SELECT
    'affiliations' AS in_table,
    pmid
FROM affiliations
ANTI JOIN authors USING (pmid, author_seq)
WHERE affiliations.author_seq IS NOT NULL
UNION ALL
SELECT
    'investigator_affiliations' AS in_table,
    pmid
FROM investigator_affiliations
ANTI JOIN investigators USING (pmid, investigator_seq)
WHERE investigator_affiliations.investigator_seq IS NOT NULL
UNION ALL
SELECT
    'mesh_qualifiers' AS in_table,
    pmid
FROM mesh_qualifiers
ANTI JOIN mesh USING (pmid, heading_seq)
WHERE mesh_qualifiers.heading_seq IS NOT NULL
UNION ALL
SELECT
    'reference_ids' AS in_table,
    pmid
FROM reference_ids
ANTI JOIN article_references USING (pmid, reference_seq)
WHERE reference_ids.reference_seq IS NOT NULL
UNION ALL
SELECT
    'object_params' AS in_table,
    pmid
FROM object_params
ANTI JOIN objects USING (pmid, object_seq)
WHERE object_params.object_seq IS NOT NULL
ORDER BY ALL;
