"""How tables lie in the lake: texts that many rows repeat as dictionaries, and equal rows as equal bytes."""

import hashlib

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.tables.ingested import ARM, CELL
from safety_pipeline.tables.storage import remove_leftovers, write_table, write_tables

WORDS = {
    column.name: column.allowed[0] if column.allowed else "some words"
    for column in CELL.columns
    if column.dtype == pl.String()
}
NUMBERS = {"column_number": 1, "is_composite": False, "grade_lower_reported": 1}


def _cells(*terms):
    rows = [{**WORDS, **NUMBERS, "row_number": n, "term_as_reported": term} for n, term in enumerate(terms)]
    filled = [{column.name: row.get(column.name) for column in CELL.columns} for row in rows]
    return pl.LazyFrame(filled, schema=CELL.schema)


def test_a_repeated_text_is_a_dictionary_in_the_file_and_a_text_in_the_lake(tmp_path):
    (tmp_path / "landed").mkdir()
    lake = Lake(tmp_path)
    lake.write(CELL, _cells("Rash", "Edema", "Rash"), "aact.a")
    field = pq.read_schema(lake.path(CELL, "aact.a")).field("term_as_reported")
    assert pa.types.is_dictionary(field.type)
    assert field.metadata[b"description"] == CELL.column("term_as_reported").description.encode()
    read = lake.scan(CELL, "aact.a").collect()
    assert dict(read.schema) == dict(CELL.schema)
    assert read["term_as_reported"].to_list() == ["Rash", "Edema", "Rash"]


def test_a_word_outside_of_its_vocabulary_is_not_stored(tmp_path):
    cells = _cells("Rash").with_columns(cell_status=pl.lit("perhaps"))
    with pytest.raises(pl.exceptions.PolarsError, match="perhaps"):
        write_table(CELL, cells, tmp_path / "cell.parquet")
    assert list(tmp_path.iterdir()) == []


def test_the_bytes_of_a_table_do_not_depend_on_what_was_read_before(tmp_path):
    before = write_table(CELL, _cells("Zoster", "Acne", "Rash"), tmp_path / "before.parquet")
    for words in (["Rash", "Acne", "Zoster"], [f"other {n}" for n in range(10_000)]):
        pl.Series(words).cast(pl.Categorical())
        after = write_table(CELL, _cells("Zoster", "Acne", "Rash"), tmp_path / f"after_{len(words)}.parquet")
        assert after.sha256 == before.sha256


def test_tables_written_side_by_side_are_those_written_one_after_the_other(tmp_path):
    frames = {CELL: _cells("Rash", "Edema"), ARM: ARM.empty()}
    stored = write_tables(frames, lambda table: tmp_path / f"{table.name}.parquet")
    assert {table: (each.n_rows, each.path.name) for table, each in stored.items()} == {
        CELL: (2, "cell.parquet"),
        ARM: (0, "arm.parquet"),
    }
    for table, each in stored.items():
        alone = write_table(table, frames[table], tmp_path / "alone.parquet")
        assert hashlib.sha256(each.path.read_bytes()).hexdigest() == alone.sha256


def test_a_table_that_cannot_be_written_fails_for_all_of_them(tmp_path):
    broken = pl.LazyFrame({"table_id": ["1"]})
    with pytest.raises(Exception, match="missing columns"):
        write_tables({ARM: ARM.empty(), CELL: broken}, lambda table: tmp_path / f"{table.name}.parquet")


def test_what_a_killed_run_left_behind_is_deleted_and_nothing_else(tmp_path):
    begun = tmp_path / "published" / "releases" / ".tmp-0123"
    for place in (
        begun / "fact_toxicity.parquet",
        tmp_path / ".tmp-4567.parquet",
        tmp_path / "checked" / "kept.parquet",
    ):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    (begun / "fact_toxicity.parquet").chmod(0o444)
    assert remove_leftovers(tmp_path) == 2
    assert [file.name for file in tmp_path.rglob("*.parquet")] == ["kept.parquet"]
    assert not begun.exists()
