"""The plan of a query: parsed, translated with the vocabulary, and made a condition.

    text -> `language.parse` -> tree of terms -> `Translator` -> condition and details

The names of all terms are asked of the vocabulary at once, before anything is translated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from medline.searching import filters, flags, mapping, match, subheadings
from medline.searching.condition import (
    Condition,
    Days,
    Flag,
    Headings,
    Leaf,
    Test,
    Value,
    Words,
    all_of,
    any_of,
    levels,
)
from medline.searching.fields import LANGUAGES, Match
from medline.searching.language import parse
from medline.searching.mapping import Context
from medline.searching.match import Tagged
from medline.searching.problems import Problems
from medline.searching.translation import Translation, exploded, joined, label, single
from medline.searching.tree import Chain, LineNumber, Node, Term
from medline.searching.vocabulary import Concept, NoVocabulary
from medline.searching.words import words

#: Filters that use filters that use filters …; NLM's use each other once.
NESTED = 5

#: Levels of AND, OR and NOT that Python, tantivy and DuckDB go through by calls in calls; the parser allows 100 of
#: parentheses.
DEEPEST = 200

NOT_LOADED = (
    "MeSH is not loaded: headings, subheadings and publication types are searched without those below them, and words"
    " without a tag are not mapped; run `medline mesh`"
)


@dataclass(frozen=True)
class Plan:
    """What a query is searched as.

    Attributes:
        condition: what citations must match.
        details: the query as it is searched, in PubMed's language.
        warnings: what is searched otherwise than it is written.
    """

    condition: Condition
    details: str
    warnings: tuple[str, ...] = ()


def plan_tree(
    node: Node,
    problems: Problems,
    vocabulary: NoVocabulary,
    *,
    is_mapped: bool = True,
    lines: Mapping[int, Translation] | None = None,
) -> Plan:
    """Plan a query that is parsed.

    Args:
        node: its tree.
        problems: what was found wrong so far.
        vocabulary: MeSH and the names in the database.
        is_mapped: whether terms without a tag are mapped.
        lines: the earlier lines of a strategy, by number.

    Raises:
        QueryError: a term is not understood.
    """
    translator = Translator(problems, vocabulary, is_mapped=is_mapped, lines=lines or {})
    translation = translator.translate(node)
    if translator.needs_vocabulary and not vocabulary.is_loaded:
        problems.say(NOT_LOADED)
    if translation is not None and (turns := levels(translation.condition)) > DEEPEST:
        advice = "put parentheses around what belongs together, such as terms joined by OR"
        problems.error(0, f"AND, OR and NOT take turns {turns} times, more than {DEEPEST}: {advice}")
    problems.raise_errors()
    if translation is None:
        problems.error(0, "there is no term to search")
        problems.raise_errors()
    assert translation is not None, "an error was raised"
    return Plan(exploded(translation.condition, vocabulary), translation.details, tuple(problems.warnings))


@dataclass
class Translator(Context):
    """Translates the terms of one query.

    Attributes:
        lines: the earlier lines of a strategy, by number.
        depth: 0 for a query, more for that of a filter, whose names are looked up with those of the query.
    """

    lines: Mapping[int, Translation] = field(default_factory=dict)
    depth: int = 0

    def translate(self, node: Node) -> Translation | None:
        """Translate a tree; None, with an error, where nothing of it can be searched."""
        if not self.depth:
            tagged: list[Term] = []
            untagged: list[Term] = []
            for term in _terms(node, set()):
                if term.text.strip().lower() in flags.FLAGS:
                    continue
                if self._is_mapped_term(term):
                    untagged.append(term)
                elif _is_of_vocabulary(term):
                    tagged.append(term)
            self.names = mapping.look_up(
                self.vocabulary, [term.text for term in tagged], [term.text for term in untagged]
            )
        return self._node(node)

    def _is_mapped_term(self, term: Term) -> bool:
        """Return whether a term goes through PubMed's automatic term mapping: without quotes and tag, or with [all]."""
        tag = None if term.tag is None else " ".join(term.tag.lower().split())
        is_truncated = tag is not None and term.text.endswith("*")
        return not term.is_quoted and not is_truncated and (tag is None or tag in ("all", "all fields"))

    def _node(self, node: Node) -> Translation | None:
        match node:
            case Term():
                return self._term(node)
            case LineNumber():
                return self._line(node)
            case Chain():
                return self._chain(node)

    def _chain(self, chain: Chain) -> Translation | None:
        whole: Translation | None = None
        for operator, node in chain.items:
            several = self._run(operator, node) if isinstance(node, Term) else [(operator, self._node(node))]
            for joining, part in several:
                if part is not None:
                    whole = part if whole is None else joined(joining, whole, part)
        return whole

    def _line(self, line: LineNumber) -> Translation | None:
        if line.number in self.lines:
            return self.lines[line.number]
        if self.lines:
            self.problems.error(line.start, f"#{line.number}: there is no such line before this one")
        else:
            self.problems.error(
                line.start, f"#{line.number}: there is no search history; write the earlier query in parentheses"
            )
        return None

    def _run(self, operator: str, term: Term) -> list[tuple[str, Translation | None]]:
        """Translate a term as what it adds to a chain: words with operators in small letters add several."""
        if self._flag(term) is None and self._is_mapped_term(term):
            return mapping.translate(self, operator, term)
        return [(operator, self._term(term))]

    def _term(self, term: Term) -> Translation | None:
        if (known := self._flag(term)) is not None:
            return known
        if self._is_mapped_term(term):
            whole: Translation | None = None
            for operator, part in mapping.translate(self, "AND", term):
                if part is not None:
                    whole = part if whole is None else joined(operator, whole, part)
            return whole
        tagged = match.read_tag(term, self.problems) if term.tag is not None else None
        if tagged is None:
            if term.tag is not None:
                return self._term(Term(term.text, term.is_quoted, None, term.start, term.tag_start))
            tagged = Tagged(term, match.fields.BY_NAME["all"])
        return self._tagged(tagged)

    def _flag(self, term: Term) -> Translation | None:
        """Return the condition of a word like hasabstract, which PubMed knows in any field that has words."""
        tag = None if term.tag is None else " ".join(term.tag.lower().split())
        known = match.fields.BY_NAME.get(tag) if tag is not None else None
        if tag is not None and (known is None or known.tag not in ("all", "tw", "sb")):
            return None
        word = term.text.strip().lower()
        if word in flags.FLAGS:
            return Translation(Leaf("sb", flags.flag(word) or Flag(())), word)
        if (subset := flags.citation_subset(word)) is not None:
            return Translation(Leaf("sb", subset), word)
        if " " not in word and (meant := flags.misspelt(word)) is not None:
            self.problems.error(term.start, f"unknown word {word!r}; {_meant(meant)}")
            return None
        return None

    def _tagged(self, tagged: Tagged) -> Translation | None:
        match tagged.field.match:
            case Match.HEADING | Match.MAJOR_HEADING:
                return self._heading(tagged)
            case Match.SUBHEADING:
                return self._subheading(tagged)
            case Match.CONCEPT | Match.ACTION:
                return self._concept(tagged)
            case Match.SUBSET:
                return self._subset(tagged)
        test = match.test_of(tagged, self.problems)
        if isinstance(test, Words) and match.is_anywhere(tagged):
            each = all_of(Leaf(tagged.field.tag, Words(word)) for word in test.words.split())
            return Translation(each, self._plain(tagged, test).details)
        return None if test is None else self._plain(tagged, test)

    def _plain(self, tagged: Tagged, test: Test) -> Translation:
        """Return the translation of a term by its values alone."""
        kind, tag, term = tagged.field.match, tagged.field.tag, tagged.term
        if isinstance(test, Days):
            is_single = tag == "dp" and ":" not in term.text and not term.text.lower().startswith("last")
            shown = f"{test.first}:{test.last}".replace("-", "/") if ":" in term.text else term.text
            details = (
                f"{shown}[{label(tag)}]" if not term.text.lower().startswith("last") else f'"{term.text}"[{label(tag)}]'
            )
            return Translation(Leaf("dp/single" if is_single else tag, test), details)
        text = (
            " ".join(term.text.split())
            if kind in (Match.NUMBER, Match.LANGUAGE, Match.NAME, Match.FULL_NAME, Match.JOURNAL)
            else f"{words(term.text)}{'*' * term.text.endswith('*')}"
        )
        suffix = f":~{tagged.distance}" if tagged.distance is not None else ""
        is_quoted = kind not in (Match.NUMBER, Match.LANGUAGE) and not (
            kind in (Match.NAME, Match.FULL_NAME, Match.JOURNAL) and not term.is_quoted
        )
        plain = single(text, tag, test, is_quoted=is_quoted, suffix=suffix)
        if kind is Match.JOURNAL and isinstance(test, Value) and not term.is_quoted:
            return Translation(any_of([Leaf(tag, test), Leaf(tag, Value(f"the {test.words}"))]), plain.details)
        if tag == "all" and (date := mapping.year_of(term.text)) is not None:
            return Translation(any_of([plain.condition, Leaf("dp/single", date)]), plain.details)
        return plain

    def _heading(self, tagged: Tagged) -> Translation | None:
        self.needs_vocabulary = True
        term, tag = tagged.term, tagged.field.tag
        is_major = tagged.field.match is Match.MAJOR_HEADING
        heading, qualifier = self._split_heading(term.text)
        names = None
        if qualifier is not None:
            names = subheadings.names(qualifier, self.vocabulary, is_exploded=tagged.is_exploded)
            if not names:
                self._unknown(term, "subheading", qualifier)
                return None
        found = match.terms_words(term, self.problems, heading)
        if found is None:
            return None
        concepts = match.descriptors(self.names.concepts, found, is_quoted=term.is_quoted)
        test = match.headings(concepts, is_exploded=tagged.is_exploded, is_major=is_major)
        if not concepts:
            self._warn_unknown(term, heading, found)
            test = Headings(names=(found,), is_major=is_major)
        suffix = "" if tagged.is_exploded else ":noexp"
        name = f"{concepts[0].name.lower() if len(concepts) == 1 else ' '.join(heading.lower().split())}"
        shown = f"{name}/{qualifier.strip().lower()}" if qualifier is not None else name
        shown_as = single(shown, tag, replace(test, qualifiers=names), suffix=suffix)
        if concepts and found not in self.names.current:  # the name of a former heading, which older records have
            literal = Leaf(tag, Headings(names=(found,), qualifiers=names, is_major=is_major))
            return Translation(any_of([shown_as.condition, literal]), shown_as.details)
        return shown_as

    def _split_heading(self, text: str) -> tuple[str, str | None]:
        """Return heading and subheading; a heading may itself have a stroke."""
        heading, slash, qualifier = text.rpartition("/")
        if not slash or words(text) in self.names.concepts or not words(heading) or not words(qualifier):
            return text, None
        return heading, qualifier

    def _subheading(self, tagged: Tagged) -> Translation | None:
        self.needs_vocabulary = True
        names = subheadings.names(tagged.term.text, self.vocabulary, is_exploded=tagged.is_exploded)
        if not names:
            if len(words(tagged.term.text)) == 2 or not words(tagged.term.text):
                self._unknown(tagged.term, "subheading", tagged.term.text)
                return None
            self.problems.warn(tagged.term.start, f"subheading {tagged.term.text!r} is not in MeSH: it finds nothing")
            names = (subheadings.key_of(tagged.term.text),)
        suffix = "" if tagged.is_exploded else ":noexp"
        return single(
            " ".join(tagged.term.text.lower().split()), tagged.field.tag, Headings(qualifiers=names), suffix=suffix
        )

    def _concept(self, tagged: Tagged) -> Translation | None:
        self.needs_vocabulary |= tagged.field.tag != "nm"
        term, tag = tagged.term, tagged.field.tag
        found = match.terms_words(term, self.problems)
        if found is None:
            return None
        concepts = tuple(concept for concept in self.names.concepts.get(found, ()) if _fits(concept, tag))
        if concepts:
            test = match.headings(concepts, is_exploded=tagged.is_exploded and tag != "nm")
        else:
            if tag != "nm" and self.vocabulary.is_loaded and not found.endswith("*"):
                self.problems.warn(
                    term.start, f"{term.text!r} is no {label(tag).lower()} of MeSH; it is searched by this name alone"
                )
            test = Headings(names=(found,))
        name = concepts[0].name.lower() if len(concepts) == 1 else " ".join(term.text.lower().split())
        return single(name, tag, test, suffix="" if tagged.is_exploded else ":noexp")

    def _subset(self, tagged: Tagged) -> Translation | None:
        term = tagged.term
        name = filters.plain(term.text)
        shown = f"{' '.join(term.text.lower().split())}[Filter]"
        if (known := flags.flag(name) or flags.flag(name.removeprefix("jsubset"))) is not None:
            return Translation(Leaf("sb", known), shown)
        if (entry := filters.by_name().get(name)) is not None:
            return self._filter(entry.query, shown)
        if name in filters.publication_types():
            inner = self._tagged(
                Tagged(
                    Term(filters.publication_types()[name], True, "pt", term.start, term.start),
                    match.fields.BY_NAME["pt"],
                )
            )
            return None if inner is None else Translation(inner.condition, shown)
        if name in LANGUAGES:
            return Translation(Leaf("la", Value(LANGUAGES[name])), shown)
        if (subset := flags.citation_subset(name)) is not None:
            return Translation(Leaf("sb", subset), shown)
        self._unknown(term, "subset or filter", term.text)
        return None

    def _filter(self, query: str, shown: str) -> Translation | None:
        """Translate the query of a filter."""
        problems = Problems(query, "filter")
        node = parse(query, problems)
        assert node is not None, "filters are queries"
        inner = Translator(problems, self.vocabulary, is_mapped=self.is_mapped, names=self.names, depth=self.depth + 1)
        translation = inner.translate(node)
        self.needs_vocabulary |= inner.needs_vocabulary
        return None if translation is None else Translation(translation.condition, shown)

    def _unknown(self, term: Term, what: str, text: str) -> None:
        names = (
            [*flags.SUBSETS, *filters.by_name(), *flags.FLAGS]
            if what.startswith("subset")
            else [*subheadings.CODES.values()]
        )
        meant = flags.closest(filters.plain(text) if what.startswith("subset") else text.strip().lower(), names)
        self.problems.error(term.start, f"unknown {what} {text.strip()!r}; {_meant(meant)}")

    def _warn_unknown(self, term: Term, heading: str, found: str) -> None:
        if self.vocabulary.is_loaded and not found.endswith("*"):
            self.problems.warn(term.start, f"{heading!r} is no heading of MeSH; it is searched by this name alone")


