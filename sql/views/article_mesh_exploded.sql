-- Grain: MeSH heading of a citation and descriptor above it in the MeSH tree, itself among them
-- Key: pmid, heading_seq, ancestor_ui
-- Reads: mesh_current, mesh_ancestors
--
-- Nothing is stored: the pairs of the tree, some 250,000, are joined to the headings when it is asked.
CREATE OR REPLACE VIEW article_mesh_exploded AS
SELECT
    mesh_current.pmid,
    mesh_current.heading_seq,
    mesh_current.descriptor_ui,
    mesh_current.descriptor,
    mesh_current.is_major,
    mesh_ancestors.ancestor_ui,
    mesh_ancestors.ancestor
FROM mesh_current
JOIN mesh_ancestors ON mesh_ancestors.descriptor_ui = mesh_current.descriptor_ui;
COMMENT ON VIEW article_mesh_exploded IS 'one row per MeSH heading of a citation and descriptor above it in the tree, and itself: WHERE ancestor = ''Neoplasms'' finds what is indexed with any neoplasm';
COMMENT ON COLUMN article_mesh_exploded.pmid IS 'PubMed identifier';
COMMENT ON COLUMN article_mesh_exploded.heading_seq IS '1-based position of the heading: mesh.heading_seq';
COMMENT ON COLUMN article_mesh_exploded.descriptor_ui IS 'MeSH descriptor id of the heading';
COMMENT ON COLUMN article_mesh_exploded.descriptor IS 'name of the descriptor today';
COMMENT ON COLUMN article_mesh_exploded.is_major IS 'whether the descriptor itself is starred: mesh.is_major';
COMMENT ON COLUMN article_mesh_exploded.ancestor_ui IS 'MeSH descriptor id of the one above, or of itself';
COMMENT ON COLUMN article_mesh_exploded.ancestor IS 'name of the one above, or its own';
