"""A fault of any kind in one place of a lake: it is told loudly, and what it does not touch is published."""

import polars as pl
import pytest
from click.testing import CliRunner
from lakes import bring_up_to_date, lake_with_shipped_documents, published
from small_deliveries import land_small_deliveries

from safety_pipeline import harmonise
from safety_pipeline.cli import main
from safety_pipeline.publish import star
from safety_pipeline.summarise import by_arm, by_dose
from safety_pipeline.summarise.doubts import sensitivity

MELANOMA = "literature.melanoma_high_dose_2006"
KIT = "literature.kit_solid_tumour_nct02461849"
LONG_TERM = "literature.gist_long_term_2008"
GIST = "literature.gist_400_vs_600_2002"
WITHOUT_RESULTS = "literature.trastuzumab_imatinib_nct00084513"
_PACKAGE = 3


def failing_on(function, is_at_fault):
    """The function, which raises where what it is given is at fault."""

    def made(given, *others, **more):
        if is_at_fault(given):
            raise ArithmeticError("the estimator does not converge")
        return function(given, *others, **more)

    return made


def changed(function, change):
    """The function, with a fault planted in what it makes."""
    return lambda *given, **more: function(*given, **more).pipe(change)


def with_an_unknown_kind_of_match(toxicity):
    of_gist = (pl.col("delivery_id") == GIST) & (pl.col("row_label") == "Nausea")
    return toxicity.with_columns(match_kind=pl.when(of_gist).then(pl.lit("guessed")).otherwise("match_kind"))


def with_more_affected_than_at_risk(incidence):
    planted = (pl.col("arm_id") == "B2222.400") & (pl.col("concept") == "rash") & (pl.col("grade_band") == "any")
    upper = pl.when(planted).then(pl.col("n_at_risk") + 1).otherwise("n_affected_upper")
    return incidence.with_columns(n_affected_upper=upper)


def has_documents_of(delivery_id):
    return lambda tables: delivery_id in tables["document"].select("delivery_id").collect()["delivery_id"]


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """The shipped documents, run with six faults planted; the lake and the report of its run."""
    lake = lake_with_shipped_documents(tmp_path_factory.mktemp("planted") / "lake")
    land_small_deliveries(lake, [_PACKAGE])
    (package,) = (lake / "landed" / "cdisc").iterdir()
    package.rename(package.with_name(WITHOUT_RESULTS.split(".")[1]))
    with pytest.MonkeyPatch.context() as patch:
        toxicity = failing_on(harmonise.toxicity, has_documents_of(MELANOMA))
        patch.setattr(harmonise, "toxicity", changed(toxicity, with_an_unknown_kind_of_match))
        patch.setattr(by_arm, "incidence_by_arm", changed(by_arm.incidence_by_arm, with_more_affected_than_at_risk))
        patch.setattr(sensitivity, "sensitivity", failing_on(sensitivity.sensitivity, lambda _: True))
        of_kit = lambda rows: "kit_solid_tumour_nct02461849" in rows.collect()["document_id"]  # noqa: E731
        patch.setattr(by_dose, "incidence_by_dose", failing_on(by_dose.incidence_by_dose, of_kit))
        report = bring_up_to_date(lake)
    return lake, report


def rejected(lake, rule):
    return published(lake, "rejected").filter(rule=rule).to_dicts()


def test_the_release_is_made(planted):
    _, report = planted
    assert report.faults == ()


def test_a_delivery_that_a_stage_fails_on_is_left_out_of_every_table(planted):
    lake, _ = planted
    (row,) = [row for row in rejected(lake, "stage_failed") if row["delivery_id"] == MELANOMA]
    assert "step harmonised failed on this delivery with ArithmeticError" in row["explanation"]
    assert "melanoma_high_dose_2006" not in published(lake, "dim_document")["document_id"]
    assert "melanoma_high_dose_2006" not in published(lake, "coverage")["document_id"]


def test_a_delivery_that_a_summary_fails_on_is_found_and_left_out(planted):
    lake, _ = planted
    (row,) = [row for row in rejected(lake, "stage_failed") if row["delivery_id"] == KIT]
    assert "summarised/incidence_by_dose could not be made" in row["explanation"]
    assert "the estimator does not converge" in row["explanation"]
    assert "kit_solid_tumour_nct02461849" not in published(lake, "dim_document")["document_id"]


