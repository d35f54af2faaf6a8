"""The search index beside a version of the database.

schema      what it has of a citation, derived from the tags
documents   citations as documents of tantivy, read by one statement a table
folding     their texts and terms, as words of a query are folded
build       the index of the next version: made, or caught up
leaves      leaves of a condition as queries of tantivy
reading     which citations match a condition, how many, in which order
"""
