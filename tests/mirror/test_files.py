"""What identifies a source file: its name as text, and its MD5."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from medline.errors import BadInput
from medline.mirror.files import file_name, md5, open_raw


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (b"pubmed26n0001.xml.gz", "pubmed26n0001.xml.gz"),
        ("Fischotter \u00e4.nbib".encode(), "Fischotter \u00e4.nbib"),
        (b"a\xff.nbib", "a\ufffd.nbib"),
        (b"a\nb\x1b[31m\x7f.nbib", "a\ufffdb\ufffd[31m\ufffd.nbib"),
    ],
)
def test_a_name_is_text_that_tables_and_messages_can_hold(name, expected):
    assert file_name(Path("folder") / os.fsdecode(name)) == expected


@pytest.mark.parametrize("content", [b"", b"otters", b"x" * 300_000])
def test_an_md5_is_that_of_the_whole_file_in_hexadecimal_digits(tmp_path, content):
    path = tmp_path / "a.nbib"
    path.write_bytes(content)
    assert md5(path) == hashlib.md5(content).hexdigest()


def test_a_file_that_cannot_be_opened_is_named_with_the_reason(tmp_path):
    path = tmp_path / "gone\n.nbib"
    for opening in (open_raw, md5):
        with pytest.raises(BadInput) as error:
            opening(path)
        assert error.value.source == "gone\ufffd.nbib"
        assert error.value.problem == "cannot be opened (No such file or directory)"
        assert str(error.value).endswith("; check the path")
        assert isinstance(error.value.__cause__, OSError)


def test_a_directory_is_no_file(tmp_path):
    with pytest.raises(BadInput, match="cannot be opened"):
        open_raw(tmp_path)
