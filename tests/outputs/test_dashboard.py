"""The page, in a real browser: what it shows, and what it does not do."""

from __future__ import annotations

import csv
import json
import random
import sys
from collections import Counter
from pathlib import Path

import pytest

import sample
from browser import chromium
from build import error_of, medline
from medline import pipeline
from medline.home import LocalHome
from medline.outputs import dashboard, feeds
from medline.outputs.dashboard.series import ITEMS, series

HOSTILE = '</script><img src=x onerror="window.hit=1"><!--\u2028 & \'x'
#: Funders that differ in the middle of their names alone, and one that is long.
ALIKE = [f"National Institute of the Invented Sciences, {part}, and of all Things Beside" for part in ("East", "West")]
#: Years in the middle of the sample, of which a feed has nothing.
MISSING = (2008, 2009)


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    directory = tmp_path_factory.mktemp("dashboard")
    mirror = sample.write_mirror(directory / "mirror", citations=200, seed=1)
    sample.write_mesh(mirror.directory / "MESH_FILES")
    pipeline.sync(mirror.directory, directory / "home")
    feeds.write(directory / "home")
    return directory / "home"


@pytest.fixture(scope="module")
def hostile(home):
    """The page of data with names that are HTML or look alike, and with years of which there are no data."""
    manifest = feeds.manifest(LocalHome(home))
    tables = feeds.read(LocalHome(home), manifest)
    largest = max(tables["journals"], key=lambda row: row["citations"])["nlm_unique_id"]
    for row in tables["journals"]:
        if row["nlm_unique_id"] == largest:
            row |= {"journal": HOSTILE, "title": "Annals of Hostility"}
    namesakes = sorted({row["nlm_unique_id"] for row in tables["journals"]} - {largest})[:2]
    for row in tables["journals"]:
        row["journal"] = "Namesake" if row["nlm_unique_id"] in namesakes else row["journal"]
    tables["funders"] = [{"agency": name, "pub_year": year, "citations": 5 + year % 2, "share": 0.5}
                         for name in ALIKE for year in (2001, 2002, 2005)]  # fmt: skip
    tables["authors"] = [row for row in tables["authors"] if row["pub_year"] not in MISSING]
    tables["languages"] = []
    path = home / "hostile.html"
    path.write_text(dashboard.render(manifest, tables), "utf-8")
    return path


