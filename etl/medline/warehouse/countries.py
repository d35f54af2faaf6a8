"""Names of countries that affiliations end with, from pycountry: ISO 3166-1, and of ISO 3166-2 the parts of two.

Addresses in the United States and the United Kingdom often name a state or England only. The parts of other countries
are left out: hundreds of their names are those of cities elsewhere (Aurora, Birmingham, Portland, Santa Fe).
"""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from medline.schema.version import digest

#: Names in use that ISO 3166 does not have.
OTHER_NAMES = {
    "USA": "US", "US": "US", "UK": "GB", "Great Britain": "GB", "UAE": "AE", "Russia": "RU", "Turkey": "TR",
    "Korea": "KR", "Holland": "NL", "Macedonia": "MK", "Ivory Coast": "CI", "Cape Verde": "CV", "Swaziland": "SZ",
    "Burma": "MM",
}  # fmt: skip

#: What addresses in the United Kingdom name; ISO 3166-2 has its counties, too.
UK_PARTS = ("GB-ENG", "GB-NIR", "GB-SCT", "GB-WLS")


def version() -> str:
    """Return what the names depend on: this module, and the version of pycountry; without it no database is made."""
    try:
        return digest(Path(__file__).read_text("utf-8"), metadata.version("pycountry"))
    except metadata.PackageNotFoundError:
        return ""


def names() -> list[tuple[str, str, str, str]]:
    """Return (name, kind, code of the country, its usual name); the kind is country, part, or code of a state."""
    import pycountry

    usual = {country.alpha_2: getattr(country, "common_name", country.name) for country in pycountry.countries}
    named = [(name, "country", code) for name, code in OTHER_NAMES.items()]
    for country in pycountry.countries:
        full = {country.name, getattr(country, "official_name", country.name), usual[country.alpha_2]}
        named += [(name, "country", country.alpha_2) for name in {_in_order(name) for name in full}]
    for part in pycountry.subdivisions:
        if part.code in UK_PARTS:
            named.append((part.name, "part", "GB"))
        if part.country_code == "US" and part.type in ("State", "District"):
            named += [(part.name, "part", "US"), (part.code.removeprefix("US-"), "code", "US")]
    return sorted((name, kind, code, usual[code]) for name, kind, code in named)


def lines() -> str:
    """Return the names, a line each, with tabs between the fields."""
    return "\n".join("\t".join(fields) for fields in names())


def _in_order(name: str) -> str:
    """Return a name sorted by its first word ('Korea, Republic of') as it is spoken, and U.S. as one word."""
    first, _, rest = name.replace("U.S.", "US").partition(", ")
    return f"{rest} {first}".strip()
