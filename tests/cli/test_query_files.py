"""`medline query` reads the database: statements reach no file, network, extension or setting beside it."""

from __future__ import annotations

import pytest

from build import error_of, medline
from commands import succeed

#: Statements that reach outside, by how they do it; `{path}` is a file or folder.
OUTSIDE = {
    "reads text": "FROM read_csv('{path}')",
    "reads a file by its name": "FROM '{path}'",
    "reads bytes": "FROM read_blob('{path}')",
    "lists files": "FROM glob('{path}*')",
    "guesses the format of a file": "FROM sniff_csv('{path}')",
    "writes a file": "COPY (SELECT 1) TO '{path}.out'",
    "writes a file first": "COPY (SELECT 1) TO '{path}.out'; SELECT 1",
    "writes all tables": "EXPORT DATABASE '{path}.out'",
    "reads statements": "IMPORT DATABASE '{path}'",
    "opens another database": "ATTACH '{path}.out'",
    "asks the network": "FROM read_csv('http://127.0.0.1:9/x.csv')",
    "fetches an extension": "INSTALL httpfs",
    "loads an extension": "LOAD httpfs",
    "loads a library": "LOAD '{path}'",
    "unlocks": "SET enable_external_access = true",
    "unlocks first": "SET enable_external_access = true; FROM read_csv('{path}')",
    "allows paths": "SET allowed_directories = ['/']",
    "logs into a file": "CALL enable_logging(storage = 'file', storage_path = '{path}.out')",
    "profiles into a file": "PRAGMA profiling_output = '{path}.out'",
    "spills elsewhere": "SET temp_directory = '{path}.out'",
    "keeps a secret": "CREATE PERSISTENT SECRET kept (TYPE http, BEARER_TOKEN 'x')",
}


FORMS = {"table": (), "csv": ("-f", "csv"), "file": ("-f", "json", "-o", "answer.json")}
CASES = [(way, "csv") for way in OUTSIDE]
CASES += [(way, form) for way in ("reads text", "writes a file first", "unlocks first") for form in ("table", "file")]


@pytest.mark.long
@pytest.mark.parametrize(("way", "form"), CASES)
def test_a_statement_reaches_nothing_outside(home, tmp_path, way, form):
    (tmp_path / "secret.csv").write_text("secret,word\n1,2\n", "utf-8")
    statement = OUTSIDE[way].format(path=tmp_path / "secret.csv")
    given = [str(tmp_path / one) if one == "answer.json" else one for one in FORMS[form]]
    result = medline("query", statement, "--home", home, *given)
    assert error_of(result, 2).startswith("SQL: ")
    assert "word" not in result.stdout
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["secret.csv"]


@pytest.mark.parametrize("statement", ["FROM read_csv('/etc/passwd')", "SET threads = 1"])
def test_the_error_names_the_option(home, statement):
    assert error_of(medline("query", statement, "--home", home), 2).endswith("; add --allow-files to let it")


def test_files_can_be_allowed(home, tmp_path):
    (tmp_path / "pmids.csv").write_text("pmid\n1\n", "utf-8")
    statement = f"SELECT count(*) AS n FROM read_csv('{tmp_path / 'pmids.csv'}')"
    assert succeed("query", statement, "--home", home, "-f", "csv", "--allow-files") == "n\n1\n"


def test_an_answer_may_be_written_and_spilled(home, tmp_path):
    out = tmp_path / "answer.csv"
    succeed("query", "SELECT range FROM range(100_000) ORDER BY hash(range)", "--home", home, "--out", out)
    assert len(out.read_text("utf-8").splitlines()) == 100_001
