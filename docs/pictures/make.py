"""Draws the pictures of the explorer from the lake in `data_lake`, in light and dark; run by `make pictures`."""

import shutil
import threading
from pathlib import Path

import uvicorn
from playwright.sync_api import sync_playwright

from safety_pipeline.explore.app import application

HERE = Path(__file__).resolve().parent
PUBLISHED = HERE.parent.parent / "data_lake" / "published"
PORT = 8051
PAGES = {"by_dose": "/dose?concept=edema", "compare": "/compare", "coverage": "/coverage"}


def main() -> None:
    config = uvicorn.Config(application(PUBLISHED), host="127.0.0.1", port=PORT, log_level="error")
    server = uvicorn.Server(config)
    serving = threading.Thread(target=server.run)
    serving.start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": 1200, "height": 760}, color_scheme=scheme)
            for name, place in PAGES.items():
                page.goto(f"http://127.0.0.1:{PORT}{place}")
                page.screenshot(path=HERE / f"{name}_{scheme}.png")
        browser.close()
    server.should_exit = True
    serving.join()


if __name__ == "__main__":
    main()
