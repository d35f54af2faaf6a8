-- Level: fail
-- A new baseline replaces everything: dumps of two years do not stand side by side.
SELECT
    year,
    count(*) AS dumps
FROM dumps
WHERE year != (SELECT max(newest.year) FROM dumps AS newest)
GROUP BY year
ORDER BY year;
