"""Mutated snapshots: the reader answers, and every record of events is a cell or a refusal.

Set SAFETY_FUZZ_EXAMPLES=10000 for the long run.
"""

import csv
import io
import os
import tempfile
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_aact.snapshots import FILES, Tables, tables_with

EXAMPLES = int(os.environ.get("SAFETY_FUZZ_EXAMPLES", "60"))
FUZZ = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
EVENTS = FILES["reported_events"]
HEADER, BODY = EVENTS.split("\n", 1)
ROWS = list(csv.reader(io.StringIO(BODY), delimiter="|"))
FIELD = st.sampled_from(["", "0", "-1", "7", "1e3", "x", "EG000", "EG009", "NCT00000001", "serious", 'a "b"', "p|q", "two\nlines"])  # fmt: skip  # noqa: E501


def _read(**changed: str | bytes) -> Tables:
    with tempfile.TemporaryDirectory() as folder:
        return tables_with(Path(folder), **changed)


def _written(rows: list[list[str]]) -> str:
    target = io.StringIO()
    csv.writer(target, delimiter="|", lineterminator="\n").writerows(rows)
    return f"{HEADER}\n{target.getvalue()}"


@st.composite
def records(draw: st.DrawFn) -> list[list[str]]:
    """Sound records with fields overwritten, left out or added."""
    rows = [list(draw(st.sampled_from(ROWS))) for _ in range(draw(st.integers(1, 5)))]
    for row in rows:
        for at in draw(st.lists(st.integers(0, len(row) - 1), max_size=3)):
            row[at] = draw(FIELD)
        how = draw(st.sampled_from(["as it is", "as it is", "cut", "longer"]))
        row[:] = row[: draw(st.integers(2, len(row)))] if how == "cut" else row + ["more"] * (how == "longer")
    return rows


@FUZZ
@given(records())
def test_every_record_of_events_is_a_cell_or_a_refusal(rows: list[list[str]]) -> None:
    found = _read(reported_events=_written(rows))
    of_events = pl.col("source_file") == "reported_events.txt"
    assert found["cell"].filter(of_events).height + found["refusal"].filter(of_events).height == len(rows)


@FUZZ
@given(st.sampled_from(list(FILES)), st.integers(0, 900), st.binary(max_size=8), st.integers(0, 40))
def test_any_bytes_in_any_file_are_read_or_refused(table: str, at: int, put: bytes, taken: int) -> None:
    content = FILES[table].encode()
    found = _read(**{table: content[:at] + put + content[at + taken :]})
    assert found["document"].height + found["refusal"].height >= 1
