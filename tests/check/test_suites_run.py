"""What running a suite answers: passes, failing rows by key, and errors that are never passes."""

import polars as pl
import pytest

from safety_pipeline.check.expectations import run_suite
from safety_pipeline.check.suites import SuiteError, as_asked, derived_suite, derived_suites, with_broken_values
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


ROWS = pl.LazyFrame({"id": ["a", None, "c"], "grade": [1, 6, None], "kind": ["x", "z", "y"]})


def test_broken_values_name_what_each_row_breaks():
    answered = with_broken_values(ROWS, TABLE).collect()["broken_values"].to_list()
    assert answered == ["", "id is missing; grade is above 5; kind is not in its list", ""]


def passed(rows):
    """The answers to the derived suite of the table, by the name of the check."""
    derived = derived_suite(TABLE)
    stored = [*rows.collect_schema().names(), "broken_values"]
    outcomes = run_suite(derived, as_asked(rows, TABLE, derived).collect(), key=TABLE.key, columns=stored)
    return {outcome.check_name: outcome.passed for outcome in outcomes}


def test_a_stored_table_is_asked_for_its_columns_its_key_and_its_values():
    sound = ROWS.filter(pl.col("id").is_not_null())
    assert passed(sound) == {"columns_as_declared": True, "key_is_unique": True, "values_as_declared": True}
    assert not passed(pl.concat([sound, sound]))["key_is_unique"]
    assert not passed(ROWS)["values_as_declared"]


@pytest.mark.parametrize(
    "changed",
    [ROWS.drop("grade"), ROWS.with_columns(more=1), ROWS.select("grade", "id", "kind")],
    ids=["one is missing", "one too many", "in another order"],
)
def test_a_table_with_other_columns_than_declared_does_not_pass(changed):
    assert not passed(changed.filter(pl.col("id").is_not_null()))["columns_as_declared"]


def test_a_table_without_its_key_passes_neither_for_its_columns_nor_for_its_key():
    answers = passed(ROWS.drop("id"))
    assert (answers["columns_as_declared"], answers["key_is_unique"]) == (False, False)


def test_only_what_a_derived_suite_looks_into_is_handed_over():
    assert as_asked(ROWS, TABLE, derived_suite(TABLE)).collect().columns == ["id", "broken_values"]
    asking = suite("expect_column_values_to_be_between", {"column": "grade", "max_value": 5})
    assert as_asked(ROWS, TABLE, asking).collect().columns == ["id", "grade", "kind", "broken_values"]


def test_every_derived_suite_is_critical():
    for each in derived_suites():
        names = [expectation["meta"]["check_name"] for expectation in each["expectations"]]
        assert "columns_as_declared" in names
        assert all(expectation["severity"] == "critical" for expectation in each["expectations"])
