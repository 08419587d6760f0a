"""Which rows break an expectation, as Polars finds them: the rows that Great Expectations would name."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import polars as pl

from safety_pipeline.check.suites import Expectation, Suite, asks_for_columns, expectations, stops_release

Breaks = Callable[[Mapping[str, Any]], pl.Expr]


def _between(asked: Mapping[str, Any]) -> pl.Expr:
    value = pl.col(asked["column"])
    limits = [
        value < asked["min_value"] if asked.get("min_value") is not None else pl.lit(False),
        value > asked["max_value"] if asked.get("max_value") is not None else pl.lit(False),
    ]
    return limits[0] | limits[1]


def _in_set(asked: Mapping[str, Any]) -> pl.Expr:
    return ~pl.col(asked["column"]).is_in(list(asked["value_set"]))


def _matches(asked: Mapping[str, Any]) -> pl.Expr:
    return pl.col(asked["column"]).str.contains(asked["regex"])


def _not_greater(asked: Mapping[str, Any]) -> pl.Expr:
    larger, smaller = pl.col(asked["column_A"]), pl.col(asked["column_B"])
    return larger < smaller if asked.get("or_equal") else larger <= smaller


def _is_there(asked: Mapping[str, Any]) -> pl.Expr:
    return pl.col(asked["column"]).is_not_null()


def _repeated(asked: Mapping[str, Any]) -> pl.Expr:
    return _key(asked).is_duplicated() & _has_key(asked)


def _perhaps_repeated(asked: Mapping[str, Any]) -> pl.Expr:
    """The same by a number for each key: never too few rows, and a seventh of the memory for ten million."""
    return _key(asked).hash().is_duplicated() & _has_key(asked)


def _key(asked: Mapping[str, Any]) -> pl.Expr:
    return pl.struct(_key_columns(asked))


def _has_key(asked: Mapping[str, Any]) -> pl.Expr:
    return pl.any_horizontal(pl.col(name).is_not_null() for name in _key_columns(asked))


def _key_columns(asked: Mapping[str, Any]) -> list[str]:
    return list(asked["column_list"]) if "column_list" in asked else [asked["column"]]


# Polars counts these in the time in which a frame of pandas is made; any other type goes to Great Expectations.
_BREAKS: Mapping[str, Breaks] = {
    "expect_column_values_to_be_between": _between,
    "expect_column_values_to_be_in_set": _in_set,
    "expect_column_values_to_not_match_regex": _matches,
    "expect_column_pair_values_a_to_be_greater_than_b": _not_greater,
    "expect_column_values_to_be_unique": _repeated,
    "expect_compound_columns_to_be_unique": _repeated,
    "expect_column_values_to_be_null": _is_there,
}
_PERHAPS = {name: _perhaps_repeated if breaks is _repeated else breaks for name, breaks in _BREAKS.items()}
_N_ROWS = "_n_rows"
_EQUALS = {"type": "comparison", "operator": "=="}


def broken_by(expectation: Expectation, ways: Mapping[str, Breaks] = _BREAKS) -> pl.Expr | None:
    """True on the rows that break the expectation, as in Great Expectations never on a missing value; or unknown."""
    asked = expectation["kwargs"]
    breaks = ways.get(str(expectation["type"]))
    if breaks is None or asked.get("ignore_row_if", "either_value_is_missing") != "either_value_is_missing":
        return None
    condition = _condition(asked.get("row_condition"))
    return None if condition is None else breaks(asked).fill_null(False) & condition


def _condition(asked: Mapping[str, Any] | None) -> pl.Expr | None:
    """The rows an expectation is about."""
    if asked is None:
        return pl.lit(True)
    if {name: asked.get(name) for name in _EQUALS} != _EQUALS:
        return None
    return pl.col(asked["column"]["name"]).eq_missing(pl.lit(asked["parameter"]))


def counted(rows: pl.LazyFrame, suite: Suite) -> tuple[int, dict[str, int]]:
    """How many rows there are, and by check name how many break each expectation Polars can count; in one pass.

    Where a key may stand twice, a second pass counts by the keys themselves.
    """
    present = set(rows.collect_schema().names())
    n_rows, counts = _sums(rows, _about(present, countable(suite, _PERHAPS)))
    exact = _about(present, countable(suite))
    doubtful = {name: exact[name] for name in _of_keys(suite) if counts.get(name)}
    return n_rows, counts | (_sums(rows, doubtful)[1] if doubtful else {})


def _about(present: AbstractSet[str], breaks: Mapping[str, pl.Expr]) -> dict[str, pl.Expr]:
    """Those whose columns are all there."""
    return {name: broken for name, broken in breaks.items() if set(broken.meta.root_names()) <= present}


def _sums(rows: pl.LazyFrame, breaks: Mapping[str, pl.Expr]) -> tuple[int, dict[str, int]]:
    sums = {name: broken.sum().cast(pl.Int64) for name, broken in breaks.items()}
    counts = rows.select(pl.len().cast(pl.Int64).alias(_N_ROWS), **sums).collect(engine="streaming").row(0, named=True)
    return counts.pop(_N_ROWS), counts


def _of_keys(suite: Suite) -> list[str]:
    """The checks that no key stands twice."""
    return [each["meta"]["check_name"] for each in expectations(suite) if _BREAKS.get(str(each["type"])) is _repeated]


def countable(suite: Suite, ways: Mapping[str, Breaks] = _BREAKS) -> dict[str, pl.Expr]:
    """Check name to the rows that break it, for the expectations whose rows Polars can find."""
    asked = [each for each in expectations(suite) if not asks_for_columns(each)]
    found = {each["meta"]["check_name"]: broken_by(each, ways) for each in asked}
    return {name: broken for name, broken in found.items() if broken is not None}


def taking_out(suite: Suite) -> dict[str, pl.Expr]:
    """By check name, the critical expectations whose failing rows are taken out of their table."""
    critical = {
        each["meta"]["check_name"]
        for each in expectations(suite)
        if each["severity"] == "critical" and not stops_release(each)
    }
    return {name: broken for name, broken in countable(suite).items() if name in critical}
