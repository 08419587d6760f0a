"""Running a Great Expectations suite on a frame, and reading every expectation's answer."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import polars as pl

from safety_pipeline.check.suites import Expectation, Suite, SuiteError, asks_for_columns, check_names, expectations

_FAILING_ROWS_SHOWN = 10


@dataclass(frozen=True)
class Outcome:
    """The answer of one expectation; ``failing_rows`` holds the key columns of a few failing rows."""

    asset: str
    check_name: str
    severity: str
    description: str
    passed: bool
    n_failing: int | None
    n_checked: int | None
    failing_rows: Sequence[Mapping[str, object]]
    error: str | None


def run_suite(
    suite: Suite, frame: pl.DataFrame, *, key: Sequence[str], columns: Sequence[str] | None = None
) -> list[Outcome]:
    """One outcome per expectation, in the suite's order; an expectation without an answer is an error, not a pass.

    ``columns`` are those of the stored table, where the frame has only the ones that the suite looks into.
    """
    stored = pl.DataFrame(schema=dict.fromkeys(columns or frame.columns, pl.Null))
    of_columns = [each for each in expectations(suite) if asks_for_columns(each)]
    of_rows = [each for each in expectations(suite) if not asks_for_columns(each)]
    answers = _answers(stored, suite, of_columns, key) | _answers(frame, suite, of_rows, key)
    return [_outcome(suite, answers[name], frame.height) for name in check_names(suite)]


def _answers(frame: pl.DataFrame, suite: Suite, wanted: Sequence[Expectation], key: Sequence[str]) -> dict[str, Any]:
    """First only whether each holds; failing rows are looked for where one does not, which is half the work."""
    if not wanted:
        return {}
    batch = _whole_frame().get_batch({"dataframe": frame.to_pandas(use_pyarrow_extension_array=True)})
    answers = _validated(batch, suite, wanted, {"result_format": "BOOLEAN_ONLY"})
    failing = [each for each in wanted if not answers[each["meta"]["check_name"]].success]
    return answers | (_validated(batch, suite, failing, _with_failing_rows(key)) if failing else {})


def _validated(
    batch: Any, suite: Suite, wanted: Sequence[Expectation], result_format: Mapping[str, object]
) -> dict[str, Any]:
    """Check name to result: every wanted expectation must have been understood and answered."""
    plain = [{name: value for name, value in each.items() if name != "description"} for each in wanted]
    loaded = _great_expectations().ExpectationSuite(name=str(suite["name"]), expectations=plain)
    results = batch.validate(loaded, result_format=result_format).results
    # Unknown types are dropped with a log line, an empty suite passes, and results come in another order.
    answers = {each.expectation_config.meta["check_name"]: each for each in results}
    if missing := [each["meta"]["check_name"] for each in wanted if each["meta"]["check_name"] not in answers]:
        raise SuiteError(f"suite {suite['name']}: no answer for {missing}; is the expectation's type spelt right?")
    return answers


def _great_expectations() -> Any:
    """The library, loaded when a suite first runs: it takes 2.5 s and 250 MB."""
    with _hidden("pyspark"):
        return import_module("great_expectations")


@cache
def _whole_frame() -> Any:
    """The batch definition every suite runs on; making a context takes longer than a suite."""
    context = _great_expectations().get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    frames = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return frames.add_batch_definition_whole_dataframe("whole")


@contextmanager
def _hidden(package: str) -> Iterator[None]:
    """The package as if it were not installed, unless it is loaded already.

    Great Expectations imports PySpark wherever it finds it, and PySpark 4.3 ends a process whose main module has no
    file, as the processes are in which Dagster runs jobs. Our suites run on pandas.
    """
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None  # type: ignore[assignment]  # the documented way to make an import fail
    try:
        yield
    finally:
        del sys.modules[package]


def _with_failing_rows(key: Sequence[str]) -> dict[str, object]:
    return {
        "result_format": "SUMMARY",
        "partial_unexpected_count": _FAILING_ROWS_SHOWN,
        "unexpected_index_column_names": list(key),
    }


def _outcome(suite: Suite, result: Any, n_rows: int) -> Outcome:
    answer = result.result or {}
    check_name = result.expectation_config.meta["check_name"]
    declared = next(each for each in expectations(suite) if each["meta"]["check_name"] == check_name)
    error = _error(result.exception_info or {})
    return Outcome(
        asset=str(suite["asset"]),
        check_name=check_name,
        # A check that could not run is a broken promise of ours, whatever it was declared as.
        severity="critical" if error else str(declared["severity"]),
        description=str(declared["description"]),
        passed=bool(result.success) and error is None,
        n_failing=_n_failing(answer, passed=bool(result.success)),
        n_checked=answer.get("element_count", n_rows),
        failing_rows=answer.get("partial_unexpected_index_list") or [],
        error=error,
    )


def _n_failing(answer: Mapping[str, Any], *, passed: bool) -> int | None:
    if "unexpected_count" in answer:
        return int(answer["unexpected_count"])
    return 0 if passed else None


def _error(info: Mapping[str, Any]) -> str | None:
    """The message of whatever was raised; the information has one level, or one level per metric."""
    layers = [info, *(layer for layer in info.values() if isinstance(layer, dict))]
    messages = [str(layer.get("exception_message")) for layer in layers if layer.get("raised_exception")]
    return messages[0] if messages else None
