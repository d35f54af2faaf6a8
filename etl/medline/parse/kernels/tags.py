"""The tags of MEDLINE text as arrays: where a tag's value goes, and which kernel takes it apart.

Tags that are one column come from the schema, so that a new column with a tag needs no kernel code; those that the
plain reader splits (`parse.text.reference.SPLIT`, names, abstracts …) get here the columns that their kernel fills.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from medline.parse.constants import MONTHS, SEASONS
from medline.parse.kernels.layout import LIST, LIST_NUMBER, TABLE_NUMBER, schema
from medline.parse.text import people, reference
from medline.parse.text.tag_kinds import TAGS
from medline.schema.tables import BY_NAME, DATE, IGNORED_TAGS, Column

#: What to do with a tag's value; NOTHING is a tag for the plain reader.
(
    NOTHING,
    IGNORE,
    ROW,
    BRACKETED,
    ISSN,
    CHEMICAL,
    GRANT,
    ACCESSION,
    OWNED,
    LINK,
    ARTICLE_DATE,
    KEYWORD,
    KEYWORD_OWNER,
    HEADING,
    EVENT,
    PRINTED_DATE,
    DIGIT_DATE,
    OWN_TEXT,
    OWN_COPYRIGHT,
    OTHER_TEXT,
    OTHER_VALUE,
    NAME,
    ADDRESS,
    MEMBER_ADDRESS,
    IDENTIFIER,
    LOCATION,
) = range(26)

#: How a value goes into a column of the main table: as it is, as a day's three parts, to the end of a list of values.
AS_TEXT, AS_DAY, AS_ITEM = range(3)

#: Numbers of tags that kernels ask for.
PMID, PMC, BTI, DP, SO, STAT = range(1, 7)

#: Kinds of record, roles of people, and forms of a name.
ARTICLES, BOOKS = range(2)
KINDS = ("articles", "books")
AUTHOR, EDITOR, INVESTIGATOR, SUBJECT = range(4)
ROLES = ("author", "editor", "investigator", "subject")
FULL, SHORT, COLLECTIVE = range(3)
FORMS = ("full", "short", "collective")

FIRST_STAGE, LAST_STAGE = 1, 2

#: Operands of the actions that open a row: its table, its ordinal, the columns to fill in the order of `_SPLIT`.
TABLE, ORDINAL, FIRST_COLUMN, SECOND_COLUMN, THIRD_COLUMN = range(5)
#: Further operands of some of them, behind their columns.
ROW_CONSTANT = PII_CONSTANT = MAIN_ISSN = NAME_TABLE = 4
LINK_CONSTANT = LINKING_CONSTANT = NAME_ORDINAL = 5
NAME_COLUMN = 6
#: Operands of NAME, and of EVENT the constant of its status.
ROLE, FORM = range(2)
STATUS_CONSTANT = 8

#: Columns of `Tags.main`, `roles`, `source`, `dates` and `flags`.
MAIN_TABLE, MAIN_FILE, MAIN_FORMAT, MAIN_IS_COMPLETE = range(4)
(
    R_TABLE,
    R_SEQ,
    R_LAST_NAME,
    R_FORE_NAME,
    R_INITIALS,
    R_SUFFIX,
    R_COLLECTIVE,
    R_PARENT,
    R_PARENT_CONSTANT,
    R_TYPE,
    R_TYPE_CONSTANT,
    R_IS_COMPLETE,
) = range(12)
JOURNAL, VOLUME, ISSUE, PAGES = range(4)
DATES_TABLE, YEAR, MONTH, DAY = range(4)
NO, YES = range(2)

_LETTERS = 27  # a capital or a blank


class Tags(NamedTuple):
    """The arrays.

    Attributes:
        letter: of a byte: 0 a blank, 1 to 26 a capital; others are so large that they spoil the sum of four.
        number: tag number by the four letters of a tag, read as digits; 0 is no tag.
        stage: by tag: FIRST_STAGE up to the authors, LAST_STAGE from the history on, 0 between, and for no tag.
        direct, way: by kind of record and tag, the column of the main table that takes the value (-1 none), and how.
        action: by kind and tag.
        operands: by kind and tag: tables, columns and constants, in the order that the action's kernel wants them.
        main: by kind: table, columns source_file, source_format and is_author_list_complete.
        roles: by kind and role: table, its ordinal, last_name, fore_name, initials, suffix, collective_name,
            list_parent and its constant, list_type and its constant, is_list_complete; -1 for a column there is not.
        source: columns of articles that SO is composed of: medline_ta, volume, issue, medline_pgn.
        dates: the table article_dates, and its columns year, month, day.
        flags: constants N and Y.
        suffixes, countries, abstract_types, seasons, months: first and last constant of each group of words.
    """

    letter: np.ndarray
    number: np.ndarray
    stage: np.ndarray
    direct: np.ndarray
    way: np.ndarray
    action: np.ndarray
    operands: np.ndarray
    main: np.ndarray
    roles: np.ndarray
    source: np.ndarray
    dates: np.ndarray
    flags: np.ndarray
    suffixes: np.ndarray
    countries: np.ndarray
    abstract_types: np.ndarray
    seasons: np.ndarray
    months: np.ndarray


#: Texts that rows of MEDLINE text get besides those of the schema.
_FLAGS = ("N", "Y")
_OWN_CONSTANTS = (
    *_FLAGS,
    "editors",
    "pmc",
    "mid",
    "pii",
    *reference.EVENT_STATUS.values(),
    *reference.REF_TYPES.values(),
)
#: Words that kernels search; the constants of a group follow each other.
_WORDS = {
    "suffixes": tuple(sorted(people.SUFFIXES)),
    "countries": tuple(sorted(reference.GRANT_COUNTRIES)),
    "abstract_types": tuple(sorted(reference.ABSTRACT_TYPES)),
    "seasons": SEASONS,
    "months": MONTHS,
}


@cache
def constants() -> list[str]:
    """Texts for `ChunkState.constants`: those of the schema, those of MEDLINE text, and the groups of words."""
    return [*schema().constants, *_OWN_CONSTANTS, *(word for words in _WORDS.values() for word in words)]


def _group(name: str) -> list[int]:
    """The first constant of a group of words, and the one behind its last."""
    words = _WORDS[name]
    groups = list(_WORDS)
    first = len(schema().constants) + len(_OWN_CONSTANTS)
    first += sum(len(_WORDS[other]) for other in groups[: groups.index(name)])
    return [first, first + len(words)]


def _constant(text: str) -> int:
    return constants().index(text, 2)


def _cells(table: str, *names: str) -> list[int]:
    """A table's number and the cells of some of its columns."""
    return [TABLE_NUMBER[table], *_columns(table, *names)]


