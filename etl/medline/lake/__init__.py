"""The lake: one Parquet file per source file and table, and a manifest that makes them count."""
