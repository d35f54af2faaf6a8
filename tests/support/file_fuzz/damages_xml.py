"""Ways to write the same XML, and ways in which files of XML are put together."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from xml.sax.saxutils import escape

from file_fuzz.records import ANOTHER, DOCTYPE, INLINE, XML_HEAD, invented
from file_fuzz.registry import damage, each

_TOKEN = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<[^>]*>|[^<]+", re.S)
_REFERENCE = re.compile(r"&[^;]+;")
_ASIDES = ("<!-- otter -->", "<?nihms?>", "<?pond depth='3'?>", "<!---->", "<!-- <PMID>1</PMID> -->")


def _texts(xml: str, change: Callable[[str], str]) -> str:
    """Change what stands between tags, where it is more than blanks."""
    return "".join(change(token) if token[0] != "<" and token.strip() else token for token in _TOKEN.findall(xml))


def _tags(xml: str, change: Callable[[str], str]) -> str:
    return "".join(
        change(token) if token[:1] == "<" and token[1] not in "!?" else token for token in _TOKEN.findall(xml)
    )


def _is_open(tag: str) -> bool:
    return not re.match(r"\s*<[/!?]", tag) and not tag.endswith("/>")


def _is_structural(token: str) -> bool:
    """Whether this is a tag that is no markup of texts."""
    return bool(re.match(rf"\s*<(?!/?{INLINE}|[!?])", token))


@damage("layout", "xml")
@each
def pretty_printed(xml: str, rng: Random) -> str:
    """Each element on a line of its own; leaves and mixed content stay as they are."""
    by, depth, parts = rng.choice(("  ", "\t", "    ")), 0, [""]
    tokens = _TOKEN.findall(xml)
    for token, after in zip(tokens, [*tokens[1:], ""], strict=True):
        before = parts[-1]
        if not _is_structural(token):
            if token.strip() or not (_is_structural(before) and _is_structural(after)):
                parts.append(token)
            continue
        is_end = token[1] == "/"
        depth -= is_end
        if _is_structural(before) and not (is_end and _is_open(before)):
            parts.append("\n" + by * depth + token)
        else:
            parts.append(token)
        depth += _is_open(token)
    return "".join(parts)


@damage("layout", "xml")
@each
def prettified(xml: str, rng: Random) -> str:
    """Each tag and each text on a line of its own, as BeautifulSoup writes it."""
    depth, lines = 0, []
    for token in _TOKEN.findall(xml):
        if token[0] == "<":
            depth -= token[1] == "/"
            lines.append(" " * depth + token)
            depth += _is_open(token)
        elif token.strip():
            lines.append(" " * depth + token.strip())
    return "\n".join(lines)


@damage("layout", "xml")
@each
def minified(xml: str, rng: Random) -> str:
    """No blanks between tags. Markup that follows markup keeps its blank."""
    return re.sub(r">\s*\n\s*<", "><", xml)


@damage("layout", "xml")
@each
def comments_and_instructions(xml: str, rng: Random) -> str:
    """Comments and processing instructions between the elements and in texts."""
    chance = rng.choice((0.05, 0.4))
    return "".join(
        token + (rng.choice(_ASIDES) if rng.random() < chance else "") for token in _TOKEN.findall(xml)[:-1]
    ) + _TOKEN.findall(xml)[-1]  # fmt: skip


@damage("layout", "xml")
@each
def cdata(xml: str, rng: Random) -> str:
    """Texts without references in CDATA sections, whole or in part."""

    def wrap(text: str) -> str:
        if "&" in text or rng.random() < 0.3:
            return text
        start, end = sorted(rng.randint(0, len(text)) for _ in range(2)) if rng.random() < 0.3 else (0, len(text))
        return f"{text[:start]}<![CDATA[{text[start:end]}]]>{text[end:]}"

    return _texts(xml, wrap)


@damage("layout", "xml")
@each
def character_references(xml: str, rng: Random) -> str:
    """Characters as numbers: those beyond ASCII, or any."""
    chance = rng.choice((0, 0.05, 1))

    def refer(text: str) -> str:
        return "".join(_referred(char, rng) if ord(char) > 126 or rng.random() < chance else char for char in text)

    return _texts(xml, lambda text: "".join(
        piece if _REFERENCE.fullmatch(piece) else refer(piece) for piece in re.split(r"(&[^;]+;)", text)
    ))  # fmt: skip


def _referred(char: str, rng: Random) -> str:
    return rng.choice(("&#{};", "&#x{:x};", "&#x{:X};")).format(ord(char))


@damage("layout", "xml")
@each
def entities(xml: str, rng: Random) -> str:
    """The five entities of XML also where none is needed."""
    return _texts(xml, lambda text: text.replace('"', "&quot;").replace("'", "&apos;").replace(">", "&gt;"))


@damage("layout", "xml")
@each
def attribute_quotes(xml: str, rng: Random) -> str:
    """Attributes in single quotes."""
    return _tags(xml, lambda tag: re.sub(r'="([^"\']*)"', r"='\1'", tag))


@damage("layout", "xml")
@each
def blanks_in_tags(xml: str, rng: Random) -> str:
    """Blanks and line ends in tags, empty elements in their other form."""

    def widen(tag: str) -> str:
        tag = re.sub(r' (?=[\w:]+=")', lambda _: rng.choice((" ", "\n", "\t", "  ")), tag)
        tag = re.sub(r"(?<=\w)=(?=\")", lambda _: rng.choice(("=", " = ", "\n=")), tag)
        if tag.endswith("/>") and rng.random() < 0.5:
            name = re.split(r"[\s/>]", tag[1:], maxsplit=1)[0]
            return f"{tag[:-2].rstrip()}></{name}>"
        return f"{tag[:-1]} >" if rng.random() < 0.3 and not tag.endswith("/>") else tag

    return _tags(xml, widen)


# Files joined


def _set(records: list[str], root: str = "PubmedArticleSet") -> str:
    return f"<{root}>\n" + "".join(record + "\n" for record in records) + f"</{root}>"


def _split(records: list[str], rng: Random) -> list[list[str]]:
    """Cut a list into some lists."""
    cuts = sorted(rng.sample(range(1, len(records)), rng.randint(0, len(records) - 1))) if len(records) > 1 else []
    return [records[start:end] for start, end in zip([0, *cuts], [*cuts, len(records)], strict=True)]


def _document(records: list[str], rng: Random) -> str:
    declaration = rng.choice(("", XML_HEAD, XML_HEAD.strip(), '<?xml version="1.0" ?>\n', "<?xml version='1.0'?>"))
    return declaration + rng.choice(("", DOCTYPE)) + _set(records)


def _gap(rng: Random) -> str:
    return rng.choice(("", "", "\n", "\n\n\n", "  \n", "\r\n"))


@damage("join", "xml")
def documents_appended(records: list[str], rng: Random) -> str:
    """Several documents in one file, each with or without declaration, DOCTYPE and a newline before the next."""
    return "".join(_document(some, rng) + _gap(rng) for some in _split(records, rng))


@damage("join", "xml")
def documents_with_bom(records: list[str], rng: Random) -> str:
    return "".join("\ufeff" + _document(some, rng) + _gap(rng) for some in _split(records, rng))


@damage("join", "xml")
def bare_records(records: list[str], rng: Random) -> str:
    """Records without a root, the first with or without a declaration."""
    return rng.choice(("", XML_HEAD, XML_HEAD + DOCTYPE)) + "".join(record + _gap(rng) for record in records)


@damage("join", "xml")
def bare_and_sets(records: list[str], rng: Random) -> str:
    """Documents of records without a root, and of sets, in any order."""
    bare = ["".join(some) if rng.random() < 0.5 else _set(some) for some in _split(records, rng)]
    return "".join(rng.choice(("", XML_HEAD)) + one + _gap(rng) for one in bare)


@damage("join", "xml")
def blank_before_declaration(records: list[str], rng: Random) -> str:
    return rng.choice(("\n", "\n\n", "  ", "\t\n")) + XML_HEAD + DOCTYPE + _set(records) + "\n"


@damage("join", "xml")
def empty_set_between(records: list[str], rng: Random) -> str:
    """A set without records, as a query without hits gives it, at any place among the documents."""
    empty = rng.choice(
        ("<PubmedArticleSet></PubmedArticleSet>", "<PubmedArticleSet/>", "<PubmedArticleSet>\n</PubmedArticleSet>")
    )
    documents = [_document(some, rng) for some in _split(records, rng)]
    documents.insert(rng.randint(0, len(documents)), rng.choice(("", XML_HEAD, XML_HEAD + DOCTYPE)) + empty)
    return "\n".join(documents) + "\n"


@damage("join", "xml")
def ncbi_error_between(records: list[str], rng: Random) -> str:
    """What efetch answers for a batch that it could not find, at any place among the documents."""
    error = rng.choice((
        "<eFetchResult>\n\t<ERROR>Cannot retrieve history 3</ERROR>\n</eFetchResult>",
        "<PubmedArticleSet><ERROR>Unable to obtain query 1</ERROR></PubmedArticleSet>",
        "<eFetchResult><ERROR>Empty result - nothing todo</ERROR></eFetchResult>",
    ))  # fmt: skip
    documents = [_document(some, rng) for some in _split(records, rng)]
    documents.insert(rng.randint(0, len(documents)), rng.choice(("", XML_HEAD)) + error)
    return "\n".join(documents) + "\n"


@damage("join", "xml")
def xml_repeated(records: list[str], rng: Random) -> str:
    """Some records come twice, in one document or two; what they say first is out of date."""
    again = [record for record in records if rng.random() < 0.6] or records[:1]
    older = [re.sub(r"(<ArticleTitle[^>]*>)", r"\1Earlier ", record, count=1) for record in again]
    if rng.random() < 0.5:
        return XML_HEAD + _set([*older, *records]) + "\n"
    return _document(older, rng) + "\n" + _document(records, rng) + "\n"


@damage("join", "xml")
def text_among_xml(records: list[str], rng: Random) -> str:
    """A file of the other format stands before or behind the document."""
    files = [XML_HEAD + _set(records) + "\n", invented("text", ANOTHER, 1).alone]
    return "\n".join(rng.sample(files, 2))


@damage("join", "xml")
def escaped_in_html(records: list[str], rng: Random) -> str:
    """The document as a browser shows it and saves it."""
    return f"<html><body><pre>\n{escape(XML_HEAD + _set(records))}\n</pre></body></html>\n"


@damage("join", "xml")
def text_after_xml(records: list[str], rng: Random) -> str:
    """A mail's footer, or a shell's message, behind the document."""
    return XML_HEAD + _set(records) + "\n" + escape(rng.choice(("-- \nsent from the pond", "100% 12.3kB/s"))) + "\n"


@damage("join", "xml")
def html_before_xml(records: list[str], rng: Random) -> str:
    """A proxy's page before the document."""
    return "<html><body>Please log in</body></html>\n" + XML_HEAD + _set(records) + "\n"
