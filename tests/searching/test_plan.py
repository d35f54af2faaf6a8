# ruff: noqa: E501  (tables of cases)
"""Queries with a vocabulary: explosion, entry terms, filters, and what is said of terms that are searched otherwise."""

from __future__ import annotations

import pytest

from medline import searching
from medline.errors import QueryError
from medline.searching import filters, flags
from medline.searching.vocabulary import NoVocabulary

#: Each line one rule: a query and what it finds.
CASES = [
    # explosion, and none
    ("lake diseases[mh]", {1, 2, 3}), ("lake diseases[mh:noexp]", {2}), ("Lake Diseases[MeSH Terms : NoExp]", {2}),
    ("otters[mesh]", {1, 5}), ("otters[mh:noexp]", {5}), ("otters, giant[mh]", {1}), ("swimming beasts[mh]", {7}), ("swimmers[mh]", {4}), ("g90[mh]", set()),
    ("C category[mh]", set()), ("diseases category[mh]", {1, 2, 3, 7}), ("organisms category[mh:noexp]", set()),
    # entry terms, UIs, earlier names, names that MeSH does not know
    ("vorebitis[mh]", {1, 3}), ("disease lake[mh]", set()), ("diseases, lake[mh:noexp]", {2}), ("D1[mh]", {1, 2, 3}),
    ("water dogs[mh]", {1}), ("newer heading[mh]", {6}), ('"otters"[mh]', {1, 5}), ("new*[mh]", set()), ("newer*[mh]", {6}),
    # records without UI have any of the names
    ("voreb syndrome[mh]", {1, 3}), ("voreb syndrome[majr]", {1, 3}), ("otters[majr]", {1}), ("otters[majr:noexp]", set()),
    # subheadings
    ("lake diseases/therapy[mh]", {1, 2}), ("lake diseases/therapy[mh:noexp]", {2}), ("lake diseases/th[mh]", {1, 2}),
    ("lake diseases/dt[mh]", {1}), ("therapy[sh]", {1, 2}), ("therapy[sh:noexp]", {2}), ("growth and lakes[sh]", {5}), ("gl[sh]", {5}), ("radiography[sh]", set()), ("lake diseases/ultrasonography[mh]", set()),
    ('"Lake Diseases"/therapy[majr]', {1}), ("lake diseases/therapy", {1, 2}),
    # publication types, actions, substances
    ("lake trial[pt]", {1, 2, 3}), ("lake trial[pt:noexp]", {2}), ("trial, shore[pt]", {1, 3}), ("review[pt]", {4}),
    ("anti-voreb agents[pa]", {4, 5}), ("anti-voreb agents[pa:noexp]", {5}), ("velmo factor 3[nm]", {5, 6}), ("velmokin[nm]", {5, 6}), ("velmostat[nm]", {4}),
    # automatic term mapping
    ("vorebitis", {1, 3}), ('"vorebitis"', set()), ("vorebitis[all]", {1, 3}), ("vorebiti*", set()), ("brown lake fever", {1, 3}),
    ("otter j", {1}), ("norl j velmo", {1, 4}), ("the norlish journal of velmo", {1, 4}), ("sorensen p", {2}), ("velmo factor 3", {5, 6}),
    ("lutra swimmers", set()), ("lutra otters", {1, 5}), ("anti-voreb agents", {4, 5}), ("shore trial", {1, 3}), ("beside and the lakes", {5}),
    # operators in small letters are words of a heading, else operators
    ("lutra or velmostat", {1, 4, 5}), ("lutra and beside", {5}), ("lutra not beside", {1}), ("wounds and otters", {7}),
    ("lutra | velmostat", {1, 4, 5}), ("lutra & beside", {5}), ("otters[mh] or swimmers[mh]", {1, 4, 5}), ("otters[mh] And beside[ti]", {5}),
    ("(lutra) or (velmostat)", {1, 4, 5}), ("1[pmid] and not 1[pmid]", set()),
    # words with hyphens, PMIDs side by side, one PMID
    ("covid-19", {6}), ("covid-20", {6}), ("otters-beside", {5}), ("otters-lakes", set()), ("covid 2001", {6}), ("1 2 99", {1, 2}), ("1, 2", {1, 2}), ("2", {2}),
    # * where it cannot stand
    ("*otters[ti]", {1, 5}), ("lak*[ti]", set()), ("lake*[ti]", {2, 3, 4, 5, 8}), ("ot*ers[ti]", set()),
    # near each other, in any order
    ('"lakes otters"[ti:~1]', {5}), ('"lakes otters"[ti:~0]', set()), ('"swims on what"[Title/Abstract:~2]', {2}), ("lakes otters[ti:~1]", {5}),
    ('"lakes what on swims and otters"[ti:~9]', set()), ('"swims what and lakes on the"[ti:~3]', set()), ('"lake swimmers for velmostat of the"[ti:~0]', {4}),
    ('"otters lakeside"[ad:~0]', {1}), ('"otters norwold"[ad:~1000]', set()), ('"otters norwold"[ad:~1001]', {1}),
    # names
    ("jana otter[au]", {1}), ("otter jana[au]", {1}), ("jana maria otter[fau]", {1}), ("otter, jana[au]", {1}), ("jana, otter[au]", set()),
    ('"jana otter"[fau]', set()), ('"jana maria otter"[fau]', {1}), ("jana otter", {1}), ("maria otter[au]", set()), ("jana[fau]", set()), ("otter[fau]", {1}),
    ('"maria"', {1}), ("jana mari*[all]", {1}), ("maria jan*[all]", set()), ("otter jana mari*[all]", {1}),
    # dates: a single one does not find what was published electronically after the issue
    ("2002[dp]", set()), ("2002:2002[dp]", {7}), ("2001[dp]", {7}), ("2002[epdat]", {7}), ("2001/02/03:2001/02/03[crdt]", {1}), ("2001-02-03[crdt]", {1}),
    # filters and flags
    ("ownernasa", {2}), ("jsubsetaim", {2}), ("jsubsetaim[text]", {2}), ("1234-567X", {1, 4}), ("OwnerNasa[filter]", {2}), ("medline[sb] NOT ownernasa", {1, 3, 5, 6}), ("pmcbookchapter", {8}), ("all[sb]", set(range(1, 9))),
    ("review[filter]", {4}), ("excludepreprints[filter]", set(range(1, 9))),
    # tags behind parentheses, unknown tags, typographic signs
    ("(beside OR vorebitis[mh])[ti]", {1, 3, 5}), ("beside[zz]", {5}), ("“growing otters”[ti]", {5}), ("covid–19[ti]", {6}),
    # the names of journals
    ("norlish journal of velmo[ta]", {1, 4}), ("Science[Journal]", {2, 3, 5, 6}),
]  # fmt: skip


