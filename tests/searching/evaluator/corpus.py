"""Records and vocabulary together: which records a query finds."""

from __future__ import annotations

import datetime
import functools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from searching.evaluator import dates, fields, filters, headings, names, parser
from searching.evaluator.mapping import Mapping, all_of
from searching.evaluator.parser import Node, Refused
from searching.evaluator.vocabulary import Vocabulary
from searching.evaluator.words import Index, key, words

Record = dict[str, Any]

#: Languages whose code is not the start of their name; "jpn [la] for Japanese" is NLM's example.
LANGUAGES = {"japanese": "jpn", "croatian": "hrv", "serbian": "srp", "slovenian": "slv", "latvian": "lav"}
ROLES = {"au": "authors", "1au": "authors", "lastau": "authors", "fau": "authors", "ed": "editors"}
ROLES |= {"ir": "investigators", "fir": "investigators", "ps": "subjects"}


class Corpus:
    """Some records, of which a query finds the PMIDs.

    Args:
        today: the day from which "last 5 years" counts.
    """

    def __init__(self, records: Iterable[Record], vocabulary: Vocabulary, today: datetime.date) -> None:
        self.records = list(records)
        self.vocabulary = vocabulary
        self.today = today
        self.everything = set(range(len(self.records)))
        self.mapping = Mapping(vocabulary, self._journals(), self._is_person)
        self.term = functools.cache(self._term)

    def find(self, query: str) -> set[int]:
        """Return the PMIDs of a query; of the last line, if it is a numbered strategy."""
        numbered = parser.lines(query)
        if numbered:
            return self.find_lines(numbered)[max(numbered)]
        return self._pmids(self._evaluate(parser.parse(query, self.mapping.known), {}))

    def find_lines(self, numbered: dict[int, str]) -> dict[int, set[int]]:
        """Return the PMIDs of each line of a numbered strategy."""
        found: dict[int, set[int]] = {}
        for number, line in numbered.items():
            found[number] = self._evaluate(parser.parse(line, self.mapping.known), found)
        return {number: self._pmids(some) for number, some in found.items()}

    def _pmids(self, found: set[int]) -> set[int]:
        return {self.records[number]["pmid"] for number in found}

    def _evaluate(self, node: Node, lines: dict[int, set[int]]) -> set[int]:
        match node:
            case ("and" | "or" | "not" as operator, left, ("run", text, "", _)) if (
                len(self.mapping.translate(text)) > 1
            ):
                first, *rest = self.mapping.translate(text)
                return self._evaluate(all_of([(operator, left, first), *rest]), lines)
            case ("and", left, right):
                return self._evaluate(left, lines) & self._evaluate(right, lines)
            case ("or", left, right):
                return self._evaluate(left, lines) | self._evaluate(right, lines)
            case ("not", left, right):
                return self._evaluate(left, lines) - self._evaluate(right, lines)
            case ("line", number):
                return _line(lines, number)
            case ("lines", "and", numbers):
                return set.intersection(*(_line(lines, number) for number in numbers))
            case ("lines", _, numbers):
                return set().union(*(_line(lines, number) for number in numbers))
        return self.term(node)

    def _where(self, test: Callable[[Record], bool]) -> set[int]:
        return {number for number, record in enumerate(self.records) if test(record)}

    # --- terms --------------------------------------------------------------------------------------------------------

    def _term(self, node: Node) -> set[int]:
        if node[0] == "flag":
            return self._flag(node[1])
        if node[0] == "range":
            return self._range(*node[1:])
        kind, text, name, modifier = node
        if not name and kind == "run":
            return self._evaluate(all_of(self.mapping.translate(text)), {})
        tag = fields.TAGS.get(name or "all")
        if tag is None:
            raise Refused(f"[{name}] is no field tag")
        return self._tagged(kind == "quoted", text, tag, modifier)

    def _tagged(self, exact: bool, text: str, tag: str, modifier: str) -> set[int]:
        if modifier.startswith("~"):
            return self._near(exact, text, tag, modifier)
        if modifier not in ("", "noexp") or (modifier and tag not in ("mh", "majr", "sh", "pt")):
            raise Refused(f":{modifier} does not go with [{tag}]")
        if filters.flag(text) and tag in ("tw", "all", "sb"):  # hasabstract[text]
            return self._flag(text)
        if tag == "sb":
            return self._subset(text)
        if not words(text):
            raise Refused(f"{text!r} has no letter or digit")
        if tag in fields.DATES:
            return self._date(text, tag)
        if tag in fields.NAMES:
            return self._name(exact, text, tag)
        if tag in ("mh", "majr", "sh", "pt", "nm", "pa"):
            return self._concept(text, tag, explode=not modifier)
        if tag == "pmid":
            return self._pmid(text)
        if tag == "la":
            return self._language(text)
        if tag == "all" and not exact and not text.endswith("*"):
            return self._evaluate(all_of(self.mapping.translate(text)), {})
        return self._words(text, tag)

    @functools.cache  # noqa: B019  (one corpus a test session)
    def _index(self, tag: str) -> Index:
        return Index(fields.TEXTS[tag](record) for record in self.records)

    @functools.cache  # noqa: B019
    def _values(self, tag: str) -> list[set[str]]:
        return [{key(value) for value in fields.TEXTS[tag](record)} for record in self.records]

    def _words(self, text: str, tag: str) -> set[int]:
        sequence, truncated = words(text), is_truncated(text)
        if tag not in fields.WHOLE:
            found = self._index(tag).phrase(sequence, truncated)
            return found | self._pmid(text) if tag == "all" and text.isdigit() else found
        sought = " ".join(sequence)
        if truncated:
            return {n for n, values in enumerate(self._values(tag)) if any(v.startswith(sought) for v in values)}
        return {number for number, values in enumerate(self._values(tag)) if sought in values}

    def _near(self, exact: bool, text: str, tag: str, modifier: str) -> set[int]:
        if tag not in fields.NEAR or not modifier[1:].isdigit():
            raise Refused(f"[{tag}:{modifier}]: words near each other are for [ti], [tiab] and [ad]")
        if not exact:
            raise Refused(f"{text}[{tag}:{modifier}]: words near each other need quotes")
        if "*" in text:  # "the proximity operator will be ignored"
            return self._words(text, tag)
        distance = int(modifier[1:])
        return self._index(tag).near(words(text), distance, across=tag == "ad" and distance > 1000)

    def _concept(self, text: str, tag: str, explode: bool) -> set[int]:
        vocabulary = self.vocabulary
        if tag == "pa":
            substances = headings.substances_of(vocabulary, text)
            return self._where(lambda record: headings.action_matches(record, vocabulary, substances))
        if tag == "sh":
            subheading = self._wanted(text, "Q", explode)
            return self._where(lambda record: headings.subheading_matches(record, vocabulary, subheading))
        if tag == "pt":
            kind = self._wanted(text, "D", explode)
            return self._where(lambda record: headings.type_matches(record, vocabulary, kind))
        if tag == "nm":
            substance = self._wanted(text, "DC", False)
            return self._where(lambda record: headings.substance_matches(record, vocabulary, substance))
        heading, subheading = self._split(text)
        descriptor = self._wanted(heading, "D", explode)
        qualifier = self._wanted(subheading, "Q", explode) if subheading else None
        return {
            number
            for number in self._with_heading(descriptor)
            if headings.heading_matches(self.records[number], vocabulary, descriptor, qualifier, tag == "majr")
        }

    def _with_heading(self, descriptor: headings.Wanted) -> set[int]:
        found = (records for concept, records in self._headings.items() if descriptor.has(*concept, self.vocabulary))
        return set().union(*found)

    @functools.cached_property
    def _headings(self) -> dict[tuple[str | None, str | None], set[int]]:
        """Return the records of each heading: of few terms it is more than a handful."""
        found = defaultdict(set)
        for number, record in enumerate(self.records):
            for heading in record["headings"]:
                found[heading["ui"], heading["name"]].add(number)
        return found

    def _split(self, text: str) -> tuple[str, str]:
        """Split a heading from its subheading; a heading may have a slash of its own."""
        heading, slash, subheading = text.rpartition("/")
        return (heading, subheading) if slash and not self.vocabulary.find(text, "D") else (text, "")

    def _wanted(self, text: str, kinds: str, explode: bool) -> headings.Wanted:
        if is_truncated(text):  # "Truncation turns off … the process that includes … more specific terms"
            return headings.Wanted(start=" ".join(words(text)))
        found = [headings.wanted(self.vocabulary, text, kind, explode) for kind in kinds]
        return headings.Wanted(set().union(*(one.uis for one in found)), found[0].name)

    # --- persons, dates, numbers --------------------------------------------------------------------------------------

    def _people(self, record: Record, tag: str) -> list[Any]:
        people = [person for person in record[ROLES[tag]] if isinstance(person, names.Name)]
        return people[:1] if tag == "1au" else people[-1:] if tag == "lastau" else people

    def _name(self, exact: bool, text: str, tag: str) -> set[int]:
        truncated = text.endswith("*")
        if tag in ("fau", "fir"):
            return self._where(lambda r: any(names.full_matches(text, p) for p in self._people(r, tag)))
        found = self._where(
            lambda r: any(names.matches(text, p, exact=exact, truncated=truncated) for p in self._people(r, tag))
        )
        return found

    def _is_person(self, phrase: str) -> bool:
        return bool(self._name(False, phrase, "au") or self._name(False, phrase, "ir"))

    def _date(self, text: str, tag: str) -> set[int]:
        if first := dates.last(text, self.today):
            return self._between(first, dates.LAST, tag)
        span = dates.span(text)
        if span is None:
            raise Refused(f"{text!r} is no date")
        if tag != "dp":
            return self._between(*span, tag)
        return self._where(
            lambda r: any(span[0] <= day <= span[1] for day in dates.published(r["print"], r["electronic"]))
        )

    def _between(self, first: dates.Day, last: dates.Day, tag: str) -> set[int]:
        columns = {"dp": ("print", "electronic"), "ppdat": ("print",), "epdat": ("electronic",)}.get(tag, (tag,))
        return self._where(lambda r: any(r[column] and first <= r[column] <= last for column in columns))

    def _range(self, first: str, last: str, name: str) -> set[int]:
        tag = fields.TAGS.get(name)
        if tag == "pmid" and first.isdigit() and last.isdigit():
            return self._where(lambda record: int(first) <= record["pmid"] <= int(last))
        if tag not in fields.DATES:
            raise Refused(f"{first}:{last}[{name}] is no range of dates or PMIDs")
        start, end = dates.span(first), dates.span(last)
        if not (start and end):
            raise Refused(f"{first}:{last} is no range of dates")
        return self._between(start[0], end[1], tag)

    def _pmid(self, text: str) -> set[int]:
        numbers = re.split(r"[\s,]+", text.strip())
        if not all(number.isdigit() for number in numbers):
            raise Refused(f"{text!r} is no PMID")
        wanted = {int(number) for number in numbers}
        return self._where(lambda record: record["pmid"] in wanted)

    def _language(self, text: str) -> set[int]:
        name = text.lower().strip()
        code = LANGUAGES.get(name, name[:3])
        return self._where(lambda record: code in [language.lower() for language in record["languages"]])

    # --- filters ------------------------------------------------------------------------------------------------------

    def _flag(self, word: str) -> set[int]:
        test = filters.flag(word)
        assert test is not None
        return self._where(test)

    def _subset(self, text: str) -> set[int]:
        name = filters.named(text)
        name = filters.SAME.get(name, name)
        if name in filters.SUBSETS:
            return self._where(filters.SUBSETS[name])
        if name in filters.QUERIES:
            return self._evaluate(parser.parse(filters.QUERIES[name], self.mapping.known), {})
        if subset := filters.flag(f"jsubset{name}" if len(name) < 4 else name):
            return self._where(subset)
        if self._language(name):
            return self._language(name)
        raise Refused(f"{text!r} is no filter")

    def _journals(self) -> dict[str, str]:
        """Return the abbreviation by the key of each title, with its article or without, abbreviation and ISSN."""
        return {
            form: record["journal"][0]
            for record in self.records
            if record["journal"]
            for value in (*record["journal"], *record["issns"])
            for form in (key(value), key(value).removeprefix("the "))
        }


def is_truncated(text: str) -> bool:
    """Whether `*` at the end stands for the rest of a word, for which "at least four characters must be provided"."""
    return text.rstrip().endswith("*") and len((words(text) or [""])[-1]) >= 4


def _line(lines: dict[int, set[int]], number: int) -> set[int]:
    if number not in lines:
        raise Refused(f"there is no line {number} before this one")
    return lines[number]
