-- Returns: BOOLEAN, whether a citation has a MeSH heading, spelled as MeSH does.
-- Reads: mesh, mesh_qualifiers
--
-- Narrower headings of the MeSH tree do not count: the citations do not contain the tree.
-- The PMID is outside of the subquery, and inner columns are renamed, so that columns as arguments mean the caller's.
CREATE OR REPLACE MACRO has_mesh(of_pmid, heading, major := FALSE, qualifier := NULL) AS of_pmid IN (
    SELECT indexed_pmid
    FROM (
        SELECT
            mesh.pmid AS indexed_pmid,
            mesh.descriptor AS indexed_as,
            NULL AS indexed_with,
            mesh.is_major AS is_starred
        FROM mesh
        UNION ALL
        SELECT
            mesh.pmid,
            mesh.descriptor,
            mesh_qualifiers.qualifier,
            mesh_qualifiers.is_major
        FROM mesh
        JOIN mesh_qualifiers ON mesh_qualifiers.pmid = mesh.pmid AND mesh_qualifiers.heading_seq = mesh.heading_seq
    ) AS indexed
    WHERE indexed_as = heading
        AND (qualifier IS NULL OR indexed_with = qualifier)
        AND (NOT major OR is_starred)
);
COMMENT ON MACRO has_mesh IS 'has_mesh(pmid, heading, major := false, qualifier := NULL): whether a citation has this MeSH descriptor, as a major topic (itself or a qualifier of it starred), with this qualifier (then that one starred). SELECT title FROM articles WHERE has_mesh(pmid, ''Multiple Sclerosis'', major := true, qualifier := ''drug therapy'')';
