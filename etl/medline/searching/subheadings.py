"""MeSH's subheadings: those of the vocabulary, or where it has none the codes and groups that are written here."""

from __future__ import annotations

from medline.searching.vocabulary import NoVocabulary
from medline.searching.words import words

#: Subheadings by MeSH's codes; the last line has those of earlier years.
CODES: dict[str, str] = dict(
    pair.split("=")
    for pair in (
        "ab=abnormalities; ad=administration & dosage; ae=adverse effects; ag=agonists; aa=analogs & derivatives; "
        "an=analysis; ah=anatomy & histology; ai=antagonists & inhibitors; bi=biosynthesis; bl=blood; bs=blood "
        "supply; cf=cerebrospinal fluid; cs=chemical synthesis; ci=chemically induced; ch=chemistry; "
        "cl=classification; co=complications; cn=congenital; cy=cytology; df=deficiency; di=diagnosis; dg=diagnostic "
        "imaging; dh=diet therapy; de=drug effects; dt=drug therapy; ec=economics; ed=education; em=embryology; "
        "en=enzymology; ep=epidemiology; es=ethics; eh=ethnology; et=etiology; ge=genetics; gd=growth & development; "
        "hi=history; im=immunology; in=injuries; ir=innervation; is=instrumentation; ip=isolation & purification; "
        "lj=legislation & jurisprudence; me=metabolism; mt=methods; mi=microbiology; mo=mortality; nu=nursing; "
        "og=organization & administration; ps=parasitology; py=pathogenicity; pa=pathology; pk=pharmacokinetics; "
        "pd=pharmacology; ph=physiology; pp=physiopathology; po=poisoning; pc=prevention & control; px=psychology; "
        "re=radiation effects; rt=radiotherapy; rh=rehabilitation; sc=secondary; st=standards; sn=statistics & "
        "numerical data; sd=supply & distribution; su=surgery; tu=therapeutic use; th=therapy; to=toxicity; "
        "tm=transmission; tr=transplantation; td=trends; ul=ultrastructure; ur=urine; ve=veterinary; vi=virology; "
        "ct=contraindications; ma=manpower; ra=radiography; ri=radionuclide imaging; se=secretion; "
        "us=ultrasonography; ut=utilization"
    ).split("; ")
)

#: What PubMed searches with a subheading: those below it (nlm.nih.gov/mesh/subhierarchy.html).
BELOW: dict[str, str] = {
    "analysis": "blood; cerebrospinal fluid; isolation & purification; urine",
    "anatomy & histology": "blood supply; cytology; pathology; ultrastructure; embryology; abnormalities; innervation",
    "cytology": "pathology; ultrastructure",
    "embryology": "abnormalities",
    "chemistry": "agonists; analogs & derivatives; antagonists & inhibitors; chemical synthesis",
    "diagnosis": "diagnostic imaging; radiography; radionuclide imaging; ultrasonography; pathology",
    "diagnostic imaging": "radiography; radionuclide imaging; ultrasonography",
    "complications": "secondary",
    "etiology": "chemically induced; complications; secondary; congenital; embryology; abnormalities; genetics;"
    " immunology; microbiology; virology; parasitology; transmission",
    "microbiology": "virology",
    "organization & administration": "economics; legislation & jurisprudence; manpower; standards; supply &"
    " distribution; trends; utilization",
    "adverse effects": "poisoning; toxicity",
    "pharmacology": "administration & dosage; adverse effects; poisoning; toxicity; agonists; antagonists & inhibitors;"
    " pharmacokinetics",
    "metabolism": "biosynthesis; blood; cerebrospinal fluid; deficiency; enzymology; pharmacokinetics; urine",
    "physiology": "genetics; growth & development; immunology; metabolism; biosynthesis; blood; cerebrospinal fluid;"
    " deficiency; enzymology; pharmacokinetics; urine; physiopathology; secretion",
    "epidemiology": "ethnology; mortality",
    "statistics & numerical data": "epidemiology; ethnology; mortality; supply & distribution; utilization",
    "therapeutic use": "administration & dosage; adverse effects; poisoning",
    "surgery": "transplantation",
    "therapy": "diet therapy; drug therapy; nursing; prevention & control; radiotherapy; rehabilitation; surgery;"
    " transplantation",
}


def names(text: str, vocabulary: NoVocabulary, *, is_exploded: bool) -> tuple[str, ...]:
    """Return the names of the subheadings that a text means, as words.

    NLM writes `administration & dosage`; PubMed takes `administration and dosage` and MeSH's code `ad` as well.

    Args:
        text: a name or code.
        vocabulary: knows the qualifiers and their tree, where it is loaded.
        is_exploded: whether those below it are meant too.

    Returns:
        The names; none where there is no such subheading, now or in earlier years.
    """
    key = key_of(text)
    qualifiers = vocabulary.qualifiers()
    if meant := [one for one in qualifiers if key in (key_of(one.name), one.code)]:
        trees = tuple(f"{tree}." for one in meant for tree in one.trees)
        below = [one for one in qualifiers if any(f"{tree}.".startswith(trees) for tree in one.trees)] if trees else []
        return tuple(dict.fromkeys(key_of(one.name) for one in (*meant, *(below if is_exploded else ()))))
    name = key_of(CODES.get(key, key))
    known = {key_of(name): name for name in CODES.values()}
    if name not in known:
        return ()
    is_grouped = is_exploded and vocabulary.is_loaded and not qualifiers
    listed = BELOW.get(known[name], "") if is_grouped else ""
    return (name, *(key_of(below) for below in listed.split("; ") if below))


def key_of(text: str) -> str:
    """Return a name as words; `and` counts as little as `&`."""
    return " ".join(word for word in words(text).split() if word != "and") or words(text)
