"""The compiled readers: the schema as arrays, and kernels that follow them. `ARRAYS.md` explains them in one page."""
