"""The law: each record is read equal to its undamaged self, or is named; and nothing of it stands in another."""

from __future__ import annotations

import re
import signal
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from compare import Reading, difference, read
from file_fuzz.case import Case
from file_fuzz.records import ANOTHER, Record
from file_fuzz.required import REQUIRED, allowed

LONGEST_MESSAGE = 300
#: Seconds for one reading of a small file, after which it counts as endless.
ENDLESS = 180
#: Words of a damaged record that may be no words of its own: where bytes are lost, two halves meet.
_HALVES = 3
#: What a message may name: a position, a record, or what the whole file is.
_NAMES_A_PLACE = re.compile(r"(?:line|byte|column|document|PMID) \d|\d files|empty")
_NOT_OF_CITATIONS = frozenset({"anomalies", "unknown_paths", "deleted_citations"})

Row = dict[str, object]
Rows = dict[str, list[Row]]
Note = tuple[str, str, str]


class Failure(NamedTuple):
    """A breach of the law: its kind, the record, and what was expected and found."""

    kind: str
    pmid: int | None
    details: str


class Read(NamedTuple):
    """What a reading says of each PMID, and what it notes."""

    rows: dict[int, Rows]
    notes: dict[int | None, Counter[Note]]


@dataclass
class Verdict:
    """What became of the records of a case, and whether that is lawful.

    `outcomes` says per PMID: equal, noted, refused, own words (see `Required`), gone (nothing of it is left).
    """

    failures: list[Failure] = field(default_factory=list)
    outcomes: dict[int, str] = field(default_factory=dict)
    error: str | None = None

    def fail(self, kind: str, pmid: int | None, details: str) -> None:
        self.failures.append(Failure(kind, pmid, details))


class Endless(BaseException):
    """A reading that does not end."""


def check(case: Case, path: Path, *, compiled: bool = True) -> Verdict:
    """Write a case to a file, read it with both engines (or with the plain one alone), and judge."""
    path.write_bytes(case.content)
    verdict = Verdict()
    before = signal.signal(signal.SIGALRM, _on_alarm)
    signal.setitimer(signal.ITIMER_REAL, ENDLESS)
    try:
        reading = read(path, engine="reference")
        skip = superseded(reading.keys)
        if skip:
            reading = read(path, engine="reference", skip=skip)
        apart = difference(path, skip, expected=reading, chunk=case.chunk) if compiled else None
    except Endless:
        verdict.fail("endless", None, f"more than {ENDLESS} s")
        return verdict
    except Exception as error:  # whatever is no BadInput is what is looked for
        verdict.fail("raises", None, f"{type(error).__name__}: {error}")
        return verdict
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    if apart:
        verdict.fail("engines disagree", None, f"{apart.kind} {apart.what}: {apart.details}"[:2000])
    judge(case, reading, verdict)
    return verdict


def _on_alarm(*_: object) -> None:
    raise Endless


def superseded(keys: Collection[tuple[int, int | None, bool]]) -> frozenset[int]:
    """Positions, from 0 and without deletions, of the records that a later one of their key replaces."""
    records = [(pmid, version or 1) for pmid, version, is_deletion in keys if not is_deletion]
    last = {key: position for position, key in enumerate(records)}
    return frozenset(position for position, key in enumerate(records) if last[key] != position)


def judge(case: Case, reading: Reading, verdict: Verdict) -> None:
    """Hold a reading of a case's file against its undamaged records."""
    may = allowed(case.damages)
    if refused := [record for record in case.originals if undamaged(record).error]:
        verdict.fail("undamaged, but refused", refused[0].pmid, str(undamaged(refused[0]).error))
        return
    if reading.error is not None:
        verdict.error = reading.error
        verdict.outcomes = dict.fromkeys((record.pmid for record in case.originals), "refused")
        check_message(reading.error, verdict)
        if "refused" not in may and not case.is_lossy:
            verdict.fail("refused", None, reading.error)
        return
    read_back = of_records(reading)
    _check_strangers(case, read_back, verdict)
    _check_merges(case, read_back, verdict)
    for record in case.originals:
        _judge_record(case, record, read_back, verdict)
    worse = {pmid: outcome for pmid, outcome in verdict.outcomes.items() if outcome in ("equal", "noted")}
    for pmid, outcome in worse.items():
        if outcome not in may:
            verdict.fail(f"{outcome}, must be {'/'.join(sorted(may))}", pmid, str(read_back.notes.get(pmid)))


