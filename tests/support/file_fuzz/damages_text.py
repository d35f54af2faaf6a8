"""What happens to MEDLINE text on its way through editors, mails, browsers and scripts."""

from __future__ import annotations

import re
from random import Random
from textwrap import TextWrapper

from file_fuzz.records import ANOTHER, invented
from file_fuzz.registry import damage, each

_HEAD = re.compile(r"[A-Z]{1,4} {0,3}(?<=^.{4})- ", re.M)
_INDENT = " " * 6


def _unwrap(text: str) -> list[str]:
    """The fields of a record, each on one line."""
    return text.replace("\n" + _INDENT, " ").splitlines()


def _lose_breaks(text: str, rng: Random, chance: float) -> str:
    """Make blanks of line ends but the last. What ends a line may go with the line end or not."""
    *lines, last = text.splitlines()
    return "".join(line + (" " if rng.random() < chance else "\n") for line in lines) + last + "\n"


@damage("layout", "text")
@each
def breaks_lost_all(text: str, rng: Random) -> str:
    """All line breaks of a record became blanks."""
    return _lose_breaks(text, rng, 1)


@damage("layout", "text")
@each
def breaks_lost_third(text: str, rng: Random) -> str:
    return _lose_breaks(text, rng, 0.3)


@damage("layout", "text")
@each
def breaks_lost_some(text: str, rng: Random) -> str:
    return _lose_breaks(text, rng, 0.05)


@damage("layout", "text")
@each
def breaks_lost_one(text: str, rng: Random) -> str:
    """One line break between two fields is lost."""
    positions = [match.start() for match in re.finditer(r"\n(?=[A-Z])", text)]
    if not positions:
        return text
    position = rng.choice(positions)
    return text[:position] + rng.choice((" ", "")) + text[position + 1 :]


@damage("layout", "text")
@each
def flattened(text: str, rng: Random) -> str:
    """A record in one line without doubled blanks, as a web page shows it; between fields blanks, or tabs."""
    between = rng.choice((" ", " ", "\t"))
    return re.sub(" {2,}", " ", between.join(_unwrap(text))) + "\n"


@damage("layout", "text")
@each
def flattened_dash(text: str, rng: Random) -> str:
    """The same, and the blank before the dash is lost: `TI- `."""
    return " ".join(re.sub(" {2,}", " ", _HEAD.sub(_without_blanks, line)) for line in _unwrap(text)) + "\n"


def _without_blanks(head: re.Match[str]) -> str:
    return head[0].replace(" ", "") + " "


@damage("layout", "text")
@each
def doubled_blanks_lost(text: str, rng: Random) -> str:
    """Runs of blanks became one, in heads, before continuation lines and in values."""
    return re.sub(" {2,}", " ", text)


@damage("layout", "text")
@each
def blanks_doubled_in_values(text: str, rng: Random) -> str:
    return "\n".join(line[:6] + re.sub(" ", lambda _: rng.choice((" ", "  ")), line[6:]) for line in text.split("\n"))


@damage("layout", "text")
@each
def blanks_doubled(text: str, rng: Random) -> str:
    """Every blank became two, those of the heads too."""
    return text.replace(" ", "  ")


@damage("layout", "text")
@each
def tabs_for_blanks(text: str, rng: Random) -> str:
    """Tabs after the dash, before continuation lines, and now and then between words."""
    text = re.sub(r"^(.{4}-) ", "\\1\t", text, flags=re.M)
    text = re.sub(r"^ {6}", rng.choice(("\t", "\t\t", "    \t")), text, flags=re.M)
    return re.sub(r"(?<=\w) (?=\w)", lambda _: rng.choice(" \t") if rng.random() < 0.1 else " ", text)


@damage("layout", "text")
@each
def nbsp_in_tag_columns(text: str, rng: Random) -> str:
    """No-break spaces in the first six columns, as copied from a browser."""
    return "\n".join(_with_spaces(line, "\u00a0") for line in text.split("\n"))


def _with_spaces(line: str, space: str) -> str:
    """A line with other spaces in its columns, if no tab has moved these."""
    return line if "\t" in line[:6] else line[:6].replace(" ", space) + line[6:]


@damage("layout", "text")
@each
def other_spaces_in_tag_columns(text: str, rng: Random) -> str:
    """Spaces of other widths, or none, in the first six columns."""
    space = rng.choice("\u2003\u2007\u3000\u202f")
    return "\n".join(_with_spaces(line, space) for line in text.split("\n"))


@damage("layout", "text")
@each
def dashes_corrected(text: str, rng: Random) -> str:
    """The dash of each head as an office program corrects it."""
    dash = rng.choice("–—‐−")
    return _HEAD.sub(lambda match: match[0].replace("-", dash), text)


@damage("layout", "text")
@each
def tags_in_lower_case(text: str, rng: Random) -> str:
    return _HEAD.sub(lambda match: match[0].lower(), text)


@damage("layout", "text")
def numbered(texts: list[str], rng: Random) -> list[str]:
    """A number before each record, on its line or on one of its own."""
    end = rng.choice((" ", "\n", "\n\n"))
    return [f"{number}.{end}{text}" for number, text in enumerate(texts, start=1)]


