-- Returns: BOOLEAN, whether a citation has a MeSH heading, spelled as MeSH does, or with explode one below it in the tree.
-- Reads: mesh, mesh_qualifiers, mesh_ancestors, mesh_current, mesh_names
--
-- Narrower headings need MeSH (`medline mesh`): the citations do not contain the tree. With explode the heading may be
-- an entry term too, and headings without an identifier that MeSH has are known by name, see mesh_current.
-- The PMID is outside of the subquery, and inner columns are renamed, so that columns as arguments mean the caller's.
CREATE OR REPLACE MACRO has_mesh(of_pmid, heading, major := FALSE, qualifier := NULL, explode := FALSE) AS of_pmid IN (
    SELECT indexed_pmid
    FROM (
        SELECT
            mesh.pmid AS indexed_pmid,
            mesh.descriptor AS indexed_as,
            FALSE AS is_below,
            NULL AS indexed_with,
            mesh.is_major AS is_starred
        FROM mesh
        UNION ALL
        SELECT
            mesh.pmid,
            mesh.descriptor,
            FALSE,
            mesh_qualifiers.qualifier,
            mesh_qualifiers.is_major
        FROM mesh
        JOIN mesh_qualifiers ON mesh_qualifiers.pmid = mesh.pmid AND mesh_qualifiers.heading_seq = mesh.heading_seq
        UNION ALL
        SELECT
            indexed_pmid,
            NULL,
            TRUE,
            indexed_with,
            is_starred
        FROM (
            SELECT
                mesh_current.pmid AS indexed_pmid,
                mesh_current.descriptor_ui AS indexed_ui,
                NULL AS indexed_with,
                mesh_current.is_major AS is_starred
            FROM mesh_current
            UNION ALL
            SELECT
                mesh_current.pmid,
                mesh_current.descriptor_ui,
                mesh_qualifiers.qualifier,
                mesh_qualifiers.is_major
            FROM mesh_current
            JOIN mesh_qualifiers
                ON mesh_qualifiers.pmid = mesh_current.pmid AND mesh_qualifiers.heading_seq = mesh_current.heading_seq
        ) AS resolved
        WHERE explode AND indexed_ui IN (
            SELECT narrower_ui
            FROM (
                SELECT below.descriptor_ui AS narrower_ui, asked.name AS broader_name
                FROM mesh_ancestors AS below
                JOIN mesh_names AS asked ON asked.descriptor_ui = below.ancestor_ui
            ) AS tree
            WHERE broader_name = lower(heading)
        )
    ) AS indexed
    WHERE (is_below OR indexed_as = heading)
        AND (qualifier IS NULL OR indexed_with = qualifier)
        AND (NOT major OR is_starred)
);
COMMENT ON MACRO has_mesh IS 'has_mesh(pmid, heading, major := false, qualifier := NULL, explode := false): whether a citation has this MeSH descriptor, or, exploded, one below it in the MeSH tree, as a major topic (itself or a qualifier of it starred), with this qualifier (then that one starred). SELECT title FROM articles WHERE has_mesh(pmid, ''Multiple Sclerosis'', major := true, qualifier := ''drug therapy'')';