def check_message(message: str, verdict: Verdict) -> None:
    """An error is one line that names a place and says what to do."""
    if len(message) > LONGEST_MESSAGE or not message.isprintable():
        verdict.fail("message", None, f"{len(message)} characters, or more than a line: {message}")
    elif not _NAMES_A_PLACE.search(message):
        verdict.fail("message", None, f"names neither position nor PMID: {message}")
    elif not re.search("; [a-zA-Z]", message):
        verdict.fail("message", None, f"says not what to do: {message}")


def of_records(reading: Reading) -> Read:
    """Sort the rows of a reading by PMID, without the names and formats of files."""
    rows: dict[int, Rows] = {pmid: {} for pmid, _, is_deletion in reading.keys if not is_deletion}
    notes: dict[int | None, Counter[Note]] = {}
    for name, table in reading.tables.items():
        if not table.num_rows:
            continue
        for row in table.to_pylist():
            row.pop("source_file", None)
            row.pop("source_format", None)
            if name == "anomalies":
                notes.setdefault(row["pmid"], Counter())[(row["path"], row["value"], row["reason"])] += 1
            elif name not in _NOT_OF_CITATIONS:
                rows.setdefault(row["pmid"], {}).setdefault(name, []).append(row)
    return Read(rows, notes)


class Undamaged(NamedTuple):
    """What the plain reader makes of a record alone: its rows and the notes that it has anyway, or an error."""

    rows: Rows
    notes: Counter[Note]
    error: str | None


