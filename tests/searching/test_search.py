# ruff: noqa: E501  (tables of cases)
"""PubMed's query language: what a query finds, in SQL that runs as it stands, and what is said of a wrong one."""

from __future__ import annotations

import re

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build import abstract, ask, citation, error_of, medline, title, write_mirror
from medline import pipeline, searching
from medline.errors import UsageError
from medline.home import LocalHome
from medline.searching import fields, flags, language
from medline.searching.plan import DEEPEST
from medline.warehouse import database

EVENTS = "".join(
    f'<PubMedPubDate PubStatus="{status}"><Year>{year}</Year><Month>5</Month><Day>6</Day></PubMedPubDate>'
    for status, year in (("pubmed", 2002), ("entrez", 2003), ("medline", 2004))
)
RICH = citation(
    1,
    head="<DateCompleted><Year>2005</Year><Month>01</Month><Day>02</Day></DateCompleted>"
    "<DateRevised><Year>2006</Year><Month>02</Month><Day>03</Day></DateRevised>",
    pub_date="<MedlineDate>2001 Nov-Dec</MedlineDate>",
    title=title("Interferon-β in multiple sclerosis: naïve T<sub>4</sub> cells."),
    article="<Pagination><MedlinePgn>557-63</MedlinePgn></Pagination>"
    '<ELocationID EIdType="doi">10.1000/abc(1)-2</ELocationID>'
    "<Abstract><AbstractText Label='AIM'>Relapsing-remitting disease.</AbstractText></Abstract>"
    "<AuthorList><Author><LastName>Sørensen</LastName><ForeName>Per Soelberg</ForeName><Initials>PS</Initials>"
    "<Identifier Source='ORCID'>https://orcid.org/0000-0001-2345-6789</Identifier>"
    "<AffiliationInfo><Affiliation>Rigshospitalet, København.</Affiliation></AffiliationInfo></Author>"
    "<Author><LastName>Smith</LastName><ForeName>John A</ForeName><Initials>JA</Initials></Author>"
    "<Author><CollectiveName>Nordic Study Group</CollectiveName></Author></AuthorList>"
    "<Language>eng</Language><Language>ger</Language>"
    "<DataBankList><DataBank><DataBankName>GENBANK</DataBankName><AccessionNumberList>"
    "<AccessionNumber>AF001892</AccessionNumber></AccessionNumberList></DataBank></DataBankList>"
    "<GrantList><Grant><GrantID>CA12345</GrantID><Acronym>CA</Acronym><Agency>NCI NIH HHS</Agency>"
    "<Country>United States</Country></Grant></GrantList>"
    "<PublicationTypeList><PublicationType UI='D016428'>Journal Article</PublicationType></PublicationTypeList>"
    "<VernacularTitle>Interferon bei Multipler Sklerose.</VernacularTitle>"
    '<ArticleDate DateType="Electronic"><Year>2002</Year><Month>01</Month><Day>15</Day></ArticleDate>',
    citation="<MedlineJournalInfo><Country>Denmark</Country><MedlineTA>Acta Neurol Scand</MedlineTA>"
    "<NlmUniqueID>0370336</NlmUniqueID><ISSNLinking>0001-6314</ISSNLinking></MedlineJournalInfo>"
    "<ChemicalList><Chemical><RegistryNumber>77238-31-4</RegistryNumber>"
    "<NameOfSubstance UI='D016899'>Interferon-beta</NameOfSubstance></Chemical></ChemicalList>"
    "<SupplMeshList><SupplMeshName Type='Disease' UI='C1'>Rare Disease, Type 1</SupplMeshName></SupplMeshList>"
    "<CitationSubset>AIM</CitationSubset><CitationSubset>N</CitationSubset>"
    "<GeneSymbolList><GeneSymbol>IFNB1</GeneSymbol></GeneSymbolList>"
    "<MeshHeadingList><MeshHeading><DescriptorName UI='D009103' MajorTopicYN='N'>Multiple Sclerosis</DescriptorName>"
    "<QualifierName UI='Q1' MajorTopicYN='Y'>drug therapy</QualifierName>"
    "<QualifierName UI='Q2' MajorTopicYN='N'>administration &amp; dosage</QualifierName></MeshHeading>"
    "<MeshHeading><DescriptorName UI='D2' MajorTopicYN='N'>Carcinoma, Renal Cell</DescriptorName></MeshHeading>"
    "</MeshHeadingList>"
    "<PersonalNameSubjectList><PersonalNameSubject><LastName>Charcot</LastName><ForeName>Jean Martin</ForeName>"
    "<Initials>JM</Initials></PersonalNameSubject></PersonalNameSubjectList>"
    "<OtherID Source='NASA'>99012345</OtherID>"
    "<KeywordList Owner='NOTNLM'><Keyword MajorTopicYN='N'>immunomodulation</Keyword></KeywordList>"
    "<CoiStatement>Speaker fees from nobody.</CoiStatement>"
    "<SpaceFlightMission>STS-95 Shuttle Project</SpaceFlightMission>"
    "<InvestigatorList><Investigator><LastName>Jensen</LastName><ForeName>Karen</ForeName><Initials>K</Initials>"
    "<AffiliationInfo><Affiliation>Aarhus.</Affiliation></AffiliationInfo></Investigator></InvestigatorList>",
    data=f"<History>{EVENTS}</History><ArticleIdList><ArticleId IdType='doi'>10.1000/abc(1)-2</ArticleId>"
    "<ArticleId IdType='pmc'>PMC13900</ArticleId></ArticleIdList>",
).replace("<JournalIssue>", "<ISSN IssnType='Print'>0001-6314</ISSN><JournalIssue><Volume>12</Volume><Issue>3</Issue>")
PLAIN = citation(
    2,
    pub_date="<Year>2005</Year>",
    title=title("Wit and humour in interferons"),
    article=abstract("No disease.")
    + "<AuthorList><Author><LastName>Smith</LastName><ForeName>Jane</ForeName><Initials>J</Initials></Author></AuthorList>"
    "<PublicationTypeList><PublicationType UI='D016454'>Review</PublicationType></PublicationTypeList>",
    citation="<MeshHeadingList><MeshHeading><DescriptorName UI='D009103' MajorTopicYN='N'>Multiple Sclerosis"
    "</DescriptorName></MeshHeading></MeshHeadingList>",
).replace('Status="MEDLINE"', 'Status="In-Process"')
SPRING = citation(3, pub_date="<Year>2010</Year><Season>Spring</Season>", title=title("Sclerosis, multiple"))
BOOK = (
    "<PubmedBookArticle><BookDocument><PMID Version='1'>4</PMID><ArticleIdList>"
    "<ArticleId IdType='bookaccession'>NBK1116</ArticleId></ArticleIdList><Book><Publisher>"
    "<PublisherName>University Press</PublisherName><PublisherLocation>Seattle</PublisherLocation></Publisher>"
    "<BookTitle book='gene'>GeneReviews</BookTitle><PubDate><Year>1993</Year></PubDate>"
    "<AuthorList Type='editors'><Author><LastName>Adam</LastName><ForeName>Margaret P</ForeName>"
    "<Initials>MP</Initials></Author></AuthorList><Isbn>9780000000019</Isbn></Book>"
    "<ArticleTitle>Alport syndrome</ArticleTitle></BookDocument></PubmedBookArticle>"
)

