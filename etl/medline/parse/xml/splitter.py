"""XML files cut at their records, one tree in memory at a time, by expat, which is strict.

A file is a sequence of documents: `efetch` appends a batch to the one before, people join files. Each has its own
expat. A record without a root around it is a document too, a set of one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from medline.errors import BadInput
from medline.mirror.files import AGAIN
from medline.parse import ncbi, other_formats
from medline.parse.constants import MAX_DEPTH, MAX_RECORD
from medline.parse.encodings import Utf8Check, is_not_utf8
from medline.parse.xml.paths import RECORDS, ROOTS, WRAPPED
from medline.parse.xml.prolog import ASIDES, WINDOWS, narrow, read_prolog, wrong_byte

#: Elements of a record at most: a tree takes some 150 bytes for each, so 64 MB of `<a/>` would take 2 GB. The largest
#: records of 2026, of thousands of authors, have some ten thousand.
MAX_ELEMENTS = 1 << 20
CHUNK = 1 << 18
#: Bytes that a document is given first; twice as many each time. So a record without a root costs no whole chunk.
FIRST = 1 << 12
#: Bytes kept of the piece before, for messages.
CONTEXT = 64
BLANKS, BOM = " \t\r\n", "\ufeff"
BARE = frozenset({*RECORDS, *WRAPPED})

LINE_END = re.compile("\r\n|\r|\n")
ENTITY = re.compile(rb"&(?!(?:lt|gt|amp|quot|apos);)[^;&<#][^;&<]*;")
#: Begins another document, and is never inside one.
NEXT = re.compile(rb"<(?:\?xml\s|!DOCTYPE\s|(?:%s)[\s>])" % b"|".join(root.encode() for root in sorted(ROOTS)))
#: Expat passes this between the end of a root and the next document.
PASSED = re.compile(rb"(?:</[^<>]*>)?" + ASIDES, re.DOTALL)
HTML = re.compile(rb"<!doctype\s+html\b", re.IGNORECASE)
#: Expat's errors at the end of what is there.
CUT = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR, expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)  # fmt: skip
INVALID, MISPLACED = (
    expat.errors.codes[message]
    for message in (expat.errors.XML_ERROR_INVALID_TOKEN, expat.errors.XML_ERROR_MISPLACED_XML_PI)
)


class Position(NamedTuple):
    """A position in a file: line from 1, column and byte from 0."""

    line: int = 1
    column: int = 0
    byte: int = 0

    def plus(self, line: int, column: int, byte: int) -> Position:
        """Return this position moved by another one, which is relative to it."""
        return Position(self.line + line - 1, column if line > 1 else self.column + column, self.byte + byte)


class Splitter:
    """Cuts the documents of an XML file at their record elements.

    Args:
        source: name of the file, for errors.

    Attributes:
        root_attributes: how often all roots have an attribute of each name; NLM's have none.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.root_attributes: Counter[str] = Counter()
        self.ready: list[tuple[Element, str, int]] = []
        self.pending = b""  # CRs at the end: expat would count their lines too early
        self.document = _Document(self, 1, Position())

    @property
    def depth(self) -> int:
        """Elements that are open."""
        return self.document.depth

    def elements(self, stream: BinaryIO) -> Iterator[tuple[Element, str, int]]:
        """Each record element as a tree, with its position ("line 12", "document 2, line 30") and its bytes.

        Memory is bounded by the largest record.

        Raises:
            BadInput: not well-formed, not sets of PubMed records, or with declarations that a dump has no need of.
        """
        while chunk := stream.read(CHUNK):
            yield from self.feed(chunk)
        yield from self.feed(b"", last=True)

    def feed(self, chunk: bytes, last: bool = False) -> list[tuple[Element, str, int]]:
        """The record elements that end in a piece of the file, which may be cut anywhere."""
        view, at = memoryview(self.pending + chunk if self.pending else chunk), 0
        end = len(view) - (0 if last else _line_end(view))
        self.pending = bytes(view[end:])
        while at < end:
            piece = bytes(view[at : min(at + self.document.appetite, end)])
            piece = piece[: len(piece) - _line_end(piece)] or piece
            at += len(piece)
            if rest := self._feed(piece):
                if len(rest) > at:
                    view, end, at = memoryview(rest + bytes(view[at:end])), len(rest) + end - at, len(rest)
                at -= len(rest)
        if last and (rest := self._feed(b"", last=True)):
            self.ready = self.feed(rest, last=True)
        ready, self.ready = self.ready, []
        return ready

    def _feed(self, piece: bytes, last: bool = False) -> bytes:
        """Give the document a piece; return the bytes that belong to the next one."""
        document = self.document
        rest = document.feed(piece, last)
        if rest:
            self.document = _Document(self, document.number + document.is_closed, document.end)
        return rest


