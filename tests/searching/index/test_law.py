# ruff: noqa: E501  (tables of cases)
"""The law of the index: it finds what SQL finds, whatever is asked."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from medline import pipeline
from medline.errors import UsageError
from medline.home import LocalHome
from medline.searching import plan, words
from medline.searching.answers import open_index, select
from medline.searching.condition import (
    Days,
    Flag,
    Headings,
    Joined,
    Leaf,
    Name,
    Near,
    Not,
    Numbers,
    Start,
    Value,
    Words,
)
from medline.searching.index import folding, leaves, reading
from medline.searching.index.schema import GAP
from medline.searching.vocabulary import open_vocabulary
from medline.warehouse import database

#: Fields whose values are words, and fields whose values are compared as a whole.
TEXTS = "ti ab tiab tw ad ot cois all".split()
WHOLES = "ta la aid pg pl vi".split()
NAMES = "au 1au lastau fau cn ir".split()

#: What real values are made of, beside those of the home.
FILLERS = "the of and 2 05 nothing".split()


def found_by_sql(connection, condition):
    # DuckDB has a cursor for the answer, so that the index may ask on its own meanwhile
    return sorted(pmid for pmid, *_ in connection.execute(select(condition)).fetchall())


def check(index, connection, condition):
    expected = found_by_sql(connection, condition)
    assert sorted(index.newest(condition)) == expected, condition
    assert index.count(condition) == len(expected), condition


def vocabulary_of(connection):
    """Return the folded words, names and headings that occur."""
    texts = [
        text
        for table, columns in (("articles", "title, abstract"), ("keywords", "keyword, keyword"), ("affiliations", "affiliation, NULL"))
        for row in connection.execute(f"SELECT {columns} FROM {table} USING SAMPLE 300 ROWS (reservoir, 1)").fetchall()
        for text in row
        if text
    ]  # fmt: skip
    people = connection.execute(
        "SELECT concat_ws(' ', last_name, initials), concat_ws(' ', fore_name, last_name) FROM authors"
        " WHERE last_name IS NOT NULL USING SAMPLE 100 ROWS (reservoir, 1)"
    ).fetchall()
    headings = connection.execute("SELECT DISTINCT descriptor_ui, word_key(descriptor) FROM mesh LIMIT 200").fetchall()
    return (
        [words.words(text).split() for text in texts if words.words(text)],
        [words.words(name) for pair in people for name in pair if words.words(name)],
        headings,
    )


class Generator:
    """Makes conditions of what occurs in a database, and of what nearly does."""

    def __init__(self, connection, seed):
        self.texts, self.names, self.headings = vocabulary_of(connection)
        self.random = Random(seed)

    def condition(self, depth=2):
        kind = self.random.random()
        if not depth or kind < 0.5:
            return self.leaf()
        if kind < 0.65:
            return Not(self.condition(depth - 1))
        parts = tuple(self.condition(depth - 1) for _ in range(self.random.randint(0, 3)))
        return Joined(self.random.choice(("AND", "OR")), parts)

    def leaf(self):
        choose = self.random.choice
        return choose((
            lambda: Leaf(choose(TEXTS), Words(self.phrase())),
            lambda: Leaf(choose(TEXTS), Words(self.phrase())),
            lambda: Leaf(choose(("ti", "tiab", "ad")), Near(tuple(dict.fromkeys(self.words(3))), choose((0, 1, 2, 4, 12)))),
            lambda: Leaf(choose(WHOLES), Value(self.phrase(star=False))),
            lambda: Leaf(choose(WHOLES), Start(self.phrase())),
            lambda: Leaf(choose(NAMES), Name(self.name(), choose((True, False)), choose((True, False)))),
            lambda: Leaf("mh", self.heading()),
            lambda: Leaf(choose(("dp", "edat", "dp/single")), Days(*sorted((self.day(), self.day())))),
            lambda: Leaf("pmid", Numbers(((1, 2), (self.random.randint(1, 5),) * 2))),
            lambda: Leaf("sb", Flag((choose((("abstracts", "text <> ''"), ("articles", "doi IS NOT NULL"), ("articles", "pmid % 2 = 0"))),))),
        ))()  # fmt: skip

    def words(self, most):
        text = self.random.choice(self.texts)
        start = self.random.randrange(len(text))
        several = text[start : start + self.random.randint(1, most)]
        return several if self.random.random() < 0.8 else [*several, self.random.choice(FILLERS)]

    def phrase(self, star=True):
        several = self.words(3)
        if star and self.random.random() < 0.4:
            several[-1] = several[-1][: self.random.randint(1, len(several[-1]))] + "*"
        return " ".join(several)

    def name(self):
        name = self.random.choice(self.names)
        return name[: self.random.randint(2, len(name))].strip() + self.random.choice(("", "", "*"))

    def day(self):
        year = self.random.randint(1990, 2010)
        months = (1, 1), (12, 31), (self.random.randint(1, 12), self.random.randint(1, 28))
        return self.random.choice((date(year, *self.random.choice(months)), date(1, 1, 1), date.max))

    def heading(self):
        ui, name = self.random.choice(self.headings)
        qualifiers = self.random.choice((None, None, ("drug therapy",), ("drug therapy", "genetics")))
        is_major = self.random.choice((True, False))
        if ui and self.random.random() < 0.5:
            return Headings(roots=(ui,), uis=(ui,), qualifiers=qualifiers, is_major=is_major)
        cut = name[: self.random.randint(2, len(name))].strip() + "*" if self.random.random() < 0.4 else name
        return Headings(names=(cut,), qualifiers=qualifiers, is_major=is_major)


@pytest.mark.long
@pytest.mark.parametrize("cases", [60, pytest.param(3000, marks=pytest.mark.slow)])
def test_what_is_generated(indexed, cases):
    with database.reader(indexed) as connection:
        generator, index = Generator(connection, cases), open_index(connection, LocalHome(indexed))
        for _ in range(cases):
            check(index, connection, generator.condition())


def test_days_are_found_as_years_and_days():
    """Each day of a range is found by its year's term or by its own, and no other day is."""
    random, start = Random(1), date(2018, 1, 1)
    for _ in range(300):
        first, last = sorted(start + timedelta(random.randint(0, 1200)) for _ in "ab")
        regexes = [re.compile(regex) for regex in leaves.days(first, last)]
        for day in (first, last, first - timedelta(1), last + timedelta(1), start + timedelta(random.randint(0, 1200))):
            terms = f"{day.year:04}", day.isoformat().replace("-", "_")
            is_found = any(regex.fullmatch(term) for regex in regexes for term in terms)
            assert is_found == (first <= day <= last), (first, last, day)


