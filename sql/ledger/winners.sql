-- NLM's processing rule: which record of which file shows a PMID. Stated here and nowhere else.
-- Grain: PMID that is current, as (pmid, version, source_file). Reads `events`, the name of ledger.events or of a part of
-- it that has all rows of its PMIDs.
--
-- 1. Later dumps replace earlier ones, record by record (PMID.Version); a deletion is such a word too, and a later dump
--    may bring the record back.
-- 2. PubMed shows the highest version that is not deleted, from whichever file: deleting version 2 leaves version 1 current.
-- 3. Exports (MEDLINE text, efetch) have no production number: of one version the newer date_revised wins, and on a tie
--    the dump. Among exports of one day XML wins, which holds more, then the last name. What the dumps have deleted stays
--    so: a deleted version, and a PMID of which they have nothing left.
-- 4. A record without a version is version 1. MEDLINE text never has one: PubMed prints the current version there, but
--    not its number, so text of a PMID with a higher version counts as the first and does not displace what is numbered.
--    (Versions above 1 are some dozen in a million; 34853674 has four.)
CREATE MACRO ledger.winners(events) AS TABLE
WITH considered AS (
    SELECT *, coalesce(version, 1) AS known_version
    FROM query_table(events)
),

last_word AS (
    SELECT *
    FROM considered
    WHERE dump_order IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY pmid, known_version ORDER BY dump_order DESC, source_file DESC) = 1
),

deleted AS (
    SELECT pmid, known_version
    FROM last_word
    WHERE is_deletion
),

gone AS (
    SELECT pmid
    FROM last_word
    GROUP BY pmid
    HAVING bool_and(is_deletion)
),

from_exports AS (
    SELECT considered.*
    FROM considered
    ANTI JOIN deleted ON deleted.pmid = considered.pmid AND deleted.known_version = considered.known_version
    ANTI JOIN gone ON gone.pmid = considered.pmid
    WHERE considered.dump_order IS NULL AND NOT considered.is_deletion
),

candidates AS (
    SELECT * FROM last_word WHERE NOT is_deletion
    UNION ALL
    SELECT * FROM from_exports
)

SELECT pmid, version, source_file
FROM candidates
QUALIFY row_number() OVER (
    PARTITION BY pmid
    ORDER BY
        known_version DESC,
        date_revised DESC NULLS LAST,
        dump_order IS NOT NULL DESC,
        source_format = 'xml' DESC,
        source_file DESC
) = 1;
