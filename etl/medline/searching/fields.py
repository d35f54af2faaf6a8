# ruff: noqa: E501  (one line per field)
"""PubMed's field tags, as data: which columns each searches, and how. A new tag is a line of `FIELDS`.

A source is written `table value`, or `table value WHERE condition`, in SQL; `=tag` stands for the sources of another
field. `Match` says how a value is matched; `medline.searching.match` makes the test of a term, `medline.searching.sql` the SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class Match(StrEnum):
    """How a term is compared with a value; the text is what `medline search --tags` prints."""

    WORDS = "words"
    WHOLE = "whole value"
    NAME = "name"
    FULL_NAME = "full name"
    JOURNAL = "title, abbreviation or ISSN"
    HEADING = "heading, heading/subheading"
    MAJOR_HEADING = "heading, heading/subheading; starred"
    SUBHEADING = "subheading"
    CONCEPT = "name in MeSH"
    ACTION = "action of substances"
    LANGUAGE = "language or its code"
    DATE = "date, range"
    NUMBER = "number, range"
    SUBSET = "name of a subset or filter"


#: Fields in which words may be searched near each other.
NEAR = ("ti", "tiab", "ad")


@dataclass(frozen=True)
class Source:
    """A value to search: an expression over the columns of one table, and a condition on its rows."""

    table: str
    value: str
    where: str = ""


@dataclass(frozen=True)
class Field:
    """A field of the query language.

    Attributes:
        tag: its short name: `ti`.
        aliases: its other names: `title`.
        match: how its values are matched.
        sources: its values; see the module.
        description: what `medline search --tags` prints.
    """

    tag: str
    aliases: tuple[str, ...]
    match: Match
    sources: tuple[str, ...]
    description: str


def _field(names: str, match: Match, sources: str, description: str) -> Field:
    tag, *aliases = names.split("|")
    return Field(tag, tuple(aliases), match, tuple(sources.split("; ")), description)


NAME = "concat_ws(' ', last_name, initials, suffix)"
AUTHORS = "authors {name} WHERE list_type IS DISTINCT FROM 'editors'"
AUTHOR_AT = (
    f"{AUTHORS} AND (pmid, author_seq) IN (SELECT pmid, {{end}}(author_seq) FROM authors WHERE last_name IS NOT NULL"
    " AND list_type IS DISTINCT FROM 'editors' GROUP BY pmid)"
)
EVENT = "history CAST(event_at AS DATE) WHERE pub_status = '{}'"

# fmt: off
FIELDS: tuple[Field, ...] = (
    _field("all|all fields", Match.WORDS, "=tiab; =tw; =tt; =cois; =au; =ir; =ed; authors concat_ws(' ', last_name, fore_name); investigators concat_ws(' ', last_name, fore_name); =ad; =ta; =jid; =is; =la; =gr; =aid; =lid; =auid; =vi; =ip; =pg; =pmc; =rn; =gs; =book; =pubn; =isbn; =oid", "any field but the country, and dates other than that of publication"),
    _field("tw|text word|text words|text|word", Match.WORDS, "=tiab; =mh; =sh; =pt; =nm; =cn; =ps; =si; =sfm; comments_corrections note", "title, abstract, headings, substances, types, keywords …"),
    _field("tiab|title/abstract", Match.WORDS, "=ti; =ab; keywords keyword", "title, abstract, keywords"),
    _field("ti|title|titl", Match.WORDS, "articles title; books title; books book_title; books collection_title", "title, title of the book and its collection"),
    _field("ab|abstract", Match.WORDS, "articles abstract; books abstract; abstracts text WHERE abstract_type IS NOT NULL", "abstract, other abstracts"),
    _field("tt|transliterated title", Match.WORDS, "articles vernacular_title; books vernacular_title", "title in the language of the article"),
    _field("ot|other term|other terms|otrm", Match.WORDS, "keywords keyword", "keywords of authors and others"),
    _field("mh|mesh|mesh terms|mesh term|mesh heading|mesh headings", Match.HEADING, "mesh descriptor", "MeSH heading and those below it"),
    _field("majr|mesh major topic|mesh major topics|major", Match.MAJOR_HEADING, "mesh descriptor", "MeSH heading as major topic, and those below it"),
    _field("sh|mesh subheading|mesh subheadings|subheading|subheadings|subh", Match.SUBHEADING, "mesh_qualifiers qualifier", "MeSH subheading of any heading, and those below it"),
    _field("pt|publication type|publication types|ptyp", Match.CONCEPT, "publication_types publication_type", "publication type and those below it"),
    _field("nm|supplementary concept|substance name|subs", Match.CONCEPT, "chemicals substance; supplementary_mesh name", "substance, supplementary concept"),
    _field("pa|pharmacological action|pharmacologic action|papx", Match.ACTION, "chemicals substance; mesh descriptor", "substances with a pharmacological action"),
    _field("rn|ec/rn number|registry number|ecno", Match.WHOLE, "chemicals registry_number", "CAS or EC number, UNII"),
    _field("au|author|authors|author name|auth", Match.NAME, f"{AUTHORS.format(name=NAME)}; authors collective_name", "author, or group of authors"),
    _field("1au|author - first|first author|first author name|faut", Match.NAME, AUTHOR_AT.format(name=NAME, end="min"), "first author"),
    _field("lastau|author - last|last author|last author name|laut", Match.NAME, AUTHOR_AT.format(name=NAME, end="max"), "last author"),
    _field("fau|author - full|full author name|full", Match.FULL_NAME, AUTHORS.format(name=NAME), "author, with given names"),
    _field("cn|author - corporate|corporate author|coln", Match.WORDS, "authors collective_name", "group of authors"),
    _field("auid|author - identifier|author identifier|aucl", Match.WORDS, "person_identifiers concat_ws(' ', source, identifier); person_identifiers source || ' ' || regexp_extract(identifier, '[^/]*$'); authors 'orcid ' || orcid", "ORCID or other identifier of a person"),
    _field("ed|editor", Match.NAME, f"authors {NAME} WHERE list_type = 'editors'", "editor of a book"),
    _field("ir|investigator|invr", Match.NAME, f"investigators {NAME}", "investigator, collaborator"),
    _field("fir|investigator - full|full investigator name|finv", Match.FULL_NAME, f"investigators {NAME}", "investigator, with given names"),
    _field("ps|personal name as subject|subject - personal name", Match.NAME, f"personal_name_subjects {NAME}", "person whom the article is about"),
    _field("ad|affiliation|affl", Match.WORDS, "affiliations affiliation; investigator_affiliations affiliation", "affiliation of an author or investigator"),
    _field("ta|journal|jour|jo|journal title|title abbreviation", Match.JOURNAL, "articles medline_ta; articles journal_title; articles iso_abbreviation; =is", "journal: abbreviation, full title or ISSN"),
    _field("jid|nlm unique id|nlmid", Match.WHOLE, "articles nlm_unique_id", "NLM's identifier of the journal"),
    _field("is|issn", Match.WHOLE, "issns issn; articles issn_linking", "ISSN of the journal"),
    _field("vi|volume|vol", Match.WHOLE, "articles volume; books volume", "volume"),
    _field("ip|issue|iss", Match.WHOLE, "articles issue", "issue"),
    _field("pg|pagination|page", Match.WHOLE, "articles start_page; articles medline_pgn; books start_page; books medline_pgn", "first page, or the pages as printed"),
    _field("pl|place of publication|country|cnty", Match.WHOLE, "articles country; books publisher_location", "country of the journal"),
    _field("la|lang|language", Match.LANGUAGE, "languages language", "language of the text"),
    _field("dp|pdat|publication date|date - publication|date of publication", Match.DATE, "publication_dates publication_date", "date of the issue or of electronic publication"),
    _field("ppdat|print publication date|date - print publication|print date of publication|ppdt", Match.DATE, "publication_dates publication_date WHERE medium = 'issue'", "date of the issue"),
    _field("epdat|dep|electronic publication date|date - electronic publication|electronic date of publication|epdt", Match.DATE, "publication_dates publication_date WHERE medium = 'electronic'", "date of electronic publication"),
    _field("edat|entry date|entrez date|date - entry|date - entrez", Match.DATE, EVENT.format("pubmed"), "day the citation came to PubMed"),
    _field("crdt|create date|date - create", Match.DATE, EVENT.format("entrez"), "day the record was created"),
    _field("mhda|mesh date|date - mesh", Match.DATE, EVENT.format("medline"), "day MeSH headings were added"),
    _field("lr|mdat|modification date|date - modification|date - last revision", Match.DATE, "articles date_revised; books date_revised", "day of the last revision"),
    _field("dcom|completion date|date - completion|cdat", Match.DATE, "articles date_completed", "day MEDLINE processing ended"),
    _field("pmid|uid|pubmed id", Match.NUMBER, "articles pmid; books pmid", "PubMed identifier, also several"),
    _field("pmc|pmcid", Match.WHOLE, "articles pmc; articles replace(upper(pmc), 'PMC', '')", "PubMed Central id, with PMC or without"),
    _field("mid|manuscript identifier", Match.WHOLE, "article_ids article_id WHERE id_type = 'mid'", "identifier of an author's manuscript: NIHMS12345"),
    _field("aid|doi|article identifier|pid", Match.WHOLE, "article_ids article_id; elocation_ids elocation_id WHERE elocation_type = 'doi'", "DOI, pii, PMC or Bookshelf id"),
    _field("lid|location id", Match.WHOLE, "elocation_ids elocation_id", "electronic location: DOI or pii"),
    _field("oid|other id", Match.WHOLE, "other_ids other_id", "identifier of another organization"),
    _field("gr|grant number|grants and funding|grant|grnt", Match.WORDS, "grants concat_ws('/', grant_id, acronym, agency, country)", "grant: number, institute, agency, country"),
    _field("si|secondary source id", Match.WORDS, "accessions concat_ws('/', databank, accession)", "data bank, accession or both: genbank/AF001892"),
    _field("gs|gene symbol|gene name", Match.WHOLE, "gene_symbols gene_symbol", "gene symbol (1991 to 1995)"),
    _field("sfm|space flight mission", Match.WORDS, "space_flight_missions mission", "space flight mission"),
    _field("cois|conflict of interest statement|conflict of interest statements", Match.WORDS, "articles coi_statement", "conflict of interest statement"),
    _field("book", Match.WORDS, "books book_title", "title of the book"),
    _field("pubn|publisher", Match.WORDS, "books publisher", "publisher of the book"),
    _field("isbn", Match.WHOLE, "books array_to_string(isbns, ' ')", "ISBN of the book"),
    _field("sb|subset|filter|filt", Match.SUBSET, "", "subset or filter"),
)

#: A single date of publication, unlike a range, does not find electronic dates later than that of the issue.
SINGLE_DATE = _field("dp/single", Match.DATE, "publication_dates publication_date WHERE medium = 'issue' OR publication_date <= ALL (SELECT issue.publication_date FROM publication_dates AS issue WHERE issue.pmid = publication_dates.pmid AND issue.medium = 'issue' AND issue.publication_date IS NOT NULL)", "date of publication, as a single date finds it")
# fmt: on

#: NLM's codes of the languages, by name.
LANGUAGES: dict[str, str] = dict(
    pair.split("=")
    for pair in (
        "afrikaans=afr albanian=alb arabic=ara armenian=arm azerbaijani=aze basque=baq bosnian=bos bulgarian=bul"
        " catalan=cat chinese=chi croatian=hrv czech=cze danish=dan dutch=dut english=eng esperanto=epo estonian=est"
        " finnish=fin french=fre georgian=geo german=ger greek=gre hebrew=heb hindi=hin hungarian=hun icelandic=ice"
        " indonesian=ind italian=ita japanese=jpn kinyarwanda=kin korean=kor latin=lat latvian=lav lithuanian=lit"
        " macedonian=mac malay=may malayalam=mal maori=mao multilingual=mul norwegian=nor persian=per polish=pol"
        " portuguese=por pushto=pus romanian=rum russian=rus sanskrit=san serbian=srp slovak=slo slovenian=slv"
        " spanish=spa swedish=swe thai=tha turkish=tur ukrainian=ukr undetermined=und urdu=urd vietnamese=vie welsh=wel"
    ).split()
)

#: The fields by every name that a tag may have; by tag also the one that no tag has.
BY_NAME: dict[str, Field] = {name: field for field in FIELDS for name in (field.tag, *field.aliases)}
BY_TAG: dict[str, Field] = {field.tag: field for field in (*FIELDS, SINGLE_DATE)}


def parse(source: str) -> Source:
    """Return a source as data."""
    head, _, where = source.partition(" WHERE ")
    table, _, value = head.partition(" ")
    return Source(table, value, where)


@cache
def sources(field: Field) -> tuple[Source, ...]:
    """Return all sources of a field, those of the fields that it names among them, each once."""
    unique: dict[Source, None] = {}
    for source in field.sources:
        named = sources(BY_NAME[source[1:]]) if source.startswith("=") else (parse(source),)
        unique.update(dict.fromkeys(named))
    return tuple(unique)
