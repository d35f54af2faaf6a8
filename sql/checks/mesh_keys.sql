-- Level: fail
-- Generated from etl/medline/schema/tables.py by `make render`: each key of MeSH is unique, and each row has its record.
WITH records AS (
    SELECT descriptor_ui AS ui FROM mesh_descriptors
    UNION ALL
    SELECT qualifier_ui AS ui FROM mesh_qualifiers_vocabulary
    UNION ALL
    SELECT supplementary_ui AS ui FROM mesh_supplementary
)

SELECT
    'mesh_files' AS in_table,
    name AS of_record,
    count(*) AS occurrences
FROM mesh_files
GROUP BY name
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_descriptors' AS in_table,
    descriptor_ui AS of_record,
    count(*) AS occurrences
FROM mesh_descriptors
GROUP BY descriptor_ui
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_tree_numbers' AS in_table,
    descriptor_ui AS of_record,
    count(*) AS occurrences
FROM mesh_tree_numbers
GROUP BY descriptor_ui, tree_number
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_concepts' AS in_table,
    ui AS of_record,
    count(*) AS occurrences
FROM mesh_concepts
GROUP BY ui, concept_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_concept_relations' AS in_table,
    ui AS of_record,
    count(*) AS occurrences
FROM mesh_concept_relations
GROUP BY ui, relation_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_registry_numbers' AS in_table,
    ui AS of_record,
    count(*) AS occurrences
FROM mesh_registry_numbers
GROUP BY ui, registry_number_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_semantic_types' AS in_table,
    ui AS of_record,
    count(*) AS occurrences
FROM mesh_semantic_types
GROUP BY ui, semantic_type_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_terms' AS in_table,
    ui AS of_record,
    count(*) AS occurrences
FROM mesh_terms
GROUP BY ui, term_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_see_related' AS in_table,
    descriptor_ui AS of_record,
    count(*) AS occurrences
FROM mesh_see_related
GROUP BY descriptor_ui, related_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_entry_combinations' AS in_table,
    descriptor_ui AS of_record,
    count(*) AS occurrences
FROM mesh_entry_combinations
GROUP BY descriptor_ui, combination_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_allowable_qualifiers' AS in_table,
    descriptor_ui AS of_record,
    count(*) AS occurrences
FROM mesh_allowable_qualifiers
GROUP BY descriptor_ui, qualifier_ui
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_qualifiers_vocabulary' AS in_table,
    qualifier_ui AS of_record,
    count(*) AS occurrences
FROM mesh_qualifiers_vocabulary
GROUP BY qualifier_ui
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_qualifier_tree_numbers' AS in_table,
    qualifier_ui AS of_record,
    count(*) AS occurrences
FROM mesh_qualifier_tree_numbers
GROUP BY qualifier_ui, tree_number
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_pharmacological_actions' AS in_table,
    ui AS of_record,
    count(*) AS occurrences
FROM mesh_pharmacological_actions
GROUP BY ui, action_ui
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_supplementary' AS in_table,
    supplementary_ui AS of_record,
    count(*) AS occurrences
FROM mesh_supplementary
GROUP BY supplementary_ui
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_supplementary_mappings' AS in_table,
    supplementary_ui AS of_record,
    count(*) AS occurrences
FROM mesh_supplementary_mappings
GROUP BY supplementary_ui, mapping_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_supplementary_indexing' AS in_table,
    supplementary_ui AS of_record,
    count(*) AS occurrences
FROM mesh_supplementary_indexing
GROUP BY supplementary_ui, indexing_seq
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_unknown_paths' AS in_table,
    source_file AS of_record,
    count(*) AS occurrences
FROM mesh_unknown_paths
GROUP BY source_file, path
HAVING count(*) > 1
UNION ALL
SELECT
    'mesh_tree_numbers' AS in_table,
    descriptor_ui AS of_record,
    0 AS occurrences
FROM mesh_tree_numbers
ANTI JOIN records ON records.ui = mesh_tree_numbers.descriptor_ui
UNION ALL
SELECT
    'mesh_concepts' AS in_table,
    ui AS of_record,
    0 AS occurrences
FROM mesh_concepts
ANTI JOIN records ON records.ui = mesh_concepts.ui
UNION ALL
SELECT
    'mesh_concept_relations' AS in_table,
    ui AS of_record,
    0 AS occurrences
FROM mesh_concept_relations
ANTI JOIN records ON records.ui = mesh_concept_relations.ui
UNION ALL
SELECT
    'mesh_registry_numbers' AS in_table,
    ui AS of_record,
    0 AS occurrences
FROM mesh_registry_numbers
ANTI JOIN records ON records.ui = mesh_registry_numbers.ui
UNION ALL
SELECT
    'mesh_semantic_types' AS in_table,
    ui AS of_record,
    0 AS occurrences
FROM mesh_semantic_types
ANTI JOIN records ON records.ui = mesh_semantic_types.ui
UNION ALL
SELECT
    'mesh_terms' AS in_table,
    ui AS of_record,
    0 AS occurrences
FROM mesh_terms
ANTI JOIN records ON records.ui = mesh_terms.ui
UNION ALL
SELECT
    'mesh_see_related' AS in_table,
    descriptor_ui AS of_record,
    0 AS occurrences
FROM mesh_see_related
ANTI JOIN records ON records.ui = mesh_see_related.descriptor_ui
UNION ALL
SELECT
    'mesh_entry_combinations' AS in_table,
    descriptor_ui AS of_record,
    0 AS occurrences
FROM mesh_entry_combinations
ANTI JOIN records ON records.ui = mesh_entry_combinations.descriptor_ui
UNION ALL
SELECT
    'mesh_allowable_qualifiers' AS in_table,
    descriptor_ui AS of_record,
    0 AS occurrences
FROM mesh_allowable_qualifiers
ANTI JOIN records ON records.ui = mesh_allowable_qualifiers.descriptor_ui
UNION ALL
SELECT
    'mesh_qualifier_tree_numbers' AS in_table,
    qualifier_ui AS of_record,
    0 AS occurrences
FROM mesh_qualifier_tree_numbers
ANTI JOIN records ON records.ui = mesh_qualifier_tree_numbers.qualifier_ui
UNION ALL
SELECT
    'mesh_supplementary_mappings' AS in_table,
    supplementary_ui AS of_record,
    0 AS occurrences
FROM mesh_supplementary_mappings
ANTI JOIN records ON records.ui = mesh_supplementary_mappings.supplementary_ui
UNION ALL
SELECT
    'mesh_supplementary_indexing' AS in_table,
    supplementary_ui AS of_record,
    0 AS occurrences
FROM mesh_supplementary_indexing
ANTI JOIN records ON records.ui = mesh_supplementary_indexing.supplementary_ui
ORDER BY ALL;
