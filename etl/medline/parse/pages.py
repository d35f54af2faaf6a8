"""The first and the last page of an article from MedlinePgn, which prints them short and next to much else."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
#: `S12`, `W-123`, `12A`, `1016.e6`, `suppl 1:S12`: part of the journal, section, number, letters, number in the number.
PAGE = re.compile(
    r"(?P<part>(?:[A-Za-z][^:]*:\s*)?)(?P<section>(?:[A-Za-z]+-?)?)(?P<number>[0-9]{1,15})"
    r"(?P<letters>[A-Za-z]*)(?P<inner>(?:\.[A-Za-z]*[0-9]{1,9})?)"
)
ROMAN = re.compile(r"(?=.)m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
#: `2050313X19893580`, `e2021GH000477`: of articles that are numbered, where their pages are not.
ARTICLE_NUMBER = re.compile(r"(?=[A-Za-z]*[0-9])[0-9A-Za-z]+")
COUNT = re.compile(r"[0-9]+pp?", re.IGNORECASE)
LEAD = re.compile(r"\A(?:pp?\.\s*|pp?\s+|pages?\s+)", re.IGNORECASE)
#: What follows the pages: how they go on elsewhere, or what was printed after the article.
TAIL = re.compile(
    r"\b(?:passim|cont(?:[.']?d|inued)?|concl?(?:uded|usion)?|(?:authors?'?s? )?(?:reply|response)"
    r"|discussions?|quiz|comments?|commentary|editorial)\b",
    re.IGNORECASE,
)
#: Begins what is no page of the article: `discussion 104-5`, but neither `suppl 1:S12` nor `viii`.
OTHER_MATTER = re.compile(r"\s*(?!suppl|pages?\b|[ivxlcdm]+\b)[a-z]{4,}\b", re.IGNORECASE)


#: What is between the pages and the next thing in the value.
GAP = re.compile(r"[\s,;]*+")
#: Characters of a value that is kept for the next call; the longest of PubMed has some 200.
KEPT = 256


class _Page(NamedTuple):
    """A page in its parts: see `PAGE`."""

    part: str
    section: str
    number: str
    letters: str
    inner: str

    def order(self) -> tuple[int, str, int]:
        """Return the sort key among the pages of one section."""
        return int(self.number), self.letters, int(re.sub("[^0-9]", "", self.inner) or 0)


def split_pages(medline_pgn: str) -> tuple[str | None, str | None]:
    """Return the first and the last page of an article, the last in full: `557-63` gives 557 and 563.

    - The last page repeats of the first what print leaves out: `S63-6`, `918e-9e`, `W-123-129`, `1016-21.e6`. The part
      of the journal stays with the first, so that both with a dash between them are the range in full: `SUPPL:4309-22`
      gives SUPPL:4309 and 4322.
    - What else was printed (`; discussion 104-5`, ` passim`) is left out.
    - Pages that do not follow each other (`50, 52`, `120-2, 174`) are no range: there is a first page, but no last.
    - A page in doubt is None: what is no page (`[34457 words]`, `12 p`), a last page before the first.
    """
    return _split_kept(medline_pgn) if len(medline_pgn) <= KEPT else _split(medline_pgn)


@lru_cache(maxsize=1024)  # the columns of the first and of the last page ask one after the other
def _split_kept(medline_pgn: str) -> tuple[str | None, str | None]:
    return _split(medline_pgn)


def _split(medline_pgn: str) -> tuple[str | None, str | None]:
    text = medline_pgn.translate(DASHES)
    end_of_first = re.search("[,;]|$", text).start()  # type: ignore[union-attr]  # it matches the end
    first, others = text[:end_of_first], text[GAP.match(text, end_of_first).end() :]  # type: ignore[union-attr]
    pages = LEAD.sub("", " ".join(first.split()), count=1)
    if " " in pages and (tail := TAIL.search(pages)):
        pages = pages[: tail.start()].rstrip(" .(")
    start, end = _split_range(pages.rstrip(" -"))
    if others and not OTHER_MATTER.match(others):
        end = None
    return start, end


def _split_range(pages: str) -> tuple[str | None, str | None]:
    """Split a range, or a single page, at the one dash that has a page on either side."""
    if _is_page(pages):
        page = PAGE.fullmatch(pages)
        is_doubtful = page and page["section"].endswith("-") and ROMAN.fullmatch(page["section"][:-1])
        return (None, None) if is_doubtful else (pages, None)  # `iv-12` may be a range
    dashes = [match.span() for match in islice(re.finditer(" ?--? ?", pages), 4)]
    if len(dashes) > 3:
        return None, None
    splits = [(pages[:left], pages[right:]) for left, right in dashes]
    splits = [(start, end) for start, end in splits if _is_page(start) and _is_page(end)]
    return (splits[0][0], _complete(*splits[0])) if len(splits) == 1 else (None, None)


def _is_page(text: str) -> bool:
    if COUNT.fullmatch(text):
        return False
    is_letter = len(text) == 1 and text.isascii() and text.isalpha()
    forms = (PAGE.fullmatch(text), ARTICLE_NUMBER.fullmatch(text), ROMAN.fullmatch(text.lower()))
    return is_letter or any(forms)


def _complete(start: str, end: str) -> str | None:
    """Return the last page in full, or None where it is in doubt."""
    first, last = _parse(start), _parse(end)
    if first is None or last is None:
        return _complete_letters(first, start, end)
    if last.part not in ("", first.part):
        return end
    if first.inner and not last.inner and last.section:  # `123.e1-e7`
        is_alike = first.inner.rstrip("0123456789") == f".{last.section}" and not last.letters
        last = first._replace(inner=f".{last.section}{last.number}") if is_alike else last
    is_short = len(last.number) < len(first.number)
    if last.section not in ("", first.section):
        return None if last.section.endswith("-") or (is_short and first.section) else end
    if is_short and (bool(first.letters) != bool(last.letters) or (first.inner and not last.inner)):
        return None
    number = first.number[: max(len(first.number) - len(last.number), 0)] + last.number
    last = last._replace(part="", section=first.section, number=number)
    return "".join(last) if last.order() >= first.order() else None


def _complete_letters(first: _Page | None, start: str, end: str) -> str | None:
    """Return the last page where one of the two has no number: `iv-xii`, `56A-D`, `e2021GH01-e2021GH09`."""
    if first:
        is_letter = end.isalpha() and len(end) == len(first.letters) and end >= first.letters and not first.inner
        return f"{first.section}{first.number}{end}" if is_letter else None
    are_roman = all(map(ROMAN.fullmatch, (start.lower(), end.lower()))) and start.islower() == end.islower()
    is_number = end.isalpha() == start.isalpha() and len(end) == len(start)
    return end if are_roman or is_number else None


def _parse(text: str) -> _Page | None:
    match = PAGE.fullmatch(text)
    return _Page(*match.groups()) if match else None
