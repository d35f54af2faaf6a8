"""The hooks of .pre-commit-config.yaml that have no program of their own, on a repository with what they refuse."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRE_COMMIT = Path(sys.executable).with_name("pre-commit")


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))
    directory = tmp_path / "repository"
    directory.mkdir()
    shutil.copy(ROOT / ".pre-commit-config.yaml", directory)
    (directory / "good.txt").write_text("numba==0.68.1 --hash=sha256:00\nsee https://example.org/simple.html\n")
    subprocess.run(["git", "init", "--quiet"], cwd=directory, check=True)
    return directory


def passes(hook: str, repository: Path) -> bool:
    subprocess.run(["git", "add", "--all"], cwd=repository, check=True)
    ran = subprocess.run(
        [PRE_COMMIT, "run", hook, "--all-files"], cwd=repository, capture_output=True, text=True, timeout=300
    )
    assert "Passed" in ran.stdout or "Failed" in ran.stdout, ran.stdout + ran.stderr
    return ran.returncode == 0


@pytest.mark.parametrize(
    "line", ["--index~-url https://example.org/", "url = https://example.org/a/~simple/numba", "index~_url=", ""]
)
def test_no_address_of_a_package_registry_is_committed(repository, line):
    (repository / "requirements.lock").write_text(line.replace("~", "") + "\n")  # ~: for this file passes too
    assert passes("no-registries", repository) == (not line)


def test_no_large_file_is_committed(repository):
    assert passes("no-large-files", repository)
    (repository / "a large dump.xml.gz").write_bytes(bytes(400_000))
    assert not passes("no-large-files", repository)
