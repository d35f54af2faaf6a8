"""Names of persons, and whether a query names them.

User guide, "Author [au]", "Full Author Name [fau]", "Author index".
"""

from __future__ import annotations

from dataclasses import dataclass

from searching.evaluator.words import key, words

SUFFIXES = frozenset("jr sr 2nd 3rd 4th 5th 6th".split()) | {"ii", "iii", "iv"}


@dataclass(frozen=True)
class Name:
    last: tuple[str, ...]
    fore: tuple[str, ...]
    initials: str
    suffix: tuple[str, ...]

    @property
    def short(self) -> list[str]:
        return [*self.last, *self.initials.split(), *self.suffix]

    @property
    def full(self) -> list[str]:
        return [*self.last, *self.fore, *self.suffix]


def name(last: str, fore: str = "", initials: str = "", suffix: str = "") -> Name:
    return Name(tuple(words(last)), tuple(words(fore)), " ".join(words(initials)), tuple(words(suffix)))


def text_name(short: str, full: str = "") -> Name:
    """Read a name of MEDLINE text: "Smith JA Jr", and "Smith, John A Jr" where it is given."""
    last, comma, fore = full.partition(",")
    fores = fore.split()
    suffix = fores.pop() if len(fores) > 1 and fores[-1].lower().rstrip(".") in SUFFIXES else ""
    if comma and key(short).startswith(key(last)):
        rest = words(short)[len(words(last)) :]
    else:
        parts = short.split()
        cut = len(parts)
        while cut > 1 and (
            parts[cut - 1].lower() in SUFFIXES or (parts[cut - 1].isupper() and len(parts[cut - 1]) < 5)
        ):
            cut -= 1
        last, rest = " ".join(parts[:cut]), words(" ".join(parts[cut:]))
    if rest and rest[-1] in SUFFIXES and len(rest) > 1:
        suffix = suffix or rest[-1]
        rest = rest[:-1]
    return name(last, " ".join(fores), " ".join(rest), suffix)


def matches(query: str, person: Name, *, exact: bool, truncated: bool) -> bool:
    """Whether a query such as `smith j` names a person: initials and suffix may be missing, initials may go on.

    Args:
        exact: the query is in quotes, which turn off that the initials may go on.
        truncated: the query ends with `*`.
    """
    sought = words(query)
    if not sought:
        return False
    if truncated:
        return any(" ".join(whole).startswith(" ".join(sought)) for whole in (person.short, person.full))
    if exact:
        return sought == person.short or full_matches(query, person)
    size = len(person.last)
    if tuple(sought[:size]) == person.last:
        rest = sought[size:]
        if person.initials.startswith(" ".join(rest)) or rest == person.short[size:]:
            return True
    return full_matches(query, person)


def full_matches(query: str, person: Name) -> bool:
    """Whether a query is the full name, `julia s wong` or `wong julia s`; middle names and suffix may be missing."""
    sought = words(query)
    comma = "," in query
    if comma and words(query.partition(",")[0]) != list(person.last):
        return False
    size = len(person.last)
    orders = [(sought[:size], sought[size:])]
    if not comma and len(sought) > size:
        orders.append((sought[-size:], sought[:-size]))
    for last, fore in orders:
        if person.suffix and tuple(fore[-len(person.suffix) :]) == person.suffix:
            fore = fore[: -len(person.suffix)]
        if tuple(last) == person.last and fore and tuple(fore) == person.fore[: len(fore)]:
            return True
    return False
