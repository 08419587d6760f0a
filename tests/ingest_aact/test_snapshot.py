"""What the reader makes of a small snapshot, one change at a time."""

import hashlib
import zipfile
from pathlib import Path

import polars as pl
import pytest
from ingest_aact.snapshots import FILES, counts, tables, tables_with, write
from register_arms import arms_of

from safety_pipeline.tables.ingested import CELL

SOUND = [
    ("NCT00000001.EG000", "Serious adverse events", "Oedema peripheral", 2, 20, None, "CTCAE v4.03"),
    ("NCT00000001.EG001", "Serious adverse events", "Oedema peripheral", 0, 10, None, "CTCAE v4.03"),
    ("NCT00000001.EG000", "Other adverse events", 'Rash, "bad"|type', 1, 20, 4, "not stated"),
    ("NCT00000001.EG000", "Totals", "Total, serious adverse events", 2, 20, None, "not stated"),
]


def test_quoted_newlines_separators_and_quotes_are_part_of_the_text(tmp_path: Path) -> None:
    found = tables_with(tmp_path)
    assert counts(found) == SOUND
    assert found["refusal"].is_empty()
    assert found["document"]["title"][0] == 'A "small" trial|of two lines here'


def test_each_study_is_a_document_and_one_without_results_says_so(tmp_path: Path) -> None:
    documents = tables_with(tmp_path)["document"].select(
        "document_id", "trial_id", "phase", "n_enrolled", "n_planned", "has_toxicity_results", "document_priority"
    )
    assert documents.rows() == [
        ("NCT00000001.aact.snapshot", "NCT00000001", "2", 30, None, True, 8),
        ("NCT00000002.aact.snapshot", "NCT00000002", None, None, 50, False, 8),
    ]


def test_arms_get_drug_dose_and_their_own_population(tmp_path: Path) -> None:
    arms = arms_of(tables_with(tmp_path)).select("arm_id", "label", "drug", "dose_mg_per_day", "n_at_risk")
    assert arms.rows() == [
        ("NCT00000001.EG000", "Imatinib 400 mg daily", "imatinib", 400.0, 20),
        ("NCT00000001.EG001", "Placebo", "placebo", None, 10),
    ]


def test_a_zip_gives_what_its_folder_gives(tmp_path: Path) -> None:
    folder = write(tmp_path / "snapshot", FILES)
    packed = tmp_path / "snapshot.zip"
    with zipfile.ZipFile(packed, "w") as target:
        for file in folder.iterdir():
            target.write(file, f"2026-11-01/{file.name}")
    found = tables(packed, hashlib.sha256(packed.read_bytes()).hexdigest())
    assert found["cell"].equals(tables(folder)["cell"])


