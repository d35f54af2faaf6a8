"""A case: some records and what is done to them. It is a pure function of a seed, a number and a pool of records."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random

from file_fuzz import damages_bytes, damages_text, damages_xml  # noqa: F401 - to register what they have
from file_fuzz.records import FIRST_PMID, KINDS, XML_HEAD, Record, invented
from file_fuzz.registry import DAMAGES, STAGES, Damage

CHUNKS = (300, 1000, 4096, 65536)
#: Cases between two with the same numbers of records.
PMIDS_PER_CASE = 10
Pool = Mapping[str, Sequence[Record]]


@dataclass(frozen=True)
class Case:
    """Records and their damages, in the order of the stages.

    Attributes:
        key: seed and number; with it and its own name a damage seeds its random choices, so that a case that is
            shrunk does the same to what is left.
        chunk: bytes that the compiled reader walks at a time.
    """

    key: str
    kind: str
    records: tuple[Record, ...]
    damages: tuple[str, ...]
    chunk: int

    @cached_property
    def originals(self) -> tuple[Record, ...]:
        """The undamaged records, narrowed to the characters that the file's encoding has."""
        charsets = [DAMAGES[name].charset for name in self.damages if DAMAGES[name].charset]
        return tuple(_narrowed(record, charsets[0]) for record in self.records) if charsets else self.records

    @cached_property
    def texts(self) -> list[str]:
        """The records as they come to stand in the file."""
        texts = [record.body for record in self.originals]
        for one in self._of("layout"):
            texts = one.apply(texts, self._rng(one))
        return texts

    @cached_property
    def joined(self) -> bytes:
        """The whole file, before anything of it is lost."""
        joins = self._of("join")
        text = joins[0].apply(list(self.texts), self._rng(joins[0])) if joins else _joined(self.kind, self.texts)
        return text.encode()

    @cached_property
    def left(self) -> bytes:
        """What is left of the file: whatever a reader could know of it, in UTF-8."""
        return self._after("loss", self.joined)

    @cached_property
    def content(self) -> bytes:
        """The file."""
        data = self.left
        for stage in ("ends", "encode", "pack"):
            data = self._after(stage, data)
        return data

    @property
    def is_lossy(self) -> bool:
        return bool(self._of("loss"))

    def _of(self, stage: str) -> list[Damage]:
        return [DAMAGES[name] for name in self.damages if DAMAGES[name].stage == stage]

    def _after(self, stage: str, data: bytes) -> bytes:
        for one in self._of(stage):
            data = one.apply(data, self._rng(one)) if data else data
        return data

    def _rng(self, one: Damage) -> Random:
        return Random(f"{self.key} {one.name}")


def make_case(seed: int, number: int, pool: Pool | None = None) -> Case:
    """Return the case of this seed and number: each damage in turn, often with others.

    Args:
        pool: real records to take instead of invented ones.
    """
    kind, damages = plan(seed, number)
    rng = Random(f"{seed} {number} records")
    count = rng.choice((1, 2, 2, 3, 4))
    if pool:
        records = {record.pmid: record for record in rng.choices(pool[kind], k=count)}
        chosen = tuple(records.values())
    else:
        first = FIRST_PMID + number * PMIDS_PER_CASE % 99_000
        chosen = tuple(invented(kind, first + index, seed) for index in range(count))
    return Case(f"{seed} {number}", kind, chosen, damages, rng.choice(CHUNKS))


def plan(seed: int, number: int) -> tuple[str, tuple[str, ...]]:
    """The kind of a case and its damages: each damage in turn, and up to two more."""
    rng, kind = Random(f"{seed} {number} damages"), KINDS[number % 2]
    of_kind = [one for one in DAMAGES.values() if kind in one.kinds]
    chosen = [of_kind[number // 2 % len(of_kind)]]
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        another = rng.choice(of_kind)
        if _fits(another, chosen):
            chosen.append(another)
    return kind, tuple(one.name for one in sorted(chosen, key=lambda one: STAGES.index(one.stage)))


def _fits(another: Damage, chosen: list[Damage]) -> bool:
    together = [*chosen, another]
    stages = [one.stage for one in together]
    if another in chosen or stages.count("layout") > 2 or any(stages.count(stage) > 1 for stage in STAGES[1:]):
        return False
    names = {one.name for one in together}
    if "dashes_corrected" in names and any(name.startswith(("breaks_lost", "flattened")) for name in names):
        return False  # what corrects dashes knows lines
    plain = any(one.plain for one in together)
    return not (plain and {"join", "loss"} & set(stages))


def without(case: Case, *, damage: str | None = None, pmid: int | None = None) -> Case:
    """The case without one of its damages or records."""
    return replace(
        case,
        damages=tuple(name for name in case.damages if name != damage),
        records=tuple(record for record in case.records if record.pmid != pmid),
    )


def _joined(kind: str, texts: list[str]) -> str:
    if kind == "text":
        return "\n".join(texts)
    return f"{XML_HEAD}<PubmedArticleSet>\n" + "".join(text + "\n" for text in texts) + "</PubmedArticleSet>\n"


def _narrowed(record: Record, charset: str) -> Record:
    """The record in characters of one encoding; none of them is lost, some lose their accent."""
    return record._replace(body=re.sub(r"[^\x00-\x7f]", lambda match: _narrow(match[0], charset), record.body))


def _narrow(char: str, charset: str) -> str:
    for candidate in (char, unicodedata.normalize("NFKD", char)[0]):
        try:
            candidate.encode(charset)
        except UnicodeEncodeError:
            continue
        return candidate
    return "o"
