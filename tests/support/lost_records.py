"""Invented MEDLINE records with long and unusual lists, and the ways in which their line breaks get lost."""

from __future__ import annotations

import re
import textwrap
from random import Random

Field = tuple[str, str]

LAST = (
    "Fennick Marrowby Tolliver Quenby O'Reed Velmo Voreb Žofická Ängström Li de_la_Bog van_der_Fen St_Marsh Al-Otter"
).split()
FIRST = "Anna Bo Karl Pia Nils Žofie Jean-Luc Ö Wei Maria_del_Mar Md._Abdul".split()
WORDS = (
    "otters ponds were counted in spring and autumn by two observers who saw that reeds of the north grow where water"
    " is warm but not deep so we asked whether eels or fish of 3 kg matter to them for at least 12 weeks"
).split()
TOPICS = (
    "Animals Otters Ponds Reeds Eels Fenland Water_Pollutants,_Chemical Fish_(Freshwater) Models,_Biological".split()
)
QUALIFIERS = "physiology genetics *metabolism drug_therapy isolation_&_purification *epidemiology/ethnology".split()
AGENCIES = (
    "NIH HHS|Norland Research Council|Velmo|FWF"
    "|Ministry of Ponds, Reeds and Fisheries of the Kingdom of Norland, Section 4"
    "|The Otter Trust (Registered Charity) for the Study and the Protection of Small Ponds in the North|ERC"
    "|U.S. Otter Survey|Norland Academy of Sciences. Department of Fens|Pond Fund No. 7 - Otters"
).split("|")
COUNTRIES = "United States|Norway|International|United Kingdom|".split("|")
LOOKALIKES = (
    "CI - 0.5 to 0.9|LA - left atrium|AD - Alzheimer's disease|AU - arbitrary units|PT - prothrombin time|DP - high"
    "|SO - superior oblique|GR - glucocorticoid receptor|RN - registered nurses|IS - ischemic stroke|TI - thallium"
).split("|")
COPYRIGHTS = (
    "Copyright (c) 2020 Pond Press.|(c) 2021. The Author(s).|Published by Norland Press Ltd.|Nils J. Velmo, Pia Voreb."
    "|Crown Copyright 2019.|Karl Marrowby, Anna B. Fennick & Bo de la Reed.|Velmo N. J., Voreb P. and Fen Q. R."
    "|Pond Press|J. Velmo.|The Otter Society of Norland|Copyright: Velmo et al.|FENS."
).split("|")


def _spaced(word: str) -> str:
    return word.replace("_", " ")


def _sentence(rng: Random) -> str:
    words = rng.choices(WORDS, k=rng.randint(4, 14))
    if rng.random() < 0.08:
        words.insert(rng.randint(1, len(words)), f"({rng.choice(LOOKALIKES)})")
    sentence = " ".join(words)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _text(rng: Random) -> str:
    labels = ["", "", "METHODS: ", "RESULTS: "]
    return " ".join(rng.choice(labels) + _sentence(rng) for _ in range(rng.randint(1, 8)))


def _names(rng: Random, full: str, short: str, listed: int) -> list[Field]:
    fields: list[Field] = []
    whole = rng.random() < 0.7
    for _ in range(listed):
        last, first = _spaced(rng.choice(LAST)), _spaced(rng.choice(FIRST))
        initials = "".join(word[0] for word in re.split("[ -]", first) if word[0].isupper())
        suffix = rng.choice(["", "", "", "", " Jr", " 3rd"])
        if whole:
            fields.append((full, f"{last}, {first}{suffix}"))
        fields.append((short, f"{last} {initials}{suffix}"))
        if full == "FAU" and rng.random() < 0.3:
            fields.append(("AUID", f"ORCID: 0000-0002-{rng.randint(1000, 9999)}-123X"))
        if full != "FED" and rng.random() < 0.5:
            fields += [("AD" if full == "FAU" else "IRAD", _address(rng)) for _ in range(rng.randint(1, 2))]
    return fields


def _address(rng: Random) -> str:
    parts = ["Institute of Ponds", "University of Bogtown", "Section AD 4", "Bogtown 4071", "Norland", "School of Fens"]
    mail = " anna.fennick@bog.example" if rng.random() < 0.2 else ""
    return f"Department of Otters, {', '.join(rng.sample(parts, rng.randint(1, 5)))}.{mail}"


def _grant(rng: Random) -> str:
    number = rng.choice(["R01 XX000000", "001", "W 1234-B", "OTTER/7/2019", "GR 12", ""])
    parts = [part for part in (number, rng.choice(["XX", "WT_", ""]), _spaced(rng.choice(AGENCIES))) if part]
    country = rng.choice(COUNTRIES)
    return "/".join([*parts, country] if country else parts)


