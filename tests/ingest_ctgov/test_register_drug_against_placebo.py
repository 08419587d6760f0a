"""Drug against placebo on a register record, by numbers read off the record and worked out in R."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from lakes import bring_up_to_date, published

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def edema(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """The comparison of peripheral oedema in NCT00158600, alglucosidase alfa against placebo.

    The record (lines 1931 to 1933) gives 10 of 60 and 3 of 30 among its other events, at a threshold of 0 %, and a
    group "Total" of 90; no line of its serious events names peripheral oedema.
    """
    lake = tmp_path_factory.mktemp("register") / "lake"
    (lake / "landed" / "ctgov").mkdir(parents=True)
    shutil.copy(shared / "samples" / "ctgov_v1_xml" / "NCT00158600.xml", lake / "landed" / "ctgov")
    assert bring_up_to_date(lake).faults == ()
    return published(lake, "arm_contrast").filter(row_label="Oedema peripheral")


def test_the_record_holds_one_pair_of_arms_and_its_total_is_none(edema):
    counts = ("n_affected", "n_at_risk", "n_affected_comparator", "n_at_risk_comparator")
    assert edema.select("comparison", "drug", "comparator_drug", *counts).unique().rows() == [
        ("drug_against_placebo", "alglucosidase alfa", "placebo", 10, 60, 3, 30)
    ]


@pytest.mark.parametrize(
    ("measure", "estimate", "lower", "upper"),
    [
        # 10/60 - 3/30, Newcombe's limits from the two Wilson intervals (9.31 to 28.0 % and 3.46 to 25.6 %).
        ("risk_difference", 0.066667, -0.105987, 0.197790),
        # fisher.test of R: the conditional odds ratio with its exact limits.
        ("odds_ratio", 1.789, 0.41259, 10.9696),
    ],
)
def test_the_measures_are_those_worked_out_by_hand(edema, measure, estimate, lower, upper):
    row = edema.filter(measure=measure).row(0, named=True)
    assert (row["estimate"], row["ci_lower"], row["ci_upper"]) == pytest.approx((estimate, lower, upper), rel=2e-3)


def test_the_risk_ratio_is_the_ratio_of_the_shares(edema):
    assert edema.filter(measure="risk_ratio")["estimate"].item() == pytest.approx((10 / 60) / (3 / 30))


def test_the_exact_p_value_is_that_of_r(edema):
    assert edema["p_value"].to_list() == pytest.approx([0.53161] * 3, abs=1e-4)