def test_deliveries_that_call_their_documents_alike_are_left_out_with_a_sentence_on_the_way_out(planted):
    lake, _ = planted
    package = "cdisc.trastuzumab_imatinib_nct00084513"
    rows = [row for row in rejected(lake, "stage_failed") if row["delivery_id"] in (package, WITHOUT_RESULTS)]
    assert len(rows) == 2
    for row in rows:
        assert f"{package} and {WITHOUT_RESULTS} both call their document" in row["explanation"]
        assert "its folder below landed/" in row["explanation"]


def test_a_row_with_a_value_as_never_declared_is_taken_out_and_says_so(planted):
    lake, _ = planted
    rows = rejected(lake, "values_as_declared")
    assert {(row["delivery_id"], row["row_label"]) for row in rows} == {(GIST, "Nausea")}
    assert "Nausea" not in published(lake, "fact_toxicity")["row_label"]


def test_an_answer_that_breaks_a_critical_check_is_taken_out_of_the_summaries(planted):
    lake, _ = planted
    (row,) = rejected(lake, "affected_within_at_risk")
    assert row["table_label"] == "summarised/incidence_by_arm"
    assert "arm_id=B2222.400, concept=rash, grade_band=any" in row["row_label"]
    by_arm_rows = published(lake, "incidence_by_arm").filter(arm_id="B2222.400", grade_band="any")
    assert "rash" not in by_arm_rows["concept"]
    assert "edema" in by_arm_rows["concept"]


def test_a_table_that_cannot_be_made_for_anybody_is_empty_and_a_critical_finding(planted):
    lake, _ = planted
    assert published(lake, "sensitivity").height == 0
    (row,) = published(lake, "dq_result").filter(check_name="can_be_made").to_dicts()
    assert (row["asset"], row["severity"], row["passed"]) == ("summarised/sensitivity", "critical", False)


def test_what_no_fault_touches_is_published(planted):
    lake, _ = planted
    incidence = published(lake, "incidence_by_arm").filter(concept="edema", grade_band="any")
    assert incidence.filter(arm_id="B2222.400")["n_at_risk"].to_list()
    assert published(lake, "incidence_by_dose").filter(concept="edema").height > 0
    assert LONG_TERM in published(lake, "dim_document")["delivery_id"]


def test_the_run_tells_each_finding(planted):
    _, report = planted
    told = "\n".join(report.findings)
    for words in (MELANOMA, KIT, "affected_within_at_risk", "values_as_declared", "summarised/sensitivity"):
        assert words in told


def test_the_command_check_prints_what_was_found_and_ends_with_1(planted):
    lake, _ = planted
    answered = CliRunner().invoke(main, ["check", "--lake", str(lake)])
    assert answered.exit_code == 1
    said = " ".join(answered.output.split())
    assert "critical, summarised/incidence_by_arm, affected_within_at_risk: 1 of" in said
    assert "More patients are affected than were at risk." in said


def test_a_run_without_the_faults_brings_everything_back(planted):
    """Last in this file: it mends the lake, as new code does, whose change makes every stage stale."""
    lake, _ = planted
    for state in (lake / ".state").glob("*/*.json"):
        if state.parent.name != "left_out":
            state.unlink()
    package = lake / "landed" / "cdisc" / WITHOUT_RESULTS.split(".")[1]
    package.rename(package.with_name("under_its_own_name"))
    report = bring_up_to_date(lake)
    assert (report.faults, report.findings) == ((), ())
    # The package has lines that its reader refuses.
    assert set(published(lake, "rejected")["delivery_id"]) == {"cdisc.under_its_own_name"}
    assert published(lake, "dim_document").height == 6
    assert published(lake, "sensitivity").height > 0


def test_a_key_that_stands_twice_stops_the_release_and_names_the_rows(computed_lake, monkeypatch):
    manifest = computed_lake / "landed" / "literature" / "gist_long_term_2008" / "document.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + "\n# looked at again\n", encoding="utf-8")
    before = published(computed_lake, "dim_arm")
    monkeypatch.setattr(star, "dim_arm", changed(star.dim_arm, lambda arms: pl.concat([arms, arms.head(1)])))
    report = bring_up_to_date(computed_lake)
    (fault,) = report.faults
    twice = before.sort("arm_id")["arm_id"][0]
    for words in ("published/dim_arm", "key_is_unique", f"arm_id={twice}", "Nothing was published"):
        assert words in fault
    assert published(computed_lake, "dim_arm").equals(before)
