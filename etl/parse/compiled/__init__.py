"""The compiled readers: the schema as arrays, and kernels that follow them. `ARRAYS.md` explains them in one page."""

from etl.parse.compiled.reader import iter_batches

__all__ = ["iter_batches"]
