"""Where a home keeps its files: on a disk or in an object store."""
