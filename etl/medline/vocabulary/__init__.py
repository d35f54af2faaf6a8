"""MeSH, the vocabulary that citations are indexed with: fetched, read and loaded beside them.

releases  the files of a source, and the year of MeSH that fits
fetch     a file of a source, copied into the home
paths     the schema of MeSH compiled for the reader
read      rows of NLM's four kinds of XML files
store     the files that a home has, with their rows as Parquet
load      the tables of a database in the making
"""
