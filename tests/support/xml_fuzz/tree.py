"""Changes of a record's tree."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from functools import lru_cache
from random import Random
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

import sample
from medline.parse.xml.paths import INLINE
from xml_fuzz.values import BY_NAME, FLAGS, SNIPPETS, TEXTS, names, unprefixed
from xml_records import RICH


@lru_cache(400)
def generated(index: int, seed: int) -> bytes:
    """A record of the generator."""
    return tostring(sample.citation(index, seed, pmid=20_000_001 + index), encoding="unicode").encode()


def random_record(rng: Random) -> Element:
    if rng.random() < 0.5:
        return fromstring(rng.choice(RICH).replace("\n", rng.choice(("", "\n"))))
    return fromstring(_bound(generated(rng.randrange(300), rng.randrange(3)).decode()))


def _bound(xml: str) -> str:
    """The prefix mml as part of the name, as the readers take it."""
    return re.sub(r"(</?)mml:", r"\1mml..", xml).replace("xmlns:mml=", "xmlns..mml=")


def change_tree(rng: Random, record: Element) -> None:
    rng.choices(TREE_CHANGES, TREE_WEIGHTS)[0](rng, record)


def _pick(rng: Random, record: Element, *, below: bool = False) -> Element:
    nodes = list(record.iter())
    return rng.choice(nodes[1:] if below and len(nodes) > 1 else nodes)


def _parents(record: Element) -> dict[Element, Element]:
    return {child: parent for parent in record.iter() for child in parent}


def _put(rng: Random, parent: Element, child: Element) -> None:
    parent.insert(rng.randint(0, len(parent)), child)


def _drop(rng: Random, record: Element) -> None:
    if len(record):
        node = _pick(rng, record, below=True)
        _parents(record)[node].remove(node)


def _repeat(rng: Random, record: Element) -> None:
    if len(record):
        node = _pick(rng, record, below=True)
        parent = _parents(record)[node]
        for _ in range(rng.choice((1, 1, 1, 2, 40))):
            _put(rng, parent, deepcopy(node))


def _move(rng: Random, record: Element) -> None:
    if len(record):
        node = _pick(rng, record, below=True)
        copy = deepcopy(node)
        _parents(record)[node].remove(node)
        _put(rng, _pick(rng, record), copy)


def _shuffle(rng: Random, record: Element) -> None:
    parent = _pick(rng, record)
    children = list(parent)
    rng.shuffle(children)
    parent[:] = children


def _rename(rng: Random, record: Element) -> None:
    _pick(rng, record, below=True).tag = rng.choice(names()[0])


def _wrap(rng: Random, record: Element) -> None:
    node = _pick(rng, record)
    inner = Element(node.tag if rng.random() < 0.4 else rng.choice(names()[0]))
    inner.text, inner[:] = node.text, list(node)
    node.text, node[:] = None, [inner]


def _graft(rng: Random, record: Element) -> None:
    """Something of another record below an element of the same name as there."""
    other = random_record(rng)
    source = _pick(rng, other, below=True)
    parent = _parents(other).get(source)
    targets = [node for node in record.iter() if parent is not None and node.tag == parent.tag]
    _put(rng, rng.choice(targets or [record]), source)


def _snippet(rng: Random, record: Element) -> None:
    """A small tree where its like stands, or anywhere."""
    new = fromstring(_bound(rng.choice(SNIPPETS)))
    targets = [node for node in record.iter() if any(child.tag == new.tag for child in node)]
    _put(rng, rng.choice(targets) if targets and rng.random() < 0.8 else _pick(rng, record), new)


def _value(rng: Random, record: Element) -> None:
    node = _pick(rng, record)
    if node.attrib and rng.random() < 0.5:
        name = rng.choice(sorted(node.attrib))
        pool = FLAGS if name.endswith(("YN", "HM")) else BY_NAME.get(f"@{name}", TEXTS)
        node.set(name, rng.choice(pool if rng.random() < 0.85 else TEXTS))
    else:
        leaves = [one for one in record.iter() if one.tag in BY_NAME and one.tag != "PMID"]
        node = rng.choice(leaves) if leaves and rng.random() < 0.6 else node
        node.text = rng.choice(BY_NAME.get(node.tag, TEXTS) if rng.random() < 0.85 else TEXTS)


def _attribute(rng: Random, record: Element) -> None:
    node = _pick(rng, record)
    if node.attrib and rng.random() < 0.3:
        del node.attrib[rng.choice(sorted(node.attrib))]
    else:
        node.set(rng.choice(names()[1]), rng.choice(TEXTS))


def _stray(rng: Random, record: Element) -> None:
    _pick(rng, record, below=True).tail = rng.choice(TEXTS)


def _markup(rng: Random, record: Element) -> None:
    """Inline markup, or something else, in a text."""
    texts = [node for node in record.iter() if (node.text or "").strip()]
    if texts:
        node = rng.choice(texts)
        cut = rng.randint(0, len(node.text))
        new = Element(rng.choice([*map(unprefixed, sorted(INLINE))] * 3 + names()[0]))
        stop = rng.randint(cut, len(node.text))
        new.text, new.tail, node.text = node.text[cut:stop] or None, node.text[stop:] or None, node.text[:cut] or None
        if rng.random() < 0.3:
            new.set(rng.choice(names()[1]), rng.choice(TEXTS))
        if rng.random() < 0.3:
            SubElement(new, rng.choice(sorted(INLINE - {"mml:math"}))).text = rng.choice(TEXTS)
        node.insert(0, new)


def _deepen(rng: Random, record: Element) -> None:
    node = _pick(rng, record)
    for _ in range(rng.choice((3, 30, 195, 198, 199, 200, 201, 260))):
        node = SubElement(node, rng.choice(("b", "ReferenceList", "Section", "x", node.tag)))


TREE_CHANGES: list[Callable[[Random, Element], None]] = [
    *(_drop, _repeat, _move, _shuffle, _rename, _wrap, _graft, _snippet, _value, _attribute, _stray, _markup, _deepen),
]
TREE_WEIGHTS = [6, 8, 8, 6, 5, 5, 10, 10, 40, 8, 4, 14, 1]