@pytest.mark.parametrize("is_exact", [False, True])
@pytest.mark.parametrize(
    ("words", "last"),
    [
        ("john van der smith", ""),
        ("van der smith john", "van der smith"),
        ("j van der smith", ""),
        ("van der smi*", ""),
    ],
)
def test_given_names_may_go_on_unless_the_name_is_exact(indexed, words, last, is_exact):
    with database.reader(indexed) as connection:
        condition = Leaf("fau", Name(words, is_exact, is_full=True, last=last))
        check(open_index(connection, LocalHome(indexed)), connection, condition)
        goes_on = words.startswith(("john", "van der smith"))
        assert bool(found_by_sql(connection, condition)) == (goes_on and not is_exact)


@pytest.mark.parametrize(
    ("field", "text", "pmids"),
    [
        ("ti", "naive t cells", [1]), ("ti", "straße", [4]), ("ti", "strasse", [4]), ("ti", "oedema", [4]), ("ti", "sisyphos", []),
        ("ti", "σισυφος", [4]), ("ab", "encyclopaedia", [4]), ("ab", "thing", [4]), ("ab", "sine", [4]), ("ab", "istanbul", [5]),
        ("ab", "angstrom", [5]), ("tiab", "multiple sclerosis", [1, 3]), ("ot", "multiple sclerosis", []), ("ab", "ifn b", []),
        ("ab", "2 5 mg", [1]), ("tiab", "cells t helper", []), ("ad", "kobenhavn", [1]), ("ad", "oslo bergen", [2]),
    ],
)  # fmt: skip
def test_words_with_accents_and_across_values(indexed, field, text, pmids):
    leaf = Leaf(field, Words(words.words(text)))
    with database.reader(indexed) as connection:
        assert sorted(open_index(connection, LocalHome(indexed)).newest(leaf)) == pmids
        assert found_by_sql(connection, leaf) == pmids


