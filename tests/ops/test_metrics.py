"""The metrics, read as Prometheus reads them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from build import ask, citation, medline, write_dump, write_mirror
from medline import pipeline
from medline.errors import BadInput
from medline.home import LocalHome
from medline.ops import metrics
from medline.schema.tables import TABLES
from medline.warehouse import versions
from mirror_server import MirrorServer


def read(text: str) -> dict[tuple, float]:
    """Samples by name and labels."""
    families = list(text_string_to_metric_families(text))
    for family in families:
        assert family.documentation.strip(), family.name
        assert family.unit, family.name
        assert family.type in ("gauge", "counter"), "what node_exporter reads from a file knows no others"
    samples = [sample for family in families for sample in family.samples]
    values = {(sample.name, *sorted(sample.labels.values())): sample.value for sample in samples}
    assert len(values) == len(samples)
    return values


def _run_and_leave_a_file(directory: Path) -> None:
    mirror, home = directory / "mirror", directory / "home"
    write_mirror(mirror, [citation(1, pub_date="<Year>20x1</Year>")], [citation(2, article="<New>x</New>")])
    with MirrorServer(mirror) as server:
        pipeline.sync(server.url, home)
        write_dump(mirror / "updatefiles" / "pubmed26n0003.xml.gz", content=b"<")
        with pytest.raises(BadInput):
            pipeline.sync(server.url, home)


@pytest.fixture
def reporting_home(copy_of, tmp_path):
    """The home of a run that left a file behind."""
    copy_of(_run_and_leave_a_file, tmp_path)
    return tmp_path / "home"


@pytest.mark.long
def test_they_say_what_is_there(reporting_home):
    samples = read(medline("metrics", "--home", reporting_home).stdout)
    now = datetime.now(UTC).timestamp()
    assert samples["medline_newest_dump_number", "26"] == 2
    assert samples["medline_behind_dumps",] == 1
    assert samples["medline_failed_files",] == 1
    assert samples["medline_anomalies",] == 1
    assert samples["medline_unknown_paths",] == 1
    assert samples["medline_runs_total", "done", "sync"] == samples["medline_runs_total", "failed", "sync"] == 1
    assert samples["medline_run_applied_files", "sync"] == 0, "the last run, which failed"
    assert samples["medline_check_offending_rows", "next", "unknown_paths"] == 1
    assert samples["medline_check_offending_rows", "next", "no_orphans"] == 0
    assert samples["medline_run_seconds", "all", "sync"] >= samples["medline_run_seconds", "ingest", "sync"] > 0
    published = samples["medline_published_timestamp_seconds", "26-000001", "pubmed26n0002.xml.gz"]
    for moment in (published, samples["medline_listed_timestamp_seconds",]):
        assert 0 <= now - moment < 3600
    assert 0 <= now - samples["medline_last_run_timestamp_seconds", "failed", "sync"] < 3600
    assert samples["medline_disk_bytes", "warehouse"] > samples["medline_disk_bytes", "lake"] > 0
    assert samples["medline_disk_free_bytes",] > 0
    for table in TABLES:
        assert samples["medline_rows", table.name] == ask(reporting_home, f"SELECT count(*) FROM {table.name}")[0][0]


def test_a_file_is_replaced_whole(reporting_home, tmp_path):
    out = tmp_path / "medline.prom"
    out.write_text("old")
    inode = out.stat().st_ino
    assert medline("metrics", "--home", reporting_home, "--out", out).returncode == 0
    assert ("medline_rows", "articles") in read(out.read_text())
    assert out.stat().st_ino != inode, "another file under the name, so that no reader has half of it"
    assert [path.name for path in tmp_path.iterdir() if "prom" in path.name] == [out.name]


def test_a_home_without_a_warehouse_has_metrics_too(tmp_path):
    values = read(medline("metrics", "--home", tmp_path / "none").stdout)
    assert not {"medline_published_timestamp_seconds", "medline_rows"} & {name for name, *_ in values}
    assert not (tmp_path / "none").exists()


def test_what_the_runbook_and_prometheus_ask_for_keeps_its_name(reporting_home):
    """Rules of alerts hang on these."""
    names = {name for name, *_ in read(metrics.text(reporting_home))}
    assert {name for name in names if not name.startswith(("medline_run_", "medline_disk_"))} == {
        "medline_anomalies", "medline_behind_dumps", "medline_check_offending_rows", "medline_checks_timestamp_seconds",
        "medline_database_bytes", "medline_failed_files", "medline_last_run_timestamp_seconds",
        "medline_listed_timestamp_seconds",
        "medline_newest_dump_number", "medline_published_timestamp_seconds", "medline_rows",
        "medline_runs_total", "medline_unended_runs", "medline_unknown_paths",
    }  # fmt: skip


def test_the_rule_of_the_runbook_compares_what_has_the_same_labels(reporting_home):
    """Else Prometheus finds nothing, ever."""
    runbook = (Path(__file__).resolve().parents[2] / "docs" / "operate" / "runbook.md").read_text("utf-8")
    rules = re.findall(r"`(medline_\w+) < [0-9.]+ \* (medline_\w+)`", runbook)
    assert rules
    samples = [s for f in text_string_to_metric_families(metrics.text(reporting_home)) for s in f.samples]
    labels = {sample.name: set(sample.labels) for sample in samples}
    assert all(labels[one] == labels[other] for one, other in rules)
    (size,) = (sample.value for sample in samples if sample.name == "medline_database_bytes")
    assert size == versions.published(LocalHome(reporting_home)).database.stat().st_size
