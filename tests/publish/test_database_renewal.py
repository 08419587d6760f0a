"""The database of a release made from that of the release before holds what one made anew holds."""

import duckdb
import polars as pl
import pytest

from safety_pipeline.publish import database_renewal
from safety_pipeline.publish.database import write_database
from safety_pipeline.publish.database_renewal import Before, renewed_database
from safety_pipeline.tables.marts import MART_INCIDENCE_BY_DOSE
from safety_pipeline.tables.published import FACT_TOXICITY, PUBLIC_TABLES
from safety_pipeline.tables.storage import write_table


@pytest.fixture
def tables(shipped_lake):
    return {table: shipped_lake / "published" / f"{table.name}.parquet" for table in PUBLIC_TABLES}


@pytest.fixture
def before(tables, tmp_path, monkeypatch):
    """The database of the shipped documents, whose tables count as large ones."""
    monkeypatch.setattr("safety_pipeline.publish.database.KEYED_UP_TO", 20)
    monkeypatch.setattr(database_renewal, "KEYED_UP_TO", 20)
    path = tmp_path / "before.duckdb"
    write_database(path, tables)
    return path


def changed(tables, table, folder, change):
    """The tables with other rows of one."""
    file = folder / f"{table.name}.parquet"
    write_table(table, table.restored(pl.scan_parquet(tables[table])).pipe(change), file)
    return {**tables, table: file}


def without_a_trial_and_with_another(rows):
    """B2222 keeps some of its rows, and has a new one."""
    is_of_trial = pl.col("trial_id") == "B2222"
    new = rows.filter(is_of_trial).head(1).with_columns(toxicity_id=pl.lit("new"))
    return pl.concat([rows.filter(~is_of_trial | (pl.col("grade_band") == "any")), new])


def contents(path):
    with duckdb.connect(str(path), read_only=True) as database:
        names = [name for (name,) in database.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        rows = {name: sorted(database.execute(f'FROM "{name}"').fetchall(), key=repr) for name in names}
        described = database.execute(
            "SELECT table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns() ORDER BY ALL"
        ).fetchall()
    return rows, described


def test_the_rows_of_changed_trials_are_replaced_and_the_others_stay(tables, before, tmp_path):
    now = changed(tables, FACT_TOXICITY, tmp_path, without_a_trial_and_with_another)
    unchanged = [table for table in PUBLIC_TABLES if table is not FACT_TOXICITY]
    renewed_database(tmp_path / "now.duckdb", now, Before(before, unchanged, [FACT_TOXICITY], ["B2222"]))
    write_database(tmp_path / "anew.duckdb", now)
    assert contents(tmp_path / "now.duckdb") == contents(tmp_path / "anew.duckdb")
    assert contents(tmp_path / "now.duckdb") != contents(before)


def test_a_table_of_other_rows_is_loaded_again_with_its_descriptions(tables, before, tmp_path):
    now = changed(tables, MART_INCIDENCE_BY_DOSE, tmp_path, lambda rows: rows.head(3))
    unchanged = [table for table in PUBLIC_TABLES if table is not MART_INCIDENCE_BY_DOSE]
    renewed_database(tmp_path / "now.duckdb", now, Before(before, unchanged, [], []))
    write_database(tmp_path / "anew.duckdb", now)
    assert contents(tmp_path / "now.duckdb") == contents(tmp_path / "anew.duckdb")


def test_a_broken_database_is_made_anew(tables, before, tmp_path):
    before.write_bytes(before.read_bytes()[:5000])
    renewed_database(tmp_path / "now.duckdb", tables, Before(before, list(PUBLIC_TABLES), [], []))
    write_database(tmp_path / "anew.duckdb", tables)
    assert contents(tmp_path / "now.duckdb") == contents(tmp_path / "anew.duckdb")


def test_the_database_of_the_release_before_is_left_as_it_was(tables, before, tmp_path):
    bytes_before = before.read_bytes()
    renewed_database(tmp_path / "now.duckdb", tables, Before(before, [], [FACT_TOXICITY], ["B2222"]))
    assert before.read_bytes() == bytes_before
