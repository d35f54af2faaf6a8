-- Returns: BOOLEAN, whether a text begins with these words; * is the rest of a word.
-- Reads: word_pattern
CREATE OR REPLACE MACRO starts_with_words(searched, words) AS
    regexp_matches(searched, '(?i)^[^\pL\pN]*' || word_pattern(words) || '(?:[^\pL\pN]|$)');
COMMENT ON MACRO starts_with_words IS 'whether a text begins with these words, * being the rest of a word: starts_with_words(text, words)';
