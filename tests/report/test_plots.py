"""The plots: each a function of a frame, equal bytes for equal frames, shapes that tell knowledge from its lack."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lakes import published

from safety_pipeline.publish.plots import plots_for
from safety_pipeline.publish.plots.forest import MAX_LINES, forest
from safety_pipeline.publish.plots.forest_rows import SCHEMA, forest_rows, leading

LINE = {
    "drug": "imatinib",
    "dose_mg_per_day": 400.0,
    "attribution": "related",
    "part": 0,
    "label": "T.400",
    "kind": "estimate",
    "value": 0.2,
    "lower": 0.1,
    "upper": 0.4,
    "counts": "2/10",
    "shown": "20.0 % (10.0 to 40.0)",
    "note": "",
    "is_default": False,
}


def rows(*changes):
    return pl.DataFrame([{**LINE, **change} for change in changes], schema=SCHEMA)


@pytest.mark.parametrize("table", ["incidence_by_dose", "incidence_by_arm", "dose_contrast"])
def test_a_table_with_plots_gives_the_same_plots_twice(shipped_lake, table):
    frame = published(shipped_lake, table)
    plots = plots_for(table, frame)
    assert plots
    assert plots == plots_for(table, frame)
    assert all(plot.startswith("<svg") and plot.endswith("</svg>") for plot in plots.values())


@pytest.mark.parametrize("table", ["incidence_by_dose", "incidence_by_arm", "dose_contrast"])
def test_a_table_without_rows_has_no_plot(shipped_lake, table):
    assert plots_for(table, published(shipped_lake, table).head(0)) == {}


def test_other_tables_have_no_plot(shipped_lake):
    assert plots_for("coverage", published(shipped_lake, "coverage")) == {}


def test_bounds_are_hatched_and_intervals_are_not():
    bounds = {"kind": "bounds", "value": None, "lower": 0.0, "upper": 0.04}
    assert "<pattern" in forest(rows(bounds), "bounds")
    assert "<pattern" not in forest(rows({}), "interval")


def test_an_unknown_count_is_written_not_drawn():
    unknown = {"kind": "unknown", "value": None, "lower": None, "upper": None, "shown": "not known: not tabulated"}
    plot = forest(rows(unknown), "unknown")
    assert "not known: not tabulated" in plot
    assert "· not known ·" in " ".join(plot.replace("\xa0", " ").split())


def test_a_long_plot_says_how_many_lines_it_leaves_out():
    many = rows(*({"label": f"T{number}.400"} for number in range(MAX_LINES + 9)))
    assert "10 further lines are in the table below." in forest(many, "many")


def test_a_plot_of_the_first_lines_only_says_so():
    many = rows(*({"label": f"T{number}.400"} for number in range(9)))
    assert "Further lines are in the table." in forest(many.head(5), "cut", is_cut=True)
    assert "urther lines" not in forest(many.head(5), "whole")


@given(st.text(max_size=30))
@settings(max_examples=25, deadline=None)
def test_any_label_can_be_drawn(label):
    plot = forest(rows({"label": label, "drug": label}), label)
    assert plot.count("<svg") == 1
    assert "<script" not in plot


def test_a_count_of_the_listed_terms_is_not_drawn_as_one_of_the_concept():
    arm = {
        "arm_id": "T.400", "trial_id": "T", "drug": None, "dose_mg_per_day": 400.0, "attribution": "related",
        "incidence": 0.0, "n_affected_lower": 0, "n_affected_upper": 0, "n_at_risk": 96, "ci_lower": 0.0,
        "ci_upper": 0.04, "concept_relation": "subset", "reporting_status": "derived_bounds", "reason": "",
        "grade_band": "any", "threshold_relation": None,
    }  # fmt: skip
    line = forest_rows(pl.DataFrame(schema={"stratum": pl.String}), pl.DataFrame([arm])).row(0, named=True)
    assert (line["kind"], line["value"], line["counts"]) == ("unknown", None, "0/96")
    assert line["shown"] == "not known: listed terms only"
    assert "drug not stated, 400 mg/day" in forest(pl.DataFrame([line], schema=SCHEMA), "part")


def test_of_many_doses_the_first_are_drawn_as_many_as_fill_the_lines():
    keys = {"drug": pl.String, "dose_mg_per_day": pl.Float64, "attribution": pl.String}
    arms = pl.DataFrame([("b", 50.0, "related"), ("a", None, "related"), ("a", 100.0, "related")], keys, orient="row")
    doses = arms.with_columns(stratum=pl.lit("all"))
    split = doses.with_columns(stratum=pl.lit("CTCAE v3.0"))
    shown_doses, shown_arms = leading(pl.concat([doses, split]), arms, 3)
    assert sorted(shown_arms["dose_mg_per_day"].fill_null(0)) == [0, 100]
    assert shown_arms["drug"].to_list() == ["a", "a"]
    assert shown_doses.height == 4
    assert leading(doses, arms, 2)[1]["dose_mg_per_day"].to_list() == [100]
