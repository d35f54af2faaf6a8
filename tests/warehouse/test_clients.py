"""Small and old clients open the published file and answer the cook-book from it: DuckDB 1.4, and Wasm in a browser."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import cookbook
from browser import chromium
from medline.home import LocalHome

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / ".clients"
STATEMENTS = [recipe["sql"] for recipe in cookbook.RECIPE.finditer(cookbook.COOKBOOK.read_text("utf-8"))]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Path:
    if not (CLIENTS / ".ready").exists():
        pytest.skip("needs other clients, not here: sh scripts/clients.sh")
    return LocalHome(cookbook.make_home(tmp_path_factory.mktemp("clients"))).pointer


@pytest.fixture(scope="module")
def expected(database) -> list[list[list[str]]]:
    """The rows of each statement as the project's own DuckDB answers it."""
    return answers(Path(sys.executable), database)["answers"]


def answers(python: Path, database: Path) -> dict:
    command = [python, ROOT / "tests/support/client_answers.py", database]
    ended = subprocess.run(command, input=json.dumps(STATEMENTS), capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_duckdb_1_4(database, expected):
    old = answers(CLIENTS / "bin/python", database)
    assert old["version"].startswith("1.4.")
    assert old["answers"] == expected


def test_duckdb_wasm(database, expected, tmp_path):
    for package in (CLIENTS / "node_modules").iterdir():
        (tmp_path / package.name).symlink_to(package)
    shutil.copy(ROOT / "tests/support/wasm_answers.html", tmp_path / "index.html")
    (tmp_path / "medline.duckdb").symlink_to(database)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=tmp_path)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with chromium() as browser:
            page = browser.new_page()
            page.set_default_timeout(300_000)
            page.goto(f"http://127.0.0.1:{server.server_port}/")
            page.wait_for_function("() => Boolean(window.answers)")
            wasm = page.evaluate("statements => window.answers(statements)", STATEMENTS)
        server.shutdown()
    assert wasm["version"].startswith("v1.4.")
    assert [len(rows) for rows in wasm["answers"]] == [len(rows) for rows in expected]
    assert wasm["answers"][3] == expected[3], "a question whose answer has numbers and texts alone"
