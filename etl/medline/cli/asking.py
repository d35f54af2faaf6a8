"""Commands that answer questions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medline import settings
from medline.cli import completion
from medline.console import echo, errors, print_json, say
from medline.options import AnswerFile, AnswerFormat, AsOf, ExportFormat, Home, Limit, Shown, ShownFormat, Sort

if TYPE_CHECKING:
    import pyarrow

    from medline.answers import Target


def query(
    sql: Annotated[str, typer.Argument(help="DuckDB SQL, in quotes.", autocompletion=completion.sql)],
    home: Home,
    format: AnswerFormat = None,
    out: AnswerFile = None,
    limit: Limit = 50,
    allow_files: Annotated[
        bool, typer.Option("--allow-files", help="Let the statement read and write files, and load extensions.")
    ] = False,
    as_of: AsOf = None,
) -> None:
    """Ask the warehouse in SQL: `medline query "SELECT count(*) FROM articles"`. Tables: `medline schema`."""
    with errors(sql=True):
        from medline.answers import target, write
        from medline.warehouse import as_of as past

        goal = target(format, out)
        with past.reader(home, as_of) as connection:
            write(connection, sql, goal, limit, allow_files=allow_files)


def search(
    home: Home,
    query: Annotated[
        str,
        typer.Argument(
            help="In PubMed's language, in quotes; or a strategy: a file whose name ends in .txt.",
            autocompletion=completion.tags,
        ),
    ] = "",
    file: Annotated[
        str | None, typer.Option("--file", help="A file with a strategy; - for standard input.", metavar="FILE")
    ] = None,
    count: Annotated[bool, typer.Option("--count", help="Print only the number of citations.")] = False,
    citations: Annotated[
        bool, typer.Option("--citations", help="Of a strategy, list what its last line finds.")
    ] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Print the query as it is searched.")] = False,
    mapping: Annotated[
        bool, typer.Option("--mapping/--no-mapping", help="Map words without a tag as PubMed does, or keep them.")
    ] = True,
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL; needs no warehouse.")] = False,
    tags: Annotated[bool, typer.Option("--tags", help="List the field tags.")] = False,
    sort: Annotated[Sort, typer.Option("--sort", help="Newest first, or those first that match best.")] = Sort.date,
    format: AnswerFormat = None,
    out: AnswerFile = None,
    limit: Limit = 50,
    as_of: AsOf = None,
) -> None:
    """Search as in PubMed: `medline search 'asthma\\[mh] AND 2000:2005\\[dp]'`. A strategy gives a count a line."""
    with errors():
        from medline import searching
        from medline.answers import target
        from medline.status import print_tags

        if tags:
            print_tags()
            return
        goal = target(format, out)
        text, source = _strategy(file or query) if file or _is_strategy(query) else (query, "query")
        if explain:
            echo(searching.explain(home, text, mapping=mapping, as_of=as_of))
        elif sql:
            with searching.vocabulary_of(home, as_of) as vocabulary:
                typer.echo(searching.to_sql(text, count=count, vocabulary=vocabulary, mapping=mapping))
        elif source != "query" and not (count or citations):
            lines = searching.count_lines(home, text, mapping=mapping, source=source, as_of=as_of)
            _print_lines(lines, goal, limit)
        else:
            _print_citations(home, text, goal, limit, count=count, sort=sort, mapping=mapping, as_of=as_of)


def _print_citations(
    home: str, text: str, goal: Target, limit: int, *, count: bool, sort: Sort, mapping: bool, as_of: str | None
) -> None:
    """Print what a query finds, or how many citations that is."""
    from medline import searching
    from medline.answers import write

    most = limit + 1 if goal.is_table else None
    answering = searching.answering(home, text, count=count, sort=sort, limit=most, mapping=mapping, as_of=as_of)
    with answering as (connection, statement):
        if count and goal.is_table:
            typer.echo(connection.execute(statement).fetchall()[0][0])
        else:
            write(connection, statement, goal, limit)


def export(
    home: Home,
    format: Annotated[ExportFormat, typer.Option("--format", "-f", help="Format of the file.")],
    pmids: Annotated[
        list[str] | None, typer.Argument(help="PMIDs; - reads them from standard input, one a line.", metavar="PMID")
    ] = None,
    where: Annotated[
        str | None,
        typer.Option(
            help='Instead of PMIDs: a SQL condition on articles or books, "pub_year = 2020".',
            autocompletion=completion.sql,
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File to write to, whole or not at all.")] = None,
    as_of: AsOf = None,
) -> None:
    """Write records for other programs: PubMed's own formats, or those of reference managers."""
    with errors():
        from medline.errors import UsageError
        from medline.outputs.export import export as pieces_of
        from medline.outputs.export import write
        from medline.outputs.export.records import choose_pmids
        from medline.warehouse import as_of as past

        if bool(pmids) == (where is not None):
            raise UsageError("give PMIDs or --where, and not both")
        with past.reader(home, as_of) as connection:
            words = [word for pmid in pmids or () for word in (_text("-").splitlines() if pmid == "-" else [pmid])]
            chosen = choose_pmids(connection, words, where)
            if not chosen:
                say("no record matches: the export is empty")
            pieces = pieces_of(connection, chosen, format)
            if out:
                write(pieces, out)
            else:
                for piece in pieces:
                    sys.stdout.buffer.write(piece.encode())


def schema(
    name: Annotated[
        str | None,
        typer.Argument(
            help="A table, view or macro; without one, all are listed.", autocompletion=completion.relations
        ),
    ] = None,
    format: ShownFormat = Shown.text,
) -> None:
    """Describe the tables, views and macros, and their columns: type, DTD path, MEDLINE tag."""
    with errors():
        if format is Shown.json:
            from medline import facts

            print_json(facts.of_schema(name))
            return
        from medline.status import print_schema

        print_schema(name)


def _is_strategy(query: str) -> bool:
    """Return whether the argument of a search is a file with a strategy and no query."""
    return query.endswith(".txt") and settings.expanded(query).is_file()


def _strategy(file: str) -> tuple[str, str]:
    """Return the text of a strategy, and what it is called."""
    return _text(file), _name(file)


def _name(file: str) -> str:
    return "standard input" if file == "-" else Path(file).name


def _text(file: str) -> str:
    """Return the text of a file, or of standard input.

    Raises:
        UsageError: it is not UTF-8.
    """
    from medline.errors import UsageError

    try:
        data = sys.stdin.buffer.read() if file == "-" else settings.expanded(file).read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{_name(file)}: byte {error.start} is not UTF-8; save the file as UTF-8 text") from error


def _print_lines(lines: pyarrow.Table, goal: Target, limit: int) -> None:
    """Print the lines of a strategy with their counts, or write them to a file."""
    import duckdb

    from medline.answers import write

    with duckdb.connect() as connection:
        connection.register("lines", lines)
        columns = "line, query, citations" if goal.is_table else "line, query, details, citations"
        write(connection, f"SELECT {columns} FROM lines ORDER BY line", goal, limit)
