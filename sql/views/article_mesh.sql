-- Grain: MeSH heading of a citation
-- Key: pmid, heading_seq
-- Reads: mesh, mesh_qualifiers
CREATE OR REPLACE VIEW article_mesh AS
SELECT
    mesh.pmid,
    mesh.heading_seq,
    concat_ws('/', CASE WHEN mesh.is_major THEN '*' ELSE '' END || mesh.descriptor, joined.printed) AS heading,
    mesh.descriptor_ui,
    mesh.descriptor,
    joined.qualifiers,
    mesh.is_major OR coalesce(joined.has_major, FALSE) AS is_major_topic
FROM mesh
LEFT JOIN (
    SELECT
        pmid,
        heading_seq,
        string_agg(CASE WHEN is_major THEN '*' ELSE '' END || qualifier, '/' ORDER BY qualifier_seq) AS printed,
        list(qualifier ORDER BY qualifier_seq) AS qualifiers,
        bool_or(is_major) AS has_major
    FROM mesh_qualifiers
    GROUP BY pmid, heading_seq
) AS joined ON joined.pmid = mesh.pmid AND joined.heading_seq = mesh.heading_seq;
COMMENT ON VIEW article_mesh IS 'one row per MeSH heading, in one string as MEDLINE prints it in MH';
COMMENT ON COLUMN article_mesh.pmid IS 'PubMed identifier';
COMMENT ON COLUMN article_mesh.heading_seq IS '1-based position of the heading: mesh.heading_seq';
COMMENT ON COLUMN article_mesh.heading IS 'descriptor and qualifiers, major ones starred: ''Multiple Sclerosis/*drug therapy/immunology''';
COMMENT ON COLUMN article_mesh.descriptor_ui IS 'MeSH descriptor id: D009103; NULL in MEDLINE text';
COMMENT ON COLUMN article_mesh.descriptor IS 'MeSH descriptor';
COMMENT ON COLUMN article_mesh.qualifiers IS 'qualifiers (subheadings) in order; NULL where there are none';
COMMENT ON COLUMN article_mesh.is_major_topic IS 'whether the descriptor or one of its qualifiers is starred';
