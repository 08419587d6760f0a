"""The explorer in a real browser: open, choose, drill down to a printed cell, export; by mouse, keyboard and phone."""

import shutil
import sys

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import PATIENCE, chromium, serving
from lakes import bring_up_to_date, published
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PAGES = ("/dose", "/arms", "/compare", "/signals", "/coverage", "/overview", "/releases")
# Contrast of text and background as WCAG 2 defines it, for every text that is seen.
CONTRASTS = """
() => {
  const channel = (c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const parsed = (text) => {
    const made = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    made.fillStyle = text; made.fillRect(0, 0, 1, 1);
    return [...made.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parsed(getComputedStyle(each).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return parsed(matchMedia("(prefers-color-scheme: dark)").matches ? "black" : "white");
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !element.getClientRects().length || element.closest(".skip, title, datalist")) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(parsed(element instanceof SVGElement ? style.fill : style.color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.push([element.textContent.trim().slice(0, 40), ratio.toFixed(2)]);
  }
  return found;
}
"""


@pytest.fixture(scope="module")
def lake(shipped_lake, tmp_path_factory):
    """The shipped lake with a second release, of which a document was withdrawn, and the first made current again."""
    folder = shutil.copytree(shipped_lake, tmp_path_factory.mktemp("two") / "lake", symlinks=True)
    first = (folder / "published" / "latest").readlink()
    shutil.rmtree(folder / "landed" / "literature" / "kit_solid_tumour_nct02461849")
    assert bring_up_to_date(folder).faults == ()
    (folder / "published" / "latest").unlink()
    (folder / "published" / "latest").symlink_to(first)
    return folder


@pytest.fixture(scope="module")
def address(lake, tmp_path_factory):
    chromium()
    command = [sys.executable, "-m", "safety_pipeline", "explore", "--lake", str(lake)]
    with serving(command, tmp_path_factory.mktemp("explore") / "explore.log") as address:
        yield address


@pytest.fixture
def page(chrome, address):
    with chrome.new_context(viewport={"width": 1280, "height": 900}, base_url=address) as context:
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE)
        yield opened


def test_from_the_chart_to_the_printed_cell(page):
    page.goto("/dose")
    page.get_by_role("link", name="52/73, 71.2 % (60.0 to 80.3)").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Edema, any grade, in B2222 (GIST): imatinib 400 mg")
    expect(page.get_by_role("rowheader", name="52 (71.2)").first).to_be_visible()
    expect(page.get_by_text("line 5, column 2").first).to_be_visible()


def test_a_choice_shows_at_once_and_stands_in_the_address(page):
    page.goto("/dose")
    page.get_by_label("Event").fill("haemorrhage")
    page.get_by_label("Event").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Haemorrhage by dose of imatinib")
    page.get_by_label("Leave a trial out").select_option("B2222")
    expect(page.get_by_text("without B2222: computed anew")).to_be_visible()
    assert "leave_out=B2222" in page.url
    page.go_back()
    expect(page.get_by_text("computed anew")).to_have_count(0)


def test_every_number_on_the_screen_is_that_of_the_tables(page, shipped_lake):
    marts = [published(shipped_lake, f"mart_incidence_by_{name}") for name in ("dose", "arm")]
    for concept in ("edema", "haemorrhage", "rash"):
        page.goto(f"/dose?concept={concept}")
        shown = page.locator("table.chart td.words a").all_inner_texts()
        expected = pl.concat([mart.filter(concept=concept, drug="imatinib")["label"] for mart in marts])
        assert sorted(shown) == sorted(expected)


def test_the_keyboard_alone_leads_to_a_number(page):
    page.goto("/dose")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="57/74, 77.0 % (66.3 to 85.1)").first
    for _ in range(60):
        page.keyboard.press("Tab")
        if link.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("imatinib 600 mg/day")


def test_a_table_is_downloaded(page):
    page.goto("/dose")
    with page.expect_download() as download:
        page.get_by_role("link", name="Answers by dose (CSV)").click()
    rows = pl.read_csv(download.value.path())
    assert rows.filter(dose_mg_per_day=600.0, grade_band="any")["patients"].to_list() == ["57/74"]


def test_two_releases_are_compared(page):
    page.goto("/releases")
    choices = page.get_by_label("From").locator("option")
    expect(choices).to_have_count(2)
    # The later release lacks a document; it is the first of the list.
    page.get_by_label("From").select_option(index=1)
    page.get_by_label("To").select_option(index=0)
    page.get_by_role("button", name="Compare").click()
    line = page.get_by_role("row").filter(has_text="Edema, imatinib, 400 mg/day, any grade")
    expect(line).to_contain_text("2 trials from 29.4 to 71.2 %")
    expect(line).to_contain_text("52/73, 71.2 % (60.0 to 80.3)")
    expect(line).to_contain_text("document kit_solid_tumour_nct02461849 withdrawn")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_on_any_page(chrome, address, scheme):
    with chrome.new_context(color_scheme=scheme, base_url=address) as context:
        page = context.new_page()
        page.goto("/dose")
        behind = page.locator("table.chart td.words a").first.get_attribute("href")
        for place in (*PAGES, behind, "/releases/diff?before=latest&after=latest"):
            page.goto(place)
            faults = Axe().run(page).response["violations"]
            assert [(fault["id"], fault["nodes"][0]["target"]) for fault in faults] == [], place


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast(chrome, address, scheme):
    with chrome.new_context(color_scheme=scheme, base_url=address) as context:
        page = context.new_page()
        for place in PAGES:
            page.goto(place)
            assert page.evaluate(CONTRASTS) == [], place


def test_a_phone_shows_every_page_without_sideways_scrolling(chrome, address):
    with chrome.new_context(viewport={"width": 360, "height": 780}, base_url=address) as context:
        page = context.new_page()
        for place in PAGES:
            page.goto(place)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, place


def test_without_scripts_the_form_has_a_button(chrome, address):
    with chrome.new_context(java_script_enabled=False, base_url=address) as context:
        page = context.new_page()
        page.goto("/dose")
        page.get_by_label("Event").fill("rash")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Rash by dose of imatinib")


def test_no_request_leaves_the_machine_and_nothing_is_blocked(page, address):
    asked, said = set(), []
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    page.on("console", lambda message: said.append(message.text))
    for place in PAGES:
        page.goto(place)
        page.wait_for_load_state("networkidle")
    assert asked == {address.removeprefix("http://")}
    assert said == []
