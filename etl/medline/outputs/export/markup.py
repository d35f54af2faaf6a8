"""Text with inline tags (b, i, u, sup, sub, MathML), and its form in each format.

The `…_markup` columns have the inner XML of an element. It becomes runs of text with their styles; a format that has no
markup gets `10⁶` or `10^6`, never `106`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from xml.parsers import expat

NOT_PRINTED = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]+")
STYLES = frozenset({"b", "i", "u", "sup", "sub"})
#: The style of the second and third child of an element of MathML.
SCRIPTS = {"msup": ("sup",), "msub": ("sub",), "msubsup": ("sub", "sup")}


@dataclass(frozen=True)
class Run:
    """Text in one style: the tags around it, the outermost first."""

    text: str
    styles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Text:
    """Runs that make one text."""

    runs: tuple[Run, ...] = ()

    def __bool__(self) -> bool:
        return any(run.text for run in self.runs)

    def join(self, write: Callable[[Run], str]) -> str:
        """Return the text, each run as `write` writes it."""
        return "".join(map(write, self.runs))

    def render(self, write: Callable[[Run], str]) -> str:
        """Return the same on one line."""
        return plain(self.join(write))

    def __str__(self) -> str:
        """Return the text in plain Unicode: `H₂O`, `10⁶`, `x^ab`."""
        return self.scripts().render(_in_unicode)

    def scripts(self) -> Text:
        """Return the text with the styles sup and sub only; neighbours of one style become one run."""
        runs = []
        for style, group in groupby(self.runs, _script):
            runs.append(Run("".join(run.text for run in group), (style,) if style else ()))
        return Text(tuple(runs))

    def without_stop(self) -> Text:
        """Return the text without its full stop, which styles of bibliographies add; an ellipsis stays."""
        text = self.render(lambda run: run.text)
        if not text.endswith(".") or text.endswith("..") or not self.runs:
            return self
        *before, last = self.runs
        ending = last.text.rstrip()
        if not ending:  # blanks after the end of a tag
            return Text(tuple(before)).without_stop()
        return Text((*before, Run(ending.removesuffix("."), last.styles)))


def plain(text: str) -> str:
    """Return text on one line, without control characters."""
    if text.isprintable() and "  " not in text:
        return text.strip(" ")
    return NOT_PRINTED.sub(" ", text).strip()


def text_of(row: dict, name: str) -> Text:
    """Return a column's text, with the markup of its `…_markup` column where that is well-formed."""
    markup = row.get(f"{name}_markup")
    runs = _runs(markup) if markup else None
    return Text(runs if runs is not None else (Run(row.get(name) or ""),))


def unicode_of(row: dict, name: str) -> str:
    """Return a column in plain Unicode."""
    return str(text_of(row, name)) if row.get(f"{name}_markup") else plain(row[name] or "")


def _runs(markup: str) -> tuple[Run, ...] | None:
    """Return the runs of an inner XML; None where it is not well-formed: the database is not trusted."""
    reader, parser = _Reader(), expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(f"<x>{markup}</x>", True)
    except (expat.ExpatError, ValueError):
        return None
    return tuple(reader.runs)


class _Reader:
    """Handlers that collect runs; `open` has each open element: name, children so far, style."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.open: list[tuple[str, list[None], str]] = []

    def start(self, name: str, attributes: dict) -> None:
        local = name.rpartition(":")[2]
        style = local if name in STYLES else ""
        if self.open:
            parent, children, _ = self.open[-1]
            scripts = ("", *SCRIPTS.get(parent, ()))
            if parent in SCRIPTS and len(children) < len(scripts):
                style = scripts[len(children)]
            if parent == "mfrac" and children:
                self.runs.append(Run("/", self._styles()))
            children.append(None)
        self.open.append((local, [], style))

    def end(self, name: str) -> None:
        self.open.pop()

    def text(self, text: str) -> None:
        if any(name == "math" for name, _, _ in self.open) and not text.strip():
            return  # layout between the elements of a formula
        self.runs.append(Run(text, self._styles()))

    def _styles(self) -> tuple[str, ...]:
        return tuple(style for _, _, style in self.open if style)


def _script(run: Run) -> str | None:
    """Return sup or sub for a run that is raised or lowered."""
    return next((style for style in reversed(run.styles) if style in ("sup", "sub")), None)


# Runs in the formats


@cache
def _raised(kind: str) -> dict[str, str]:
    """Return Unicode's superscripts (`<super>`) or subscripts (`<sub>`), by their plain letter."""
    raised: dict[str, str] = {}
    blocks = (range(0x2070, 0x20A0), (0xB9, 0xB2, 0xB3), range(0x2B0, 0x2E4), range(0x1D2C, 0x1D6B), (0x2C7C,))
    for code in (code for block in blocks for code in block):
        type_, _, letters = unicodedata.decomposition(chr(code)).partition(" ")
        if type_ == kind and " " not in letters:
            raised.setdefault(chr(int(letters, 16)), chr(code))
    minus = raised["\u2212"]
    return raised | dict.fromkeys("-\u2010\u2011\u2013", minus) | {" ": " "}


def _in_unicode(run: Run) -> str:
    """Return a run in Unicode's superscripts or subscripts, if Unicode has them all, else after `^` or `_`."""
    style, text = _script(run), run.text.strip()
    if style is None or not text:
        return run.text
    letters = _raised("<super>" if style == "sup" else "<sub>")
    if all(letter in letters for letter in text):
        written = "".join(letters[letter] for letter in text)
    else:
        sign = "^" if style == "sup" else "_"
        written = f"{sign}{text}" if re.fullmatch(r".|[\w.+−–-]+", text) else f"{sign}({text})"
    start = len(run.text) - len(run.text.lstrip())
    return f"{run.text[:start]}{written}{run.text[start + len(text) :]}"


def in_medline(run: Run) -> str:
    """Return a superscript in brackets, as PubMed prints `10(6)` and `CD8(+)`; it prints `IC50` without."""
    return f"({run.text})" if _script(run) == "sup" and run.text.strip() else run.text


def in_tags(run: Run) -> str:
    """Return a run in the tags of CSL-JSON, which has no underlining."""
    styles = [style for style in run.styles if style != "u"]
    return "".join([*(f"<{style}>" for style in styles), run.text, *(f"</{style}>" for style in reversed(styles))])
