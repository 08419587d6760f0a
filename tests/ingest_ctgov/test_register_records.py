"""What the reader makes of a record, one change at a time."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ingest_ctgov.register_reading import OTHER, SERIOUS, counts, module, record, tables_of

from safety_pipeline.tables.ingested import CELL


def test_a_sound_record_gives_a_cell_for_each_group_of_each_line(tmp_path: Path) -> None:
    found = tables_of(record(), tmp_path)
    assert counts(found, "Oedema peripheral", SERIOUS) == [("EG000", 2, 20, 3), ("EG001", 0, 10, None)]
    assert counts(found, "Rash <b>& more</b>", OTHER) == [("EG000", 1, 20, None)]
    assert found["refusal"].is_empty()


def test_a_zero_is_a_reported_zero_and_grades_are_any(tmp_path: Path) -> None:
    cells = tables_of(record(), tmp_path)["cell"].filter(pl.col("term_as_reported") == "Oedema peripheral")
    assert cells["cell_status"].to_list() == ["observed", "reported_zero"]
    wanted = ["grade_lower_reported", "grade_upper_reported", "grade_band_as_reported", "grade_counting", "seriousness"]
    assert cells.select(wanted).unique().row(0) == (1, 5, "any", "unknown", "serious")


def test_only_the_other_table_has_the_frequency_threshold(tmp_path: Path) -> None:
    rows = tables_of(record(), tmp_path)["source_table"]
    wanted = rows.select("table_kind", "threshold_percent", "threshold_operator", "threshold_scope").rows()
    assert wanted == [
        ("register_serious", None, None, None),
        ("register_other", 5.0, ">", "any_arm"),
        ("register_total", None, None, None),
    ]


def test_an_estimated_enrolment_is_planned_and_not_patients(tmp_path: Path) -> None:
    changed = record()
    changed["protocolSection"]["designModule"]["enrollmentInfo"]["type"] = "ESTIMATED"
    assert tables_of(changed, tmp_path)["document"].select("n_enrolled", "n_planned").row(0) == (None, 30)


def test_a_record_without_an_event_section_has_no_results_and_says_so(tmp_path: Path) -> None:
    changed = record()
    del changed["resultsSection"]
    document = tables_of(changed, tmp_path)["document"].row(0, named=True)
    assert (document["has_toxicity_results"], document["no_results_reason"]) == (
        False, "The register record has no adverse event section.",
    )  # fmt: skip


REFUSED = [
    ("many", "count_is_a_whole_number"),
    (-1, "count_is_a_whole_number"),
    (1.5, "count_is_a_whole_number"),
    (True, "count_is_a_whole_number"),
    ({"n": 1}, "count_is_a_whole_number"),
    ("99999999999999999999", "count_is_a_whole_number"),
    (None, "count_is_given"),
]


@pytest.mark.parametrize(("value", "rule"), REFUSED, ids=[str(value) for value, _ in REFUSED])
def test_a_count_that_is_no_number_is_refused_with_file_and_place(tmp_path: Path, value: Any, rule: str) -> None:
    changed = record()
    module(changed)["otherEvents"][0]["stats"][0]["numAffected"] = value
    found = tables_of(changed, tmp_path)
    refusal = found["refusal"].row(0, named=True)
    assert refusal["rule"] == rule
    assert refusal["explanation"].startswith(
        "NCT00000001.json: resultsSection.adverseEventsModule.otherEvents[0].stats[0]"
    )
    assert found["cell"].filter(pl.col("table_label") == OTHER).is_empty()


def test_episodes_without_patients_are_kept_as_episodes_only(tmp_path: Path) -> None:
    changed = record()
    module(changed)["otherEvents"][0]["stats"][0] = {"groupId": "EG000", "numEvents": 4, "numAtRisk": 20}
    cell = tables_of(changed, tmp_path)["cell"].filter(pl.col("table_label") == OTHER).row(0, named=True)
    assert (cell["count_unit"], cell["n_episodes"], cell["n_affected_upper"]) == ("episodes", 4, None)
    assert cell["cell_status"] == "episodes_only"


def test_a_missing_count_of_nobody_at_risk_is_a_missing_cell(tmp_path: Path) -> None:
    changed = record()
    module(changed)["otherEvents"][0]["stats"][0] = {"groupId": "EG000", "numAtRisk": 0}
    cell = tables_of(changed, tmp_path)["cell"].filter(pl.col("table_label") == OTHER).row(0, named=True)
    assert (cell["cell_status"], cell["n_at_risk"]) == ("missing", 0)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda event: event.update(stats=[]), "event_has_counts"),
        (lambda event: event.update(stats="none"), "event_has_counts"),
        (lambda event: event.update(stats=["x"]), "count_is_an_object"),
        (lambda event: event.pop("term"), "event_has_a_term"),
        (lambda event: event["stats"][0].update(groupId="EG009"), "group_is_described"),
    ],
)
def test_a_line_that_cannot_be_placed_is_one_refusal_and_not_lost(tmp_path: Path, change: Any, rule: str) -> None:
    changed = record()
    change(module(changed)["otherEvents"][0])
    found = tables_of(changed, tmp_path)
    assert rule in found["refusal"]["rule"].to_list()
    assert counts(found, "Oedema peripheral", SERIOUS) == [("EG000", 2, 20, 3), ("EG001", 0, 10, None)]


EDITIONS = [
    ("CTCAE (2.0)", "CTC v2.0"),
    ("CTC 2.0", "CTC v2.0"),
    ("NCI CTC version 2.0", "CTC v2.0"),
    ("NCI-CTCAE v. 3.0", "CTCAE v3.0"),
    ("CTCAE (3.0)", "CTCAE v3.0"),
    ("CTCAE v4.03", "CTCAE v4.03"),
    ("CTCAE 4.0", "CTCAE v4.03"),
    ("NCI CTCAE (4)", "CTCAE v4.03"),
    ("CTCAE Version 5.0", "CTCAE v5.0"),
    ("MedDRA (18.0)", "not stated"),
    ("MedDRA 4.0", "not stated"),
    ("RTOG/EORTC Late Tox.", "not stated"),
    ("CTCAE", "not stated"),
    (None, "not stated"),
]


@pytest.mark.parametrize(("vocabulary", "edition"), EDITIONS)
def test_the_vocabulary_names_the_edition(tmp_path: Path, vocabulary: str | None, edition: str) -> None:
    changed = record()
    module(changed)["otherEvents"][0]["sourceVocabulary"] = vocabulary
    cells = tables_of(changed, tmp_path)["cell"].filter(pl.col("table_label") == OTHER)
    assert cells["grading_system"].to_list() == [edition]


@pytest.mark.parametrize(
    ("vocabulary", "edition"), [("CTCAE", "CTCAE v4.03"), (None, "CTCAE v4.03"), ("MedDRA 17", "not stated")]
)
def test_the_description_settles_what_the_vocabulary_leaves_open(
    tmp_path: Path, vocabulary: str | None, edition: str
) -> None:
    changed = record()
    module(changed)["description"] = "Events were graded with the NCI CTCAE version 4.03."
    module(changed)["otherEvents"][0]["sourceVocabulary"] = vocabulary
    cells = tables_of(changed, tmp_path)["cell"].filter(pl.col("table_label") == OTHER)
    assert cells["grading_system"].to_list() == [edition]


GROUPS = [
    ([("A", 20), ("B", 10), ("Total", 30)], [False, False, True]),
    ([("A", 20), ("B", 10), ("Overall", 30)], [False, False, True]),
    ([("A", 20), ("B", 10), ("All Participants", 30)], [False, False, True]),
    ([("A", 20), ("B", 10), ("Drug, all doses", 30)], [False, False, True]),
    ([("A", 20), ("B", 10), ("C", 30)], [False, False, False]),
    ([("A", 20), ("B", 10), ("Total knee arthroplasty", 40)], [False, False, False]),
    ([("Run-in", 30), ("A", 20), ("B", 10), ("Drug Total", 30)], [False, False, False, True]),
    ([("A", 20), ("Overall", 20)], [False, False]),
    ([("Overall", 20)], [False]),
]


@pytest.mark.parametrize(("groups", "aggregates"), GROUPS)
def test_a_group_is_a_union_by_its_name_and_its_numbers(
    tmp_path: Path, groups: list[tuple[str, int]], aggregates: list[bool]
) -> None:
    changed = record()
    module(changed)["eventGroups"] = [
        {"id": f"EG{at:03d}", "title": title, "seriousNumAffected": 0, "seriousNumAtRisk": n}
        for at, (title, n) in enumerate(groups)
    ]
    assert tables_of(changed, tmp_path)["arm"]["is_aggregate"].to_list() == aggregates


def test_groups_with_more_patients_than_were_enrolled_are_said_to_overlap(tmp_path: Path) -> None:
    changed = record()
    changed["protocolSection"]["designModule"]["enrollmentInfo"]["count"] = 25
    notes = tables_of(changed, tmp_path)["arm"]["dose_note"].to_list()
    assert all("30 patients, more than the 25 enrolled" in note for note in notes)


@pytest.mark.parametrize(
    "wrapped", [lambda one: {"study": one, "history": []}, lambda one: {"studies": [one]}, lambda one: [one]]
)
def test_a_record_in_a_wrapper_is_the_same_record(tmp_path: Path, wrapped: Any) -> None:
    found = tables_of(wrapped(record()), tmp_path)
    assert found["cell"].height == tables_of(record(), tmp_path)["cell"].height


def test_a_file_with_several_records_keeps_those_that_are_sound(tmp_path: Path) -> None:
    second = record()
    second["protocolSection"]["identificationModule"]["nctId"] = "NCT00000002"
    found = tables_of({"studies": [record(), {"protocolSection": {}}, second, record()]}, tmp_path)
    assert found["document"]["trial_id"].to_list() == ["NCT00000001", "NCT00000002"]
    assert found["refusal"]["rule"].to_list() == ["is_a_register_record", "record_is_once"]
    assert found["cell"].select(CELL.key).is_unique().all()
    assert set(found["cell"]["table_id"]) >= {"serious", "NCT00000002:serious"}


def test_ids_are_stable_and_unlike_in_files_of_other_names(tmp_path: Path) -> None:
    usual = tables_of(record(), tmp_path)
    assert usual["document"]["document_id"].item() == "NCT00000001"
    assert ("ctgov.NCT00000001", "serious", 1, None, 1) in usual["cell"].select(CELL.key).rows()
    copied = tables_of(record(), tmp_path, "copy.json")
    assert copied["document"]["document_id"].item() == "NCT00000001.copy"
