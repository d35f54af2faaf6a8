"""The version of the schema."""

from __future__ import annotations

import hashlib
from functools import cache

from medline.schema.tables import LAKE_TABLES, READER_REVISION


@cache
def schema_version() -> str:
    """Return a short digest of all that rows of the lake depend on; a new digest makes all files be read again."""
    declared = [
        (table.name, table.key, table.outer,
         sorted((path, sorted(fixed.items())) for path, fixed in table.rows.items()),
         [(c.name, c.type.arrow, c.path, c.tag, c.derive, c.of) for c in table.columns])
        for table in LAKE_TABLES
    ]  # fmt: skip
    return digest(READER_REVISION, declared)


def digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
