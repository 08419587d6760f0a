"""The built documentation in a real browser: no request leaves, search works from files, axe finds no serious fault."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import PATIENCE
from lakes import REPOSITORY
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.site]
PAGES = (
    "index.html",
    "tutorial/index.html",
    "howto/bi_tools.html",
    "explanation/bounds.html",
    "reference/commands.html",
    "reference/tables/mart_incidence_by_dose.html",
)
LOOKS = {"light": ("light", 1280), "dark": ("dark", 1280), "phone": ("light", 390)}


@pytest.fixture(scope="module")
def site() -> str:
    built = REPOSITORY / "site"
    if not (built / "index.html").exists():
        if os.environ.get("SAFETY_FORBID_SKIPS"):
            pytest.fail("no site/, and skips are forbidden here: run `make docs` first")
        pytest.skip("NO SITE: run `make docs` to test its pages")
    return Path(built).as_uri()


@pytest.fixture(params=LOOKS)
def page(request, chrome):
    scheme, width = LOOKS[request.param]
    with chrome.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE)
        opened.asked = []
        opened.on("request", lambda request: opened.asked.append(request.url))
        yield opened


@pytest.mark.parametrize("place", PAGES)
def test_a_page_asks_nobody_and_has_no_serious_fault(page, site, place):
    page.goto(f"{site}/{place}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert _serious_faults(page) == []
    assert _asked_elsewhere(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen"


def _serious_faults(page) -> list[tuple[str, str]]:
    """What axe calls serious or critical, with the first place of each."""
    faults = Axe().run(page).response["violations"]
    return [
        (each["id"], each["nodes"][0]["html"][:200]) for each in faults if each["impact"] in ("serious", "critical")
    ]


def _asked_elsewhere(page) -> list[str]:
    return [url for url in page.asked if not url.startswith(("file:", "data:", "blob:"))]


def test_the_search_finds_a_column_without_a_server(page, site):
    page.goto(f"{site}/index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("reporting threshold", delay=20)
    expect(page.get_by_text("Cells below a reporting threshold").filter(visible=True).first).to_be_visible()
    assert _asked_elsewhere(page) == []


def _serious_faults(page) -> list[tuple[str, str]]:
    """What axe calls serious or critical, with the first place of each."""
    faults = Axe().run(page).response["violations"]
    return [
        (each["id"], each["nodes"][0]["html"][:200]) for each in faults if each["impact"] in ("serious", "critical")
    ]


def _asked_elsewhere(page) -> list[str]:
    return [url for url in page.asked if not url.startswith(("file:", "data:", "blob:"))]
