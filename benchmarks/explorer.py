"""How soon the explorer draws: the first chart and each further choice, on a lake and on a million answers.

Run with `python benchmarks/explorer.py [LAKE [ROWS]]`, after `make run`. The marts of the lake are copied into tables
of so many rows; filling `safety.duckdb` with them is timed too. With a chromium, the times are those of its window.
"""

import multiprocessing
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import httpx
from playwright.sync_api import sync_playwright
from starlette.testclient import TestClient

from safety_pipeline.explore.app import application
from safety_pipeline.explore.serve import serve
from safety_pipeline.publish.database import write_database
from safety_pipeline.tables.published import PUBLIC_TABLES

MARTS = ("mart_incidence_by_arm", "mart_incidence_by_dose")
# Ids stay unique, as the keys of the tables ask for.
COPIED = """
    COPY (
        SELECT m.* REPLACE (
            concat(m.drug, CASE WHEN i > 0 THEN concat(' ', i % 3000) ELSE '' END) AS drug,
            concat(m.{id}, CASE WHEN i > 0 THEN concat('-', i) ELSE '' END) AS {id}
        )
        FROM read_parquet('{file}') AS m, range({copies}) AS t(i)
    ) TO '{target}'
"""
FIRST = ("/dose?drug=imatinib", "/dose?drug=imatinib&concept=rash", "/coverage?drug=imatinib", "/compare?drug=imatinib")
CHOICES = (("Event", "Rash"), ("Event", "Haemorrhage"), ("Event", "Nausea"), ("Event", "Edema"))


def many(published: Path, target: Path, rows: int) -> float:
    """A published folder whose marts by arm and by dose hold so many rows; answers the seconds its database took."""
    folder = target / "releases" / "many"
    folder.mkdir(parents=True)
    files = {table: published / f"{table.name}.parquet" for table in PUBLIC_TABLES}
    for table in PUBLIC_TABLES:
        if table.name in MARTS:
            there = duckdb.sql(f"SELECT count(*) FROM read_parquet('{files[table]}')").fetchall()[0][0]
            target_file, copies = folder / f"{table.name}.parquet", max(1, rows // there)
            duckdb.sql(COPIED.format(id=table.key[0], file=files[table], copies=copies, target=target_file))
            files[table] = target_file
    (target / "latest").symlink_to("releases/many")
    return timed(lambda: write_database(folder / "safety.duckdb", files))


def timed(what: Callable[[], object]) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


def answer(published: Path) -> None:
    """Print the seconds of processor that each answer takes, which a busy machine does not change."""
    with TestClient(application(published), base_url="http://127.0.0.1") as client:
        for place in FIRST:
            started = time.process_time()
            size = len(client.get(place).content) // 1000
            print(f"  answer {place:39} {time.process_time() - started:6.3f} s of processor, {size} kB")


def explore(published: Path, port: int) -> None:
    """The explorer as its command serves it, in a process of its own."""
    serve(application(published), port)


def measure(published: Path) -> None:
    """Print the seconds of each first page and of each choice on it."""
    answer(published)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = multiprocessing.get_context("spawn").Process(target=explore, args=(published, port), daemon=True)
    server.start()
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address)
        if chromium := shutil.which("chromium") or shutil.which("chromium-browser"):
            in_a_window(chromium, address)
    finally:
        server.terminate()


def wait_for(address: str) -> None:
    for _ in range(300):
        try:
            httpx.get(f"{address}/static/style.css")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return


def in_a_window(chromium: str, address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}/releases")
        for place in FIRST:
            print(f"  first chart {place:34} {timed(lambda place=place: page.goto(address + place)):6.3f} s")
        page.goto(address + FIRST[0])
        for label, value in CHOICES:
            seconds = timed(lambda label=label, value=value: chosen(page, label, value))
            print(f"  redraw, {label} {value:32} {seconds:6.3f} s")
        browser.close()


def chosen(page, label: str, value: str) -> None:
    page.get_by_label(label).fill(value)
    page.get_by_label(label).press("Enter")
    page.locator("h1", has_text=value).wait_for()


def main() -> None:
    lake = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "data_lake"
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    print(f"{lake}, as it is")
    measure(lake / "published")
    with tempfile.TemporaryDirectory() as folder:
        seconds = many(lake / "published" / "latest", Path(folder), rows)
        size = (Path(folder) / "latest" / "safety.duckdb").stat().st_size / 1e6
        print(f"{2 * rows:,} rows of marts; safety.duckdb filled in {seconds:.1f} s, {size:.0f} MB")
        measure(Path(folder))


if __name__ == "__main__":
    main()
