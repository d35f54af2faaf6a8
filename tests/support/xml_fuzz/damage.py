"""Changes of the bytes of a document."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from medline.parse.xml.paths import ROOTS
from xml_fuzz.values import BYTES, DAYS, MONTHS, NUMBERS, TOKENS, names


def _offsets(data: bytes) -> list[int]:
    """Where tags begin and end, besides any offset."""
    return [match.start() for match in re.finditer(rb"[<>&\"=/]", data)] or [0]


def _at(rng: Random, data: bytes) -> int:
    offset = rng.choice(_offsets(data)) + rng.randint(0, 1) if rng.random() < 0.6 else rng.randint(0, len(data))
    return min(offset, len(data))


def _flip(rng: Random, data: bytes) -> bytes:
    offset = min(_at(rng, data), len(data) - 1)
    return data[:offset] + bytes([data[offset] ^ 1 << rng.randrange(8)]) + data[offset + 1 :]


def _cut(rng: Random, data: bytes) -> bytes:
    start = _at(rng, data)
    return data[:start] + data[start + rng.choice((1, 1, 1, 2, 4, 10, 100)) :]


def _insert(rng: Random, data: bytes) -> bytes:
    offset = _at(rng, data)
    new = rng.choice(TOKENS).encode() if rng.random() < 0.93 else rng.choice(BYTES)
    return data[:offset] + new * rng.choice((1, 1, 1, 1, 2, 300)) + data[offset:]


def _name_tag(rng: Random, data: bytes) -> bytes:
    """A tag of the schema's names where a tag may stand."""
    offset, name = rng.choice(_offsets(data)), rng.choice(names()[0])
    return data[:offset] + rng.choice(("<{}>", "</{}>", "<{}/>", "<{0}></{0}>")).format(name).encode() + data[offset:]


def _again(rng: Random, data: bytes) -> bytes:
    """A piece of the document once more, there or elsewhere."""
    start = _at(rng, data)
    piece = data[start : start + rng.choice((1, 5, 30, 200, 3000))]
    offset = _at(rng, data)
    return data[:offset] + piece + data[offset:]


def _attribute_again(rng: Random, data: bytes) -> bytes:
    matches = list(re.finditer(rb'\s[\w:]+="[^"]*"', data))
    if not matches:
        return data
    one = rng.choice(matches)
    return data[: one.end()] + one[0] + data[one.end() :]


