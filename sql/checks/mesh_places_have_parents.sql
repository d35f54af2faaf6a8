-- Level: warn
-- Places in the MeSH tree, of descriptors and qualifiers, without a place above them: explosion would miss them.
WITH places AS (
    SELECT tree_number, 'mesh_tree_numbers' AS in_table FROM mesh_tree_numbers
    UNION ALL
    SELECT tree_number, 'mesh_qualifier_tree_numbers' FROM mesh_qualifier_tree_numbers
)

SELECT
    places.in_table,
    places.tree_number
FROM places
ANTI JOIN places AS above
    ON above.in_table = places.in_table
    AND above.tree_number = regexp_replace(places.tree_number, '\.[^.]*$', '')
WHERE contains(places.tree_number, '.')
ORDER BY ALL;
