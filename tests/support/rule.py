"""NLM's processing rule, and the rule for exports, as a calculation in plain dictionaries.

`Store` reads each file one record after another and keeps whole records by (PMID, version): a later one replaces an
earlier one, a deletion takes out what came before it, and the highest version left is the current one.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

from medline.home import LocalHome
from medline.lake import transform
from medline.mirror.dumps import Source, source
from medline.parse import iter_batches
from medline.schema.tables import CITATION_TABLES
from medline.warehouse import build, database

Key = tuple[int, int]


@dataclass
class Kept:
    """A record as a file has it: its rows by table, and what the rule asks of it."""

    pmid: int
    version: int | None
    rows: dict[str, list[tuple]]
    source_file: str
    source_format: str
    date_revised: datetime.date | None
    is_export: bool

    def rank(self) -> tuple:
        """Higher wins: the higher version, the newer one; on a tie the dump, then XML, the last name."""
        day = self.date_revised or datetime.date.min
        return self.version or 1, day, not self.is_export, self.source_format == "xml", self.source_file


@dataclass
class Store:
    """What counts after some files. Dumps come in their order; exports are bound by none, and delete nothing."""

    dumps: dict[Key, Kept] = field(default_factory=dict)
    deleted: set[Key] = field(default_factory=set)
    exports: dict[tuple, Kept] = field(default_factory=dict)
    deletions: Counter = field(default_factory=Counter)

    def apply(self, file: Source, records: int = 1) -> Store:
        """Read a file, that many records at a time; among those, no two may have one key."""
        for batch in iter_batches(file.path, engine="reference", records=records):
            rows = {name: table.to_pylist() for name, table in batch.tables.items() if table.num_rows}
            self.deletions.update(map(values, rows.get("deleted_citations", ())))
            main = {key_of(row): row for row in rows.get("articles", []) + rows.get("books", [])}
            assert len(main) == batch.tables["articles"].num_rows + batch.tables["books"].num_rows
            of_key: dict[tuple, dict[str, list[tuple]]] = {key: {} for key in main}
            for table in CITATION_TABLES:
                for row in rows.get(table.name, ()):
                    computed = (row["abstract"] is not None,) if table.name == "articles" else ()
                    of_key[key_of(row)].setdefault(table.name, []).append(values(row) + computed)
            for pmid, version, is_deletion in batch.keys:
                if not is_deletion:
                    row = main[pmid, version]
                    self._keep(Kept(
                        pmid, version, of_key[pmid, version], file.name, row["source_format"], row["date_revised"],
                        file.is_export,
                    ))  # fmt: skip
                elif not file.is_export:
                    self._delete((pmid, version or 1))
        return self

    def _keep(self, kept: Kept) -> None:
        if kept.is_export:
            self.exports[kept.source_file, kept.pmid, kept.version] = kept
        else:
            self.dumps[kept.pmid, kept.version or 1] = kept
            self.deleted.discard((kept.pmid, kept.version or 1))

    def _delete(self, key: Key) -> None:
        self.dumps.pop(key, None)
        self.deleted.add(key)

    def current(self) -> list[Kept]:
        shown = {pmid: kept for (pmid, _), kept in sorted(self.dumps.items(), key=lambda item: item[0])}
        gone = {pmid for pmid, _ in self.deleted} - shown.keys()
        for kept in self.exports.values():
            if kept.pmid not in gone and (kept.pmid, kept.version or 1) not in self.deleted:
                shown[kept.pmid] = max(shown.get(kept.pmid, kept), kept, key=Kept.rank)
        return list(shown.values())

    def tables(self) -> dict[str, Counter]:
        """The rows that every table of the warehouse must hold."""
        current = self.current()
        return {"deleted_citations": self.deletions} | {
            table.name: Counter(row for kept in current for row in kept.rows.get(table.name, ()))
            for table in CITATION_TABLES
        }


def key_of(row: dict) -> tuple:
    return row["pmid"], row["version"]


def values(row: dict) -> tuple:
    return tuple(tuple(value) if isinstance(value, list) else value for value in row.values())


def stored(files: Iterable[Source], records: int = 1) -> Store:
    store = Store()
    for file in files:
        store.apply(file, records)
    return store


# The warehouse


def load(home: Path, sources: Iterable[Source]) -> list[str]:
    return build.build_version(LocalHome(home), [transform.transform(source, LocalHome(home)) for source in sources])


def tables_in(home: Path) -> dict[str, Counter]:
    with database.reader(home) as connection:
        names = ["deleted_citations", *(table.name for table in CITATION_TABLES)]
        answers = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}
    return {
        name: Counter(tuple(tuple(value) if isinstance(value, list) else value for value in row) for row in rows)
        for name, rows in answers.items()
    }


def shown(home: Path) -> set[tuple]:
    query = "SELECT pmid, version, source_file FROM articles UNION ALL SELECT pmid, version, source_file FROM books"
    with database.reader(home) as connection:
        rows = connection.execute(query).fetchall()
    assert len(rows) == len({pmid for pmid, _, _ in rows})
    return set(rows)


def different(expected: dict[str, Counter], home: Path) -> dict[str, tuple[int, int]]:
    """Tables that are not what they must be, with the numbers of rows that are missing and that are too many."""
    got = tables_in(home)
    assert got.keys() == expected.keys()
    return {
        name: ((rows - got[name]).total(), (got[name] - rows).total())
        for name, rows in expected.items()
        if rows != got[name]
    }


# Invented dumps and exports

NEVER_DISTRIBUTED = 99

Record = tuple[int, int, tuple[str, ...], int]
Deletion = list[Key]


def record_xml(pmid: int, version: int, keywords: tuple[str, ...], day: int) -> str:
    words = "".join(f'<Keyword MajorTopicYN="N">{word}</Keyword>' for word in keywords)
    listed = f'<KeywordList Owner="NOTNLM">{words}</KeywordList>' if words else ""
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="{version}">{pmid}</PMID><DateRevised>'
        f"<Year>2020</Year><Month>1</Month><Day>{day}</Day></DateRevised><Article><ArticleTitle>{keywords}</ArticleTitle>"
        f"</Article>{listed}</MedlineCitation></PubmedArticle>\n"
    )


def deletion_xml(keys: Iterable[Key]) -> str:
    listed = "".join(f'<PMID Version="{version}">{pmid}</PMID>' for pmid, version in keys)
    return f"<DeleteCitation>{listed}</DeleteCitation>\n"


def write_dump(directory: Path, number: int, entries: Iterable[Record | Deletion], note: str = "") -> Source:
    """Write a dump; number 1 is the baseline. A note is a comment: other bytes, the same records."""
    folder = directory / ("baseline" if number == 1 else "updatefiles")
    folder.mkdir(parents=True, exist_ok=True)
    inside = "".join(deletion_xml(entry) if isinstance(entry, list) else record_xml(*entry) for entry in entries)
    path = folder / f"pubmed20n{number:04d}.xml"
    path.write_text(f"<PubmedArticleSet>\n{inside}<!--{note}--></PubmedArticleSet>\n", "utf-8")
    return source(path)


def write_export(directory: Path, name: str, records: Iterable[Record]) -> Source:
    """Write an export as efetch gives it."""
    folder = directory / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"<PubmedArticleSet>{''.join(record_xml(*one) for one in records)}</PubmedArticleSet>\n")
    return source(folder / name)


def write_text_export(directory: Path, name: str, records: Iterable[Record]) -> Source:
    folder = directory / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    texts = [f"PMID- {pmid}\nLR  - 202001{day:02d}\nTI  - {keywords}\n" for pmid, _, keywords, day in records]
    (folder / name).write_text("\n".join(texts))
    return source(folder / name)


# Any sequence of dumps

PMIDS = range(1, 9)
KEYS = st.tuples(st.sampled_from(PMIDS), st.sampled_from((1, 1, 1, 2, 3)))
WORDS = st.lists(st.sampled_from(("otter", "pond", "reed", "bog")), max_size=3).map(tuple)
RECORDS = st.builds(lambda key, words, day: (*key, words, day), KEYS, WORDS, st.integers(1, 9))
DELETIONS = st.lists(KEYS | st.just((NEVER_DISTRIBUTED, 1)), min_size=1, max_size=5)
DUMPS = st.lists(RECORDS | RECORDS | DELETIONS, min_size=4, max_size=24)
MIRRORS = st.lists(DUMPS, min_size=3, max_size=4)
