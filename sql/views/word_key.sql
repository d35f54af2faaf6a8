-- Returns: VARCHAR, the words of a text, folded, in small letters, with one blank between them.
-- Reads: folded
CREATE OR REPLACE MACRO word_key(keyed) AS trim(
    regexp_replace(lower(folded(keyed)), '[\x00-/:-@\[-`{-\x7F]+', ' ', 'g')
);
COMMENT ON MACRO word_key IS 'the words of a text in small letters, without accents and punctuation: word_key(text)';