def _columns(table: str, *names: str) -> list[int]:
    return [schema().cells[table][name][1] if name in schema().cells[table] else -1 for name in names]


def _row(table: str, *names: str) -> list[int]:
    """A table's number, the cell of its own ordinal, and those of some columns."""
    return _cells(table, BY_NAME[table].key[-1], *names)


def _tagged(table: str, tag: str) -> str:
    """The one column of a table that has a tag."""
    (column,) = (c.name for c in BY_NAME[table].columns if tag in (c.tag or "").split() and c.name != "pmid")
    return column


#: Columns of the tags that are split, in the order of their kernels' operands.
_SPLIT = {
    "IS": (ISSN, "issn issn_type"),
    "RN": (CHEMICAL, "registry_number substance"),
    "GR": (GRANT, "grant_id acronym agency country"),
    "SI": (ACCESSION, "databank_seq databank accession"),
    "AID": (BRACKETED, "article_id id_type"),
    "LID": (LOCATION, "elocation_id elocation_type"),
    "DEP": (ARTICLE_DATE, "year month day"),
    "OID": (OWNED, "source other_id"),
    "GN": (OWNED, "owner general_note"),
    **dict.fromkeys(reference.REF_TYPES, (LINK, "ref_source ref_pmid ref_type")),
}
_FIXED = {"PMC": "pmc", "MID": "mid"}
_HISTORY = "pub_status year month day hour minute"
_MAIN = ("source_file", "source_format", "is_author_list_complete")
_ABSTRACT = "abstract_seq section_seq abstract_type language text copyright"


def _split(kind: str) -> dict[str, tuple[int, list[int]]]:
    actions = {}
    for tag, (table, _) in reference.SPLIT.items():
        if tag in _FIXED:
            actions[tag] = ROW, [*_row(table, "article_id", "id_type"), _constant(_FIXED[tag])]
        elif tag not in _SPLIT:
            actions[tag] = ROW, [*_row(table, _tagged(table, tag)), -1, 0]
        else:
            action, names = _SPLIT[tag]
            actions[tag] = action, _row(table, *names.split())
            if action == ISSN:
                actions[tag][1].extend([*_columns(kind, "issn_linking"), _constant("Linking")])
            elif action == CHEMICAL:
                actions[tag][1].extend(_row(reference.SPLIT["NM"][0], "name"))
            elif action == LOCATION:
                actions[tag][1].append(_constant("pii"))
            elif action == LINK:
                actions[tag][1].append(_constant(reference.REF_TYPES[tag]))
    return actions


