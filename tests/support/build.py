"""Invented citations, files and mirrors of them, and calls of the command line: as small as a test can read them."""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb

from medline import cli
from medline.home import LocalHome
from medline.parse import iter_batches
from medline.schema.tables import TABLES
from medline.warehouse import checks, database, versions
from medline.warehouse import contents as warehouse_contents

FORKED = get_context("forkserver")
FORKED.set_forkserver_preload(["pytest", "medline.pipeline", "medline.status", "typer.rich_utils", "typer._adapters"])
Rows = Callable[[str, str], list[tuple]]

#: Seconds until a call of the command line counts as hung; a busy machine takes its time.
PATIENCE = 180


def citation(
    pmid: object,
    version: int | None = 1,
    *,
    head: str = "",
    pub_date: str = "<Year>2001</Year>",
    title: str = "<ArticleTitle>A title.</ArticleTitle>",
    article: str = "",
    citation: str = "",
    data: str = "",
) -> str:
    """A PubmedArticle. XML goes in as it is: `head` before Article, `article` after the title, `citation` after
    Article, `data` into PubmedData."""
    number = "" if version is None else f' Version="{version}"'
    journal = f"<Journal><JournalIssue><PubDate>{pub_date}</PubDate></JournalIssue></Journal>"
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID{number}>{pmid}</PMID>{head}'
        f"<Article>{journal}{title}{article}</Article>{citation}</MedlineCitation>"
        f"<PubmedData>{data}</PubmedData></PubmedArticle>"
    )


def title(text: str) -> str:
    return f"<ArticleTitle>{text}</ArticleTitle>"


def abstract(*texts: str) -> str:
    return "<Abstract>" + "".join(f"<AbstractText>{text}</AbstractText>" for text in texts) + "</Abstract>"


def authors(*names: str) -> str:
    listed = "".join(f"<Author><LastName>{name}</LastName></Author>" for name in names)
    return f"<AuthorList>{listed}</AuthorList>"


CITED = (
    "<Reference><Citation>Alm. 1999</Citation><ArticleIdList>"
    '<ArticleId IdType="pubmed">{0}</ArticleId><ArticleId IdType="doi">10.5555/cited.{0}</ArticleId>'
    '<ArticleId IdType="pmc">PMC{0}</ArticleId></ArticleIdList></Reference>'
)
#: Parts of a citation that fill child tables.
WITH_CHILDREN = {
    "article": authors("Alm", "Bek", "Cid") + abstract("A text."),
    "citation": '<KeywordList Owner="NOTNLM"><Keyword>otters</Keyword><Keyword>fur</Keyword></KeywordList>',
    "data": f"<ReferenceList>{CITED.format(7)}</ReferenceList>",
}


def revised(year: int, month: int, day: int) -> str:
    return f"<DateRevised><Year>{year}</Year><Month>{month:02}</Month><Day>{day:02}</Day></DateRevised>"


def deletion(*pmids: int, version: int = 1) -> str:
    listed = "".join(f'<PMID Version="{version}">{pmid}</PMID>' for pmid in pmids)
    return f"<DeleteCitation>{listed}</DeleteCitation>"


def document(*records: str, doctype: str = "") -> bytes:
    """A PubmedArticleSet, one record a line: the first record is on line 3."""
    return "\n".join(['<?xml version="1.0" encoding="utf-8"?>' + doctype, "<PubmedArticleSet>", *records,
                      "</PubmedArticleSet>\n"]).encode()  # fmt: skip


def text_record(pmid: object, *lines: str, end: str = "\n") -> str:
    """A record of MEDLINE text with these lines after its PMID."""
    return end.join([f"PMID- {pmid}", "OWN - NLM", "STAT- MEDLINE", *lines, "", ""])


def write_dump(path: Path, *records: str, content: bytes | None = None) -> Path:
    """A gzipped dump and its .md5."""
    path.parent.mkdir(parents=True, exist_ok=True)
    packed = gzip.compress(document(*records) if content is None else content, 1, mtime=0)
    path.write_bytes(packed)
    path.with_name(f"{path.name}.md5").write_text(f"MD5({path.name})= {hashlib.md5(packed).hexdigest()}\n")
    return path