#: Tag by tag: what a query finds.
CASES = [
    ("interferon[all]", {1}), ("sorensen[all]", {1}), ("alport[all fields]", {4}),
    ("immunomodulation[tw]", {1}), ("renal[text word]", {1}), ("rare disease[tw]", {1}),
    ("disease[tiab]", {1, 2}), ("immunomodulation[title/abstract]", {1}), ("Disease[Title/Abstract]", {1, 2}),
    ("multiple sclerosis[ti]", {1}), ('"multiple sclerosis"[ti]', {1}), ("sclerosis[title]", {1, 3}),
    ("multiple scler*[ti]", {1}), ("interferon[ti]", {1}), ("interferon*[ti]", {1, 2}), ("interfero*[ti]", {1, 2}),
    ("Naive[ti]", {1}), ("NAÏVE[ti]", {1}), ("interferon β[ti]", {1}), ("genereviews[ti]", {4}),
    ("relapsing remitting[ab]", {1}), ("relapsing-remitting[abstract]", {1}), ("remit[ab]", set()),
    ("sklerose[tt]", {1}), ("sklerose[all]", {1}), ("immunomodulation[ot]", {1}), ("immuno*[Other Term]", {1}),
    ("multiple sclerosis[mh]", {1, 2}), ("carcinoma renal cell[mesh]", {1}), ("Carcinoma, Renal Cell[MeSH Terms]", {1}),
    ("sclerosis[mh]", set()), ("multiple sclerosis[mh:noexp]", {1, 2}), ("multiple*[mh]", {1, 2}),
    ("multiple sclerosis/drug therapy[mh]", {1}), ("carcinoma, renal cell/drug therapy[mh]", set()),
    ('"multiple sclerosis/administration and dosage"[mh]', {1}),
    ("multiple sclerosis[majr]", {1}), ("multiple sclerosis/drug therapy[MeSH Major Topic]", {1}),
    ("multiple sclerosis/administration & dosage[majr]", set()), ("multiple sclerosis[majr:noexp]", {1}),
    ("dt[sh]", {1}), ("multiple sclerosis/ad[mh]", {1}), ("hasabstract[text]", {1, 2}),
    ("drug therapy[sh]", {1}), ("administration and dosage[mesh subheading]", {1}),
    ("review[pt]", {2}), ("journal article[Publication Type]", {1}), ("journal[pt]", set()),
    ("interferon beta[nm]", {1}), ("rare disease, type 1[supplementary concept]", {1}), ("77238-31-4[rn]", {1}),
    ("smith j[au]", {1, 2}), ("smith[au]", {1, 2}), ("smith ja[author]", {1}), ('"smith j"[au]', {2}), ("smit[au]", set()),
    ("smit*[au]", {1, 2}), ("smith b[au]", set()), ("sorensen ps[au]", {1}), ("Sørensen[au]", {1}),
    ("john a smith[au]", {1}), ("nordic study group[au]", {1}), ("adam mp[au]", set()),
    ("sorensen ps[1au]", {1}), ("smith j[1au]", {2}), ("smith ja[lastau]", {1}), ("sorensen[Author - Last]", set()),
    ("smith, john a[fau]", {1}), ("jane smith[fau]", {2}), ("nordic[cn]", {1}), ("0000-0001-2345-6789[auid]", {1}),
    ("adam mp[ed]", {4}), ("jensen k[ir]", {1}), ("karen jensen[fir]", {1}), ("charcot j[ps]", {1}),
    ("kobenhavn[ad]", {1}), ("aarhus[affiliation]", {1}), ("acta neurol scand[ta]", {1}), ("0001-6314[journal]", {1}),
    ("acta[jour]", set()), ("0370336[jid]", {1}), ("0001-6314[is]", {1}), ("12[vi]", {1}), ("3[ip]", {1}), ("557[pg]", {1}),
    ("557-63[pg]", {1}), ("denmark[pl]", {1}), ("seattle[pl]", {4}), ("english[la]", {1}), ("ger[language]", {1}),
    ("2001[dp]", {1}), ("2001/11[dp]", {1}), ("2001/12[dp]", set()), ("2002[dp]", set()), ("2002:2002[dp]", {1}), ("2005/01/01[dp]", {2}),
    ("2010/04[pdat]", {3}), ("2003:2010[dp]", {2, 3}), ('"2005/01/01"[dp] : "3000"[dp]', {2, 3}), ("1993[dp]", {4}),
    ("2001/11 : 2002/01[Date - Publication]", {1}), ('"last 1 years"[dp]', set()), ("2002[ppdat]", set()),
    ("2001[ppdat]", {1}), ("2002/01/15[epdat]", {1}), ("2002/05:2002/05/31[edat]", {1}), ("2003/05/06[crdt]", {1}),
    ("2004[mhda]", {1}), ("2006/02[lr]", {1}), ("2005[dcom]", {1}), ("1[pmid]", {1}), ("2:4[uid]", {2, 3, 4}),
    ("1 4 9[pmid]", {1, 4}), ("PMC13900[pmc]", {1}), ("13900[pmc]", {1}), ('"10.1000/abc(1)-2"[doi]', {1}),
    ("NBK1116[aid]", {4}), ('"10.1000/abc(1)-2"[lid]', {1}), ("99012345[oid]", {1}), ("CA12345[gr]", {1}),
    ("nci[grant number]", {1}), ("genbank/AF001892[si]", {1}), ("genbank[si]", {1}), ("ifnb1[gs]", {1}), ("sts-95[sfm]", {1}),
    ("speaker fees[cois]", {1}), ("genereviews[book]", {4}), ("university press[pubn]", {4}), ("9780000000019[isbn]", {4}),
    ("medline[sb]", {1, 3}), ("inprocess[sb]", {2}), ("publisher[sb]", set()), ("pubmednotmedline[sb]", set()),
    ("free full text[sb]", {1, 4}), ("pmc[filter]", {1}), ("aim[sb]", {1}), ("jsubsetaim[sb]", {1}), ("jsubsetn[sb]", {1}),
    ("hasabstract", {1, 2}), ("english[filter]", {1}), ("pubmed books[sb]", {4}),
]  # fmt: skip

