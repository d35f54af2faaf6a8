"""Countries that affiliations end with: what stands behind the name, what looks like one, and every name there is."""

from __future__ import annotations

from random import Random

import pytest

from build import ask, citation, write_mirror
from medline import pipeline
from medline.warehouse import countries

#: An affiliation, and the code of its country with the confidence, or none.
AFFILIATIONS = [
    ("Pond Institute, Oslo, Norway.", ("NO", "high")),
    ("Pond Institute, Oslo, Norway. Electronic address: otter@example.org.", ("NO", "high")),
    ("Pond Institute, Oslo, Norway, otter@example.org; weasel@example.org (J. Otter)", ("NO", "high")),
    ("Pond@Lake Centre, Oslo, Norway.", ("NO", "high")),
    ("Pond Institute, Oslo, Norway (J.A.O., W.-W.).", ("NO", "high")),
    ("Pond Institute, Oslo, Norway, and.", ("NO", "high")),
    ("Pond Institute, Norway 0316.", ("NO", "high")),
    ("Pond Institute, Oslo; Lake Institute, Seoul, Republic of Korea", ("KR", "high")),
    ("Pond Institute, London, United Kingdom of Great Britain and Northern Ireland.", ("GB", "high")),
    ("Pond Institute, Boston, U.S.A.", ("US", "high")),
    ("Pond Institute, Boston, U. S. A", ("US", "high")),
    ("Pond Institute, Wuhan 430071, P.R.China.", ("CN", "medium")),
    ("Pond Institute, Abidjan, CÔTE D’IVOIRE", ("CI", "high")),
    ("Pond Institute, Leeds, England.", ("GB", "medium")),
    ("Pond Institute, Boston, Massachusetts.", ("US", "medium")),
    ("Pond Institute, Boston, Massachusetts, 02115.", ("US", "medium")),
    ("Pond Institute, Boston, MA 02115-1234.", ("US", "medium")),
    ("Pond Institute, Boston, MA.", ("US", "low")),
    ("Pond Institute, Berlin, DE", ("US", "low")),
    ("Pond Institute, Toronto, CA", ("US", "low")),
    ("Pond Institute, Atlanta, Georgia 30322.", ("US", "medium")),
    ("Pond Institute, Tbilisi, Georgia.", ("GE", "low")),
    ("Pond Institute of the University of Jordan.", None),
    ("Friends of Cuba.", None),
    ("Nobody and", None),
    ("Pond, ma", None),
    ("Pond Institute.", None),
    ("Aurora.", None),
    ("0316", None),
    ("otter@example.org", None),
    (".", None),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    directory = tmp_path_factory.mktemp("countries")
    write_mirror(directory / "mirror", [_written(pmid, text) for pmid, (text, _) in enumerate(AFFILIATIONS, start=1)])
    pipeline.sync(directory / "mirror", directory / "home")
    return directory / "home"


def _written(pmid: int, affiliation: str) -> str:
    place = f"<AffiliationInfo><Affiliation>{affiliation}</Affiliation></AffiliationInfo>"
    return citation(pmid, article=f"<AuthorList><Author><LastName>A</LastName>{place}</Author></AuthorList>")


def test_an_affiliation_has_the_country_that_it_ends_with(home):
    answers = dict(ask(home, "SELECT pmid, (country_code, confidence) FROM affiliation_countries"))
    found = [(text, answers.get(pmid)) for pmid, (text, _) in enumerate(AFFILIATIONS, start=1)]
    assert found == AFFILIATIONS


def test_each_name_of_a_country_is_found_with_anything_behind_it(tmp_path):
    rng, named = Random(1), [(name, code) for name, kind, code, _ in countries.names() if kind == "country"]
    ends = ("", ".", ". otter@example.org", " 12345", ", 0316.", " (A.B.)", "; ", " .")
    records = [_written(pmid, f"Pond, {name}{rng.choice(ends)}") for pmid, (name, _) in enumerate(named)]
    write_mirror(tmp_path / "mirror", records)
    pipeline.sync(tmp_path / "mirror", tmp_path / "home")
    found = dict(ask(tmp_path / "home", "SELECT pmid, country_code FROM affiliation_countries"))
    missed = [(name, code) for pmid, (name, code) in enumerate(named) if found.get(pmid) != code]
    assert missed in ([], [("Georgia", "GE")]), "a name with a ZIP code behind it is the state"


def test_names_are_clear():
    """No name means two countries, but Georgia; codes of states do not name countries."""
    meanings: dict[str, set[str]] = {}
    for name, _, code, _ in countries.names():
        meanings.setdefault(name.casefold(), set()).add(code)
    assert {name for name, codes in meanings.items() if len(codes) > 1} == {"georgia"}
