"""The directory of real records, which are no part of the project."""

from __future__ import annotations

import os
from pathlib import Path

DATA = Path(os.environ.get("MEDLINE_TEST_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data").absolute()

HOW_TO_GET = (
    f"no real records in {DATA}: set MEDLINE_TEST_DATA to a directory with mirror/2022/{{baseline,updatefiles}}/"
    " (pubmed22n*.xml.gz and .md5 of NLM's mirror), xml/ (pubmed24n*.xml.gz, pubmedsample), nbib/ (Save > PubMed) and"
    " dtd/; docs/contribute/index.md has the layout"
)