@pytest.mark.long
@pytest.mark.sampled(2)
@pytest.mark.parametrize(("query", "pmids"), CASES)
def test_finds(find, query, pmids):
    assert find(query) == pmids


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("lutra", '"otters"[MeSH Terms] OR "otters"[All Fields] OR "lutra"[All Fields]'),
        ("brown lake fever", '"voreb syndrome"[MeSH Terms] OR ("voreb"[All Fields] AND "syndrome"[All Fields]) OR "voreb syndrome"[All Fields] OR ("brown"[All Fields] AND "lake"[All Fields] AND "fever"[All Fields]) OR "brown lake fever"[All Fields]'),
        ("pteronura 2", '"otters, giant"[MeSH Terms] OR ("otters"[All Fields] AND "giant"[All Fields]) OR "otters giant"[All Fields] OR "pteronura 2"[All Fields]'),
        ("otter j lakes", '(otter j[Author] OR otter j[Investigator]) AND "lakes"[All Fields]'),
        ("norl j velmo", '"Norl J Velmo"[Journal] OR "norl j velmo"[All Fields]'),
        ("vorebitis[mh:noexp] NOT 1[pmid]", '"voreb syndrome"[MeSH Terms:noexp] NOT 1[UID]'),
        ("a[ti] OR b[ti] AND c[ti]", '("a"[Title] OR "b"[Title]) AND "c"[Title]'),
        ("2001:2002[dp] AND y_5[filter]", "2001/01/01:2002/12/31[Date - Publication] AND y_5[Filter]"),
        ("lake trial", '"lake trial"[Publication Type] OR "lake trials as topic"[MeSH Terms] OR "lake trial"[All Fields]'),
    ],
)  # fmt: skip
def test_details(vocabulary, query, details):
    assert searching.plan(query, vocabulary).details == details


