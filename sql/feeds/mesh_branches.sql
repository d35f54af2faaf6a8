-- Grain: branch of the MeSH tree and year of publication
-- Key: branch, pub_year
-- Citations per branch of the MeSH tree, with all headings below it. A citation counts once in each branch that it has
-- a heading of. Empty where MeSH is not loaded.
--   branch VARCHAR: tree number of the branch: C04
--   descriptor VARCHAR: descriptor at its top: Neoplasms
--   category VARCHAR: name of the category: Diseases
--   pub_year INTEGER: year of the issue
--   citations BIGINT: citations of the year with a heading in the branch
--   share DOUBLE: share of the year's citations with a heading in the tree, 0 to 1
WITH branches AS (
    SELECT DISTINCT
        descriptor_ui,
        split_part(tree_number, '.', 1) AS branch
    FROM mesh_tree
),

placed AS (
    SELECT DISTINCT
        mesh_current.pmid,
        articles.pub_year,
        branches.branch
    FROM mesh_current
    JOIN branches ON branches.descriptor_ui = mesh_current.descriptor_ui
    JOIN articles ON articles.pmid = mesh_current.pmid
    WHERE articles.pub_year IS NOT NULL
),

indexed AS (
    SELECT
        pub_year,
        count(DISTINCT pmid) AS citations
    FROM placed
    GROUP BY pub_year
)

SELECT
    placed.branch,
    any_value(tops.descriptor) AS descriptor,
    any_value(tops.category_name) AS category,
    placed.pub_year,
    count(*) AS citations,
    count(*) / any_value(indexed.citations) AS share
FROM placed
JOIN indexed ON indexed.pub_year = placed.pub_year
LEFT JOIN mesh_tree AS tops ON tops.tree_number = placed.branch
GROUP BY placed.branch, placed.pub_year
ORDER BY placed.branch, placed.pub_year;
