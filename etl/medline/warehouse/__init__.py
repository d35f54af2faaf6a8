"""The DuckDB database: apply files (`apply`), build and check a version (`build`), keep versions (`versions`)."""
