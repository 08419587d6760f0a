"""Real article tables: each goes in with its true counts, or is refused for the right reason.

The route is the user's: understand the file, draft the manifest, answer the questions, read.
"""

import csv
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from literature_reading import Read, read_folder

from safety_pipeline.ingest.literature import draft_manifest, render, understand

pytestmark = pytest.mark.shared
ANSWERS = {"trial_id": "T1", "document": {"indication": "a cancer", "drug": "a drug"}}
DRAWN_UP = {
    "PMC5301372_Tab3": {"threshold": {"percent": 15, "operator": ">=", "scope": "any_arm"}},
    "PMC2678276_T3": {"grades": "any"},
}


@pytest.fixture
def samples(shared: Path) -> Path:
    return shared / "samples" / "literature_tables"


@pytest.fixture
def land(samples: Path, tmp_path: Path) -> Callable[..., Read]:
    """Lands one sample with the drafted manifest and the answers to its questions."""

    def land_sample(name: str, table: Mapping[str, Any] = {}, n_at_risk: Mapping[str, int] = {}) -> Read:
        drafted = draft_manifest(understand(samples / name), "example")
        drafted["trial_id"] = ANSWERS["trial_id"]
        drafted["document"] |= ANSWERS["document"]
        for arm in drafted["arms"]:
            arm["dose_note"] = None if arm["dose_mg_per_day"] is not None else "not a daily dose in mg"
            arm["n_at_risk"] = arm["n_at_risk"] or n_at_risk.get(arm["id"])
        drafted["tables"][0] |= dict(table)
        folder = tmp_path / "example"
        folder.mkdir()
        shutil.copy(samples / name, folder)
        (folder / "document.yaml").write_text(yaml.safe_dump(drafted, allow_unicode=True), "utf-8")
        return read_folder(folder)

    return land_sample


