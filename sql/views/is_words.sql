-- Returns: BOOLEAN, whether a text is these words and no other; * is the rest of a word, | separates alternatives.
-- Reads: folded, word_pattern
CREATE OR REPLACE MACRO is_words(searched, words) AS
    regexp_full_match(
        folded(searched), '(?i)[\x00-/:-@\[-`{-\x7F]*(?:' || word_pattern(words) || ')[\x00-/:-@\[-`{-\x7F]*'
    );
COMMENT ON MACRO is_words IS 'whether a text is these words and no other, * being the rest of a word, | separating alternatives: is_words(text, words)';
