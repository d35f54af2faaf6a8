-- Returns: VARCHAR, the regular expression that matches these words in sequence.
-- Small letters of every spelling match the plain one (a finds ä), all but letters and digits separates words, * is
-- the rest of a word. The pattern is made once, from a constant, so that a search does not fold the texts: stripping
-- their accents takes ten times as long as matching the pattern.
CREATE OR REPLACE MACRO word_pattern(words) AS
    nullif(
        trim(regexp_replace(translate(lower(strip_accents(words)), 'øłđðıħŧ', 'olddiht'), '[^\pL\pN*]+', ' ', 'g')),
        ''
    )
    .replace('æ', 'ae')
    .replace('œ', 'oe')
    .replace('ß', 'ss')
    .replace('þ', 'th')
    .replace('ae', '(?:ae|[æǣǽ])')
    .replace('oe', '(?:oe|œ)')
    .replace('ss', '(?:ss|ß)')
    .replace('th', '(?:th|þ)')
    .replace('a', '[aàáâãäåāăąǎǟǡǻȁȃạảấầẩẫậắằẳẵặ]')
    .replace('c', '[cçćĉċč]')
    .replace('d', '[dðďđ]')
    .replace('e', '[eèéêëēĕėęěȅȇẹẻẽếềểễệ]')
    .replace('g', '[gĝğġģǧǵ]')
    .replace('h', '[hĥħȟ]')
    .replace('i', '[iİìíîïĩīĭįıǐȉȋỉị]')
    .replace('j', '[jĵǰ]')
    .replace('k', '[kķǩ]')
    .replace('l', '[lĺļľł]')
    .replace('n', '[nñńņňǹ]')
    .replace('o', '[oòóôõöøōŏőơǒǫǭǿȍȏọỏốồổỗộớờởỡợ]')
    .replace('r', '[rŕŗřȑȓ]')
    .replace('s', '[sśŝşšș]')
    .replace('t', '[tţťŧț]')
    .replace('u', '[uùúûüũūŭůűųưǔǖǘǚǜȕȗụủứừửữự]')
    .replace('w', '[wŵ]')
    .replace('y', '[yýÿŷỳỵỷỹ]')
    .replace('z', '[zźżž]')
    .replace(' ', '[^\pL\pN]+')
    .replace('*', '[\pL\pN]*');
COMMENT ON MACRO word_pattern IS 'regular expression that matches these words in sequence, in any case and with any accents: word_pattern(words)';
