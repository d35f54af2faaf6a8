"""The package finds in real records what the evaluator finds: published strategies, and queries made of the records.

Where PubMed's documentation leaves a question open, `docs/explain/search.md` says how it is answered.
"""

from __future__ import annotations

import csv
import datetime
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from medline import pipeline
from medline.errors import UsageError
from medline.warehouse import database
from searching.evaluator import layout, product, queries, records, vocabulary
from searching.evaluator.corpus import Corpus
from searching.evaluator.parser import Refused

pytestmark = pytest.mark.long

TODAY = datetime.date(2026, 11, 30)
#: Filters by the id of their strategy in the list of published ones, which has some shortened.
FILTERS = {
    "therapy/broad": "cq_therapy_broad",
    "therapy/narrow": "cq_therapy_narrow",
    "diagnosis/broad": "cq_diagnosis_broad",
    "diagnosis/narrow": "cq_diagnosis_narrow",
    "etiology/broad": "cq_etiology_broad",
    "etiology/narrow": "cq_etiology_narrow",
    "prognosis/broad": "cq_prognosis_broad",
    "clinicalpredictionguides/broad": "cq_guides_broad",
    "clinicalpredictionguides/narrow": "cq_guides_narrow",
    "LitCGeneral": "litc_general",
    "LitCTransmission": "litc_transmission",
    "LitCDiagnosis": "litc_diagnosis",
}
#: Queries of each of some sixty kinds, and the seed of the generator.
EACH, SEED = 4, 14


@pytest.fixture(scope="module")
def files(data: Path, tmp_path_factory) -> list[Path]:
    """Copy all real records; those of mirrors under names of exports, as they are of several years."""
    folder = tmp_path_factory.mktemp("files")
    copies = []
    for path in records.files(data):
        copies.append(
            folder / f"{path.parent.name}-{path.name.replace('pubmed2', 'records2').replace('medline', 'records')}"
        )
        shutil.copyfile(path, copies[-1])
    return copies


@pytest.fixture(scope="module")
def mesh(data: Path, tmp_path_factory) -> Path:
    return layout.write(data, tmp_path_factory.mktemp("mesh"))


@pytest.fixture(scope="module")
def home(files: list[Path], mesh: Path, tmp_path_factory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("home")
    _, errors = pipeline.load_files(files, home)
    assert not errors
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDLINE_INDEX", "auto")
        pipeline.mesh(home, str(mesh), supplementary=True)
        yield home


@pytest.fixture(scope="module")
def corpus(files: list[Path], mesh: Path, home: Path) -> Corpus:
    """The records that the home has as current; which of several versions that is, other tests ask."""
    with database.reader(home) as connection:
        statement = (
            "SELECT source_file, pmid, version FROM articles UNION ALL SELECT source_file, pmid, version FROM books"
        )
        current = {(name, pmid, version or 1) for name, pmid, version in connection.execute(statement).fetchall()}
    read = (record for path in files for record in records.read(path))
    chosen = {r["pmid"]: r for r in read if (r["file"], r["pmid"], r["version"]) in current}
    assert len(chosen) == len(current)
    return Corpus(chosen.values(), vocabulary.of_folder(mesh), TODAY)


@pytest.fixture(scope="module", params=["index", pytest.param("SQL", marks=pytest.mark.slow)])
def found(home: Path, request: pytest.FixtureRequest):
    with product.finder(home, TODAY, is_indexed=request.param == "index") as find:
        yield find


def difference(query: str, corpus: Corpus, found: product.Find) -> str | None:
    """Compare what both find; what the evaluator refuses, the package refuses too or says what it does."""
    try:
        expected = corpus.find(query)
    except Refused as refused:
        try:
            return None if found(query)[1] else f"{query}: taken without a word, though {refused}"
        except UsageError:
            return None
    pmids, _ = found(query)
    if pmids == expected:
        return None
    return (
        f"{query}: only the package {sorted(pmids - expected)[:9]}, only the evaluator {sorted(expected - pmids)[:9]}"
    )


@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.slow)])
def test_strategies(data, corpus, found, step):
    differences = [difference(query, corpus, found) for query in [*strategies(data).values()][::step]]
    assert [text for text in differences if text] == []


@pytest.mark.parametrize("name", FILTERS)
def test_filters_are_the_published_strategies(data, corpus, found, name):
    assert found(f"{name}[filter]")[0] == corpus.find(strategies(data)[FILTERS[name]])


@pytest.mark.parametrize("each", [1, pytest.param(EACH, marks=pytest.mark.slow)])
def test_queries_about_the_records(corpus, found, each):
    written = queries.Writer(corpus.records, corpus.vocabulary, SEED).write(each)
    differences = [difference(query, corpus, found) for query in written]
    assert [text for text in differences if text] == []


def strategies(data: Path) -> dict[str, str]:
    """Return the published strategies by id."""
    path = data / "search" / "strategies.tsv"
    if not path.exists():
        pytest.skip(f"needs published strategies: {path}")
    with path.open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {row["id"]: _unescaped(row["query"]) for row in rows}


def _unescaped(text: str) -> str:
    return text.replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\")
