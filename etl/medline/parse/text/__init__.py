"""Reading MEDLINE text: lines, fields, people, and what is left of damaged files."""