#: Words near each other, and where: the keywords of record 3 are values of their own.
NEAR = [
    ("sclerosis naive", 3, []), ("sclerosis naive", 4, [1]), ("naive sclerosis", GAP - 1, [1]),
    ("naive sclerosis", GAP, [1]), ("cells multiple naive", 0, []), ("cells multiple naive", 1, [1]),
    ("multiple cells", 0, [3]), ("istanbul istanbul", 0, [5]), ("cells cells", 9, []),
]  # fmt: skip


def test_words_near_each_other_are_in_one_value(indexed):
    with database.reader(indexed) as connection:
        index = open_index(connection, LocalHome(indexed))
        for words_of, distance, pmids in NEAR:
            leaf = Leaf("tiab", Near(tuple(words_of.split()), distance))
            assert sorted(index.newest(leaf)) == pmids, leaf


def test_two_words_near_each_other_are_found_by_the_index_alone(indexed, monkeypatch):
    monkeypatch.setattr(reading, "where", None)
    with database.reader(indexed) as connection:
        index = open_index(connection, LocalHome(indexed))
        assert index.count(Leaf("tiab", Near(("multiple", "cells"), GAP - 1))) == 3


def test_letters_fold_in_the_index_as_in_the_words_of_a_query():
    """Every letter that SQL finds by its folded self is folded so in documents."""
    letters = [chr(code) for code in range(0x20, 0x2FFFF) if not 0xD800 <= code < 0xE000]
    pairs = [(letter, folded) for letter in letters if (folded := words.words(letter)) and " " not in folded]
    odd = [(letter, folded) for letter, folded in pairs if folding.plain(letter).lower() != folded.lower()]
    # what SQL does not find either: letters that fold to several, which its patterns do not ignore the case of
    assert all(len(folded) > 1 for _, folded in odd), odd[:20]


@pytest.fixture(scope="module")
def real(data, tmp_path_factory):
    """Return a home with real dumps and MEDLINE text, and an index."""
    home = tmp_path_factory.mktemp("real")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDLINE_INDEX", "auto")
        pipeline.sync(data / "mirror" / "2020", home)
        pipeline.load_files([data / "nbib", data / "books"], home)
        yield home


def strategies(data: Path):
    csv.field_size_limit(1 << 24)
    with (data / "search" / "strategies.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield row["id"], row["query"].replace("\\n", "\n")


@pytest.mark.slow
def test_published_strategies(real, data):
    with database.reader(real) as connection:
        index, vocabulary = open_index(connection, LocalHome(real)), open_vocabulary(connection)
        checked = 0
        for _, query in strategies(data):
            try:
                condition = plan(query, vocabulary).condition
            except UsageError:
                continue
            check(index, connection, condition)
            checked += 1
    assert checked > 100


@pytest.mark.slow
def test_what_is_generated_from_real_records(real):
    with database.reader(real) as connection:
        generator, index = Generator(connection, 1), open_index(connection, LocalHome(real))
        for _ in range(1000):
            check(index, connection, generator.condition(1))
