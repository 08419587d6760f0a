"""Draws the pictures of the explorer and the desks in light and dark from the lake in `data_lake`; `make pictures`.

The desks are shown with a made-up table and made-up official texts: NCI's texts are in no file of this repository.
"""

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from desks import RICH
from official_files import official_files
from playwright.sync_api import Page, sync_playwright
from starlette.applications import Starlette

from safety_pipeline.explore.app import application
from safety_pipeline.explore.intake.routes import Intake
from safety_pipeline.reference import load
from safety_pipeline.reference.official import import_official

HERE = Path(__file__).resolve().parent
PUBLISHED = HERE.parent.parent / "data_lake" / "published"
SCHEMES = ("light", "dark")
WINDOW, WIDE = {"width": 1200, "height": 760}, {"width": 1400, "height": 1000}
TOKEN = "of-this-start"  # noqa: S105  (of a desk that lives as long as the drawing)
PAGES = {"by_dose": "/dose?concept=edema", "compare": "/compare", "coverage": "/coverage"}


def main() -> None:
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        lake = Path(place) / "lake"
        lake.mkdir()
        (lake / "published").symlink_to(PUBLISHED)
        for file in official_files(Path(place)):
            import_official(file, lake, load())
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with served(application(lake / "published"), 8051) as explorer:
            for scheme in SCHEMES:
                draw_explorer(browser.new_page(viewport=WINDOW, color_scheme=scheme), explorer, scheme)
        with served(application(lake / "published", Intake.of(lake, TOKEN, load())), 8052) as desk:
            for scheme in SCHEMES:
                draw_intake(browser.new_page(viewport=WIDE, color_scheme=scheme), desk, scheme)
        browser.close()


@contextmanager
def served(pages: Starlette, port: int) -> Iterator[str]:
    """The address of the pages while they are served."""
    server = uvicorn.Server(uvicorn.Config(pages, host="127.0.0.1", port=port, log_level="error"))
    serving = threading.Thread(target=server.run)
    serving.start()
    try:
        while not server.started:
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        serving.join()


def draw_explorer(page: Page, at: str, scheme: str) -> None:
    for name, path in PAGES.items():
        page.goto(f"{at}{path}")
        page.screenshot(path=HERE / f"{name}_{scheme}.png")
    draw_review(page, at, scheme)


def draw_review(page: Page, at: str, scheme: str) -> None:
    page.goto(f"{at}/review?q=old+text&sort=term")
    page.get_by_label("Your name").fill("A. Physician")
    card = page.get_by_role("article", name="Edema, grade 2")
    card.get_by_label("right").check()
    page.locator(".reviewer").evaluate("each => each.scrollIntoView()")
    page.screenshot(path=HERE / f"review_{scheme}.png")


def draw_intake(page: Page, at: str, scheme: str) -> None:
    page.goto(f"{at}/desk?token={TOKEN}")
    page.set_input_files("#file", {"name": "two_parts.html", "mimeType": "text/html", "buffer": RICH.encode()})
    page.get_by_role("link", name="Column 6").click()
    page.get_by_label("This column holds").wait_for()
    page.locator("#table-0").evaluate("each => each.scrollIntoView()")
    page.mouse.wheel(0, -180)
    page.wait_for_timeout(500)
    page.screenshot(path=HERE / f"intake_{scheme}.png")


if __name__ == "__main__":
    main()
