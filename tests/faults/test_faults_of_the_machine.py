"""A full disk, a folder that cannot be made, a taken port: each is a sentence, and what was published stands."""

import os
import shutil
import socket
import subprocess
import sys

import pytest
from browsing import free_port
from click.testing import CliRunner
from lake_processes import change_a_title, command
from lakes import published

from safety_pipeline.cli import main
from safety_pipeline.orchestration.lakes import machine


def said(*arguments):
    answered = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert answered.exception is None or isinstance(answered.exception, SystemExit), answered.exception
    return answered.exit_code, " ".join(answered.output.split())


def test_a_lake_that_is_a_file_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "lake").write_text("not a folder")
    code, sentence = said("run", "--lake", tmp_path / "lake" / "below")
    assert code == 1
    assert "cannot be made: a part of this path is a file" in sentence


def test_a_lake_that_cannot_be_made_is_refused_in_a_sentence():
    code, sentence = said("run", "--lake", "/proc/no/lake")
    assert code == 1
    assert "The lake /proc/no/lake cannot be made" in sentence


@pytest.mark.parametrize("port_command", ["ui"])
def test_a_taken_port_is_told_before_anything_starts(tmp_path, port_command):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, sentence = said(port_command, "--lake", tmp_path, "--port", port)
    assert code == 1
    assert f"Port {port} is taken" in sentence


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("parquet: underlying IO error: No space left on device (os error 28)", "the disk is full"),
        ('IO Error: Could not write file "x.duckdb": No space left on device', "the disk is full"),
        ("attempt to write a readonly database", "this folder is read-only"),
    ],
    ids=["polars", "duckdb", "sqlite"],
)
def test_what_libraries_say_of_the_machine_is_understood(message, words):
    assert words in machine.sentence(RuntimeError(message))
    assert words in machine.advice_on(message)


def test_a_fault_of_the_program_is_no_fault_of_the_machine():
    assert machine.sentence(ValueError("columns differ")) is None
    assert not machine.is_of_the_machine(KeyError("No such column"))


@pytest.fixture
def small_disk(tmp_path):
    """A file system with little room; only root may make one."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("NO SMALL DISK: only root can mount one")
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=80m", "tmpfs", str(place)], check=False).returncode:
        pytest.skip("NO SMALL DISK: mounting is not allowed here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.faults
def test_a_full_disk_is_a_sentence_and_the_release_stands(shipped_lake, small_disk):
    lake = small_disk / "lake"
    # Without the history of runs, so that the lake fits.
    shutil.copytree(shipped_lake, lake, symlinks=True, ignore=shutil.ignore_patterns(".dagster"))
    before = published(lake, "dim_document")
    change_a_title(lake, 1)
    free = shutil.disk_usage(small_disk).free
    (small_disk / "filler").write_bytes(b"x" * max(0, free - 300_000))
    code, sentence = command("run", "--lake", lake)
    assert code == 1
    assert "the disk is full" in sentence
    assert "Traceback" not in sentence
    assert published(lake, "dim_document").equals(before)
    (small_disk / "filler").unlink()
    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    code, sentence = command("run", "--lake", lake)
    assert code == 0, sentence
    assert "Edition 1" in published(lake, "dim_document")["title"]


@pytest.mark.parametrize("code", [0, 1])
def test_a_page_that_ends_by_itself_is_told_whatever_its_exit_code(tmp_path, monkeypatch, code):
    ending = [sys.executable, "-c", f"raise SystemExit({code})"]
    started = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda _command, **options: started(ending, **options))
    answered, sentence = said("ui", "--lake", tmp_path, "--port", free_port())
    assert answered == 1
    assert f"The Dagster UI ended by itself (exit code {code})" in sentence
