"""The page, in a real browser: what it shows, and what it does not do."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

import sample
from build import error_of, medline
from medline import pipeline
from medline.home import LocalHome
from medline.outputs import dashboard, feeds

FLAGS = ["--no-sandbox", "--no-first-run", "--disable-sync", "--disable-background-networking",
         "--disable-component-update"]  # fmt: skip
HOSTILE = '</script><img src=x onerror="window.hit=1"><!--\u2028 & \'x'
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def browser():
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("needs Chromium, not here: sh scripts/chromium.sh")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    directory = tmp_path_factory.mktemp("dashboard")
    mirror = sample.write_mirror(directory / "mirror", citations=200, seed=1)
    pipeline.sync(mirror.directory, directory / "home")
    feeds.write(directory / "home")
    return directory / "home"


@pytest.fixture(scope="module")
def hostile(home):
    """The page of data in which a journal is called what no page should show as HTML."""
    manifest = feeds.manifest(LocalHome(home))
    tables = feeds.read(LocalHome(home), manifest)
    largest = max(tables["journals"], key=lambda row: row["citations"])["nlm_unique_id"]
    for row in tables["journals"]:
        if row["nlm_unique_id"] == largest:
            row["journal"] = HOSTILE
    tables["funders"] = []
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


def test_every_chart_has_marks_a_name_and_a_table_of_the_feed(opened, home):
    page, _ = opened
    sections = page.query_selector_all("main > section")
    assert len(sections) == 13
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
    assert page.inner_text(".banner").startswith("As of pubmed26n0004.xml.gz, newest revision 20")
    assert "Courtesy of the U.S. National Library of Medicine" in page.inner_text(".banner")
    assert "days old" in page.inner_text(".banner")
    assert "old" in page.get_attribute(".banner", "class")


def test_a_selector_works_by_keyboard(opened):
    page, _ = opened
    state = """() => [
        document.querySelector("#descriptor .chart").ariaLabel,
        document.querySelector("#descriptor tbody").textContent,
        document.querySelector("#descriptor .mark-line path").getAttribute("d"),
    ]"""
    before = page.evaluate(state)
    page.focus("#descriptor select")
    page.keyboard.press("ArrowDown")
    page.wait_for_function(f"(before) => ({state})()[2] !== before", arg=before[2])
    after = page.evaluate(state)
    assert all(old != new for old, new in zip(before, after, strict=True))
    page.focus("#descriptor summary")
    page.keyboard.press("Enter")
    assert page.is_visible("#descriptor table")


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


def test_hostile_data_are_shown_as_they_are_and_do_nothing(browser, hostile):
    page, wrong = open_page(browser, hostile, 320)
    assert wrong == []
    assert page.evaluate("[window.hit ?? null, document.images.length, document.scripts.length]") == [None, 0, 3]
    assert page.inner_text("#journal option:first-child") == HOSTILE
    assert HOSTILE in page.eval_on_selector("#journals tbody", "body => body.textContent")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.inner_text("#funders .empty") == "The data have none yet."
    page.close()


@pytest.mark.long
def test_the_command_says_where_the_page_is(home, tmp_path):
    assert "make them with `medline feeds`" in error_of(medline("dashboard", "--home", tmp_path), 2)
    made = medline("dashboard", "--home", home, "--out", tmp_path / "page.html")
    assert f"the page is {tmp_path}/page.html" in made.stderr
    data = (tmp_path / "page.html").read_text("utf-8").partition('id="data">')[2].partition("</script>")[0]
    assert len(json.loads(data)["figures"]) == 13


def screenshot(page_file: Path, out: Path) -> None:
    """The upper part of a page, for README."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page, _ = open_page(browser, page_file, 1100)
        page.screenshot(path=out)
        browser.close()


if __name__ == "__main__":
    screenshot(Path(sys.argv[1]).absolute(), Path(sys.argv[2]))