def _is_of_vocabulary(term: Term) -> bool:
    """Return whether the tag of a term is one of those whose terms are names of MeSH."""
    parts = match.TAG.fullmatch(" ".join((term.tag or "").split()))
    known = match.fields.BY_NAME.get(parts["name"].lower()) if parts else None
    return known is not None and known.match in (Match.HEADING, Match.MAJOR_HEADING, Match.CONCEPT, Match.ACTION)


def _fits(concept: Concept, tag: str) -> bool:
    """Return whether a concept may be a value of a field."""
    match tag:
        case "pt":
            return concept.is_publication_type
        case "pa":
            return concept.is_action
    return not concept.ui.startswith("Q") and not concept.is_publication_type


def _meant(names: list[str]) -> str:
    return (
        f"perhaps {', '.join(names)} is meant"
        if names
        else "see medline search --tags and the guide of the search language"
    )


def _terms(node: Node, seen: set[str]) -> Iterator[Term]:
    """Yield the terms of a tree, and those of the filters that it names."""
    if isinstance(node, Chain):
        for _, inner in node.items:
            yield from _terms(inner, seen)
    elif isinstance(node, Term):
        yield node
        name = filters.plain(node.text)
        entry = filters.by_name().get(name)
        if node.tag is not None and entry is not None and name not in seen and len(seen) < 100:
            inner_node = parse(entry.query, Problems(entry.query))
            if inner_node is not None:
                yield from _terms(inner_node, {*seen, name})
        if node.tag is not None and name in filters.publication_types():
            yield Term(filters.publication_types()[name], True, "pt", node.start, node.start)
