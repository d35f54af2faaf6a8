"""XML documents cut at their records, one tree in memory at a time, by expat: strict, and on its guard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from etl.errors import BadInput
from etl.parse import other_formats
from etl.parse.constants import MAX_DEPTH, MAX_RECORD
from etl.parse.plan import RECORDS, ROOTS, WRAPPED
from etl.parse.source import AGAIN

CHUNK = 1 << 18
BLANKS = " \t\r\n"

#: A DOCTYPE that only names a DTD, after an XML declaration and comments. Expat forgives undefined entities, and drops
#: them silently from attributes, where it sees that a DTD it has not read might define them. NLM's dumps have no
#: entities, so the DOCTYPE is blanked out; one that declares something stays, and is refused for what it declares.
DOCTYPE = re.compile(
    rb"""(?<![^>\s\xbf])<!DOCTYPE\s+[^\s<>\["']+\s+(?:PUBLIC\s+(?:"[^"<>]*"|'[^'<>]*')|SYSTEM)"""
    rb"""\s+(?:"[^"<>]*"|'[^'<>]*')\s*>"""
)
ENTITY = re.compile(rb"&(?!(?:lt|gt|amp|quot|apos);)[^;&<#][^;&<]*;")


class Splitter:
    """Cuts an XML document at its record elements.

    Args:
        source: name of the file, for errors.

    Attributes:
        root_attributes: names of the attributes of the root, of which NLM's have none.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.root_attributes: list[str] = []
        self.depth = 0
        self.fed = 0
        self.ready: list[tuple[Element, int]] = []
        self.builder = TreeBuilder()
        self.start = (0, 0)
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._on_start
        parser.EndElementHandler = self._on_end
        parser.CharacterDataHandler = self._on_text
        parser.EntityDeclHandler = self._on_entity
        parser.SkippedEntityHandler = self._on_skipped_entity

    def elements(self, stream: BinaryIO) -> Iterator[tuple[Element, int]]:
        """Each record element as a tree, with the line it starts on; memory is bounded by the largest record.

        Raises:
            BadInput: not well-formed, not a set of PubMed records, or with declarations that a dump has no need of.
        """
        while chunk := stream.read(CHUNK):
            yield from self.feed(chunk)
        yield from self.feed(b"", last=True)

    def feed(self, chunk: bytes, last: bool = False) -> list[tuple[Element, int]]:
        """The record elements that end in a piece of the document, which may be cut anywhere but in the DOCTYPE."""
        if not self.fed:
            chunk = DOCTYPE.sub(_blanks, chunk, count=1)
        try:
            self.parser.Parse(chunk, last)
        except (LookupError, ValueError) as error:
            raise BadInput(self.source, str(error), where="line 1", advice="have it as UTF-8, as NLM's are") from None
        except expat.ExpatError as error:
            message = expat.errors.messages[error.code]
            name = ENTITY.search(chunk, max(self.parser.ErrorByteIndex - self.fed, 0))
            if message == "undefined entity" and name:
                message = f"undefined entity {name[0][:40].decode(errors='replace')}"
            where = f"line {error.lineno}, column {error.offset}, byte {self.parser.ErrorByteIndex}"
            raise BadInput(self.source, f"not well-formed XML ({message})", where=where, advice=AGAIN) from None
        self.fed += len(chunk)
        if self.fed - self.start[1] > MAX_RECORD:
            raise self._bad(f"a record of more than {MAX_RECORD >> 20} MB")
        ready, self.ready = self.ready, []
        return ready

    def _bad(self, problem: str, advice: str = AGAIN) -> BadInput:
        where = f"line {self.parser.CurrentLineNumber}, byte {self.parser.CurrentByteIndex}"
        return BadInput(self.source, problem, where=where, advice=advice)

    def _begin(self) -> None:
        """Note where the record, or what is between two, begins: line and byte."""
        self.start = (self.parser.CurrentLineNumber, self.parser.CurrentByteIndex)

    def _on_start(self, name: str, attributes: dict[str, str]) -> None:
        if self.depth == 0:
            self._check_root(name)
            self.root_attributes = list(attributes)
        elif self.depth == 1:
            if name not in RECORDS and name not in WRAPPED:
                raise self._bad(f"<{name[:40]}> where a record belongs", "the schema does not know it; report it")
            self._begin()
        elif self.depth > MAX_DEPTH:
            raise self._bad(f"elements nested deeper than {MAX_DEPTH}")
        if self.depth:
            self.builder.start(name, attributes)
        self.depth += 1

    def _on_end(self, name: str) -> None:
        self.depth -= 1
        if self.depth:
            self.builder.end(name)
        if self.depth == 1:
            self.ready.append((self.builder.close(), self.start[0]))
            self.builder = TreeBuilder()
        if self.depth <= 1:
            self._begin()

    def _on_text(self, text: str) -> None:
        if self.depth > 1:
            self.builder.data(text)
        elif text.strip(BLANKS):
            raise self._bad(f"text between records: {text.strip(BLANKS)[:40]!r}")
        else:
            self._begin()

    def _check_root(self, name: str) -> None:
        if name not in ROOTS:
            raise self._bad(*other_formats.of_root(name, ", ".join(sorted(ROOTS))))

    def _on_entity(self, name: str, *_: object) -> None:
        raise self._bad(
            f"the DOCTYPE declares an entity ({name[:40]!r})", "NLM's files have none; do not trust this one"
        )

    def _on_skipped_entity(self, name: str, is_parameter: bool) -> None:
        raise self._bad(f"undefined entity &{name[:40]};")


def _blanks(found: re.Match[bytes]) -> bytes:
    """As many blanks and line ends, so that positions stay."""
    return re.sub(rb"[^\r\n]", b" ", found[0])
