"""An evaluator of PubMed's query language that shares nothing with the package it judges.

It follows NLM's PubMed User Guide (https://pubmed.ncbi.nlm.nih.gov/help/), names the section where a rule comes
from, and favours plain sets over speed. Records are read by lxml and Biopython, the vocabulary from NLM's MeSH XML.

Modules: `records` reads records, `vocabulary` MeSH; `words` matches words, `dates` and `names` what they say;
`parser` makes a tree of a query; `fields` says what a tag searches; `headings` explodes; `mapping` is automatic term
mapping; `filters` has filters and flags; `corpus` evaluates.
"""
