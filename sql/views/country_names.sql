-- Grain: name that an affiliation may end with, and what it is
-- Key: name, kind
-- Reads: word_key
--
-- The parameter is the text that medline.warehouse.countries makes of pycountry, a line a name: as rows, 560 of them, it
-- would make each opening of the database slower.
CREATE OR REPLACE VIEW country_names AS
SELECT DISTINCT
    word_key(fields[1]) AS name,
    fields[2] AS kind,
    fields[3] AS country_code,
    fields[4] AS country
FROM (SELECT string_split(unnest(string_split($country_names, chr(10))), chr(9)) AS fields) AS lines;
COMMENT ON VIEW country_names IS 'one row per name of a country, of a state of the United States and of a part of the United Kingdom, from ISO 3166';
COMMENT ON COLUMN country_names.name IS 'name as word_key gives it: ''united states''';
COMMENT ON COLUMN country_names.kind IS 'country; part, of the United States or the United Kingdom; or code, of such a state: ''ma''';
COMMENT ON COLUMN country_names.country_code IS 'code of the country, ISO 3166-1 alpha-2: US';
COMMENT ON COLUMN country_names.country IS 'usual name of the country: United States';
