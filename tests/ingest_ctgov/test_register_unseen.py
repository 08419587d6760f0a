"""Shapes that records of the register take and the samples do not: each goes in right, or is refused with its place."""

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ingest_ctgov.register_reading import OTHER, SERIOUS, TOTALS, Tables, counts, module, record, tables_of

from safety_pipeline.tables.ingested import CELL


def _second() -> dict[str, Any]:
    changed = record()
    changed["protocolSection"]["identificationModule"]["nctId"] = "NCT00000002"
    return changed


def _zipped(members: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return held.getvalue()


ONE, TWO = json.dumps(record()).encode(), json.dumps(_second()).encode()
SEVERAL = {
    "list.json": b"[" + ONE + b"," + TWO + b"]",
    "lines.ndjson": ONE + b"\n\n" + TWO + b"\n",
    "page.json": b'{"totalCount": 2, "nextPageToken": "abc", "studies": [' + ONE + b"," + TWO + b"]}",
    "list.json.gz": gzip.compress(b"[" + ONE + b"," + TWO + b"]"),
    "records.zip": _zipped({"NCT00000001.json": ONE, "in/NCT00000002.json.gz": gzip.compress(TWO), "readme.txt": b"x"}),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_a_file_of_several_records_gives_each_of_them(tmp_path: Path, name: str) -> None:
    found = tables_of(SEVERAL[name], tmp_path, name)
    assert found["document"]["trial_id"].to_list() == ["NCT00000001", "NCT00000002"]
    assert found["cell"].height == 10
    assert found["refusal"].is_empty()


BROKEN_PART = {
    "lines.ndjson": (ONE + b"\n{bad\n" + TWO, "lines.ndjson: line 2: found 'not JSON"),
    "records.zip": (_zipped({"a.json": ONE, "b.json": b"{", "c.json": TWO}), "records.zip: records.zip/b.json: found"),
}


@pytest.mark.parametrize("name", BROKEN_PART)
def test_a_broken_part_is_refused_by_its_place_and_the_rest_is_read(tmp_path: Path, name: str) -> None:
    content, begins = BROKEN_PART[name]
    found = tables_of(content, tmp_path, name)
    assert found["document"].height == 2
    assert found["refusal"]["explanation"].str.starts_with(begins).to_list() == [True]


WITHOUT_A_RECORD = {
    "cut.json.gz": (gzip.compress(ONE)[:40], "is_readable_gzip"),
    "cut.zip": (_zipped({"a.json": ONE})[:60], "is_readable_zip"),
    "empty.json": (b'{"totalCount": 0, "studies": []}', "is_a_register_record"),
    "number.json": (b'{"protocolSection": {"identificationModule": {"nctId": "../x"}}}', "is_a_register_record"),
    "table.json": (b"NCT Number,Title\nNCT00000001,x\n", "is_readable_json"),
    "page.json": (b"<!DOCTYPE html><html><body>Busy</body></html>", "is_a_register_record"),
}


@pytest.mark.parametrize("name", WITHOUT_A_RECORD)
def test_a_file_without_a_record_is_one_refusal_by_name(tmp_path: Path, name: str) -> None:
    content, rule = WITHOUT_A_RECORD[name]
    refusals = tables_of(content, tmp_path, name)["refusal"]
    assert refusals["rule"].to_list() == [rule]
    assert refusals["explanation"].item().startswith(f"{name}: ")


XML = """<clinical_study><id_info><nct_id>NCT00000001</nct_id></id_info><brief_title>Étude</brief_title>
{results}</clinical_study>"""
RESULTS = """<clinical_results><reported_events><group_list><group group_id="E1"><title>A</title></group>
<group group_id="E2"><title>B</title></group></group_list><serious_events><category_list>
<category><title>Total</title><event_list><event><sub_title>Total</sub_title>
<counts group_id="E1" subjects_affected="3" subjects_at_risk="9"/></event></event_list></category>
<category><title>Skin</title><event_list><event><sub_title vocab="CTCAE (3.0)">Rash</sub_title>
<counts group_id="E1" subjects_affected="2" subjects_at_risk="9"/><counts group_id="E2" events="4"/></event>
</event_list></category></category_list></serious_events></reported_events></clinical_results>"""


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252", "utf-16", "utf-8-sig"])
def test_xml_is_read_in_the_encoding_it_declares(tmp_path: Path, encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    found = tables_of((declared + XML.format(results="")).encode(encoding), tmp_path, "x.xml")
    assert found["document"].select("title", "has_toxicity_results").row(0) == ("Étude", False)


def test_a_bare_total_of_the_xml_is_the_total_of_its_table_and_no_term(tmp_path: Path) -> None:
    found = tables_of(XML.format(results=RESULTS).encode(), tmp_path, "x.xml")
    assert counts(found, "Total, serious adverse events", TOTALS) == [("EG000", 3, 9, None)]
    assert counts(found, "Rash", SERIOUS) == [("EG000", 2, 9, None), ("EG001", None, None, 4)]


def _with_other(tmp_path: Path, **values: object) -> Tables:
    changed = record()
    module(changed)["otherEvents"][0]["stats"][0].update(values)
    return tables_of(changed, tmp_path)


NUMBERS = [
    ({"numAffected": "1", "numAtRisk": "20"}, ("EG000", 1, 20, None)),
    ({"numAffected": 3.0, "numAtRisk": 20.0}, ("EG000", 3, 20, None)),
    ({"numAtRisk": 15}, ("EG000", 1, 15, None)),
    ({"numAtRisk": None}, ("EG000", 1, 20, None)),
    ({"numAffected": None, "numEvents": 4}, ("EG000", None, 20, 4)),
    ({"numAffected": 999999999, "numAtRisk": 999999999}, ("EG000", 999999999, 999999999, None)),
]


@pytest.mark.parametrize(("values", "count"), NUMBERS, ids=[str(values) for values, _ in NUMBERS])
def test_a_count_keeps_its_own_numbers(tmp_path: Path, values: dict[str, Any], count: tuple[Any, ...]) -> None:
    assert counts(_with_other(tmp_path, **values), "Rash <b>& more</b>", OTHER) == [count]


@pytest.mark.parametrize("values", [{"numEvents": -3}, {"numAtRisk": "1,234"}, {"numAffected": "NA"}])
def test_a_number_that_cannot_be_read_is_refused(tmp_path: Path, values: dict[str, Any]) -> None:
    assert _with_other(tmp_path, **values)["refusal"]["rule"].to_list() == ["count_is_a_whole_number"]


@pytest.mark.parametrize(("again", "kept"), [(1, [1]), (7, [])])
def test_a_group_counted_twice_on_a_line_counts_once_or_not_at_all(tmp_path: Path, again: int, kept: list[int]) -> None:
    changed = record()
    module(changed)["otherEvents"][0]["stats"].append({"groupId": "EG000", "numAffected": again, "numAtRisk": 20})
    found = tables_of(changed, tmp_path)
    assert [count[1] for count in counts(found, "Rash <b>& more</b>", OTHER)] == kept
    assert found["refusal"]["rule"].to_list() == ["group_is_counted_once"] * (2 - len(kept))


def test_two_groups_of_one_id_are_refused_and_the_first_is_kept(tmp_path: Path) -> None:
    changed = record()
    module(changed)["eventGroups"].append({"id": "EG000", "title": "Another", "seriousNumAtRisk": 99})
    found = tables_of(changed, tmp_path)
    assert found["arm"]["label"].to_list() == ["Imatinib 400 mg daily", "Placebo"]
    assert "group_has_its_own_id" in found["refusal"]["rule"].to_list()
    assert found["cell"].select(CELL.key).is_unique().all()


def test_one_term_in_two_organ_systems_or_tables_is_two_lines(tmp_path: Path) -> None:
    changed = record()
    line = module(changed)["otherEvents"][0]
    module(changed)["otherEvents"].append({**line, "organSystem": "Eye disorders"})
    module(changed)["seriousEvents"].append({**line, "organSystem": "Ear disorders"})
    rows = tables_of(changed, tmp_path)["cell"].filter(pl.col("term_as_reported") == line["term"])
    assert sorted(rows["body_system_as_reported"]) == ["Ear disorders", "Eye disorders", "Skin"]
    assert rows.select(CELL.key).is_unique().all()


def test_deaths_are_a_total_without_seriousness(tmp_path: Path) -> None:
    changed = record()
    module(changed)["eventGroups"][0].update(deathsNumAffected=3, deathsNumAtRisk=21)
    found = tables_of(changed, tmp_path)
    assert counts(found, "Total, all-cause mortality", TOTALS) == [("EG000", 3, 21, None)]
    assert found["arm"]["n_at_risk"].to_list() == [20, 10]
    assert found["cell"].filter(pl.col("n_at_risk") == 21)["seriousness"].to_list() == [None]


@pytest.mark.parametrize(("printed", "percent"), [("0", 0.0), ("5", 5.0), (5, 5.0), ("2.5%", 2.5), (None, None)])
def test_the_threshold_is_a_percentage_or_missing(tmp_path: Path, printed: object, percent: float | None) -> None:
    changed = record()
    module(changed)["frequencyThreshold"] = printed
    found = tables_of(changed, tmp_path)
    assert found["source_table"].filter(table_label=OTHER)["threshold_percent"].item() == percent
    assert found["refusal"].is_empty()


@pytest.mark.parametrize("printed", ["<5", "none", "101", True])
def test_a_threshold_that_is_no_percentage_is_refused_with_its_place(tmp_path: Path, printed: object) -> None:
    changed = record()
    module(changed)["frequencyThreshold"] = printed
    refusal = tables_of(changed, tmp_path)["refusal"].row(0, named=True)
    assert refusal["rule"] == "threshold_is_a_percentage"
    assert "adverseEventsModule.frequencyThreshold" in refusal["explanation"]


EDITIONS = [
    ("Term from vocabulary, CTCAE (3.0)", "CTCAE v3.0"),
    ("CTCAE4.0", "CTCAE v4.03"),
    ("CTCAEv5", "CTCAE v5.0"),
    ("Common Terminology Criteria for Adverse Events v4.0", "CTCAE v4.03"),
    ("NCI CTCAE v4.0 (MedDRA 12.0)", "CTCAE v4.03"),
    ("CTCAE 3.0/4.0", "not stated"),
    ("CTCAE 4.1", "not stated"),
    ("SNOMED CT", "not stated"),
    ("MedDRA 16.1", "not stated"),
]


@pytest.mark.parametrize(("vocabulary", "edition"), EDITIONS)
def test_a_vocabulary_names_one_edition_or_none(tmp_path: Path, vocabulary: str, edition: str) -> None:
    changed = record()
    module(changed)["otherEvents"][0]["sourceVocabulary"] = vocabulary
    assert tables_of(changed, tmp_path)["cell"].filter(table_label=OTHER)["grading_system"].to_list() == [edition]


def _groups(*groups: tuple[str, int]) -> dict[str, Any]:
    changed = record()
    changed["protocolSection"]["designModule"]["enrollmentInfo"]["count"] = 90
    module(changed)["seriousEvents"] = module(changed)["otherEvents"] = []
    module(changed)["eventGroups"] = [
        {"id": f"EG{at:03d}", "title": title, "seriousNumAffected": 0, "seriousNumAtRisk": n}
        for at, (title, n) in enumerate(groups)
    ]
    return changed


UNIONS = [
    ([("X 5 mg", 20), ("X 10 mg", 10), ("All X", 30), ("Placebo", 15)], [False, False, True, False]),
    ([("A", 20), ("B", 10), ("Entire Study Population", 30)], [False, False, True]),
    ([("A", 20), ("B", 10), ("Safety Population", 30)], [False, False, True]),
    ([("A", 20), ("B", 10), ("Combined A and B", 30)], [False, False, True]),
    ([("A", 20), ("B", 10), ("Combined therapy", 30), ("C", 5)], [False, False, False, False]),
    ([("A", 20), ("B", 10), ("All-trans retinoic acid", 30), ("C", 5)], [False, False, False, False]),
    ([("A", 20), ("B", 10), ("Overall", 0)], [False, False, False]),
]


@pytest.mark.parametrize(("groups", "unions"), UNIONS)
def test_a_union_of_some_groups_is_told_by_name_and_numbers(
    tmp_path: Path, groups: list[tuple[str, int]], unions: list[bool]
) -> None:
    assert tables_of(_groups(*groups), tmp_path)["arm"]["is_aggregate"].to_list() == unions


def test_groups_of_a_crossover_are_said_to_hold_the_same_patients(tmp_path: Path) -> None:
    changed = _groups(("Drug X", 20), ("Placebo", 20))
    changed["protocolSection"]["designModule"]["designInfo"]["interventionModel"] = "CROSSOVER"
    arms = tables_of(changed, tmp_path)["arm"]
    assert arms["dose_note"].str.contains("The study is a crossover").all()
    assert arms["may_overlap"].all()
