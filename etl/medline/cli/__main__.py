"""`python -m medline.cli`."""

from medline.cli import app

app()
