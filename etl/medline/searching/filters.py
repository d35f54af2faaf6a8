"""Filters of [filter] and [sb] that are queries themselves: `filters.tsv` has a line for each, with its source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Filter:
    """A filter.

    Attributes:
        names: its names, in small letters without blanks.
        query: in PubMed's language.
        source: who published it.
        date: when, as the source says it.
    """

    names: tuple[str, ...]
    query: str
    source: str
    date: str


@cache
def filters() -> tuple[Filter, ...]:
    """Return all filters."""
    lines = files("medline.searching").joinpath("filters.tsv").read_text("utf-8").splitlines()[1:]
    cells = (line.split("\t") for line in lines)
    return tuple(Filter(tuple(names.split("|")), query, source, date) for names, query, source, date in cells)


@cache
def by_name() -> dict[str, Filter]:
    """Return the filters by their names."""
    return {name: entry for entry in filters() for name in entry.names}


def plain(name: str) -> str:
    """Return the name of a filter or subset in small letters and without blanks, hyphens and PubMed's prefixes."""
    return re.sub(r"[\s-]+", "", name.lower()).removeprefix("loattr")


@cache
def publication_types() -> dict[str, str]:
    """Return PubMed's publication types, each of which is a filter too, by the name of the filter."""
    return {plain(name).replace(",", "").replace(".", ""): name for name in PUBLICATION_TYPES.split("; ")}


#: PubMed Help, Publication Types.
PUBLICATION_TYPES = (
    "Adaptive Clinical Trial; Address; Autobiography; Bibliography; Biography; Case Reports; Classical Article;"
    " Clinical Conference; Clinical Study; Clinical Trial; Clinical Trial, Phase I; Clinical Trial, Phase II; Clinical"
    " Trial, Phase III; Clinical Trial, Phase IV; Clinical Trial Protocol; Clinical Trial, Veterinary; Collected Work;"
    " Comment; Comparative Study; Congress; Consensus Development Conference; Consensus Development Conference, NIH;"
    " Consensus Statement; Controlled Clinical Trial; Corrected and Republished Article; Dataset; Dictionary;"
    " Directory; Duplicate Publication; Editorial; Electronic Supplementary Materials; English Abstract; Equivalence"
    " Trial; Evaluation Study; Expression of Concern; Festschrift; Government Publication; Guideline; Historical"
    " Article; Interactive Tutorial; Interview; Introductory Journal Article; Journal Article; Lecture; Legal Case;"
    " Legislation; Letter; Meta-Analysis; Multicenter Study; Network Meta-Analysis; News; Newspaper Article;"
    " Observational Study; Observational Study, Veterinary; Overall; Patient Education Handout; Periodical Index;"
    " Personal Narrative; Portrait; Practice Guideline; Preprint; Pragmatic Clinical Trial; Published Erratum;"
    " Randomized Controlled Trial; Randomized Controlled Trial, Veterinary; Research Support, American Recovery and"
    " Reinvestment Act; Research Support, N.I.H., Extramural; Research Support, N.I.H., Intramural; Research Support,"
    " Non-U.S. Gov't; Research Support, U.S. Gov't, Non-P.H.S.; Research Support, U.S. Gov't, P.H.S.; Retracted"
    " Publication; Retraction of Publication; Retraction Notice; Review; Scientific Integrity Review; Scoping Review;"
    " Systematic Review; Technical Report; Twin Study; Validation Study; Video-Audio Media; Webcast"
)
