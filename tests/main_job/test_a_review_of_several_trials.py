"""A review tabulates several trials, one of them reported by its own article too: nobody is counted twice."""

import pytest
from lakes import bring_up_to_date, published

MANIFEST = """
document:
  document_id: skin_review_2003
  title: An invented review of skin reactions by dose
  year: 2003
  allocation: not_stated
  indication: CML and GIST
  drug: imatinib
  has_toxicity_results: true
  document_priority: 3
trial_id: skin_review_2003
grading_system: {edition: not stated, basis: not_stated, evidence: "no edition is named"}
arms:
  - {id: cml, trial_id: CML_2002, label: CML 400 mg, drug: imatinib, dose_mg_per_day: 400, n_at_risk: 532}
  - {id: gist, trial_id: B2222, label: GIST 400 or 600 mg, drug: imatinib, dose_note: a range of doses, n_at_risk: 147}
tables:
  - label: Table 1
    kind: table
    file: table_1.tsv
    priority: 1
    attribution: related
    grade_counting: worst
    header_rows: 1
    columns:
      - {number: 2, label: CML, role: arm, arm: cml, grades: 3-4, content: "n (%)"}
      - {number: 3, label: GIST, role: arm, arm: gist, grades: 3-4, content: "n (%)"}
    evidence: invented
"""


def land_review(lake):
    """A review of two trials, one of which has articles of its own."""
    folder = lake / "landed" / "literature" / "skin_review_2003"
    folder.mkdir()
    (folder / "document.yaml").write_text(MANIFEST, encoding="utf-8")
    (folder / "table_1.tsv").write_text("Event\tCML\tGIST\nRash\t16 (3.0)\t4 (2.7)\n", encoding="utf-8")


@pytest.fixture
def lake(computed_lake):
    land_review(computed_lake)
    assert bring_up_to_date(computed_lake).faults == ()
    return computed_lake


def test_the_trial_without_an_article_of_its_own_is_counted_and_the_other_is_not(lake):
    assert published(lake, "rejected").height == 0
    arms = published(lake, "dim_arm")["arm_id"].to_list()
    assert "CML_2002.cml" in arms
    assert sorted(arm for arm in arms if arm.startswith("B2222")) == ["B2222.400", "B2222.600"]
    coverage = published(lake, "coverage").filter(document_id="skin_review_2003", trial_id="B2222")
    assert coverage["reporting_status"].to_list() == ["duplicate_population"]
    dose = published(lake, "incidence_by_dose").filter(
        concept="rash", dose_mg_per_day=400.0, grade_band="severe", stratum="all", method="crude_total"
    )
    # 2/73 and 1/17 of the shipped trials, and the 16/532 of the new one
    assert dose.select("n_affected_lower", "n_at_risk", "k_trials").row(0) == (19, 622, 3)