#: Operators, and terms without a tag.
TREES = [
    ("multiple sclerosis[mh] AND (interferon*[tiab] NOT review[pt]) AND 2000:2005[dp]", {1}),
    ("4[pmid] OR 1[pmid] AND 1[pmid]", {1}),
    ("4[pmid] OR (1[pmid] AND 1[pmid])", {1, 4}),
    ("1[pmid] NOT 1[pmid] OR 2[pmid]", {2}),
    ("1:3[pmid] AND NOT 2[pmid]", {1, 3}),
    ("1:3[pmid] (2[pmid] OR 3[pmid]) 2[pmid]", {2}),
    ("sclerosis multiple", {1, 2, 3}),
    ('"sclerosis multiple"', {3}),
    ("“sclerosis multiple”", {3}),
    ("wit and humour[ti]", {2}),
    ("4", {1, 4}),
    ("smith disease", {1, 2}),
]

WRONG = [
    ("", "empty"), ("  ", "empty"), ("()", "character 2: a term is missing"), ("a AND", "character 6: a term is missing"),
    ("AND a", "character 1: AND needs"), ("a AND OR b", "character 7: OR needs"), ("(a", "character 1: this ( is never"),
    ("a)", "character 2: this ) closes"), ("a AND (b[ti]", "character 7: this ("), ('a "b', 'character 3: this " is'),
    ("a[ti", "character 2: this [ is"), ("a]", "character 2: this ] closes"), ("[ti]", "character 1: [ti] needs"),
    ("multiple sclerosis[mh] a[xyz:~2] b[au:~2]", "character 35: [au:~2]: words near"),
    ("20001[dp]", "character 1: '20001' is not a date"),
    ("2001/13[dp]", "is not a date"), ("2001/02/30[edat]", "is not a date"), ("2005:2000[dp]", "runs backwards"),
    ("2000[dp]:2001[edat]", "both ends"), ("x[pmid]", "is not a PMID"), ("9:1[pmid]", "runs backwards"), ("1:2:3[dp]", "is not a date"),
    ("zz[sh]", "unknown subheading 'zz'"), ("a/qq[mh]", "unknown subheading"), ("englsh[la]", "unknown language 'englsh'"),
    ("#1 AND #2", "no search history"), ("nonsense[sb]", "unknown subset"), ("...[ti]", "no letter"), ("*[ti]", "'*' has no letter"),
    ("...", "no term to search"), ("x" * 2_001 + "[ti]", "2,001 characters"), ("x " * 110_000, "at most 200,000"),
    ("(" * 160 + "a" + ")" * 160, "more than 100 deep"), ("a|" * 10_001 + "a", "more than 10,000 terms"),
]  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    place = tmp_path_factory.mktemp("search")
    write_mirror(place / "mirror", [RICH, PLAIN, SPRING, BOOK])
    pipeline.sync(place / "mirror", place / "home")
    return place / "home"


