"""The imatinib tables of articles landed beside the five documents: the numbers grow, and nobody is counted twice.

The route is the user's: `safety-pipeline land`, the questions of the draft answered as the article answers them, a run.
Numbers are counted by hand from the printed tables.
"""

import shutil

import polars as pl
import pytest
import yaml
from click.testing import CliRunner
from lakes import bring_up_to_date, published

from safety_pipeline.cli import main

RETROSPECTIVE, REVIEW, UPDATE = "gist_retrospective_2019", "skin_review_2003", "gist_update_2010"
# Line of the review to the trial it reports; the last line is B2222, which has an article of its own.
TRIALS = ("CML_0106", "CML_0109", "CML_0102", "EORTC_PHASE_1", "B2222")
# A later article on the patients of B2222 whose authors do not name the trial: counts of its any-grade columns.
COPY = """Event\t400 mg\t600 mg
Nausea\t37 (50.7)\t40 (54.1)
Diarrhea\t29 (39.7)\t37 (50.0)
Fatigue\t22 (30.1)\t29 (39.2)
Dermatitis or rash\t18 (24.7)\t27 (36.5)
Headache\t14 (19.2)\t24 (32.4)
Abdominal pain\t19 (26.0)\t19 (25.7)
"""
COPY_MANIFEST = """
document: {document_id: gist_update_2010, year: 2010, allocation: randomised, indication: GIST, drug: imatinib,
  has_toxicity_results: true, document_priority: 2, same_patients_as: [%s]}
trial_id: %s
grading_system: {edition: CTC v2.0, basis: stated}
arms:
  - {id: "400", label: 400 mg, dose_mg_per_day: 400, n_at_risk: 73}
  - {id: "600", label: 600 mg, dose_mg_per_day: 600, n_at_risk: 74}
tables:
  - label: Table 1
    file: table_1.tsv
    attribution: related
    columns: [{number: 2, arm: "400", grades: any}, {number: 3, arm: "600", grades: any}]
"""


def land(lake, source, document_id):
    return CliRunner().invoke(main, ["land", str(source), "--lake", str(lake), "--document-id", document_id])


def answer(lake, document_id, **said):
    """Writes the answers into the draft: keys of the document, of the table, and of every arm in its order."""
    path = lake / "landed" / "literature" / document_id / "document.yaml"
    draft = yaml.safe_load(path.read_text(encoding="utf-8"))
    draft["trial_id"] = said["trial_id"]
    draft["document"] |= said["document"]
    draft["tables"][0] |= said["table"]
    draft["tables"][0]["rows"] += said.get("rows", [])
    for column in draft["tables"][0]["columns"]:
        column["term"] = said.get("term")
    for arm, more in zip(draft["arms"], said["arms"], strict=True):
        arm.update(more)
    path.write_text(yaml.safe_dump(draft, allow_unicode=True), encoding="utf-8")


def retrospective(lake, samples):
    landed = land(lake, samples / "imatinib_PMC6786996_Tab3.txt", RETROSPECTIVE)
    assert landed.exit_code == 0, landed.output
    answer(
        lake, RETROSPECTIVE, trial_id="FRENCH_COHORT",
        document={"indication": "GIST", "drug": "imatinib", "year": 2019, "allocation": "single_arm"},
        table={"attribution": "related", "grade_counting": "worst"},
        arms=[{"n_at_risk": 58, "dose_note": "the table does not name the dose"}],
        rows=[{"label": "Skin rash/dermatitis", "term": "Rash"}],
    )  # fmt: skip


def review(lake, samples):
    landed = land(lake, samples / "imatinib_nature_6600893_table1.txt", REVIEW)
    assert landed.exit_code == 0, landed.output
    answer(
        lake, REVIEW, trial_id=REVIEW,
        document={"indication": "CML and GIST", "drug": "imatinib", "year": 2003, "document_priority": 3},
        table={"attribution": "related", "grade_counting": "worst"}, term="Rash",
        arms=[
            {"trial_id": trial} | ({} if at == 0 else {"dose_note": "a range of doses"})
            for at, trial in enumerate(TRIALS)
        ],
    )  # fmt: skip


def update(lake, *, says_so):
    folder = lake / "landed" / "literature" / UPDATE
    folder.mkdir(exist_ok=True)
    (folder / "table_1.tsv").write_text(COPY, encoding="utf-8")
    linked = ("gist_400_vs_600_2002", "B2222") if says_so else ("", "GIST_2010")
    (folder / "document.yaml").write_text(COPY_MANIFEST % linked, encoding="utf-8")


@pytest.fixture(scope="module")
def samples(shared):
    return shared / "samples" / "literature_tables"


@pytest.fixture(scope="module")
def lake(samples, shipped_lake, tmp_path_factory):
    """The five documents, the two article tables with counts, and the update whose manifest names its trial."""
    copied = tmp_path_factory.mktemp("articles") / "lake"
    shutil.copytree(shipped_lake, copied, symlinks=True)
    retrospective(copied, samples)
    review(copied, samples)
    update(copied, says_so=True)
    assert bring_up_to_date(copied).faults == ()
    return copied


