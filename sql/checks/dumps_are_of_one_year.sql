-- Level: fail
-- A new baseline replaces everything: the warehouse contains dumps of one year only.
SELECT
    year,
    count(*) AS dumps
FROM source_files
WHERE year != (SELECT max(newest.year) FROM source_files AS newest)
GROUP BY year
ORDER BY year;
