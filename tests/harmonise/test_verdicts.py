"""Verdicts of reviewing physicians: what is refused, how two reviewers are compared, and what changes a lake."""

import polars as pl
import pytest
from click.testing import CliRunner

from safety_pipeline.cli import main
from safety_pipeline.reference import load
from safety_pipeline.reference.readers.verdicts import accepted, agreement, proposed, read_verdicts, refused_verdicts

HEADER = "grade_map_id,verdict,grade_lower,grade_upper,grade_preferred,comment,reviewer,reviewed_on\n"
DYSPNEA, COUGH = "v2.0/dyspnea_shortness_of_breath/3", "v2.0/cough/2"


@pytest.fixture
def verdicts(tmp_path):
    def write(*lines, name="verdicts.csv"):
        path = tmp_path / name
        path.write_text(HEADER + "".join(f"{line}\n" for line in lines))
        return path

    return write


@pytest.mark.parametrize(
    "line, problem",
    [
        ("v2.0/no_such_row/1,right,,,,,A,2026-11-28", "is not in the crosswalk"),
        (f"{COUGH},perhaps,,,,,A,2026-11-28", "neither"),
        (f"{COUGH},right,,,,,,2026-11-28", "missing"),
        (f"{COUGH},right,,,,,A,yesterday", "missing"),
        (f"{COUGH},change,2,,2,,A,2026-11-28", "needs"),
        (f"{COUGH},change,2,3,1,,A,2026-11-28", "outside"),
        (f"{COUGH},change,2,4,2,,A,2026-11-28", "no such grade"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_its_fault(references, verdicts, line, problem):
    rows = read_verdicts([verdicts(f"{DYSPNEA},right,,,,,A,2026-11-28", line)])
    (refused,) = refused_verdicts(rows, references).to_dicts()
    assert (refused["file"], refused["line"]) == ("verdicts.csv", 3)
    assert problem in refused["problem"]


def test_kappa_is_the_agreement_beyond_chance(references, verdicts):
    """Four rows: A and B agree on three, of [3,3], [3,3] and [2,2]; chance agrees on 3/4 x 2/4 + 1/4 x 2/4 = 1/2."""
    ids = references.grade_map.filter(ctcae_term="Diarrhea", grading_system="CTCAE v3.0")["grade_map_id"].to_list()[:4]
    lines = [
        f"{row},change,{grade},{grade},{grade},,{name},2026-11-28"
        for name, grades in {"A": (3, 3, 3, 2), "B": (3, 3, 2, 2)}.items()
        for row, grade in zip(ids, grades, strict=True)
    ]
    (pair,) = agreement(proposed(read_verdicts([verdicts(*lines)]), references)).to_dicts()
    assert (pair["n_rows"], pair["same_interval"], pair["within_one"], pair["kappa"]) == (4, 0.75, 1.0, 0.5)


def test_a_change_is_accepted_only_where_all_reviewers_of_the_row_want_it(references, verdicts):
    path = verdicts(
        f"{DYSPNEA},change,2,2,2,Normal activity.,A,2026-11-27",
        f"{DYSPNEA},change,2,2,2,Agreed.,B,2026-11-28",
        f"{COUGH},change,2,3,2,Wider.,A,2026-11-27",
        f"{COUGH},right,,,,,B,2026-11-28",
    )
    changes = accepted(proposed(read_verdicts([path]), references))
    assert changes.select("grade_map_id", "grade_lower", "grade_upper", "reviewer", "reviewed_on").rows() == [
        (DYSPNEA, 2, 2, "A; B", "2026-11-28")
    ]


def test_the_command_applies_what_is_agreed_and_tells_the_rest(verdicts, tmp_path):
    path = verdicts(
        f"{DYSPNEA},change,2,2,2,Normal activity.,A,2026-11-27",
        f"{COUGH},change,2,3,2,Wider.,A,2026-11-27",
        f"{COUGH},change,1,2,2,Milder.,B,2026-11-28",
        "v2.0/no_such_row/1,right,,,,,A,2026-11-28",
    )
    answered = CliRunner().invoke(main, ["reference", "verdicts", str(path), "--lake", str(tmp_path)])
    assert answered.exit_code == 0, answered.output
    assert "verdicts.csv line 5" in answered.output
    assert f"differs: {COUGH}: B [1, 2], preferred 2 Milder." in answered.output
    assert "1 changes applied" in answered.output
    before, after = load().grade_map, load(tmp_path / "reference").grade_map
    changed = after.filter(pl.struct(after.columns) != before.to_struct())
    assert changed.select("grade_map_id", "grade_lower", "grade_upper", "review_status", "rationale").rows() == [
        (DYSPNEA, 2, 2, "reviewed", "Reviewed by A: Normal activity.")
    ]
