"""What each damage may lead to: the one table that says what "not merely refused" means.

equal    the record's rows are those of its undamaged self, with or without a note;
noted    they are not, and a row of `anomalies` that its undamaged self has not names the PMID (or the note on the file
         that the damage allows names its kind);
refused  the file is refused as a whole, in one line that says where and what to do.

A damage that loses nothing must lead to equal rows. Of several damages the weakest requirement counts, but for those
that must be refused.
"""

from __future__ import annotations

from dataclasses import dataclass

EQUAL = frozenset({"equal"})
READ = frozenset({"equal", "noted"})
ANY = frozenset({"equal", "noted", "refused"})
REFUSED = frozenset({"refused"})
WHOLE = frozenset({"equal", "refused"})


@dataclass(frozen=True)
class Required:
    """What a damage may lead to.

    Attributes:
        allowed: outcomes.
        tolerances: names of functions of `law.TOLERANCES` under which rows count as equal.
        file_note: a regular expression for the reason of a note without PMID, which then speaks for all records.
        own_words: a record that lost lines in its midst may silently lack them, or have them twice: no reader can know.
            What it has must be its own.
        floor: share of records that must be read equal, over the cases with this damage alone.
    """

    allowed: frozenset[str]
    tolerances: tuple[str, ...] = ()
    file_note: str | None = None
    own_words: bool = False
    floor: float = 0


REQUIRED: dict[str, Required] = {
    # layout of text
    "breaks_lost_all": Required(ANY, floor=0.6),
    "breaks_lost_third": Required(ANY, floor=0.9),
    "breaks_lost_some": Required(ANY, floor=0.9),
    "breaks_lost_one": Required(ANY, floor=0.9),
    "flattened": Required(ANY, floor=0.6),
    "flattened_dash": Required(ANY, floor=0.6),
    "doubled_blanks_lost": Required(ANY, floor=0.6),
    "blanks_doubled_in_values": Required(ANY, floor=0.7),
    "blanks_doubled": Required(ANY, floor=0.9),
    "tabs_for_blanks": Required(EQUAL),
    "nbsp_in_tag_columns": Required(EQUAL),
    "other_spaces_in_tag_columns": Required(ANY, floor=0.9),
    "dashes_corrected": Required(ANY, floor=0.9),
    "tags_in_lower_case": Required(ANY, floor=0.9),
    "numbered": Required(ANY, floor=0.9),
    "indented": Required(EQUAL),
    "one_leading_blank": Required(EQUAL),
    "continuation_stripped": Required(ANY, floor=0.6),
    "rewrapped": Required(EQUAL),
    "heads_unpadded": Required(ANY, floor=0.9),
    "blank_lines_inside": Required(READ),
    "blank_line_after_every_line": Required(ANY, floor=0.9),
    "trailing_blanks": Required(EQUAL),
    "quoted_mail": Required(ANY, floor=0.6),
    # text files joined
    "text_newline_lost": Required(EQUAL),
    "text_bom_between": Required(EQUAL),
    "blank_lines_lost": Required(EQUAL),
    "blank_lines_many": Required(EQUAL),
    "form_feeds": Required(ANY, floor=0.9),
    "xml_among_text": Required(REFUSED),
    "mail_headers": Required(ANY, floor=0.6),
    "text_repeated": Required(EQUAL),
    "text_with_ncbi_error": Required(REFUSED),
    "html_page": Required(ANY),
    # layout of XML: the same document
    "pretty_printed": Required(EQUAL),
    "prettified": Required(EQUAL, tolerances=("blanks_around_markup",)),
    "minified": Required(EQUAL),
    "comments_and_instructions": Required(EQUAL),
    "cdata": Required(EQUAL),
    "character_references": Required(EQUAL),
    "entities": Required(EQUAL),
    "attribute_quotes": Required(EQUAL),
    "blanks_in_tags": Required(EQUAL),
    # XML files joined
    "documents_appended": Required(EQUAL),
    "documents_with_bom": Required(EQUAL),
    "bare_records": Required(EQUAL),
    "bare_and_sets": Required(EQUAL),
    "blank_before_declaration": Required(EQUAL),
    "empty_set_between": Required(EQUAL),
    "ncbi_error_between": Required(REFUSED),
    "xml_repeated": Required(EQUAL),
    "text_among_xml": Required(REFUSED),
    "escaped_in_html": Required(REFUSED),
    "text_after_xml": Required(ANY),
    "html_before_xml": Required(REFUSED),
    # loss
    "cut_at_byte": Required(ANY),
    "cut_at_line": Required(ANY),
    "head_bytes_lost": Required(ANY),
    "head_lines_lost": Required(ANY),
    "middle_lines_lost": Required(ANY, own_words=True),
    "middle_bytes_lost": Required(ANY, own_words=True),
    "lines_repeated": Required(ANY, own_words=True),
    # line ends
    "cr": Required(EQUAL),
    "crlf": Required(EQUAL),
    "cr_cr_lf": Required(EQUAL),
    "mixed_line_ends": Required(EQUAL),
    "no_final_newline": Required(EQUAL),
    "trailing_nul": Required(ANY),
    "trailing_ctrl_z": Required(ANY),
    # encodings
    "utf8_bom": Required(EQUAL),
    "text_utf16": Required(EQUAL),
    "text_cp1252": Required(EQUAL),
    "text_latin1": Required(EQUAL),
    "text_mixed_encodings": Required(EQUAL),
    "encoded_twice": Required(ANY, file_note="encoded twice"),
    "damaged_bytes": Required(ANY, file_note="not UTF-8", floor=0.2),
    "xml_utf16": Required(EQUAL),
    "xml_latin1": Required(EQUAL),
    "xml_cp1252": Required(EQUAL),
    "declared_latin1_but_utf8": Required(WHOLE),
    "declared_utf8_but_latin1": Required(ANY),
    "declared_utf16_but_utf8": Required(ANY),
    # packing
    "gz": Required(EQUAL),
    "gz_members": Required(EQUAL),
    "gz_twice": Required(ANY, floor=0.9),
    "gz_with_something_behind": Required(ANY),
    "gz_cut": Required(REFUSED),
    "gz_damaged": Required(WHOLE),  # some bits do not matter
    "bzip2": Required(EQUAL),
    "xz": Required(EQUAL),
    "zstd": Required(EQUAL),
    "zipped": Required(EQUAL),
    "zipped_with_another": Required(ANY),
}


def allowed(damages: tuple[str, ...]) -> frozenset[str]:
    """What several damages together may lead to."""
    each = [REQUIRED[name].allowed for name in damages]
    is_lossy = any(REQUIRED[name].own_words or name.startswith("cut_") for name in damages)
    if REFUSED in each and not is_lossy:  # what is to be refused may be lost itself
        return REFUSED
    return frozenset().union(EQUAL, *each)
