-- Grain: affiliation that ends with the name of a country
-- Key: pmid, author_seq, affiliation_seq
-- Reads: affiliations, country_names, word_key
--
-- MEDLINE has no field for it: the country is what the text ends with, behind which may stand an address of electronic mail
-- and initials. Of several addresses in one text the last one counts. Georgia is a state where a ZIP code follows, else
-- the country, with little confidence. Of 7,474 affiliations of public records 93 in a hundred have a row.
CREATE OR REPLACE VIEW affiliation_countries AS
WITH texts AS (
    SELECT
        pmid,
        author_seq,
        affiliation_seq,
        regexp_replace(
            right(affiliation, 150),
            '(?i:[\s\p{Z}\p{P}]*(?:electronic address|e-?mail)?(?: address)?[:\s]*\S+@\S+\.\S.*)?'
            || '[\s\p{Z}\p{P}]*(?:\((?:[A-Z]\.?[-.,;\s]*)+\)|\band)?[\s\p{Z}\p{P}]*$',
            ''
        ) AS ending
    FROM affiliations
),

parts AS (
    SELECT
        pmid,
        author_seq,
        affiliation_seq,
        regexp_matches(ending, '\pL[\s.,]+[0-9]{5}(?:-[0-9]{4})?$') AS has_zip,
        regexp_extract(regexp_replace(ending, '[\s\p{Z}\p{P}\p{N}]+$', ''), '[^,;]*$') AS part,
        -- 'U.S.A.' is one word, 'P.R.China' three; postal codes are none
        regexp_replace(regexp_replace(part, '\bU\.\s*S\.\s*A\b', 'USA'), '\bU\.\s*([SK])\b', 'U\1') AS plain,
        string_split(word_key(regexp_replace(plain, '\S*[0-9]\S*', '', 'g')), ' ') AS words
    FROM texts
),

endings AS (
    SELECT
        pmid,
        author_seq,
        affiliation_seq,
        part,
        has_zip,
        words,
        unnest(range(greatest(1, len(words) - 7), len(words) + 1)) AS start
    FROM parts
),

names AS (
    SELECT
        name,
        kind,
        country_code,
        country,
        count(*) OVER (PARTITION BY name) > 1 AS is_both
    FROM country_names
),

found AS (
    SELECT
        endings.pmid,
        endings.author_seq,
        endings.affiliation_seq,
        endings.start,
        names.country_code,
        names.country,
        names.name,
        CASE
            WHEN (names.is_both OR names.kind = 'code') AND NOT endings.has_zip THEN 'low'
            WHEN names.kind = 'country' AND endings.start = 1 THEN 'high'
            ELSE 'medium'
        END AS confidence
    FROM endings
    INNER JOIN names ON names.name = array_to_string(endings.words[endings.start:], ' ')
    WHERE
        -- a name behind 'of' belongs to what stands before it: 'Friends of Cuba', 'University of Jersey'
        (endings.start = 1 OR (names.kind = 'country' AND endings.words[endings.start - 1] != 'of'))
        AND (names.kind != 'code' OR regexp_matches(endings.part, '^\s*[A-Z]{2}\b'))
        AND (NOT names.is_both OR (names.kind = 'country') != endings.has_zip)
)

SELECT
    pmid,
    author_seq,
    affiliation_seq,
    arg_min(country_code, start) AS country_code,
    arg_min(country, start) AS country,
    arg_min(name, start) AS named,
    arg_min(confidence, start) AS confidence
FROM found
GROUP BY pmid, author_seq, affiliation_seq;
COMMENT ON VIEW affiliation_countries IS 'one row per affiliation of an author that ends with the name of a country, of one of the United States or of a part of the United Kingdom';
COMMENT ON COLUMN affiliation_countries.pmid IS 'PubMed identifier';
COMMENT ON COLUMN affiliation_countries.author_seq IS '1-based position of the author: authors.author_seq';
COMMENT ON COLUMN affiliation_countries.affiliation_seq IS '1-based position: affiliations.affiliation_seq';
COMMENT ON COLUMN affiliation_countries.country_code IS 'code of the country, ISO 3166-1 alpha-2: US';
COMMENT ON COLUMN affiliation_countries.country IS 'usual name of the country: United States';
COMMENT ON COLUMN affiliation_countries.named IS 'the name that was found: country_names.name';
COMMENT ON COLUMN affiliation_countries.confidence IS 'high: a country stands alone behind the last comma; medium: it ends the last part, or a state with its name or ZIP code does; low: a state by its code alone, which may mean something else, or Georgia';
