-- Returns: DATE, the first day that a printed date of publication may mean; NULL where it has no year.
--
-- A missing month or day is the first. A season or quarter is its first month, of four quarters from January on, Winter
-- the first: '2000 Spring' is April. Of a span the beginning counts: '1998 Dec-1999 Jan' is 1998-12-01.
CREATE OR REPLACE MACRO medline_date(printed) AS TRY_CAST(
    regexp_extract(printed, '\b(1[5-9]|20)\d\d\b')
    || '-'
    || coalesce(
        list_position(
            ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
            lower(regexp_extract(printed, '(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)', 1))
        ),
        3 * (list_position(
            ['winter', 'spring', 'summer', 'fall'],
            replace(lower(regexp_extract(printed, '(?i)\b(winter|spring|summer|fall|autumn)\b')), 'autumn', 'fall')
        ) - 1) + 1,
        3 * (TRY_CAST(regexp_extract(printed, '(?i)\b([1-4])(st|nd|rd|d|th) quart', 1) AS INTEGER) - 1) + 1,
        1
    )
    || '-'
    || coalesce(nullif(regexp_extract(printed, '^\d{4} [A-Za-z]{3,} (\d{1,2})\b', 1), ''), '1') AS DATE
);
COMMENT ON MACRO medline_date IS 'medline_date(printed): the first day that a date of publication may mean, as DATE, to sort and to plot by; a missing month or day is the first, seasons are quarters from Winter (January) on. medline_date(pub_date); medline_date(''1998 Dec-1999 Jan'') = DATE ''1998-12-01''';