@pytest.fixture(scope="module")
def found(home):
    with database.reader(home) as connection:

        def pmids(query: str) -> set[int]:
            return {row[0] for row in connection.execute(searching.to_sql(query)).fetchall()}

        yield pmids


@pytest.mark.parametrize(("query", "pmids"), CASES + TREES)
def test_finds(found, query, pmids):
    assert found(query) == pmids


def test_every_tag_has_a_case():
    """Each with something to find, and under a name that no other has."""
    hit = {match for query, pmids in CASES if pmids for match in re.findall(r"\[([^\]]*)\]", query)}
    tested = {fields.BY_NAME[tag.lower().removesuffix(":noexp")].tag for tag in hit}
    assert tested == {field.tag for field in fields.FIELDS} - {"mid", "pa"}
    assert len(fields.BY_NAME) == sum(1 + len(field.aliases) for field in fields.FIELDS)


@pytest.mark.long
@pytest.mark.parametrize("name", fields.BY_NAME)
def test_every_name_of_a_tag_runs(home, name):
    terms = {"sb": "medline", "la": "eng"}
    assert ask(home, searching.to_sql(f"{terms.get(fields.BY_NAME[name].tag, '2001')}[{name}]")) != 0


@pytest.mark.parametrize("subset", [*flags.SUBSETS, *flags.FLAGS])
def test_every_subset_runs(home, subset):
    assert len(ask(home, searching.to_sql(f"{subset}[sb]"))) <= 4


