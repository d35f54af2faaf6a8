-- Level: warn
-- Identifiers of descriptors and qualifiers in the tables of MeSH that MeSH does not have: of files of several years, or
-- of a folder that lacks one of the files.
WITH named AS (
    SELECT 'mesh_allowable_qualifiers' AS in_table, qualifier_ui AS ui FROM mesh_allowable_qualifiers
    UNION
    SELECT 'mesh_see_related', related_descriptor_ui FROM mesh_see_related
    UNION
    SELECT 'mesh_pharmacological_actions', action_ui FROM mesh_pharmacological_actions
    UNION
    SELECT 'mesh_supplementary_mappings', descriptor_ui FROM mesh_supplementary_mappings
    UNION
    SELECT 'mesh_supplementary_mappings', qualifier_ui FROM mesh_supplementary_mappings
    UNION
    SELECT 'mesh_entry_combinations', out_descriptor_ui FROM mesh_entry_combinations
),

known AS (
    SELECT descriptor_ui AS ui FROM mesh_descriptors
    UNION ALL
    SELECT qualifier_ui FROM mesh_qualifiers_vocabulary
    UNION ALL
    SELECT supplementary_ui FROM mesh_supplementary
)

SELECT
    named.in_table,
    named.ui
FROM named
ANTI JOIN known ON known.ui = named.ui
WHERE named.ui IS NOT NULL
    -- without the file of qualifiers all of them would be listed
    AND (NOT starts_with(named.ui, 'Q') OR EXISTS (SELECT 1 FROM mesh_qualifiers_vocabulary))
ORDER BY ALL;