def open_page(browser, path: Path, width: int = 1280, scheme: str = "light"):
    """The page, once its charts are drawn, and what it complained about or asked for beyond itself."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.set_default_timeout(60_000)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    page.wait_for_selector("body[data-ready=yes]")
    return page, wrong


@pytest.fixture(scope="module")
def opened(browser, home):
    assert dashboard.write(home) == home / "feeds" / "dashboard.html"
    page, wrong = open_page(browser, home / "feeds" / "dashboard.html")
    yield page, wrong
    page.close()


@pytest.mark.long
def test_it_needs_nothing_and_complains_of_nothing(opened):
    page, wrong = opened
    assert wrong == []
    policy = page.get_attribute("meta[http-equiv]", "content")
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'sha256-" in policy


@pytest.mark.long
def test_every_chart_has_marks_a_name_and_a_table_of_the_feed(opened, home):
    page, _ = opened
    sections = page.query_selector_all("main > section")
    assert len(sections) == 18
    for section in sections:
        name = section.get_attribute("id")
        marks = section.query_selector_all(".chart svg :is(.mark-rect, .mark-line, .mark-symbol) path")
        assert marks, name
        assert all(mark.bounding_box()["width"] >= 0 for mark in marks)
        assert sum(mark.bounding_box()["width"] + mark.bounding_box()["height"] for mark in marks) > 20, name
        assert section.query_selector("h2").inner_text()
        assert section.query_selector(".chart").get_attribute("aria-label")
    rows_of = feeds.read(LocalHome(home), feeds.manifest(LocalHome(home)))
    expected: dict[int, int] = {}
    for row in rows_of["publications"]:
        expected[row["pub_year"]] = expected.get(row["pub_year"], 0) + row["citations"]
    cells = page.eval_on_selector_all(
        "#publications tbody tr", "rows => rows.map(r => [...r.cells].map(c => c.textContent))"
    )
    shown = {int(year): int(count) for year, count, *_ in cells}
    assert {year: count for year, count in shown.items() if count} == expected
    written = page.eval_on_selector_all(
        "#authors tbody tr", "rows => rows.map(r => [+r.cells[0].textContent, +r.cells[3].textContent])"
    )
    assert dict(map(tuple, written)) == {row["pub_year"]: row["max_authors"] for row in rows_of["authors"]}
    assert page.inner_text(".banner").startswith("State of 20")
    assert "newest revision in pubmed26n0004.xml.gz: these data" in page.inner_text(".banner")
    assert "Courtesy of the U.S. National Library of Medicine" in page.inner_text(".banner")
    assert "days old" in page.inner_text(".banner")
    assert "old" in page.get_attribute(".banner", "class")


def test_any_heading_is_found_by_typing_and_drawn(opened):
    page, _ = opened
    state = """() => [
        document.querySelector("#descriptor .chart").ariaLabel,
        document.querySelector("#descriptor tbody").textContent,
        document.querySelector("#descriptor .mark-line path").getAttribute("d"),
    ]"""
    before = page.evaluate(state)
    last = page.eval_on_selector_all("#descriptor-list option", "options => options.at(-1).value")
    page.focus("#descriptor input")
    page.keyboard.type(last[1:].upper())
    page.keyboard.press("Enter")
    page.wait_for_function(f"(before) => ({state})()[2] !== before", arg=before[2])
    after = page.evaluate(state)
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert after[0].endswith(page.input_value("#descriptor input"))
    page.fill("#descriptor input", "no such heading")
    page.keyboard.press("Enter")
    assert page.inner_text("#descriptor .note") == "none of that name in the feeds"
    assert page.evaluate(state) == after
    page.select_option("#lag select", index=1)
    page.wait_for_function("document.querySelector('#lag .chart').ariaLabel.endsWith('entrez to medline')")
    page.focus("#descriptor summary")
    page.keyboard.press("Enter")
    assert page.is_visible("#descriptor table")


def test_charts_tables_and_files_are_of_the_chosen_years(opened, home, tmp_path):
    page, wrong = opened
    rows = feeds.read(LocalHome(home), feeds.manifest(LocalHome(home)))["countries"]
    before = page.input_value("#from"), page.input_value("#to")
    for name, year in (("to", 2009), ("from", 2005)):
        page.fill(f"#{name}", str(year))
        page.keyboard.press("Enter")
    expected: Counter[str] = Counter()
    for row in rows:
        if 2005 <= row["pub_year"] <= 2009:
            expected[row["country"] or "not stated"] += row["citations"]
    files = {}
    for name, kind in (("countries", "CSV"), ("publications", "CSV"), ("arrivals", "PNG"), ("journal", "PNG")):
        with page.expect_download() as download:
            page.click(f"#{name} button:text-is('{kind}')")
        files[name] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[name])
    header, *listed = csv.reader(files["countries"].open(newline="", encoding="utf-8"))
    assert header == ["what", "citations"]
    assert {name: int(count) for name, count in listed} == dict(expected.most_common(12))
    assert files["countries"].name == "medline-countries.csv"
    _, *yearly = csv.reader(files["publications"].open(newline="", encoding="utf-8"))
    assert {int(year) for year, *_ in yearly} <= set(range(2005, 2010))
    for name in ("arrivals", "journal"):
        content = files[name].read_bytes()
        assert content.startswith(b"\x89PNG")
        assert len(content) > 10_000, "a chart without marks is smaller"
    for name, year in zip(("from", "to"), before, strict=True):
        page.fill(f"#{name}", year)
        page.keyboard.press("Enter")
    assert wrong == []


def test_a_phone_in_the_dark(browser, home, opened):
    light, _ = opened
    page, wrong = open_page(browser, home / "feeds" / "dashboard.html", 375, "dark")
    assert wrong == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    colors = """() => [
        getComputedStyle(document.body).backgroundColor,
        getComputedStyle(document.querySelector("#types .mark-rect path")).fill,
        getComputedStyle(document.querySelector("#types .role-axis-label text")).fill,
    ]"""
    dark = page.evaluate(colors)
    assert all(one != other for one, other in zip(dark, light.evaluate(colors), strict=True))
    assert dark[:2] == ["rgb(20, 23, 26)", "rgb(99, 185, 214)"]
    page.close()


@pytest.mark.long
def test_hostile_data_are_shown_as_they_are_and_do_nothing(browser, hostile):
    page, wrong = open_page(browser, hostile, 320)
    assert wrong == []
    assert page.evaluate("[window.hit ?? null, document.images.length, document.scripts.length]") == [None, 0, 3]
    assert page.get_attribute("#journal option:first-child", "value") == HOSTILE
    page.fill("#journal input", "annals of hostility")
    page.keyboard.press("Enter")
    assert page.input_value("#journal input") == HOSTILE
    names = page.eval_on_selector_all("#journal option", "options => options.map(option => option.value)")
    assert len([name for name in names if name.startswith("Namesake (")]) == 2
    labels = page.eval_on_selector_all("#funders .role-axis-label text", "all => all.map(label => label.textContent)")
    shown = [label for label in labels if label.startswith("Nation")]
    assert len(set(shown)) == len(shown) == len(ALIKE)
    assert all("…" in label and len(label) <= 26 for label in shown)
    page.hover("#funders .role-axis-label text >> text=/Nation/ >> nth=0")
    assert page.inner_text("#tip") in ALIKE
    for name in ("publications", "open_access", "journal", "authors"):
        years = {int(year) for year in page.eval_on_selector_all(
            f"#{name} tbody tr td:first-child", "cells => cells.map(cell => cell.textContent)")}  # fmt: skip
        line = page.get_attribute(f"#{name} .mark-line path", "d") or ""
        assert line.count("M") == len([year for year in years if year - 1 not in years]), (
            "it breaks where a year is missing"
        )
        assert name != "authors" or not years & set(MISSING)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.inner_text("#languages .empty") == "The data have none yet."
    page.close()


@pytest.mark.long
def test_the_command_says_where_the_page_is(home, tmp_path):
    assert "make them with `medline feeds`" in error_of(medline("dashboard", "--home", tmp_path), 2)
    made = medline("dashboard", "--home", home, "--out", tmp_path / "page.html")
    assert f"the page is {tmp_path}/page.html" in made.stderr
    data = (tmp_path / "page.html").read_text("utf-8").partition('id="data">')[2].partition("</script>")[0]
    assert len(json.loads(data)["figures"]) == 18


def test_short_labels_are_short_and_differ(opened):
    page, _ = opened
    rng = random.Random(5)
    for _ in range(50):
        ends = ["".join(rng.choices("ab …", k=rng.choice([0, 3, 20, 40]))) for _ in range(3)]
        labels = sorted({"".join(rng.choices(ends, k=3)) for _ in range(12)})
        short = page.evaluate("shorten", labels)
        assert len(set(short)) == len(labels), labels
        assert max(map(len, short)) <= 30


def test_the_page_is_bounded_whatever_the_feeds_have():
    rows = [{"id": str(number), "name": f"{number // 2:06}", "pub_year": year, "citations": number + 1, "share": 0.5}
            for number in range(ITEMS + 100) for year in (1990, 1992)]  # fmt: skip
    made = series(rows, "id", "name")
    assert len(made["items"]) == len({label for label, *_ in made["items"]}) == ITEMS
    assert made["items"][0] == [f"{(ITEMS + 99) // 2:06} ({ITEMS + 99})", "", 1990, [ITEMS + 100, 0, ITEMS + 100]]


def screenshot(page_file: Path, out: Path) -> None:
    """The upper part of a page, for README."""
    with chromium() as browser:
        page, _ = open_page(browser, page_file, 1100)
        page.screenshot(path=out)


if __name__ == "__main__":
    screenshot(Path(sys.argv[1]).absolute(), Path(sys.argv[2]))