@damage("layout", "text")
def indented(texts: list[str], rng: Random) -> list[str]:
    """All lines are indented alike."""
    by = rng.choice(("  ", "    ", " " * 8, "\t"))
    return [re.sub(r"^(?=.)", by, text, flags=re.M) for text in texts]


@damage("layout", "text")
def one_leading_blank(texts: list[str], rng: Random) -> list[str]:
    return [re.sub(r"^(?=.)", " ", text, flags=re.M) for text in texts]


@damage("layout", "text")
@each
def continuation_stripped(text: str, rng: Random) -> str:
    """Continuation lines begin in the first column."""
    return re.sub(r"^ +", "", text, flags=re.M)


@damage("layout", "text")
@each
def rewrapped(text: str, rng: Random) -> str:
    """Lines are wrapped at another width, or not at all."""
    width = rng.choice((20, 40, 60, 72, 100, 120, 10_000))
    wrapper = TextWrapper(width, subsequent_indent=_INDENT, break_on_hyphens=False, break_long_words=False)
    wrapped = []
    for line in _unwrap(text):
        wrapper.initial_indent = line[:6].ljust(6)
        wrapped.append(wrapper.fill(line[6:]) or line)
    return "\n".join(wrapped) + "\n"


@damage("layout", "text")
@each
def heads_unpadded(text: str, rng: Random) -> str:
    """`TI- ` or `TI - ` for `TI  - `, and the like for tags of three and four letters."""
    dash = rng.choice(("- ", " - "))
    return _HEAD.sub(lambda match: match[0].rstrip(" -") + dash, text)


@damage("layout", "text")
@each
def blank_lines_inside(text: str, rng: Random) -> str:
    """Blank lines in the midst of a record."""
    lines = text.splitlines(keepends=True)
    for _ in range(rng.choice((1, 2, 5))):
        lines.insert(rng.randint(1, max(1, len(lines) - 1)), "\n")
    return "".join(lines)


@damage("layout", "text")
@each
def blank_line_after_every_line(text: str, rng: Random) -> str:
    return text.replace("\n", "\n\n")


@damage("layout", "text")
@each
def trailing_blanks(text: str, rng: Random) -> str:
    return re.sub("$", lambda _: rng.choice(("", " ", "   ", "\t")), text.removesuffix("\n"), flags=re.M) + "\n"


@damage("layout", "text")
def quoted_mail(texts: list[str], rng: Random) -> list[str]:
    by = rng.choice(("> ", ">", "| ", "> > "))
    return [re.sub("^", by, text.removesuffix("\n"), flags=re.M) + "\n" for text in texts]


# Files joined


@damage("join", "text")
def text_newline_lost(texts: list[str], rng: Random) -> str:
    """The last newline of some files is lost, so that PMID stands behind the last value of the record before."""
    return "".join(text.rstrip("\n") + rng.choice(("", "", " ", "\n\n")) for text in texts)


@damage("join", "text")
def text_bom_between(texts: list[str], rng: Random) -> str:
    """Each file has its BOM."""
    return rng.choice(("\n", "\n\n", "")).join("\ufeff" + text for text in texts)


@damage("join", "text")
def blank_lines_lost(texts: list[str], rng: Random) -> str:
    return "".join(texts)


@damage("join", "text")
def blank_lines_many(texts: list[str], rng: Random) -> str:
    return "\n\n\n" + rng.choice(("\n\n\n", "\n \n\t\n")).join(texts) + "\n\n"


@damage("join", "text")
def form_feeds(texts: list[str], rng: Random) -> str:
    """A page for each record."""
    return rng.choice(("\f", "\n\f", "\f\n")).join(texts)


@damage("join", "text")
def xml_among_text(texts: list[str], rng: Random) -> str:
    """A file of the other format stands at any place."""
    return "\n".join(_with_another(texts, invented("xml", ANOTHER, 1).alone, rng))


def _with_another(texts: list[str], another: str, rng: Random) -> list[str]:
    position = rng.randint(0, len(texts))
    return [*texts[:position], another, *texts[position:]]


@damage("join", "text")
def mail_headers(texts: list[str], rng: Random) -> str:
    """Each file is the body of a mail."""
    head = "From: pond@fenland.example\nDate: Tue, 5 Mar 2019 10:00:00 +0000\nSubject: otters\n\n"
    return "\n".join(head + text for text in texts)


@damage("join", "text")
def text_repeated(texts: list[str], rng: Random) -> str:
    """Some records come twice; what they say first is out of date."""
    again = [text for text in texts if rng.random() < 0.6] or texts[:1]
    older = [re.sub(r"^TI  - ", "TI  - Earlier ", text, flags=re.M) for text in again]
    rng.shuffle(older)
    return "\n".join([*older, *texts])


@damage("join", "text")
def text_with_ncbi_error(texts: list[str], rng: Random) -> str:
    """What efetch answers for a batch that it could not find stands at any place."""
    error = '<?xml version="1.0" ?>\n<eFetchResult>\n\t<ERROR>Cannot retrieve history 3</ERROR>\n</eFetchResult>\n'
    return "\n".join(_with_another(texts, error, rng))


@damage("join", "text")
def html_page(texts: list[str], rng: Random) -> str:
    """The text as a browser saved it."""
    return "<html><body><pre>\n" + "\n".join(texts) + "</pre></body></html>\n"
