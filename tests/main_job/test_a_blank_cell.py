"""A blank cell is no second answer beside "nothing is known": one row an answer, and its reason is the blank."""

import pytest
from lakes import bring_up_to_date, published

MANIFEST = """
document: {document_id: blank_2024, allocation: single_arm, indication: GIST, drug: imatinib,
  has_toxicity_results: true, document_priority: 1}
trial_id: BLANK
grading_system: {edition: CTC v2.0, basis: stated}
arms: [{id: a, label: all, dose_mg_per_day: 400, n_at_risk: 58}]
tables:
  - label: Table 1
    file: table_1.tsv
    attribution: related
    columns: [{number: 2, arm: a, grades: any}, {number: 3, arm: a, grades: 3-4}]
"""


@pytest.fixture
def lake(tmp_path):
    folder = tmp_path / "lake" / "landed" / "literature" / "blank_2024"
    folder.mkdir(parents=True)
    (folder / "document.yaml").write_text(MANIFEST, encoding="utf-8")
    (folder / "table_1.tsv").write_text("Event\tAny\tSevere\nNausea\t20 (34.5)\t\n", encoding="utf-8")
    assert bring_up_to_date(tmp_path / "lake").faults == ()
    return tmp_path / "lake"


def test_a_concept_with_a_blank_cell_has_one_row_and_the_blank_for_a_reason(lake):
    rows = published(lake, "coverage").filter(concept="nausea", grade_band="severe")
    found = rows.select("reporting_status", "n_affected_lower", "n_affected_upper", "is_used", "reason").rows()
    reason = "The cell is blank and nothing says what a blank means."
    assert found == [("not_tabulated", 0, 58, True, reason)]
