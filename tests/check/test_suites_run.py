"""What running a suite answers: passes, failing rows by key, and errors that are never passes."""

import polars as pl
import pytest

from safety_pipeline.check.expectations import run_suite
from safety_pipeline.check.suites import SuiteError, broken_columns, derived_suites
from safety_pipeline.tables.column import Column, Table

FRAME = pl.DataFrame({"id": ["a", "b", "c"], "grade": [1, 9, 7]})


def suite(kind, kwargs, severity="warning"):
    expectation = {
        "type": kind, "severity": severity, "kwargs": kwargs, "description": "d", "meta": {"check_name": "the_check"},
    }  # fmt: skip
    return {"name": "s", "asset": "stage/table", "expectations": [expectation]}


def test_a_promise_that_holds_passes_with_no_failing_row():
    outcome = run_suite(suite("expect_column_values_to_be_unique", {"column": "id"}), FRAME, key=["id"])[0]
    assert (outcome.passed, outcome.n_failing, outcome.n_checked, outcome.failing_rows) == (True, 0, 3, [])


def test_a_broken_promise_names_its_failing_rows_by_key():
    kwargs = {"column": "grade", "max_value": 5}
    outcome = run_suite(suite("expect_column_values_to_be_between", kwargs), FRAME, key=["id"])[0]
    assert (outcome.passed, outcome.n_failing, outcome.severity) == (False, 2, "warning")
    assert [row["id"] for row in outcome.failing_rows] == ["b", "c"]


def test_a_check_on_a_missing_column_is_a_critical_error_and_no_pass():
    outcome = run_suite(suite("expect_column_values_to_be_unique", {"column": "nope"}), FRAME, key=["id"])[0]
    assert (outcome.passed, outcome.severity) == (False, "critical")
    assert outcome.error


def test_a_misspelt_expectation_is_refused():
    with pytest.raises(SuiteError, match="the_check"):
        run_suite(suite("expect_column_valuez_to_be_unique", {"column": "id"}), FRAME, key=["id"])


TABLE = Table(
    stage="stage",
    name="table",
    description="One row per thing.",
    columns=(
        Column("id", pl.String(), "The thing."),
        Column("grade", pl.Int64(), "Its grade.", nullable=True, minimum=1, maximum=5),
        Column("kind", pl.String(), "Its kind.", allowed=("x", "y")),
    ),
    key=("id",),
)


def test_broken_columns_name_what_each_row_breaks():
    rows = pl.DataFrame({"id": ["a", None, "c"], "grade": [1, 6, None], "kind": ["x", "z", "y"]})
    answered = rows.select(**broken_columns(TABLE))["broken_values"].to_list()
    assert answered == ["", "id is missing; grade is above 5; kind is not in its list", ""]


def test_every_derived_suite_is_critical():
    for each in derived_suites():
        names = [expectation["meta"]["check_name"] for expectation in each["expectations"]]
        assert "columns_as_declared" in names
        assert all(expectation["severity"] == "critical" for expectation in each["expectations"])