def write_mirror(mirror: Path, *dumps: list[str], year: int = 26) -> list[Path]:
    """A mirror of one baseline file and, after it, update files, each given as its records."""
    folders = ["baseline", *["updatefiles"] * (len(dumps) - 1)]
    return [
        write_dump(mirror / folder / f"pubmed{year}n{number:04}.xml.gz", *records)
        for number, (folder, records) in enumerate(zip(folders, dumps, strict=True), start=1)
    ]


def rows_of(path: Path, **options: int) -> Rows:
    """Read a file; the answer gives the columns (parted by blanks) of each row of a table."""
    batches = list(iter_batches(path, **options))

    def rows(table: str, columns: str) -> list[tuple]:
        listed = [row for batch in batches for row in batch.tables[table].to_pylist()]
        return [tuple(row[column] for column in columns.split()) for row in listed]

    return rows


def ask(home: Path, sql: str) -> list[tuple]:
    """What the warehouse answers."""
    with database.reader(home) as connection:
        return connection.execute(sql).fetchall()


def found_by_checks(home: Path | str) -> dict[str, int]:
    """Rows that each check finds, where it finds any."""
    return {result.name: result.offending for result in checks.run(home) if result.offending}


def contents(home: Path) -> dict[str, list[tuple]]:
    """All rows of all tables, in a stable order, but for the time of loading and the runs of the home."""
    with database.reader(home) as connection:
        tables = {
            table.name: connection.execute(
                f"SELECT {'* EXCLUDE (loaded_at)' if table.name == 'source_files' else '*'} FROM {table.name}"
            ).fetchall()
            for table in TABLES
            if table.name != "runs"
        }
    return {name: sorted(rows, key=repr) for name, rows in tables.items()}


def medline_process(*arguments: object, **options) -> subprocess.CompletedProcess[str]:
    """Run the command line as a shell does."""
    command = [sys.executable, "-m", "medline.cli", *map(str, arguments)]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run(command, text=True, check=False, timeout=PATIENCE, **options)


def medline(
    *arguments: object, env: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, forked from one that has its imports done: a fifth of the time."""
    words = [os.fsencode(str(argument)) for argument in arguments]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = FORKED.Process(target=_run, args=(words, DupFd(out.fileno()), DupFd(err.fileno()), env or {}, cwd))
        process.start()
        process.join(PATIENCE)
        for stream in (out, err):
            stream.seek(0)
        printed = [stream.read().decode("utf-8", "backslashreplace") for stream in (out, err)]
    return subprocess.CompletedProcess([*words], process.exitcode, *printed)


def _run(words: list[bytes], out: Any, err: Any, env: dict[str, str], cwd: Path | None) -> None:
    for target, stream in ((1, out), (2, err)):
        os.dup2(stream.detach(), target)
    os.environ.update(env)
    if cwd:
        os.chdir(cwd)
    sys.argv = ["medline"]
    cli.app([os.fsdecode(word) for word in words])


def error_of(result: subprocess.CompletedProcess[str], code: int) -> str:
    """The one error line of a call that failed with this code; besides it only warnings may stand on stderr."""
    others = [line for line in result.stderr.splitlines() if not line.startswith(("WARNING ", "error: "))]
    errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert (result.returncode, others, len(errors)) == (code, [], 1), result.stderr
    return errors[0].removeprefix("error: ")


def files_there(home, pattern):
    """The files of a pattern in a home that a process works on; none where it removes their directory meanwhile."""
    try:
        return set(home.glob(pattern))
    except FileNotFoundError:
        return set()


@contextmanager
def rewritten(home: Path, version: versions.Version | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Write to a version, the published one by default, as if the program had published it so: it is sealed again."""
    local = LocalHome(home)
    version = version or versions.published(local)
    with database.writer(version.database) as connection:
        yield connection
        made_of = warehouse_contents.whole_contents(connection)
    warehouse_contents.write_contents(made_of, version.database, local.contents(version.name))


@contextmanager
def killed_after(replaced: int) -> Iterator[None]:
    """End a run by an exception once it has put so many files in place."""
    replace, done = Path.replace, []

    def replace_some(self: Path, target: Path) -> Path:
        if len(done) >= replaced:
            raise KeyboardInterrupt
        done.append(target)
        return replace(self, target)

    with patch.object(Path, "replace", replace_some):
        yield
