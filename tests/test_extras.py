"""What each extra is for: a command that lacks one names it; who only asks needs none."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from build import text_record
from medline import extras, pipeline
from medline.outputs import feeds

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

#: Runs commands, one after the other, in a process that lacks the modules of all extras.
WITHOUT = """
import json, sys
for name in json.loads(sys.argv[1]):
    sys.modules[name] = None
from medline import cli
for words in json.loads(sys.argv[2]):
    try:
        cli.app(words)
    except SystemExit as end:
        print("exit", end.code or 0, words[0], file=sys.stderr)
"""

CORE = [
    ["query", "SELECT 1"], ["query", "SELECT 1 AS a", "-o", "a.xlsx"], ["search", "title"], ["search", "a", "--count"],
    ["export", "-f", "ris", "--where", "true"], ["status"], ["check"], ["metrics"],
]  # fmt: skip
NEEDS = {"load": "read", "dashboard": "dashboard", "export-tables": "iceberg"}


@pytest.mark.long
def test_who_only_asks_needs_no_extra_and_the_rest_names_it(search_home, tmp_path):
    home = ["--home", str(search_home)]
    calls = [
        *([*words, *home] for words in CORE),
        ["schema"],
        ["load", "a.nbib", *home],
        ["dashboard", *home],
        ["export-tables", "--as", "iceberg", *home],
    ]
    command = [sys.executable, "-c", WITHOUT, json.dumps(list(extras.EXTRAS)), json.dumps(calls)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True, timeout=100)
    ends = [line for line in result.stderr.splitlines() if line.startswith("exit ")]
    assert ends == [f"exit {int(words[0] in NEEDS)} {words[0]}" for words in calls]
    for extra in NEEDS.values():
        assert f"which this needs: pip install 'medline-warehouse[{extra}]'" in result.stderr


def test_each_module_belongs_to_an_extra_and_none_to_the_core():
    optional = PROJECT["optional-dependencies"]
    assert set(extras.EXTRAS.values()) <= set(optional)
    named = {"vl_convert": "vl-convert-python", "airflow": "apache-airflow"}
    of_others = {"llvmlite", "numpy", "fsspec", "sqlalchemy"}  # they come with numba, pyarrow, s3fs and pyiceberg
    for module, extra in extras.EXTRAS.items():
        package = named.get(module, module)
        assert module in of_others or any(one.startswith(package) for one in optional[extra]), module
        assert not any(one.startswith(package) for one in PROJECT["dependencies"]), module


@pytest.mark.parametrize("module", ["medline.nothing", "nothing"])
def test_a_module_that_is_missing_by_mistake_is_a_bug(module):
    assert extras.advice(ModuleNotFoundError(name=module)) == ""


@pytest.fixture
def search_home(tmp_path):
    (tmp_path / "a.nbib").write_text(text_record(1, "TI  - A title."))
    pipeline.load_files([tmp_path / "a.nbib"], tmp_path / "home")
    feeds.write(tmp_path / "home")
    return tmp_path / "home"
