"""Files of the lake that something else cut short, replaced or scribbled on are made again from what is landed."""

import polars as pl
from lakes import bring_up_to_date, published

from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.making.plan import plan

SOURCE = "literature.gist_400_vs_600_2002"


def test_a_truncated_and_a_foreign_table_are_made_again(computed_lake):
    before = published(computed_lake, "fact_toxicity")
    cut = computed_lake / "ingested" / "cell" / f"{SOURCE}.parquet"
    content = cut.read_bytes()
    cut.write_bytes(content[: len(content) // 2])
    pl.DataFrame({"somebody": ["else's"]}).write_parquet(computed_lake / "summarised" / "coverage.parquet")
    todo = plan(Lake(computed_lake))
    assert (todo.stale_deliveries, todo.is_summary_stale) == ((SOURCE,), True)
    assert bring_up_to_date(computed_lake).faults == ()
    assert cut.read_bytes() == content
    assert published(computed_lake, "fact_toxicity").equals(before)
    assert "reporting_status" in pl.read_parquet(computed_lake / "summarised" / "coverage.parquet").columns


def test_a_history_that_cannot_be_read_is_set_aside_and_the_lake_is_run(computed_lake):
    (computed_lake / ".dagster" / "history" / "runs" / "index.db").write_bytes(b"not a database" * 1000)
    (computed_lake / "summarised" / "coverage.parquet").unlink()
    report = bring_up_to_date(computed_lake)
    assert report.faults == ()
    assert len(list(computed_lake.glob(".dagster.broken-*"))) == 1
    assert (computed_lake / ".dagster" / "history" / "runs" / "index.db").exists()
    assert bring_up_to_date(computed_lake).was_current
