-- Returns: STRUCT, the words of a printed date for the time of the year: a month and the day beside it, a season or holiday, or a part of the year and its number. Missing parts are ''.
--
-- The first of several words counts, since the beginning of a span does. All in small letters; a month may be abbreviated.
CREATE OR REPLACE MACRO date_words(printed) AS regexp_extract(
    lower(printed),
    -- a month with the day before it, or the first of a span of days, or the day after it
    '(?:(?:^|[\s,])(\d\d?)(?:st|nd|rd|th|d)?(?:\s*-\s*\d\d?(?:st|nd|rd|th|d)?)?[\s./-]*|^|[^a-z])'
    || '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*'
    || '(?:[\s.,]*(\d\d?)(?:st|nd|rd|th|d)?\b|[-/](\d\d?)(?:[^\da-z\s]|$))?'
    -- a season or holiday
    || '|(?:^|[^a-z])(winter|win|spring|spr|summer|sum|autumn|aut|fall|easter|christmas|xmas|holiday)s?(?:[^a-z]|$)'
    -- the number of a part of the year, or the first of two, before or after the part
    || '|(?:^|[^a-z\d])(1|2|3|4|first|second|third|fourth|i|ii|iii|iv)(?:st|nd|rd|th|d)?'
    || '(?:\s*(?:[-/&]|and)\s*(?:1|2|3|4|first|second|third|fourth|i|ii|iii|iv)(?:st|nd|rd|th|d)?)?'
    || '[\s.-]*(quart|qtr|q(?:[^a-z]|$)|trim|sem|half|halv)'
    || '|(?:^|[^a-z])(quart|qtr|q|trim|sem|half)[a-z]*[\s.]*(1|2|3|4|i|ii|iii|iv)\b',
    ['day_before', 'month', 'day', 'signed_day', 'season', 'nth', 'part', 'part_first', 'nth_last']
);
COMMENT ON MACRO date_words IS 'date_words(printed): the words of a date for the time of the year, as medline_date reads them';
