"""The invented vocabulary: people, places, journals, headings, substances and sentences that no dump contains."""

from __future__ import annotations

from itertools import product
from random import Random

_STEMS = (
    "vor",
    "mel",
    "quen",
    "tal",
    "ser",
    "bru",
    "nex",
    "ol",
    "zim",
    "cor",
    "hal",
    "pyx",
    "dre",
    "fen",
    "gul",
    "lir",
)
_MIDDLES = ("an", "eb", "ico", "ul", "ora")
_TERMS = ("{}itis", "{} Syndrome", "{}osis", "{}oma", "{} Proteins", "{} Receptors", "{}ectomy", "Models, {}")
_SUBSTANCES = ("{}ine", "{}amide", "{}globin", "{}kinase", "{}mycin", "{} protein, lake trout")
WORDS = [stem + middle for stem, middle in product(_STEMS, _MIDDLES)]
GENES = [word.upper()[:4] + str(number) for number, word in enumerate(WORDS, start=1)]

# Common headings first: they are drawn by rank, so that counting them gives the usual long tail.
CHECK_TAGS = ("Humans", "Female", "Male", "Adult", "Animals", "Middle Aged", "Aged", "Mice", "Child", "Young Adult")
PLACES = ("Norland", "Tavia", "Sudmark", "Port Ellin", "Karvia")
_NAMED = [_TERMS[rank % len(_TERMS)].format(word.capitalize()) for rank, word in enumerate(WORDS)]
DESCRIPTORS = [(name, f"D9{rank:05d}") for rank, name in enumerate(_NAMED)]
TAG_UIS = {name: f"D8{rank:05d}" for rank, name in enumerate(CHECK_TAGS + PLACES)}
QUALIFIERS = [
    (name, f"Q9{rank:05d}")
    for rank, name in enumerate(
        ("metabolism", "drug therapy", "genetics", "surgery", "epidemiology", "diagnosis & imaging", "adverse effects")
    )
]
SUBSTANCES = [
    ("0" if rank % 3 else f"{1000 + 37 * rank}-{10 + rank % 90}-{rank % 10}", f"D7{rank:05d}", name)
    for rank, name in enumerate(
        pattern.format(word) for word, pattern in zip(WORDS * 2, _SUBSTANCES * 27, strict=False)
    )
]
PUBLICATION_TYPES = {
    name: f"D6{rank:05d}"
    for rank, name in enumerate(
        ("Journal Article", "Review", "Case Reports", "Randomized Controlled Trial", "Letter", "Comment", "Editorial",
         "Research Support, Non-U.S. Gov't", "English Abstract", "Multicenter Study", "Published Erratum")
    )
}  # fmt: skip
RETRACTION_TYPES = {"Retracted Publication": "D600011", "Retraction of Publication": "D600012"}

_SPELLED = """
    Almeric Brandvold Castelmar Dunhollow Eskerød Fjellgaard Grünwaldt Hartsel Ibarruz Jokinvirta Kessenich Łobodzki
    Marchetaud Nakashiro Ørnsholt Pellegrand Quillabamba Ravnsborg Šimonek Thistlewood Ugarteche Vandermolen
    Wexcombe Xarrié Yılmazer Zeballier O'Farnell van_der_Lisse De_Montreval
"""
LAST_NAMES = [name.replace("_", " ") for name in _SPELLED.split()]
FORE_NAMES = (
    "Adela", "Bjørn", "Carmenta", "Dimitar", "Élise", "Fergus", "Gwenda", "Håkon",
    "Ilse", "José", "Katrijn", "Luca", "Marit", "Nuno", "Odile",
)  # fmt: skip
SINGLE_NAMES = ("Suryawan", "Mahlethi", "Akhirani")
GROUPS = ("Norland Vorane Study Group", "TALEB Trial Investigators", "Committee for Lake & River Health")
DEPARTMENTS = ("Department of Velmology", "Institute for Applied Quenology", "Abteilung für Talebik",
               "Laboratório de Serologia Geral", "Unité 17 – Santé des rivières")  # fmt: skip
HOSPITALS = ("University of Norland", "Karvia District Hospital", "Universität Südmark", "Collège d'Ellin")
CITIES = (
    "Kråkenes, Norway",
    "Port Ellin, Australia",
    "Südmark 1200, Austria",
    "Źródłowo, Poland",
    "São Talebo 04-129, Brazil",
)
AGENCIES = (("NF", "Norland Research Fund", "Norway"), ("TC", "Tavia Council & Trust", "Canada"),
            ("KA", "KARVIA Health HHS", "United States"))  # fmt: skip
DATABANKS = ("GENBANK", "ClinicalTrials.gov", "Dryad", "PDB")
LANGUAGES = ("ger", "fre", "spa", "jpn", "nor")

