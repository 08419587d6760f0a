"""What a mart draws and says of each kind of knowledge, on rows made by hand."""

import lakes
import polars as pl
import pytest

from safety_pipeline.publish.marts import bridges, incidence
from safety_pipeline.publish.marts.comparison import difference_label
from safety_pipeline.publish.marts.names import stable_id
from safety_pipeline.tables import marts, published, summarised
from safety_pipeline.tables.reference import DIM_CONCEPT

CONCEPTS = DIM_CONCEPT.from_rows([{"concept": "edema", "label": "Edema", "definition": "d", "is_headline": True}])
DOSE = {
    "concept": "edema",
    "drug": "imatinib",
    "dose_mg_per_day": 400.0,
    "grade_band": "any",
    "attribution": "related",
    "stratum": "all",
    "grading_systems": "CTC v2.0",
    "method": "single_trial",
    "is_default": True,
    "k_trials": 1,
    "k_bounded": 0,
    "trial_ids": "A",
}
BOUNDS = {"method": "bounds", "k_trials": 0, "k_bounded": 1}


def counts(lower, upper, at_risk):
    return {"n_affected_lower": lower, "n_affected_upper": upper, "n_at_risk": at_risk}


def by_dose(**facts):
    rows = summarised.INCIDENCE_BY_DOSE.from_rows([{**DOSE, **facts}])
    return incidence.mart_incidence_by_dose(rows, CONCEPTS).collect()


@pytest.mark.parametrize(
    ("facts", "kind", "label", "ends"),
    [
        (
            {**counts(52, 52, 73), "incidence": 52 / 73, "ci_lower": 0.6, "ci_upper": 0.803},
            "point",
            "52/73, 71.2 % (60.0 to 80.3)",
            (0.6, 0.803),
        ),
        (BOUNDS | counts(0, 3, 73), "bounds", "0 to 3 of 73, between 0.0 and 4.1 %", (0, 3 / 73)),
        (BOUNDS | counts(0, 0, 15), "bounds", "0/15, 0.0 %", (0, 0)),
        (BOUNDS | counts(2, 20, 20), "at_least", "at least 2 of 20, 10.0 % or more", (0.1, 1)),
        (BOUNDS | counts(0, 20, 20), "not_known", "not known", (None, None)),
        (BOUNDS | counts(0, 0, 0), "not_known", "not known", (None, None)),
        ({"method": "not_estimable", "k_trials": 0}, "not_known", "not known", (None, None)),
    ],
)
def test_what_is_drawn_and_said_of_a_dose(facts, kind, label, ends):
    row = by_dose(**facts).to_dicts()[0]
    assert (row["value_kind"], row["label"]) == (kind, label)
    assert (row["value_lower"], row["value_upper"]) == pytest.approx(ends)
    assert (row["value"] is None) == (kind != "point")


@pytest.mark.parametrize(
    ("lower", "upper", "label"),
    [(0.294, 0.712, "2 trials from 29.4 to 71.2 %"), (0.5, 0.5, "2 trials, each 50.0 %")],
)
def test_a_range_of_trials_is_no_interval_and_no_value(lower, upper, label):
    row = by_dose(method="trial_range", k_trials=2, range_lower=lower, range_upper=upper).to_dicts()[0]
    assert (row["value_kind"], row["value"], row["label"]) == ("range_of_trials", None, label)


def test_patients_of_two_trials_are_called_a_crude_total():
    assert by_dose(method="trial_range", k_trials=2, **counts(57, 57, 90))["patients"].to_list() == ["57/90 crude"]


def test_only_the_row_to_show_first_over_all_diseases_is_in_the_mart():
    rows = [DOSE, {**DOSE, "is_default": False, "method": "crude_total"}, {**DOSE, "stratum": "GIST"}]
    table = summarised.INCIDENCE_BY_DOSE.from_rows(rows)
    assert incidence.mart_incidence_by_dose(table, CONCEPTS).collect().height == 1


def test_an_id_is_the_same_in_every_release():
    rows = pl.DataFrame({"concept": ["edema"], "dose_mg_per_day": [400.0], "arm_id": [None]})
    assert rows.select(stable_id(["concept", "dose_mg_per_day", "arm_id"])).item() == "bb4a0b80e5c308ec"


def test_a_list_of_cells_becomes_one_line_a_cell():
    rows = pl.LazyFrame({"incidence_id": ["a", "b"], "toxicity_ids": ["x; y", None]})
    assert bridges.bridge_incidence_toxicity(rows).collect().rows() == [("a", "x"), ("a", "y")]


def test_every_text_that_says_when_it_is_null_may_be_null():
    columns = [column for table in published.PUBLIC_TABLES for column in table.columns]
    assert [each.name for each in columns if "; null " in each.description and not each.nullable] == []


def test_every_number_of_a_mart_says_whether_it_may_be_added_up():
    numbers = [column for mart in marts.MARTS for column in mart.columns if column.dtype.is_numeric()]
    assert {column.additivity for column in numbers} == {"never"}


@pytest.mark.parametrize(
    ("figures", "label"),
    [
        ((0.058, -0.083, 0.197), "+5.8 percentage points (−8.3 to +19.7)"),
        ((None, -0.083, 0.197), "within −8.3 to +19.7 percentage points"),
        ((None, None, None), "not estimable"),
    ],
)
def test_a_difference_is_a_figure_or_the_limits_of_its_bounds_or_nothing(figures, label):
    names = ("risk_difference", "risk_difference_lower", "risk_difference_upper")
    rows = pl.DataFrame([figures], schema=dict.fromkeys(names, pl.Float64), orient="row")
    assert rows.select(difference_label()).item() == label


def test_texts_for_people_have_a_minus_sign_and_no_hyphen_before_a_number(shipped_lake):
    texts = {"signal": ("basis",), "mart_signal": ("label", "basis"), "mart_comparison": ("label",)}
    for table, names in texts.items():
        rows = lakes.published(shipped_lake, table)
        for name in names:
            assert rows.filter(pl.col(name).str.contains(r"[ (]-\d")).height == 0, (table, name)
            assert rows.filter(pl.col(name).str.contains(r"[ (]?−\d")).height > 0, (table, name)