@pytest.mark.long
@pytest.mark.sampled(4)
@pytest.mark.parametrize(("query", "pmids"), CASES)
def test_details_are_a_query_that_finds_the_same(find, vocabulary, query, pmids):
    details = searching.plan(query, vocabulary).details
    assert find(details, mapping=False) == pmids, details


def test_words_are_kept_without_mapping(find, vocabulary):
    assert find("brown lakes", mapping=False) == {3}
    assert find("vorebitis", mapping=False) == set()
    assert searching.plan("brown lake fever", vocabulary, mapping=False).details == " AND ".join(
        f'"{word}"[All Fields]' for word in ("brown", "lake", "fever")
    )


WRONG = [
    ("a[sb]", ["character 1: unknown subset or filter 'a'"]), ("medlin[sb]", ["perhaps medline"]), ("hasabstrct", ["perhaps hasabstract"]),
    ("pubstatusxx AND ownernas", ["'pubstatusxx'", "perhaps ownernasa"]), ("lake diseases/qq[mh]", ["unknown subheading 'qq'"]),
    ("(a[dp] OR\n2001/13[dp]) OR \"b c\"[au:~2]", ["line 1, character 2: 'a' is not a date", "line 2, character 1: '2001/13'", "line 2, character 22: [au:~2]"]),
    ("a) AND (b OR [ti]", ["character 2: this )", "character 8: this ( is never", "character 14: [ti] needs", "character 18: a term is missing"]),
    ("2005:2001[dp] 3:2[pmid] #4", ["runs backwards", "runs backwards", "#4: there is no search history"]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "problems"), WRONG)
def test_all_problems_are_told_at_once(vocabulary, query, problems):
    with pytest.raises(QueryError) as error:
        searching.plan(query, vocabulary)
    assert len(error.value.problems) == len(problems)
    assert all(problem in printed for problem, printed in zip(problems, error.value.problems, strict=True)), (
        error.value.problems
    )


@pytest.mark.parametrize(
    ("query", "warning"),
    [
        ("ot*ers[ti]", "character 1: * in 'ot*ers' is a blank"),
        ("beside[zz]", "character 7: unknown field tag [zz] is left out"),
        ("nowhere known[mh]", "'nowhere known' is no heading of MeSH"),
        ("diagnostic lakes[sh]", "is not in MeSH: it finds nothing"),
        ('"ott* lakes"[ti:~2]', "* and nearness"),
        ("lakes otters[ti:~1]", "as if the words were in quotes"),
        ("(a OR b)[ti]", "behind parentheses"),
        ("otters[ti] Sort by: Best Match", "'Sort by: Best Match' is left out"),
        ("# my search\notters[ti]", "line 1, character 1: '# my search' is left out"),
    ],
)
def test_what_is_searched_otherwise_is_a_warning(vocabulary, query, warning):
    warnings = searching.plan(query, vocabulary).warnings
    assert any(warning in printed for printed in warnings), warnings


def test_a_search_that_wants_mesh_says_once_that_it_is_not_loaded():
    for query in ("otters[mh] AND lakes[mh]", "otters"):
        assert [printed for printed in searching.plan(query).warnings if "MeSH is not loaded" in printed] == list(
            searching.plan(query).warnings
        )
    assert not searching.plan("otters[ti]", NoVocabulary()).warnings


@pytest.mark.parametrize("name", [name for entry in filters.filters() for name in entry.names])
def test_every_filter_is_a_query(vocabulary, name):
    plan = searching.plan(f"{name}[filter]", vocabulary)
    assert plan.details == f"{name}[Filter]"


def test_every_filter_has_a_source_and_one_name_is_one_filter():
    names = [name for entry in filters.filters() for name in entry.names]
    assert len(names) == len(set(names))
    assert all(entry.source and entry.date for entry in filters.filters())
    assert not set(names) & set(flags.SUBSETS)


@pytest.mark.parametrize("word", "hash hasegawa hashimoto hassle hasten owner owners ownership ownerless".split())
def test_words_that_look_like_flags_are_words(word):
    assert flags.misspelt(word) is None


def test_a_hundred_terms_are_planned_fast(vocabulary):
    """The bound is wide: a machine under load; alone it takes a tenth of it."""
    from time import process_time

    query = " OR ".join(f"word{number} otters[tiab] OR lake diseases[mh]" for number in range(1_000))
    start = process_time()
    searching.to_sql(query, vocabulary=vocabulary)
    assert process_time() - start < 2
