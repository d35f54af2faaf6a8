"""The figures of the page: each with its words, rows, columns of its table, and Vega-Lite spec, made with Altair.

Rankings and trends name a series (`series.py`), from which the page takes the rows of the chosen years. Charts are
drawn in CSS colours (`var(--accent)`), so that light and dark need one drawing.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import altair as alt
from altair.typing import ChartType

from medline.outputs.dashboard.series import Rows, series

#: The newest years that are shown until others are chosen.
YEARS = 60

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


YEAR, COUNT, SHARE = ("pub_year", "Year", "year"), ("citations", "Citations", "count"), ("share", "Share", "share")
GROWTH = ("growth", "Growth", "growth")
MONTH = ("month", "Month", "month")


def headlines(tables: dict[str, Rows]) -> list[tuple[str, str]]:
    """Return the numbers on top of the page."""
    (now,) = tables["data_currency"]
    months, kinds = tables["publications"], Counter(row["kind"] for row in tables["retractions"])
    total = now["citations"] or 1
    part = lambda name: f"{sum(row[name] for row in months) / total:.0%}"  # noqa: E731
    newest = max(tables["arrivals"], key=lambda row: row["month"], default=None)
    return [
        ("citations", f"{now['citations']:,}"),
        *([(f"came in {newest['month']:%Y-%m}", f"{newest['citations']:,}")] if newest else []),
        ("journals", f"{now['journals']:,}"),
        ("years", f"{now['oldest_pub_year'] or '–'}–{now['newest_pub_year'] or ''}"),
        ("with an abstract", part("with_abstract")),
        ("full text in PMC", part("in_pmc")),
        ("retracted", f"{kinds['retraction']:,}"),
    ]


def years(tables: dict[str, Rows]) -> list[int]:
    """Return the oldest and the newest year, and the first of those that are shown until others are chosen."""
    stated = [row["pub_year"] for row in tables["publications"] if row["pub_year"] is not None] or [0]
    return [min(stated), max(stated), max(min(stated), max(stated) - YEARS + 1)]


def all_series(tables: dict[str, Rows]) -> dict[str, dict]:
    """Return the series that figures name."""
    return {
        "journals": series(tables["journals"], "nlm_unique_id", "journal", "title"),
        "descriptors": series(tables["mesh_trends"], "descriptor", "descriptor"),
        "branches": series(tables["mesh_branches"], "branch", "descriptor", "category"),
        "types": series(tables["publication_types"], "publication_type", "publication_type"),
        "funders": series(tables["funders"], "agency", "agency"),
        "countries": series(tables["countries"], "country", "country"),
        "author_countries": series(tables["author_countries"], "country_code", "country"),
        "languages": series(tables["languages"], "language", "language"),
    }


def figures(tables: dict[str, Rows]) -> list[dict]:
    """Return all figures, in the order of the page."""
    return [*_of_time(tables), *_of_subjects(), *_of_processing(tables), *_of_kinds(), *_of_authors(tables)]


def _of_time(tables: dict[str, Rows]) -> list[dict]:
    yearly = _yearly(tables["publications"])
    return [
        _figure("publications", "Publications by year", "Citations by the year of their issue.", [
                YEAR, COUNT, ("with_abstract", "With abstract", "count"), ("in_pmc", "In PMC", "count")],
                _line("citations", "citations", area=True), rows=yearly, wide=True),
        _figure("open_access", "Open access", "Share of a year's citations with free full text in PubMed Central;"
                " articles that are free elsewhere are not in it.", [YEAR, ("in_pmc", "In PMC", "count"), SHARE],
                _line("share", "share", form=".0~%"), rows=yearly),
        _figure("arrivals", "What came in", "Citations by the month in which they entered PubMed. The newest month"
                " is not over.",
                [MONTH, COUNT, ("in_pmc", "In PMC", "count"), ("indexed", "With MeSH", "count")],
                _months(("citations", "citations")), rows=tables["arrivals"]),
    ]  # fmt: skip


def _of_subjects() -> list[dict]:
    return [
        _ranking("journals", "Largest journals", "Journal", "journals"),
        _trend("journal", "A journal over the years", "Citations of the chosen journal, by year.", "Journal",
               "journals", [YEAR, COUNT, SHARE], _line("citations", "citations")),
        _ranking("mesh", "Most frequent MeSH descriptors", "Descriptor", "descriptors"),
        _trend("descriptor", "A MeSH descriptor over the years",
               "Share of the year's indexed citations that have the chosen descriptor.", "Descriptor", "descriptors",
               [YEAR, COUNT, SHARE, GROWTH], _line("share", "share", form=".1~%")),
        _ranking("branches", "Branches of MeSH", "Branch", "branches"),
        _trend("branch", "A branch of MeSH over the years", "Share of the year's indexed citations that have a"
               " descriptor of the chosen branch.", "Branch", "branches", [YEAR, COUNT, SHARE, GROWTH],
               _line("share", "share", form=".1~%")),
    ]  # fmt: skip


def _of_processing(tables: dict[str, Rows]) -> list[dict]:
    marks = {"retracted": "retracted citations", "retraction_notices": "notices of retraction",
             "of_concern": "citations of concern"}  # fmt: skip
    marked = [{"pub_year": row["pub_year"], "what": label, "citations": row[name]}
              for row in tables["retractions_by_year"] for name, label in marks.items()]  # fmt: skip
    lags: dict[str, Rows] = {}
    for row in tables["indexing_lag"]:
        lags.setdefault(row["stage"], []).append(row)
    days = [("p25", "Quarter ≤ days", "number"), ("p50", "Median days", "number"),
            ("p75", "Three quarters ≤ days", "number")]  # fmt: skip
    return [
        _figure("lag", "How long it takes", "Days for the chosen stage, by the month in which it ended: the median,"
                " and the middle half of citations around it.", [MONTH, COUNT, *days],
                _months(("p50", "days"), band=("p25", "p75")), choices=dict(sorted(lags.items())),
                selector="Stage", wide=True),
        _figure("retractions", "Retractions and concern", "Citations that were retracted or caused concern, by the year"
                " of their issue; and notices of retraction, by theirs.", [YEAR, ("what", "What", "text"), COUNT],
                _lines(list(marks.values())), rows=marked, wide=True),
    ]  # fmt: skip


def _of_kinds() -> list[dict]:
    return [
        _ranking("types", "Publication types", "Publication type", "types"),
        _ranking("funders", "Funders", "Agency", "funders"),
        _ranking("countries", "Countries of journals", "Country", "countries"),
        _ranking("author_countries", "Countries of authors", "Country", "author_countries"),
        _ranking("languages", "Languages", "Language", "languages"),
    ]


def _of_authors(tables: dict[str, Rows]) -> list[dict]:
    return [
        _figure("orcid", "Authors with an ORCID", "Share of the authors of a year's citations that have an ORCID.",
                [YEAR, ("authors", "Authors", "count"), ("authors_with_orcid", "With ORCID", "count"),
                 ("orcid_share", "Share", "share")], _line("orcid_share", "share", form=".0~%"),
                rows=tables["authors"]),
        _figure("authors", "Authors per article", "Mean number of authors of citations that name any.",
                [YEAR, ("mean_authors", "Mean", "number"), ("median_authors", "Median", "number"),
                 ("max_authors", "Most", "count")], _line("mean_authors", "authors"), rows=tables["authors"]),
    ]  # fmt: skip


def _figure(
    name: str, title: str, caption: str, columns: list[tuple[str, str, str]], chart: ChartType, *,
    rows: Rows | None = None, choices: dict[str, Rows] | None = None, selector: str = "", wide: bool = False,
    **more: str,
) -> dict:  # fmt: skip
    """Return a figure for the script of the page; `choices` are the entries of a selector, each with its rows."""
    spec = chart.properties(width="container", height=220).configure(**CONFIG).to_dict()
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    choices = choices or ({title: rows} if rows else {})
    listed = [{"label": label, "rows": [[_small(row[column]) for column, *_ in columns] for row in some]}
              for label, some in choices.items()]  # fmt: skip
    described = [dict(zip(("name", "label", "format"), column, strict=True)) for column in columns]
    return {"name": name, "title": title, "caption": caption, "selector": selector, "choices": listed,
            "columns": described, "wide": wide, "spec": spec, **more}  # fmt: skip


def _small(value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) else value


def _ranking(name: str, title: str, label: str, of: str) -> dict:
    chart = alt.Chart(alt.NamedData(name="rows")).mark_bar().encode(
        y=alt.Y("short:N").sort(None).title(None).axis(labelLimit=220, labelColor="var(--ink)", grid=False),
        x=alt.X("citations:Q").title(None).axis(format="~s", tickCount=4),
    )  # fmt: skip
    caption = "Citations of the chosen years, the first twelve."
    return _figure(name, title, caption, [("what", label, "text"), COUNT], chart, ranking=of)


def _trend(
    name: str, title: str, caption: str, selector: str, of: str, columns: list[tuple[str, str, str]], chart: ChartType
) -> dict:
    return _figure(name, title, caption, columns, chart, selector=selector, trend=of)


def _year() -> alt.X:
    axis = alt.Axis(format="d", grid=False, tickMinStep=1)
    return alt.X("pub_year:Q", title=None, axis=axis, scale=alt.Scale(zero=False, nice=False))


def _line(field: str, unit: str, *, form: str = "~s", area: bool = False) -> ChartType:
    base = alt.Chart(alt.NamedData(name="rows")).encode(
        x=_year(), y=alt.Y(f"{field}:Q").title(unit).axis(format=form, tickCount=4)
    )
    marks = (base.mark_area(), base.mark_line(), base.mark_point()) if area else (base.mark_line(), base.mark_point())
    return alt.layer(*marks)


def _months(line: tuple[str, str], band: tuple[str, str] | None = None) -> ChartType:
    base = alt.Chart(alt.NamedData(name="rows")).encode(
        x=alt.X("month:T").title(None).axis(grid=False, tickCount=6).scale(type="utc")
    )
    scale: dict[str, Any] = {"title": line[1], "axis": alt.Axis(format="~s", tickCount=4)}
    y = alt.Y(f"{line[0]}:Q", **scale)
    marks = [base.mark_area().encode(y=alt.Y(f"{band[0]}:Q", **scale), y2=f"{band[1]}:Q")] if band else []
    return alt.layer(*marks, base.mark_line().encode(y=y), base.mark_point().encode(y=y))


def _lines(names: list[str]) -> ChartType:
    colors = alt.Scale(domain=names, range=["var(--alert)", "var(--accent)", "var(--third)"])
    dashes = alt.Scale(domain=names, range=[[1, 0], [6, 3], [2, 2]])
    base = alt.Chart(alt.NamedData(name="rows")).encode(
        x=_year(),
        y=alt.Y("citations:Q").title("citations").axis(format="~s", tickCount=4, tickMinStep=1),
        stroke=alt.Stroke("what:N", scale=colors).legend(columns=1),
    )
    line = base.mark_line().encode(strokeDash=alt.StrokeDash("what:N", scale=dashes))
    return alt.layer(line, base.mark_point(fill="var(--card)"))


def _yearly(months: Rows) -> Rows:
    """Return publications by year, with the share that PubMed Central has."""
    names = ("citations", "with_abstract", "in_pmc")
    total: dict[int, Counter] = {}
    for row in months:
        if row["pub_year"] is not None:
            total.setdefault(row["pub_year"], Counter()).update({name: row[name] for name in names})
    return [{"pub_year": year, **{name: count[name] for name in names}, "share": count["in_pmc"] / count["citations"]}
            for year, count in sorted(total.items())]  # fmt: skip
