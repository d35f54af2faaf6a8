-- Returns: BOOLEAN, whether a text begins with these words; * is the rest of a word, | separates alternatives.
-- Reads: folded, word_pattern
CREATE OR REPLACE MACRO starts_with_words(searched, words) AS
    regexp_matches(
        folded(searched),
        '(?i)^[\x00-/:-@\[-`{-\x7F]*(?:' || word_pattern(words) || ')(?:[\x00-/:-@\[-`{-\x7F]|$)'
    );
COMMENT ON MACRO starts_with_words IS 'whether a text begins with these words, * being the rest of a word, | separating alternatives: starts_with_words(text, words)';
