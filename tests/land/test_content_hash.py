"""The hash of what is landed: another one for other bytes, whatever the file's time says."""

import hashlib
import os
import time

import pytest

from safety_pipeline.land import deliveries
from safety_pipeline.land.deliveries import content_hash


@pytest.fixture(autouse=True)
def _files_are_settled_at_once(monkeypatch):
    monkeypatch.setattr(deliveries, "_TICK_NS", 0)


def test_a_file_changed_under_its_old_size_and_time_has_another_hash(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("oedema,3")
    time.sleep(0.05)
    before, times = content_hash(file), file.stat()

    file.write_text("oedema,4")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    time.sleep(0.05)

    assert file.stat().st_size == times.st_size
    assert content_hash(file) != before


def test_a_file_that_nobody_touched_is_read_once(tmp_path, monkeypatch):
    read = []
    digest = hashlib.file_digest
    monkeypatch.setattr(deliveries.hashlib, "file_digest", lambda *asked: read.append(asked) or digest(*asked))
    file = tmp_path / "table.csv"
    file.write_text("oedema,3")
    time.sleep(0.05)

    assert content_hash(file) == content_hash(file)
    assert len(read) == 1


def test_a_file_written_a_moment_ago_is_read_each_time(tmp_path, monkeypatch):
    monkeypatch.setattr(deliveries, "_TICK_NS", 10_000_000_000)
    file = tmp_path / "table.csv"
    file.write_text("oedema,3")
    before = content_hash(file)

    file.write_text("oedema,4")

    assert content_hash(file) != before
