"""Great Expectations as the judge: of counts that Polars made, or of rows where Polars cannot count."""

import sys
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

import polars as pl

from safety_pipeline.check.judge_aside import failing_aside
from safety_pipeline.check.suites import Expectation, Suite, SuiteError

_FAILING_ROWS_SHOWN = 10
_NONE_FAILS: Expectation = {
    "type": "expect_column_values_to_be_between",
    "severity": "critical",
    "kwargs": {"column": "n_failing", "min_value": 0, "max_value": 0},
    "meta": {"check_name": "no_row_fails"},
}
Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True)
class Verdict:
    """Whether an expectation holds, on how many rows it does not, and what went wrong where it could not be judged."""

    passed: bool
    n_failing: int | None
    failing_rows: Sequence[Mapping[str, object]] = ()
    error: str | None = None


def verdicts(counts: Mapping[Name, int]) -> dict[Name, Verdict]:
    """One verdict a count, all in one question: a thousand rows in a frame of pandas cost what one costs."""
    if not counts:
        return {}
    asked = list(counts.values())
    aside = failing_aside(asked)
    failing = failing_here(asked) if aside is None else aside
    return {name: Verdict(at not in failing, n) for at, (name, n) in enumerate(counts.items())}


def failing_here(counts: Sequence[int]) -> set[int]:
    """The places of the counts that fail, as Great Expectations says in this process."""
    frame = pl.DataFrame({"place": range(len(counts)), "n_failing": list(counts)})
    every_failing = {"result_format": "COMPLETE", "unexpected_index_column_names": ["place"]}
    result = _validated(frame, "counts", _NONE_FAILS, every_failing)
    if message := _error(result.exception_info or {}):
        raise SuiteError(f"the counts of the checks could not be judged: {message}")
    return {row["place"] for row in result.result.get("unexpected_index_list") or []}


def verdict_on_rows(suite: Suite, expectation: Expectation, frame: pl.DataFrame, key: Sequence[str]) -> Verdict:
    """What Great Expectations itself finds in the rows."""
    shown = {
        "result_format": "SUMMARY",
        "partial_unexpected_count": _FAILING_ROWS_SHOWN,
        "unexpected_index_column_names": list(key),
    }
    result = _validated(frame, str(suite["name"]), expectation, shown)
    answer = result.result or {}
    error = _error(result.exception_info or {})
    passed = bool(result.success) and error is None
    n_failing = answer.get("unexpected_count", 0 if passed else None)
    return Verdict(passed, n_failing, answer.get("partial_unexpected_index_list") or [], error)


def _validated(frame: pl.DataFrame, name: str, expectation: Expectation, result_format: Mapping[str, object]) -> Any:
    """The result of one expectation, which must have been understood and answered."""
    batch = _whole_frame().get_batch({"dataframe": frame.to_pandas(use_pyarrow_extension_array=True)})
    plain = {each: value for each, value in expectation.items() if each != "description"}
    loaded = _great_expectations().ExpectationSuite(name=name, expectations=[plain])
    results = batch.validate(loaded, result_format=result_format).results
    # Unknown types are dropped with a log line, and an empty suite passes.
    if len(results) != 1:
        raise SuiteError(
            f"suite {name}: no answer for {expectation['meta']['check_name']}; is the expectation's type spelt right?"
        )
    return results[0]


def _great_expectations() -> Any:
    """The library, loaded when a suite first runs: it takes 2.5 s and 250 MB."""
    with _hidden("pyspark"), _hidden("boto3"), _hidden("botocore"):
        return import_module("great_expectations")


@cache
def _whole_frame() -> Any:
    """The batch definition that every question is asked of; making a context takes longer than the question."""
    context = _great_expectations().get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    frames = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return frames.add_batch_definition_whole_dataframe("whole")


@contextmanager
def _hidden(package: str) -> Iterator[None]:
    """The package as if it were not installed, unless it is loaded already.

    Great Expectations imports PySpark wherever it finds it, and PySpark 4.3 ends a process whose main module has no
    file, as the processes are in which Dagster runs jobs. Our suites run on pandas, and read no bucket.
    """
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None  # type: ignore[assignment]  # the documented way to make an import fail
    try:
        yield
    finally:
        del sys.modules[package]


def _error(info: Mapping[str, Any]) -> str | None:
    """The message of whatever was raised; the information has one level, or one level per metric."""
    layers = [info, *(layer for layer in info.values() if isinstance(layer, dict))]
    messages = [str(layer.get("exception_message")) for layer in layers if layer.get("raised_exception")]
    return messages[0] if messages else None
