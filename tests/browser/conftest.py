"""One browser for all tests in a browser: two of them in one process would stand in each other's way."""

import pytest
from browsing import PATIENCE, chromium
from playwright.sync_api import expect, sync_playwright

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chrome():
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield opened
        opened.close()
