-- Returns: BOOLEAN, whether a text has these words in sequence; * is the rest of a word.
-- Reads: word_pattern
CREATE OR REPLACE MACRO has_words(searched, words) AS
    regexp_matches(searched, '(?i)(?:^|[^\pL\pN])' || word_pattern(words) || '(?:[^\pL\pN]|$)');
COMMENT ON MACRO has_words IS 'whether a text has these words in sequence, * being the rest of a word: has_words(text, words)';
