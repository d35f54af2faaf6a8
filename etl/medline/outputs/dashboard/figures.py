"""The figures of the page: each with its words, rows, columns of its table, and Vega-Lite spec, made with Altair.

Charts are drawn in CSS colours (`var(--accent)`), so that light and dark need one drawing.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import altair as alt
from altair.typing import ChartType

#: The newest years that charts and tables show; the feeds have all.
YEARS = 60
#: Bars of a ranking, and choices of a selector.
RANKED, CHOICES = 12, 50
MONTHS = 120

Rows = list[dict]

CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--muted)", "titleColor": "var(--muted)", "gridColor": "var(--line)", "domain": False,
        "ticks": False, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelPadding": 6,
    },
    "legend": {"labelColor": "var(--ink)", "labelFontSize": 12, "title": None, "orient": "top", "symbolType": "stroke"},
    "bar": {"fill": "var(--accent)", "cornerRadiusEnd": 2},
    "line": {"stroke": "var(--accent)", "strokeWidth": 2},
    "area": {"fill": "var(--accent)", "fillOpacity": 0.2},
    "point": {"stroke": "var(--accent)", "fill": "var(--accent)", "filled": True, "size": 16, "opacity": 1},
}  # fmt: skip


def headlines(tables: dict[str, Rows]) -> list[tuple[str, str]]:
    """Return the numbers on top of the page."""
    (now,) = tables["data_currency"]
    months, kinds = tables["publications"], Counter(row["kind"] for row in tables["retractions"])
    total = now["citations"] or 1
    part = lambda name: f"{sum(row[name] for row in months) / total:.0%}"  # noqa: E731
    return [
        ("citations", f"{now['citations']:,}"),
        ("journals", f"{now['journals']:,}"),
        ("years", f"{now['oldest_pub_year'] or '–'}–{now['newest_pub_year'] or ''}"),
        ("with an abstract", part("with_abstract")),
        ("full text in PMC", part("in_pmc")),
        ("retracted", f"{kinds['retraction']:,}"),
    ]


def figures(tables: dict[str, Rows]) -> list[dict]:
    """Return all figures, in the order of the page."""
    year, count, share = ("pub_year", "Year", "year"), ("citations", "Citations", "count"), ("share", "Share", "share")
    writing, retracted = _recent(tables["authors"]), _recent(tables["retractions_by_year"])
    marks = {"retracted": "retracted citations", "retraction_notices": "notices of retraction",
             "of_concern": "citations of concern"}  # fmt: skip
    two = [{"pub_year": row["pub_year"], "what": label, "citations": row[name]}
           for row in retracted for name, label in marks.items()]  # fmt: skip
    lags = {stage: rows[-MONTHS:] for stage, rows in _by(tables["indexing_lag"], "stage").items()}
    lag_columns = [("month", "Month", "month"), count, ("p25", "Quarter ≤ days", "number"),
                   ("p50", "Median days", "number"), ("p75", "Three quarters ≤ days", "number")]  # fmt: skip
    return [
        _figure("publications", "Publications by year", "Citations by the year of their issue.", _yearly(tables),
                [year, count, ("with_abstract", "With abstract", "count"), ("in_pmc", "In PMC", "count")],
                _line("citations", "citations", area=True), wide=True),
        _ranking("journals", "Largest journals", "journal", "nlm_unique_id", tables["journals"]),
        _trend("journal", "A journal over the years", "Citations of the chosen journal, by year.", "Journal",
               tables["journals"], "nlm_unique_id", "journal", [year, count, share], _line("citations", "citations")),
        _ranking("mesh", "Most frequent MeSH descriptors", "descriptor", "descriptor", tables["mesh_trends"]),
        _trend("descriptor", "A MeSH descriptor over the years",
               "Share of the year's indexed citations that have the chosen descriptor.", "Descriptor",
               tables["mesh_trends"], "descriptor", "descriptor",
               [year, count, share, ("growth", "Growth", "growth")], _line("share", "share", form=".1~%")),
        _figure("lag", "How long it takes", "Days for the chosen stage, by the month in which it ended: the median,"
                " and the middle half of citations around it.", [], lag_columns, _band(), choices=_choices(
                    {name: (name, rows) for name, rows in sorted(lags.items())}), label="Stage", wide=True),
        _figure("retractions", "Retractions and concern", "Citations that were retracted or caused concern, by the year"
                " of their issue; and notices of retraction, by theirs.", two,
                [year, ("what", "What", "text"), count], _lines(list(marks.values())), wide=True),
        _ranking("types", "Publication types", "publication_type", "publication_type", tables["publication_types"]),
        _ranking("funders", "Funders", "agency", "agency", tables["funders"]),
        _ranking("countries", "Countries of journals", "country", "country", tables["countries"]),
        _ranking("languages", "Languages", "language", "language", tables["languages"]),
        _figure("orcid", "Authors with an ORCID", "Share of the authors of a year's citations that have an ORCID.",
                writing, [year, ("authors", "Authors", "count"), ("authors_with_orcid", "With ORCID", "count"),
                          ("orcid_share", "Share", "share")], _line("orcid_share", "share", form=".0~%")),
        _figure("authors", "Authors per article", "Mean number of authors of citations that name any.", writing,
                [year, ("mean_authors", "Mean", "number"), ("median_authors", "Median", "number"),
                 ("max_authors", "Most", "count")], _line("mean_authors", "authors")),
    ]  # fmt: skip


def _figure(
    name: str, title: str, caption: str, rows: Rows, columns: list[tuple[str, str, str]], chart: ChartType, *,
    choices: list[dict] | None = None, label: str = "", wide: bool = False, height: int = 220,
) -> dict:  # fmt: skip
    """Return a figure for the script of the page; `choices` are the entries of a selector, each with its rows."""
    spec = chart.properties(width="container", height=height).configure(**CONFIG).to_dict()
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    names = [column for column, *_ in columns]
    keep = lambda rows: [{name: row[name] for name in names} for row in rows]  # noqa: E731
    choices = choices or [{"label": title, "rows": rows}]
    choices = [{"label": choice["label"], "rows": keep(choice["rows"])} for choice in choices]
    described = [dict(zip(("name", "label", "format"), column, strict=True)) for column in columns]
    return {"name": name, "title": title, "caption": caption, "selector": label, "choices": choices,
            "columns": described, "wide": wide, "spec": spec}  # fmt: skip


def _ranking(name: str, title: str, text: str, key: str, rows: Rows) -> dict:
    total: Counter = Counter()
    for row in rows:
        total[row[key]] += row["citations"]
    label = {row[key]: row[text] for row in rows}
    ranked = [{"what": label[value] or "not stated", "citations": count} for value, count in total.most_common(RANKED)]
    chart = alt.Chart(alt.NamedData(name="rows")).mark_bar().encode(
        y=alt.Y("what:N").sort(None).title(None).axis(labelLimit=150, labelColor="var(--ink)", grid=False),
        x=alt.X("citations:Q").title(None).axis(format="~s", tickCount=4),
    )  # fmt: skip
    columns = [("what", text.replace("_", " ").capitalize(), "text"), ("citations", "Citations", "count")]
    return _figure(
        name, title, f"Citations in all years, the first {RANKED}.", ranked, columns, chart, height=19 * len(ranked)
    )


def _trend(
    name: str, title: str, caption: str, label: str, rows: Rows, key: str, text: str,
    columns: list[tuple[str, str, str]], chart: ChartType,
) -> dict:  # fmt: skip
    by_key = _by(rows, key)
    size = {value: sum(row["citations"] for row in rows) for value, rows in by_key.items()}
    first = sorted(by_key, key=lambda value: (-size[value], value))[:CHOICES]
    choices = _choices({value: (by_key[value][0][text] or value, _recent(by_key[value])) for value in first})
    return _figure(name, title, caption, [], columns, chart, choices=choices, label=label)


def _choices(labelled: dict[str, tuple[str, Rows]]) -> list[dict]:
    return [{"label": label, "rows": rows} for label, rows in labelled.values()]


def _line(field: str, unit: str, *, form: str = "~s", area: bool = False) -> ChartType:
    base = alt.Chart(alt.NamedData(name="rows")).encode(
        x=alt.X("pub_year:Q").title(None).axis(format="d", grid=False, tickMinStep=1).scale(zero=False, nice=False),
        y=alt.Y(f"{field}:Q").title(unit).axis(format=form, tickCount=4),
    )
    marks = (base.mark_area(), base.mark_line(), base.mark_point()) if area else (base.mark_line(), base.mark_point())
    return alt.layer(*marks)


def _band() -> ChartType:
    base = alt.Chart(alt.NamedData(name="rows")).encode(
        x=alt.X("month:T").title(None).axis(grid=False, tickCount=6).scale(type="utc")
    )
    days: dict[str, Any] = {"title": "days", "axis": alt.Axis(format="~s", tickCount=4)}
    return alt.layer(
        base.mark_area().encode(y=alt.Y("p25:Q", **days), y2="p75:Q"),
        base.mark_line().encode(y=alt.Y("p50:Q", **days)),
        base.mark_point().encode(y=alt.Y("p50:Q", **days)),
    )  # fmt: skip


def _lines(names: list[str]) -> ChartType:
    colors = alt.Scale(domain=names, range=["var(--alert)", "var(--accent)", "var(--third)"])
    dashes = alt.Scale(domain=names, range=[[1, 0], [6, 3], [2, 2]])
    return alt.Chart(alt.NamedData(name="rows")).mark_line().encode(
        x=alt.X("pub_year:Q").title(None).axis(format="d", grid=False, tickMinStep=1).scale(zero=False, nice=False),
        y=alt.Y("citations:Q").title("citations").axis(format="~s", tickCount=4, tickMinStep=1),
        stroke=alt.Stroke("what:N", scale=colors).legend(columns=1),
        strokeDash=alt.StrokeDash("what:N", scale=dashes),
    )  # fmt: skip


def _yearly(tables: dict[str, Rows]) -> Rows:
    """Return publications by year; a year without any is a row of zeros."""
    names = ("citations", "with_abstract", "in_pmc")
    total: dict[int, Counter] = {}
    for row in tables["publications"]:
        if row["pub_year"] is not None:
            total.setdefault(row["pub_year"], Counter()).update({name: row[name] for name in names})
    years = range(max(min(total), max(total) - YEARS + 1), max(total) + 1) if total else []
    return [{"pub_year": year, **{name: total.get(year, Counter())[name] for name in names}} for year in years]


def _recent(rows: Rows) -> Rows:
    newest = max((row["pub_year"] for row in rows), default=0)
    return [row for row in rows if row["pub_year"] > newest - YEARS]


def _by(rows: Rows, key: str) -> dict[str, Rows]:
    groups: dict[str, Rows] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups
