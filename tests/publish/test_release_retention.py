"""How many releases a lake keeps."""

import os

import pytest

from safety_pipeline.orchestration.assets.release import KEPT_VARIABLE, releases_kept
from safety_pipeline.publish.release import forget_older, make_release


def _with_a_file(target):
    (target / "x.txt").write_text("x")
    return {}


@pytest.fixture
def published(tmp_path):
    """Four releases, one a second, the last of them current."""
    for second, name in enumerate(["a", "b", "c", "d"]):
        folder = make_release(tmp_path, name, _with_a_file)
        os.utime(folder / "release.json", (second, second))
    return tmp_path


def kept(published):
    return sorted(folder.name for folder in (published / "releases").iterdir())


def test_the_newest_releases_stay(published):
    assert sorted(forget_older(published, 2)) == ["a", "b"]
    assert kept(published) == ["c", "d"]


def test_the_current_release_stays_though_it_is_the_oldest(published):
    make_release(published, "a", lambda _: {})
    forget_older(published, 2)
    assert kept(published) == ["a", "d"]
    assert (published / "x.txt").read_text() == "x"


@pytest.mark.parametrize(("said", "number"), [("", None), ("3", 3), ("0", None), ("many", None), ("-1", None)])
def test_all_are_kept_unless_a_number_is_set(monkeypatch, said, number):
    monkeypatch.setenv(KEPT_VARIABLE, said)
    assert releases_kept() == number
