-- Grain: name that means one MeSH descriptor
-- Key: name
-- Reads: mesh_descriptors, mesh_terms
CREATE OR REPLACE VIEW mesh_names AS
SELECT
    name,
    arg_min(descriptor_ui, priority) AS descriptor_ui,
    arg_min(kind, priority) AS kind
FROM (
    SELECT lower(descriptor) AS name, descriptor_ui, 'heading' AS kind, 1 AS priority FROM mesh_descriptors
    UNION ALL
    SELECT lower(term), ui, 'entry term', 2 FROM mesh_terms WHERE starts_with(ui, 'D')
    UNION ALL
    SELECT
        -- 'Old Name (1966-1980)'; what has a qualifier is no name
        lower(trim(regexp_replace(previous, '\([^()]*\)\s*$', ''))),
        descriptor_ui,
        'previous indexing',
        3
    FROM (SELECT descriptor_ui, unnest(previous_indexing) AS previous FROM mesh_descriptors) AS indexed
    WHERE NOT contains(previous, '/')
) AS named
GROUP BY name
HAVING min(priority) < 3 OR count(DISTINCT descriptor_ui) = 1;
COMMENT ON VIEW mesh_names IS 'one row per name that means a descriptor: its heading, an entry term, or how its topic alone was indexed before';
COMMENT ON COLUMN mesh_names.name IS 'name, in lower case';
COMMENT ON COLUMN mesh_names.descriptor_ui IS 'mesh_descriptors.descriptor_ui';
COMMENT ON COLUMN mesh_names.kind IS 'heading, entry term or previous indexing';
