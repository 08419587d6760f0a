"""Signals over releases: first seen, changed, gone, and why."""

from datetime import datetime

import polars as pl

from safety_pipeline.publish import signals_over_releases
from safety_pipeline.tables.compared import SIGNAL

DAY = [datetime(2026, 1, day) for day in range(1, 6)]
DOCUMENTS = {"a": "sha-1"}


def signals(**changes):
    """One signal on edema, with what differs from the plain one."""
    plain = {
        "concept": "edema",
        "drug": "imatinib",
        "grade_band": "any",
        "scope": "600 against 400 mg/day",
        "assessment": "no_dose_difference_shown",
        "basis": "",
        "rule": "difference_with_its_interval",
        "design": "randomised",
        "risk_difference": 0.05,
        "p_bh": 0.5,
        "k_trials": 1,
    }
    return SIGNAL.from_rows([plain | changes]).collect()


def releases(*stages):
    """The signals and history after releases r1, r2, ... of (signals, documents)."""
    before = signals_over_releases.NO_RELEASE
    for number, (signal, documents) in enumerate(stages, start=1):
        dated, told = signals_over_releases.dated_signals(signal, before, documents, f"r{number}", DAY[number])
        before = signals_over_releases.Released(dated.collect(), told.collect(), documents)
    return before


def test_in_a_first_release_every_signal_is_first_seen():
    done = releases((signals(), DOCUMENTS))
    assert done.signal.row(0, named=True)["first_seen_release"] == "r1"
    assert done.history.select("release_id", "change", "assessment_before", "change_reason").rows() == [
        ("r1", "first_seen", None, "The first release of this lake.")
    ]


def test_an_unchanged_signal_keeps_its_dates_and_adds_no_history():
    done = releases((signals(), DOCUMENTS), (signals(), DOCUMENTS | {"b": "sha-2"}))
    row = done.signal.row(0, named=True)
    assert (row["first_seen_release"], row["changed_release"]) == ("r1", "r1")
    assert done.history.height == 1


def test_a_changed_assessment_says_which_figures_and_documents_moved():
    changed = signals(assessment="dose_associated", p_bh=0.01, k_trials=2)
    done = releases((signals(), DOCUMENTS), (changed, {"a": "sha-3", "b": "sha-2"}))
    row = done.signal.row(0, named=True)
    assert (row["first_seen_release"], row["changed_release"]) == ("r1", "r2")
    told = done.history.row(1, named=True)
    assert (told["change"], told["assessment_before"], told["assessment"]) == (
        "assessment_changed",
        "no_dose_difference_shown",
        "dose_associated",
    )
    assert told["change_reason"] == (
        "Figures: adjusted p 0.5 to 0.01, trials 1.0 to 2.0; documents added: b; replaced: a."
    )


def test_a_figure_that_becomes_unknown_is_a_change_of_evidence():
    done = releases((signals(), DOCUMENTS), (signals(risk_difference=None), DOCUMENTS))
    told = done.history.row(1, named=True)
    assert told["change"] == "evidence_changed"
    assert told["change_reason"] == (
        "Figures: difference 0.05 to unknown; the same documents, read by other code, rules or reference data."
    )


def test_a_signal_that_went_is_kept_in_the_history():
    done = releases((signals(), DOCUMENTS), (signals().clear(), {}))
    assert done.signal.height == 0
    told = done.history.row(1, named=True)
    assert (told["change"], told["assessment"]) == ("withdrawn", None)
    assert told["change_reason"] == "No longer among the signals; documents withdrawn: a."


def test_a_signal_that_comes_back_keeps_the_release_it_was_first_seen_in():
    done = releases((signals(), DOCUMENTS), (signals().clear(), {}), (signals(), DOCUMENTS))
    row = done.signal.row(0, named=True)
    assert (row["first_seen_release"], row["changed_release"]) == ("r1", "r3")
    assert done.history["change"].to_list() == ["first_seen", "withdrawn", "first_seen"]
    assert isinstance(done.history.schema["released_at"], pl.Datetime)
