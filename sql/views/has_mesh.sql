-- Returns: BOOLEAN, whether a citation has a MeSH heading, spelled as MeSH does, or with explode one below it in the tree.
-- Reads: mesh, mesh_qualifiers, mesh_ancestors, mesh_names
--
-- Narrower headings need MeSH (`medline mesh`): the citations do not contain the tree. With explode the heading may be
-- an entry term too, and headings without an identifier MeSH has are matched by name.
-- The PMID is outside of the subquery, and inner columns are renamed, so that columns as arguments mean the caller's.
CREATE OR REPLACE MACRO has_mesh(of_pmid, heading, major := FALSE, qualifier := NULL, explode := FALSE) AS of_pmid IN (
    SELECT indexed_pmid
    FROM (
        SELECT
            mesh.pmid AS indexed_pmid,
            mesh.descriptor AS indexed_as,
            mesh.descriptor_ui AS indexed_ui,
            NULL AS indexed_with,
            mesh.is_major AS is_starred
        FROM mesh
        UNION ALL
        SELECT
            mesh.pmid,
            mesh.descriptor,
            mesh.descriptor_ui,
            mesh_qualifiers.qualifier,
            mesh_qualifiers.is_major
        FROM mesh
        JOIN mesh_qualifiers ON mesh_qualifiers.pmid = mesh.pmid AND mesh_qualifiers.heading_seq = mesh.heading_seq
    ) AS indexed
    WHERE (
        indexed_as = heading
        OR (explode AND indexed_ui IN (
            SELECT below.descriptor_ui
            FROM mesh_ancestors AS below
            JOIN mesh_names AS asked ON asked.descriptor_ui = below.ancestor_ui
            WHERE asked.name = lower(heading)
        ))
        OR (explode AND lower(indexed_as) IN (
            SELECT named.name
            FROM mesh_names AS named
            JOIN mesh_ancestors AS below ON below.descriptor_ui = named.descriptor_ui
            JOIN mesh_names AS asked ON asked.descriptor_ui = below.ancestor_ui
            WHERE asked.name = lower(heading)
        ) AND NOT coalesce(indexed_ui IN (SELECT known.descriptor_ui FROM mesh_descriptors AS known), FALSE))
    )
    AND (qualifier IS NULL OR indexed_with = qualifier)
    AND (NOT major OR is_starred)
);
COMMENT ON MACRO has_mesh IS 'has_mesh(pmid, heading, major := false, qualifier := NULL, explode := false): whether a citation has this MeSH descriptor, or, exploded, one below it in the MeSH tree, as a major topic (itself or a qualifier of it starred), with this qualifier (then that one starred). SELECT title FROM articles WHERE has_mesh(pmid, ''Multiple Sclerosis'', major := true, qualifier := ''drug therapy'')';
