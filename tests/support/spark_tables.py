"""What Spark reads of the Iceberg tables of a home.

    .spark/bin/python -m tests.support.spark_tables HOME/iceberg QUESTIONS TABLE[@TAG]…

Printed is JSON: of each table, at its newest version or at a tag, the number of its rows and their digest; then the
answers to the questions, see `bench.spark_job`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bench.spark_job import ask, name_tables, session
from tests.support.row_digest import digest


def main(iceberg: str, questions: str, *names: str) -> None:
    spark = session(Path(iceberg), threads="1")
    digests = {}
    for name in names:
        table, _, tag = name.partition("@")
        when = f" VERSION AS OF '{tag}'" if tag else ""
        rows = spark.sql(f"SELECT * FROM medline.medline.{table}{when}").collect()
        digests[name] = digest(row.asDict() for row in rows)
    name_tables(spark)
    json.dump([digests, ask(spark, json.loads(questions))], sys.stdout, default=str)


if __name__ == "__main__":
    main(*sys.argv[1:])
