"""Runs killed at random moments, and readers that hold the database open while releases replace it."""

import os
import random
import signal
import subprocess
import sys
import time

import duckdb
import pytest
from lake_processes import change_a_title, start
from lakes import bring_up_to_date, published

pytestmark = pytest.mark.faults
KILLS = int(os.environ.get("SAFETY_KILLS", "3"))
PUBLISHES = int(os.environ.get("SAFETY_PUBLISHES", "2"))
READERS = 10


def what_is_said(lake):
    """The published answers that no change of a title touches."""
    rows = published(lake, "incidence_by_arm")
    return rows.sort(rows.columns, nulls_last=True)


def test_a_lake_survives_kills_at_random_moments(computed_lake):
    before = what_is_said(computed_lake)
    began = time.monotonic()
    change_a_title(computed_lake, 0)
    bring_up_to_date(computed_lake)
    longest = 1.5 * (time.monotonic() - began) + 3
    chosen = random.Random(20261128)  # noqa: S311  (moments, not secrets)
    for number in range(1, KILLS + 1):
        change_a_title(computed_lake, number)
        process = start("run", "--lake", computed_lake)
        time.sleep(chosen.uniform(0.2, longest))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert what_is_said(computed_lake).equals(before), number
        with duckdb.connect(str(computed_lake / "published" / "safety.duckdb"), read_only=True) as connection:
            ((n_rows,),) = connection.sql("select count(*) from incidence_by_arm").fetchall()
        assert n_rows == before.height
    assert bring_up_to_date(computed_lake).faults == ()
    assert f"Edition {KILLS}" in published(computed_lake, "dim_document")["title"]
    assert what_is_said(computed_lake).equals(before)
    assert not list(computed_lake.rglob(".tmp-*"))


READER = """
import sys, time
from pathlib import Path
import duckdb
place, stop, seen = sys.argv[1], Path(sys.argv[2]), set()
title = "select title from dim_document where document_id = 'gist_long_term_2008'"
while not stop.exists():
    with duckdb.connect(place, read_only=True) as connection:
        first = connection.sql(title).fetchall()
        time.sleep(0.5)
        second = connection.sql(title).fetchall()
    if first != second:
        sys.exit(f"two releases at once: {first} {second}")
    seen.add(first[0][0])
print(len(seen))
"""


def test_readers_that_hold_the_database_open_see_one_release_each(computed_lake, tmp_path):
    """Each opens it, looks twice some time apart, and closes it, again and again while releases are published."""
    change_a_title(computed_lake, 0)
    bring_up_to_date(computed_lake)
    stop = tmp_path / "stop"
    reader = [sys.executable, "-c", READER, str(computed_lake / "published" / "safety.duckdb"), str(stop)]
    readers = [subprocess.Popen(reader, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(READERS)]
    for number in range(1, PUBLISHES + 1):
        change_a_title(computed_lake, number)
        assert bring_up_to_date(computed_lake).faults == ()
    stop.touch()
    answered = [each.communicate(timeout=120)[0].decode().strip() for each in readers]
    assert all(answer.isdigit() for answer in answered), answered
    assert max(int(answer) for answer in answered) > 1
