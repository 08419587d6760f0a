"""The setting that suppresses small cells: where it is stated, and that nothing small is published with it."""

import pytest
from packages import ADSL, adae, package, tables

from safety_pipeline.ingest.cdisc.smallest_cell import VARIABLE

NAUSEA = adae("a | 1 | x | Nausea | 1 | Y | 1")


def smallest(folder, monkeypatch, study=None, environment=None):
    if environment is not None:
        monkeypatch.setenv(VARIABLE, environment)
    found = tables(package(folder, adsl=ADSL, adae=NAUSEA, **({"study": study} if study else {})))
    return found["source_table"]["min_cell"].to_list()


@pytest.mark.parametrize(
    ("study", "environment", "expected"),
    [
        (None, None, None),
        ("min_cell: 5", None, 5),
        (None, "7", 7),
        ("min_cell: 5", "7", 7),
        ("min_cell: 11", "7", 11),
        ("min_cell: 5", " ", 5),
    ],
)
def test_the_larger_of_study_yaml_and_the_environment_counts(tmp_path, monkeypatch, study, environment, expected):
    assert smallest(tmp_path / "s", monkeypatch, study, environment) == [expected]


@pytest.mark.parametrize("said", ["2", "-5", "five", "5.5", "0", "10000000000", "٥"])
def test_a_setting_that_cannot_be_read_refuses_the_package_rather_than_show_small_cells(tmp_path, monkeypatch, said):
    monkeypatch.setenv(VARIABLE, said)
    found = tables(package(tmp_path / "s", adsl=ADSL, adae=NAUSEA))
    assert found["event"].is_empty()
    assert found["refusal"]["rule"].to_list() == ["setting_is_valid"]
    assert "whole number from 3" in found["refusal"]["explanation"][0]


def test_a_smallest_cell_of_two_is_refused_since_a_suppressed_cell_could_only_be_one(tmp_path):
    refusal = tables(package(tmp_path / "s", adsl=ADSL, adae=NAUSEA, study="min_cell: 2"))["refusal"]
    assert "greater than or equal to 3" in refusal["explanation"][0]
