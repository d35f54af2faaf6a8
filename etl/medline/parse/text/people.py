"""Names in MEDLINE text with their addresses and identifiers: FAU and AU name one author, AD and AUID follow theirs."""

from __future__ import annotations

import re

from medline.parse.record import Record, Row
from medline.parse.values import BLANKS

#: Whose name a tag gives, and in which form.
ROLES = {
    "FAU": ("author", "full"), "AU": ("author", "short"), "CN": ("author", "collective"),
    "FED": ("editor", "full"), "ED": ("editor", "short"),
    "FIR": ("investigator", "full"), "IR": ("investigator", "short"),
    "FPS": ("subject", "full"), "PS": ("subject", "short"),
}  # fmt: skip
TABLES = {
    "author": "authors",
    "editor": "authors",
    "investigator": "investigators",
    "subject": "personal_name_subjects",
}
#: Whom a tag that follows a name may belong to.
BEARERS = {
    "AD": ("author", "editor"),
    "AUID": ("author", "editor", "investigator"),
    "IRAD": ("investigator",),
}
#: Printed instead of the authors that are not listed (`AU  - et al.`, 1990s): not a name.
AND_OTHERS = re.compile(r"et\.?,? al\b[.,;]*|al\.?, et\.?", re.IGNORECASE)
SUFFIXES = frozenset("Jr Sr 2nd 3rd 4th 5th 6th II III IV V VI".split())


class People:
    """The names of a record: FAU and AU name one author, AD and AUID follow theirs, IRAD its investigator."""

    TAGS = frozenset({*ROLES, *BEARERS})

    def __init__(self, record: Record, kind: str) -> None:
        self.record, self.kind = record, kind
        self.people: list[Row] = []
        self.bearers: dict[str, tuple[Row, Row]] = {}  # by tag of BEARERS the first and the last one so far
        self.orphans: list[tuple[str, str]] = []
        self.incomplete: set[str] = set()
        self.stopped = False

    def read(self, tag: str, value: str) -> None:
        if tag in ROLES and AND_OTHERS.fullmatch(value):
            self._stop(tag, value)
        elif tag in ROLES:
            self._name(*ROLES[tag], value)
        elif self.stopped:
            self.record.anomalies.append((tag, value, "belongs to nobody"))
        elif not self._attach(tag, value):
            self.orphans.append((tag, value))

    def finish(self) -> None:
        """Split the names, now that both forms are known, and attach what came before the first name."""
        for tag, value in self.orphans:
            # before 2014 NLM printed the one address there was, the first author's, before the authors
            if not self._attach(tag, value, first=True):
                self.record.anomalies.append((tag, value, "belongs to nobody"))
        for person in self.people:
            row = person["row"]
            if "collective" in person:
                row["collective_name"] = person["collective"]
            else:
                row |= split_name(person.get("full"), person.get("short"))

        for role in self.incomplete:
            for person in self.people:
                if person["role"] == role:
                    person["row"]["is_list_complete"] = "N"
        if "author" in self.incomplete and self.kind == "articles":
            self.record.rows["articles"][0]["is_author_list_complete"] = "N"

    def _stop(self, tag: str, value: str) -> None:
        """Note that a list of names ends in `et al.`; lists without a flag for that get an anomaly."""
        self.stopped = True
        role = ROLES[tag][0]
        if TABLES[role] == "authors":
            self.incomplete.add(role)
        else:
            self.record.anomalies.append((tag, value, "the list of names is not complete"))

    def _name(self, role: str, form: str, value: str) -> None:
        self.stopped = False
        last = self.people[-1] if self.people else None
        if last and last["role"] == role and form not in last and self._same(last, form, value):
            last[form] = value
            return
        row: Row = {}
        if role in ("author", "editor"):
            row["list_parent"] = {"articles": "Article", "books": "BookDocument"}[self.kind]
        elif role == "investigator":
            row["list_parent"] = {"articles": "MedlineCitation", "books": "BookDocument"}[self.kind]
        if role == "editor":
            row |= {"list_parent": "Book" if self.kind == "books" else "Article", "list_type": "editors"}
        added = self.record.append(TABLES[role], row)
        person = {"role": role, form: value, "row": added}
        self.people.append(person)
        for tag, roles in BEARERS.items():
            if role in roles:
                first, _ = self.bearers.get(tag, (person, person))
                self.bearers[tag] = first, person

    @staticmethod
    def _same(person: Row, form: str, value: str) -> bool:
        """Whether a full and a short name are one person's: the short one begins with the family name."""
        if "collective" in (form, *person):
            return False
        full, short = (value, person["short"]) if form == "full" else (person["full"], value)
        return short.casefold().startswith(full.partition(",")[0].casefold()[:3])

    def _attach(self, tag: str, value: str, first: bool = False) -> bool:
        """Give an address or identifier to the last person so far, or to the first; whether there is one."""
        if tag not in self.bearers:
            return False
        person = self.bearers[tag][0 if first else 1]
        role = "investigator" if person["role"] == "investigator" else "author"
        number = person["row"][f"{role}_seq"]
        if tag == "AUID":
            source, colon, identifier = value.partition(": ")
            row = {"role": role, "person_seq": number, "affiliation_seq": None}
            row |= {"source": source, "identifier": identifier} if colon else {"source": None, "identifier": value}
            self.record.append("person_identifiers", row)
        else:
            table = {"AD": "affiliations", "IRAD": "investigator_affiliations"}[tag]
            self.record.append(table, {f"{role}_seq": number, "affiliation": value})
        return True


def split_name(full: str | None, short: str | None) -> Row:
    """The parts of a person's name: full is `Sorensen, P S`, short `Sorensen PS` or `Sorensen PS Jr`."""
    last, comma, fore = (full or "").partition(", ")
    rest = []
    if short is not None:
        if full is not None and short.startswith(last):
            rest = short[len(last) :].split()
        elif full is not None:
            rest = short.split()[len(last.split()) :]
        else:
            words = short.split()
            size = 2 if len(words) > 2 and words[-1] in SUFFIXES else 1
            last, rest = (" ".join(words[:-size]), words[-size:]) if len(words) > 1 else (short, [])
    suffix = rest.pop() if rest and rest[-1] in SUFFIXES and (len(rest) > 1 or fore.endswith(f" {rest[-1]}")) else None
    if suffix and fore.endswith(f" {suffix}"):
        fore = fore.removesuffix(f" {suffix}")
    return {
        "last_name": last.strip(BLANKS),
        "fore_name": fore.strip(BLANKS) if comma else None,
        "initials": " ".join(rest) or None,
        "suffix": suffix,
    }
