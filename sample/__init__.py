"""Invented citations, as NLM would distribute them: deterministic, complete as to the DTD, free of any real text."""

from sample.medline import medline_text
from sample.mesh import write_mesh
from sample.mirror import Mirror, key_of, revise, write_dump, write_mirror, write_text, write_volume, write_xml
from sample.records import article, book, citation, citations

__all__ = [
    "Mirror",
    "article",
    "book",
    "citation",
    "citations",
    "key_of",
    "medline_text",
    "revise",
    "write_dump",
    "write_mesh",
    "write_mirror",
    "write_text",
    "write_volume",
    "write_xml",
]
