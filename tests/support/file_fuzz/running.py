"""Running cases: the tally of outcomes by damage, and the smallest case that shows a failure."""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count, islice
from pathlib import Path

from compare import read
from file_fuzz.case import Case, make_case, plan, without
from file_fuzz.law import Failure, Verdict, check
from file_fuzz.records import FIRST_PMID, KINDS, Record, invented, real
from file_fuzz.required import REQUIRED

OUTCOMES = ("equal", "noted", "refused", "own words", "gone")
SHRINKING = 20  # seconds


@dataclass
class Tally:
    """Outcomes of records by damage, over all cases and over those with this damage alone; and reports of failures."""

    cases: int = 0
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    alone: dict[str, Counter[str]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def add(self, case: Case, verdict: Verdict) -> None:
        """Count a case."""
        self.cases += 1
        counts = Counter(verdict.outcomes.values())
        counts["failed"] += bool(verdict.failures)
        for name in case.damages:
            self.outcomes.setdefault(name, Counter()).update(counts)
        if len(case.damages) == 1:
            self.alone.setdefault(case.damages[0], Counter()).update(counts)

    def below_floor(self, least: int = 20) -> list[str]:
        """Damages of which fewer records than required were read equal; of too few records nothing can be said."""
        failed = []
        for name, outcomes in self.alone.items():
            total = sum(outcomes[outcome] for outcome in OUTCOMES)
            share = outcomes["equal"] / total if total else 1
            if total >= least and share < REQUIRED[name].floor:
                failed.append(
                    f"{name}: {share:.0%} of {total} records are equal, at least {REQUIRED[name].floor:.0%} must"
                )
        return failed

    def table(self) -> str:
        """Outcomes by damage; failed counts cases, all else records."""
        heads = (*OUTCOMES, "failed")
        lines = [f"{self.cases} cases, {len(self.failures)} different failures"]
        lines.append(f"{'damage':30}" + "".join(f"{head:>10}" for head in heads))
        for name in REQUIRED:
            if counts := self.outcomes.get(name):
                lines.append(f"{name:30}" + "".join(f"{counts[head] or '':>10}" for head in heads))
        return "\n".join(lines)


def run(
    seed: int,
    *,
    first: int = 0,
    cases: int | None = None,
    seconds: float | None = None,
    most: int = 1,
    data: Path | None = None,
    only: Collection[str] = (),
    alone: bool = False,
    compiled: bool = True,
) -> Tally:
    """Run cases until there are enough of them or of failures, or the time is over."""
    if compiled:
        warm_up()
    tally, seen = Tally(), set()
    stop = time.monotonic() + seconds if seconds else float("inf")
    pool = real(data) if data else None
    wanted = (number for number in count(first) if _is_wanted(plan(seed, number)[1], only, alone))
    with tempfile.TemporaryDirectory() as folder:
        for number in islice(wanted, cases):
            if time.monotonic() > stop:
                break
            case = make_case(seed, number, pool)
            path = Path(folder) / ("case.nbib" if case.kind == "text" else "case.xml")
            verdict = check(case, path, compiled=compiled)
            tally.add(case, verdict)
            print(f"\r{tally.cases} ", end="", file=sys.stderr, flush=True)
            kinds = {_kind(case, failure) for failure in verdict.failures}
            if kinds - seen:
                seen |= kinds
                tally.failures.append(report(case, verdict.failures[0], path, compiled))
                print("\n" + tally.failures[-1], flush=True)
                if len(tally.failures) >= most:
                    break
    return tally


@cache
def warm_up() -> None:
    """Let the kernels be compiled, if they are not, before time is taken."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            path = Path(folder) / f"first.{kind}"
            path.write_text(invented(kind, FIRST_PMID, 1).alone)
            for skip in ((), (0,)):
                read(path, engine="compiled", skip=skip)


def _is_wanted(damages: tuple[str, ...], only: Collection[str], alone: bool) -> bool:
    return (not only or bool({*only} & {*damages})) and not (alone and len(damages) > 1)


def _kind(case: Case, failure: Failure) -> tuple[str, tuple[str, ...]]:
    """What makes two failures one and the same, most likely."""
    return failure.kind, case.damages[:1] if len(case.damages) == 1 else ("several",)


def report(case: Case, failure: Failure, path: Path, compiled: bool = True) -> str:
    """A failure with all that is needed to see it again, made as small as it gets."""

    def fails(smaller: Case) -> Failure | None:
        return next((one for one in check(smaller, path, compiled=compiled).failures if one.kind == failure.kind), None)

    small = shrink(case, lambda one: fails(one) is not None)
    shown = fails(small) or failure
    lines = [
        f"seed and number {case.key} ({', '.join(case.damages)}): {failure.kind}",
        f"shrunk to: {', '.join(small.damages)}; chunk {small.chunk}",
        f"PMID {shown.pmid}: {shown.details}",
    ]
    lines += [f"undamaged {record.pmid}:\n{_clipped(record.body)}" for record in small.originals]
    lines.append(f"the file:\n{_clipped(repr(small.content))}")
    return "\n".join(lines)


def _clipped(text: str) -> str:
    return text if len(text) < 3000 else f"{text[:1500]}\n… {len(text) - 3000} characters …\n{text[-1500:]}"


def shrink(case: Case, fails: Callable[[Case], bool], seconds: float = SHRINKING) -> Case:
    """A smaller case that still fails: without damages, records, and parts of records."""
    stop = time.monotonic() + seconds
    progress = True
    while progress and time.monotonic() < stop:
        progress = False
        for smaller in _smaller(case):
            if time.monotonic() > stop:
                break
            if _fails_safely(smaller, fails):
                case, progress = smaller, True
                break
    return case


def _fails_safely(case: Case, fails: Callable[[Case], bool]) -> bool:
    """Whether a case fails; one that has become no case at all does not."""
    try:
        return fails(case)
    except (AssertionError, ValueError, IndexError):
        return False


def _smaller(case: Case) -> Iterator[Case]:
    if len(case.damages) > 1:
        yield from (without(case, damage=name) for name in case.damages)
    if len(case.records) > 1:
        yield from (without(case, pmid=record.pmid) for record in case.records)
    for index, record in enumerate(case.records):
        for body in _shorter(record):
            records = [*case.records]
            records[index] = record._replace(body=body)
            yield replace(case, records=tuple(records))


def _shorter(record: Record) -> Iterator[str]:
    """The body without fields or elements, the largest first; then with half of the words of a field."""
    if record.kind == "text":
        fields = re.findall(r"^\S.*\n(?:      .*\n)*", record.body, re.M)
        for size in (len(fields) // 2, len(fields) // 4, 4, 1):
            for start in range(1, len(fields) - size + 1, max(size, 1)) if size else ():
                yield "".join(fields[:start] + fields[start + size :])
    else:
        yield from (record.body[:start] + record.body[end:] for start, end in elements(record.body))


def elements(xml: str) -> list[tuple[int, int]]:
    """Where the elements inside a record begin and end, the largest first; none that holds a PMID."""
    spans, opened = [], []
    for tag in re.finditer(r"<(/?)([^\s/<>!?]+)[^<>]*?(/?)>", xml):
        if tag[1]:
            start = opened.pop()
            spans.append((start, tag.end()))
        elif tag[3]:
            spans.append(tag.span())
        else:
            opened.append(tag.start())
    inner = [(start, end) for start, end in spans if "<PMID" not in xml[start:end]]
    return sorted(inner, key=lambda piece: piece[0] - piece[1])
