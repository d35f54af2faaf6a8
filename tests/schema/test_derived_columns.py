"""A derived column that is added as docs/contribute/recipes.md says is filled by both engines."""

import json
import subprocess
import sys

import sample

#: Adds the line and the function, before anything is made from the schema, and prints the column by engine and file.
ADD = """
import json, logging, sys
from pathlib import Path
from medline.schema.tables import BY_NAME, TEXT, Column

logging.basicConfig(level=logging.WARNING, format="%(message)s")
column = Column("first_word", TEXT, None, None, "first word of the title", derive="first_word")
articles = BY_NAME["articles"]
object.__setattr__(articles, "columns", (*articles.columns, column))
articles._by_name[column.name] = column

from medline.parse import ENGINES, derive, iter_batches

if sys.argv[1] == "with":
    derive.first_word = lambda record, row, name: (row.get("title") or "").partition(" ")[0] or None
words = {}
for path in map(Path, sys.argv[2:]):
    for engine in ENGINES:
        batches = list(iter_batches(path, engine=engine))
        words[f"{path.name} {engine}"] = [
            word for batch in batches for word in batch.tables["articles"]["first_word"].to_pylist()
        ]
print(json.dumps(words))
"""


def run(*arguments: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", ADD, *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_a_derived_column_without_a_kernel_is_filled_by_both_engines(tmp_path):
    records = list(sample.citations(25, seed=1))
    titles = [record.find(".//ArticleTitle") for record in records if record.tag == "PubmedArticle"]
    first = ["".join(title.itertext()).partition(" ")[0] for title in titles]
    paths = sample.write_xml(tmp_path / "s.xml", records), sample.write_text(tmp_path / "s.nbib", records)
    ended = run("with", *paths)
    assert ended.returncode == 0, ended.stderr
    words = json.loads(ended.stdout)
    assert words["s.xml compiled"] == words["s.xml reference"] == first
    assert words["s.nbib compiled"] == words["s.nbib reference"]
    assert all(words["s.nbib compiled"])
    assert ended.stderr.startswith("articles.first_word: no kernel derives it")
    assert "etl/medline/parse/kernels/derive.py" in ended.stderr


def test_a_derived_column_without_its_function_is_named(tmp_path):
    ended = run("without", sample.write_xml(tmp_path / "s.xml", list(sample.citations(1))))
    assert ended.returncode
    assert "SchemaError: articles.first_word: derive='first_word' names no function" in ended.stderr
    assert "etl/medline/parse/derive.py" in ended.stderr
