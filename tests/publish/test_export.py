"""Exports: CSV that a spreadsheet may open, Parquet, and a schema in a real Postgres."""

import polars as pl
import pytest
from adbc_driver_postgresql import dbapi
from click.testing import CliRunner
from lakes import published
from postgres_server import postgres_server

from safety_pipeline.cli import main
from safety_pipeline.publish.formula_safe import formula_safe
from safety_pipeline.tables.published import PUBLIC_TABLES


def exported(lake, target, *options):
    return CliRunner().invoke(main, ["export", str(target), "--lake", str(lake), *options])


def test_every_table_is_written_as_csv(shipped_lake, tmp_path):
    assert exported(shipped_lake, tmp_path / "out").exit_code == 0
    assert {file.stem for file in (tmp_path / "out").iterdir()} == {table.name for table in PUBLIC_TABLES}
    rows = pl.read_csv(tmp_path / "out" / "mart_incidence_by_dose.csv")
    assert rows["label"].to_list() == published(shipped_lake, "mart_incidence_by_dose")["label"].to_list()


@pytest.mark.parametrize("text", ["=1+1", "+5.8 points", "-3", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_begins_like_a_formula_has_an_apostrophe(text):
    assert formula_safe(pl.DataFrame({"a": [text]}))["a"].item() == "'" + text


@pytest.mark.parametrize("text", ["52/73", "2 trials", "", None, "a=b"])
def test_any_other_text_stays(text):
    assert formula_safe(pl.DataFrame({"a": [text]}, schema={"a": pl.String}))["a"].item() == text


def test_one_table_as_parquet(shipped_lake, tmp_path):
    exported(shipped_lake, tmp_path, "--format", "parquet", "--table", "mart_signal")
    assert [file.name for file in tmp_path.iterdir()] == ["mart_signal.parquet"]


def test_a_schema_with_a_name_that_is_sql_is_refused(shipped_lake):
    done = exported(shipped_lake, "postgres://nobody@127.0.0.1/none", "--schema", "x; DROP TABLE y")
    assert (done.exit_code, "no name for a schema" in done.output) == (1, True)


@pytest.fixture(scope="module")
def postgres():
    with postgres_server() as address:
        yield address


def test_postgres_holds_the_tables_with_keys_and_comments_however_often_exported(shipped_lake, postgres):
    for _ in range(2):
        done = exported(shipped_lake, postgres)
        assert done.exit_code == 0, done.output
    with dbapi.connect(postgres) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT label FROM safety.mart_incidence_by_dose WHERE concept = 'edema' AND value IS NOT NULL")
        assert cursor.fetchone() == ("57/74, 77.0 % (66.3 to 85.1)",)
        cursor.execute("SELECT obj_description('safety.dim_arm'::regclass)")
        assert cursor.fetchone()[0].startswith("One row per arm")
        cursor.execute(
            "SELECT count(*) FROM pg_constraint WHERE conrelid = 'safety.dim_arm'::regclass AND contype = 'p'"
        )
        assert cursor.fetchone() == (1,)
        cursor.execute(
            "SELECT printed, row_number, column_number FROM safety.printed_cell WHERE trial_id = 'B2222'"
            " AND arm_label = 'imatinib 400 mg' AND concept = 'edema' AND grade_band = 'any'"
        )
        assert cursor.fetchall() == [("52 (71.2)", 5, 2)]
