"""The setting that suppresses small cells: where it is stated, and that nothing small is published with it."""

import pytest
from lakes import bring_up_to_date, published
from packages import ADSL, adae, package, tables

from safety_pipeline.ingest.cdisc.package.smallest_cell import VARIABLE

NAUSEA = adae("a | 1 | x | Nausea | 1 | Y | 1")


def smallest(folder, monkeypatch, study=None, environment=None):
    if environment is not None:
        monkeypatch.setenv(VARIABLE, environment)
    found = tables(package(folder, adsl=ADSL, adae=NAUSEA, **({"study": study} if study else {})))
    return found["source_table"]["min_cell"].to_list()


@pytest.mark.parametrize(
    ("study", "environment", "expected"),
    [
        (None, None, None),
        ("min_cell: 5", None, 5),
        (None, "7", 7),
        ("min_cell: 5", "7", 7),
        ("min_cell: 11", "7", 11),
        ("min_cell: 5", " ", 5),
    ],
)
def test_the_larger_of_study_yaml_and_the_environment_counts(tmp_path, monkeypatch, study, environment, expected):
    assert smallest(tmp_path / "s", monkeypatch, study, environment) == [expected]


@pytest.mark.parametrize("said", ["2", "-5", "five", "5.5", "0", "10000000000", "٥"])
def test_a_setting_that_cannot_be_read_refuses_the_package_rather_than_show_small_cells(tmp_path, monkeypatch, said):
    monkeypatch.setenv(VARIABLE, said)
    found = tables(package(tmp_path / "s", adsl=ADSL, adae=NAUSEA))
    assert found["event"].is_empty()
    assert found["refusal"]["rule"].to_list() == ["setting_is_valid"]
    assert "whole number from 3" in found["refusal"]["explanation"][0]


def test_a_smallest_cell_of_two_is_refused_since_a_suppressed_cell_could_only_be_one(tmp_path):
    refusal = tables(package(tmp_path / "s", adsl=ADSL, adae=NAUSEA, study="min_cell: 2"))["refusal"]
    assert "greater than or equal to 3" in refusal["explanation"][0]


MIN_CELL = 5
# Subjects of each arm with an event, by term and grade: small ones, nearly all, and a concept of small parts.
HAD = {
    "Drug 20 mg QD": {("Nausea", 1): 3, ("Oedema peripheral", 3): 2, ("Periorbital oedema", 1): 9, ("Rash", 2): 28},
    "Drug 40 mg QD": {("Nausea", 1): 12, ("Periorbital oedema", 1): 1, ("Rash", 3): 4, ("Epistaxis", 1): 0},
}
N_AT_RISK = 30


def trial(folder):
    """A package of two arms of 30 subjects; the first of each arm have the events."""
    arms = dict(zip(HAD, "tp", strict=True))
    subjects = [
        f"S | {arms[arm]}{number} | {arm} | {arm} | Y | 2020-03-10 | 2020-04-10"
        for arm in HAD
        for number in range(N_AT_RISK)
    ]
    events = [
        f"{arms[arm]}{number} | {place} | x | {term} | {grade} | Y | 3"
        for arm, terms in HAD.items()
        for place, ((term, grade), n) in enumerate(terms.items())
        for number in range(n)
    ]
    adsl = "STUDYID | USUBJID | TRT01A | TRT01P | SAFFL | TRTSDT | TRTEDT\n" + "\n".join(subjects)
    return package(folder, adsl=adsl, adae=adae("\n".join(events)), study="allocation: randomised\ndrug: Drug")


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """The package run as it is, then with the setting: what was computed before must be computed again."""
    folder = tmp_path_factory.mktemp("small_cells") / "lake"
    trial(folder / "landed" / "cdisc" / "trial")
    assert bring_up_to_date(folder).faults == ()
    shown = published(folder, "incidence_by_arm").filter(concept="nausea", arm_id="S.drug_20_mg_qd", grade_band="any")
    assert shown["n_affected_lower"].to_list() == [3]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(MIN_CELL))
        assert bring_up_to_date(folder).faults == ()
    return folder


def rows_of(lake, table):
    return published(lake, table).rows(named=True)


BOUNDS = ("n_affected_lower", "n_affected_upper")


def test_with_the_setting_small_counts_are_bounds_and_zeros_are_zeros(lake):
    rows = published(lake, "incidence_by_arm").filter(attribution="all_causality")
    found = {(row["arm_id"][2:], row["concept"], row["grade_band"]): (row[BOUNDS[0]], row[BOUNDS[1]])
             for row in rows.rows(named=True)}  # fmt: skip
    assert found[("drug_20_mg_qd", "nausea", "any")] == (1, 4)
    assert found[("drug_20_mg_qd", "edema", "severe")] == (1, 4)
    assert found[("drug_20_mg_qd", "rash", "any")] == (26, 29)
    assert found[("drug_20_mg_qd", "haemorrhage", "any")] == (0, 0)
    assert found[("drug_40_mg_qd", "nausea", "any")] == (12, 12)
    assert rows.filter(concept="nausea", arm_id="S.drug_20_mg_qd")["incidence"].to_list()[0] is None


def test_no_small_count_of_the_package_stands_in_any_published_table(lake):
    seen = 0
    for table in sorted(path.stem for path in (lake / "published").glob("*.parquet")):
        for row in rows_of(lake, table):
            low, up = (row.get(name) for name in BOUNDS)
            small = [each for each in (low, up) if each is not None and 0 < each < MIN_CELL]
            assert not small or low != up, (table, row)
            assert not 0 < (row.get("n_printed") or 0) < MIN_CELL, (table, row)
            assert row.get("incidence") is None or not small, (table, row)
            seen += bool(small)
    assert seen > 5


def test_the_note_of_a_suppressed_count_says_so_and_no_printed_number_is_kept(lake):
    rows = published(lake, "fact_toxicity").filter(
        row_label="Nausea", arm_id="S.drug_20_mg_qd", grade_band_as_reported="any"
    )
    row = rows.row(0, named=True)
    assert (row["printed"], row["n_episodes"], row["reporting_status"]) == (None, None, "derived_bounds")


def test_a_contrast_is_made_of_shown_counts_only(lake):
    contrasts = published(lake, "dose_contrast").filter(measure="risk_difference")
    estimates = {(row["row_label"], row["grade_band"]): row["estimate"] for row in contrasts.rows(named=True)}
    assert estimates[("Haemorrhage, any term", "any")] == 0.0
    assert {estimates.get((label, "any")) for label in ("Nausea", "Oedema peripheral", "Rash", "Edema")} == {None}
