"""A lake of many rows is summarised block after block, and says what it says as a whole."""

import pytest

from safety_pipeline.orchestration import blocks
from safety_pipeline.orchestration.lake import Lake
from safety_pipeline.orchestration.publications import PUBLICATIONS
from safety_pipeline.orchestration.stages import SUMMARIES

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


def test_each_block_holds_whole_trials_and_every_document_is_in_one(shipped_lake, small_blocks):
    made = blocks.blocks(Lake(shipped_lake))
    assert len(made) > 2
    for name in ("documents", "trials"):
        members = [member for block in made for member in getattr(block, name)]
        assert len(members) == len(set(members))
    of_one_trial = {"gist_400_vs_600_2002", "gist_long_term_2008"}
    assert sum(of_one_trial <= block.documents for block in made) == 1


def test_a_lake_of_few_rows_is_no_blocks(shipped_lake):
    assert blocks.blocks(Lake(shipped_lake)) == []