@lru_cache(4000)
def undamaged(record: Record) -> Undamaged:
    """Read a record alone."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"alone.{record.kind}"
        path.write_bytes(record.alone.encode())
        reading = read(path, engine="reference")
    if reading.error:
        return Undamaged({}, Counter(), reading.error)
    read_back = of_records(reading)
    assert list(read_back.rows) == [record.pmid], (record.pmid, list(read_back.rows))
    return Undamaged(read_back.rows[record.pmid], read_back.notes.get(record.pmid, Counter()), None)


def _judge_record(case: Case, record: Record, read_back: Read, verdict: Verdict) -> None:
    expected, usual, _ = undamaged(record)
    got = read_back.rows.get(record.pmid)
    is_whole, has_pmid, has_words = _remains(case, record)
    notes = _new_notes(record.pmid, read_back, usual)
    if not has_pmid and not has_words:
        verdict.outcomes[record.pmid] = "gone"
    elif got is not None and equal(expected, got, case.damages):
        verdict.outcomes[record.pmid] = "equal"
    elif notes or _file_note(case, read_back) or (not has_pmid and any(read_back.notes.values())):
        verdict.outcomes[record.pmid] = "noted"
    elif not is_whole and _may_have_own_words(case, record) and (got is None) == (not has_pmid):
        verdict.outcomes[record.pmid] = "own words"
        if got is not None and len(stray := _strays(got, record)) > _HALVES:
            verdict.fail("words of another", record.pmid, f"{sorted(stray)[:10]}")
    elif got is None:
        verdict.fail("lost in silence", record.pmid, "no row and no note")
    else:
        verdict.fail("other rows in silence", record.pmid, rows_apart(expected, got))


def _may_have_own_words(case: Case, record: Record) -> bool:
    """Whether a record that is not whole may have what is left of it. Only of articles is the last line known, SO."""
    is_book = record.kind == "text" and "\nBTI - " in record.body
    return any(REQUIRED[name].own_words or (is_book and name.startswith("cut_")) for name in case.damages)


def _remains(case: Case, record: Record) -> tuple[bool, bool, bool]:
    """Whether a record is still whole in the file, its PMID is there, and a word that it alone has."""
    if not case.is_lossy:
        return True, True, True
    left = case.left.decode(errors="replace")
    text = case.texts[case.originals.index(record)].strip()
    is_whole = text in left and "lines_repeated" not in case.damages
    aside = r"<!--.*?-->|<\?.*?\?>"
    # links to others have `PMID:`
    has_pmid = re.search(rf"(?is)PMID(?: Version=[^>]*)?(?:{aside}|[^\w:])*{record.pmid}\b", left)
    return is_whole, bool(has_pmid), any(word in left for word in own_words(case)[record.pmid])


def _new_notes(pmid: int, read_back: Read, usual: Counter[Note]) -> list[Note]:
    """Notes on a record that its undamaged self does not have, and notes on others that name it."""
    own = list((read_back.notes.get(pmid, Counter()) - usual).elements())
    others = [
        note for who, notes in read_back.notes.items() if who != pmid for note in notes if str(pmid) in repr(note)
    ]
    return own + others


def _file_note(case: Case, read_back: Read) -> bool:
    """Whether the file has a note of the kind that one of its damages may have."""
    kinds = [REQUIRED[name].file_note for name in case.damages]
    return any(re.search(kind, note[2]) for kind in kinds if kind for note in read_back.notes.get(None, ()))


# Records that are not of the file, or that hold something of another


def _check_strangers(case: Case, read_back: Read, verdict: Verdict) -> None:
    strangers = read_back.rows.keys() - {ANOTHER} - {record.pmid for record in case.originals}
    for pmid in strangers:
        verdict.fail("a PMID that was not there", pmid, str(list(read_back.rows[pmid])))


def _check_merges(case: Case, read_back: Read, verdict: Verdict) -> None:
    words = own_words(case)
    for pmid, rows in read_back.rows.items():
        text = text_of(rows)
        for other, others in words.items():
            if pmid in (other, ANOTHER) or _is_excused(case, other, pmid, read_back):
                continue
            if taken := [word for word in others if word in text]:
                verdict.fail("merged", pmid, f"holds {taken[:5]} of {other}: {_cells_with(rows, taken[0])}")


def _is_excused(case: Case, other: int, taker: int, read_back: Read) -> bool:
    """Whether what parts two records was lost itself: no reader can always know, but it must note what looks wrong."""
    record = next(record for record in case.originals if record.pmid == other)
    if not _may_have_own_words(case, record):
        return False
    _, has_pmid, _ = _remains(case, record)
    return not has_pmid and bool(read_back.notes.get(taker))


@lru_cache(200)
def own_words(case: Case) -> Mapping[int, frozenset[str]]:
    """By PMID: the words of a record that are no part of any other record of the case."""
    texts = {record.pmid: record.body + text_of(undamaged(record).rows) for record in case.originals}
    own = {}
    for record in case.originals:
        others = "\n".join(text for pmid, text in texts.items() if pmid != record.pmid)
        own[record.pmid] = frozenset(word for word in set(_words(record.body, 7)) if word not in others)
    return own


def _words(text: str, shortest: int) -> list[str]:
    return re.findall(rf"[^\W\d_]{{{shortest},}}", text)


def text_of(rows: Rows) -> str:
    """All strings in the rows of a record."""
    return "\n".join(str(value) for listed in rows.values() for row in listed for value in row.values())


def _cells_with(rows: Rows, word: str) -> list[tuple[str, str, str]]:
    return [
        (table, column, str(value)[:300])
        for table, listed in rows.items()
        for row in listed
        for column, value in row.items()
        if word in str(value)
    ][:3]


def _strays(rows: Rows, record: Record) -> set[str]:
    """Words in the rows that are not in the undamaged record."""
    known = text_of(undamaged(record).rows) + record.body
    return {word for word in _words(text_of(rows), 4) if word not in known}


# Rows


def _keep(table: str, row: Row) -> Row:
    return row


def _blanks_around_markup(table: str, row: Row) -> Row:
    """A text with markup without its blanks: who prints each tag on a line of its own has lost them."""
    marked = {name.removesuffix("_markup") for name, value in row.items() if name.endswith("_markup") and value}
    marked |= {f"{name}_markup" for name in marked} | ({"abstract"} if table in ("articles", "books") else set())
    return {name: re.sub(r"\s", "", value) if name in marked and isinstance(value, str) else value
            for name, value in row.items()}  # fmt: skip


TOLERANCES: dict[str, Callable[[str, Row], Row]] = {"blanks_around_markup": _blanks_around_markup}


def equal(expected: Rows, got: Rows, damages: Collection[str] = ()) -> bool:
    """Whether rows are equal, but for what the damages are known to take away for good."""
    for name in {tolerance for damage in damages for tolerance in REQUIRED[damage].tolerances}:
        expected, got = ({table: [TOLERANCES[name](table, row) for row in listed] for table, listed in rows.items()}
                         for rows in (expected, got))  # fmt: skip
    return expected == got


def rows_apart(expected: Rows, got: Rows) -> str:
    """The first differences, for a report."""
    differences = []
    for table in sorted({*expected, *got}):
        one, other = expected.get(table, []), got.get(table, [])
        if len(one) != len(other):
            differences.append(f"{table}: {len(other)} rows for {len(one)}")
        for number, (left, right) in enumerate(zip(one, other, strict=False)):
            differences += [
                f"{table}[{number}].{name}: {_short(left[name])} expected, {_short(right[name])} found"
                for name in left
                if left[name] != right[name]
            ]
    return "\n".join(differences[:8])


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) < 300 else f"{shown[:140]} … {shown[-140:]}"
