"""The intake desk in a real browser: a rich table by mouse with its clicks counted, another by keyboard alone."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from browsing import PATIENCE, chromium, serving
from desks import LISTING, PHASES, PLAIN, RICH
from playwright.sync_api import expect

from safety_pipeline.ingest.literature import parse, read
from safety_pipeline.tables.delivery import Delivery

pytestmark = pytest.mark.browser
# Times of the keystroke-level model (Card, Moran and Newell 1980): a key of an average typist, pointing with a press,
# and thinking before each press.
KEY, POINT_AND_PRESS, THINK = 0.28, 1.3, 1.35
FIVE_MINUTES = 300
# The counts of each sample: its lines with counts times its columns of counts.
SAMPLES = {
    "PMC2678276_T3.xml": 46,
    "PMC3018908_NOQ142TB4.csv": 54,
    "PMC3664086_T4.xml": 68,
    "PMC5301372_Tab3.xml": 100,
    "PMC5340016_Tab6.xml": 26,
}


@dataclass
class Served:
    """A desk that `safety-pipeline desk` serves: the address it printed, and its lake."""

    address: str
    lake: Path


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    chromium()
    place = tmp_path_factory.mktemp("desk")
    log, lake = place / "desk.log", place / "lake"
    with serving([sys.executable, "-m", "safety_pipeline", "desk", "--lake", str(lake)], log):
        yield Served(re.search(r"http://\S+", log.read_text())[0], lake)


@pytest.fixture
def page(chrome, served):
    with chrome.new_context(viewport={"width": 1400, "height": 950}) as context:
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE)
        opened.goto(served.address)
        yield opened


class Hand:
    """A person at the desk: counts presses of the mouse and of keys; choosing a file is two presses in its window."""

    def __init__(self, page):
        self.page, self.presses, self.keys = page, 2, 0

    def press(self, what):
        what.click()
        self.presses += 1

    def type(self, *texts):
        """Texts into fields one after the other, with Tab between them."""
        for at, text in enumerate(texts):
            if at:
                self.page.keyboard.press("Tab")
            self.page.keyboard.type(text)
            self.keys += len(text) + 1

    def key(self, name):
        self.page.keyboard.press(name)
        self.keys += 1

    @property
    def seconds(self):
        return self.presses * (POINT_AND_PRESS + THINK) + self.keys * KEY


def opened(page, name, content):
    page.set_input_files("#file", {"name": name, "mimeType": "text/plain", "buffer": content})
    expect(page.get_by_role("heading", level=1)).to_contain_text("at the desk")


def manifest(served, name):
    return yaml.safe_load((served.lake / "landed" / "literature" / name / "document.yaml").read_text())


def test_a_rich_table_takes_less_than_twenty_clicks_and_five_minutes(page, served):
    opened(page, "rich_table.html", RICH.encode())
    hand = Hand(page)
    hand.press(page.get_by_role("textbox", name="Trial"))
    hand.type("T-1", "GIST", "imatinib", "r")
    arms = page.get_by_role("region", name="Arms")
    for at, dose in enumerate(("400", "600")):
        hand.press(arms.get_by_label("mg/day").nth(at))
        hand.type(dose)
    hand.press(page.get_by_role("link", name="Column 6"))
    expect(page.get_by_label("This column holds")).to_be_focused()
    hand.type("", "Part B")
    hand.press(page.get_by_role("button", name="Apply to every column of this arm"))
    expect(page.get_by_role("link", name="Column 7: Part B, grade 3-4, n (%), N = 52")).to_be_visible()
    hand.press(arms.get_by_label("mg/day").nth(2))
    hand.type("", "cohorts of several doses", "52")
    hand.press(page.get_by_role("link", name="Line 10: section, Laboratory"))
    hand.press(page.get_by_label("N of Part A, Imatinib 400 mg here"))
    hand.type("36", "35", "50")
    hand.key("Enter")
    expect(page.get_by_role("row", name="Line 11: event, Anemia")).to_contain_text("9 of 36")
    hand.press(page.get_by_role("button", name="Accept"))
    expect(page.get_by_role("heading", level=1)).to_have_text("rich_table is landed")
    read = parse((served.lake / "landed" / "literature" / "rich_table" / "document.yaml").read_text())
    assert [arm.n_at_risk for arm in read.arms] == [40, 38, 52]
    assert [column.role for column in read.tables[0].columns] == ["arm"] * 6
    print(f"{hand.presses} presses of the mouse, {hand.keys} keys, {hand.seconds:.0f} s by the keystroke-level model")
    assert hand.presses < 20
    assert hand.seconds < FIVE_MINUTES


def test_a_rich_sheet_becomes_the_right_rows_in_less_than_twenty_clicks_and_five_minutes(page, served):
    opened(page, "phases.csv", PHASES.encode())
    expect(page.get_by_role("row", name="Line 9: event, Lipase increased")).to_contain_text("12 of 61 to be refused")
    hand = Hand(page)
    hand.press(page.get_by_role("textbox", name="Trial"))
    hand.type("T-3", "a carcinoma", "sorafenib", "r")
    hand.press(page.get_by_role("region", name="Arms").get_by_label("Why no single dose").nth(1))
    hand.type("a placebo")
    hand.press(page.get_by_role("link", name="Line 8: section, Laboratory"))
    hand.press(page.get_by_label("N of Double-blind phase, Sorafenib 400 mg bid here"))
    hand.type("57", "54", "40")
    hand.key("Enter")
    expect(page.get_by_role("row", name="Line 9: event, Lipase increased")).to_contain_text("12 of 57")
    expect(page.get_by_role("status").first).to_contain_text("24 counts")
    hand.press(page.get_by_role("button", name="Accept"))
    expect(page.get_by_role("heading", level=1)).to_have_text("phases is landed")
    print(f"{hand.presses} presses of the mouse, {hand.keys} keys, {hand.seconds:.0f} s by the keystroke-level model")
    assert {(row, arm, grades): of for row, arm, grades, *of in rows_of(served, "phases")} == {
        ("Rash", "double_blind", "any"): [31, 61], ("Rash", "double_blind", ">=3"): [4, 61],
        ("Rash", "placebo", "any"): [8, 58], ("Rash", "placebo", ">=3"): [0, 58],
        ("Rash", "extension", "any"): [15, 44], ("Rash", "extension", ">=3"): [1, 44],
        ("Hand-foot syndrome", "double_blind", "any"): [25, 61], ("Hand-foot syndrome", "double_blind", ">=3"): [7, 61],
        ("Hand-foot syndrome", "placebo", "any"): [1, 58], ("Hand-foot syndrome", "placebo", ">=3"): [0, 58],
        ("Hand-foot syndrome", "extension", "any"): [9, 44], ("Hand-foot syndrome", "extension", ">=3"): [2, 44],
        ("Lipase increased", "double_blind", "any"): [12, 57], ("Lipase increased", "double_blind", ">=3"): [6, 57],
        ("Lipase increased", "placebo", "any"): [4, 54], ("Lipase increased", "placebo", ">=3"): [2, 54],
        ("Lipase increased", "extension", "any"): [7, 40], ("Lipase increased", "extension", ">=3"): [4, 40],
        ("Anemia", "double_blind", "any"): [9, 57], ("Anemia", "double_blind", ">=3"): [1, 57],
        ("Anemia", "placebo", "any"): [7, 54], ("Anemia", "placebo", ">=3"): [1, 54],
        ("Anemia", "extension", "any"): [5, 40], ("Anemia", "extension", ">=3"): [0, 40],
    }  # fmt: skip
    assert hand.presses < 20
    assert hand.seconds < FIVE_MINUTES


def rows_of(served, name):
    """Event, arm in short, grades, count and patients of every cell that a run will read."""
    folder = served.lake / "landed" / "literature" / name
    cells = read(Delivery(f"literature.{name}", "literature", folder, "")).tables()["cell"].collect()
    for cell in cells.to_dicts():
        arm = re.match(r".*\.(double_blind|placebo|extension)", cell["arm_id"])[1]
        yield cell["row_label"], arm, cell["grade_band_as_reported"], cell["n_printed"], cell["n_at_risk"]


@pytest.mark.shared
@pytest.mark.parametrize(("sample", "n_counts"), SAMPLES.items())
def test_a_table_of_the_shared_samples_is_brought_in(page, served, shared, sample, n_counts):
    opened(page, sample, (shared / "samples" / "literature_tables" / sample).read_bytes())
    expect(page.get_by_role("status").first).to_contain_text(f"{n_counts} counts")
    hand = Hand(page)
    hand.press(page.get_by_role("textbox", name="Trial"))
    hand.type(sample, "a disease", "a drug")
    notes = page.get_by_role("region", name="Arms").get_by_label("Why no single dose")
    for at in range(notes.count()):
        hand.press(notes.nth(at))
        hand.type("not stated")
    if (scope := page.get_by_label("in open", exact=True)).count():
        hand.press(scope)
        hand.type("any")
    hand.key("Tab")
    expect(page.get_by_role("status").first).to_contain_text("Complete.")
    hand.press(page.get_by_role("button", name="Accept"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("is landed")
    assert hand.presses < 20


def test_the_keyboard_alone_brings_a_table_in(page, served):
    page.get_by_label("Or a table copied").focus()
    page.keyboard.insert_text(PLAIN.replace(",", "\t"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("pasted_table at the desk")
    reach(page, page.get_by_role("textbox", name="Trial"))
    for text in ("T-2", "GIST", "imatinib"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    for at, dose in enumerate(("10", "20")):
        reach(page, page.get_by_label("mg/day").nth(at))
        page.keyboard.type(dose)
    reach(page, page.get_by_role("link", name="Column 1"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name="Column 3")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("This column holds")).to_be_focused()
    reach(page, page.locator("#panel").get_by_label("Grades"))
    page.keyboard.type("3-4")
    page.keyboard.press("Tab")
    reach(page, page.get_by_role("button", name="Apply", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Column 3: 20 mg, grade 3-4")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Column 3")).to_be_focused()
    reach(page, page.get_by_role("button", name="Accept"), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("pasted_table is landed")
    table = manifest(served, "pasted_table")["tables"][0]
    assert [column["grades"] for column in table["columns"]] == [None, "3-4"]


def reach(page, wanted, key="Tab"):
    """Go on with one key until the focus is there."""
    for _ in range(120):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    pytest.fail(f"the keyboard does not reach {wanted}")


def test_a_file_is_dropped_and_a_table_of_the_clipboard_keeps_its_columns(page, served):
    transfer = "(text) => { const t = new DataTransfer(); t.items.add(new File([text], 'dropped.csv')); return t; }"
    page.locator("main").dispatch_event("drop", {"dataTransfer": page.evaluate_handle(transfer, PLAIN)})
    expect(page.get_by_role("heading", level=1)).to_have_text("dropped at the desk")
    page.goto(served.address)
    clip = "(html) => { const t = new DataTransfer(); t.setData('text/html', html); return t; }"
    copied = page.evaluate_handle(clip, RICH)
    page.locator("#paste").evaluate(
        "(box, copied) => box.dispatchEvent(new ClipboardEvent('paste', {clipboardData: copied, bubbles: true}))",
        copied,
    )
    expect(page.get_by_role("status").first).to_contain_text("30 counts")


def test_a_listing_of_patients_is_refused_without_a_word_of_it(page, served):
    page.set_input_files("#file", {"name": "list.csv", "mimeType": "text/csv", "buffer": LISTING.encode()})
    expect(page.get_by_role("alert")).to_contain_text("list.csv")
    assert "SOMEBODY" not in page.content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_at_the_desk(chrome, served, scheme):
    with chrome.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(served.address)
        assert faults(page) == []
        opened(page, "rich.html", RICH.encode())
        page.get_by_role("link", name="Line 5").click()
        expect(page.get_by_label("This line is")).to_be_focused()
        page.get_by_text("open questions", exact=False).last.click()
        assert faults(page) == []
        page.get_by_role("link", name="Column 3").click()
        expect(page.get_by_label("This column holds")).to_be_focused()
        page.locator("#panel").get_by_label("Grades").select_option("any")
        page.get_by_role("button", name="Apply", exact=True).click()
        expect(page.get_by_text("both count any grades")).to_be_visible()
        assert faults(page) == []


def faults(page):
    """What axe calls serious or critical, with the places."""
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found]


def test_a_phone_shows_the_desk_without_sideways_scrolling(chrome, served):
    with chrome.new_context(viewport={"width": 360, "height": 780}) as context:
        page = context.new_page()
        page.goto(served.address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        opened(page, "rich.html", RICH.encode())
        page.get_by_role("link", name="Column 2").click()
        expect(page.get_by_label("This column holds")).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_nothing_is_asked_of_another_machine_and_nothing_is_blocked(page, served):
    asked, said = set(), []
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    page.on("console", lambda message: said.append(message.text))
    opened(page, "rich.html", RICH.encode())
    page.get_by_role("link", name="Column 2").click()
    expect(page.get_by_label("This column holds")).to_be_focused()
    assert asked == {served.address.split("/")[2]}
    assert said == []
