"""The five shipped documents, against counts typed in from the sources by hand."""

from collections.abc import Callable

import polars as pl
import pytest

from safety_pipeline.tables.ingested import CELL

# Table 3 of the 2002 report, read by eye: any grade 400 mg, 600 mg, all; grade 3 or 4 likewise.
TABLE_3 = """
Any adverse effect with suspected relation to study drug | 71 73 144 | 15 16 31
Edema or fluid retention | 52 57 109 | 1 1 2
Periorbital | 33 37 70 | 0 0 0
Leg | 19 11 30 | 0 0 0
Face | 6 9 15 | 1 0 1
Other site | 5 10 15 | 0 0 0
Eyelid | 5 6 11 | 0 0 0
Nausea | 37 40 77 | 1 1 2
Diarrhea | 29 37 66 | 1 2 3
Myalgia or musculoskeletal pain | 27 31 58 | 0 0 0
Fatigue | 22 29 51 | 0 0 0
Dermatitis or rash | 18 27 45 | 2 2 4
Headache | 14 24 38 | 0 0 0
Abdominal pain | 19 19 38 | 1 0 1
Flatulence | 14 18 32 | 0 0 0
Vomiting | 10 9 19 | 0 1 1
Hemorrhage | 8 10 18 | 3 4 7
Tumor hemorrhage | 1 3 4 | 1 3 4
Cerebral hemorrhage or subdural hematoma | 0 0 0 | 0 0 0
Upper GI tract bleeding or perforation | 3 2 5 | 3 1 4
Dyspepsia | 7 9 16 | 0 0 0
Increased lacrimation | 5 9 14 | 0 0 0
Anemia | 4 9 13 | 1 2 3
Loose stools | 5 7 12 | 0 0 0
Taste disturbance | 2 10 12 | 0 0 0
Neutropenia | 6 4 10 | 5 2 7
Abdominal distention | 4 4 8 | 0 0 0
Abnormal liver-function results | 4 4 8 | 2 2 4
Leukopenia | 4 3 7 | 2 0 2
Arthralgia | 1 5 6 | 0 0 0
Paresthesia | 1 5 6 | 0 0 0
Esophageal reflux | 1 5 6 | 0 0 0
Pruritus | 2 4 6 | 0 0 0
Pain (in an extremity) | 4 1 5 | 0 0 0
Blurred vision | 4 1 5 | 0 0 0
Photosensitivity | 0 4 4 | 0 0 0
"""
ORDER = [
    ("B2222.400", "any"),
    ("B2222.600", "any"),
    (None, "any"),
    ("B2222.400", "3-4"),
    ("B2222.600", "3-4"),
    (None, "3-4"),
]
TABLE_2 = """
Edema 5 0
Anorexia 4 0
Nausea 3 0
Skin rash 3 1
Fatigue 2 0
Myalgia 2 0
Pneumonia 2 0
Alopecia 1 0
Anemia 1 1
Constipation 1 0
General weakness 1 0
Neutropenia 1 0
Sensory neuropathy 1 0
"""
GIST, KIT = "gist_400_vs_600_2002", "kit_solid_tumour_nct02461849"


def _table_3() -> list[tuple[object, ...]]:
    expected: list[tuple[object, ...]] = []
    for line in TABLE_3.strip().splitlines():
        label, any_grade, severe = line.split(" | ")
        counts = [int(n) for n in (any_grade + " " + severe).split()]
        expected += [(label, arm, grades, n, n) for (arm, grades), n in zip(ORDER, counts, strict=True)]
    return expected


def test_every_printed_cell_of_the_randomised_table_is_read_with_its_count(landed):
    read = landed(GIST)
    found = read.counts("row_label", "arm_id", "grade_band_as_reported", "n_affected_lower", "n_affected_upper")
    assert found == _table_3()
    assert len(found) == 36 * 6
    assert read.refusal.is_empty()


