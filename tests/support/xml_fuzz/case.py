"""A case: a document, the bytes that the compiled reader walks at a time, and the records that are left out."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from xml_fuzz.damage import BYTE_CHANGES, FILE_CHANGES
from xml_fuzz.style import Style
from xml_fuzz.tree import change_tree, random_record
from xml_records import TAIL, TOP

CHUNKS = (256, 300, 400, 700, 1000, 2048, 4096, 65536)


class Case(NamedTuple):
    """A document, and how it is to be read."""

    content: bytes
    chunk: int
    skip: frozenset[int] = frozenset()


def make_case(rng: Random) -> Case:
    """Return the case of these random choices."""
    root = rng.choice(["PubmedArticleSet"] * 12 + ["MedlineCitationSet", "BookDocumentSet", "PubmedBookArticleSet"])
    records = [random_record(rng) for _ in range(rng.choice((1, 1, 2, 2, 3, 5)))]
    if rng.random() < 0.75:
        for _ in range(rng.choice((1, 1, 2, 3, 6))):
            change_tree(rng, rng.choice(records))
    style = Style(rng)
    content = TOP.format(root=root) + "".join(style.write(record) + rng.choice(("", "\n")) for record in records)
    content += TAIL.format(root=root)
    data = content.encode("utf-8", "surrogatepass")
    if rng.random() < 0.4:
        for _ in range(rng.choice((1, 1, 1, 2, 4))):
            data = rng.choice(BYTE_CHANGES)(rng, data)
    if rng.random() < 0.12:
        data = rng.choice(FILE_CHANGES)(rng, data)
    skip = frozenset(rng.sample(range(5), rng.randint(1, 3))) if rng.random() < 0.15 else frozenset()
    return Case(data, rng.choice(CHUNKS), skip)
