-- Grain: descriptor and descriptor above it in the MeSH tree, itself among them
-- Key: descriptor_ui, ancestor_ui
-- Reads: mesh_tree, mesh_descriptors
CREATE OR REPLACE VIEW mesh_ancestors AS
SELECT
    places.descriptor_ui,
    places.descriptor,
    above.descriptor_ui AS ancestor_ui,
    above.descriptor AS ancestor
FROM (
    SELECT descriptor_ui, descriptor, unnest(list_append(ancestors, tree_number)) AS tree_number FROM mesh_tree
) AS places
JOIN mesh_tree AS above ON above.tree_number = places.tree_number
UNION
SELECT
    own.descriptor_ui,
    own.descriptor,
    own.descriptor_ui AS ancestor_ui,
    own.descriptor AS ancestor
FROM mesh_descriptors AS own;
COMMENT ON VIEW mesh_ancestors IS 'one row per descriptor and descriptor above it in any of its places, and itself';
COMMENT ON COLUMN mesh_ancestors.descriptor_ui IS 'mesh_descriptors.descriptor_ui';
COMMENT ON COLUMN mesh_ancestors.descriptor IS 'name of the descriptor';
COMMENT ON COLUMN mesh_ancestors.ancestor_ui IS 'the descriptor above: its identifier';
COMMENT ON COLUMN mesh_ancestors.ancestor IS 'the descriptor above: its name';