EVENT = "9|NCT00000001|1|EG000|30 days|other|||{affected}|20|||Skin|{term}|5||SYSTEMATIC\n"
REFUSED = {
    "too few fields": ("9|NCT00000001|1|EG000\n", "record_has_its_fields"),
    "too many fields": (EVENT.format(affected=1, term="Rash|x|y"), "record_has_its_fields"),
    "no number": (EVENT.format(affected="many", term="Rash"), "count_is_a_whole_number"),
    "negative": (EVENT.format(affected="-1", term="Rash"), "count_is_a_whole_number"),
    "no count": (EVENT.format(affected="", term="Rash"), "count_is_given"),
    "no term": (EVENT.format(affected=1, term=""), "event_has_a_term"),
    "unknown group": (EVENT.format(affected=1, term="Rash").replace("EG000", "EG007"), "group_is_described"),
    "slipped": (EVENT.format(affected=1, term="Rash").replace("NCT00000001", "x"), "event_is_placed"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_record_that_cannot_be_read_is_one_refusal_and_the_others_stay(tmp_path: Path, fault: str) -> None:
    line, rule = REFUSED[fault]
    found = tables_with(tmp_path, reported_events=FILES["reported_events"] + line)
    assert counts(found) == SOUND
    refusal = found["refusal"].select("rule", "row_number", "source_file").rows()
    assert refusal == [(rule, 4, "reported_events.txt")]
    assert "reported_events.txt: record 4" in found["refusal"]["explanation"][0]


def test_a_total_of_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    line = "3|NCT00000001|EG000|strange|Total|1|20||\n"
    found = tables_with(tmp_path, reported_event_totals=FILES["reported_event_totals"] + line)
    assert found["refusal"]["rule"].to_list() == ["total_can_be_read"]


def test_a_missing_optional_file_is_said_in_the_note(tmp_path: Path) -> None:
    files = {name: content for name, content in FILES.items() if name != "interventions"}
    found = tables(write(tmp_path / "snapshot", files))
    assert found["cell"].height == 4
    assert all("no interventions.txt" in note for note in found["source_table"]["note"])


@pytest.mark.parametrize("absent", ["studies", "result_groups", "reported_events"])
def test_a_missing_required_file_refuses_the_snapshot_by_name(tmp_path: Path, absent: str) -> None:
    files = {name: content for name, content in FILES.items() if name != absent}
    refusal = tables(write(tmp_path / "snapshot", files))["refusal"].row(0, named=True)
    assert refusal["rule"] == "snapshot_is_complete"
    assert f"{absent}.txt" in refusal["explanation"]


BROKEN: dict[str, tuple[str, str | bytes, str]] = {
    "columns missing": ("reported_events", "id|nct_id\n1|NCT00000001\n", "file_has_its_columns"),
    "empty": ("reported_events", "", "file_has_its_columns"),
    "column twice": ("studies", "nct_id|nct_id\nNCT00000001|x\n", "file_has_its_columns"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_file_that_cannot_be_parsed_refuses_the_snapshot_and_names_the_file(tmp_path: Path, fault: str) -> None:
    table, content, rule = BROKEN[fault]
    refusal = tables_with(tmp_path, **{table: content})["refusal"]
    assert refusal["rule"].to_list() == [rule]
    assert f"{table}.txt" in refusal["explanation"][0]


def test_bytes_that_are_not_utf8_do_not_stop_the_snapshot(tmp_path: Path) -> None:
    content = FILES["reported_events"].encode().replace(b"Oedema", b"O\xff dema")
    found = tables_with(tmp_path, reported_events=content)
    assert found["cell"].height + found["refusal"].height == 4


def test_a_table_of_headers_only_is_a_snapshot_without_events(tmp_path: Path) -> None:
    header = FILES["reported_events"].split("\n", 1)[0] + "\n"
    found = tables_with(tmp_path, reported_events=header)
    assert found["document"]["has_toxicity_results"].to_list() == [False, False]


@pytest.mark.parametrize("content", [b"not a zip", b"PK\x03\x04 cut"])
def test_a_broken_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    packed = tmp_path / "broken.zip"
    packed.write_bytes(content)
    assert tables(packed, "1" * 64)["refusal"]["rule"].to_list() == ["is_a_zip"]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    packed = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
        target.open("reported_events.txt", "w", force_zip64=True) as member,
    ):
        for _ in range(150):
            member.write(b"0" * 1_000_000)
    assert tables(packed, "2" * 64)["refusal"]["rule"].to_list() == ["zip_is_believable"]


def test_a_member_that_points_outside_stays_inside(tmp_path: Path) -> None:
    packed = tmp_path / "outside.zip"
    with zipfile.ZipFile(packed, "w") as target:
        for name, content in FILES.items():
            target.writestr(f"../../{name}.txt", content)
    assert tables(packed, "3" * 64)["cell"].height == 4
    assert list(tmp_path.parent.glob("*.txt")) == []


def test_a_group_listed_twice_is_one_arm(tmp_path: Path) -> None:
    line = "4|NCT00000001|EG000|Reported Event|Again|\n"
    found = tables_with(tmp_path, result_groups=FILES["result_groups"] + line)
    assert found["arm"]["arm_id"].is_unique().all()
    assert counts(found) == SOUND


def test_cells_stand_in_the_order_of_the_file_and_ids_are_unique(tmp_path: Path) -> None:
    cells = tables_with(tmp_path)["cell"]
    assert cells.select(CELL.key).is_unique().all()
    assert cells.filter(pl.col("table_label") != "Totals")["row_number"].to_list() == [1, 2, 3]


@pytest.mark.parametrize(("model", "may_overlap"), [("PARALLEL", False), ("CROSSOVER", True)])
def test_groups_of_a_crossover_may_hold_the_same_patients(tmp_path: Path, model: str, may_overlap: bool) -> None:
    found = tables_with(tmp_path, designs=f"nct_id|allocation|intervention_model\nNCT00000001|RANDOMIZED|{model}\n")
    assert found["arm"]["may_overlap"].to_list() == [may_overlap, may_overlap]


def test_what_can_be_read_of_a_refused_count_is_kept(tmp_path: Path) -> None:
    known = ["trial_id", "table_label", "term_as_reported", "arm_id", "grade_band", "seriousness", "n_at_risk"]
    no_number, cut, no_count = (
        EVENT.format(affected="many", term="Rash"),
        "9|NCT00000001|1|EG000\n",
        "3|NCT00000001|EG001|serious|Total, serious adverse events||||\n",
    )
    found = tables_with(
        tmp_path,
        reported_events=FILES["reported_events"] + no_number + cut,
        reported_event_totals=FILES["reported_event_totals"] + no_count,
    )
    refused = {row["rule"]: tuple(row[name] for name in known) for row in found["refusal"].to_dicts()}
    assert refused == {
        "count_is_a_whole_number": (
            "NCT00000001", "Other adverse events", "Rash", "NCT00000001.EG000", "any", "other", 20,
        ),
        "record_has_its_fields": ("NCT00000001", None, None, None, "any", None, None),
        "total_can_be_read": (
            "NCT00000001", "Totals", "Total, serious adverse events", "NCT00000001.EG001", "any", "serious", 10,
        ),
    }  # fmt: skip


def test_what_a_snapshot_says_of_a_study_beside_its_counts(tmp_path: Path) -> None:
    studies = "nct_id|brief_title|results_first_posted_date\nNCT00000001|A trial|2019-05-14\n"
    events = FILES["reported_events"].replace("Oedema peripheral", "Crohn&#x27;s disease")
    found = tables_with(tmp_path, studies=studies, reported_events=events)
    assert found["document"].select("year", "n_safety").rows() == [(2019, 30)]
    assert "Crohn's disease" in found["cell"]["term_as_reported"].to_list()


def test_a_group_without_a_total_has_the_number_at_risk_of_its_lines_only_where_they_agree(tmp_path: Path) -> None:
    other = "9|NCT00000001|2|EG001|30 days|other|||1|11|||Skin|Rash|5||SYSTEMATIC\n"
    found = tables_with(tmp_path, reported_events=FILES["reported_events"] + other)
    assert found["arm"]["n_at_risk"].to_list() == [20, None]


def test_a_snapshot_says_what_its_record_leaves_out(tmp_path: Path) -> None:
    said = "Only grade 3 and 4 adverse events are reported."
    events = FILES["reported_events"].replace("|1|20||4|", f"|1|20|{said}|4|")
    found = tables_with(tmp_path, reported_events=events)
    others = found["source_table"].filter(table_label="Other adverse events", trial_id="NCT00000001")
    assert others["threshold_percent"].to_list() == [None]
    assert found["cell"].filter(table_label="Other adverse events")["n_affected_upper"].to_list() == [20]
