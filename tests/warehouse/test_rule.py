"""The tables of the warehouse hold exactly the rows of the records that `rule.Store` keeps."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterable
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sample
from build import found_by_checks
from medline import pipeline
from medline.home import LocalHome
from medline.lake import manifest, transform
from medline.mirror.dumps import Source, list_sources
from medline.schema.tables import CITATION_TABLES
from medline.warehouse import apply, build, database
from rule import (
    DUMPS,
    MIRRORS,
    NEVER_DISTRIBUTED,
    RECORDS,
    Deletion,
    Key,
    Record,
    Store,
    deletion_xml,
    different,
    load,
    record_xml,
    shown,
    stored,
    tables_in,
    write_dump,
    write_export,
    write_text_export,
)

YEARS = ("2020", "2021", "2022")


# Real mirrors


@pytest.fixture(scope="module", params=YEARS)
def real(request, data, tmp_path_factory) -> tuple[list[Source], Path]:
    """The sources of a real mirror, and the home that was synced from it."""
    home = tmp_path_factory.mktemp(request.param)
    mirror = data / "mirror" / request.param
    assert pipeline.sync(mirror, home) == [source.name for source in list_sources(mirror)]
    return list_sources(mirror), home


@pytest.mark.long
def test_every_table_of_a_real_mirror_holds_the_rows_of_the_records_that_count(real):
    sources, home = real
    expected = stored(sources, records=500).tables()
    assert expected["articles"]
    assert different(expected, home) == {}


def test_the_current_citations_of_a_real_mirror_are_those_that_its_raw_xml_says(real):
    """Told by a walk over the raw document, without any reader of the package."""
    sources, home = real
    current: dict[Key, str] = {}
    for source in sources:
        for element in ElementTree.fromstring(gzip.decompress(source.path.read_bytes())):
            deletes = element.tag == "DeleteCitation"
            for pmid in element.findall("PMID" if deletes else "*/PMID")[: None if deletes else 1]:
                key = int(pmid.text), int(pmid.get("Version"))
                if deletes:
                    current.pop(key, None)
                else:
                    current[key] = source.name
    highest = dict(sorted(current))
    assert shown(home) == {(pmid, version, current[pmid, version]) for pmid, version in highest.items()}


@pytest.mark.long
def test_a_real_mirror_loaded_file_by_file_or_at_once_is_the_same(data, tmp_path):
    sources = list_sources(data / "mirror" / "2022")
    made = [transform.transform(source, LocalHome(tmp_path)) for source in sources]
    for one in made:
        assert build.build_version(LocalHome(tmp_path), [one]) == [one.name]
    expected = tables_in(tmp_path)
    assert expected["deleted_citations"].total() == 48
    build.build_version(LocalHome(tmp_path), made, alone=True, afresh=True)
    assert different(expected, tmp_path) == {}


# The generated mirror, which plays every part of the rule


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> tuple[sample.Mirror, Path]:
    mirror = sample.write_mirror(tmp_path_factory.mktemp("mirror"), citations=60, seed=4)
    home = tmp_path_factory.mktemp("home")
    pipeline.sync(mirror.directory, home)
    return mirror, home


@pytest.mark.long
def test_every_table_of_the_generated_mirror_holds_the_rows_of_the_records_that_count(played):
    mirror, home = played
    assert different(stored(list_sources(mirror.directory)).tables(), home) == {}


def test_the_generated_mirror_shows_what_it_says_is_current(played):
    mirror, home = played
    from_dumps = {(pmid, version) for pmid, version, name in shown(home) if name != mirror.export.name}
    newer = set(mirror.exported["newer"])
    assert from_dumps == {(pmid, version) for pmid, version in mirror.current if pmid not in newer}
    assert newer


def test_new_and_newer_exports_are_shown_and_older_and_equal_ones_are_not(played):
    mirror, home = played
    from_export = {pmid for pmid, _, name in shown(home) if name == mirror.export.name}
    assert from_export == {*mirror.exported["new"], *mirror.exported["newer"]}
    assert mirror.exported["older"]
    assert mirror.exported["equal"]


def test_rows_that_a_revision_no_longer_has_are_gone(played):
    mirror, home = played
    with database.reader(home) as connection:
        for table, rows in (("articles", 1), ("keywords", 0), ("mesh", 0), ("mesh_qualifiers", 0)):
            query = f"SELECT count(*) FROM {table} WHERE pmid = {mirror.without_keywords}"
            assert (table, *connection.execute(query).fetchone()) == (table, rows)


def test_deleted_citations_are_gone_unless_a_later_dump_brings_them_back(played):
    mirror, home = played
    versions = {pmid: version for pmid, version, _ in shown(home)}
    assert versions[mirror.returned] == 1
    assert versions[mirror.version_1_again] == 1
    lasting = {pmid for pmid, _ in mirror.deleted} - {mirror.returned, mirror.version_1_again}
    assert lasting
    assert lasting.isdisjoint(versions)
    tables = tables_in(home)
    assert {pmid for pmid, *_ in tables["deleted_citations"]} == {pmid for pmid, _ in mirror.deleted}
    for table in CITATION_TABLES:
        assert lasting.isdisjoint(pmid for pmid, *_ in tables[table.name])


def test_syncing_again_applies_nothing_and_changes_nothing(played):
    mirror, home = played
    before = tables_in(home)
    assert pipeline.sync(mirror.directory, home) == []
    assert different(before, home) == {}


# One part of the rule at a time


def without_version(text: str) -> str:
    return text.replace(' Version="1"', "")


OLD, NEW = record_xml(1, 1, ("otter",), 2), record_xml(1, 1, ("pond",), 1)
SECOND = record_xml(1, 2, ("reed",), 1)
GONE = deletion_xml([(1, 1)])
A_BOOK = """<PubmedBookArticle><BookDocument><PMID Version="1">1</PMID><ArticleTitle>('bog',)</ArticleTitle>
</BookDocument></PubmedBookArticle>"""
OTTER, POND, REED, BOG = "('otter',)", "('pond',)", "('reed',)", "('bog',)"
PARTS = {
    "a later dump wins, whatever its date": ([OLD, NEW], POND),
    "the last occurrence in a file wins": ([OLD + NEW], POND),
    "a higher version wins": ([SECOND, NEW], REED),
    "version 10 is higher than 9": ([record_xml(1, 10, ("bog",), 1) + record_xml(1, 9, ("pond",), 1)], BOG),
    "deleted": ([OLD, GONE], None),
    "deleted in its own file": ([OLD + GONE], None),
    "a deletion applies to what comes before it in its file": ([OLD, GONE + NEW], POND),
    "deleted, back and deleted in one file": ([GONE + OLD + GONE], None),
    "deleted twice and back in one file": ([OLD, GONE + GONE + NEW], POND),
    "deleted and back later": ([OLD, GONE, NEW], POND),
    "deleted, back and deleted again": ([OLD, GONE, NEW, GONE], None),
    "deleted before it comes": ([GONE, NEW], POND),
    "deleting version 2 leaves version 1": ([OLD, SECOND, deletion_xml([(1, 2)])], OTTER),
    "deleting version 1 leaves version 2": ([OLD, SECOND, GONE], REED),
    "deleting both leaves none": ([OLD + SECOND, deletion_xml([(1, 1), (1, 2)])], None),
    "a deletion of what never was": ([OLD, deletion_xml([(NEVER_DISTRIBUTED, 1), (1, 3)])], OTTER),
    "named twice in one deletion": ([OLD, deletion_xml([(1, 1), (1, 1)])], None),
    "an empty dump": ([OLD, ""], OTTER),
    "an article becomes a book document": ([OLD, A_BOOK], BOG),
    "a book document becomes an article": ([A_BOOK, NEW], POND),
    "article and book document in one file": ([OLD + A_BOOK], BOG),
    "without a version it is version 1": ([OLD, without_version(NEW)], POND),
    "without a version it is version 1, also in one file": ([OLD + without_version(NEW)], POND),
    "a deletion without a version is of version 1": ([OLD, without_version(GONE)], None),
    "a deletion without a version, and back in one file": ([OLD, without_version(GONE) + NEW], POND),
}


@pytest.fixture(scope="module")
def titles_of_parts(tmp_path_factory) -> dict[int, str]:
    """All parts at once, each with a PMID of its own: the titles that the warehouse shows."""
    home = tmp_path_factory.mktemp("parts")
    dumps = [""] * max(len(texts) for texts, _ in PARTS.values())
    for pmid, (texts, _) in enumerate(PARTS.values(), start=1):
        for index, text in enumerate(texts):
            dumps[index] += text.replace(">1</PMID>", f">{pmid}</PMID>")
    sources = [write_dump(home, number, ()) for number, _ in enumerate(dumps, start=1)]
    for source, text in zip(sources, dumps, strict=True):
        source.path.write_text(f"<PubmedArticleSet>{text}</PubmedArticleSet>", "utf-8")
    load(home, sources)
    return titles(home)


def titles(home: Path) -> dict[int, str]:
    with database.reader(home) as connection:
        query = "SELECT pmid, title FROM articles UNION ALL SELECT pmid, title FROM books"
        return dict(connection.execute(query).fetchall())


@pytest.mark.parametrize("part", PARTS)
def test_part_of_the_rule(titles_of_parts, part):
    pmid, (_, title) = list(PARTS).index(part) + 1, PARTS[part]
    assert titles_of_parts.get(pmid) == title


#: What files say of one PMID, and the title that is shown: a dump's or an export's record as (version, day), or the
#: version that a dump deletes. Text has no version.
VERSIONS = {
    "an export's higher version wins, however old": ({"dump": [(3, 9)], "efetch": (4, 1)}, "efetch"),
    "an export's lower version loses, however new": ({"dump": [(4, 1)], "efetch": (3, 9)}, "dump"),
    "text is version 1, however new": ({"dump": [(4, 1)], "text": 9}, "dump"),
    "text is version 1 beside an export too": ({"efetch": (2, 1), "text": 9}, "efetch"),
    "newer text of version 1 wins": ({"dump": [(1, 1)], "text": 9}, "text"),
    "the higher of two exports wins": ({"efetch": (3, 9), "other": (4, 1)}, "other"),
    "a dump's deletion hides an export's copy": ({"dump": [(4, 1), (3, 1), 4], "efetch": (4, 9)}, "dump"),
    "and leaves its higher version": ({"dump": [(1, 1), (3, 1), 3], "efetch": (4, 1)}, "efetch"),
    "version 2 deleted, newer text is version 1": ({"dump": [(1, 1), (2, 1), 2], "text": 9}, "text"),
    "version 1 deleted hides text": ({"dump": [(1, 1), (2, 1), 1], "text": 9}, "dump"),
    "all deleted hides all": ({"dump": [(1, 1), 1], "efetch": (2, 9), "text": 9}, None),
}


def write_version_files(home: Path) -> list[Source]:
    """A dump and exports that have every case, each with a PMID of its own; titles say which file a record is of."""
    dump: list[Record | Deletion] = []
    exports: dict[str, list[Record]] = {"efetch": [], "other": [], "text": []}
    for pmid, (files, _) in enumerate(VERSIONS.values(), start=1):
        for name, says in files.items():
            if name == "dump":
                dump += [[(pmid, one)] if isinstance(one, int) else (pmid, one[0], (name,), one[1]) for one in says]
            else:
                exports[name].append((pmid, *((1, (name,), says) if name == "text" else (says[0], (name,), says[1]))))
    return [
        write_dump(home, 1, dump), write_export(home, "efetch.xml", exports["efetch"]),
        write_export(home, "other.xml", exports["other"]), write_text_export(home, "text.nbib", exports["text"]),
    ]  # fmt: skip


def in_order(home: Path, manifests: Iterable[manifest.Manifest]) -> set[tuple]:
    """What a new database shows after files were applied one by one, without publishing it."""
    with TemporaryDirectory() as directory, database.writer(Path(directory) / "medline.duckdb") as connection:
        for manifest in manifests:
            apply.apply(connection, LocalHome(home), [manifest])
        query = "SELECT pmid, version, source_file FROM articles UNION ALL SELECT pmid, version, source_file FROM books"
        return set(connection.execute(query).fetchall())


def keys_of(sources: Iterable[Source]) -> set[tuple]:
    return {(kept.pmid, kept.version, kept.source_file) for kept in stored(sources).current()}


@pytest.mark.long
def test_the_highest_version_is_shown(tmp_path):
    sources = write_version_files(tmp_path)
    load(tmp_path, sources)
    titles_by_case = {case: titles(tmp_path).get(pmid) for pmid, case in enumerate(VERSIONS, start=1)}
    assert titles_by_case == {case: file and f"('{file}',)" for case, (_, file) in VERSIONS.items()}
    assert keys_of(sources) == shown(tmp_path)
    assert found_by_checks(tmp_path) == {}


@pytest.mark.long
def test_the_highest_version_is_shown_in_whatever_order_files_come(tmp_path):
    sources = write_version_files(tmp_path)
    manifests = [transform.transform(source, LocalHome(tmp_path)) for source in sources]
    expected = keys_of(sources)
    for order in permutations(manifests):
        assert in_order(tmp_path, order) == expected, [manifest.name for manifest in order]


#: Day of the export's record, what the dump has (the day of a record, or a deletion), and which of both is shown.
EXPORTS = {
    "newer": (4, [3], POND),
    "of the same day": (3, [3], OTTER),
    "older": (2, [3], OTTER),
    "of what no dump has": (1, [], POND),
    "of what was deleted": (9, [3, GONE], None),
    "of what was deleted and never distributed": (9, [GONE], None),
    "of what was deleted and is back, newer": (9, [3, GONE, 4], POND),
    "of what was deleted and is back, older": (1, [3, GONE, 4], OTTER),
}


@pytest.fixture(scope="module", params=[False, True], ids=["after the dumps", "before the dumps"])
def is_first(request) -> bool:
    return request.param


@pytest.fixture(scope="module", params=[write_export, write_text_export], ids=["efetch", "text"])
def titles_beside_an_export(request, is_first, tmp_path_factory) -> dict[int, str]:
    """All cases at once, each with a PMID of its own."""
    home = tmp_path_factory.mktemp("exports")
    dump: list[Record | Deletion] = []
    for pmid, (_, of_dump, _) in enumerate(EXPORTS.values(), start=1):
        dump += [[(pmid, 1)] if one is GONE else (pmid, 1, ("otter",), one) for one in of_dump]
    mine = [(pmid, 1, ("pond",), day) for pmid, (day, _, _) in enumerate(EXPORTS.values(), start=1)]
    sources = [write_dump(home, 1, dump), request.param(home, "mine.nbib", mine)]
    for source in reversed(sources) if is_first else sources:
        load(home, [source])
    assert different(stored(sources).tables(), home) == {}
    return titles(home)


@pytest.mark.parametrize("case", EXPORTS)
def test_export(titles_beside_an_export, case):
    pmid, (_, _, title) = list(EXPORTS).index(case) + 1, EXPORTS[case]
    assert titles_beside_an_export.get(pmid) == title


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_of_exports_of_one_day_xml_wins_whatever_the_names(tmp_path, names):
    of_efetch = write_export(tmp_path, f"{names[0]}.xml", [(1, 1, ("otter",), 3)])
    load(tmp_path / "home", [of_efetch, write_text_export(tmp_path, f"{names[1]}.nbib", [(1, 1, ("pond",), 3)])])
    assert titles(tmp_path / "home") == {1: OTTER}


def test_a_pmid_of_which_nothing_is_left_stays_deleted_in_every_version(tmp_path):
    dump = write_dump(tmp_path, 1, [(1, 1, ("otter",), 2), [(1, 1)]])
    load(tmp_path / "home", [dump, write_export(tmp_path, "a.xml", [(1, 2, ("pond",), 3)])])
    assert titles(tmp_path / "home") == {}


def test_an_export_is_shown_although_another_version_is_deleted(tmp_path):
    dump = write_dump(tmp_path, 1, [(1, 1, ("otter",), 2), (1, 2, ("reed",), 2), [(1, 2)]])
    load(tmp_path / "home", [dump, write_text_export(tmp_path, "a.nbib", [(1, 1, ("pond",), 3)])])
    assert titles(tmp_path / "home") == {1: POND}


# Any sequence of dumps


FEW = settings(max_examples=2, deadline=None, derandomize=True)


@pytest.mark.long
@FEW
@given(MIRRORS, st.lists(RECORDS, max_size=8), st.lists(RECORDS, max_size=8), st.randoms(use_true_random=False))
def test_any_sequence_of_dumps_and_exports_follows_the_rule_at_every_step(mirror, of_efetch, of_text, random):
    with TemporaryDirectory() as directory:
        home = Path(directory)
        sources = [write_dump(home, number, listed) for number, listed in enumerate(mirror, start=1)]
        sources.append(write_export(home, "efetch.xml", of_efetch))
        sources += [write_text_export(home, "export.nbib", of_text)] if of_text else []
        store = Store()
        for source in sources:
            assert load(home, [source]) == [source.name]
            assert different(store.apply(source).tables(), home) == {}
        assert load(home, sources) == []
        assert different(store.tables(), home) == {}
        shutil.rmtree(home / "warehouse")
        load(home, random.sample(sources, len(sources)))  # the order of loading is not the order of the dumps
        assert different(store.tables(), home) == {}


@pytest.mark.long
@FEW
@given(st.lists(DUMPS, min_size=2, max_size=2), st.lists(RECORDS, max_size=8), st.lists(RECORDS, max_size=8), st.data())
def test_any_versions_in_any_order_of_loading_give_what_the_rule_says(mirror, of_efetch, of_text, data):
    with TemporaryDirectory() as directory:
        home = Path(directory)
        sources = [write_dump(home, number, listed) for number, listed in enumerate(mirror, start=1)]
        sources += [write_export(home, "efetch.xml", of_efetch)]
        sources += [write_text_export(home, "export.nbib", of_text)] if of_text else []
        manifests = [transform.transform(source, LocalHome(home)) for source in sources]
        expected = keys_of(sources)
        for _ in range(3):
            order = data.draw(st.permutations(manifests))
            assert in_order(home, order) == expected, [manifest.name for manifest in order]


@pytest.mark.long
@FEW
@given(MIRRORS, DUMPS, st.data())
def test_a_dump_issued_again_counts_as_if_it_had_been_so_from_the_start(mirror, other, data):
    with TemporaryDirectory() as directory:
        home = Path(directory)
        sources = [write_dump(home, number, listed) for number, listed in enumerate(mirror, start=1)]
        load(home, sources)
        number = data.draw(st.integers(1, len(sources)))
        again = write_dump(home, number, mirror[number - 1], note="the same records")
        assert load(home, [again]) == [again.name]
        assert different(stored(sources).tables(), home) == {}
        changed = write_dump(home, number, other, note="others")
        assert load(home, sources) == [changed.name]
        assert different(stored(sources).tables(), home) == {}
        build.build_version(
            LocalHome(home),
            [transform.transform(source, LocalHome(home)) for source in sources],
            alone=True,
            afresh=True,
        )
        assert different(stored(sources).tables(), home) == {}
