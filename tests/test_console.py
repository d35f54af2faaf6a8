"""What commands say, in lines and in JSON objects."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from build import citation, medline, medline_process, text_record, write_dump, write_mirror
from webhook_server import Webhook


def objects(stderr: str) -> list[dict]:
    return [json.loads(line) for line in stderr.splitlines()]


@pytest.mark.long
@pytest.mark.parametrize("how", ["option", "environment"])
def test_logs_are_json_where_asked_for(tmp_path, how):
    write_mirror(tmp_path / "mirror", [citation(1)], [citation(2, article="<New>x</New>")])
    (tmp_path / "empty").mkdir()
    option = ["--log-format", "json"] if how == "option" else []
    env = {} if how == "option" else {"MEDLINE_LOG": "json"}
    call = ["sync", "--mirror", tmp_path / "mirror", "--home", tmp_path / "home"]
    logged = objects(medline(*option, "-v", *call, env=env).stderr)
    for one in logged:
        assert {"time", "level", "logger", "message"} <= set(one)
        assert datetime.now(UTC) - datetime.fromisoformat(one["time"]) < timedelta(hours=1)
    files = [one["file"] for one in logged if one["message"].startswith("pubmed26n0002.xml.gz: applied")]
    assert files == ["pubmed26n0002.xml.gz"]
    assert [one["version"] for one in logged if "version" in one] == ["26-000001"]
    assert [(one["level"], one["rows"]) for one in logged if one.get("check") == "unknown_paths"] == [("WARNING", 1)]
    assert (logged[-1]["logger"], logged[-1]["level"], logged[-1]["message"]) == ("medline", "INFO", "2 files applied")

    fresh = [*call[:-1], tmp_path / "fresh"]
    quiet = objects(medline(*option, *fresh, env=env).stderr)
    assert [one["level"] for one in quiet] == ["WARNING", "INFO"]
    assert quiet[-1]["message"] == "2 files applied"
    quiet = objects(medline(*option, *call, env=env).stderr)
    assert [one["message"] for one in quiet] == ["nothing new: the warehouse is current"]


def test_errors_and_unusual_names_are_one_object(tmp_path):
    bad = write_dump(tmp_path / "pubmed26n0001.xml.gz", content=b'<Pub"med>\n<')
    unusual = tmp_path / 'a "b"\n.nbib'
    unusual.write_text(text_record("x"))
    result = medline("--log-format", "json", "load", bad, unusual, "--home", tmp_path / "home")
    logged = objects(result.stderr)
    assert (result.returncode, [one["level"] for one in logged]) == (1, ["ERROR", "ERROR"])
    assert "pubmed26n0001.xml.gz" in logged[0]["message"] + logged[1]["message"]


def test_lines_stay_lines(tmp_path):
    write_mirror(tmp_path / "mirror", [citation(1)])
    result = medline("sync", "--mirror", tmp_path / "mirror", "--home", tmp_path / "home")
    assert result.stderr == "1 files applied\n"


def test_debug_says_why_and_shows_traces(tmp_path):
    write_mirror(tmp_path / "mirror", [citation(1)])
    call = ["sync", "--mirror", tmp_path / "mirror", "--home", tmp_path / "home"]
    lines = medline("--debug", *call).stderr
    for line in ("base nothing: as much as applying 17 files", "building the next version in ", "step apply: "):
        assert f"DEBUG {line}" in lines
    assert "Traceback" not in lines
    bad = write_dump(tmp_path / "bad.xml.gz", content=b"<PubmedArticleSet><")
    failed = medline("--debug", "load", bad, "--home", tmp_path / "home").stderr
    assert "Traceback (most recent call last)" in failed
    assert failed.splitlines()[-1].startswith("error: bad.xml.gz ")
    misused = medline("--debug", "search", "(", "--home", tmp_path / "home").stderr
    assert "Traceback" in misused
    assert "Traceback" not in medline("load", bad, "--home", tmp_path / "home").stderr


def test_another_format_is_misuse():
    assert medline("--log-format", "xml", "schema").returncode == 2


def test_a_bug_is_an_object_with_its_trace(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "runs.jsonl").write_text('{"what": "sync"}\n')  # no run looks like this
    result = medline("--log-format", "json", "metrics", "--home", tmp_path / "home")
    (logged,) = objects(result.stderr)
    assert (result.returncode, "KeyError" in logged["exc_info"]) == (1, True)


OBEYED = "\x1b[2J\x9b1A\u202ex\u2066\r"


@pytest.mark.long
def test_what_a_terminal_obeys_is_escaped_in_tables_and_messages(tmp_path):
    text = "".join(f"&#{ord(sign)};" for sign in OBEYED if sign not in "\x1b")
    write_mirror(tmp_path / "mirror", [citation(1, title=f"<ArticleTitle>A{text}</ArticleTitle>")])
    home = tmp_path / "home"
    assert medline("sync", "--mirror", tmp_path / "mirror", "--home", home).returncode == 0
    (tmp_path / f"{OBEYED}.xml").write_text("<PubmedArticleSet><")
    asked = "SELECT title, chr(27) || '[31m' AS \"[/red]\x1b[31m\" FROM articles"
    calls = [
        ("query", asked, "--home", home), ("search", "1[uid]", "--home", home),
        ("load", tmp_path / f"{OBEYED}.xml", "--home", home), ("query", f"SELECT {OBEYED}", "--home", home),
        ("schema", OBEYED), ("search", f"a[{OBEYED}]", "--explain", "--home", home),
        ("query", "SELECT 1", f"--{OBEYED}"),
        ("-v", "load", tmp_path / OBEYED, "--home", home), ("status", "--home", home / OBEYED),
    ]  # fmt: skip
    for call in calls:
        result = medline(*call)
        assert not set(result.stdout + result.stderr) & set(OBEYED) - {"x", "[", "2", "J", "1", "A"}, call
    assert "\\u202e" in medline(*calls[0]).stdout
    written = medline("query", "SELECT title FROM articles", "--format", "json", "--home", home).stdout
    assert json.loads(written)[0]["title"] == f"A{OBEYED[1:]}".rstrip(), "data stay what they are"


CLOSED = ["closed", "full", "gone"]


def run_with_output(how: str, *arguments: object, env: dict[str, str]):
    """Run a command whose standard output is closed, a full disk, or a pipe that nobody reads."""
    if how == "closed":
        return medline_process(*arguments, env=env, preexec_fn=lambda: os.close(1), stdout=None)
    if how == "full":
        with Path("/dev/full").open("w") as full:
            return medline_process(*arguments, env=env, stdout=full)
    reading, writing = os.pipe()
    os.close(reading)
    try:
        return medline_process(*arguments, env=env, stdout=writing)
    finally:
        os.close(writing)


@pytest.mark.long
@pytest.mark.sampled(2)
@pytest.mark.parametrize("how", CLOSED)
def test_an_output_that_takes_nothing_is_no_failed_run(tmp_path, how):
    write_mirror(tmp_path / "mirror", [citation(1)])
    home = ("--home", tmp_path / "home")
    with Webhook() as hook:
        env = {**os.environ, "MEDLINE_WEBHOOK": hook.url, "MEDLINE_BACKOFF": "0.01"}
        assert run_with_output(how, "sync", "--mirror", tmp_path / "mirror", *home, env=env).returncode == 0
        for command in (("check",), ("query", "SELECT 1"), ("schema",)):
            result = run_with_output(how, *command, *(home if command[0] != "schema" else ()), env=env)
            lines = result.stderr.splitlines()
            assert (result.returncode, len(lines)) == ((0, 0) if how == "gone" else (1, 1)), result.stderr
            assert all(line.startswith("error: [Errno ") for line in lines)
        assert run_with_output(how, "feeds", *home, env=env).returncode == 0
        assert hook.got == []
    journal = [json.loads(line) for line in (tmp_path / "home" / "runs.jsonl").read_text().splitlines()]
    assert {run["ended"] for run in journal if "ended" in run} == {"done"}


def test_no_file_gets_the_number_of_a_closed_stream(tmp_path):
    """Else a line on standard error would go into a database."""
    write_mirror(tmp_path / "mirror", [citation(1, article="<New>x</New>")])
    call = ("-v", "sync", "--mirror", tmp_path / "mirror", "--home", tmp_path / "home")
    result = medline_process(
        *call, stdout=None, stderr=None, preexec_fn=lambda: (os.close(0), os.close(1), os.close(2))
    )
    assert result.returncode == 0
    assert medline("query", "SELECT pmid FROM articles", "--format", "csv", *call[-2:]).stdout == "pmid\n1\n"
