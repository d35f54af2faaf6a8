"""The version of the schema: the same in every process, another one after each change that rows depend on."""

from __future__ import annotations

import os
import subprocess
import sys

from medline.schema import version
from medline.schema.version import digest, schema_version


def test_the_schema_version_is_short_and_every_process_has_the_same():
    versions = {
        subprocess.run(
            [sys.executable, "-c", "from medline.schema.version import schema_version; print(schema_version())"],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip
    assert versions == {schema_version()}
    assert len(schema_version()) == 12


def test_another_revision_of_the_readers_is_another_version(monkeypatch):
    monkeypatch.setattr(version, "READER_REVISION", version.READER_REVISION + 1)
    assert schema_version.__wrapped__() != schema_version()


def test_a_digest_tells_its_parts_apart():
    assert digest("ab", "c") != digest("a", "bc") != digest("a", "b", "c")
    assert digest("a", 1) == digest("a", 1) != digest("a", "1")
