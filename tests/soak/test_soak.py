"""Hundreds of deliveries of all kinds, one in ten broken, land while Dagster's daemon and sensor run on the lake."""

import json
import os
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass

import pytest
import soak_plot
from browsing import serving
from damage import is_broken, land
from lakes import REPOSITORY, published
from watched import Sample, growth, look, median_of_the_middle

from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.making.plan import plan

pytestmark = pytest.mark.soak
DELIVERIES = int(os.environ.get("SAFETY_SOAK_DELIVERIES", "500"))
MINUTES = float(os.environ.get("SAFETY_SOAK_MINUTES", "20"))
EVERY_SECONDS = 5.0
PATIENCE = 900
# Flat is: the median of the last third of the time is less than a tenth above that of the middle third; of open files,
# of which a daemon that waits has four, five more.
MOST_GROWTH, FEW_FILES = 0.1, 5
SEEN = REPOSITORY / "build" / "soak"
_RUNS = {"query": "{ runsOrError(limit: 25) { ... on Runs { results { runId status stepStats { stepKey } } } } }"}


@dataclass(frozen=True)
class Soaked:
    """A lake after its soak, and what was seen meanwhile."""

    lake: Lake
    samples: list[Sample]


@pytest.fixture(scope="module")
def soaked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("soak")
    lake = folder / "lake"
    lake.mkdir()
    samples, landed = [], []
    command = [sys.executable, "-m", "safety_pipeline", "ui", "--lake", lake]
    with serving(command, folder / "ui.log", seconds=180) as address:
        began, over = time.monotonic(), threading.Event()
        watcher = threading.Thread(target=watch, args=(address, began, over, samples))
        watcher.start()
        try:
            for number in range(DELIVERIES):
                land(lake, number)
                landed.append((time.monotonic() - began, number + 1))
                time.sleep(max(0.0, began + 60 * MINUTES * (number + 1) / DELIVERIES - time.monotonic()))
            wait_until_current(lake)
        finally:
            over.set()
            watcher.join()
            soak_plot.write(samples, landed, SEEN)
    history = sum(file.stat().st_size for file in (lake / ".dagster").rglob("*") if file.is_file())
    told = f"{soak_plot.numbers(samples)}\nDagster's history: {history / 1e6:.0f} MB\n"
    (SEEN / "soak.txt").write_text(told, encoding="utf-8")
    print(told)
    return Soaked(Lake(lake), samples)


def watch(address, began, over, samples):
    """A look every few seconds; somebody has the page of runs open too."""
    asked = urllib.request.Request(  # noqa: S310  (a page of this machine)
        f"{address}/graphql", json.dumps(_RUNS).encode(), {"Content-Type": "application/json"}
    )
    while not over.wait(EVERY_SECONDS):
        samples.extend(look(os.getpid(), began))
        with urllib.request.urlopen(asked, timeout=120) as answer:  # noqa: S310
            answer.read()


def wait_until_current(folder):
    until = time.monotonic() + PATIENCE
    while not plan(Lake(folder)).is_empty:
        assert time.monotonic() < until, f"{len(plan(Lake(folder)).stale_deliveries)} deliveries wait for the sensor"
        time.sleep(10)


def test_every_delivery_is_a_document_or_rejected(soaked):
    landed = set(soaked.lake.deliveries)
    assert len(landed) >= DELIVERIES - sum(map(is_broken, range(DELIVERIES)))
    documents = set(published(soaked.lake.folder, "dim_document")["delivery_id"])
    refused = set(published(soaked.lake.folder, "rejected")["delivery_id"])
    assert landed - documents - refused == set()
    assert len(documents) >= 0.8 * DELIVERIES


def test_no_whole_delivery_is_left_out(soaked):
    assert soaked.lake.left_out == {}


@pytest.mark.parametrize("role", ["daemon", "webserver", "code server"])
def test_memory_is_flat(soaked, role):
    assert growth([sample.memory_mb for sample in soaked.samples if sample.role == role]) < MOST_GROWTH


@pytest.mark.parametrize("role", ["daemon", "webserver", "code server"])
def test_open_files_are_flat(soaked, role):
    files = [sample.open_files for sample in soaked.samples if sample.role == role]
    assert growth(files) < MOST_GROWTH + FEW_FILES / median_of_the_middle(files)
