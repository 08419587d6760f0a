"""Counts of the pilot study against a recount in SQL of the raw files, which uses none of our code."""

import json
from pathlib import Path

import duckdb
import polars as pl
import pyreadstat
import pytest
from ingest_cdisc.packages import delivery, tables
from polars.testing import assert_frame_equal

from safety_pipeline.harmonise import toxicity
from safety_pipeline.ingest.cdisc import read
from safety_pipeline.reference import load
from safety_pipeline.tables.delivery import Ingested

pytestmark = pytest.mark.shared
ADAM = ("adam_tdf", "adam_dataset_json")
FORMS = (*ADAM, "sdtm_tdf")
# Preferred terms of the pilot study that belong to a concept beyond doubt.
CERTAIN = {
    "edema": {"EYE SWELLING", "OEDEMA", "OEDEMA PERIPHERAL"},
    "rash": {"RASH", "RASH MACULO-PAPULAR", "RASH PRURITIC", "RASH ERYTHEMATOUS"},
    "haemorrhage": {
        "APPLICATION SITE BLEEDING",
        "CONJUNCTIVAL HAEMORRHAGE",
        "EPISTAXIS",
        "GASTROINTESTINAL HAEMORRHAGE",
        "HAEMOPTYSIS",
        "RECTAL HAEMORRHAGE",
        "WOUND HAEMORRHAGE",
    },
}


def raw(folder: Path, name: str) -> pl.DataFrame:
    """A data set as the file has it."""
    if (path := folder / f"{name}.xpt").exists():
        frame: pl.DataFrame = pyreadstat.read_xport(str(path), output_format="polars")[0]
        return frame
    content = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    names = [column["name"] for column in content["columns"]]
    return pl.DataFrame(content["rows"], schema=names, orient="row", infer_schema_length=None)


ADAM_PEOPLE = "SELECT USUBJID, TRT01A AS arm FROM adsl WHERE SAFFL = 'Y'"
ADAM_EVENTS = "SELECT USUBJID, AEDECOD AS term, AEREL AS relation FROM adae WHERE TRTEMFL = 'Y'"
SDTM_PEOPLE = "SELECT USUBJID, ACTARM AS arm FROM dm WHERE RFXSTDTC <> '' AND ACTARM <> 'Screen Failure'"
SDTM_EVENTS = """
    SELECT ae.USUBJID, AEDECOD AS term, AEREL AS relation FROM ae
    JOIN suppae ON suppae.USUBJID = ae.USUBJID AND CAST(IDVARVAL AS DOUBLE) = ae.AESEQ
    WHERE QNAM = 'AETRTEM' AND QVAL = 'Y'
"""


@pytest.fixture(scope="module", params=FORMS)
def form(request, samples):
    """A sample package: a connection that holds its safety population and its treatment-emergent events."""
    folder = samples / request.param
    names = ("adsl", "adae") if request.param in ADAM else ("dm", "ae", "suppae")
    connection = duckdb.connect()
    for name in names:
        connection.register(name, raw(folder, name).to_arrow())
    people, events = (ADAM_PEOPLE, ADAM_EVENTS) if request.param in ADAM else (SDTM_PEOPLE, SDTM_EVENTS)
    connection.execute(f"CREATE VIEW people AS {people}")
    connection.execute(f"CREATE VIEW counted AS SELECT * FROM ({events}) JOIN people USING (USUBJID)")
    return folder, connection


@pytest.fixture(scope="module")
def counted(form):
    """Our arm-level counts of the package, with the arm's label."""
    ingested: Ingested = read(delivery(form[0]))
    labels = ingested.arm.collect().select("arm_id", "label")
    return toxicity(ingested.tables(), load()).collect().join(labels, on="arm_id")


def ours(rows: pl.DataFrame) -> dict[tuple[str, str], int]:
    """Our counts by term and arm, those above 0, after proving that they are exact."""
    assert (rows["n_affected_lower"] == rows["n_affected_upper"]).all()
    return {(term, arm): n for term, arm, n in rows.select("row_label", "label", "n_affected_lower").iter_rows() if n}


def any_causality(counted: pl.DataFrame) -> pl.DataFrame:
    return counted.filter(attribution="all_causality", grade_band="any")


def test_every_preferred_term_has_the_recounted_subjects_in_every_arm(form, counted):
    recount = form[1].execute("SELECT term, arm, count(DISTINCT USUBJID) FROM counted GROUP BY ALL").fetchall()
    terms = any_causality(counted).filter(~pl.col("is_composite"))
    assert ours(terms) == {(term, arm): n for term, arm, n in recount}
    assert len(recount) > 300


def test_subjects_with_any_treatment_emergent_event_are_the_recounted_ones(form, counted):
    recount = form[1].execute("SELECT arm, count(DISTINCT USUBJID) FROM counted GROUP BY ALL").fetchall()
    rows = any_causality(counted).filter(concept="any_event")
    assert dict(rows.select("label", "n_affected_lower").iter_rows()) == dict(recount)


