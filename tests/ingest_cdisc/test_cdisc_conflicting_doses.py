"""An arm whose label and records of exposure give different doses has neither, and its note names both."""

import pytest
from ingest_cdisc.packages import package, tables

AE = "USUBJID | AETERM\n a | x"
EXPOSURE = "USUBJID | EXTRT | EXDOSE | EXDOSU | EXDOSFRQ | EXSTDTC\n"


def _arm(folder, label, *given):
    dm = f"STUDYID | USUBJID | ARM | ACTARM | RFXSTDTC\n S | a | {label} | {label} | 2020-03-10"
    ex = EXPOSURE + "\n".join(f" a | Drug | {each} | 2020-03-{10 + at}" for at, each in enumerate(given))
    return tables(package(folder, dm=dm, ae=AE, ex=ex))["arm"].row(0, named=True)


@pytest.mark.parametrize(
    ("label", "given"),
    [
        ("Drug 100 mg QD", "200 | mg | QD"),
        ("Drug 100 mg", "200 | mg | QD"),
        ("Drug 100 mg QD", "200 | mg | "),
        ("Drug 100 mg QD", "100 | mg | BID"),
        ("Drug 100 mg QD", "0 | mg | QD"),
        ("Drug 100 mg QD", "1 | g | QD"),
    ],
)
def test_a_label_that_exposure_contradicts_gives_no_dose_and_a_note(tmp_path, label, given):
    row = _arm(tmp_path / "s", label, given)
    assert row["drug"] == "drug"
    assert row["dose_mg_per_day"] is None
    amount, unit = (part.strip() for part in given.split("|")[:2])
    assert "The label of the arm (100 mg" in row["dose_note"]
    assert f"its records of exposure ({amount} {unit}" in row["dose_note"]


@pytest.mark.parametrize(
    ("label", "given", "mg"),
    [
        ("Drug 100 mg QD", ["100 | mg | QD"], 100),
        ("Drug 100 mg QD", ["0.1 | g | QD"], 100),
        ("Drug 100 mg QD", ["50 | mg | BID"], 100),
        ("Drug 100 mg QD", ["50 | mg | "], 100),
        ("Drug 100 mg BID", ["100 | mg | "], 200),
        ("Drug 100 mg", ["100 | mg | BID"], 200),
        ("Drug 100 mg", ["50 | mg | BID"], 100),
        ("Drug 100 mg QD", ["2 | TABLET | QD"], 100),
        ("Drug 100 mg QD", ["100 | mg | QD", "50 | mg | QD"], 100),
    ],
)
def test_a_label_that_exposure_may_agree_with_keeps_its_dose(tmp_path, label, given, mg):
    assert _arm(tmp_path / "s", label, *given)["dose_mg_per_day"] == mg


def test_what_a_person_states_of_the_arm_settles_the_conflict(tmp_path):
    folder = tmp_path / "s"
    _arm(folder, "Drug 100 mg QD", "200 | mg | QD")
    (folder / "study.yaml").write_text("arms: [{arm: Drug 100 mg QD, dose_mg_per_day: 200}]\n", encoding="utf-8")
    assert tables(folder)["arm"]["dose_mg_per_day"].to_list() == [200]


def test_exposure_settles_a_label_that_only_joins_placebo_and_a_drug(tmp_path):
    dm = "STUDYID | USUBJID | ARM | ACTARM | RFXSTDTC\n S | a | Placebo - Drug | Placebo - Drug | 2020-03-10"
    ex = EXPOSURE + " a | Placebo | 0 | mg | QD | 2020-03-10"
    row = tables(package(tmp_path / "s", dm=dm, ae=AE, ex=ex))["arm"].row(0, named=True)
    assert row["drug"] == "placebo"
