-- Returns: BOOLEAN, whether a text has these words in sequence; * is the rest of a word, | separates alternatives.
-- Reads: folded, word_pattern
CREATE OR REPLACE MACRO has_words(searched, words) AS
    regexp_matches(
        folded(searched),
        '(?i)(?:^|[\x00-/:-@\[-`{-\x7F])(?:' || word_pattern(words) || ')(?:[\x00-/:-@\[-`{-\x7F]|$)'
    );
COMMENT ON MACRO has_words IS 'whether a text has these words in sequence, * being the rest of a word, | separating alternatives: has_words(text, words)';
