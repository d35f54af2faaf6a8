-- Level: fail
-- A new baseline replaces everything: dumps of two years do not stand side by side.
SELECT
    year,
    count(*) AS dumps
FROM source_files
WHERE year != (SELECT max(newest.year) FROM source_files AS newest)
GROUP BY year
ORDER BY year;