@pytest.mark.parametrize(("query", "says"), WRONG)
def test_wrong_queries_say_where(query, says):
    with pytest.raises(UsageError) as error:
        searching.to_sql(query)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_newest_first_as_arrow(home):
    table = searching.search(home, "1:4[pmid]")
    assert table.column_names == ["pmid", "title", "pub_date", "pub_year", "medline_ta", "doi"]
    assert table["pmid"].to_pylist() == [3, 2, 1, 4]
    assert searching.search(home, "1:4[pmid]", limit=1)["pmid"].to_pylist() == [3]


def test_sql_runs_as_it_stands(home):
    with duckdb.connect(str(LocalHome(home).pointer.resolve()), read_only=True) as connection:
        assert len(connection.execute(searching.to_sql("smith j[au] OR alport[ti]")).fetchall()) == 3
        assert connection.execute(searching.to_sql("smith[au]", count=True)).fetchall() == [(2,)]


LEAVES = {
    "1[pmid]": {1},
    "interferon*[ti]": {1, 2},
    "smith[au]": {1, 2},
    "2005:2010[dp]": {2, 3},
    "review[pt]": {2},
    "4[pmid]": {4},
}


@st.composite
def trees(draw, depth=3):
    """A query, and the same as a function of the sets that its leaves find: from left to right."""
    count = draw(st.integers(1, 4))
    parts = []
    for _ in range(count):
        if depth and draw(st.booleans()):
            text, value = draw(trees(depth=depth - 1))
            parts.append((f"({text})", value))
        else:
            leaf = draw(st.sampled_from(sorted(LEAVES)))
            parts.append((leaf, lambda sets, leaf=leaf: sets[leaf]))
    text, value = parts[0]
    for other, right in parts[1:]:
        operator = draw(st.sampled_from(["AND", "OR", "NOT"]))
        text = f"{text} {operator} {other}"
        value = _joined(operator, value, right)
    return text, value


def _joined(operator, left, right):
    joined = {"AND": set.__and__, "OR": set.__or__, "NOT": set.__sub__}[operator]
    return lambda sets: joined(left(sets), right(sets))


@pytest.mark.long
@settings(max_examples=25, deadline=None)
@given(tree=trees())
def test_trees_are_set_algebra(found, tree):
    text, value = tree
    assert found(text) == value(LEAVES)