class _Foreign(Exception):
    """An element where a set or a record belongs, as (problem, advice, position, byte): what follows may explain it."""


class _Document:
    """One document, fed piece by piece.

    Attributes:
        number: documents before it, and 1.
        start: of the file, where expat begins.
        end: where the next document begins.
        appetite: bytes to feed next.
        depth: elements that are open; a record without a root counts as if it had one.
        elements: of the record so far.
        is_open: whether expat has it.
        is_begun: whether there is more than comments.
        is_closed: whether the root is.
    """

    def __init__(self, splitter: Splitter, number: int, start: Position) -> None:
        self.splitter, self.number, self.start, self.end = splitter, number, start, start
        self.appetite = FIRST
        self.depth = self.elements = 0
        self.is_open = self.is_begun = self.is_closed = self.is_bare = False
        self.parser = expat.ParserCreate()
        self.codec, self.declared = "utf-8", ""  # see `Prolog`
        self.encoding: str | None = None
        self.check: Utf8Check | None = None  # where another encoding is declared
        self.pending, self.wanted = (
            b"",
            1,
        )  # bytes until all of the prolog is there, and how many to read before the next attempt
        self.before, self.fed = b"", 0  # the last bytes of those fed, and their number
        self.mark = Position()  # of the document, where the record, or what is between two, begins
        self.root = ""
        self.builder = TreeBuilder()
        self.foreign: tuple[str, ...] = ()  # problem, advice and position of what `before` then begins with

    def feed(self, piece: bytes, last: bool) -> bytes:
        """Read on; return the bytes that belong to the next document."""
        self.appetite = min(2 * self.appetite, CHUNK)
        if self.foreign:
            return self._reject_foreign(piece, last)
        if not self.is_open:
            piece = self._open(piece, last)
            if not self.is_open:
                return b""
            if rest := self._parse(piece, last=False):
                return rest
            piece = b""
        return self._parse(piece, last) if piece or last else b""

    def _open(self, piece: bytes, last: bool) -> bytes:
        """Begin once the prolog is there, and return the bytes for expat."""
        self.pending += piece
        if len(self.pending) < self.wanted and not last:
            return b""
        if len(self.pending) > MAX_RECORD:
            raise self._bad(f"more than {MAX_RECORD >> 20} MB before a record")
        self.wanted = 2 * len(self.pending)
        prolog = read_prolog(self.pending, last)
        if not prolog or (not prolog.content and self.number > 1):
            return b""
        lines = LINE_END.split(prolog.lead)
        self.start = self.start.plus(len(lines), len(lines[-1].lstrip(BOM)), prolog.size)
        self.codec, self.encoding, self.declared = prolog.codec, prolog.encoding, prolog.declared
        self.is_begun = prolog.is_begun
        if self.encoding in (None, WINDOWS) and is_not_utf8(self.declared):
            self.check = Utf8Check(self.start.line)
        if prolog.is_cut:
            raise self._bad("cut: the file ends before its first record")
        if not prolog.is_xml or HTML.match(prolog.behind):
            self.foreign = "an HTML page, not PubMed XML" if prolog.is_xml else "", AGAIN, self._where()
            return self._reject_foreign(prolog.content, last)
        if self.encoding:
            self.parser = expat.ParserCreate(self.encoding)
        parser, self.is_open = self.parser, True
        parser.buffer_text = True
        parser.StartElementHandler = self._on_start
        parser.EndElementHandler = self._on_end
        parser.CharacterDataHandler = self._on_text
        parser.EntityDeclHandler = self._on_entity
        parser.SkippedEntityHandler = self._on_skipped_entity
        return prolog.content

    def _parse(self, piece: bytes, last: bool) -> bytes:
        """Give expat a piece; return the bytes that belong to the next document."""
        parser = self.parser
        known, first = self.before + piece, self.fed - len(self.before)
        self.fed += len(piece)
        try:
            parser.Parse(piece, last)
        except _Foreign as foreign:
            self.foreign, self.before = foreign.args[:3], known[foreign.args[3] - first :]
            return self._reject_foreign(b"", last)
        except (LookupError, ValueError) as error:
            raise self._bad(str(error), "have it as UTF-8, as NLM's are") from error
        except expat.ExpatError as error:
            after = known[self.mark.byte - first :]
            size = self._passed(after, parser.ErrorByteIndex - self.mark.byte, last)
            if size < 0:
                raise self._explain(error, known, parser.ErrorByteIndex - first, last) from error
            self._check_encoding(piece)
            lines = LINE_END.split(after[:size].decode(self.codec, "replace"))
            self.end = self.start.plus(*self.mark.plus(len(lines), len(lines[-1]), size))
            return after[size:]
        self._check_encoding(piece)
        if self.is_closed:
            self._begin()
        if self.fed - self.mark.byte > MAX_RECORD:
            raise self._bad(f"a record of more than {MAX_RECORD >> 20} MB")
        self.before = known[self.mark.byte - first :] if self.is_closed else known[-CONTEXT:]
        return b""

    def _passed(self, data: bytes, most: int, last: bool) -> int:
        """Count the bytes behind the last mark, `most` at most, up to the next document; -1 if there cannot be one."""
        if not self.is_closed and (self.is_begun or self.depth):
            return -1
        text = narrow(data, self.codec)
        size = PASSED.match(text).end()  # type: ignore[union-attr]  # it matches nothing as well
        if text.startswith((b"<!--", b"<?"), size) and not last and not NEXT.match(text, size):
            return -1
        if not self.is_closed and (size == 0 or (size == len(text) and self.number == 1)):
            return -1
        size *= 1 if self.codec == "utf-8" else 2
        return size if size <= most else -1

    def _check_encoding(self, piece: bytes) -> None:
        """Check a piece that expat has read; at the document's end, raise if it is not in the declared encoding."""
        check = self.check
        if not check:
            return
        size = len(piece) - self.fed + self.mark.byte if self.is_closed else len(piece)
        check.feed(piece[: max(size, 0)])
        if not self.is_closed:
            return
        self.check = None
        if check.is_utf8():
            problem = f"its bytes are UTF-8, though it declares {self.declared} ({check.first!r})"
            where = f"{self._number(with_line=True)}line {check.line}"
            raise self._bad(problem, 'declare encoding="UTF-8"', where)

    # The content of the document

    def _begin(self) -> None:
        parser = self.parser
        self.mark = Position(parser.CurrentLineNumber, parser.CurrentColumnNumber, parser.CurrentByteIndex)

    def _on_start(self, name: str, attributes: dict[str, str]) -> None:
        self.is_begun = True
        if self.depth == 0 and name in BARE:
            self.is_bare, self.depth = True, 1
        if self.depth == 0:
            self._check_root(name)
            self.root = name
            self.splitter.root_attributes.update(attributes.keys())
            if len(self.splitter.root_attributes) > MAX_DEPTH:
                raise self._bad(f"more than {MAX_DEPTH} kinds of attributes of a root")
        elif self.depth == 1:
            self._check_record(name)
            self._begin()
            self.elements = 0
        elif self.depth > MAX_DEPTH:
            raise self._bad(f"elements nested deeper than {MAX_DEPTH}")
        if self.depth:
            self.elements += 1
            if self.elements > MAX_ELEMENTS:
                raise self._bad(f"a record of more than {MAX_ELEMENTS:,} elements")
            self.builder.start(name, attributes)
        self.depth += 1

    def _on_end(self, name: str) -> None:
        self.depth -= 1
        if self.depth:
            self.builder.end(name)
        if self.depth == 1:
            size = self.parser.CurrentByteIndex - self.mark.byte
            self.splitter.ready.append((self.builder.close(), f"{self._number()}line {self._line()}", size))
            self.builder = TreeBuilder()
            self.depth -= self.is_bare
        if self.depth <= 1:
            self._begin()
        self.is_closed = self.depth == 0

    def _on_text(self, text: str) -> None:
        if self.depth > 1:
            self.builder.data(text)
        elif text.strip(BLANKS):
            problem = ncbi.problem(text.encode())
            raise self._bad(
                problem or f"text between records: {ncbi.quoted(text.strip(BLANKS), 40)}",
                ncbi.FETCH_AGAIN if problem else AGAIN,
            )
        else:
            self._begin()

    def _check_root(self, name: str) -> None:
        if name not in ROOTS:
            roots = f"{', '.join(sorted(ROOTS))}, and single records"
            raise self._foreign(*other_formats.of_root(name, roots))

    def _check_record(self, name: str) -> None:
        if name in ROOTS:
            raise self._bad(f"cut: another document begins {self._inside()}")
        if name not in BARE:
            raise self._foreign(f"<{name[:40]}> where a record belongs", "the schema does not know it; report it")

    def _on_entity(self, name: str, *_: object) -> None:
        raise self._bad(
            f"the DOCTYPE declares an entity ({name[:40]!r})", "NLM's files have none; do not trust this one"
        )

    def _on_skipped_entity(self, name: str, is_parameter: bool) -> None:
        raise self._bad(f"undefined entity &{name[:40]};")

    # Errors

    def _bad(self, problem: str, advice: str = AGAIN, where: str = "") -> BadInput:
        before = self.number - 1
        whole = "" if not before else "; document 1 is whole" if before == 1 else f"; the {before} before it are whole"
        return BadInput(self.splitter.source, problem + whole, where=where or self._where(), advice=advice)

    def _foreign(self, problem: str, advice: str) -> _Foreign:
        return _Foreign(problem, advice, self._where(), self.parser.CurrentByteIndex)

    def _where(self) -> str:
        parser = self.parser
        at = max(parser.CurrentByteIndex, 0)  # -1 where it has no byte yet
        position = self.start.plus(parser.CurrentLineNumber, parser.CurrentColumnNumber, at)
        return f"{self._number(with_line=True)}line {position.line}, byte {position.byte}"

    def _number(self, with_line: bool = False) -> str:
        return "" if self.number == 1 else f"document {self.number}{f' (from line {self.start.line})' * with_line}, "

    def _line(self) -> int:
        """The line of the mark."""
        return self.start.line + self.mark.line - 1

    def _inside(self) -> str:
        if self.depth > 1:
            return f"inside the record that begins on line {self._line()}"
        return f"before </{self.root}>" if self.depth else "before its first record"

    def _reject_foreign(self, piece: bytes, last: bool) -> bytes:
        """Raise what is in place of a set or a record, once enough of it has been read."""
        self.before += piece
        if len(self.before) < ncbi.ERROR_SIZE and not last:
            return b""
        problem, advice, where = self.foreign
        text = self.before.decode(self.codec, "replace")
        if error := ncbi.problem(text.encode()):
            problem, advice = error, ncbi.FETCH_AGAIN
        raise self._bad(problem or f"text where XML should begin: {ncbi.quoted(text.strip(), 40)}", advice, where)

    def _explain(self, error: expat.ExpatError, known: bytes, at: int, last: bool) -> BadInput:
        """Return the error to raise for expat's error at a byte of the known ones."""
        line, column, byte = self.start.plus(error.lineno, error.offset, self.parser.ErrorByteIndex)
        where = f"{self._number(with_line=True)}line {line}, column {column}, byte {byte}"
        if error.code in CUT or (last and not self.depth):
            return self._bad(f"cut: the file ends {self._inside()}", where=where)
        around = narrow(known[max(at - 2, 0) : at + 64], self.codec)
        if self.depth and (
            error.code == MISPLACED or ((other := NEXT.search(around)) and other.start() < CONTEXT // 8)
        ):
            return self._bad(f"cut: another document begins {self._inside()}", where=where)
        if problem := ncbi.problem(known[at : at + ncbi.ERROR_SIZE]):
            return self._bad(problem, ncbi.FETCH_AGAIN, where)
        is_byte = error.code == INVALID and self.codec == "utf-8"
        if is_byte and (wrong := wrong_byte(known[at : at + 4], self.encoding, self.declared)):
            return self._bad(*wrong, where)
        message = expat.errors.messages[error.code]
        if message == "undefined entity" and (name := ENTITY.search(narrow(known[at:], self.codec))):
            message = f"undefined entity {name[0][:40].decode(errors='replace')}"
        return self._bad(f"not well-formed XML ({message})", where=where)


def _line_end(data: bytes | memoryview) -> int:
    """Bytes at the end that may be one line end with what follows, in UTF-8 or UTF-16, and the CRs before it."""
    tail = bytes(data[-CONTEXT:])
    rest = tail.removesuffix(b"\n") if tail.endswith(b"\r\0\n") else tail
    rest = rest.rstrip(b"\r\0")
    return len(tail) - len(rest) if b"\r" in tail[len(rest) :] else 0