def _leading_counts(path: Path, header_rows: int, columns: list[int]) -> list[tuple[int, int, int | None]]:
    """Line, column and leading whole number of every cell, recounted without the code under test."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    cells = (
        (row, column, lines[row - 1][column - 1])
        for row in range(header_rows + 1, len(lines) + 1)
        for column in columns
    )
    return [(row, column, int(found[0]) if (found := re.match(r"\d+", text)) else None) for row, column, text in cells]


@pytest.mark.parametrize("ending", ["xml", "csv"])
@pytest.mark.parametrize(
    ("name", "header_rows", "columns", "n_cells"),
    [
        ("PMC5301372_Tab3", 2, [2, 3, 4, 5], 100),
        ("PMC3664086_T4", 3, [2, 3, 4, 5], 68),
        ("PMC3018908_NOQ142TB4", 2, [2, 3, 4], 54),
        ("PMC2678276_T3", 2, [2, 3], 46),
        ("PMC5340016_Tab6", 1, [2, 3], 26),
    ],
)
def test_every_cell_of_an_article_table_has_its_printed_count(  # noqa: PLR0917 - fixtures and one table's facts
    land, samples, name, header_rows, columns, n_cells, ending
):
    answers = dict(DRAWN_UP.get(name, {}))
    if ending == "csv" and name in {"PMC3018908_NOQ142TB4", "PMC5340016_Tab6"}:
        answers["grades"] = "3-4"  # the caption is not in the CSV, so the draft asks
    read = land(f"{name}.{ending}", answers, {"fec_arm": 151, "pe_arm": 142})
    expected = _leading_counts(samples / f"{name}.csv", header_rows, columns)
    headings = {row for row, _, _ in expected if all(n is None for line, _, n in expected if line == row)}
    expected = [each for each in expected if each[0] not in headings]
    assert sorted(read.counts("row_number", "column_number", "n_printed")) == expected
    assert len(expected) == n_cells
    assert read.rules == []


def test_the_dovitinib_table_keeps_a_percentage_that_contradicts_its_count(land):
    asthenia = land("PMC5301372_Tab3.xml", DRAWN_UP["PMC5301372_Tab3"]).cell.filter(pl.col("row_label") == "Asthenia")
    assert asthenia.select("n_printed", "percent_printed", "n_at_risk").row(0) == (18, 38.8, 47)


def test_a_footnote_letter_is_noted_and_not_read_as_a_number(land):
    cells = land("PMC5301372_Tab3.xml", DRAWN_UP["PMC5301372_Tab3"]).cell
    marked = cells.filter(pl.col("row_label").str.contains("Glutamyl"))
    assert marked.select("grade_band_as_reported", "n_printed").rows() == [("any", 9), ("3", 5), ("any", 4), ("3", 3)]


def test_the_caption_gives_attribution_and_threshold_and_asks_for_the_scope(samples):
    understood = understand(samples / "PMC5301372_Tab3.xml")
    assert understood.attribution == "all_causality"
    assert (understood.threshold.percent, understood.threshold.operator, understood.threshold.scope) == (15, ">=", None)
    assert "tables[0].threshold.scope" in [question.key for question in understood.questions]


def test_three_header_rows_give_arm_population_and_grades(samples):
    columns = understand(samples / "PMC3664086_T4.xml").columns[1:]
    found = [(column.arm, column.n_at_risk, column.grades, column.content) for column in columns]
    assert found == [
        ("DE + rh-endostatin", 35, "1-4", "n (%)"),
        ("DE + rh-endostatin", 35, "3-4", "n (%)"),
        ("DE", 33, "1-4", "n (%)"),
        ("DE", 33, "3-4", "n (%)"),
    ]


def test_an_empty_cell_is_missing_and_zero_in_brackets_is_a_zero(land):
    cells = land("PMC3664086_T4.xml").cell
    alopecia = cells.filter(pl.col("row_label") == "Alopecia").select("cell_status", "n_affected_upper")
    assert alopecia.rows() == [("observed", 23), ("missing", None), ("observed", 22), ("missing", None)]
    assert cells.filter(pl.col("printed") == "0 (0)")["cell_status"].unique().to_list() == ["reported_zero"]


def test_organ_system_rows_with_counts_are_told_apart_by_indent_and_keep_their_counts(land):
    cells = land("PMC3018908_NOQ142TB4.xml").cell
    edema = cells.filter(pl.col("row_label") == "Brain edema")
    assert edema["body_system_as_reported"].unique().to_list() == ["Nervous system disorders"]
    assert edema.select("arm_id", "n_affected_lower", "n_at_risk", "grade_band_as_reported").rows() == [
        ("T1.10_m_trabedersen", 11, 41, "3-4"),
        ("T1.80_m_trabedersen", 10, 49, "3-4"),
        ("T1.standard_chemotherapy_tmz_pcv", 2, 45, "3-4"),
    ]
    assert not cells["is_composite"].any()


def test_a_concentration_is_never_taken_for_a_daily_dose(samples):
    arms = understand(samples / "PMC3018908_NOQ142TB4.xml").arms
    assert [arm.dose_mg_per_day for arm in arms] == [None, None, None]


def test_grade_rows_belong_to_the_heading_above_them(land):
    cells = land("PMC2678276_T3.xml", {"grades": "any"}).cell
    diarrhoea = cells.filter(pl.col("parent_row_label") == "Diarrhoea", pl.col("arm_id") == "T1.folfiri")
    found = diarrhoea.select("term_as_reported", "grade_band_as_reported", "n_printed").rows()
    assert found == [("Diarrhoea", "1", 4), ("Diarrhoea", "2", 7), ("Diarrhoea", "3", 2), ("Diarrhoea", "4", 1)]
    stroke = cells.filter(pl.col("row_label") == "Ischemic stroke")
    assert stroke.select("term_as_reported", "parent_row_label").unique().rows() == [("Ischemic stroke", None)]


def test_rows_without_grades_in_a_graded_table_are_asked_about(samples):
    keys = [question.key for question in understand(samples / "PMC2678276_T3.xml").questions]
    assert [key for key in keys if key.endswith("grades")] == ["tables[0].grades"]


def test_a_population_that_only_percentages_imply_is_asked_for_and_never_filled_in(samples):
    understood = understand(samples / "PMC5340016_Tab6.xml")
    assert [arm.n_at_risk for arm in understood.arms] == [None, None]
    texts = " ".join(question.text for question in understood.questions)
    assert "N = 151, but that is not a statement" in texts
    assert "N = 142, but that is not a statement" in texts


def test_a_flattened_table_keeps_toxicities_and_refuses_the_disposition_rows(land):
    read = land("imatinib_PMC6786996_Tab3.txt", {}, {"all_patients": 58})
    found = read.counts("row_label", "grade_band_as_reported", "n_printed", "n_at_risk")
    assert found == [
        ("Edema/fluid retention", "any", 28, 58),
        ("Edema/fluid retention", "3-4", 1, 58),
        ("Fatigue", "any", 29, 58),
        ("Fatigue", "3-4", 1, 58),
        ("Nausea", "any", 20, 58),
        ("Nausea", "3-4", None, 58),
        ("Skin rash/dermatitis", "any", 7, 58),
        ("Skin rash/dermatitis", "3-4", 2, 58),
        ("Other*", "any", 15, 58),
        ("Other*", "3-4", 3, 58),
    ]
    assert read.rules == ["row_is_an_event"] * 8
    assert read.refusal["row_label"].to_list()[0] == "Continued on IM"


def test_the_missing_denominator_of_the_flattened_table_is_asked_for_with_what_the_percentages_imply(samples):
    understood = understand(samples / "imatinib_PMC6786996_Tab3.txt")
    assert understood.arms[0].n_at_risk is None
    assert any("fit N = 58" in question.text for question in understood.questions)


def test_of_two_stacked_tables_the_case_series_is_refused_and_the_other_read(land, samples):
    understood = understand(samples / "imatinib_nature_6600893_table1.txt")
    assert "case series" in " ".join(understood.refused_parts)
    read = land("imatinib_nature_6600893_table1.txt", {"term": "Skin reaction"})
    found = read.counts("arm_id", "n_printed", "n_at_risk", "grade_band_as_reported")
    assert found == [
        ("T1.kantarjian_et_al_2002_400", 155, 532, "1-2"),
        ("T1.kantarjian_et_al_2002_400", 16, 532, "3-4"),
        ("T1.talpaz_et_al_2002_400_600", 49, 235, "1-2"),
        ("T1.talpaz_et_al_2002_400_600", 3, 235, "3-4"),
        ("T1.sawyers_et_al_2002_400_600", 48, 260, "1-2"),
        ("T1.sawyers_et_al_2002_400_600", 11, 260, "3-4"),
        ("T1.van_oosterom_et_al_2001_400_1000", 17, 40, "1-2"),
        ("T1.van_oosterom_et_al_2001_400_1000", 5, 40, "3-4"),
        ("T1.demetri_et_al_2002_400_600", 41, 147, "1-2"),
        ("T1.demetri_et_al_2002_400_600", 4, 147, "3-4"),
    ]
    assert "case series" in read.source_table["note"][0]


def test_a_range_of_doses_is_no_dose(land):
    arms = land("imatinib_nature_6600893_table1.txt", {"term": "Skin reaction"}).arm
    doses = arms.select("dose_text", "dose_mg_per_day").rows()
    assert doses == [("400", 400.0), ("400–600", None), ("400–600", None), ("400–1000", None), ("400–600", None)]


def test_a_table_of_arm_sizes_alone_is_refused(samples):
    understood = understand(samples / "imatinib_PMC3424497_Table1.txt")
    assert understood.refusal.rule == "table_has_counts"
    assert render(understood).startswith("imatinib_PMC3424497_Table1.txt: refused (table_has_counts)")


def test_the_case_series_lines_are_refused_even_where_a_manifest_describes_them(land):
    columns = [{"number": 5, "grades": "any", "arm": "demetri_et_al_2002_400_600", "content": "n"}]
    read = land(
        "imatinib_nature_6600893_table1.txt",
        {"header_rows": 5, "last_line": 9, "label_column": 1, "columns": columns, "rows": []},
    )
    assert read.rules == ["table_counts_patients"]
    assert read.cell.is_empty()


def test_every_sample_can_be_shown(samples):
    for path in sorted(samples.iterdir()):
        shown = render(understand(path))
        assert path.name in shown
        assert "to settle in document.yaml" in shown or "refused" in shown