def _actions(kind: str) -> dict[str, tuple[int, list[int]]]:
    """The action and operands of each tag in a kind of record."""
    actions: dict[str, tuple[int, list[int]]] = {
        tag: (IGNORE, []) for tag in (*IGNORED_TAGS, *reference.DIRECT[kind])
    } | _split(kind)
    for tag, (role, form) in people.ROLES.items():
        actions[tag] = NAME, [ROLES.index(role), FORMS.index(form)]
    identifier = _row("person_identifiers", "role", "person_seq", "source", "identifier")
    actions["AD"] = ADDRESS, _row("affiliations", "author_seq", "affiliation")
    actions["IRAD"] = MEMBER_ADDRESS, _row("investigator_affiliations", "investigator_seq", "affiliation")
    actions["AUID"] = IDENTIFIER, [*identifier, _constant("author"), _constant("investigator")]
    abstract = _cells("abstracts", *_ABSTRACT.split())
    actions["AB"], actions["CI"], actions["OAB"] = (
        (OWN_TEXT, abstract),
        (OWN_COPYRIGHT, abstract),
        (OTHER_TEXT, abstract),
    )
    actions["OABL"] = OTHER_VALUE, [*abstract, *_columns("abstracts", "language")]
    actions["OCI"] = OTHER_VALUE, [*abstract, *_columns("abstracts", "copyright")]
    actions["OTO"] = KEYWORD_OWNER, []
    actions["OT"] = KEYWORD, _row("keywords", "owner", "keyword", "is_major")
    qualifier = _cells("mesh_qualifiers", "heading_seq", "qualifier_seq", "qualifier", "is_major")
    actions["MH"] = HEADING, [*_row("mesh", "descriptor", "is_major"), *qualifier]
    actions["PHST"] = EVENT, [*_row("history", *_HISTORY.split()), -1]
    for tag, status in reference.EVENTS.items():
        actions[tag] = EVENT, [*_row("history", *_HISTORY.split()), _constant(status)]
    for tag, prefix in reference.DATES.items():
        names = [f"{prefix}_{part}" for part in ("year", "month", "day", "season")]
        if names[0] in schema().cells[kind]:
            actions[tag] = PRINTED_DATE if tag == "DP" else DIGIT_DATE, _columns(kind, *names, "medline_date")
    return actions


def _way(kind: str, column: Column) -> tuple[int, int]:
    kind_of, cell = schema().cells[kind][column.name]
    if kind_of == LIST:
        return LIST_NUMBER[TABLE_NUMBER[kind], column.name], AS_ITEM
    return cell, AS_DAY if column.type is DATE else AS_TEXT


def _roles(kind: str) -> list[list[int]]:
    rows = []
    for role in ROLES:
        table = people.TABLES[role]
        row = _row(table, "last_name", "fore_name", "initials", "suffix", "collective_name")
        if table == "authors":
            parent = {"articles": "Article", "books": "Book" if role == "editor" else "BookDocument"}[kind]
            row += [*_columns(table, "list_parent"), _constant(parent)]
            row += [*_columns(table, "list_type"), _constant("editors")] if role == "editor" else [-1, 0]
            row += _columns(table, "is_list_complete")
        elif table == "investigators":
            parent = {"articles": "MedlineCitation", "books": "BookDocument"}[kind]
            row += [*_columns(table, "list_parent"), _constant(parent), -1, 0, -1]
        else:
            row += [-1, 0, -1, 0, -1]
        rows.append(row)
    return rows


@cache
def tag_names() -> list[str]:
    """Each tag by its number; 0 is no tag."""
    first = ["PMID", "PMC", "BTI", "DP", "SO", "STAT"]
    actions = [_actions(kind) for kind in KINDS]
    return ["", *first, *sorted(set().union(*actions) - set(first))]


def _stage(name: str) -> int:
    if name not in TAGS:
        return 0
    rank = TAGS[name].rank
    return FIRST_STAGE if rank <= TAGS["LA"].rank else LAST_STAGE if rank >= TAGS["EDAT"].rank else 0


@cache
def tags() -> Tags:
    """The tags compiled, once a process."""
    names = tag_names()
    letter = np.full(256, _LETTERS**4, np.int64)
    letter[ord(" ")] = 0
    letter[ord("A") : ord("Z") + 1] = np.arange(1, _LETTERS)
    number = np.zeros(_LETTERS**4, np.uint8)
    for index, name in enumerate(names[1:], start=1):
        digits = [int(letter[ord(sign)]) for sign in name.ljust(4)]
        number[sum(digit * _LETTERS ** (3 - at) for at, digit in enumerate(digits))] = index
    shape = len(KINDS), len(names)
    direct, way, action = np.full(shape, -1, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    operands = np.zeros((*shape, 10), np.int64)
    for at, kind in enumerate(KINDS):
        for tag, column in reference.DIRECT[kind].items():
            direct[at, names.index(tag)], way[at, names.index(tag)] = _way(kind, BY_NAME[kind][column])
        for tag, (code, given) in _actions(kind).items():
            action[at, names.index(tag)] = code
            operands[at, names.index(tag), : len(given)] = given
    return Tags(
        letter=letter,
        number=number,
        stage=np.array([_stage(name) for name in names], np.int64),
        direct=direct,
        way=way,
        action=action,
        operands=operands,
        main=np.array([_cells(kind, *_MAIN) for kind in KINDS], np.int64),
        roles=np.array([_roles(kind) for kind in KINDS], np.int64),
        source=np.array(_columns("articles", "medline_ta", "volume", "issue", "medline_pgn"), np.int64),
        dates=np.array(_cells("article_dates", "year", "month", "day"), np.int64),
        flags=np.array([_constant("N"), _constant("Y")], np.int64),
        **{name: np.array(_group(name), np.int64) for name in _WORDS},
    )
