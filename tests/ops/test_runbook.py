"""The commands of docs/operate/runbook.md, run as they stand, each section's on a home in its trouble."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from build import ask, citation, found_by_checks, rewritten, text_record, write_dump, write_mirror
from medline import pipeline
from medline.errors import MedlineError
from medline.home import LocalHome
from medline.ops import alerts
from medline.warehouse import versions

RUNBOOK = (Path(__file__).resolve().parents[2] / "docs" / "operate" / "runbook.md").read_text("utf-8")
SECTIONS = {
    name: "".join(re.findall(r"```sh\n(.*?)```", body, re.DOTALL))
    for name, body in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", RUNBOOK, re.DOTALL | re.MULTILINE)
}
UPDATE = "pubmed26n0003.xml.gz"


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    """A directory with a mirror, a home that was made of it in two versions, and an export of one's own."""
    directory = tmp_path_factory.mktemp("sample")
    write_mirror(directory / "mirror", [citation(n) for n in (1, 2, 3)])
    (directory / "mirror" / "updatefiles").mkdir()
    pipeline.sync(directory / "mirror", directory / "home")
    write_dump(directory / "mirror" / "updatefiles" / "pubmed26n0002.xml.gz", citation(4))
    pipeline.sync(directory / "mirror", directory / "home")
    (directory / "own.nbib").write_text(text_record(500, "TI  - My own."))
    pipeline.load_files([directory / "own.nbib"], directory / "home")
    return directory


def new_update(directory: Path) -> None:
    write_dump(directory / "mirror" / "updatefiles" / UPDATE, citation(5))


def poisoned(directory: Path) -> None:
    """An update was cut, and its mirror has it whole by now."""
    new_update(directory)
    bad = directory / "mirror" / "updatefiles" / UPDATE
    whole = bad.read_bytes()
    bad.write_bytes(whole[:-20])
    with pytest.raises(MedlineError):
        pipeline.sync(directory / "mirror", directory / "home")
    bad.write_bytes(whole)


def hole(directory: Path) -> None:
    """Number 3 came late, number 4 waited for it; number 5 the mirror has lost again, and somebody has it."""
    write_dump(directory / "mirror" / "updatefiles" / "pubmed26n0004.xml.gz", citation(6))
    with pytest.raises(MedlineError):
        pipeline.sync(directory / "mirror", directory / "home")
    new_update(directory)
    write_dump(directory / "pubmed26n0005.xml.gz", citation(7))


def spoilt(directory: Path) -> None:
    with rewritten(directory / "home") as connection:
        connection.execute("INSERT INTO issns (pmid, version, issn_seq) VALUES (777, 1, 1)")


def falsified(directory: Path) -> None:
    path = LocalHome(directory / "home").pointer.resolve()
    path.chmod(0o644)
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE articles SET title = 'x'")


def emptied(directory: Path) -> None:
    """A file of the lake, and what says how a file failed."""
    home = LocalHome(directory / "home")
    home.table("articles", "pubmed26n0001").write_bytes(b"")
    home.failure("pubmed26n0001").parent.mkdir(exist_ok=True)
    home.failure("pubmed26n0001").write_bytes(b"")


def drifted(directory: Path) -> None:
    write_dump(directory / "mirror" / "updatefiles" / UPDATE, citation(5, article="<NewIn2027>x</NewIn2027>"))
    pipeline.sync(directory / "mirror", directory / "home")


def outdated(directory: Path) -> None:
    """The lake is of another version of the schema."""
    for path in (directory / "home" / "lake" / "manifests").glob("*.json"):
        path.write_text(re.sub(r'"schema_version": "\w+"', '"schema_version": "old"', path.read_text()))
    with rewritten(directory / "home") as connection:
        connection.execute("UPDATE ledger.state SET version = 'old'")


def next_year(directory: Path) -> None:
    write_mirror(directory / "mirror", [citation(n) for n in (1, 2, 9)], [citation(4)], year=27)


def pmids(directory: Path) -> list[int]:
    return [pmid for (pmid,) in ask(directory / "home", "SELECT pmid FROM articles ORDER BY pmid")]


def fetched(directory: Path) -> None:
    """Copies of the dumps, which may go."""
    new_update(directory)
    for path in (directory / "mirror").rglob("pubmed*"):
        copy = directory / "home" / "dumps" / path.relative_to(directory / "mirror")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())


