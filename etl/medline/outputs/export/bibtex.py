r"""BibTeX for BibTeX and biblatex: UTF-8, with LaTeX's own characters escaped.

Both count braces without looking at a backslash before them, so that `\{` in a value could end it early: braces become
commands. Keys are the first family name, the year and the PMID: `Sorensen2002-12453062`. An article number is both eid,
which biblatex and REVTeX print, and pages, for styles and readers without eid. A preprint is @misc with its server in
howpublished: @article would claim a journal, and @unpublished has no field for the server.
"""

from __future__ import annotations

import re
import unicodedata

from medline.outputs.export.markup import Run, Text
from medline.outputs.export.records import Record
from medline.outputs.export.work import TABLES as TABLES
from medline.outputs.export.work import Name, Work, joined, work_of

TYPES = {"article": "article", "preprint": "misc", "book": "book", "chapter": "incollection"}
CONTAINERS = {"article": "journal", "preprint": "howpublished", "chapter": "booktitle"}
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()

#: Field of BibTeX, field of `Work`.
FIELDS = (
    ("series", "series"), ("volume", "volume"), ("number", "issue"), ("eid", "article_number"), ("edition", "edition"),
    ("publisher", "publisher"), ("address", "publisher_place"), ("issn", "issns"), ("isbn", "isbns"), ("pmid", "pmid"),
    ("pmcid", "pmcid"), ("language", "languages"), ("keywords", "keywords"), ("abstract", "abstract"),
)  # fmt: skip
#: Command of LaTeX for a style of text.
STYLES = {"sup": "textsuperscript", "sub": "textsubscript", "i": "emph", "b": "textbf", "u": "underline"}

ESCAPES = str.maketrans(
    {
        "\\": r"{\textbackslash}", "{": r"{\textbraceleft}", "}": r"{\textbraceright}", "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}", **{sign: f"\\{sign}" for sign in "&%$#_"},
    }
)  # fmt: skip
#: doi and url are taken as they are
VERBATIM = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})


def write_record(record: Record) -> str:
    """Return the record as an entry, with an empty line after it."""
    work = work_of(record)
    fields = [("author", _authors(work)), ("editor", _names(work.editors))]
    fields.append(("title", f"{{{_latex(work.title)}}}" if work.title else ""))  # braces keep upper case
    container = _latex(work.container)
    fields.append((CONTAINERS.get(work.kind, ""), f"{{{container}}}" if work.kind == "chapter" else container))
    fields += [("year", f"{work.date[0]}" if work.date else ""), ("pages", _escaped("--".join(work.pages)))]
    for field, name in FIELDS:
        fields.append((field, _escaped(joined(getattr(work, name)))))
    fields.append(("note", _escaped(". ".join(work.notes))))
    fields += [("doi", work.doi.translate(VERBATIM)), ("url", work.url)]
    lines = [f"  {field} = {{{value}}},\n" for field, value in fields if field and value]
    lines += [f"  month = {MONTHS[month - 1]},\n" for month in work.date[1:2]]
    lines += [f"  day = {{{day}}},\n" for day in work.date[2:]]
    return f"@{TYPES[work.kind]}{{{key(work)},\n{''.join(lines)}}}\n\n"


def key(work: Work) -> str:
    """Return the key of a work: unique by its PMID, the same in every export."""
    first = next(iter(work.authors or work.editors), Name())
    letters = unicodedata.normalize("NFKD", first.family or first.literal)
    name = re.sub("[^A-Za-z]", "", letters)[:20]
    return f"{name or 'pmid'}{work.date[0] if work.date else ''}-{work.pmid}"


def _escaped(text: str) -> str:
    return text.translate(ESCAPES)


def _latex(text: Text) -> str:
    return text.render(_in_commands)


def _in_commands(run: Run) -> str:
    commands = "".join(f"\\{STYLES[style]}{{" for style in run.styles)
    return f"{commands}{_escaped(run.text)}{'}' * len(run.styles)}"


def _authors(work: Work) -> str:
    """Return all authors, and `and others` where the source does not list all."""
    others = " and others" if work.authors and not work.are_all_authors else ""
    return f"{_names(work.authors)}{others}"


def _names(names: tuple[Name, ...]) -> str:
    """Return `Sorensen, Jr, P S and {Group of Many}`."""
    return " and ".join(filter(None, map(_name, names)))


def _name(name: Name) -> str:
    if name.literal:
        return f"{{{_escaped(name.literal)}}}"
    parts = [part for part in (name.family, name.suffix, name.given) if part]
    return ", ".join(_protected(part) for part in parts) if len(parts) > 1 else f"{{{_escaped(name.family)}}}"


def _protected(part: str) -> str:
    """Return a part of a name, in braces where BibTeX would split it."""
    text = _escaped(part)
    return f"{{{text}}}" if re.search(r",|\band\b", part, re.IGNORECASE) else text
