"""Attacks, and records and files without end: refused with a position, in bounded memory."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from build import citation, document, title
from compare import read
from medline import parse
from xml_records import RICH, wrapped

BOMB = '<!DOCTYPE PubmedArticleSet [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>'
OUTSIDE = '<!DOCTYPE PubmedArticleSet [<!ENTITY outside SYSTEM "file:///etc/hostname">]>'
HUNDRED_THOUSAND = 100_000
ATTACKS = {
    "an entity bomb": document(citation(1, title=title("&c;")), doctype=BOMB),
    "an external entity": document(citation(1, title=title("&outside;")), doctype=OUTSIDE),
    "a parameter entity": document(citation(1), doctype='<!DOCTYPE PubmedArticleSet [<!ENTITY % p "x"> %p;]>'),
    "deep inline markup": document(
        citation(1, title=title("<i>" * HUNDRED_THOUSAND + "</i>" * HUNDRED_THOUSAND)),
    ),
    "deep lists": document(citation(1, data="<ReferenceList>" * HUNDRED_THOUSAND)),
    "deep unknown elements": document(citation(1, article="<x>" * HUNDRED_THOUSAND)),
    "deep from the root on": document("<PubmedArticle>" * HUNDRED_THOUSAND),
    "a NUL byte": document(citation(1), citation(2, title=title("a\0b")), citation(3)),
    "a NUL byte between records": document(citation(1), "\0", citation(3)),
    "Latin-1 that says UTF-8": document(citation(1, title=title("café"))).decode().encode("latin-1"),
    "UTF-8 that says UTF-16": document(citation(1)).replace(b"utf-8", b"utf-16"),
    "end tags at the root": document("<!-- a -->" + "</>" * HUNDRED_THOUSAND),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_are_refused_with_a_position(agrees, name):
    reading = agrees(ATTACKS[name], chunks=(300, 65536, None))
    assert re.search("line [0-9]+", reading.error), reading.error


BIG = """
import gzip, sys
from pathlib import Path
from medline.errors import BadInput
from medline.parse import iter_batches
path, start, piece, end, megabytes = Path(sys.argv[1]), *map(str.encode, sys.argv[2:5]), int(sys.argv[5])
block = piece * ((1 << 20) // len(piece))
with gzip.open(path, "wb", 1) as out:
    out.write(b"<PubmedArticleSet>" + sys.argv[6].encode())
    out.write(b"<PubmedArticle><MedlineCitation><PMID>1</PMID><Article>" + start)
    for _ in range(megabytes):
        out.write(block)
    out.write(end + b"</Article></MedlineCitation></PubmedArticle></PubmedArticleSet>")
try:
    print(sum(len(batch.keys) for batch in iter_batches(path)))
except BadInput as error:
    print(error)
# not ru_maxrss, which begins with the size of the process that started this one
print(int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) >> 10)
"""


#: Of bytes, or of elements, which the plain reader looks at once a kernel has given a record up.
TOO_LARGE = r"line 1, byte \d+: a record of more than (64 MB|1,048,576 elements)"


@pytest.mark.long
@pytest.mark.parametrize(
    ("start", "piece", "end", "megabytes", "most"),
    [
        ("<ArticleTitle>", "word ", "</ArticleTitle>", 100, 700),
        ("</Article><KeywordList>", "<Keyword>word</Keyword>", "</KeywordList><Article>", 100, 1500),
        pytest.param(
            *("<AuthorList>", "<Author><LastName>Alm</LastName></Author>", "</AuthorList>", 100, 1500),
            marks=pytest.mark.slow,
        ),
        ("<ArticleTitle>", "word ", "</ArticleTitle>", 60, 900),
    ],
    ids=["a title", "keywords", "authors", "a title below the limit"],
)
def test_a_record_without_end_takes_bounded_memory(tmp_path, start, piece, end, megabytes, most):
    command = [
        sys.executable,
        "-c",
        BIG,
        tmp_path / "pubmed99n0001.xml.gz",
        start,
        piece,
        end,
        str(megabytes),
        citation(2),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 0, done.stderr[-2000:]
    *printed, peak = done.stdout.splitlines()
    assert printed == ["2"] if megabytes < 64 else re.search(TOO_LARGE, printed[0])
    assert int(peak) < most


@pytest.mark.parametrize("part", [0.1, 0.5, 0.95, 0.999])
def test_a_gz_that_is_cut_or_damaged_is_refused_with_a_position(tmp_path, part):
    path = tmp_path / "pubmed99n0001.xml.gz"
    packed = gzip.compress(
        wrapped(*(RICH[0].replace(">11<", f">{n}{os.urandom(9).hex()}<") for n in range(1, 400))).encode()
    )
    for content in (packed[: int(len(packed) * part)], packed[: int(len(packed) * part)] + b"\0" * 9 + packed[-500:]):
        path.write_bytes(content)
        for engine in ("compiled", "reference"):
            assert re.search(r"gz .*(byte|line) \d+", read(path, engine=engine).error)


def test_one_line_says_that_a_reader_is_compiled_first(monkeypatch, tmp_path, caplog):
    monkeypatch.setattr("medline.parse.kernels.jit.CACHE", tmp_path)
    parse._announce.cache_clear()
    for _ in range(2):
        parse._announce("walk.walk")
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "text.walk_text-1.py311.nbi").touch()
    parse._announce("text.walk_text")
    assert [record.message for record in caplog.records] == [
        f"the compiled reader is made in {tmp_path}: once, in about half a minute"
    ]
