"""Mutated records: the reader answers, and every count that was there is a cell or a refusal.

Set SAFETY_FUZZ_EXAMPLES=10000 for the long run.
"""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_ctgov.register_reading import TOTALS, Tables, record, tables_of

from safety_pipeline.tables.ingested import CELL

EXAMPLES = int(os.environ.get("SAFETY_FUZZ_EXAMPLES", "150"))
FUZZ = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["", "0", "-1"])
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3))  # fmt: skip  # noqa: E501


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inner for place in _places(each, (*path, key)))]


PLACES = [place for place in _places(record()) if place]


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A sound record with up to four places overwritten, taken out or doubled."""
    changed = record()
    for place in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4)):
        _change(changed, place, draw(st.sampled_from(["set", "drop", "double"])), draw)
    return changed


def _change(changed: Any, place: tuple[Any, ...], how: str, draw: st.DrawFn) -> None:
    try:
        holder = changed
        for key in place[:-1]:
            holder = holder[key]
        if how == "set":
            holder[place[-1]] = draw(VALUES)
        elif how == "drop":
            del holder[place[-1]]
        elif isinstance(holder, list):
            holder.append(holder[place[-1]])
    except (KeyError, IndexError, TypeError):
        return


def _counts_that_were_there(changed: dict[str, Any]) -> int:
    """Each count of each event, each event without usable counts, and each list that is no list, counts once."""
    results = changed.get("resultsSection")
    events = results.get("adverseEventsModule") if isinstance(results, dict) else None
    if not isinstance(events, dict):
        return 0
    return sum(_in_table(events.get(key)) for key in ("seriousEvents", "otherEvents"))


def _in_table(lines: Any) -> int:
    if not isinstance(lines, list):
        return 0
    return sum(_in_line(line) for line in lines)


def _in_line(line: Any) -> int:
    stats = line.get("stats") if isinstance(line, dict) else None
    return len(stats) if isinstance(stats, list) and stats else 1


ROW_RULES = [
    "event_is_an_object",
    "event_has_counts",
    "count_is_an_object",
    "event_has_a_term",
    "group_is_described",
    "count_is_a_whole_number",
    "count_is_given",
    "group_is_counted_once",
]


def _read(content: object, name: str = "NCT00000001.json") -> Tables:
    with tempfile.TemporaryDirectory() as folder:
        return tables_of(content, Path(folder), name)


@FUZZ
@given(mutated())
def test_no_count_of_a_mutated_record_is_lost(changed: dict[str, Any]) -> None:
    found = _read(changed)
    if found["document"].is_empty():
        assert found["refusal"].height >= 1
        return
    cells = found["cell"].filter(pl.col("table_label") != TOTALS).height
    refused = found["refusal"].filter(pl.col("rule").is_in(ROW_RULES), pl.col("table_label") != TOTALS).height
    assert cells + refused == _counts_that_were_there(changed)
    assert found["cell"].select(CELL.key).is_unique().all()


@FUZZ
@given(
    st.binary(max_size=300)
    | st.builds(
        lambda at, cut: _bytes()[:at] + cut + _bytes()[at + len(cut) :],
        st.integers(0, 1500),
        st.binary(min_size=1, max_size=12),
    )
)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for name in ("x.json", "x.xml"):
        found = _read(content, name)
        assert found["document"].height + found["refusal"].height >= 1


def _bytes() -> bytes:
    return json.dumps(record()).encode()


XML = """<clinical_study><id_info><nct_id>NCT00000001</nct_id></id_info><brief_title>T</brief_title>
<clinical_results><reported_events><group_list><group group_id="E1"><title>A</title></group></group_list>
<other_events><frequency_threshold>5</frequency_threshold><default_vocab>CTCAE (3.0)</default_vocab><category_list>
<category><title>Skin</title><event_list><event><sub_title>Rash</sub_title>
<counts group_id="E1" subjects_affected="3" subjects_at_risk="9"/></event></event_list></category></category_list>
</other_events></reported_events></clinical_results></clinical_study>"""


@FUZZ
@given(st.integers(0, len(XML)), st.text(max_size=10), st.integers(0, 30))
def test_mutated_xml_is_read_or_refused(at: int, put: str, taken: int) -> None:
    content = (XML[:at] + put + XML[at + taken :]).encode("utf-8", "replace")
    found = _read(content, "x.xml")
    assert found["document"].height + found["refusal"].height >= 1
