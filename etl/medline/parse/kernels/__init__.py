"""The compiled readers: the schema as arrays, and kernels that follow them; see docs/explain/kernels.md."""
