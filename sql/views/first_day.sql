-- Returns: DATE, the day of these numbers, or the first day that they can mean; NULL without a year.
--
-- A missing month or day is the first, and so is one that does not exist: (2019, 2, 31) is 2019-02-01. A day without a
-- month is ignored. Years are 1 to 9999, which every client can represent.
CREATE OR REPLACE MACRO first_day(of_year, of_month, of_day) AS CASE
    WHEN of_year BETWEEN 1 AND 9999
        THEN coalesce(
            TRY(make_date(of_year, of_month, coalesce(of_day, 1))),
            TRY(make_date(of_year, of_month, 1)),
            make_date(of_year, 1, 1)
        )
END;
COMMENT ON MACRO first_day IS 'first_day(year, month, day): the day, where month and day may be NULL or impossible and are then the first. first_day(2019, 2, 31) = DATE ''2019-02-01''';
