-- Returns: BOOLEAN, whether a text is these words and no other; * is the rest of a word.
-- Reads: word_pattern
CREATE OR REPLACE MACRO is_words(searched, words) AS
    regexp_full_match(searched, '(?i)[^\pL\pN]*' || word_pattern(words) || '[^\pL\pN]*');
COMMENT ON MACRO is_words IS 'whether a text is these words and no other, * being the rest of a word: is_words(text, words)';
