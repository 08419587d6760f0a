"""The real Superset in a real browser: sign in, choose, drill down, a second release; `make superset-test`."""

import re
import shutil

import pytest
from browsing import chromium, serving, sign_in_to_superset
from lakes import REPOSITORY, bring_up_to_date, published
from playwright.sync_api import expect, sync_playwright
from starlette.testclient import TestClient

from safety_pipeline.explore.app import application

pytestmark = pytest.mark.superset
PATIENCE = 90_000
expect.set_options(timeout=PATIENCE)
PYTHON = REPOSITORY / ".venv" / "superset" / "bin" / "python"
DASHBOARD = "/superset/dashboard/safety/"
HEADLINES = ["Edema", "Haemorrhage", "Rash"]
ASK = """
async (sql) => {
  const token = (await (await fetch("/api/v1/security/csrf_token/")).json()).result;
  const known = (await (await fetch("/api/v1/database/")).json()).result[0].id;
  const answer = await fetch("/api/v1/sqllab/execute/", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ database_id: known, sql, runAsync: false, schema: "main" }),
  });
  return [answer.status, await answer.text()];
}
"""


@pytest.fixture(scope="module")
def lake(shipped_lake, tmp_path_factory):
    """A lake of its own: one of its documents is withdrawn in the end."""
    folder = tmp_path_factory.mktemp("superset") / "lake"
    return shutil.copytree(shipped_lake, folder, symlinks=True)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home") / "superset"


@pytest.fixture(scope="module")
def address(lake, home):
    if not PYTHON.exists():
        pytest.fail("Superset is not installed: `make superset-test` installs it first")
    command = [PYTHON, "dashboards/superset/serve.py", "--lake", lake, "--home", home]
    # The first start makes Superset's own tables.
    with serving(command, lake.parent / "superset.log", seconds=600) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def signed_in(browser, address, home):
    """The cookies of the one user."""
    with browser.new_context(base_url=address) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        sign_in_to_superset(page, (home / "password").read_text())
        yield context.storage_state()


@pytest.fixture
def page(browser, address, signed_in):
    # Charts are fetched when they come into view: on a page this high all of them are.
    with browser.new_context(
        viewport={"width": 1400, "height": 4200}, base_url=address, storage_state=signed_in
    ) as context:
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE)
        yield opened


def rows(page, title):
    """The rows of a table on the dashboard, by the heading of the column."""
    chart = page.locator(".dashboard-component-chart-holder").filter(has=page.get_by_text(title, exact=True))
    expect(chart.locator("tbody tr").first).to_be_visible()
    headings = [text.strip() for text in chart.locator("thead th").all_inner_texts()]
    return [
        dict(zip(headings, row.locator("td").all_inner_texts(), strict=True)) for row in chart.locator("tbody tr").all()
    ]


def test_nobody_sees_anything_without_signing_in(browser, address):
    with browser.new_context(base_url=address) as context:
        page = context.new_page()
        page.goto(DASHBOARD)
        assert "/login/" in page.url
        assert context.request.get("/api/v1/dashboard/").status == 401


def test_every_answer_on_the_screen_is_that_of_the_tables(page, lake):
    page.goto(DASHBOARD)
    for title, mart in (("Incidence by dose", "by_dose"), ("Incidence by trial and arm", "by_arm")):
        table = published(lake, f"mart_incidence_{mart}")
        shown = [(row["Concept"], row["Grade band"], row["Answer"]) for row in rows(page, title)]
        expected = table.filter(table["concept_label"].is_in(HEADLINES))
        assert sorted(shown) == sorted(expected.select("concept_label", "grade_band_label", "label").rows())
    compared, signals = published(lake, "mart_comparison"), published(lake, "mart_signal")
    of_headlines = compared.filter(compared["concept_label"].is_in(HEADLINES))
    assert sorted(row["Answer"] for row in rows(page, "Comparison of doses and arms inside trials")) == sorted(
        of_headlines["label"]
    )
    assert len(rows(page, "Signals")) == signals.filter(signals["concept_label"].is_in(HEADLINES)).height


