"""The id of a reported row says where its cell stands."""

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_pipeline.harmonise.cells import reported_cells
from safety_pipeline.tables.ingested import CELL, DOCUMENT


def ids_of(*places: tuple[str, str, int, int | None, int]) -> list[str]:
    """The ids of cells in places of (delivery, table, row, sub-row, column)."""
    named = pl.LazyFrame(places, schema={name: CELL.column(name).dtype for name in CELL.key}, orient="row")
    others = [pl.lit(None, column.dtype).alias(column.name) for column in CELL.columns if column.name not in CELL.key]
    found = reported_cells(nw.from_native(named.with_columns(others)), nw.from_native(DOCUMENT.empty()))
    ids: list[str] = nw.to_native(found).collect()["toxicity_id"].to_list()
    return ids


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (("literature.gist_400_vs_600_2002", "1", 5, 4, 5), "literature.gist_400_vs_600_2002:1:r5.4:c5"),
        (("literature.melanoma_high_dose_2006", "2", 3, None, 1), "literature.melanoma_high_dose_2006:2:r3:c1"),
        (("ctgov.two", "NCT00000002:serious", 12, None, 2), "ctgov.two:NCT00000002:serious:r12:c2"),
        (("aact.may", "reported_events", 10_000_000, None, 3), "aact.may:reported_events:r10000000:c3"),
    ],
)
def test_an_id_names_delivery_table_row_and_column(place, expected):
    assert ids_of(place) == [expected]


NUMBERS = st.integers(1, 120)
PLACES = st.tuples(
    st.sampled_from(["ctgov.a", "ctgov.ab"]),
    st.sampled_from(["1", "11", "NCT00000001:other", "other"]),
    NUMBERS,
    st.none() | NUMBERS,
    NUMBERS,
)


@given(st.lists(PLACES, unique=True, min_size=2))
def test_no_two_places_have_one_id(places):
    assert len(set(ids_of(*places))) == len(places)
