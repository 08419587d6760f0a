"""Twenty-one ways to get a delivery wrong: each gives one clear message, and every other document comes through."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from lakes import REPOSITORY, bring_up_to_date, lake_with_shipped_documents, published

KIT = REPOSITORY / "data_lake" / "landed" / "literature" / "kit_solid_tumour_nct02461849"
Change = Callable[[Path], None]


@dataclass(frozen=True)
class Broken:
    """One broken delivery: what is done to it, and the words its message must have."""

    change: Change
    words: tuple[str, ...]


def manifest(old: str, new: str) -> Change:
    def change(folder: Path) -> None:
        file = folder / "document.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text, old
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def rows(*lines: str) -> Change:
    """Table 2 with these rows only, its cells kept apart by tabs."""
    head = "Table 2\nAdverse events\tAll grades\t%\tGrade ≥3\t%\n"
    return write("table_2.txt", (head + "\n".join(lines) + "\n").encode())


def remove(name: str) -> Change:
    return lambda folder: (folder / name).unlink()


def write(name: str, content: bytes) -> Change:
    def change(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return change


BROKEN = {
    "missing_denominator": Broken(manifest("    n_at_risk: 17\n", ""), ("denominator_known", "n_at_risk")),
    "denominator_zero": Broken(manifest("n_at_risk: 17", "n_at_risk: 0"), ("n_at_risk",)),
    "negative_denominator": Broken(manifest("n_at_risk: 17", "n_at_risk: -17"), ("document.yaml", "n_at_risk")),
    "denominator_in_words": Broken(manifest("n_at_risk: 17", "n_at_risk: seventeen"), ("document.yaml", "n_at_risk")),
    "more_affected_than_at_risk": Broken(rows("Edema\t25\t147.1\t\t"), ("count_within_denominator",)),
    "wrong_percentage": Broken(rows("Edema\t5\t49.4\t\t"), ("percent_agrees_with_count",)),
    "severe_exceeds_any": Broken(rows("Skin rash\t3\t17.6\t4\t23.5"), ("severe_within_any",)),
    "unreadable_count": Broken(rows("Edema\tfive?\t29.4\t\t"), ("table_2.txt",)),
    "unknown_edition": Broken(manifest("edition: CTCAE v4.03", "edition: CTCAE v9.1"), ("document.yaml", "edition")),
    "bad_yaml": Broken(manifest("document:\n", "document: [\n"), ("document.yaml",)),
    "unknown_key": Broken(manifest("trial_id:", "trail_id:"), ("document.yaml", "trial_id")),
    "missing_key": Broken(manifest("  document_priority: 1\n", ""), ("document.yaml", "document_priority")),
    "wrong_folder_name": Broken(manifest("document_id: ", "document_id: x"), ("document.yaml", "document_id")),
    "unknown_arm": Broken(
        manifest('role: arm, arm: "400", grades: any', 'role: arm, arm: "4oo", grades: any'), ("arm",)
    ),
    "duplicate_arm": Broken(
        manifest('  - id: "400"\n', '  - {id: "400", label: twice, drug: imatinib, n_at_risk: 3}\n  - id: "400"\n'),
        ("document.yaml", "arm"),
    ),
    "no_manifest": Broken(remove("document.yaml"), ("document.yaml",)),
    "no_table_file": Broken(remove("table_2.txt"), ("table_2.txt",)),
    "empty_table": Broken(write("table_2.txt", b""), ("table_2.txt",)),
    "wrong_encoding": Broken(
        write("table_2.txt", "Adverse events All grades\nŒdème 5 29.4".encode("latin-1", "replace")), ("table_2.txt",)
    ),
    "binary_table": Broken(write("table_2.txt", bytes(range(256)) * 4), ("table_2.txt",)),
    "impossible_grades": Broken(manifest('grades: ">=3", content: n', 'grades: ">=7", content: n'), ("grades",)),
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    folder = lake_with_shipped_documents(tmp_path_factory.mktemp("broken") / "lake")
    for name, broken in BROKEN.items():
        land_broken(folder, name, broken)
    report = bring_up_to_date(folder)
    assert report.faults == ()
    return folder


def land_broken(lake: Path, name: str, broken: Broken) -> None:
    """A copy of the KIT document as a document and trial of its own, then broken."""
    folder = lake / "landed" / "literature" / f"broken_{name}"
    folder.mkdir(parents=True)
    text = (KIT / "document.yaml").read_text(encoding="utf-8")
    # Another document, trial and registry number: else it would be one more report of the same patients.
    for known, other in (("kit_solid_tumour_nct02461849", f"broken_{name}"), ("NCT02461849", f"T_{name}")):
        text = text.replace(known, other)
    (folder / "document.yaml").write_text(text, encoding="utf-8")
    (folder / "table_2.txt").write_bytes((KIT / "table_2.txt").read_bytes())
    broken.change(folder)


def messages(lake: Path, name: str) -> list[str]:
    rows = published(lake, "rejected").filter(delivery_id=f"literature.broken_{name}")
    return [f"{row['source_file']}: {row['rule']}: {row['explanation']}" for row in rows.to_dicts()]


@pytest.mark.parametrize("name", BROKEN)
def test_the_message_names_the_place_and_the_fault(lake, name):
    found = messages(lake, name)
    assert found, "nothing was refused"
    for word in BROKEN[name].words:
        assert any(word in message for message in found), (word, found)


@pytest.mark.parametrize("name", BROKEN)
def test_no_message_is_a_stack_trace_or_a_fault_of_the_program(lake, name):
    assert not [message for message in messages(lake, name) if re.search(r"Traceback|reader_fault|Error\b", message)]


def test_the_other_documents_come_through(lake, shipped_lake):
    shipped = published(shipped_lake, "incidence_by_arm").filter(
        pl.col("concept").is_in(["edema", "rash", "haemorrhage"])
    )
    kept = published(lake, "incidence_by_arm").join(shipped, on=shipped.columns, how="semi", nulls_equal=True)
    assert kept.height == shipped.height


def test_a_refused_count_leaves_the_arm_with_bounds_that_say_so(lake):
    row = (
        published(lake, "incidence_by_arm")
        .filter(trial_id="T_wrong_percentage", concept="edema", grade_band="any")
        .row(0, named=True)
    )
    assert (row["reporting_status"], row["n_affected_lower"], row["n_affected_upper"]) == ("rejected_cell", 0, 17)


def test_accepted_and_refused_rows_together_are_all_rows(lake):
    audit = (
        pl.scan_parquet(lake / "checked" / "audit" / "*.parquet").filter(rule="every_row_is_accounted_for").collect()
    )
    assert audit.height > 5
    assert audit["n_failing"].sum() == 0
