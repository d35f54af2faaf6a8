"""Mutated XML documents, which both readers must read alike.

`values` lists what elements and attributes may hold, `tree` changes a record's tree, `style` writes it in unusual ways
that XML allows, `damage` changes the bytes, `case` puts a case together. hypothesis draws all random choices, so that a
disagreement is shrunk to a small document.
"""