HOSTILE = st.text(max_size=40) | st.lists(
    st.sampled_from(
        ["'", '"', ";", "--", "/*", "*", "(", ")", "[", "]", "[ti]", "[au]", "[mh]", "[dp]", "[sb]", ":", "a", "'; DROP TABLE x",
         " AND ", " OR ", " NOT ", "\\", "\0", "\\p{L}", "{9999}", "ß", "é", "\ud800", "$1", "%", "_", "2000", "/", "/x", "\n"]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(query=HOSTILE)
def test_any_text_is_a_query_or_a_misuse(query):
    """What comes of it is one statement, whose literals hold nothing but words and dates."""
    try:
        sql = searching.to_sql(query)
    except UsageError:
        return
    assert [statement.type for statement in duckdb.extract_statements(sql)] == [duckdb.StatementType.SELECT]


@settings(max_examples=20, deadline=None)
@given(text=st.text(min_size=1, max_size=20))
def test_any_term_runs(found, text):
    try:
        assert found(f'"{text.replace(chr(34), "")}"[ti]') <= {1, 2, 3, 4}
    except UsageError:
        return


@pytest.mark.parametrize("times", [95, 150, 4000])
@pytest.mark.parametrize("turn", [" OR 2[pmid] AND 1[pmid]", " NOT 2[pmid] OR 1[pmid]"])
def test_operators_that_take_turns_are_followed_or_refused(found, turn, times):
    query = f"1[pmid]{turn * times}"
    if times < DEEPEST / 2:
        assert found(query) == {1}
    else:
        with pytest.raises(UsageError, match="put parentheses around what belongs together"):
            found(query)


def test_large_queries_run(found):
    deep = "(" * language.DEPTH + "1[pmid]" + ") AND 1[pmid]" * language.DEPTH
    assert found(deep) == {1}
    assert found(" OR ".join(f"w{number}[ti]" for number in range(40)) + " OR 2[pmid]") == {2}
    assert found(" AND ".join(["1[pmid]", "1:2[pmid] OR 1[pmid]"] * 10)) == {1}


def test_accents_and_case_do_not_matter():
    """Every Latin letter with an accent is found by the plain one, and finds it."""
    with duckdb.connect() as connection:
        for name in ("folded", "word_pattern", "has_words"):
            connection.execute((search_sql() / f"{name}.sql").read_text("utf-8"))
        rows = connection.execute(
            "SELECT c FROM (SELECT chr(i::INTEGER) AS c FROM range(192, 544) AS r(i) UNION ALL FROM (VALUES ('ế'), ('ạ')))"
            " WHERE strip_accents(c) ~ '^[A-Za-z]$' AND NOT (has_words('x' || c, 'x' || strip_accents(c))"
            " AND has_words('X' || upper(strip_accents(c)), 'x' || c))"
        ).fetchall()
    assert rows == []


def search_sql():
    from medline.render import SQL_DIRECTORY

    return SQL_DIRECTORY / "views"


def test_command_line(home):
    listed = medline("search", "smith j[au]", "--home", home, "--format", "csv")
    assert [line.split(",")[0] for line in listed.stdout.splitlines()] == ["pmid", "2", "1"]
    assert medline("search", "smith j[au]", "--home", home, "--count").stdout == "2\n"
    shown = medline("search", "smith j[au]", "--sql", "--home", "/nowhere")
    assert shown.stdout == searching.to_sql("smith j[au]") + "\n"
    tags = medline("search", "--tags").stdout
    assert all(f"[{field.tag}]" in tags for field in fields.FIELDS)
    assert "character 1" in error_of(medline("search", "a[sb]", "--home", home), 2)
    assert "unknown field tag [xyz]" in medline("search", "a[xyz]", "--home", home).stderr
    several = medline("search", "a[sb] OR b[dp]", "--home", home)
    assert (several.returncode, several.stderr.count("error: ")) == (2, 2)
    assert (
        medline("search", "smith[au] NOT 2[pmid]", "--explain", "--home", home).stdout == "smith[Author] NOT 2[UID]\n"
    )


def test_real_records_are_found_as_other_ways_find_them(data, tmp_path):
    pipeline.load_files([data / "pairs" / "citations.xml"], tmp_path)
    with database.reader(tmp_path) as connection:

        def rows(sql: str) -> list[tuple]:
            return connection.execute(sql).fetchall()

        def found(query: str) -> set[int]:
            return {pmid for pmid, *_ in rows(searching.to_sql(query))}

        texts = rows("SELECT pmid, title, abstract FROM articles")
        word = re.compile(r"(?i)(?<![^\W_])cell(?![^\W_])")
        assert found("cell[ti] OR cell[ab]") == {
            pmid for pmid, *values in texts if any(word.search(value or "") for value in values)
        } | {pmid for pmid, text in rows("SELECT pmid, text FROM abstracts WHERE abstract_type IS NOT NULL")
             if word.search(text or "")}  # fmt: skip
        heading = {pmid for (pmid,) in rows("SELECT pmid FROM mesh WHERE descriptor = 'Humans'")}
        female = {pmid for (pmid,) in rows("SELECT pmid FROM mesh WHERE descriptor = 'Female'")}
        years = {pmid for (pmid,) in rows("SELECT pmid FROM articles WHERE pub_year BETWEEN 2000 AND 2019")}
        assert heading
        assert found("humans[mh] NOT female[mh]") == heading - female
        assert found("2000:2019[ppdat] AND humans[mh]") == years & heading
        names = rows(
            "SELECT DISTINCT last_name FROM authors WHERE last_name IS NOT NULL ORDER BY hash(last_name) LIMIT 15"
        )
        for (name,) in names:
            same = {
                pmid
                for (pmid,) in rows(
                    f"SELECT pmid FROM authors WHERE last_name = '{name.replace(chr(39), 2 * chr(39))}'"
                )
            }
            assert same <= found(f"{name}[au]")