def test_a_total_column_has_no_arm_and_the_denominator_of_all_patients(landed):
    totals = landed(GIST).cell.filter(pl.col("column_role") == "total")
    assert totals["arm_id"].null_count() == totals.height == 72
    assert totals["n_at_risk"].unique().to_list() == [147]


def test_denominators_are_those_of_the_arms(landed):
    arms = landed(GIST).cell.filter(pl.col("column_role") == "arm").select("arm_id", "n_at_risk").unique()
    assert sorted(arms.rows()) == [("B2222.400", 73), ("B2222.600", 74)]


def test_a_printed_zero_is_a_reported_zero_and_everything_else_observed(landed):
    cells = landed(GIST).cell
    assert cells.filter(pl.col("n_printed") == 0)["cell_status"].unique().to_list() == ["reported_zero"]
    assert cells.filter(pl.col("n_printed") > 0)["cell_status"].unique().to_list() == ["observed"]


def test_the_repair_of_the_surplus_value_is_recorded_in_the_total_column_only(landed):
    repaired = landed(GIST).cell.filter(pl.col("repair").str.contains("dropped"))
    assert repaired["column_number"].unique().to_list() == [4]
    assert "one of 3 printed '15 (10.2)' dropped, 6 values for 5 labels" in repaired["repair"][0]
    assert "the arms add up to the total" in repaired["repair"][0]


@pytest.mark.parametrize(
    ("parent", "sub_rows"),
    [
        ("Edema or fluid retention", ["Periorbital", "Leg", "Face", "Other site", "Eyelid"]),
        (
            "Hemorrhage",
            ["Tumor hemorrhage", "Cerebral hemorrhage or subdural hematoma", "Upper GI tract bleeding or perforation"],
        ),
    ],
)
def test_sub_rows_stand_under_their_composite_also_on_a_line_of_their_own(landed, parent, sub_rows):
    cells = landed(GIST).cell
    below = cells.filter(pl.col("parent_row_label") == parent)["row_label"].unique(maintain_order=True)
    assert below.to_list() == sub_rows
    composite = cells.filter(pl.col("row_label") == parent)
    assert composite.select("is_composite", "concept_relation").unique().rows() == [(True, "superset")]


def test_a_sub_row_keeps_its_printed_label_and_gets_its_event_and_site(landed):
    leg = landed(GIST).cell.filter(pl.col("row_label") == "Leg")
    assert leg.select("term_as_reported", "site").unique().rows() == [("Leg edema", "leg")]


def test_the_threshold_and_the_attribution_of_the_randomised_table_are_kept(landed):
    table = landed(GIST).source_table.select(
        "attribution", "threshold_percent", "threshold_operator", "threshold_scope"
    )
    assert table.rows() == [("related", 5.0, ">=", "any_arm")]


def _kit_cells(landed: Callable, label: str) -> pl.DataFrame:
    return landed(KIT).cell.filter(pl.col("table_label") == label)


def test_every_cell_of_table_2_is_read_and_a_blank_is_the_zero_the_text_settles(landed):
    expected = []
    for line in TABLE_2.strip().splitlines():
        label, any_grade, severe = line.rsplit(" ", 2)
        expected.append((label, "any", int(any_grade), "observed"))
        expected.append((label, ">=3", int(severe), "observed" if int(severe) else "zero_by_statement"))
    cells = _kit_cells(landed, "Table 2")
    found = cells.select("row_label", "grade_band_as_reported", "n_affected_upper", "cell_status").rows()
    assert found == expected
    assert cells["n_at_risk"].unique().to_list() == [17]
    assert cells["n_affected_lower"].to_list() == cells["n_affected_upper"].to_list()


def test_the_percentages_of_table_2_are_kept_beside_their_counts(landed):
    edema = _kit_cells(landed, "Table 2").row(0, named=True)
    assert (edema["printed"], edema["percent_printed"], edema["percent_decimals"]) == ("5 29.4", 29.4, 1)


