"""What reading the events of a snapshot into a copy of dictionaries must not change."""

from pathlib import Path

import pytest
from ingest_aact.snapshots import FILES, Tables, tables_with

HEADER = FILES["reported_events"].split("\n", 1)[0] + "\n"
NO_TOTALS = FILES["reported_event_totals"].split("\n", 1)[0] + "\n"
EVENT = "{n}|NCT00000001|1|{code}|30 days|other|||{affected}|{at_risk}|{about}||{system}|{term}|5|{vocab}|SYSTEMATIC\n"
USUAL = {"code": "EG000", "affected": 1, "at_risk": 20, "about": "", "system": "Skin", "term": "Rash", "vocab": ""}


def _events(folder: Path, *changes: dict[str, object]) -> Tables:
    lines = [EVENT.format(**{**USUAL, "n": n, **change}) for n, change in enumerate(changes, start=1)]
    return tables_with(folder, reported_events=HEADER + "".join(lines), reported_event_totals=NO_TOTALS)


def test_an_untidy_term_among_tidy_ones_is_put_on_one_line_and_the_others_stay(tmp_path: Path) -> None:
    cells = _events(tmp_path, {}, {"term": '"Skin\n  rash "'}, {"system": r"Skin \& hair"}, {"system": '""'})["cell"]
    assert cells["term_as_reported"].to_list() == ["Rash", "Skin rash", "Rash", "Rash"]
    assert cells["body_system_as_reported"].to_list() == ["Skin", "Skin", "Skin & hair", None]


def test_numbers_with_spaces_are_numbers_and_printed_as_they_stand(tmp_path: Path) -> None:
    cells = _events(tmp_path, {}, {"affected": " 007 "})["cell"]
    assert cells.select("printed", "n_printed").rows() == [("1", 1), (" 007 ", 7)]


def test_a_group_without_totals_has_no_number_at_risk_where_its_events_differ(tmp_path: Path) -> None:
    found = _events(tmp_path, {"at_risk": 9}, {"at_risk": " 30"}, {"at_risk": 11}, {"at_risk": ""})
    assert dict(found["arm"].select("arm_id", "n_at_risk").rows())["NCT00000001.EG000"] is None
    assert found["cell"]["n_at_risk"].to_list() == [9, 30, 11, None]


def test_a_group_without_totals_has_the_number_at_risk_that_all_its_events_give(tmp_path: Path) -> None:
    found = _events(tmp_path, {"at_risk": 30}, {"at_risk": " 30"}, {"at_risk": ""})
    assert dict(found["arm"].select("arm_id", "n_at_risk").rows())["NCT00000001.EG000"] == 30
    assert found["cell"]["n_at_risk"].to_list() == [30, 30, 30]


def test_events_of_one_group_have_the_edition_of_their_own_vocabulary(tmp_path: Path) -> None:
    words = ["CTCAE (4.0)", "NCI CTCAE v3.0", "MedDRA (21.0)", ""]
    cells = _events(tmp_path, *({"vocab": word} for word in words))["cell"]
    assert cells["grading_system"].to_list() == ["CTCAE v4.03", "CTCAE v3.0", "not stated", "not stated"]


@pytest.mark.parametrize("n_lines", [1, 7, 1000, 30_000])
def test_a_quoted_text_over_many_lines_is_one_field_wherever_the_file_is_divided(tmp_path: Path, n_lines: int) -> None:
    """The quotes of a file are looked at in parts; none of the lines inside begins a record."""
    line = '5|NCT00000001|1|EG000|so ""said""|x\n'
    found = _events(tmp_path, {"term": "First"}, {"about": f'"{line * n_lines}"', "term": "Long"}, {"term": "Last"})
    assert found["cell"]["term_as_reported"].to_list() == ["First", "Long", "Last"]
    assert found["refusal"].is_empty()


@pytest.mark.parametrize("at", [1, 500, 999])
def test_one_quote_that_is_not_closed_is_found_wherever_the_file_is_divided(tmp_path: Path, at: int) -> None:
    changes = [{"term": f"Rash {n}", "about": '"open' if n == at else '"closed"'} for n in range(1, 1001)]
    found = _events(tmp_path, *changes)
    assert found["refusal"].select("rule", "row_number").rows() == [("quotes_are_closed", at)]
    assert found["cell"].height == 999
