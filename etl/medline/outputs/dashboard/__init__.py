"""The dashboard: one HTML file from the feeds, with the library of its charts inside, that loads nothing.

It is written to feeds/dashboard.html, beside the manifest, in one step, so its address stays. The data are JSON in
which no tag can begin, and the script inserts them as text. A policy in the head allows only the scripts of the page,
by their hashes, and forbids every request.
"""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from pathlib import Path
from string import Template

from medline.home import AnyHome, disk, open_home
from medline.home.out import written
from medline.outputs import feeds
from medline.outputs.dashboard.figures import all_series, figures, headlines, years
from medline.outputs.dashboard.series import ITEMS

#: Days after which the page says that its data are old. NLM publishes daily, but for some weeks around the new year.
OLD_AFTER_DAYS = 14

#: The scripts of the page, as one; they follow each other as they need each other.
SCRIPTS = ("rows.js", "files.js", "page.js")

HERE = Path(__file__).parent


def write(home: AnyHome, out: Path | None = None) -> Path:
    """Write the page from the feeds that the manifest names.

    Args:
        out: the file; feeds/dashboard.html of the home by default.

    Raises:
        UsageError: there are no feeds yet.
    """
    with open_home(home, "feeds") as home:
        manifest = feeds.manifest(home)
        page = render(manifest, feeds.read(home, manifest))
        path = out or home.dashboard
        with written(out) if out else disk.atomic_write(path) as unfinished:
            unfinished.write_text(page, "utf-8")
        return path


def render(manifest: dict, tables: dict[str, list[dict]]) -> str:
    """Return the page.

    Args:
        tables: the rows of each feed, by its name.
    """
    import vl_convert

    as_of = manifest["as_of"]
    data = {
        "asOf": as_of["date"],
        "oldAfterDays": OLD_AFTER_DAYS,
        "credit": manifest["credit"],
        "years": years(tables),
        "series": all_series(tables),
        "figures": figures(tables),
    }
    library = _script(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
    own = _script("".join((HERE / name).read_text("utf-8") for name in SCRIPTS))
    tiles = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in headlines(tables))
    return Template((HERE / "page.html").read_text("utf-8")).substitute(
        policy=f"script-src {_hash(library)} {_hash(own)}",
        css=(HERE / "page.css").read_text("utf-8"),
        dump=escape(as_of["dump"] or "files of your own"),
        revised=escape(as_of["date"] or "unknown"),
        version=escape(manifest["version"]),
        made=escape(manifest["made_at"]),
        items=f"{ITEMS:,}",
        credit=escape(manifest["credit"]),
        tiles=tiles,
        data=_json(data),
        library=library,
        own=own,
    )


def _json(data: object) -> str:
    """Return JSON for a script element: no tag or comment begins in it, no line ends in a string."""
    text = json.dumps(data, ensure_ascii=False, default=str, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _script(text: str) -> str:
    """Return JavaScript that does not end its own element."""
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
