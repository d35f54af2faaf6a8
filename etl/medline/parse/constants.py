"""Limits and words that the plain readers and the kernels share.

The kernels are compiled with these values: of the modules outside `medline.parse.kernels`, a change in this one alone
compiles them anew.
"""

from __future__ import annotations

#: Elements inside one another, and bytes of one record.
MAX_DEPTH = 200
MAX_RECORD = 64 << 20
#: Lines of one record of text, and terms of one value: each takes a kilobyte while it is read. The largest record of
#: PubMed, of 15,000 collaborators, has some 50,000 lines.
MAX_LINES = 1 << 18

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTH_NAMES = "January February March April May June July August September October November December".split()
SEASONS = ("Spring", "Summer", "Fall", "Autumn", "Winter")
