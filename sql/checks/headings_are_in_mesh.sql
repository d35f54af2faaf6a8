-- Level: warn
-- Scope: PMID
-- Headings of citations that the MeSH that is loaded has neither by identifier nor by name, of any year: a search with
-- the tree does not find them below another heading. Each is listed once.
SELECT DISTINCT
    mesh.descriptor_ui,
    mesh.descriptor
FROM mesh
ANTI JOIN mesh_descriptors ON mesh_descriptors.descriptor_ui = mesh.descriptor_ui
ANTI JOIN mesh_terms ON lower(mesh_terms.term) = lower(mesh.descriptor)
WHERE (SELECT count(*) FROM mesh_files) > 0
ORDER BY ALL;
