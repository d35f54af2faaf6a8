"""The published database as Iceberg tables, for Spark, Trino, Snowflake and polars: each version stays readable.

iceberg/catalog.db                      the catalog, an SQLite file, unless another one is named
iceberg/manifest.json                   a version, and the rows, files, snapshot and metadata of each table; last
iceberg/articles/data/00007-….parquet   the rows of a million PMIDs, in the order of the table's key
iceberg/articles/metadata/              what Iceberg writes: schema, snapshots, lists of files

catalog   opens the catalog, makes and finds the tables
schema    the schema of a table, and how it follows ours
files     the data files: named after their rows, so that a version writes only what changed
versions  commits, tags and the end of old versions

A version is a snapshot of each table with a tag of its name. Several tables are several commits: first all rows are
written, then each table is committed, then each is tagged, then the manifest names the version. A run that is killed in
between is taken up by the next one, which finds the files of the same rows.
"""

from medline.outputs.iceberg.versions import write

__all__ = ["write"]
