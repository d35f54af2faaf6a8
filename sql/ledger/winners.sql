-- NLM's processing rule: which record of which file shows a PMID. Stated here and nowhere else.
-- Grain: PMID that is current, as (pmid, version, source_file). Reads `events`, the name of ledger.events or of a part of
-- it that has all rows of its PMIDs.
--
-- 1. Later dumps replace earlier ones, record by record (PMID.Version); a deletion is such a word too, and a later dump
--    may bring the record back.
-- 2. PubMed shows the highest version that is not deleted: deleting version 2 leaves version 1 current.
-- 3. Exports (MEDLINE text, efetch) have no production number: the newer date_revised wins, and on a tie the dump.
--    Among exports of one day XML wins, which holds more, then the last name. What the dumps have deleted stays so.
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

from_dumps AS (
    SELECT *
    FROM last_word
    WHERE NOT is_deletion
    QUALIFY row_number() OVER (PARTITION BY pmid ORDER BY known_version DESC) = 1
),

from_exports AS (
    SELECT *
    FROM considered
    WHERE
        dump_order IS NULL
        AND NOT is_deletion
        AND NOT EXISTS (
            SELECT 1
            FROM last_word
            WHERE
                last_word.pmid = considered.pmid
                AND last_word.is_deletion
                AND (
                    last_word.known_version = considered.version
                    OR NOT EXISTS (SELECT 1 FROM from_dumps WHERE from_dumps.pmid = considered.pmid)
                )
        )
),

candidates AS (
    SELECT * FROM from_dumps
    UNION ALL
    SELECT * FROM from_exports
)

SELECT pmid, version, source_file
FROM candidates
QUALIFY row_number() OVER (
    PARTITION BY pmid
    ORDER BY
        date_revised DESC NULLS LAST,
        dump_order IS NOT NULL DESC,
        source_format = 'xml' DESC,
        known_version DESC,
        source_file DESC
) = 1;