_FIELDS = ("velmology", "quenology", "applied talebics", "river health", "comparative serology", "oranics",
           "clinical fenology", "nexics & society")  # fmt: skip
_SERIES = (("Annals of {}", "Ann {}"), ("The Norland journal of {}", "Norl J {}"), ("{} letters", "{} Lett"))


def _journal(rank: int, title: str, abbreviation: str) -> dict:
    country = PLACES[rank % len(PLACES)]
    return {
        "title": title,
        "ta": abbreviation,
        "country": country,
        "nlm": f"99{rank:05d}" + ("R" if rank % 5 == 0 else ""),
        "print": issn(2100000 + 131 * rank),
        "electronic": issn(2500000 + 137 * rank),
        "first_year": 1950 + 2 * rank,
    }


def issn(number: int) -> str:
    """Return an ISSN of seven digits and the check digit that belongs to them."""
    digits = f"{number:07d}"
    rest = -sum(int(digit) * weight for digit, weight in zip(digits, range(8, 1, -1), strict=True)) % 11
    return f"{digits[:4]}-{digits[4:]}{'X' if rest == 10 else rest}"


def orcid(number: int) -> str:
    """Return an ORCID of fifteen digits and the check character of ISO 7064 mod 11-2."""
    digits, total = f"0000{number:011d}", 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    full = digits + ("X" if check == 10 else str(check))
    return "-".join(full[start : start + 4] for start in range(0, 16, 4))


JOURNALS = [
    _journal(
        rank,
        title.format(field) if not title.startswith("{") else title.format(field).capitalize(),
        short.format(" ".join(word[:5].capitalize() for word in field.split() if word.isalpha())),
    )
    for rank, (field, (title, short)) in enumerate(product(_FIELDS, _SERIES))
]

# {i:…} {b:…} {u:…} {sub:…} {sup:…} mark inline elements and {math} a formula, as records.pour reads them.
_SENTENCES = (
    "We studied the effect of {a} on {b} in {n} patients from {place}.",
    "Samples were kept at −{n} °C & examined by two readers (κ > 0.8).",
    "The level of {a} was higher in the treated group than in controls ({p}).",
    "{a} and {b} were measured at baseline, after {n} days and after one year.",
    "No difference was found between {a} and {b} (95% CI {n}–{m}).",
    "In a cohort of {m} animals, {b} declined by {n}% over the first winter.",
    "This may explain why {a} is seldom seen together with {b}.",
    "Further work on {b} should include younger persons and longer observation.",
    'Carriers of the {gene}- and {gene}-like variants ("late type") showed less {a}.',
    "Doses of {n} mg/day were given to {m} of the participants; {a} < {b} at all times.",
)
_MARKED = (
    "Expression of {{i:{gene}}} rose to {n} mg/m{{sup:2}} within {m} h.",
    "{{i:{gene}{{sub:2}}}} was bound by {a} at 10{{sup:−{n}}} mol/L.",
    "The ratio {{math}} stayed below {n}.",
    "{{b:{a}}} was the {{u:only}} factor related to {b}, 1.{n} × 10{{sup:{{i:n}}}}.",
)
_TITLES = (
    "Effect of {a} on {b} in {place}.",
    "{a} and {b}: a study of {n} families",
    "Long-term outcome of {b} after exposure to {a}.",
    "Is {a} a marker of {b}?",
    "{a} in lakes & rivers: {m} years of observation.",
)
_MARKED_TITLES = (
    "{{i:{gene}}} variants and {b} in {place}.",
    "Uptake of H{{sub:2}}{a} at <{n} °C depends on {{i:{gene}}}",
)


def _fill(rng: Random, pattern: str) -> str:
    n = rng.randint(2, 96)
    text = pattern.format(
        a=rng.choice(SUBSTANCES)[2].split(",")[0], b=rng.choice(WORDS) + "osis", gene=rng.choice(GENES), n=n,
        m=n + rng.randint(1, 900), p=f"P < 0.0{n % 9 + 1}", place=rng.choice(PLACES),
    )  # fmt: skip
    return text[0].upper() + text[1:]


def sentence(rng: Random) -> str:
    """Return one sentence of an abstract; one in twenty carries inline marks."""
    return _fill(rng, rng.choice(_MARKED if rng.random() < 0.05 else _SENTENCES))


def sentences(rng: Random, count: int) -> str:
    """Return count sentences, joined with blanks."""
    return " ".join(sentence(rng) for _ in range(count))


def title(rng: Random) -> str:
    """Return an article title; one in twelve carries inline marks."""
    return _fill(rng, rng.choice(_MARKED_TITLES if rng.random() < 0.08 else _TITLES))


def phrase(rng: Random) -> str:
    """Return a short plain name of a thing, as keywords and section titles are."""
    return f"{rng.choice(WORDS)} {rng.choice(('uptake', 'index', 'therapy', 'Norland', 'outcome & cost'))}"
