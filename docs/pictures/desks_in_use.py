"""Draws the intake desk and the review desk in use, in light and dark; run by `make pictures`.

The desks are shown with a made-up table and made-up official texts: NCI's texts are in no file of this repository.
"""

import shutil
import tempfile
import threading
from pathlib import Path

import uvicorn
from desks import RICH
from official_files import official_files
from playwright.sync_api import Page, sync_playwright

from safety_pipeline.explore.app import application
from safety_pipeline.explore.intake.routes import Intake
from safety_pipeline.reference import load
from safety_pipeline.reference.own_files.official import import_official

HERE = Path(__file__).resolve().parent
PUBLISHED = HERE.parent.parent / "data_lake" / "published"
PORT = 8051
AT = f"http://127.0.0.1:{PORT}"
TOKEN = "of-this-start"  # noqa: S105  (of a desk that lives as long as the drawing)


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        lake = Path(place) / "lake"
        lake.mkdir()
        (lake / "published").symlink_to(PUBLISHED)
        for file in official_files(Path(place)):
            import_official(file, lake, load())
        intake = Intake.of(lake, TOKEN, load())
        config = uvicorn.Config(application(lake / "published", intake), host="127.0.0.1", port=PORT, log_level="error")
        server = uvicorn.Server(config)
        serving = threading.Thread(target=server.run)
        serving.start()
        try:
            draw()
        finally:
            server.should_exit = True
            serving.join()


def draw() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": 1200, "height": 760}, color_scheme=scheme)
            draw_review(page, scheme)
            draw_intake(page, scheme)
        browser.close()


def draw_review(page: Page, scheme: str) -> None:
    page.goto(f"{AT}/review?q=old+text&sort=term")
    page.get_by_label("Your name").fill("A. Physician")
    card = page.get_by_role("article", name="Edema, grade 2")
    card.get_by_label("right").check()
    page.locator(".reviewer").evaluate("each => each.scrollIntoView()")
    page.screenshot(path=HERE / f"review_{scheme}.png")


def draw_intake(page: Page, scheme: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 1000})
    page.goto(f"{AT}/desk?token={TOKEN}")
    page.set_input_files("#file", {"name": "two_parts.html", "mimeType": "text/html", "buffer": RICH.encode()})
    page.get_by_role("link", name="Column 6").click()
    page.get_by_label("This column holds").wait_for()
    page.locator("#table-0").evaluate("each => each.scrollIntoView()")
    page.mouse.wheel(0, -180)
    page.wait_for_timeout(500)
    page.screenshot(path=HERE / f"intake_{scheme}.png")


if __name__ == "__main__":
    main()
