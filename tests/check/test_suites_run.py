"""What running a suite answers: passes, failing rows by key, and errors that are never passes."""

import polars as pl
import pytest

from safety_pipeline.check import judge
from safety_pipeline.check.expectations import Question, run_suites
from safety_pipeline.check.suites import (
    SuiteError,
    asked_rows,
    derived_suite,
    derived_suites,
    expectations,
    with_broken_values,
)
from safety_pipeline.tables.column import Column, Table

FRAME = pl.DataFrame({"id": ["a", "b", "c"], "grade": [1, 9, 7]})


def run(asked, frame, columns=None):
    (outcomes,) = run_suites([Question(asked, frame.lazy(), ["id"], columns or frame.columns)])
    return outcomes


def suite(kind, kwargs, severity="warning"):
    expectation = {
        "type": kind, "severity": severity, "kwargs": kwargs, "description": "d", "meta": {"check_name": "the_check"},
    }  # fmt: skip
    return {"name": "s", "asset": "stage/table", "expectations": [expectation]}


def test_a_promise_that_holds_passes_with_no_failing_row():
    (outcome,) = run(suite("expect_column_values_to_be_unique", {"column": "id"}), FRAME)
    assert (outcome.passed, outcome.n_failing, outcome.n_checked, outcome.failing_rows) == (True, 0, 3, [])


def test_a_broken_promise_names_its_failing_rows_by_key():
    kwargs = {"column": "grade", "max_value": 5}
    (outcome,) = run(suite("expect_column_values_to_be_between", kwargs), FRAME)
    assert (outcome.passed, outcome.n_failing, outcome.severity) == (False, 2, "warning")
    assert [row["id"] for row in outcome.failing_rows] == ["b", "c"]


def test_a_check_on_a_missing_column_is_a_critical_error_and_no_pass():
    (outcome,) = run(suite("expect_column_values_to_be_unique", {"column": "nope"}), FRAME)
    assert (outcome.passed, outcome.severity) == (False, "critical")
    assert outcome.error


def test_a_misspelt_expectation_is_refused():
    with pytest.raises(SuiteError, match="the_check"):
        run(suite("expect_column_valuez_to_be_unique", {"column": "id"}), FRAME)


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
    outcomes = run(derived, asked_rows(rows, TABLE, derived), stored)
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


PLANTED = pl.DataFrame(
    {
        "id": ["a", "b", "b", None, None],
        "grade": [1, 9, None, 7, 3],
        "least": [0, 2, 3, None, 5],
        "kind": ["x", "z", None, "y", "it causes"],
    }
)
KINDS = {
    "expect_column_values_to_be_between": {"column": "grade", "min_value": 2, "max_value": 7},
    "expect_column_values_to_be_in_set": {"column": "kind", "value_set": ["x", "y"]},
    "expect_column_values_to_not_match_regex": {"column": "kind", "regex": "(?i)\\bcauses\\b"},
    "expect_column_pair_values_a_to_be_greater_than_b": {
        "column_A": "grade", "column_B": "least", "or_equal": True, "ignore_row_if": "either_value_is_missing",
    },
    "expect_column_values_to_be_unique": {"column": "id"},
    "expect_compound_columns_to_be_unique": {"column_list": ["id", "kind"]},
    "expect_column_values_to_be_null": {"column": "kind"},
}  # fmt: skip


@pytest.mark.parametrize("repeated", [False, True], ids=["rows once", "rows twice"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_polars_counts_is_what_great_expectations_finds(kind, repeated):
    frame = (pl.concat([PLANTED, PLANTED]) if repeated else PLANTED).with_row_index("row")
    asked = suite(kind, KINDS[kind])
    plain = judge.verdict_on_rows(asked, expectations(asked)[0], frame, ["row"])
    ((counted,),) = run_suites([Question(asked, frame.lazy(), ["row"], frame.columns)])
    assert (counted.passed, counted.n_failing) == (plain.passed, plain.n_failing)
    assert [row["row"] for row in counted.failing_rows] == [row["row"] for row in plain.failing_rows][:10]


def test_a_finding_says_what_was_found_and_not_what_was_promised():
    asked = suite("expect_column_values_to_be_between", {"column": "grade", "max_value": 5})
    asked["expectations"][0]["meta"]["finding"] = "A grade above 5."
    (outcome,) = run(asked, FRAME)
    assert outcome.sentence == "2 of 3 rows: A grade above 5."


def test_every_derived_suite_is_critical():
    for each in derived_suites():
        names = [expectation["meta"]["check_name"] for expectation in each["expectations"]]
        assert "columns_as_declared" in names
        assert all(expectation["severity"] == "critical" for expectation in each["expectations"])
