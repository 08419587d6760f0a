"""Mutated snapshots: the reader answers, and every record of events is a cell or a refusal.

Set SAFETY_FUZZ_EXAMPLES=10000 for the long run. One snapshot holds a hundred mutated records, each of them an input.
"""

import csv
import io
import os
import re
import tempfile
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_aact.snapshots import FILES, Tables, tables_with

EXAMPLES = int(os.environ.get("SAFETY_FUZZ_EXAMPLES", "60"))
TOGETHER = 100
NO_CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
EVENTS = FILES["reported_events"]
HEADER, BODY = EVENTS.split("\n", 1)
ROWS = list(csv.reader(io.StringIO(BODY), delimiter="|"))
FIELD = st.sampled_from(["", "0", "-1", "7", "1e3", "x", "EG000", "EG009", "NCT00000001", "serious", 'a "b"', "p|q", "two\nlines", '"', "\r", "٣", "9" * 30])  # fmt: skip  # noqa: E501
OF_EVENTS = pl.col("source_file") == "reported_events.txt"


def _read(**changed: str | bytes) -> Tables:
    with tempfile.TemporaryDirectory() as folder:
        return tables_with(Path(folder), **changed)


def _n_events(found: Tables) -> int:
    return sum(found[table].filter(OF_EVENTS).height for table in ("cell", "refusal"))


def _written(rows: list[list[str]]) -> str:
    """As a database writes them: fields with line breaks of any kind are quoted, records end with a newline."""
    return "".join(f"{line}\n" for line in (HEADER, *map(_line, rows)))


def _line(row: list[str]) -> str:
    target = io.StringIO()
    csv.writer(target, delimiter="|", lineterminator="\r\n").writerow(row)
    return target.getvalue().removesuffix("\r\n")


@st.composite
def record(draw: st.DrawFn) -> list[str]:
    """A sound record with fields overwritten, left out or added."""
    row = list(draw(st.sampled_from(ROWS)))
    for at in draw(st.lists(st.integers(0, len(row) - 1), max_size=3)):
        row[at] = draw(FIELD)
    how = draw(st.sampled_from(["as it is", "as it is", "cut", "longer"]))
    return row[: draw(st.integers(2, len(row)))] if how == "cut" else row + ["more"] * (how == "longer")


@settings(max_examples=max(EXAMPLES // TOGETHER, 5), deadline=None, suppress_health_check=NO_CHECKS)
@given(st.lists(record(), min_size=1, max_size=2 * TOGETHER))
def test_every_record_of_events_is_a_cell_or_a_refusal(rows: list[list[str]]) -> None:
    assert _n_events(_read(reported_events=_written(rows))) == len(rows)


CHANGE = st.tuples(st.integers(0, 900), st.binary(max_size=8), st.integers(0, 40))


@settings(max_examples=max(EXAMPLES // len(FILES), 10), deadline=None, suppress_health_check=NO_CHECKS)
@given(st.fixed_dictionaries(dict.fromkeys(FILES, st.none() | CHANGE)))
def test_any_bytes_in_any_files_are_read_or_refused(changes: dict[str, tuple[int, bytes, int] | None]) -> None:
    changed: dict[str, str | bytes] = {}
    for table, change in changes.items():
        if change:
            at, put, taken = change
            content = FILES[table].encode()
            changed[table] = content[:at] + put + content[at + taken :]
    found = _read(**changed)
    assert found["document"].height + found["refusal"].height >= 1


MARKS = st.lists(st.tuples(st.integers(0, len(BODY) - 1), st.sampled_from('"|\n\r')), min_size=1, max_size=6)


def _marked(marks: list[tuple[int, str]]) -> str:
    body = BODY
    for at, mark in sorted(marks, reverse=True):
        body = body[:at] + mark + body[at:]
    return body


@settings(max_examples=max(EXAMPLES // TOGETHER, 5), deadline=None, suppress_health_check=NO_CHECKS)
@given(st.lists(MARKS.map(_marked), min_size=1, max_size=2 * TOGETHER))
def test_no_record_is_lost_where_quotes_separators_and_lines_are_added_anywhere(bodies: list[str]) -> None:
    content = "".join(bodies)
    assert _n_events(_read(reported_events=f"{HEADER}\n{content}")) >= _n_records(content)


def _n_records(body: str) -> int:
    """The records that Python's reader counts; where it finds no sense, the lines that begin one."""
    try:
        return sum(bool(row) for row in csv.reader(io.StringIO(body, newline="\n"), delimiter="|", strict=True))
    except csv.Error:
        return len(re.findall(r"^\d+\|NCT\d{8}\|", body, re.MULTILINE))
