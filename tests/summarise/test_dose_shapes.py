"""Three doses and more of one drug: the shape over dose that randomised trials show."""

import pytest
from printed_tables import Printed

from safety_pipeline.summarise.comparisons.dose_shapes import dose_shape


def three_doses(affected=(10, 20, 30), **known):
    printed = Printed().document("A").table()
    for dose, n in zip((200, 400, 800), affected, strict=True):
        printed.arm(f"A.{dose}", float(dose), 100, **known).cell(f"A.{dose}", "Edema", "any", n)
    return printed


def rows(printed):
    return dose_shape(printed.contrasts().lazy(), printed.sources().arm).collect()


def test_each_shape_has_a_row_and_one_is_chosen():
    found = rows(three_doses())
    assert sorted(found["shape"]) == ["emax", "flat", "linear", "log_linear"]
    assert found["is_chosen"].sum() == 1
    described = found.select("k_trials", "n_doses", "dose_low", "dose_high", "n_at_risk", "trial_ids").unique().rows()
    assert described == [(1, 3, 200.0, 800.0, 300, "A")]


def test_trials_of_two_doses_each_compare_three_together():
    printed = Printed()
    for name, doses in (("A", (200, 400)), ("B", (400, 800))):
        printed.document(name).table()
        for dose in doses:
            printed.arm(f"{name}.{dose}", float(dose), 100).cell(f"{name}.{dose}", "Edema", "any", dose // 20)
    assert rows(printed).select("k_trials", "n_doses", "trial_ids").unique().rows() == [(2, 3, "A; B")]


@pytest.mark.parametrize(
    "printed",
    [
        Printed().document("A").table().arm("A.4", 400.0, 50).cell("A.4", "Edema", "any", 5).arm("A.8", 800.0, 50)
        .cell("A.8", "Edema", "any", 9),
        three_doses(may_overlap=True),
    ],
    ids=["two doses", "periods of the same patients"],
)  # fmt: skip
def test_without_three_doses_that_are_compared_there_is_no_shape(printed):
    assert rows(printed).is_empty()


def test_severe_counts_of_different_editions_share_no_shape():
    printed = Printed()
    for name, edition, doses in (("A", "CTC v2.0", (200, 400)), ("B", "CTCAE v4.03", (400, 800))):
        printed.document(name, grading_system=edition).table()
        for dose in doses:
            printed.arm(f"{name}.{dose}", float(dose), 100).cell(f"{name}.{dose}", "Edema", ">=3", dose // 20)
    assert rows(printed).filter(grade_band="severe").is_empty()


def test_nobody_affected_is_a_state():
    found = rows(three_doses((0, 0, 0)))
    assert found["state"].str.starts_with("not estimable").all()
    assert found["log_odds_ratio"].null_count() == 4
