-- Level: warn
-- Scope: PMID
-- DOIs that do not begin with 10., a registrant and a slash, or that contain a blank; they stay as sent.
SELECT pmid, 'article_ids' AS in_table, article_id AS doi
FROM article_ids
WHERE id_type = 'doi' AND NOT regexp_full_match(article_id, '10\.[0-9]{4,9}(\.[0-9]+)*/\S+')
UNION ALL
SELECT pmid, 'elocation_ids' AS in_table, elocation_id AS doi
FROM elocation_ids
WHERE elocation_type = 'doi' AND NOT regexp_full_match(elocation_id, '10\.[0-9]{4,9}(\.[0-9]+)*/\S+')
ORDER BY ALL;
