"""The compiled readers: the schema as arrays, and kernels that follow them. docs/explain/kernels.md explains them in one page."""
