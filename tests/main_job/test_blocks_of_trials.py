"""A lake of many rows is summarised block after block, and says what it says as a whole."""

import polars as pl
import pytest
from lakes import bring_up_to_date
from polars.testing import assert_frame_equal
from test_a_review_of_several_trials import land_review

from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.making import blocks
from safety_pipeline.orchestration.making.publications import PUBLICATIONS
from safety_pipeline.orchestration.making.summaries import SUMMARIES
from safety_pipeline.tables import checked, ingested, summarised

BY_TRIAL = [each for each in (*SUMMARIES, *PUBLICATIONS) if each.is_by_trial]


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_ROWS", 20)


@pytest.mark.parametrize("summary", BY_TRIAL, ids=lambda summary: summary.table.path)
def test_blocks_together_say_what_the_whole_lake_says(shipped_lake, small_blocks, summary):
    lake, table = Lake(shipped_lake), summary.table
    whole = table.conform(summary.make(lake)).collect()
    together = table.restored(blocks.in_blocks(lake, table, summary.make)).collect()
    assert together.sort(table.column_names, nulls_last=True).equals(whole.sort(table.column_names, nulls_last=True))


def test_contrasts_of_doses_are_the_same_however_the_lake_is_cut(shipped_lake, monkeypatch):
    lake = Lake(shipped_lake)
    (summary,) = (each for each in SUMMARIES if each.table.name == "dose_contrast")
    whole = summary.make(lake).collect()
    monkeypatch.setattr(blocks, "BLOCK_ROWS", 20)
    assert_frame_equal(summary.make(lake).collect(), whole)


def test_each_block_holds_whole_trials_and_every_document_is_in_one(shipped_lake, small_blocks):
    made = blocks.blocks(Lake(shipped_lake))
    assert len(made) > 1
    for name in ("documents", "trials"):
        members = [member for block in made for member in getattr(block, name)]
        assert len(members) == len(set(members))
    of_one_trial = {"gist_400_vs_600_2002", "gist_long_term_2008"}
    assert sum(of_one_trial <= block.documents for block in made) == 1


class LakeOfRows:
    """As much of a lake as blocks look at: trials of one document each, with so many accepted rows."""

    folder = None

    def __init__(self, n_rows):
        names = pl.LazyFrame({"trial_id": list(n_rows), "document_id": [f"of {trial}" for trial in n_rows]})
        rows = names.with_columns(n=pl.Series(list(n_rows.values())))
        counted = rows.select("trial_id", pl.col("document_id").repeat_by("n")).explode("document_id")
        self.tables = {checked.TOXICITY: counted, ingested.DOCUMENT: names, summarised.ARM: names}

    def scan(self, table):
        return self.tables[table]


def test_trials_fill_a_block_before_the_next_begins(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_ROWS", 100)
    made = blocks.blocks(LakeOfRows({f"T{number}": 40 for number in range(10)}))
    assert [sorted(block.trials) for block in made] == [
        ["T0", "T1"],
        ["T2", "T3"],
        ["T4", "T5", "T6"],
        ["T7", "T8"],
        ["T9"],
    ]


def test_a_review_is_in_the_block_of_the_trials_whose_rows_it_repeats(computed_lake, small_blocks):
    land_review(computed_lake)
    assert bring_up_to_date(computed_lake).faults == ()
    (tied,) = (block for block in blocks.blocks(Lake(computed_lake)) if block.is_tied)
    assert {"skin_review_2003", "gist_400_vs_600_2002", "gist_long_term_2008"} <= tied.documents
    lake = Lake(computed_lake)
    used = lake.scan(summarised.ROW_USE).filter(document_id="skin_review_2003").collect()
    assert sorted(used["is_used"]) == [False, True]


def test_a_lake_of_few_rows_is_no_blocks(shipped_lake):
    assert blocks.blocks(Lake(shipped_lake)) == []
