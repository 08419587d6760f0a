"""Draws the Superset dashboard in light and dark; run by `make superset-pictures`, which installs Superset first."""

import shutil
import tempfile
from pathlib import Path

from browsing import serving, sign_in_to_superset
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
SHIPPED = REPOSITORY / "data_lake"
SUPERSET = REPOSITORY / ".venv" / "superset" / "bin" / "python"
# Superset makes its own tables at its first start.
PATIENCE_SECONDS = 600
REST_MILLISECONDS = 3000
WIDTH, HEIGHT = 1400, 1150
# Charts are fetched when they come into view: on a page this high all of them are.
WHOLE_PAGE = 4200


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder) / "superset"
        command = [SUPERSET, "dashboards/superset/serve.py", "--lake", SHIPPED, "--home", home]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with serving(command, Path(folder) / "superset.log", PATIENCE_SECONDS) as address:
            for scheme in ("light", "dark"):
                draw(browser, address, (home / "password").read_text(), scheme)
        browser.close()


def draw(browser: Browser, address: str, password: str, scheme: str) -> None:
    page = browser.new_page(viewport={"width": WIDTH, "height": WHOLE_PAGE}, color_scheme=scheme, base_url=address)  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE_SECONDS * 1000)
    sign_in_to_superset(page, password)
    page.goto("/superset/dashboard/safety/")
    page.locator("tbody tr").filter(has_text="57/74").first.wait_for()
    page.wait_for_timeout(REST_MILLISECONDS)
    seen = {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT}
    page.screenshot(path=HERE / f"superset_{scheme}.png", animations="disabled", clip=seen)  # type: ignore[arg-type]
    page.close()


if __name__ == "__main__":
    main()