@pytest.fixture(scope="module")
def unlinked(lake, tmp_path_factory):
    """The same, but the update keeps to itself whose patients it reports."""
    copied = tmp_path_factory.mktemp("unlinked") / "lake"
    shutil.copytree(lake, copied, symlinks=True)
    update(copied, says_so=False)
    bring_up_to_date(copied)
    return copied


def of_dose(lake, dose, band, method="crude_total"):
    rows = published(lake, "incidence_by_dose").filter(
        concept="rash", dose_mg_per_day=dose, grade_band=band, stratum="all", attribution="related", method=method
    )
    return rows.select("n_affected_lower", "n_affected_upper", "n_at_risk", "k_trials").rows()


def test_a_table_of_arm_sizes_is_refused_with_its_reason(samples, lake):
    refused = land(lake, samples / "imatinib_PMC3424497_Table1.txt", "arm_sizes")
    assert refused.exit_code != 0
    assert "no column counts events" in refused.output
    assert not (lake / "landed" / "literature" / "arm_sizes").exists()


def test_the_severe_rash_at_400_mg_grows_by_the_one_new_trial_with_that_dose(shipped_lake, lake):
    # 2/73 of B2222 and 1/17 of the solid tumours, then the 16/532 of the first line of the review
    assert of_dose(shipped_lake, 400.0, "severe") == [(3, 3, 90, 2)]
    assert of_dose(lake, 400.0, "severe") == [(19, 19, 622, 3)]


def test_the_other_doses_stay_as_they_were(shipped_lake, lake):
    def others(where):
        rows = published(where, "incidence_by_dose").filter(pl.col("dose_mg_per_day") != 400.0)
        return rows.select("concept", "drug", "dose_mg_per_day", "grade_band", "attribution", "stratum", "method",
                           "n_affected_lower", "n_affected_upper", "n_at_risk", "trial_ids").sort(pl.all())  # fmt: skip

    assert others(lake).equals(others(shipped_lake))


def test_coverage_grows_by_the_new_documents_and_every_arm_has_its_headline_rows(shipped_lake, lake):
    before, after = published(shipped_lake, "coverage"), published(lake, "coverage")
    kept = after.filter(~pl.col("document_id").is_in([RETROSPECTIVE, REVIEW, UPDATE]))
    assert kept.height == before.height
    new = published(lake, "incidence_by_arm").filter(pl.col("trial_id").is_in(["FRENCH_COHORT", *TRIALS[:4]]))
    headline = new.filter(pl.col("concept").is_in(["edema", "haemorrhage", "rash"]))
    assert headline.group_by("trial_id").len().sort("trial_id")["len"].to_list() == [6] * 5


def test_the_counts_of_the_retrospective_arrive_as_printed(lake):
    rows = published(lake, "incidence_by_arm").filter(trial_id="FRENCH_COHORT").filter(
        pl.col("concept").is_in(["edema", "rash"])
    )  # fmt: skip
    found = rows.select("concept", "grade_band", "n_affected_lower", "n_affected_upper", "n_at_risk").sort(pl.all())
    assert found.rows() == [("edema", "any", 28, 28, 58), ("edema", "severe", 1, 1, 58), ("rash", "any", 7, 7, 58), ("rash", "severe", 2, 2, 58)]  # noqa: E501  # fmt: skip


def test_mild_and_severe_reactions_of_the_review_add_up_but_for_deaths_that_it_does_not_print(lake):
    rows = published(lake, "incidence_by_arm").filter(trial_id="CML_0106", concept="rash", grade_band="any")
    assert rows.select("n_affected_lower", "n_affected_upper", "n_at_risk").rows() == [(171, 532, 532)]  # 155 + 16


def test_secondary_reports_of_b2222_are_recognised_by_their_manifests(lake):
    coverage = published(lake, "coverage").filter(trial_id="B2222")
    second = coverage.filter(document_id=REVIEW)
    assert set(second["reporting_status"]) == {"duplicate_population"}
    assert set(coverage.filter(document_id=UPDATE)["reporting_status"]) <= {"superseded", "duplicate_population"}
    assert not coverage.filter(document_id=UPDATE)["is_used"].any()


def test_the_patients_of_b2222_are_counted_once(shipped_lake, lake):
    def of_trial(where):
        rows = published(where, "incidence_by_arm").filter(trial_id="B2222", concept="rash")
        return rows.select("arm_id", "grade_band", "n_affected_lower", "n_affected_upper", "n_at_risk").sort(pl.all())

    assert of_trial(lake).equals(of_trial(shipped_lake))
    assert sorted(published(lake, "dim_arm").filter(trial_id="B2222")["arm_id"]) == ["B2222.400", "B2222.600"]


def test_no_pair_is_suspected_where_the_manifests_say_it_all(lake):
    assert published(lake, "suspected_duplicate").is_empty()


def test_the_pair_is_suspected_where_the_manifest_does_not_say_so(unlinked):
    # Six events in two arms agree in N and count; diarrhea is not compared, as B2222 prints loose stools beside it.
    found = published(unlinked, "suspected_duplicate")
    pair = found.select("document_id", "other_document_id", "n_matching_counts", "n_compared").rows()
    assert pair == [("gist_400_vs_600_2002", UPDATE, 10, 10)]
