"""Queries made of the words and values that occur in records, so that most of them find something."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from typing import Any

from searching.evaluator import fields, filters
from searching.evaluator.names import Name
from searching.evaluator.vocabulary import Vocabulary

Record = dict[str, Any]

WORDS = "ti tiab ab tw all ot ad tt cn cois gr si auid book pubn sfm".split()
WHOLE = "rn ta jid vi ip pg pl pmc aid lid isbn is gs".split()
#: What has a meaning of its own in a query.
SPECIAL = re.compile(r'["“”\[\]():|&#*/^{}<>]')


def plain(text: str) -> str:
    return " ".join(SPECIAL.sub(" ", text).split())


class Writer:
    """Writes queries about some records, the same ones for the same seed."""

    def __init__(self, records: list[Record], vocabulary: Vocabulary, seed: int) -> None:
        self.records = records
        self.vocabulary = vocabulary
        self.random = random.Random(seed)
        self.headings = sorted({h["name"] for r in records for h in r["headings"]})
        self.subheadings = sorted({q for r in records for h in r["headings"] for _, q, _ in h["qualifiers"]})
        self.terms = sorted(term for term, uis in vocabulary.ui_of.items() if any(ui[0] == "D" for ui in uis))
        self.values = {tag: [(r, v) for r in records for v in fields.TEXTS[tag](r) if v] for tag in [*WORDS, *WHOLE]}

    def write(self, each: int) -> Iterator[str]:
        """Yield `each` queries of each kind, and each flag and filter once."""
        leaves: list[str] = []
        for make in self.kinds():
            leaves += [query for _ in range(each) if (query := make())]
        yield from leaves
        yield from self.flags()
        for _ in range(each * 5):
            yield self.tree(leaves, 3)

    def kinds(self) -> Iterator[Callable[[], str]]:
        for tag in WORDS:
            if self.values[tag]:
                yield from (lambda tag=tag: self.phrase(tag), lambda tag=tag: self.truncated(tag))
        for tag in WHOLE:
            if self.values[tag]:
                yield lambda tag=tag: self.whole(tag)
        for tag in ("ti", "tiab", "ad"):
            yield lambda tag=tag: self.near(tag)
        for role, tags in {"authors": ("au", "1au", "lastau", "fau"), "editors": ("ed",)}.items():
            yield from (lambda role=role, tag=tag: self.name(role, tag) for tag in tags)
        yield lambda: self.name("investigators", "ir")
        yield lambda: self.name("subjects", "ps")
        for tag in sorted(fields.DATES):
            yield from (lambda tag=tag: self.date(tag), lambda tag=tag: self.date_range(tag))
        yield from (self.heading, self.combination, self.subheading, self.kind, self.substance, self.language)
        yield from (self.untagged, self.mapped, self.action)

    # --- words ---

    def phrase(self, tag: str) -> str:
        text = self.some_words(tag)
        return f'"{text}"[{tag}]' if self.random.random() < 0.3 else f"{text}[{tag}]"

    def some_words(self, tag: str) -> str:
        _, text = self.random.choice(self.values[tag])
        tokens = plain(text).split()
        size = self.random.choice((1, 1, 2, 3))
        start = self.random.randrange(max(1, len(tokens) - size + 1))
        found = [token for token in tokens[start : start + size] if token.upper() not in ("AND", "OR", "NOT")]
        return " ".join(found) if re.search(r"[^\W_]", " ".join(found)) else "otter"

    def truncated(self, tag: str) -> str:
        *before, last = self.some_words(tag).split()
        last = re.sub(r"\W+$", "", last)
        cut = last[: max(4, self.random.randrange(len(last) + 1))]
        if len(re.split(r"[\W_]", cut)[-1]) < 4:
            return f"{' '.join([*before, last])}[{tag}]"
        return f"{' '.join([*before, cut])}*[{tag}]"

    def near(self, tag: str) -> str:
        _, text = self.random.choice(self.values[tag])
        tokens = plain(text).split()
        start = self.random.randrange(len(tokens))
        window = [token for token in tokens[start : start + 8] if re.fullmatch(r"[^\W_]+", token)]
        if len(window) < 2:
            return ""
        chosen = self.random.sample(window, min(len(window), self.random.choice((2, 2, 3))))
        return f'"{" ".join(chosen)}"[{tag}:~{self.random.choice((0, 1, 2, 4, 7))}]'

    def whole(self, tag: str) -> str:
        _, value = self.random.choice(self.values[tag])
        return f'"{value}"[{tag}]'.replace('""', '"') if '"' not in value else ""

    # --- persons ---

    def name(self, role: str, tag: str) -> str:
        people = [p for r in self.records for p in r[role] if isinstance(p, Name)]
        if not people:
            return ""
        person = self.random.choice(people)
        last, fore = " ".join(person.last), " ".join(person.fore)
        if tag == "fau":
            return f"{last}, {fore}[fau]" if self.random.random() < 0.5 else f"{fore} {last}[fau]"
        initials = person.initials
        form = self.random.choice(
            (last, f"{last} {initials[:1]}", f"{last} {initials}", " ".join(person.short), f'"{last} {initials}"')
        )
        return f"{form.strip()}[{tag}]".replace(' "', '"')

    # --- dates ---

    def day(self, tag: str) -> str:
        column = {"dp": "print", "ppdat": "print", "epdat": "electronic"}.get(tag, tag)
        days = [r[column] for r in self.records if r[column]]
        return self.random.choice(days).strftime(self.random.choice(("%Y", "%Y/%m", "%Y/%m/%d"))) if days else "2001"

    def date(self, tag: str) -> str:
        return f"{self.day(tag)}[{tag}]"

    def date_range(self, tag: str) -> str:
        first, last = sorted((self.day(tag), self.day(tag)), key=lambda day: (day[:4], day[4:] or "/00"))
        return f"{first}:{last[:4]}[{tag}]"

    # --- vocabulary ---

    def heading(self) -> str:
        name = plain(self.random.choice((self.random.choice(self.headings), self.random.choice(self.terms))))
        tag = self.random.choice(("mh", "mesh", "MeSH Terms", "majr", "mh:noexp", "majr:noexp"))
        return f'"{name}"[{tag}]' if self.random.random() < 0.5 else f"{name}[{tag}]"

    def combination(self) -> str:
        headings = [(h["name"], q) for r in self.records for h in r["headings"] for _, q, _ in h["qualifiers"]]
        name, subheading = self.random.choice(headings)
        if self.random.random() < 0.3:
            name = self.random.choice(self.headings)
        if "/" in name:
            return ""
        return f'"{name}/{subheading}"[{self.random.choice(("mh", "majr", "mh:noexp", "majr:noexp"))}]'

    def subheading(self) -> str:
        return f'"{self.random.choice(self.subheadings)}"[{self.random.choice(("sh", "sh:noexp"))}]'

    def kind(self) -> str:
        kinds = [name for r in self.records for _, name in r["types"]]
        return f'"{self.random.choice(kinds)}"[{self.random.choice(("pt", "pt:noexp"))}]'

    def substance(self) -> str:
        names = [name for r in self.records for name in fields.TEXTS["nm"](r)]
        return f'"{self.random.choice(names)}"[nm]'

    def action(self) -> str:
        actions = sorted(self.vocabulary.actions)
        return f'"{self.vocabulary.names[self.random.choice(actions)]}"[pa]' if actions else ""

    def language(self) -> str:
        return f"{self.random.choice(self.random.choice([r for r in self.records if r['languages']])['languages'])}[la]"

    # --- without a tag ---

    def untagged(self) -> str:
        return re.sub(r"\W+$", "", self.some_words("ti")).replace("'", "") or "otter"

    def mapped(self) -> str:
        term = self.random.choice((self.random.choice(self.headings), self.random.choice(self.terms)))
        return plain(term.replace(",", " "))

    def flags(self) -> Iterator[str]:
        yield from sorted(filters.FLAGS)
        yield from (f"{name}[filter]" for name in sorted(filters.QUERIES))
        yield from (f"{name}[sb]" for name in ("medline", "inprocess", "publisher", "pubmednotmedline", "pubmed pmc"))
        yield from (f"pubstatus{status}" for status in ("aheadofprint", "ppublish", "epublish"))
        yield from (f"owner{owner}" for owner in ("nlm", "nasa"))

    def tree(self, leaves: list[str], depth: int) -> str:
        parts = [
            f"({self.tree(leaves, depth - 1)})" if depth and self.random.random() < 0.3 else self.random.choice(leaves)
            for _ in range(self.random.randrange(1, 4))
        ]
        text = parts[0]
        for part in parts[1:]:
            text += f" {self.random.choice(('AND', 'OR', 'NOT', 'OR'))} {part}"
        return text
