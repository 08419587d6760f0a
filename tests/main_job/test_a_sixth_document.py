"""A sixth document added the way the README says: a table from an article, its draft manifest answered, a run."""

import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from lakes import bring_up_to_date, published

from safety_pipeline.cli import main

DOCUMENT = "dovitinib_breast_2017"
DELIVERY = f"literature.{DOCUMENT}"


@pytest.fixture(scope="module")
def lake_and_report(shared, shipped_lake, tmp_path_factory):
    """The five documents computed, then the sixth landed by command, answered, and computed."""
    lake = Path(shutil.copytree(shipped_lake, tmp_path_factory.mktemp("sixth") / "lake", symlinks=True))
    before = stamps(lake)
    source = shared / "samples" / "literature_tables" / "PMC5301372_Tab3.csv"
    landed = CliRunner().invoke(main, ["land", str(source), "--lake", str(lake), "--document-id", DOCUMENT])
    assert landed.exit_code == 0, landed.output
    answer_the_questions(lake / "landed" / "literature" / DOCUMENT / "document.yaml")
    report = bring_up_to_date(lake)
    return lake, report, before


def stamps(lake):
    return {path.name: path.stat().st_mtime_ns for path in (lake / ".state" / "checked").glob("*.json")}


def answer_the_questions(manifest):
    """What a person reads in the article: trial, drug, edition, doses, threshold."""
    draft = yaml.safe_load(manifest.read_text(encoding="utf-8"))
    draft["trial_id"] = "NCT01528345"
    draft["document"] |= {
        "indication": "breast cancer",
        "drug": "dovitinib",
        "allocation": "randomised",
        "doi": "10.1186/s13058-017-0807-8",
    }
    draft["grading_system"] = {"edition": "CTCAE v4.03", "basis": "stated", "evidence": "methods"}
    for arm in draft["arms"]:
        arm["dose_note"] = "five days on, two days off" if "ovitinib" in arm["label"] else "placebo"
    draft["tables"][0] |= {
        "attribution": "all_causality", "threshold": {"percent": 15, "operator": ">=", "scope": "any_arm"},
    }  # fmt: skip
    manifest.write_text(yaml.safe_dump(draft, allow_unicode=True), encoding="utf-8")


def test_only_its_partition_and_the_later_stages_are_computed(lake_and_report):
    lake, report, before = lake_and_report
    assert report.faults == ()
    assert report.computed == (DELIVERY,)
    after = stamps(lake)
    assert {name for name in after if after[name] != before.get(name)} == {f"{DELIVERY}.json"}


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("dim_document", "document_id", DOCUMENT),
        ("dim_trial", "trial_id", "NCT01528345"),
        ("dim_arm", "trial_id", "NCT01528345"),
        ("fact_toxicity", "document_id", DOCUMENT),
        ("incidence_by_arm", "trial_id", "NCT01528345"),
        ("incidence_interval", "trial_id", "NCT01528345"),
        ("coverage", "document_id", DOCUMENT),
        ("rejected", "document_id", DOCUMENT),
    ],
)
def test_it_appears_in_every_table(lake_and_report, table, column, value):
    assert published(lake_and_report[0], table).filter(**{column: value}).height > 0


def test_its_rash_row_arrives_as_printed(lake_and_report):
    rows = published(lake_and_report[0], "incidence_by_arm").filter(
        trial_id="NCT01528345", concept="rash", grade_band="any"
    )
    assert sorted(rows.select("n_affected_lower", "n_at_risk").rows()) == [(3, 50), (16, 47)]


def test_its_misprinted_percentage_is_refused_with_the_reason(lake_and_report):
    rows = published(lake_and_report[0], "rejected").filter(document_id=DOCUMENT, rule="percent_agrees_with_count")
    assert rows.select("row_label", "printed").rows() == [("Asthenia", "18 (38.8)")]


def test_what_it_does_not_list_is_below_its_own_threshold(lake_and_report):
    rows = published(lake_and_report[0], "incidence_by_arm").filter(
        trial_id="NCT01528345", concept="edema", grade_band="any"
    )
    # At least 15 % of 47 is 8 patients, of 50 is 8: so each of the seven terms of edema in v4.03 hides at most 7,
    # 49 in all; but only 47 of the 50 had any adverse event.
    assert rows["reporting_status"].unique().to_list() == ["below_threshold"]
    assert sorted(rows.select("n_at_risk", "n_affected_upper").rows()) == [(47, 47), (50, 47)]
