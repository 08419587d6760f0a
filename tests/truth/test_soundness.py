"""The law of soundness on some hundred invented trials of each kind of source; `make soundness` takes ten thousand."""

import dataclasses

import polars as pl
import pytest

from safety_pipeline.orchestration.making import summaries
from safety_pipeline.tables import summarised
from truth import disk_lake, memory_lake
from truth.hostile import random_lake
from truth.publishing import publish
from truth.simulation import PRINTERS, judge
from truth.tightness import TINY_PRINTERS
from truth.trial import Size, affected

SMALL = Size(patients=15, arms=2, terms=5)
HOW_MANY = {"article": 80, "register": 80, "aact": 80, "package": 40}
SILENT = pl.col("reporting_status").is_in(["below_threshold", "not_tabulated"])


@pytest.fixture(scope="module", params=sorted(PRINTERS))
def found(request):
    return judge(PRINTERS[request.param](99, range(HOW_MANY[request.param]), SMALL))


def test_every_arm_answers_for_every_headline_concept_and_band(found):
    assert found.unanswered == []


def test_what_is_published_is_true(found):
    assert list(found.violations) == []


@pytest.mark.parametrize("source", sorted(TINY_PRINTERS))
def test_the_narrowest_bounds_of_a_tiny_source_hold_its_truth(source):
    for number in range(60):
        tiny = TINY_PRINTERS[source](99, number)
        (arm,), (counted,) = tiny.printed.trial.arms, tiny.printed.counted.values()
        for (concept, band), (lower, upper) in tiny.narrowest.items():
            assert lower <= affected(arm, concept, band, counted) <= upper


def planted(monkeypatch, change):
    """The stages with a fault in what they make of incidence by arm."""
    faulty = [
        dataclasses.replace(summary, make=lambda lake, make=summary.make: change(make(lake)))
        if summary.table is summarised.INCIDENCE_BY_ARM
        else summary
        for summary in summaries.SUMMARIES
    ]
    monkeypatch.setattr(summaries, "SUMMARIES", tuple(faulty))


def upper(changed):
    """The rows with another upper bound where there is one."""
    bound = pl.col("n_affected_upper")
    return lambda rows: rows.with_columns(n_affected_upper=pl.when(bound.is_not_null()).then(changed))


FAULTS = {
    "silence read as 0": upper(pl.when(SILENT).then(0).otherwise("n_affected_upper")),
    "no cap at the number at risk": upper(pl.when(SILENT).then(pl.col("n_at_risk") + 1).otherwise("n_affected_upper")),
    "one patient too many": lambda rows: rows.with_columns(pl.col("n_affected_lower", "n_affected_upper") + 1),
}


@pytest.fixture(scope="module")
def without_a_fault():
    """Twenty articles, and what is found in them while nothing is planted."""
    printed = PRINTERS["article"](99, range(20), SMALL)
    return printed, judge(printed)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(monkeypatch, fault, without_a_fault):
    printed, before = without_a_fault
    planted(monkeypatch, FAULTS[fault])
    assert judge(printed).violations.total() > before.violations.total()


def test_deliveries_read_as_one_give_what_each_gives_by_itself(tmp_path):
    printed = [source for name in sorted(PRINTERS) for source in PRINTERS[name](97, range(2), SMALL)]
    together = memory_lake.by_arm(memory_lake.run(printed))
    memory_lake.land(tmp_path, printed)
    apart = disk_lake.run(tmp_path, summarised.INCIDENCE_BY_ARM).scan(summarised.INCIDENCE_BY_ARM)
    assert apart.collect().equals(together)


def test_a_lake_of_trials_at_the_edges_is_published_whole():
    assert publish("lake", random_lake(1, 0)).unpublished == {}