def _swap(rng: Random, data: bytes) -> bytes:
    a, b, c = sorted(_at(rng, data) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def _number(rng: Random, data: bytes) -> bytes:
    matches = list(re.finditer(rb">[0-9]+<", data))
    if not matches:
        return data
    one = rng.choice(matches)
    return data[: one.start() + 1] + rng.choice([*NUMBERS, *DAYS, *MONTHS]).encode() + data[one.end() - 1 :]


BYTE_CHANGES = [_flip, _cut, _insert, _insert, _insert, _name_tag, _again, _attribute_again, _swap, _number]

DOCTYPES = [
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "https://dtd.example/pubmed.dtd">',
    "<!DOCTYPE PubmedArticleSet SYSTEM 'pubmed.dtd'>",
    "<!DOCTYPE PubmedArticleSet>",
    '<!DOCTYPE PubmedArticleSet [<!ENTITY a "b">]>',
    '<!DOCTYPE PubmedArticleSet [<!ATTLIST PMID Version CDATA "7">]>',
    '<!DOCTYPE PubmedArticleSet SYSTEM "a" [<!ELEMENT PMID ANY>]>',
    "<!DOCTYPE PubmedArticleSet [<!ATTLIST PMID Version NMTOKEN #IMPLIED>]>",
    '<!DOCTYPE PubmedArticleSet PUBLIC "a">',
    '<!DOCTYPE  PubmedArticleSet  SYSTEM  "a"  ><!DOCTYPE PubmedArticleSet SYSTEM "b">',
    '<!DOCTYPE x SYSTEM "a>b">',
    "<!-- <!DOCTYPE x SYSTEM 'y'> -->",
    "<!-- a - b --><?x y?>",
]
DECLARATIONS = [
    *("", "\ufeff", '\ufeff<?xml version="1.0"?>', '<?xml version="1.0"?>', '<?xml version="1.1" encoding="utf-8"?>'),
    *('<?xml version="1.0" encoding="iso-8859-1"?>', '<?xml version="1.0" encoding="us-ascii"?>'),
    *("<?xml version='1.0' encoding='UTF-8' standalone='yes'?>", '<?xml version="1.0" encoding="utf-16"?>'),
    *(' <?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-8" ?>', "<?xml version='1.0' encoding='utf8'?>"),
]


def _replace_line_ends(end: bytes) -> Callable[[Random, bytes], bytes]:
    return lambda rng, data: data.replace(b"\n", end)


def _mixed_line_ends(rng: Random, data: bytes) -> bytes:
    return re.sub(rb"\n", lambda _: rng.choice((b"\n", b"\r\n", b"\r", b"\r\r")), data)


def _doctype(rng: Random, data: bytes) -> bytes:
    return data.replace(b"?>", b"?>" + rng.choice(DOCTYPES).encode(), 1)


def _declaration(rng: Random, data: bytes) -> bytes:
    return re.sub(rb"^<\?xml.*?\?>\n?", rng.choice(DECLARATIONS).encode(), data, count=1)


def _ends(rng: Random, data: bytes) -> bytes:
    return data[: rng.randint(0, len(data))]


def _append(rng: Random, data: bytes) -> bytes:
    return (
        data
        + rng.choice(("\n\n", "<!-- a -->", "<?x?>", "<a/>", "x", "\0", " </PubmedArticleSet>", "\r", "&amp;")).encode()
    )


def _between(rng: Random, data: bytes) -> bytes:
    """Something between records."""
    ends = [one.end() for one in re.finditer(rb"</?(?:Pubmed\w+|Delete\w+|MedlineCitationSet|BookDocumentSet)>", data)]
    offset = rng.choice(ends or [0])
    new = rng.choice(
        ("<!-- a -->", "<?x y?>", "x", "&amp;", "</>", "<a/>", "<![CDATA[ ]]>", "<PMID/>", "&#32;", "<?x y?></>")
    )
    return data[:offset] + new.encode() * rng.choice((1, 1, 2, 500)) + data[offset:]


def _part(rng: Random, data: bytes) -> bytes:
    """Several documents, which end and begin behind records."""
    roots = [*ROOTS, "PubmedArticleSet", "PubmedArticleSet"]

    def joint(match: re.Match) -> bytes:
        if rng.random() < 0.5:
            return match[0]
        before = "".join(rng.choice(("", "", kind)) for kind in (rng.choice(DECLARATIONS), rng.choice(DOCTYPES)))
        ends = (match[0].decode(), *root.groups()) if (root := re.search(r"<(\w+Set)>", data.decode("latin-1"))) else ()
        return f"{ends[0]}</{ends[1]}>{before}<{rng.choice([ends[1], *roots])}>".encode() if ends else match[0]

    return re.sub(rb"</(?:PubmedArticle|PubmedBookArticle|DeleteCitation)>\s*", joint, data)


def _bare(rng: Random, data: bytes) -> bytes:
    """Records without a root."""
    return re.sub(rb"</?\w+Set>", lambda _: rng.choice((b"", b"\n", DECLARATIONS[3].encode())), data)


def _root(rng: Random, data: bytes) -> bytes:
    return data.replace(
        b"Set>", rng.choice((b" >", b"Set >", b'Set a="1">', b"Set\n>", b"set>", b"Set/>")), rng.choice((1, 2))
    )


def _recode(rng: Random, data: bytes) -> bytes:
    return data.decode(errors="replace").encode(rng.choice(("utf-16", "utf-16-le", "utf-8-sig", "latin-1")), "replace")


FILE_CHANGES = [
    *(_replace_line_ends(b"\r\n"), _replace_line_ends(b"\r"), _mixed_line_ends, _doctype, _doctype, _declaration),
    *(_ends, _ends, _append, _between, _between, _between, _root, _recode),
    *(_part, _part, _bare),
]
