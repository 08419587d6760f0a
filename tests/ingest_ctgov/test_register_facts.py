"""What a record says of its groups and of itself beside the counts: numbers at risk, patients, year, plain texts."""

import html
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ingest_ctgov.register_reading import Tables, module, record, tables_of


def _without_totals(lines: dict[str, list[int]]) -> dict[str, Any]:
    changed = record()
    groups = [{"id": group, "title": group} for group in lines]
    stats = [[{"groupId": group, "numAffected": 1, "numAtRisk": n} for group, n in zip(lines, ns, strict=True)]
             for ns in zip(*lines.values(), strict=True)]  # fmt: skip
    module(changed).update(
        eventGroups=groups,
        seriousEvents=[],
        otherEvents=[{"term": f"Event {n}", "stats": each} for n, each in enumerate(stats)],
    )
    return changed


def _arms(found: Tables) -> list[tuple[object, ...]]:
    return found["arm"].select("n_at_risk", "analysis_population").rows()


def test_a_group_without_totals_has_the_number_at_risk_that_all_its_lines_give(tmp_path: Path) -> None:
    found = tables_of(_without_totals({"EG000": [64, 64], "EG001": [66, 66]}), tmp_path)
    assert [n for n, _ in _arms(found)] == [64, 66]
    assert all("lines" in str(why) for _, why in _arms(found))


def test_a_group_whose_lines_differ_has_no_number_at_risk(tmp_path: Path) -> None:
    found = tables_of(_without_totals({"EG000": [64, 60]}), tmp_path)
    assert _arms(found) == [(None, None)]
    assert found["document"]["n_safety"].to_list() == [None]


def test_the_patients_of_a_record_are_those_of_its_groups(tmp_path: Path) -> None:
    assert tables_of(record(), tmp_path)["document"]["n_safety"].to_list() == [30]


def test_a_crossover_has_no_number_of_patients_since_its_groups_may_share_them(tmp_path: Path) -> None:
    changed = record()
    changed["protocolSection"]["designModule"]["designInfo"]["interventionModel"] = "CROSSOVER"
    assert tables_of(changed, tmp_path)["document"]["n_safety"].to_list() == [None]


@pytest.mark.parametrize("written", ["2019-05-14", "2019-05"])
def test_the_year_is_that_in_which_the_results_were_posted(tmp_path: Path, written: str) -> None:
    changed = record()
    changed["protocolSection"]["statusModule"] = {"resultsFirstPostDateStruct": {"date": written}}
    assert tables_of(changed, tmp_path)["document"]["year"].to_list() == [2019]


@pytest.mark.parametrize("term", ["Crohn's disease", "Grade < 3 rash", "Fever & chills"])
def test_escapes_of_html_in_a_term_are_read(tmp_path: Path, term: str) -> None:
    changed = record()
    module(changed)["otherEvents"][0]["term"] = html.escape(term)
    assert term in tables_of(changed, tmp_path)["cell"]["term_as_reported"].to_list()


@pytest.mark.parametrize(
    ("description", "threshold", "bounds"),
    [
        ("All adverse events are reported.", 5.0, (1, 1)),
        ("One patient had only grade 1 events.", 5.0, (1, 1)),
        ("Only one patient had a grade 4 event.", 5.0, (1, 1)),
        ("Only serious adverse events were collected.", None, (1, 1)),
        ("Other adverse events were not collected.", None, (1, 1)),
        ("Events occurring in 2 or more patients are listed.", None, (1, 1)),
        ("Only grade 3 and 4 adverse events are reported.", None, (1, 20)),
        ("Only NCI CTCAE v4.0 adverse events of grade ≥3 were captured.", None, (1, 20)),
        ("Adverse events were recorded if they were grade 3 or higher.", None, (1, 20)),
    ],
)
def test_a_record_that_says_what_it_leaves_out_concludes_nothing_from_silence(
    tmp_path: Path, description: str, threshold: float | None, bounds: tuple[int, int]
) -> None:
    changed = record()
    module(changed)["description"] = description
    found = tables_of(changed, tmp_path)
    assert found["source_table"].filter(table_label="Other adverse events")["threshold_percent"][0] == threshold
    other = found["cell"].filter(pl.col("table_label") == "Other adverse events")
    assert other.select("n_affected_lower", "n_affected_upper").rows() == [bounds]


@pytest.mark.parametrize(
    "description",
    [
        "Only events that occurred in >= 2 patients and were related to study drug are reported.",
        "Only treatment-related adverse events were collected.",
    ],
)
def test_a_record_of_related_events_only_says_so_however_it_is_worded(tmp_path: Path, description: str) -> None:
    changed = record()
    module(changed)["description"] = description
    assert set(tables_of(changed, tmp_path)["cell"]["attribution"]) == {"related"}
