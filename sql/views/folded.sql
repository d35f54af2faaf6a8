-- Returns: VARCHAR, a text as words are compared with it: without accents, and with a blank for each character that is no
-- letter, digit or ASCII.
--
-- Few texts have letters with accents; the others are not taken apart, which would take ten times as long. What is left
-- beyond ASCII is a letter or a digit, so that the patterns of word_pattern need no classes of Unicode, which make them large.
CREATE OR REPLACE MACRO folded(folding) AS CASE
    WHEN strlen(folding) = length(folding) THEN folding
    ELSE regexp_replace(
        CASE
            WHEN regexp_matches(
                folding,
                '[\x{C0}-\x{24F}\x{300}-\x{36F}\x{374}\x{37E}\x{386}-\x{390}\x{3AA}-\x{3B0}\x{3CA}-\x{3D4}\x{400}-\x{40E}'
                || '\x{419}\x{439}\x{450}-\x{45E}\x{476}-\x{477}\x{4C1}-\x{4C2}\x{4D0}-\x{4F9}\x{1E00}-\x{1FFF}]'
            )
                THEN replace(
                    replace(
                        replace(
                            replace(translate(lower(strip_accents(folding)), 'øłđðıħŧ', 'olddiht'), 'æ', 'ae'), 'œ', 'oe'
                        ),
                        'ß', 'ss'
                    ),
                    'þ', 'th'
                )
            ELSE folding
        END,
        '[^\x00-\x7F\pL\pN]', ' ', 'g'
    )
END;
COMMENT ON MACRO folded IS 'a text without accents and with blanks for other characters than letters, digits and ASCII: folded(text)';
