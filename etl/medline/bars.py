"""Progress on a terminal: a bar for each phase, made of rich's own parts, and a clock for the whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as RichProgress
from rich.text import Text

from medline.messages import for_people
from medline.progress import BYTES, FILES, Progress


class Amount(ProgressColumn):
    """How much is done of how much, and, of bytes, the rate."""

    counted, loaded, rate = MofNCompleteColumn(), DownloadColumn(), TransferSpeedColumn()

    def render(self, task: Task) -> Text:
        if task.total is None:
            return Text()
        if task.fields["unit"] == BYTES:
            return Text(" ").join([self.loaded.render(task), self.rate.render(task)])
        return self.counted.render(task)


class Left(TimeRemainingColumn):
    """The time left of a phase; of the whole, which no one knows, the time that has passed."""

    passed = TimeElapsedColumn()

    def render(self, task: Task) -> Text:
        return self.passed.render(task) if task.total is None else super().render(task)


class Bars:
    """The bars of one job. The first is its clock, which runs to the end: that of a phase stops when it is done."""

    def __init__(self, job: str, console: Console) -> None:
        name = TextColumn("{task.fields[phase]}", markup=False)
        detail = TextColumn("{task.description}", markup=False)
        # what else is written to stderr meanwhile goes above the bars
        self.rich = RichProgress(
            SpinnerColumn(), name, BarColumn(20), Amount(), Left(elapsed_when_finished=True), detail, console=console,
            transient=True,
        )  # fmt: skip
        self.rich.add_task("", total=None, phase=job, unit=FILES)
        self.tasks: dict[str, TaskID] = {}
        self.adding = Lock()

    def __call__(self, phase: str, done: int, total: int, detail: str = "", unit: str = FILES) -> None:
        with self.adding:
            if phase not in self.tasks:
                self.tasks[phase] = self.rich.add_task("", total=total, phase=phase, unit=unit)
        task = self.tasks[phase]
        text = for_people(detail)
        if not done and self.rich.tasks[task].completed:  # the phase begins again
            self.rich.reset(task, total=total, description=text)
        else:
            self.rich.update(task, completed=done, total=total, description=text)


@contextmanager
def bars(job: str, console: Console | None = None) -> Iterator[Progress]:
    """Show the bars of a job while the block lasts, on stderr."""
    shown = Bars(job, console or Console(stderr=True))
    with shown.rich:
        yield shown
