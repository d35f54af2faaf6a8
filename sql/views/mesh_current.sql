-- Grain: MeSH heading of a citation
-- Key: pmid, heading_seq
-- Reads: mesh, mesh_descriptors, mesh_names
--
-- Records keep the name of their year until NLM revises them: the identifier stays. Records of MEDLINE text have names
-- alone.
CREATE OR REPLACE VIEW mesh_current AS
SELECT
    mesh.pmid,
    mesh.heading_seq,
    coalesce(by_ui.descriptor_ui, by_name.descriptor_ui, mesh.descriptor_ui) AS descriptor_ui,
    coalesce(by_ui.descriptor, by_name.descriptor, mesh.descriptor) AS descriptor,
    mesh.descriptor AS indexed_as,
    mesh.is_major
FROM mesh
LEFT JOIN mesh_descriptors AS by_ui ON by_ui.descriptor_ui = mesh.descriptor_ui
LEFT JOIN (
    SELECT mesh_names.name, mesh_descriptors.descriptor_ui, mesh_descriptors.descriptor
    FROM mesh_names
    JOIN mesh_descriptors ON mesh_descriptors.descriptor_ui = mesh_names.descriptor_ui
) AS by_name ON by_name.name = CASE WHEN by_ui.descriptor_ui IS NULL THEN lower(mesh.descriptor) END;
COMMENT ON VIEW mesh_current IS 'one row per MeSH heading of a citation, under the name that the descriptor has in the MeSH that is loaded; where MeSH does not have it, as indexed';
COMMENT ON COLUMN mesh_current.pmid IS 'PubMed identifier';
COMMENT ON COLUMN mesh_current.heading_seq IS '1-based position of the heading: mesh.heading_seq';
COMMENT ON COLUMN mesh_current.descriptor_ui IS 'MeSH descriptor id, also for records of MEDLINE text; NULL where MeSH does not have the name';
COMMENT ON COLUMN mesh_current.descriptor IS 'name of the descriptor today';
COMMENT ON COLUMN mesh_current.indexed_as IS 'name in the record: mesh.descriptor';
COMMENT ON COLUMN mesh_current.is_major IS 'whether the descriptor itself is starred: mesh.is_major';
