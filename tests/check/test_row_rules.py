"""Each row rule refuses or flags what it says, and nothing else; no row is ever lost."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_pipeline.check.delivery import checked_tables
from safety_pipeline.check.rules import RULES
from safety_pipeline.tables.harmonised import TOXICITY
from safety_pipeline.tables.ingested import REFUSAL
from safety_pipeline.tables.reference import DIM_TERM

ROW = {
    "toxicity_id": "d:1:r1:c2", "delivery_id": "d", "document_id": "doc", "trial_id": "T", "arm_id": "T.1",
    "table_label": "Table 1", "row_number": 1, "column_number": 2, "row_label": "Epistaxis", "column_role": "arm",
    "printed": "5 (25.0)", "percent_printed": 25.0, "percent_decimals": 1, "term_as_reported": "Epistaxis",
    "grading_system": "CTC v2.0", "match_kind": "exact", "source_category": "HEMORRHAGE", "source_term": "Epistaxis",
    "source_select_term": "", "is_composite": False, "grade_lower_reported": 1, "grade_upper_reported": 5,
    "grade_band_as_reported": "any", "grade_band": "any", "grade_counting": "unknown", "count_unit": "patients",
    "n_printed": 5, "n_affected_lower": 5, "n_affected_upper": 5, "n_at_risk": 20, "attribution": "related",
    "cell_status": "observed",
}  # fmt: skip
TERM = DIM_TERM.from_rows(
    [
        {
            "grading_system": "CTC v2.0",
            "category": "HEMORRHAGE",
            "term": "Epistaxis",
            "select_term": "",
            "grades_defined": "1345",
        }
    ]
)
GRADE_2 = {"grade_lower_reported": 2, "grade_upper_reported": 2, "grade_band_as_reported": "2", "grade_band": None}
SEVERE = {"grade_lower_reported": 3, "grade_upper_reported": 4, "grade_band_as_reported": "3-4", "grade_band": "severe"}


def check(*rows):
    """The three tables of `checked` from rows that differ from a sound one in the given values."""
    numbered = [{**ROW, "toxicity_id": f"d:1:r1:c{position}", **row} for position, row in enumerate(rows)]
    tables = checked_tables(TOXICITY.from_rows(numbered), REFUSAL.empty(), TERM)
    return {name: frame.collect() for name, frame in tables.items()}


def counts(n, at_risk=20, percent=None):
    return {
        "n_printed": n,
        "n_affected_lower": n,
        "n_affected_upper": n,
        "n_at_risk": at_risk,
        "percent_printed": percent,
    }


def test_a_sound_row_is_accepted_without_a_flag():
    tables = check({})
    assert tables["rejected"].height == 0
    assert tables["toxicity"]["flags"].to_list() == [None]


REFUSED = {
    "count_within_denominator": counts(21),
    "denominator_known": counts(5, at_risk=0),
    "count_not_negative": counts(-1),
    "bounds_ordered": {"n_affected_lower": 5, "n_affected_upper": 4},
    "percent_agrees_with_count": counts(5, percent=52.0),
}


@pytest.mark.parametrize(("rule", "values"), REFUSED.items())
def test_a_row_is_refused_by_exactly_the_rule_it_breaks(rule, values):
    tables = check(values)
    assert tables["rejected"]["rule"].to_list() == [rule]
    assert tables["toxicity"].height == 0


@pytest.mark.parametrize("percent", [25.0, 24.96, 25.04])
def test_a_percentage_within_its_rounding_is_no_contradiction(percent):
    assert check(counts(5, percent=percent))["rejected"].height == 0


@pytest.mark.parametrize(
    ("n", "at_risk", "percent", "decimals"), [(94, 238, 40.0, 0), (5, 20, 26.0, 0), (1, 30, 3.4, 1)]
)
def test_a_percentage_one_unit_off_is_flagged_and_its_count_kept(n, at_risk, percent, decimals):
    tables = check(counts(n, at_risk=at_risk, percent=percent) | {"percent_decimals": decimals})
    assert tables["rejected"].is_empty()
    assert tables["toxicity"]["flags"].to_list() == ["percent_one_unit_off"]


def test_a_refused_percentage_is_told_with_its_numbers():
    tables = check(counts(12, at_risk=40, percent=50.0) | {"percent_decimals": 0})
    told = tables["rejected"]["explanation"].item()
    assert "n = 12 of N = 40 is 30.0 %, printed is 50.0 %; it would fit N near 24." in told


def test_a_cut_percentage_is_flagged_and_its_count_kept():
    tables = check(counts(4, at_risk=46, percent=8.0) | {"percent_decimals": 0})  # 8.7 printed as 8
    assert tables["toxicity"]["flags"].to_list() == ["percent_is_rounded"]


def test_a_printed_zero_at_a_grade_that_does_not_exist_is_no_contradiction():
    assert check(GRADE_2 | counts(0))["rejected"].height == 0


def test_a_severe_count_above_the_any_grade_count_of_its_line_is_refused():
    tables = check(counts(5), SEVERE | counts(6))
    assert tables["rejected"].select("rule", "grade_band").rows() == [("severe_within_any", "severe")]


def test_rows_are_compared_in_their_document_and_all_keep_their_order():
    other = {"document_id": "other", "arm_id": "T.2"}
    tables = check(other | counts(1), counts(5), other | counts(2), SEVERE | counts(6), SEVERE | counts(4), other)
    assert tables["rejected"].select("rule", "toxicity_id").rows() == [("severe_within_any", "d:1:r1:c3")]
    assert tables["toxicity"]["toxicity_id"].to_list() == [f"d:1:r1:c{position}" for position in (0, 1, 2, 4, 5)]


def test_a_total_that_is_not_the_sum_of_its_arms_is_refused_and_the_arms_are_flagged():
    total = {"column_role": "total", "arm_id": None}
    tables = check(counts(5), counts(6) | {"arm_id": "T.2"}, total | counts(12, at_risk=40))
    assert tables["rejected"]["rule"].to_list() == ["total_is_sum_of_arms"]
    assert tables["toxicity"]["flags"].to_list() == ["arms_add_to_total"] * 2


def test_two_rows_with_one_id_are_both_refused():
    tables = check({"toxicity_id": "same"}, {"toxicity_id": "same"})
    assert tables["rejected"]["rule"].to_list() == ["unique_id", "unique_id"]


def test_an_unknown_term_keeps_its_row_with_a_flag():
    unknown = {"match_kind": "unmatched", "source_term": None, "source_category": None, "source_select_term": None}
    assert check(unknown)["toxicity"]["flags"].to_list() == ["term_is_mapped"]


def test_every_rule_has_an_audit_row_even_where_nothing_failed():
    audited = set(check({})["audit"]["rule"])
    assert audited >= {rule.name for rule in RULES}


numbers = st.one_of(st.none(), st.integers(-3, 40))
broken_rows = st.lists(
    st.fixed_dictionaries(
        {
            "n_printed": numbers,
            "n_affected_lower": numbers,
            "n_affected_upper": numbers,
            "n_at_risk": numbers,
            "percent_printed": st.one_of(st.none(), st.floats(0, 120)),
            "toxicity_id": st.sampled_from(["a", "b", "c", "d"]),
            "column_role": st.sampled_from(["arm", "total"]),
        }
    ),
    max_size=6,
)


@given(broken_rows)
def test_accepted_and_refused_rows_together_are_the_rows_that_came_in(rows):
    tables = check(*rows)
    accounted = tables["audit"].filter(rule="every_row_is_accounted_for")
    assert accounted["n_failing"].sum() == 0
    refused = tables["rejected"]["toxicity_id"].to_list()
    kept = tables["toxicity"]["toxicity_id"].to_list()
    assert {row["toxicity_id"] for row in rows} == set(refused) | set(kept)
    assert pl.Series(kept).n_unique() == len(kept)


THREE = {"grade_lower_reported": 3, "grade_upper_reported": 3, "grade_band_as_reported": "3", "grade_band": None}
FROM_THREE = THREE | {"grade_upper_reported": 5, "grade_band_as_reported": ">=3", "grade_band": "severe"}
AT_WORST = {"grade_counting": "worst"}


def test_grade_columns_that_no_patients_satisfy_are_flagged_and_kept():
    # Three patients at grade 3 cannot be one patient at grade 3 or worse.
    tables = check(counts(8), THREE | counts(3), FROM_THREE | counts(1))
    assert tables["rejected"].height == 0
    assert tables["toxicity"]["flags"].to_list() == ["grade_columns_agree"] * 3


def test_columns_add_up_only_where_each_patient_is_counted_once():
    mild = {"grade_lower_reported": 1, "grade_upper_reported": 2, "grade_band_as_reported": "1-2", "grade_band": None}
    printed = (counts(10), mild | counts(8), FROM_THREE | counts(5))
    assert check(*printed)["toxicity"]["flags"].to_list() == [None] * 3
    at_worst = check(*(AT_WORST | row for row in printed))
    assert at_worst["toxicity"]["flags"].to_list() == ["grade_columns_agree"] * 3


def test_the_severe_count_of_another_event_of_the_line_is_no_contradiction():
    # Grades in lines under one label: the line names another event than the one above it.
    tables = check(counts(5), SEVERE | counts(6) | {"term_as_reported": "Vomiting"})
    assert tables["rejected"].height == 0


def test_a_grade_that_the_edition_lacks_is_counted_as_printed_and_flagged():
    tables = check(GRADE_2 | counts(5))
    assert (tables["rejected"].height, tables["toxicity"]["flags"].to_list()) == (0, ["grade_exists_in_edition"])
