"""Rules of PubMed's query language, one a line of `evaluator/rules.tsv`, on invented records and vocabulary.

The evaluator and the package must both find what the line says.
"""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

import pytest

from medline import pipeline
from medline.errors import UsageError
from searching.evaluator import parser, product, records, vocabulary
from searching.evaluator.corpus import Corpus

HERE = Path(__file__).parent / "evaluator"
SAMPLE = HERE / "sample"
FILES = [SAMPLE / "records.xml", SAMPLE / "records.nbib"]
TODAY = datetime.date(2026, 11, 30)


def rules() -> list[tuple[str, set[int], str]]:
    with (HERE / "rules.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(r["query"].replace("\\n", "\n"), {int(pmid) for pmid in r["pmids"].split()}, r["rule"]) for r in rows]


RULES = [pytest.param(query, pmids, id=f"{query}: {rule}") for query, pmids, rule in rules()]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    read = [record for path in FILES for record in records.read(path)]
    return Corpus(read, vocabulary.of_folder(SAMPLE / "mesh"), TODAY)


@pytest.mark.parametrize(("query", "pmids"), RULES)
def test_evaluator(corpus, query, pmids):
    assert corpus.find(query) == pmids


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    home = tmp_path_factory.mktemp("rules")
    pipeline.load_files(FILES, home)
    pipeline.mesh(home, str(SAMPLE / "mesh"), supplementary=True)
    with product.finder(home, TODAY, is_indexed=False) as find:
        yield find


@pytest.mark.long
@pytest.mark.sampled(2)
@pytest.mark.parametrize(("query", "pmids"), RULES)
def test_package(found, query, pmids):
    assert found(query)[0] == pmids


REFUSED = {
    "(a": "never closed",
    "a)": "closes nothing",
    '"a': "no partner",
    "a AND": "a term is missing",
    "a AND OR b": "a term is missing",
    "a[tldr]": "no field tag",
    "(a OR b)[ti]": "each term needs its own tag",
    "a b[ti:~2]": "need quotes",
    '"a b"[mh:~2]': "are for [ti]",
    "20001[dp]": "no date",
    "2000:x[dp]": "no range",
    "x[pmid]": "no PMID",
    "nothing[sb]": "no filter",
    "1. a[ti]\n2. #3": "no line 3",
}


@pytest.mark.parametrize("query", REFUSED)
def test_evaluator_refuses(corpus, query):
    with pytest.raises(parser.Refused) as error:
        corpus.find(query)
    assert REFUSED[query] in str(error.value)


@pytest.mark.parametrize("query", REFUSED)
def test_package_says_what_it_does_not_take(found, query):
    """It refuses the query, or it says what it searches instead."""
    try:
        _, warnings = found(query)
    except UsageError as error:
        warnings = (str(error),)
    assert any(warnings)