def test_the_abstract_of_the_kit_trial_is_of_sixteen_and_stands_behind_the_table(landed):
    cells = _kit_cells(landed, "Abstract").select(
        "term_as_reported", "n_affected_lower", "n_affected_upper", "n_at_risk"
    )
    assert cells.rows() == [("edema", 5, 5, 16), ("anorexia", 4, 4, 16), ("nausea", 3, 3, 16), ("skin rash", 3, 3, 16)]
    priorities = landed(KIT).source_table.select("table_label", "table_priority").rows()
    assert priorities == [("Table 2", 1), ("Results text", 2), ("Abstract", 3)]


def test_the_results_text_names_every_patient_with_grade_three_or_more(landed):
    cells = _kit_cells(landed, "Results text").select("term_as_reported", "grade_band_as_reported", "n_affected_upper")
    assert cells.rows() == [("Any adverse event", ">=3", 2), ("Skin rash", ">=3", 1), ("Anemia", ">=3", 1)]
    text = landed(KIT).source_table.filter(pl.col("table_label") == "Results text")
    assert text["complete_from_grade"].to_list() == [3]


def test_eighteen_were_enrolled_and_seventeen_are_in_the_safety_population(landed):
    assert landed(KIT).document.select("n_enrolled", "n_safety").rows() == [(18, 17)]


def test_episodes_never_become_patients(landed):
    cells = landed("melanoma_high_dose_2006").cell
    columns = (
        "grade_band_as_reported",
        "count_unit",
        "n_episodes",
        "n_affected_lower",
        "n_affected_upper",
        "cell_status",
    )
    assert cells.select(columns).rows() == [
        ("3", "episodes", 29, None, None, "episodes_only"),
        ("4", "episodes", 2, None, None, "episodes_only"),
    ]
    assert cells["n_at_risk"].unique().to_list() == [26]


def test_four_hundred_mg_twice_daily_is_eight_hundred_a_day(landed):
    assert landed("melanoma_high_dose_2006").arm["dose_mg_per_day"].to_list() == [800.0]


def test_the_later_report_of_the_same_patients_has_arms_but_no_cells(landed):
    read = landed("gist_long_term_2008")
    assert read.cell.is_empty()
    assert read.document.select("trial_id", "document_priority", "same_patients_as").rows() == [("B2222", 2, GIST)]
    assert read.arm["arm_id"].to_list() == ["B2222.400", "B2222.600"]


def test_the_registry_page_has_planned_patients_no_dose_and_a_reason_for_both(landed):
    read = landed("trastuzumab_imatinib_nct00084513")
    document = read.document.row(0, named=True)
    assert (document["n_planned"], document["n_enrolled"], document["has_toxicity_results"]) == (18, None, False)
    assert (document["grading_system"], document["grading_system_basis"]) == ("CTCAE v3.0", "stated")
    arm = read.arm.row(0, named=True)
    assert (arm["dose_mg_per_day"], arm["n_at_risk"], arm["combination_drugs"]) == (None, None, "trastuzumab")
    assert "escalating" in arm["dose_note"]


def test_the_editions_are_as_the_documents_say(landed):
    editions = {name: landed(name).document["grading_system"][0] for name in (GIST, KIT, "melanoma_high_dose_2006")}
    assert list(editions.values()) == ["CTC v2.0", "CTCAE v4.03", "not stated"]


def test_no_two_cells_stand_in_one_place_and_packed_rows_are_told_apart(landed):
    places = landed(GIST).cell.select(CELL.key)
    assert places.is_unique().all()
    packed = places.filter(pl.col("row_number") == 5, pl.col("column_number") == 5)["sub_row_number"]
    assert packed.to_list() == list(range(1, packed.len() + 1))
    assert packed.len() > 1
    assert ("literature.gist_400_vs_600_2002", "1", 5, 4, 5) in places.rows()
