"""`--engine spark` makes the rows that Polars makes, in their order, on a cluster of two workers."""

from pathlib import Path

import polars as pl
import pytest
from lakes import bring_up_to_date, lake_with_shipped_documents
from spark_here import require_spark
from truth import disk_lake, memory_lake
from truth.simulation import PRINTERS
from truth.trial import Size

from safety_pipeline import settings
from safety_pipeline.orchestration.making import blocks, stages
from safety_pipeline.orchestration.making.plan import STAGE_TABLES
from safety_pipeline.orchestration.making.summaries import SUMMARIES
from safety_pipeline.tables import checked, harmonised, summarised

pytestmark = [pytest.mark.spark, pytest.mark.spark_cluster]
CLUSTER = "local-cluster[2,1,1024]"
SMALL = Size(patients=15, arms=2, terms=5)
LARGE = "literature.gist_400_vs_600_2002"


@pytest.fixture(scope="module")
def patched():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def engine(tmp_path_factory, patched):
    """Spark on two executors of this machine, in processes of their own."""
    require_spark()
    from safety_pipeline.orchestration.spark import session  # noqa: PLC0415
    from safety_pipeline.orchestration.spark.engine import InSpark  # noqa: PLC0415

    patched.setenv("SPARK_HOME", str(spark_home(tmp_path_factory.mktemp("spark"))))
    started = session.session(CLUSTER)
    started.sparkContext.setLogLevel("ERROR")
    yield InSpark(CLUSTER)
    started.stop()
    session.session.cache_clear()


def spark_home(folder: Path) -> Path:
    """PySpark under another name: a cluster on one machine writes into this folder."""
    import pyspark  # noqa: PLC0415

    for place in Path(pyspark.__file__).parent.iterdir():
        (folder / place.name).symlink_to(place)
    return folder


@pytest.fixture(scope="module")
def lake(tmp_path_factory, patched):
    """The shipped documents and invented trials of all four kinds, made by Polars; some blocks for an executor each."""
    folder = lake_with_shipped_documents(tmp_path_factory.mktemp("both") / "lake")
    for number, kind in enumerate(sorted(PRINTERS)):
        memory_lake.land(folder, PRINTERS[kind](7 + number, range(100 * number, 100 * number + 3), SMALL))
    made = disk_lake.publish(folder)
    patched.setattr(blocks, "BLOCK_ROWS", 100)
    return made


@pytest.fixture(scope="module")
def with_large(patched):
    """One delivery counts as too large for an executor: it has rows of grades and totals, and two tables."""
    from safety_pipeline.orchestration.spark import large_delivery  # noqa: PLC0415

    patched.setattr(large_delivery, "is_large", lambda _lake, delivery_id: delivery_id == LARGE)


STAGES = {"harmonised": stages.harmonised_tables, "checked": stages.check}


@pytest.mark.parametrize("stage", STAGES)
def test_every_delivery_has_the_rows_of_polars_in_their_order(engine, lake, with_large, stage):
    of_spark = engine.of_deliveries(lake, stage, STAGES[stage], list(lake.deliveries))
    for name in lake.deliveries:
        frames = of_spark(lake, name)
        for table in STAGE_TABLES[stage]:
            rows = table.restored(table.stored(table.conform(frames[table.name]))).collect()
            assert rows.equals(lake.scan(table, name).collect()), f"{table.path} of {name}"


def test_subjects_are_counted_and_rows_refused_where_the_engines_are_compared(lake):
    counted = lake.scan(harmonised.TOXICITY).filter(pl.col("delivery_id").str.starts_with("cdisc."))
    assert counted.collect().height > 50
    assert lake.scan(checked.REJECTED).collect().height > 0


@pytest.mark.parametrize("table", [summarised.ROW_USE, summarised.INCIDENCE_BY_ARM, summarised.COVERAGE])
def test_claims_and_bounds_of_blocks_of_trials_have_the_rows_of_polars(engine, lake, table):
    summary = next(each for each in SUMMARIES if each.table is table)
    assert len(blocks.blocks(lake)) > 2
    here = blocks.in_blocks(lake, table, summary.make)
    there = engine.rows(lake, summary)
    assert table.restored(there).collect().equals(table.restored(here).collect())


def test_claims_are_compared_where_there_are_bounds_and_counts(lake):
    claims = lake.scan(summarised.INCIDENCE_BY_ARM).collect()
    known = claims.filter(pl.col("n_affected_upper").is_not_null())
    assert known.filter(pl.col("n_affected_lower") < pl.col("n_affected_upper")).height > 50
    assert known.filter(pl.col("n_affected_lower") == pl.col("n_affected_upper")).height > 50


def test_a_run_on_spark_publishes_the_files_of_a_run_on_polars(engine, tmp_path, monkeypatch, shipped_lake):
    monkeypatch.setenv(settings.ENGINE.name, "spark")
    monkeypatch.setenv(settings.SPARK_MASTER.name, CLUSTER)
    lake = lake_with_shipped_documents(tmp_path / "lake")
    report = bring_up_to_date(lake)
    assert report.faults == ()
    tables = [file.name for file in (shipped_lake / "published").glob("*.parquet")]
    assert len(tables) > 20
    dated = {"dq_result.parquet", "release.parquet", "signal_history.parquet"}
    undated = [name for name in tables if name not in dated]
    for name in undated:
        here, there = (pl.read_parquet(each / "published" / name) for each in (shipped_lake, lake))
        assert there.equals(here), name
    assert not list((lake / ".state" / "spark").rglob("*.parquet"))
