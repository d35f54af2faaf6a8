"""The wheel and the sdist: built from the sources, installed where the sources are not, and put to work."""

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from functools import partial
from pathlib import Path

import pytest

import sample

ROOT = Path(__file__).resolve().parents[2]

#: What the wheel has of the sources, and where.
FOLDERS = {"etl/medline": Path("medline"), "sql": Path("medline/sql"), "dags": Path("medline/dag_files")}


def run(*command: str | Path, **options) -> str:
    ran = subprocess.run(command, capture_output=True, text=True, timeout=600, **options)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    directory = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", directory, cwd=ROOT)
    (made,) = directory.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(sdist):
    """The wheel that somebody makes of the sdist, without the repository."""
    with tarfile.open(sdist) as archive:
        archive.extractall(sdist.parent, filter="data")
    sources = sdist.with_name(sdist.name.removesuffix(".tar.gz"))
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", sdist.parent, cwd=sources)
    (made,) = sdist.parent.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Programs with the wheel alone: its dependencies are those of this venv, but not its `medline`."""
    target = tmp_path_factory.mktemp("installed")
    install = ("-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", target)
    run(sys.executable, *install, wheel)
    environment = {**os.environ, "PYTHONPATH": str(target)}
    where = run(sys.executable, "-c", "import medline; print(medline.__file__)", cwd=target, env=environment)
    assert Path(where.strip()).is_relative_to(target)

    def run_installed(program: str, *arguments: str, **more: str) -> str:
        command = (sys.executable,) if program == "python" else (target / "bin" / program,)
        return run(*command, *arguments, cwd=target, env=environment | more)

    return run_installed


@pytest.fixture(scope="module")
def medline(installed):
    return partial(installed, "medline")


def test_the_sdist_has_the_sources_and_nothing_that_was_made(sdist):
    with tarfile.open(sdist) as archive:
        names = {Path(*Path(name).parts[1:]) for name in archive.getnames()}
    assert {Path("LICENSE"), Path("tests/project/test_packaging.py"), Path("dags/medline_steps.py")} <= names
    top = {path.parts[0] for path in names if path.parts}
    assert top.isdisjoint({".venv", ".ci", ".git", "home", "dist"}), top
    assert not [name for name in names if "__pycache__" in name.parts or name.suffix in (".gz", ".parquet", ".duckdb")]


def test_the_wheel_has_one_package_with_all_that_it_reads(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"medline", "medline_warehouse"}
    sources = [
        path.relative_to(ROOT)
        for path in (file for folder in FOLDERS for file in (ROOT / folder).rglob("*.*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert {
        str(FOLDERS[folder] / path.relative_to(folder))
        for folder in FOLDERS
        for path in sources
        if path.is_relative_to(folder)
    } <= names
    assert any(name.endswith("/licenses/LICENSE") for name in names)


@pytest.mark.long
def test_the_command_works_from_the_wheel_alone(medline, tmp_path):
    assert medline("--version").startswith("medline 0.")
    assert "DTD path" in medline("schema", "articles")
    mirror = sample.write_mirror(tmp_path / "mirror", citations=60, seed=5)
    home = ("--home", str(tmp_path / "home"))
    medline("sync", "--mirror", str(mirror.directory), *home, "--engine", "reference")
    assert "pubmed26n0004.xml.gz" in medline("status", *home)
    medline("feeds", *home)
    medline("dashboard", *home)
    assert int(medline("search", "2000:2030[dp]", "--count", *home)) > 0


DAGS = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bags = map(DagBag, sys.argv[1:])
print(json.dumps([{"errors": bag.import_errors, "dags": sorted(bag.dags)} for bag in bags]))
"""


@pytest.mark.long
def test_the_dags_of_the_wheel_come_up_in_airflow(installed, tmp_path):
    """By a line in a folder of DAGs, and as the path of a bundle."""
    folder = tmp_path / "dags"
    folder.mkdir()
    (folder / "of_medline.py").write_text("from medline.dags import *  # DAGs for Airflow\n", "utf-8")
    path = installed("python", "-c", "from medline.settings import DAGS_DIRECTORY as d; print(d)").strip()
    printed = installed("python", "-c", DAGS, str(folder), path, AIRFLOW_HOME=str(tmp_path)).splitlines()[-1]
    names = [f"medline_{name}" for name in ("baseline", "feeds", "mesh", "updates", "watch")]
    assert json.loads(printed) == [{"errors": {}, "dags": names}] * 2
