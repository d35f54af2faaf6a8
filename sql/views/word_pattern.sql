-- Returns: VARCHAR, the regular expression that matches these words in sequence in a text that is folded.
-- Reads: folded
--
-- All but letters and digits separates words, * is the rest of a word, | separates alternatives. The pattern is made once,
-- from a constant.
CREATE OR REPLACE MACRO word_pattern(words) AS
    nullif(
        trim(regexp_replace(lower(folded(words)), '[\x00-\x29+-/:-@\[-`{}~\x7F]+', ' ', 'g'), ' |'),
        ''
    )
    .regexp_replace(' ?\| ?', '|', 'g')
    .replace(' ', '[\x00-/:-@\[-`{-\x7F]+')
    .replace('*', '[0-9A-Za-z\x80-\x{10FFFF}]*');
COMMENT ON MACRO word_pattern IS 'regular expression that matches these words in sequence, in any case, in a folded text: word_pattern(words)';