def test_a_range_an_interval_and_bounds_have_shapes_of_their_own(page):
    page.goto(DASHBOARD)
    rows(page, "Incidence by dose")
    for answer, shape, absent in (
        ("2 trials from 29.4 to 71.2 %", ".ae-range", ".ae-mark"),
        ("57/74, 77.0 % (66.3 to 85.1)", ".ae-limits", ".ae-bounds"),
    ):
        line = page.locator("tbody tr").filter(has_text=answer).first
        expect(line.locator(shape)).to_be_visible()
        expect(line.locator(absent)).to_have_count(0)
    of_bounds = page.locator("tbody tr").filter(has_text="at least 5 of 17").first
    expect(of_bounds.locator(".ae-at-least")).to_be_visible()


def test_a_filter_narrows_the_charts(page):
    page.goto(DASHBOARD)
    assert {row["Grade band"] for row in rows(page, "Signals")} == {"any grade", "severe (grade 3 or worse)"}
    page.locator(".ant-select:has(#NATIVE_FILTER-grade_band_label)").click()
    page.locator(".ant-select-item-option").filter(has_text="any grade").click()
    page.get_by_role("button", name="Apply").first.click()
    expect(page.locator("tbody tr").filter(has_text="severe (grade 3 or worse)")).to_have_count(0)
    for title in ("Incidence by dose", "Incidence by trial and arm", "Signals"):
        assert {row["Grade band"] for row in rows(page, title)} == {"any grade"}


def test_an_answer_leads_to_its_printed_cells_in_the_explorer(page, lake):
    page.goto(DASHBOARD)
    rows(page, "Incidence by trial and arm")
    line = page.locator("tbody tr").filter(has_text="52/73, 71.2 % (60.0 to 80.3)").first
    place = re.fullmatch(r"http://127\.0\.0\.1:8050(/number/[0-9a-f]+)", line.get_by_role("link").get_attribute("href"))
    with TestClient(application(lake / "published"), base_url="http://127.0.0.1:8050") as explorer:
        opened = explorer.get(place[1])
    assert opened.status_code == 200
    assert "52 (71.2)" in opened.text


def test_no_request_leaves_the_machine(page, address):
    asked = {}
    page.on("request", lambda request: asked.setdefault(request.url, request))
    for place in ("/superset/welcome/", DASHBOARD):
        page.goto(place)
        page.wait_for_load_state("networkidle")
    outside = [each for url, each in asked.items() if not url.startswith((address, "data:", "blob:"))]
    assert len(asked) > len(outside)
    # The pixel is asked for, and blocked by the policy of the page before anything is sent.
    assert [each.url for each in outside if each.failure != "csp"] == []


def test_a_query_reads_the_release_and_no_other_file(page):
    page.goto("/superset/welcome/")
    status, said = page.evaluate(ASK, "SELECT label FROM mart_incidence_by_dose WHERE dose_mg_per_day = 600")
    assert status == 200, said
    for sql in ("SELECT * FROM read_text('/etc/hostname')", "CREATE TABLE t (i INTEGER)"):
        status, said = page.evaluate(ASK, sql)
        assert status != 200
        assert "localhost" not in said


@pytest.mark.parametrize(("scheme", "width"), [("light", 1400), ("dark", 1400), ("light", 390)])
def test_it_follows_the_theme_and_fits_a_phone(browser, address, signed_in, scheme, width, tmp_path):
    with browser.new_context(
        viewport={"width": width, "height": 3000}, color_scheme=scheme, base_url=address, storage_state=signed_in
    ) as context:
        page = context.new_page()
        page.goto(DASHBOARD)
        chart = page.locator(".dashboard-component-chart-holder").filter(has_text="Incidence by dose").first
        expect(chart).to_be_visible(timeout=PATIENCE)
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        brightness = sum(int(part) for part in re.findall(r"\d+", background)[:3])
        assert (brightness < 200) == (scheme == "dark"), background
        box = chart.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_a_release_made_meanwhile_shows_its_numbers(page, lake):
    page.goto(DASHBOARD)
    before = rows(page, "Release shown")[0]["Release id"]
    assert any(row["Answer"] == "2 trials from 29.4 to 71.2 %" for row in rows(page, "Incidence by dose"))
    shutil.rmtree(lake / "landed" / "literature" / "kit_solid_tumour_nct02461849")
    assert bring_up_to_date(lake).faults == ()
    page.reload()
    assert rows(page, "Release shown")[0]["Release id"] == (lake / "published" / "latest").resolve().name != before
    answers = [row["Answer"] for row in rows(page, "Incidence by dose")]
    assert "2 trials from 29.4 to 71.2 %" not in answers
    assert "52/73, 71.2 % (60.0 to 80.3)" in answers
