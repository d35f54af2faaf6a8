-- Grain: place of a descriptor in the MeSH tree
-- Key: tree_number
-- Reads: mesh_tree_numbers, mesh_descriptors
CREATE OR REPLACE VIEW mesh_tree AS
SELECT
    descriptors.descriptor,
    descriptors.descriptor_ui,
    places.tree_number,
    len(places.steps) AS depth,
    CASE WHEN len(places.steps) > 1 THEN array_to_string(places.steps[:-2], '.') END AS parent,
    list_transform(range(1, len(places.steps)), LAMBDA n: array_to_string(places.steps[1:n], '.')) AS ancestors,
    left(places.tree_number, 1) AS category,
    CASE left(places.tree_number, 1)
        WHEN 'A' THEN 'Anatomy'
        WHEN 'B' THEN 'Organisms'
        WHEN 'C' THEN 'Diseases'
        WHEN 'D' THEN 'Chemicals and Drugs'
        WHEN 'E' THEN 'Analytical, Diagnostic and Therapeutic Techniques, and Equipment'
        WHEN 'F' THEN 'Psychiatry and Psychology'
        WHEN 'G' THEN 'Phenomena and Processes'
        WHEN 'H' THEN 'Disciplines and Occupations'
        WHEN 'I' THEN 'Anthropology, Education, Sociology, and Social Phenomena'
        WHEN 'J' THEN 'Technology, Industry, and Agriculture'
        WHEN 'K' THEN 'Humanities'
        WHEN 'L' THEN 'Information Science'
        WHEN 'M' THEN 'Named Groups'
        WHEN 'N' THEN 'Health Care'
        WHEN 'V' THEN 'Publication Characteristics'
        WHEN 'Z' THEN 'Geographicals'
    END AS category_name
FROM (SELECT descriptor_ui, tree_number, string_split(tree_number, '.') AS steps FROM mesh_tree_numbers) AS places
JOIN mesh_descriptors AS descriptors ON descriptors.descriptor_ui = places.descriptor_ui;
COMMENT ON VIEW mesh_tree IS 'one row per place of a descriptor in the MeSH tree, with the places above it';
COMMENT ON COLUMN mesh_tree.descriptor IS 'name of the descriptor';
COMMENT ON COLUMN mesh_tree.descriptor_ui IS 'mesh_descriptors.descriptor_ui';
COMMENT ON COLUMN mesh_tree.tree_number IS 'place: C04.588.083';
COMMENT ON COLUMN mesh_tree.depth IS 'steps from the top: 1 for C04';
COMMENT ON COLUMN mesh_tree.parent IS 'place above: C04.588; NULL at the top';
COMMENT ON COLUMN mesh_tree.ancestors IS 'all places above, the top first: [C04, C04.588]';
COMMENT ON COLUMN mesh_tree.category IS 'letter of the category: C';
COMMENT ON COLUMN mesh_tree.category_name IS 'name of the category: Diseases';
