-- Returns: DATE, the first day that a printed date of publication may mean; NULL where it has no year.
-- Reads: date_words, first_day
--
-- The one rule for dates of publication; publication_dates and [dp] use it.
--
-- The year is the first number of four digits. A missing or impossible month or day is the first. The beginning of a span
-- counts: '1998 Dec-1999 Jan' is 1998-12-01, '1983 Feb 17-23' the 17th. The month is the first that is named, in English, in
-- full or abbreviated. A season is the first month of its quarter: Winter January, Spring April, Summer July, Fall and Autumn
-- October; Easter is April, Christmas and Holiday December. A part of the year ('2d Quart', '3rd Trimest', '1st Half')
-- begins according to its number; there are three trimesters, so the 4th is a quarter. Without such words two numbers after
-- the year are month and day ('2001/10/01', '2001 10 1', '20011001'), and one is the month, unless it is the next year:
-- '2001-02', '1978/79'.
CREATE OR REPLACE MACRO medline_date(printed) AS CASE
    -- as nearly all are printed, in a quarter of the time: 2001, 2001 Oct, 2001 Oct 28, 2001 Fall, or a span that begins so
    WHEN regexp_full_match(
        printed,
        '\d{4}( (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Winter|Spring|Summer|Autumn|Fall)'
        || '( \d{1,2}(-.*)?|-[A-Z].*|-\d{4}.*)?)?'
    )
        THEN first_day(
            TRY_CAST(left(printed, 4) AS INTEGER),
            CASE substr(printed, 6, 3)
                WHEN 'Win' THEN 1
                WHEN 'Spr' THEN 4
                WHEN 'Sum' THEN 7
                WHEN 'Aut' THEN 10
                WHEN 'Fal' THEN 10
                WHEN '' THEN 1
                ELSE strpos('..JanFebMarAprMayJunJulAugSepOctNovDec', substr(printed, 6, 3)) // 3
            END,
            TRY_CAST(regexp_extract(printed, '^.{8} (\d{1,2})', 1) AS INTEGER)
        )
    -- a list of one names what is used several times: as text of a macro it would be planned as often, 50 ms together
    ELSE list_extract(
        [
            first_day(found.of_year, found.of_month, found.of_day)
            FOR found IN [
                {
                    'of_year': TRY_CAST(regexp_extract(printed, '(?:^|\D)0*(\d{4})(?:\d{4})?(?:\D|$)', 1) AS INTEGER),
                    'of_month': coalesce(
                        list_position(
                            ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
                            words.month
                        ),
                        CASE left(words.season, 3)
                            WHEN 'win' THEN 1
                            WHEN 'spr' THEN 4
                            WHEN 'eas' THEN 4
                            WHEN 'sum' THEN 7
                            WHEN 'aut' THEN 10
                            WHEN 'fal' THEN 10
                            WHEN 'chr' THEN 12
                            WHEN 'xma' THEN 12
                            WHEN 'hol' THEN 12
                        END,
                        list_extract(
                            CASE left(
                                concat(
                                    words.part, words.part_first
                                ),
                                1
                            )
                                WHEN 'q' THEN [1, 4, 7, 10]
                                WHEN 't' THEN [1, 5, 9, 10]
                                WHEN 's' THEN [1, 7]
                                WHEN 'h' THEN [1, 7]
                            END,
                            1 + (list_position(
                                ['1', '2', '3', '4', 'first', 'second', 'third', 'fourth', 'i', 'ii', 'iii', 'iv'],
                                concat(words.nth, words.nth_last)
                            ) - 1) % 4
                        ),
                        TRY_CAST(regexp_extract(printed, '(?:^|\D)\d{4}(0[1-9]|1[0-2])\d\d(?:\D|$)', 1) AS INTEGER),
                        nullif(
                            TRY_CAST(
                                regexp_extract(printed, '(?:^|\D)\d{4}(?:\s*[-/.]\s*|\s+)(0?[1-9]|1[0-2])\b', 1) AS INTEGER
                            ),
                            TRY_CAST(regexp_extract(printed, '\d\d(\d\d)\s*[-/]\s*\d\d(?:[^\d/-]|$)', 1) AS INTEGER) + 1
                        )
                    ),
                    'of_day': TRY_CAST(
                        coalesce(
                            nullif(words.day_before, ''),
                            nullif(
                                concat(words.day, words.signed_day), ''
                            ),
                            nullif(regexp_extract(printed, '(?:^|\D)\d{6}(\d\d)(?:\D|$)', 1), ''),
                            regexp_extract(
                                printed,
                                '(?:^|\D)\d{4}(?:\s*-\s*\d\d?\s*-|\s*/\s*\d\d?\s*/|\s*\.\s*\d\d?\s*\.|\s+\d\d?\s)\s*(\d\d?)\b',
                                1
                            )
                        ) AS INTEGER
                    )
                }
                FOR words IN [date_words(printed)]
            ]
        ],
        1
    )
END;
COMMENT ON MACRO medline_date IS 'medline_date(printed): the first day that a date of publication may mean, as DATE, to sort and to plot by; a missing or impossible month or day is the first, the beginning of a span counts, seasons are quarters from Winter (January) on. medline_date(pub_date); medline_date(''1998 Dec-1999 Jan'') = DATE ''1998-12-01''';
