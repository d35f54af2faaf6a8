"""What runs (CASES) and what is shown of it (ROWS). A new measurement is a new line here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.peers.install import EDIRECT


@dataclass(frozen=True)
class Case:
    """A command that prints the line of `bench.measure`.

    Attributes:
        command: words; `{one}`, `{two}`, `{text}`, `{small}`, `{small_text}` are input files.
        sees: the inputs whose records it must have seen.
        peer: package that it needs.
        one_core: whether it is pinned to one core.
        once: whether it runs in the first round only.
        timeout: seconds.
    """

    name: str
    command: tuple[str, ...]
    sees: tuple[str, ...] = ()
    peer: str | None = None
    one_core: bool = True
    once: bool = False
    timeout: int = 900


@dataclass(frozen=True)
class Outcome:
    """What a case took in one round: seconds, bytes, records."""

    wall: float
    cpu: float
    peak: int
    records: int


@dataclass(frozen=True)
class Row:
    """One line of the table: its figure is computed in each round, and the median of all rounds is shown.

    Attributes:
        case: whose seconds stand beside the figure.
        under: cases that these seconds are divided by, added up; without them `unit` says what the figure is.
        clock: wall or cpu, which the target is for.
        at_least, at_most: the target; neither where the row is for information.
    """

    what: str
    case: str
    under: tuple[str, ...] = ()
    unit: str = "×"
    clock: str = "wall"
    at_least: float | None = None
    at_most: float | None = None

    def figure(self, took: Mapping[str, Outcome], clock: str) -> float:
        """The figure of one round, by one of the clocks."""
        outcome = took[self.case]
        seconds = getattr(outcome, clock)
        if self.under:
            return seconds / sum(getattr(took[name], clock) for name in self.under)
        return {"s": seconds, "MB": outcome.peak / 1e6, "records/s": outcome.records / seconds}[self.unit]


def _own(name: str, command: str, *sees: str, **options) -> Case:
    return Case(name, ("{python}", "-m", "bench.work", *command.split()), sees, **options)


def _peer(name: str, peer: str, sees: str = "one", **options) -> Case:
    return Case(name, ("{peer_python}", "-m", "bench.peers.read", name, f"{{{sees}}}"), (sees,), peer, **options)


CASES = (
    _own("inflate", "inflate {one}"),
    _own("arrow", "arrow {small} compiled 1 {one}", "one"),
    _own("parquet", "parquet {small} 1 {one}", "one"),
    _own("write", "write {small} {one}", "one"),
    _own("arrow_1_thread", "arrow {small} compiled 1 {one} {two}", "one", "two", one_core=False),
    _own("arrow_2_threads", "arrow {small} compiled 2 {one} {two}", "one", "two", one_core=False),
    _own("parquet_1_thread", "parquet {small} 1 {one} {two}", "one", "two", one_core=False),
    _own("parquet_2_threads", "parquet {small} 2 {one} {two}", "one", "two", one_core=False),
    _own("parquet_4_threads", "parquet {small} 4 {one} {two} {one} {two}", *("one", "two") * 2, one_core=False),
    _own("text_parquet", "parquet {small_text} 1 {text}", "text"),
    _own("cli_help", "cli_help", one_core=False),
    _own("first_batch", "first_batch {small}", one_core=False),
    _own("xtract", "xtract {xtract} {one}", "one", peer=EDIRECT, one_core=False),
    _peer("pubmed_parser", "pubmed-parser"),
    _peer("pubmedparser2", "pubmedparser2", timeout=120),
    _peer("bio_medline", "biopython", "text"),
    _peer("pubmed_parser_in_full", "pubmed-parser", once=True),
    _peer("pubmed_downloader", "pubmed-downloader", once=True),
    _peer("lxml_walk", "lxml", once=True),
    _own("bare_expat", "bare_expat {one}", once=True),
    _own("reference", "arrow {small} reference 1 {one}", "one", once=True),
)

ARROW = ("arrow",)
ROWS = (
    Row("streamed inflate", "inflate", unit="s"),
    Row("gz → all tables as Arrow ÷ inflate", "arrow", ("inflate",), at_most=4.5),
    Row("pubmed_parser ÷ gz → Arrow", "pubmed_parser", ARROW, at_least=14),
    Row("`xtract -mixed` ÷ gz → Arrow, CPU", "xtract", ARROW, clock="cpu", at_least=5),
    Row("pubmedparser2 ÷ gz → Arrow", "pubmedparser2", ARROW, at_least=3.5),
    Row("Parquet write of the finished tables", "write", unit="s"),
    Row("gz → Parquet ÷ (inflate + Parquet write)", "parquet", ("inflate", "write"), at_most=2),
    Row("two files → Parquet: one thread ÷ two", "parquet_1_thread", ("parquet_2_threads",), at_least=1.8),
    Row("two files → Arrow: one thread ÷ two", "arrow_1_thread", ("arrow_2_threads",), at_least=1.8),
    Row("one file → Parquet, peak memory", "parquet", unit="MB", at_most=450),
    Row("four files at once → Parquet, peak memory", "parquet_4_threads", unit="MB", at_most=1000),
    Row("MEDLINE text → Parquet", "text_parquet", unit="records/s", at_least=20_000),
    Row("Bio.Medline ÷ MEDLINE text → Parquet", "bio_medline", ("text_parquet",), at_least=3),
    Row("`medline --help`", "cli_help", unit="s", at_most=0.4),
    Row("process start → first batch", "first_batch", unit="s", at_most=1),
    Row("reference reader ÷ gz → Arrow", "reference", ARROW),
    Row("pubmed_parser with all its options ÷ gz → Arrow", "pubmed_parser_in_full", ARROW),
    Row("pubmed-downloader ÷ gz → Arrow", "pubmed_downloader", ARROW),
    Row("lxml, bare walk ÷ gz → Arrow", "lxml_walk", ARROW),
    Row("pyexpat without handlers ÷ gz → Arrow", "bare_expat", ARROW),
)
