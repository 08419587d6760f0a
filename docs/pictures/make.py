"""Draws every picture of the documentation in light and dark; run by `make pictures`.

The lake of `data_lake` is shown as `make run` made it; the tutorial's lake is made here of the tutorial's files.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from safety_pipeline.orchestration.runs.run import run

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
SHIPPED = REPOSITORY / "data_lake"
TUTORIAL = HERE.parent / "tutorial"
PROGRAM = (sys.executable, "-m", "safety_pipeline")
SCHEMES = ("light", "dark")
PATIENCE_SECONDS = 90
# Pages that draw with scripts move for a moment after their text is there.
REST_MILLISECONDS = 1500


@dataclass(frozen=True)
class Picture:
    """One picture: its name, the page it shows, and a text that is there when it is complete.

    Where the page is not an address of its own, ``press`` names the button that leads there.
    """

    name: str
    place: str
    shows: str
    height: int = 760
    press: str | None = None


EXPLORER = (
    Picture("by_dose", "/dose?concept=edema", "57/74"),
    Picture("compare", "/compare", "Differences and p-values"),
    Picture("coverage", "/coverage", "What is known of each arm"),
)
TUTORIAL_PICTURES = (Picture("tutorial_dose", "/dose?concept=edema&drug=examplinib", "14 to 20", 620),)
DESK = (Picture("desk", "", "open questions", 1250, press="examplinib_2024"),)
DAGSTER = (
    Picture("dagster_graph", "/asset-groups", "summarised", 700),
    Picture(
        "dagster_check",
        "/assets/checked/checked_audit?view=checks&checkDetail=edition_is_known",
        "literature.melanoma_high_dose_2006",
        900,
    ),
)
REPORT = (Picture("report", "/published/report.html", "Edema", 900),)


def main() -> None:
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for picture in REPORT:
            _draw(browser, SHIPPED.as_uri(), picture)
        with _served("explore", SHIPPED) as address:
            _draw_all(browser, address, EXPLORER)
        lake = _tutorial_landed(Path(folder) / "lake")
        with _served("desk", lake) as address:
            _draw_all(browser, address, DESK)
        with _served("explore", _tutorial_answered(lake)) as address:
            _draw_all(browser, address, TUTORIAL_PICTURES)
        with _served("ui", SHIPPED) as address:
            _draw_all(browser, address, DAGSTER)
        browser.close()


def _tutorial_landed(lake: Path) -> Path:
    """The lake after the third step of the tutorial: the table is landed, its questions are open."""
    table = TUTORIAL / "examplinib_table_2.csv"
    subprocess.run(  # noqa: S603
        [*PROGRAM, "land", str(table), "--document-id", "examplinib_2024", "--lake", str(lake)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return lake


def _tutorial_answered(lake: Path) -> Path:
    """The lake as it is at the end of the first page of the tutorial."""
    shutil.copy(TUTORIAL / "examplinib_2024" / "document.yaml", lake / "landed" / "literature" / "examplinib_2024")
    run(lake, say=lambda _: None)
    return lake


def _draw_all(browser: Browser, address: str, pictures: tuple[Picture, ...]) -> None:
    for picture in pictures:
        _draw(browser, address, picture)


def _draw(browser: Browser, address: str, picture: Picture) -> None:
    for scheme in SCHEMES:
        size = {"width": 1200, "height": picture.height}
        page = browser.new_page(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
        page.set_default_timeout(PATIENCE_SECONDS * 1000)
        page.goto(address + picture.place)
        if picture.press:
            page.get_by_role("button", name=picture.press).click()
        page.get_by_text(picture.shows).filter(visible=True).first.wait_for()
        page.wait_for_timeout(REST_MILLISECONDS)
        page.screenshot(path=HERE / f"{picture.name}_{scheme}.png", animations="disabled")
        page.close()


@contextmanager
def _served(command: str, lake: Path) -> Iterator[str]:
    """The address at which the command serves the lake; the server and what it started are stopped afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = [*PROGRAM, command, "--lake", str(lake), "--port", str(port)]
    with tempfile.NamedTemporaryFile("r+") as said:
        server = subprocess.Popen(program, start_new_session=True, stdout=said, stderr=said)  # noqa: S603
        try:
            _wait_for(port)
            yield _printed_address(Path(said.name).read_text(), port)
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _printed_address(said: str, port: int) -> str:
    """The address that the command printed, which at the desk holds a token."""
    found = re.search(rf"http://127\.0\.0\.1:{port}[^\s)]*", said)
    return found[0] if found else f"http://127.0.0.1:{port}"


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    raise TimeoutError(f"nothing answers on port {port}")


if __name__ == "__main__":
    main()
