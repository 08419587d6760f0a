"""Every column that holds a word of a closed list names the list, and the published tables hold no other word."""

import polars as pl
import pytest
from lakes import published

from safety_pipeline.tables.published import PUBLIC_TABLES

# What a column of such a name says is one of few words that a reader may ask for.
CLOSED = (
    *("method", "kind", "status", "relation", "band", "system", "attribution", "design", "tier"),
    *("measure", "severity", "analysis", "assessment", "additivity", "change", "comparison"),
)
# A list that a user's own files may lengthen, and a text that joins several words.
OPEN = {"body_system", "grade_band_as_reported"}


def is_closed(name):
    return name.rsplit("_", 1)[-1] in CLOSED and name not in OPEN


@pytest.mark.parametrize("table", PUBLIC_TABLES, ids=lambda table: table.name)
def test_a_column_of_a_closed_list_names_its_words(table):
    open_ended = [c.name for c in table.columns if is_closed(c.name) and c.dtype == pl.String and not c.allowed]
    assert open_ended == []


def test_the_published_tables_hold_no_word_outside_of_its_list(shipped_lake):
    others = {}
    for table in PUBLIC_TABLES:
        rows = published(shipped_lake, table.name)
        for column in table.columns:
            if column.allowed:
                words = rows[column.name].cast(pl.String).drop_nulls()
                others[f"{table.name}.{column.name}"] = set(words) - set(column.allowed)
    assert len(others) > 80
    assert {name: words for name, words in others.items() if words} == {}
