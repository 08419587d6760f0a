"""A cell without a count: a blank leaves its concept unknown, and a refused count is neither unreported nor small."""

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


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    folder = (place := tmp_path_factory.mktemp("cells") / "lake") / "landed" / "literature" / "blank_2024"
    folder.mkdir(parents=True)
    (folder / "document.yaml").write_text(MANIFEST, encoding="utf-8")
    (folder / "table_1.tsv").write_text("Event\tAny\tSevere\nNausea\t20 (34.5)\t\n", encoding="utf-8")
    refused = folder.with_name("refused_2024")
    refused.mkdir()
    listed = 'attribution: related, threshold: {percent: 5, operator: ">=", scope: any_arm}'
    told = MANIFEST.replace("blank_2024", refused.name).replace("BLANK", "REFUSED")
    told = told.replace("    attribution: related\n", f"    {listed}\n".replace(", threshold", "\n    threshold"))
    (refused / "document.yaml").write_text(told, encoding="utf-8")
    (refused / "table_1.tsv").write_text("Event\tAny\tSevere\nRash\tmany\t1 (1.7)\n", encoding="utf-8")
    assert bring_up_to_date(place).faults == ()
    return place


def test_a_concept_with_a_blank_cell_has_one_row_and_the_blank_for_a_reason(lake):
    rows = published(lake, "coverage").filter(trial_id="BLANK", concept="nausea", grade_band="severe")
    found = rows.select("reporting_status", "n_affected_lower", "n_affected_upper", "is_used", "reason").rows()
    reason = "The cell is blank and nothing says what a blank means."
    # Severe nausea is nausea, which 20 patients had.
    assert found == [("not_tabulated", 0, 20, True, reason)]


def test_a_count_that_cannot_be_read_is_rejected_and_not_below_the_threshold(lake):
    rows = published(lake, "incidence_by_arm").filter(trial_id="REFUSED", concept="rash", grade_band="any")
    found = rows.select("reporting_status", "n_affected_lower", "n_affected_upper", "n_at_risk").rows()
    # The one patient with a severe rash had a rash.
    assert found == [("rejected_cell", 1, 58, 58)]


def test_the_refused_count_is_listed_with_the_reason_of_the_reader(lake):
    refused = published(lake, "rejected").filter(document_id="refused_2024")
    assert sorted(refused["rule"]) == ["cell_is_readable", "count_is_readable"]
    assert refused["row_label"].unique().to_list() == ["Rash"]