@pytest.mark.parametrize("concept", CERTAIN)
def test_a_concept_is_the_recounted_union_over_its_terms(form, counted, concept):
    mapped = any_causality(counted).filter(
        ~pl.col("is_composite"), pl.col("concept") == concept, pl.col("concept_relation").is_in(["equal", "subset"])
    )
    terms = sorted(mapped["row_label"].unique())
    present = {term for (term,) in form[1].execute("SELECT DISTINCT term FROM counted").fetchall()}
    assert CERTAIN[concept] & present <= set(terms)
    recount = form[1].execute(
        "SELECT arm, count(DISTINCT USUBJID) FILTER (list_contains(?, term)) FROM people LEFT JOIN "
        "(SELECT USUBJID, term FROM counted) USING (USUBJID) GROUP BY ALL",
        [terms],
    )
    rows = any_causality(counted).filter(pl.col("is_composite"), pl.col("concept") == concept)
    assert dict(rows.select("label", "n_affected_lower").iter_rows()) == dict(recount.fetchall())


def test_related_events_are_bounded_by_the_judged_and_the_unjudged_ones(form, counted):
    recount = form[1].execute("""
        SELECT arm, count(DISTINCT USUBJID) FILTER (relation IN ('PROBABLE', 'POSSIBLE')),
        count(DISTINCT USUBJID) FILTER (relation IN ('PROBABLE', 'POSSIBLE') OR coalesce(relation, '') = '')
        FROM counted GROUP BY ALL""")
    rows = counted.filter(attribution="related", grade_band="any", concept="any_event")
    assert sorted(rows.select("label", "n_affected_lower", "n_affected_upper").rows()) == sorted(recount.fetchall())


def test_the_denominators_are_the_safety_population_of_the_arms(form, counted):
    recount = form[1].execute("SELECT arm, count(*) FROM people GROUP BY ALL").fetchall()
    assert dict(counted.select("label", "n_at_risk").unique().iter_rows()) == dict(recount)


@pytest.mark.parametrize("name", ADAM)
def test_the_analysed_package_has_86_84_and_84_subjects(samples, name):
    arms = tables(samples / name)["arm"]
    assert dict(arms.select("label", "n_at_risk").iter_rows()) == {
        "Placebo": 86,
        "Xanomeline High Dose": 84,
        "Xanomeline Low Dose": 84,
    }


def test_the_collected_package_counts_actual_treatment_and_names_the_twelve_who_differ(samples):
    """Twelve subjects planned for the high dose stopped before it: DM gives them the low dose as actual arm."""
    found = tables(samples / "sdtm_tdf")
    arms = {row["label"]: (row["n_at_risk"], row["n_assigned"]) for row in found["arm"].to_dicts()}
    assert arms == {"Placebo": (86, 86), "Xanomeline High Dose": (72, 84), "Xanomeline Low Dose": (96, 84)}
    note = found["source_table"]["note"][0]
    assert "12 subjects of the safety population were treated in another arm than planned" in note
    assert "52 subjects are not in an arm" in note


def test_counted_as_planned_the_collected_package_has_86_84_and_84_subjects(samples, tmp_path):
    for name in ("dm", "ae", "suppae", "ex"):
        (tmp_path / f"{name}.xpt").write_bytes((samples / "sdtm_tdf" / f"{name}.xpt").read_bytes())
    (tmp_path / "study.yaml").write_text("arm_basis: planned\n", encoding="utf-8")
    arms = tables(tmp_path)["arm"]
    assert sorted(arms["n_at_risk"]) == [84, 84, 86]


def test_xpt_and_dataset_json_give_the_same_frames(samples):
    xpt, text = tables(samples / "adam_tdf"), tables(samples / "adam_dataset_json")
    for name in ("subject", "event", "arm"):
        provenance = [each for each in ("delivery_id", "document_id", "source_file") if each in xpt[name].columns]
        assert_frame_equal(xpt[name].drop(provenance), text[name].drop(provenance))
        assert xpt[name].height


@pytest.mark.parametrize(("name", "n_events"), [("adam_tdf", 1191), ("adam_dataset_json", 1191), ("sdtm_tdf", 961)])
def test_every_event_row_is_an_event_or_a_refusal(samples, name, n_events):
    found = tables(samples / name)
    assert (found["event"].height, found["refusal"].height) == (n_events, 0)
    assert found["event"]["event_number"].to_list() == list(range(1, n_events + 1))


def test_one_dose_in_an_arm_is_its_dose_and_two_are_a_titration(samples):
    arms = {row["label"]: row for row in tables(samples / "sdtm_tdf")["arm"].to_dicts()}
    low, high, placebo = (arms[name] for name in ("Xanomeline Low Dose", "Xanomeline High Dose", "Placebo"))
    assert (low["drug"], low["dose_mg_per_day"]) == ("xanomeline", 54.0)
    assert (high["dose_mg_per_day"], high["dose_note"][:10]) == (None, "Titration:")
    assert (placebo["drug"], placebo["dose_mg_per_day"]) == ("placebo", None)


def test_all_forms_in_one_folder_count_nobody_twice(samples):
    found = tables(samples)
    assert found["document"].height == 1
    assert (found["event"].height, found["subject"].height) == (1191, 254)
    assert (
        "ADAE is counted; AE (961 rows) is in the package too and is not counted." in found["source_table"]["note"][0]
    )
    assert set(found["refusal"]["rule"]) == {"dataset_is_once"}
    assert found["refusal"].height == 2
