"""A run of a large lake after a small change publishes what a run of everything publishes."""

import duckdb
import pytest
from lakes import bring_up_to_date, lake_with_shipped_documents
from small_deliveries import land_small_deliveries

from safety_pipeline.orchestration.increments import basis
from safety_pipeline.orchestration.making import blocks
from safety_pipeline.publish import database, database_renewal

# Of the run and of its releases, not of what is landed.
_DATED = {"dq_result", "release", "signal", "mart_signal", "signal_history"}


@pytest.fixture(scope="module")
def lakes(tmp_path_factory):
    """A lake that grew by two deliveries, and one that had them from the start; many rows are few here."""
    folder = tmp_path_factory.mktemp("grown")
    grown, anew = (lake_with_shipped_documents(folder / name) for name in ("grown", "anew"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_ROWS", 120)
        for module in (database, database_renewal):
            patch.setattr(module, "KEYED_UP_TO", 20)
        assert bring_up_to_date(grown).faults == ()
        assert (grown / basis.FOLDER / "made_of.json").exists()
        renewed = []
        whole = database_renewal._renew
        patch.setattr(database_renewal, "_renew", lambda *given: renewed.append(given) or whole(*given))
        for lake in (grown, anew):
            land_small_deliveries(lake, [1, 3])
            assert bring_up_to_date(lake).faults == ()
    assert len(renewed) == 1
    return grown, anew


@pytest.mark.parametrize(
    ("stage", "others"),
    [("published", _DATED), ("summarised", {"row_use"})],  # nobody reads the use of rows in its order
)
def test_every_table_has_the_same_bytes(lakes, stage, others):
    grown, anew = (
        {file.stem: file.read_bytes() for file in (lake / stage).glob("*.parquet") if file.stem not in others}
        for lake in lakes
    )
    assert len(grown) > 15
    assert [name for name in grown if grown[name] != anew.get(name)] == []


def test_the_database_has_the_rows_of_the_tables(lakes):
    grown, _ = lakes
    with duckdb.connect(str(grown / "published" / "safety.duckdb"), read_only=True) as opened:
        names = [name for (name,) in opened.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        for name in names:
            released = grown / "published" / "latest" / f"{name}.parquet"
            rows = sorted(opened.execute(f'FROM "{name}"').fetchall(), key=repr)
            stored = sorted(duckdb.connect().execute("FROM read_parquet(?)", [str(released)]).fetchall(), key=repr)
            assert rows == stored, name
    assert len(names) > 20
