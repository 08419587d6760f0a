"""One package of the pilot study from landed to published."""

import shutil
from pathlib import Path

import duckdb
import polars as pl
import pyreadstat
import pytest
from lakes import bring_up_to_date, published

pytestmark = pytest.mark.shared
BEYOND_INGESTED = ("harmonised", "checked", "summarised", "published", ".state", ".dagster")


@pytest.fixture(scope="module")
def lake(samples, tmp_path_factory) -> Path:
    """The analysed pilot package, in a lake of its own, run once."""
    folder = tmp_path_factory.mktemp("cdisc") / "lake"
    shutil.copytree(samples / "adam_tdf", folder / "landed" / "cdisc" / "cdiscpilot01")
    assert bring_up_to_date(folder).faults == ()
    return folder


@pytest.fixture(scope="module")
def recount(samples) -> pl.DataFrame:
    """Subjects by arm with a treatment-emergent event among the terms, straight from the file."""
    events = pyreadstat.read_xport(str(samples / "adam_tdf" / "adae.xpt"), output_format="polars")[0]
    return events.filter(pl.col("TRTEMFL") == "Y", pl.col("SAFFL") == "Y")


# Terms of the pilot study that may be a rash and may not, such as blisters, open its upper bound.
STATUS = {"edema": "observed", "haemorrhage": "observed", "rash": "derived_bounds"}


def incidence(lake: Path, concept: str) -> dict[str, tuple[int, int]]:
    rows = published(lake, "incidence_by_arm").filter(
        concept=concept, grade_band="any", attribution="all_causality", reporting_status=STATUS[concept]
    )
    assert (rows["n_affected_lower"] <= rows["n_affected_upper"]).all()
    return {row["arm_id"]: (row["n_affected_lower"], row["n_at_risk"]) for row in rows.to_dicts()}


ARMS = {
    "CDISCPILOT01.placebo": ("Placebo", 86),
    "CDISCPILOT01.xanomeline_high_dose": ("Xanomeline High Dose", 84),
    "CDISCPILOT01.xanomeline_low_dose": ("Xanomeline Low Dose", 84),
}


@pytest.mark.parametrize(
    ("concept", "terms"),
    [
        (
            "haemorrhage",
            [
                "APPLICATION SITE BLEEDING",
                "BLOOD URINE PRESENT",
                "HAEMATURIA",
                "CONJUNCTIVAL HAEMORRHAGE",
                "EPISTAXIS",
                "GASTROINTESTINAL HAEMORRHAGE",
                "HAEMOPTYSIS",
                "RECTAL HAEMORRHAGE",
                "WOUND HAEMORRHAGE",
            ],
        ),
        ("edema", ["EYE SWELLING", "OEDEMA", "OEDEMA PERIPHERAL", "SWELLING"]),
        (
            "rash",
            [
                "DERMATITIS CONTACT",
                "DRUG ERUPTION",
                "RASH",
                "RASH ERYTHEMATOUS",
                "RASH MACULO-PAPULAR",
                "RASH PRURITIC",
                "SKIN EXFOLIATION",
            ],
        ),
    ],
)
def test_a_headline_concept_is_published_with_the_recounted_subjects(lake, recount, concept, terms):
    had = recount.filter(pl.col("AEDECOD").is_in(terms))
    expected = {arm: (had.filter(pl.col("TRTA") == label)["USUBJID"].n_unique(), n) for arm, (label, n) in ARMS.items()}
    assert incidence(lake, concept) == expected


def test_the_overview_is_published_with_the_recounted_subjects(lake, recount):
    rows = published(lake, "ae_overview").filter(category="worst_severity_severe")
    worst = recount.filter(AESEV="SEVERE")
    expected = {arm: worst.filter(TRTA=label)["USUBJID"].n_unique() for arm, (label, _) in ARMS.items()}
    assert dict(rows.select("arm_id", "n_affected_lower").rows()) == expected
    assert rows["n_affected_lower"].equals(rows["n_affected_upper"])


def test_every_term_is_published_with_the_recounted_subjects_of_its_organ_system(lake, recount):
    rows = published(lake, "incidence_by_term").filter(attribution="all_causality", grade_band="any")
    labels = {arm: label for arm, (label, _) in ARMS.items()}
    shown = rows.with_columns(TRTA=pl.col("arm_id").replace_strict(labels)).filter(pl.col("n_affected_upper") > 0)
    ours = shown.select("TRTA", "body_system", "term_as_reported", "n_affected_lower").rows()
    again = recount.group_by("TRTA", "AEBODSYS", "AEDECOD").agg(pl.col("USUBJID").n_unique())
    assert sorted(ours) == sorted(again.rows())


def test_without_grades_the_severe_band_is_unknown_and_not_zero(lake):
    severe = published(lake, "incidence_by_arm").filter(grade_band="severe")
    assert set(severe["reporting_status"]) == {"not_tabulated"}
    assert severe["incidence"].null_count() == severe.height
    headline = severe.filter(pl.col("concept").is_in(["rash", "any_event"]))
    assert (headline["n_affected_upper"] > 0).all()


def test_the_package_is_a_document_of_its_trial(lake):
    row = published(lake, "dim_document").row(0, named=True)
    assert (row["delivery_id"], row["document_id"]) == ("cdisc.cdiscpilot01", "cdiscpilot01")
    assert (row["trial_id"], row["kind"], row["is_index_report"]) == ("CDISCPILOT01", "cdisc", True)


def test_no_subject_is_named_in_any_file_beyond_ingested(lake, recount):
    subjects = [name.encode() for name in recount["USUBJID"].unique()]
    files = [path for stage in BEYOND_INGESTED for path in (lake / stage).rglob("*") if path.is_file()]
    assert len(files) > 20
    for path in files:
        content = path.read_bytes() + _decoded(path)
        assert not any(name in content for name in subjects), path.name


def _decoded(path: Path) -> bytes:
    """The texts of a Parquet or DuckDB file, which compression hides from a search of its bytes."""
    if path.suffix == ".parquet":
        return "\n".join(map(str, pl.read_parquet(path).rows())).encode()
    if path.suffix != ".duckdb":
        return b""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return "".join(str(connection.table(name).fetchall()) for name in names).encode()


def test_the_search_for_subjects_finds_them_where_they_may_be(lake, recount):
    content = b"".join(_decoded(path) for path in (lake / "ingested").rglob("*.parquet"))
    assert all(name.encode() in content for name in recount["USUBJID"].unique())
