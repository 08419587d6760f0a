"""Of thousands of drugs those with the most patients are printed, each with all of its rows."""

import polars as pl

from safety_pipeline.publish.largest import left_out, of_largest_drugs

ROWS = pl.DataFrame(
    [
        ("edema", "aaa", 20),
        ("edema", "bbb", 500),
        ("edema", "ccc", 90),
        ("rash", "aaa", 20),
        ("rash", "bbb", None),
        ("rash", "ccc", 90),
    ],
    schema=["concept", "drug", "n_at_risk"],
    orient="row",
)


def drugs(rows):
    return rows["drug"].to_list()


def test_few_rows_are_all_shown_and_nothing_is_said():
    assert of_largest_drugs(ROWS, 6).equals(ROWS)
    assert left_out(ROWS, ROWS, "incidence_by_dose") == []


def test_of_many_the_drugs_with_the_most_patients_are_shown_in_the_order_of_the_rows():
    assert drugs(of_largest_drugs(ROWS, 5)) == ["bbb", "ccc", "bbb", "ccc"]
    assert drugs(of_largest_drugs(ROWS, 3)) == ["bbb", "bbb"]


def test_a_drug_with_more_rows_than_fit_is_cut():
    assert drugs(of_largest_drugs(ROWS, 1)) == ["bbb"]


def test_rows_of_no_known_drug_are_a_group_like_the_others():
    nameless = ROWS.with_columns(drug=pl.when(pl.col("drug") != "bbb").then("drug"))
    assert drugs(of_largest_drugs(nameless, 2)) == [None, None]


def test_what_is_left_out_is_counted_and_says_how_to_ask():
    assert left_out(ROWS, of_largest_drugs(ROWS, 3), "incidence_by_dose") == [
        "... and 4 more in incidence_by_dose; shown is 1 of 3 drugs, those with the most patients. "
        "Ask with --drug or --concept."
    ]
