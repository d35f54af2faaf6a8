"""The PubMed DTD as this project supports it: elements, content models, attributes.

The digest (`pubmed_250101.digest`) says in one line per element what the DTD declares:

    Author = ((LastName, ForeName?) | CollectiveName), Identifier*  @ ValidYN=Y|N:Y EqualContrib=Y|N
    PMID = #text  @ Version!=CDATA
    Title = #mixed(b i sup sub u)

`#text` is character data, `#mixed(…)` character data with these elements in it. An attribute reads
`Name[!]=values[:default]`; `!` is required, values are an enumeration, CDATA, ID or IDREF.
MathML is opaque: `mml:math` is named, but has no line.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DIGEST = Path(__file__).with_name("digests") / "pubmed_250101.digest"
ROOT = "PubmedArticleSet"
_UNTYPED = ("CDATA", "ID", "IDREF")


@dataclass(frozen=True)
class Model:
    """A particle of a content model: kind is element, sequence, choice, text, mixed; occurs is '', '?', '*' or '+'."""

    kind: str
    name: str = ""
    parts: tuple[Model, ...] = ()
    occurs: str = ""

    def names(self) -> list[str]:
        """Return the names of the child elements in the order of the model, each once."""
        own = [self.name] if self.kind == "element" else []
        return list(dict.fromkeys(own + [name for part in self.parts for name in part.names()]))

    def __str__(self) -> str:
        if self.kind == "text":
            return "#text"
        if self.kind == "mixed":
            return f"#mixed({' '.join(self.names())})"
        if self.kind == "element":
            return self.name + self.occurs
        inner = (", " if self.kind == "sequence" else " | ").join(map(str, self.parts))
        return f"({inner}){self.occurs}"


@dataclass(frozen=True)
class Attribute:
    """An attribute: kind is CDATA, ID, IDREF or ENUM; values are the enumeration, empty otherwise."""

    name: str
    kind: str
    values: tuple[str, ...] = ()
    required: bool = False
    default: str | None = None

    def __str__(self) -> str:
        default = "" if self.default is None else f":{self.default}"
        return f"{self.name}{'!' * self.required}={'|'.join(self.values) or self.kind}{default}"


@dataclass(frozen=True)
class Element:
    """A declared element."""

    name: str
    model: Model
    attributes: tuple[Attribute, ...] = ()

    def __str__(self) -> str:
        model = str(self.model)
        if self.model.kind in ("sequence", "choice") and not self.model.occurs:
            model = model[1:-1]
        return f"{self.name} = {model}" + ("  @ " + " ".join(map(str, self.attributes)) if self.attributes else "")


@cache
def elements() -> Mapping[str, Element]:
    """Return the elements of the digest this project ships, by name."""
    return read_digest(DIGEST.read_text(encoding="utf-8"))


def read_digest(text: str) -> dict[str, Element]:
    """Return the elements a digest declares, by name. ValueError names a line that cannot be read."""
    declarations = {}
    for line in filter(None, text.splitlines()):
        declared = re.fullmatch(r"(\S+) = (.*?)(?:  @ (.*))?", line)
        if not declared:
            raise ValueError(f"not a line of a digest: {line!r}")
        name, model, attributes = declared.groups(default="")
        declarations[name] = Element(name, _model(model), tuple(map(_attribute, attributes.split())))
    return declarations


def digest_of(dtd_text: str) -> str:
    """Return the digest of a PubMed DTD: parameter entities expanded, comments and the MathML module left out."""
    text = re.sub(r"<!--.*?-->", "", dtd_text, flags=re.S)
    entities = dict(re.findall(r'<!ENTITY\s+%\s+(\S+)\s+"([^"]*)"\s*>', text))
    text = re.sub(r"<!ENTITY.*?>", "", text, flags=re.S)
    text = re.sub(r"%([\w-]+);", lambda entity: entities.get(entity[1], ""), text)
    attributes: dict[str, list[Attribute]] = {}
    for name, body in re.findall(r"<!ATTLIST\s+(\S+)\s+([^>]*)>", text):
        attributes.setdefault(name, []).extend(_declared_attributes(body))
    declared = re.findall(r"<!ELEMENT\s+(\S+?)\s*(\(.*?)\s*>", text, flags=re.S)
    return "".join(f"{Element(name, _model(body), tuple(attributes.get(name, ())))}\n" for name, body in declared)


def main() -> None:
    """Print the digest of a DTD: `python -m medline.schema.dtd pubmed_270101.dtd`."""
    sys.stdout.write(digest_of(Path(sys.argv[1]).read_text("utf-8")))


def iter_paths(root: str = ROOT, declared: Mapping[str, Element] | None = None) -> Iterator[str]:
    """Yield the path of every element and attribute below root, relative to it, in document order.

    "PubmedArticle/MedlineCitation/@Owner". An element that contains itself is named where it recurs and not entered
    again; inline elements (`b` may hold `b`) are named and not entered at all.
    """
    declared = elements() if declared is None else declared

    def walk(name: str, path: tuple[str, ...], above: tuple[str, ...]) -> Iterator[str]:
        element = declared.get(name)
        if element is None or name in above:
            return
        yield from ("/".join((*path, f"@{attribute.name}")) for attribute in element.attributes)
        if element.model.kind == "mixed" and name in element.model.names():
            return
        for child in element.model.names():
            yield "/".join((*path, child))
            yield from walk(child, (*path, child), (*above, name))

    if root not in declared:
        raise ValueError(f"the DTD declares no element {root!r}")
    yield from walk(root, (), ())


def _declared_attributes(body: str) -> Iterator[Attribute]:
    pattern = r'(\S+)\s+(CDATA|IDREF|ID|\([^)]*\))\s+(#REQUIRED|#IMPLIED|(?:#FIXED\s+)?"([^"]*)")'
    for name, kind, rule, default in re.findall(pattern, body):
        values = tuple(re.findall(r"[^\s()|]+", kind)) if kind.startswith("(") else ()
        yield Attribute(name, "ENUM" if values else kind, values, rule == "#REQUIRED", default or None)


def _attribute(text: str) -> Attribute:
    declared = re.fullmatch(r"([^!=]+)(!?)=([^:]+)(?::(.*))?", text)
    if not declared:
        raise ValueError(f"not an attribute of a digest: {text!r}")
    name, required, values, default = declared.groups()
    enumerated = () if values in _UNTYPED else tuple(values.split("|"))
    return Attribute(name, "ENUM" if enumerated else values, enumerated, bool(required), default)


def _model(text: str) -> Model:
    names = re.findall(r"[\w:]+", text.removeprefix("#mixed"))
    if text == "#text" or (text.startswith("(") and names == ["PCDATA"]):
        return Model("text")
    if "#PCDATA" in text or text.startswith("#mixed"):
        return Model("mixed", parts=tuple(Model("element", name) for name in names if name != "PCDATA"))
    tokens = re.findall(r"[\w:]+|[(),|?*+]", f"({text})")
    model = _particle(tokens)
    while not model.occurs and len(model.parts) == 1:
        model = model.parts[0]
    return model


def _particle(tokens: list[str]) -> Model:
    """Take one particle, with its occurrence sign, from the front of the tokens."""
    first = tokens.pop(0)
    parts, kind = [], "element"
    if first == "(":
        kind = "sequence"
        while True:
            parts.append(_particle(tokens))
            sign = tokens.pop(0)
            if sign == ")":
                break
            kind = "choice" if sign == "|" else "sequence"
    occurs = tokens.pop(0) if tokens and tokens[0] in "?*+" else ""
    return Model(kind, "" if parts else first, tuple(parts), occurs)


if __name__ == "__main__":
    main()
