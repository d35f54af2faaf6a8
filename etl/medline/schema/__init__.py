"""The one schema: tables and columns (`tables`), what follows from them (`arrow`, `ddl`, `checks`), the DTD (`dtd`)."""