def _keyword(rng: Random) -> str:
    word = rng.choice(
        [*WORDS, "CI", "otter-like", "Lutra lutra", "IL-6", "pond (warm)", "3D", "*reed", "n = 5", "p < 0.05"]
    )
    return rng.choice([word, f"{word} {rng.choice(WORDS)}", f"{word}.", f"{word}, {rng.choice(WORDS)}"])


def _comment(rng: Random) -> str:
    source = f"J Pond Stud. {rng.randint(1990, 2025)} Nov;9(6):557-63. doi: 10.5555/jps.{rng.randint(1, 99)}"
    return source if rng.random() < 0.3 else f"{source}. PMID: {rng.randint(1, 10**8)}"


def _count(rng: Random, most: int) -> int:
    """Mostly few; at times many."""
    return rng.choice([0, 1, 1, 2, 3, rng.randint(4, 12), rng.randint(0, most)])


def make_record(rng: Random, pmid: int, most: int = 40) -> list[Field]:
    """The fields of one invented article, in NLM's order."""
    pages, volume = f"{rng.randint(1, 900)}-{rng.randint(1, 99)}", str(rng.randint(1, 200))
    fields = [("PMID", str(pmid)), ("OWN", "NLM"), ("STAT", rng.choice(["MEDLINE", "PubMed-not-MEDLINE", "Publisher"]))]
    fields += [("DCOM", "20200310")] * (rng.random() < 0.6) + [("LR", "20200401")] * (rng.random() < 0.8)
    fields += [
        ("IS", f"1234-567{n} ({kind})")
        for n, kind in enumerate(("Print", "Electronic", "Linking"))
        if rng.random() < 0.7
    ]
    fields += [("VI", volume)] * (rng.random() < 0.9) + [("IP", rng.choice(["6", "Pt 2", "6 Suppl"]))] * (
        rng.random() < 0.7
    )
    fields += [
        ("DP", rng.choice(["2019 Nov", "2019", "2019 Nov-Dec", "2019 Nov 3", "2019 Winter"])),
        ("TI", _sentence(rng)),
    ]
    fields += [("PG", rng.choice([pages, "e80092", "S12-9", "557", "1-2, 5"]))] * (rng.random() < 0.8)
    fields += [("LID", f"10.5555/jps.{pmid} [doi]")] * (rng.random() < 0.6)
    if rng.random() < 0.9:
        fields.append(("AB", _text(rng)))
        fields += [("CI", rng.choice(COPYRIGHTS))] * (rng.random() < 0.5)
    fields += _names(rng, "FAU", "AU", _count(rng, most))
    fields += [
        ("CN", rng.choice(["Otter Study Group", "ponds of the north (PON) investigators", "POND-2 Group"]))
    ] * _count(rng, 3)
    fields += [("LA", code) for code in rng.choice([["eng"], ["eng"], ["ger", "eng"], ["chi"]])]
    fields += [("SI", f"ClinicalTrials.gov/NCT{rng.randint(10**7, 10**8)}") for _ in range(rng.choice([0, 0, 1, 9]))]
    fields += [("GR", _grant(rng)) for _ in range(_count(rng, most))]
    types = ["Journal Article", "Review", "Research Support, N.I.H., Extramural", "Research Support, Non-U.S. Gov't"]
    fields += [("PT", kind) for kind in types[: rng.randint(1, 4)]]
    fields += [("DEP", "20191103")] * (rng.random() < 0.4)
    fields += [("PL", "Marshland"), ("TA", "J Pond Stud"), ("JT", "Journal of pond studies : an otter journal")]
    fields += [("JID", "9900001")]
    substances = [
        "0 (Pond Water)",
        "EC 1.1.1.- (Otterase)",
        "7732-18-5 (Water)",
        "0ABCDEFGH9 (Reed acid (R))",
        "VOREB protocol",
    ]
    fields += [("RN", rng.choice(substances)) for _ in range(_count(rng, most))]
    fields += [("SB", code) for code in rng.choice([["IM"], ["IM", "N"], []])]
    for tag in rng.sample(["CIN", "CON", "EIN", "EFR", "RIN", "UIN", "SPIN"], rng.choice([0, 0, 1, 2])):
        fields += [(tag, _comment(rng)) for _ in range(rng.choice([1, 1, 2, most // 2]))]
    for _ in range(_count(rng, most)):
        topic = rng.choice(["", "*"]) + _spaced(rng.choice(TOPICS))
        fields.append(("MH", "/".join([topic, *map(_spaced, rng.sample(QUALIFIERS, rng.randint(0, 2)))])))
    fields += [("PMC", "PMC9000001"), ("MID", "NIHMS900001")] if rng.random() < 0.2 else []
    if keywords := _count(rng, most):
        fields += [("OTO", "NOTNLM"), *(("OT", _keyword(rng)) for _ in range(keywords))]
    conflicts = [
        "None.",
        "The authors declare no competing interests.",
        "Conflict of interest statement: A.F. owns a pond.",
    ]
    fields += [("COIS", rng.choice(conflicts))] * (rng.random() < 0.3)
    fields += _names(rng, "FIR", "IR", rng.choice([0, 0, 0, 2, most]))
    moment = "2019/11/28 04:00"
    fields += [("EDAT", moment), ("MHDA", moment), ("CRDT", moment)]
    fields += [("PHST", f"{moment} [{status}]") for status in ("received", "accepted", "entrez", "pubmed", "medline")]
    fields += [("AID", f"jps{pmid} [pii]"), ("AID", f"10.5555/jps.{pmid} [doi]"), ("PST", "ppublish")]
    return [*fields, ("SO", f"J Pond Stud. 2019 Nov;{volume}(6):{pages}. doi: 10.5555/jps.{pmid}.")]


def print_lines(fields: list[Field], width: int = 80) -> list[str]:
    """The lines that PubMed prints."""
    lines = []
    for tag, value in fields:
        line = f"{tag:<4}-"
        for word in value.split(" "):
            if len(line) + len(word) >= width and len(line) > 6:
                lines.append(line)
                line = "     "
            line += f" {word}"
        lines.append(line)
    return lines


def join_some(rng: Random, lines: list[str], share: float, glue: str) -> list[str]:
    """The lines with a share of the breaks between them lost."""
    joined = lines[:1]
    for line in lines[1:]:
        if rng.random() < share:
            joined[-1] += glue + line
        else:
            joined.append(line)
    return joined


def flat(text: str) -> str:
    return " ".join(text.split())


def _squeezed(lines: list[str]) -> list[str]:
    return [re.sub(" +", " ", line).strip() for line in lines]


def glue_tags(rng: Random, lines: list[str], share: float) -> list[str]:
    """Wrapped lines joined, all blanks single, and nothing in the place of some of the breaks before tags."""
    fields = _squeezed(re.sub("\n {6}", " ", "\n".join(lines)).split("\n"))
    return join_some(rng, fields, share, "")


#: Ways of damage: of the lines of a record, those that are left.
DAMAGES = {
    "all, and double blanks": lambda rng, lines: [flat("\n".join(lines))],
    "all": lambda rng, lines: [" ".join(lines)],
    "all, with nothing in their place": lambda rng, lines: ["".join(lines)],
    "5 %": lambda rng, lines: join_some(rng, lines, 0.05, " "),
    "5 %, with nothing in their place": lambda rng, lines: join_some(rng, lines, 0.05, ""),
    "30 %": lambda rng, lines: join_some(rng, lines, 0.3, " "),
    "30 %, with nothing in their place": lambda rng, lines: join_some(rng, lines, 0.3, ""),
    "some share": lambda rng, lines: join_some(rng, lines, rng.random(), rng.choice(["", " "])),
    "5 %, and double blanks": lambda rng, lines: _squeezed(join_some(rng, lines, 0.05, " ")),
    "30 %, and double blanks": lambda rng, lines: _squeezed(join_some(rng, lines, 0.3, " ")),
    "30 %, and double blanks there": lambda rng, lines: [
        line if line in lines else re.sub(" +", " ", line) for line in join_some(rng, lines, 0.3, " ")
    ],
    "all before tags, with nothing in their place, and double blanks": lambda rng, lines: glue_tags(rng, lines, 1),
    "30 % before tags, with nothing in their place, and double blanks": lambda rng, lines: glue_tags(rng, lines, 0.3),
    "all, and blanks before dashes": lambda rng, lines: [re.sub(r"(?<= )([A-Z]{2,4}) +- ", r"\1- ", " ".join(lines))],
    "all, and wrapped anew": lambda rng, lines: textwrap.wrap(
        flat("\n".join(lines)), rng.randint(60, 100), break_on_hyphens=False, break_long_words=False
    ),
    "all, for no-break spaces": lambda rng, lines: [flat("\n".join(lines)).replace(" ", "\u00a0")],
}
