"""The review desk in a real browser: import, read, judge three rows, export, apply, and see published counts change."""

import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import PATIENCE, chromium, serving
from click.testing import CliRunner
from lakes import bring_up_to_date, published
from official_files import official_files
from playwright.sync_api import expect

from safety_pipeline.cli import main

pytestmark = pytest.mark.browser
EDEMA = {"q": "old text", "edition": "CTC v2.0", "sort": "term"}


@dataclass
class Served:
    """The page that `safety-pipeline reference review` serves, and its lake."""

    address: str
    lake: Path


@pytest.fixture
def served(computed_lake, tmp_path):
    chromium()
    command = [sys.executable, "-m", "safety_pipeline", "reference", "review", "--lake", str(computed_lake)]
    with serving(command, tmp_path / "review.log") as address:
        yield Served(f"{address}/review", computed_lake)


@pytest.fixture
def page(chrome, served):
    with chrome.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True) as context:
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE)
        opened.goto(served.address)
        yield opened


def command(served, *arguments):
    answered = CliRunner().invoke(main, ["reference", *arguments, "--lake", str(served.lake)])
    assert answered.exit_code == 0, answered.output
    return answered.output


def imported(served, folder):
    for file in official_files(folder):
        command(served, "import", str(file))


def row(page, name):
    return page.get_by_role("article", name=name)


def exported(page, folder):
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as CSV").click()
    return Path(download.value.path()).rename(folder / download.value.suggested_filename)


def test_three_rows_are_judged_exported_and_applied_and_published_counts_change(page, served, tmp_path):
    imported(served, tmp_path)
    page.get_by_label("Search").fill("old text")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("4 rows")).to_be_visible()
    card = row(page, "Edema, grade 2")
    expect(card.get_by_role("group", name="Text of CTC v2.0")).to_contain_text("old text 2")
    expect(card.get_by_role("group", name="Texts of CTCAE v4.03")).to_contain_text("new text 2")
    expect(card).to_contain_text("published patients")
    card.get_by_label("right").check()
    expect(card.get_by_role("status")).to_contain_text("write your name")
    page.get_by_label("Your name").fill("A. Physician")
    page.get_by_label("Date").fill("2026-11-28")
    card.get_by_label("right").check()
    card.get_by_label("Comment").fill("both need treatment, says the text")
    for grade, lowest, highest in (("1", "1", "1"), ("3", "3", "3")):
        other = row(page, f"Edema, grade {grade}")
        other.get_by_label("lowest").select_option(lowest)
        other.get_by_label("highest").select_option(highest)
        other.get_by_label("preferred").select_option(highest)
        other.get_by_label("Comment").fill(f"grade {grade}, read")
        other.get_by_label("Comment").press("Enter")
    expect(page.get_by_text("Verdicts in this browser: 3, of which changes: 2.")).to_be_visible()
    file = exported(page, tmp_path)
    lines = pl.read_csv(file, infer_schema=False)
    assert lines["verdict"].to_list() == ["change", "right", "change"]
    assert lines["reviewer"].unique().to_list() == ["A. Physician"]

    before = published(served.lake, "fact_toxicity").filter(source_term="Edema", grade_band_as_reported="3-4")
    said = command(served, "verdicts", str(file))
    assert "2 changes applied" in said
    bring_up_to_date(served.lake)
    after = published(served.lake, "fact_toxicity").filter(source_term="Edema", grade_band_as_reported="3-4")
    assert not before.is_empty()
    assert after["grade_lower"].to_list() != before["grade_lower"].to_list()
    page.reload()
    expect(row(page, "Edema, grade 3")).to_contain_text("Reviewed by A. Physician: grade 3, read")
    expect(row(page, "Edema, grade 3").get_by_role("group", name="Texts of CTCAE v4.03")).to_contain_text(
        "Edema limbs in CTCAE v4.03: grade 3"
    )


def test_verdicts_stay_in_the_browser_and_a_second_reviewer_is_compared(page, served, chrome, tmp_path):
    page.get_by_label("Your name").fill("A")
    page.goto(f"{served.address}?q=edema&edition=CTC+v2.0&sort=term")
    for grade in ("1", "2", "3"):
        row(page, f"Edema, grade {grade}").get_by_label("right").check()
    page.reload()
    expect(page.get_by_text("Verdicts in this browser: 3")).to_be_visible()
    expect(row(page, "Edema, grade 1").get_by_label("right")).to_be_checked()
    first = exported(page, tmp_path).rename(tmp_path / "a.csv")
    with chrome.new_context(accept_downloads=True) as context:
        other = context.new_page()
        other.goto(f"{served.address}?q=edema&edition=CTC+v2.0&sort=term")
        other.get_by_label("Your name").fill("B")
        for grade in ("1", "2"):
            row(other, f"Edema, grade {grade}").get_by_label("right").check()
        card = row(other, "Edema, grade 3")
        card.get_by_label("lowest").select_option("1")
        second = exported(other, tmp_path).rename(tmp_path / "b.csv")
    said = command(served, "verdicts", str(first), str(second))
    assert "A and B: 3 rows in common" in said
    assert "kappa" in said
    assert "differs: v2.0/edema/3: B" in said
    assert "0 changes applied" in said


def test_the_keyboard_alone_judges_rows(page):
    page.get_by_label("Your name").focus()
    page.keyboard.type("A")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('article.row')"):
            break
    page.keyboard.press("r")
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.locator("article.row").nth(1).get_by_label("lowest")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.type("read")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Verdicts in this browser: 2")).to_be_visible()


def test_letters_typed_in_a_comment_judge_nothing(page):
    page.get_by_label("Your name").fill("A")
    page.locator("article.row").first.get_by_label("Comment").press_sequentially("cr")
    expect(page.get_by_text("No verdict yet")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_and_a_phone_shows_it_without_sideways_scrolling(chrome, served, tmp_path, scheme):
    imported(served, tmp_path)
    with chrome.new_context(color_scheme=scheme, viewport={"width": 360, "height": 780}) as context:
        page = context.new_page()
        page.goto(f"{served.address}?q=edema")
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
