"""The search index beside a version of the database.

schema      what it has of a citation, derived from the tags
documents   citations as JSON objects, made by DuckDB
build       the index of the next version: made, or caught up
leaves      leaves of a condition as queries of tantivy
reading     which citations match a condition, how many, in which order
"""
