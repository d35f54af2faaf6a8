"""The index knows the journals and persons that the tables know."""

from __future__ import annotations

from random import Random

import pytest

import sample
from build import citation, document
from medline import pipeline
from medline.home import LocalHome
from medline.searching.answers import open_index
from medline.searching.index.names import IndexedVocabulary
from medline.searching.vocabulary import Vocabulary
from medline.searching.words import words
from medline.warehouse import database

JOURNALS = "SELECT DISTINCT unnest([medline_ta, journal_title, iso_abbreviation, issn_linking]) FROM articles"
PEOPLE = """
SELECT DISTINCT unnest([concat_ws(' ', last_name, initials), concat_ws(' ', fore_name, last_name),
    concat_ws(' ', last_name, split_part(fore_name, ' ', 1)), concat_ws(' ', last_name, left(initials, 1)),
    concat_ws(' ', last_name, initials, suffix)])
FROM (FROM authors SELECT last_name, initials, fore_name, suffix
    UNION ALL FROM investigators SELECT last_name, initials, fore_name, suffix)
"""

#: Nobody of this name is an author.
INVESTIGATOR = (
    '<InvestigatorList><Investigator ValidYN="Y"><LastName>Quelbron</LastName><ForeName>Ida M</ForeName>'
    "<Initials>IM</Initials></Investigator></InvestigatorList>"
)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The vocabulary of the tables, and that of the index, over the sample and journals that share a title."""
    top = tmp_path_factory.mktemp("names")
    mirror = sample.write_mirror(top / "mirror", citations=60, seed=9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDLINE_INDEX", "auto")
        pipeline.sync(mirror.directory, top / "home")
        (top / "one.xml").write_bytes(document(citation(7_777_777, citation=INVESTIGATOR)))
        pipeline.load_files([top / "one.xml"], top / "home")
        with database.reader(top / "home") as connection:
            index = open_index(connection, LocalHome(top / "home"))
            yield connection, Vocabulary(connection), IndexedVocabulary(connection, index)


def spoilt(names, rng):
    """Names as they are, and such as nobody has, among them starts of others."""
    for name in names:
        yield name
        yield name[: rng.randint(1, len(name))].strip() or name
        yield f"the {name}"
        yield name.removeprefix("the ")


@pytest.mark.long
@pytest.mark.parametrize(("of", "statement"), [("journals", JOURNALS), ("people", PEOPLE)])
def test_names_are_those_of_the_tables(both, of, statement):
    connection, tables, index = both
    names = [words(name) for (name,) in connection.execute(statement).fetchall() if name and words(name)]
    keys = sorted({key for key in spoilt(names, Random(1)) if of == "journals" or " " in key})
    keys = [*Random(2).sample(keys, min(500, len(keys))), "quelbron i", "ida quelbron"]
    expected = getattr(tables, of)(keys)
    assert of == "journals" or {"quelbron i", "ida quelbron"} <= expected
    assert len(expected) > 30
    assert getattr(index, of)(keys) == expected


class Failing:
    """An index whose engine fails at each search."""

    def newest(self, *_: object) -> list[int]:
        raise ValueError("a segment cannot be read")

    @property
    def leaves(self) -> object:
        raise ValueError("a segment cannot be read")


@pytest.mark.parametrize(("of", "statement"), [("journals", JOURNALS), ("people", PEOPLE)])
def test_where_the_index_fails_the_tables_are_asked(both, caplog, of, statement):
    connection, tables, _ = both
    names = [words(name) for (name,) in connection.execute(statement).fetchall() if name][:20]
    keys = [name for name in names if " " in name]
    assert getattr(IndexedVocabulary(connection, Failing()), of)(keys) == getattr(tables, of)(keys) != {}
    assert "the index fails: a segment cannot be read" in caplog.text
