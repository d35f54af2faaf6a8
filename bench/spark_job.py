"""Questions to the Iceberg tables of a home, asked by Spark.

    .spark/bin/python -m bench.spark_job HOME/iceberg questions.json [--version 26-000012]

`questions.json` has SQL by name; what it calls tables are those of the version, or the newest. Printed is JSON: of each
question its rows and the seconds that they took. This runs in the environment of `scripts/spark.sh`, which has neither
the package nor its dependencies.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from pyspark.sql import SparkSession

SPARK = Path(__file__).resolve().parent.parent / ".spark"

#: What a view of the warehouse is in Spark's SQL: the tables are there, `sql/views` are DuckDB's.
VIEWS = {
    "article_mesh": """
        SELECT pmid, heading_seq, descriptor, is_major OR coalesce(has_major, false) AS is_major_topic
        FROM mesh
        LEFT JOIN (
            SELECT pmid, heading_seq, bool_or(is_major) AS has_major FROM mesh_qualifiers GROUP BY pmid, heading_seq
        ) USING (pmid, heading_seq)
    """
}


def session(iceberg: Path, threads: str = "*") -> SparkSession:
    """Start Spark with the catalog of a home, which it calls `medline`.

    Args:
        iceberg: the folder of the home.
        threads: of Spark; `*` as many as there are processors.
    """
    jars = "lib/python*/site-packages/snowpark_connect_deps_iceberg/jars"
    (runtime,) = SPARK.glob(f"{jars}/iceberg-spark-runtime-3.5_2.12-*.jar")
    (driver,) = SPARK.glob("sqlite/usr/share/java/sqlite-jdbc.jar")
    (library,) = SPARK.glob("sqlite/usr/lib/*/jni/libsqlitejdbc.so")
    native = f"-Dorg.sqlite.lib.path={library.parent} -Dorg.sqlite.lib.name={library.name}"
    options = {
        "spark.driver.extraJavaOptions": f"{native} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.jars": f"{runtime},{driver}",
        "spark.sql.catalog.medline": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.medline.type": "jdbc",
        "spark.sql.catalog.medline.uri": f"jdbc:sqlite:{iceberg}/catalog.db",
        "spark.sql.catalog.medline.warehouse": str(iceberg),
        "spark.sql.catalog.medline.jdbc.schema-version": "V1",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "4",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }
    builder = SparkSession.builder.master(f"local[{threads}]")
    for name, value in options.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def main() -> None:
    """Parse the command line, ask, print the answers."""
    parser = argparse.ArgumentParser(prog="python -m bench.spark_job", description=__doc__)
    parser.add_argument("iceberg", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--version", help="a tag of the tables")
    given = parser.parse_args()
    spark = session(given.iceberg.resolve())
    name_tables(spark, given.version)
    json.dump(ask(spark, json.loads(given.questions.read_text("utf-8"))), sys.stdout, default=str)


def ask(spark: SparkSession, questions: dict[str, str]) -> dict[str, dict]:
    """Return the rows and seconds of each question."""
    answers = {}
    for name, sql in questions.items():
        began = time.perf_counter()
        rows = [list(row) for row in spark.sql(sql.strip().rstrip(";")).collect()]
        answers[name] = {"rows": rows, "seconds": time.perf_counter() - began}
    return answers


def name_tables(spark: SparkSession, version: str | None = None) -> None:
    """Let the tables of a version, or the newest, have the names that they have in the warehouse."""
    when = f" VERSION AS OF '{version}'" if version else ""
    for row in spark.sql("SHOW TABLES IN medline.medline").collect():
        spark.sql(f"SELECT * FROM medline.medline.{row.tableName}{when}").createOrReplaceTempView(row.tableName)
    for name, sql in VIEWS.items():
        spark.sql(sql).createOrReplaceTempView(name)


if __name__ == "__main__":
    main()