#: Of each section: the trouble, and what must be there afterwards, given the directory and what was printed.
TROUBLES: dict[str, tuple[Callable[[Path], None] | None, Callable[[Path, str], bool]]] = {
    "First look": (None, lambda directory, out: "newest dump" in out and "load files" in out and '"sync"' in out),
    "Stale data": (new_update, lambda directory, out: pmids(directory) == [1, 2, 3, 4, 5, 500]),
    "Rollback": (None, lambda directory, out: pmids(directory) == [1, 2, 3, 4, 500] and "26-000002" in out),
    "A changed file": (
        falsified,
        lambda directory, out: (
            "CHANGED" in out and ask(directory / "home", "SELECT count(*) FROM articles WHERE title = 'x'") == [(0,)]
        ),
    ),
    "A loss of power": (
        emptied,
        lambda directory, out: (
            pmids(directory) == [1, 2, 3, 4, 500] and out.count("read again") == 1 and "JSONDecodeError" not in out
        ),
    ),
    "A lock that lasts": (None, lambda directory, out: "newest dump" in out),
    "Restore": (None, lambda directory, out: pmids(directory) == [1, 2, 3, 4, 500]),
    "Backfill": (hole, lambda directory, out: pmids(directory) == [1, 2, 3, 4, 5, 6, 7, 500]),
    "A poisoned file": (poisoned, lambda directory, out: UPDATE in out and pmids(directory) == [1, 2, 3, 4, 5, 500]),
    "A failed check": (spoilt, lambda directory, out: ask(directory / "home", "SELECT * FROM issns") == []),
    "Schema drift": (drifted, lambda directory, out: "NewIn2027" in out),
    "Transform again": (outdated, lambda directory, out: pmids(directory) == [1, 2, 3, 4, 500]),
    "Year change": (next_year, lambda directory, out: pmids(directory) == [1, 2, 4, 9, 500] and '"lost": 1' in out),
    "A full disk": (
        fetched,
        lambda directory, out: (
            len(versions.versions(LocalHome(directory / "home"))) <= 2
            and not list((directory / "home" / "dumps").rglob("*.gz"))
            and "medline_disk_free_bytes" in out
        ),
    ),
}


def test_every_section_with_commands_has_its_trouble_here():
    assert {name for name, commands in SECTIONS.items() if commands} == set(TROUBLES)


@pytest.mark.sampled(2)
@pytest.mark.long
@pytest.mark.parametrize("section", TROUBLES)
def test_the_commands_of_a_section_do_what_it_says(sample, tmp_path, section):
    trouble, is_mended = TROUBLES[section]
    directory = tmp_path / "work"
    shutil.copytree(sample, directory, symlinks=True)
    runs = LocalHome(directory / "home").runs
    runs.write_text(runs.read_text().replace(str(sample), str(directory)))  # of which the home takes its mirror
    if trouble:
        trouble(directory)
    environment = {
        **os.environ, "MEDLINE_HOME": "home", "MEDLINE_MIRROR": "mirror", "LOST_FILE": "pubmed26n0005.xml.gz",
        "OWN_EXPORT": "own.nbib", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }  # fmt: skip
    done = subprocess.run(
        ["sh", "-euxc", SECTIONS[section]], env=environment, cwd=directory, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert is_mended(directory, done.stdout + done.stderr), done.stdout + done.stderr
    assert found_by_checks(directory / "home") == {} or section == "Schema drift"


def test_the_first_block_is_the_environment(tmp_path):
    (first,) = re.findall(r"```sh\n(export .*?)```", RUNBOOK, re.DOTALL)
    environment = subprocess.run(
        ["sh", "-euc", f"{first}\nenv"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert f"MEDLINE_HOME={tmp_path}/home\n" in environment.stdout


def test_every_alert_has_a_row_and_every_advice_its_section():
    for reason in ("failed run", "failed checks", "stale data", "schema drift", "locked"):
        assert f"\n| {reason} | " in RUNBOOK
    source = Path(alerts.__file__).read_text("utf-8")
    named = set(re.findall(r"'([A-Z][\w ]+)' in docs/operate/runbook", source))
    assert len(named) >= 6
    assert named <= set(SECTIONS)
    for anchor in re.findall(r"\(#([\w-]+)\)", RUNBOOK):
        assert anchor in {name.lower().replace(" ", "-") for name in SECTIONS}
