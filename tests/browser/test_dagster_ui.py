"""The real Dagster UI in a real browser: the graph, a run started by hand, a check's failing rows, the columns."""

import sys
import time

import httpx
import pytest
from browsing import PATIENCE, chromium, serving
from lakes import lake_with_shipped_documents
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """`safety-pipeline ui` on a lake of its own, in a process group of its own."""
    chromium()
    lake = lake_with_shipped_documents(tmp_path_factory.mktemp("ui") / "lake")
    command = [sys.executable, "-m", "safety_pipeline", "ui", "--lake", str(lake)]
    with serving(command, lake.parent / "ui.log") as address:
        yield address


@pytest.fixture(scope="module")
def page(chrome, address):
    opened = chrome.new_page(viewport={"width": 1500, "height": 1000})
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


RUNS = "{runsOrError(limit: 10) {... on Runs {results {jobName status}}}}"


def finished_run(address: str, job: str) -> None:
    """Wait until the newest run of the job has succeeded; only a person starts `summary_job`."""
    for _ in range(120):
        results = httpx.post(f"{address}/graphql", json={"query": RUNS}).json()["data"]["runsOrError"]["results"]
        statuses = [run["status"] for run in results if run["jobName"] == job]
        if statuses and statuses[0] in ("SUCCESS", "FAILURE"):
            assert statuses[0] == "SUCCESS"
            return
        time.sleep(1)
    pytest.fail(f"no finished run of {job}")


def test_the_sensor_brings_a_new_lake_up_to_date_by_itself(address):
    finished_run(address, "main_job")


def test_the_graph_shows_the_six_groups(page, address):
    page.goto(f"{address}/asset-groups")
    for group in ("landed", "ingested", "harmonised", "checked", "summarised", "published"):
        expect(page.get_by_text(group, exact=True).first).to_be_visible()


def test_materialize_all_has_the_landed_deliveries_ready(page, address):
    page.goto(f"{address}/asset-groups")
    page.get_by_role("button", name="Materialize all").first.click()
    page.get_by_role("button", name="All", exact=True).click()
    expect(page.get_by_text("5 partitions", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Launch backfill")).to_be_enabled()
    page.get_by_role("button", name="Cancel").click()


def test_a_run_started_by_hand_succeeds(page, address):
    page.goto(f"{address}/locations/safety_pipeline/jobs/summary_job")
    page.get_by_role("button", name="Materialize all").first.click()
    finished_run(address, "summary_job")


def test_a_check_shows_its_failing_rows(page, address):
    page.goto(f"{address}/assets/checked/checked_audit?view=checks&checkDetail=edition_is_known")
    expect(page.get_by_text("literature.melanoma_high_dose_2006").first).to_be_visible()
    expect(page.get_by_text("2 of 251 rows").first).to_be_visible()


def test_the_timeline_shows_the_runs(page, address):
    page.goto(f"{address}/overview/activity/timeline")
    expect(page.get_by_text("main_job").first).to_be_visible()


def test_whether_each_delivery_was_read_is_a_check_of_the_deliveries(page, address):
    page.goto(f"{address}/assets/landed/delivery?view=checks")
    expect(page.get_by_text("deliveries_are_read").first).to_be_visible()


def test_a_table_shows_what_its_columns_mean(page, address):
    page.goto(f"{address}/assets/summarised/summarised_incidence_by_arm?view=overview")
    expect(page.get_by_text("One row per trial, arm, concept, grade band and attribution").first).to_be_visible()
    expect(page.get_by_text("Most patients with at least one event that the source allows.").first).to_be_visible()


def test_the_page_asks_no_other_machine(page, address):
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    page.goto(f"{address}/assets/summarised/summarised_incidence_by_arm?view=overview")
    page.wait_for_timeout(3000)
    assert asked == {address.removeprefix("http://")}
