"""One asset check per expectation: critical ones block, the others warn."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import dagster as dg
import polars as pl

from safety_pipeline.check.expectations import Outcome, run_suite
from safety_pipeline.check.suites import (
    BROKEN_VALUES,
    DERIVED_TABLES,
    Suite,
    as_asked,
    check_names,
    expectations,
    read_suites,
    suites_folder,
)
from safety_pipeline.check.views import VIEWS
from safety_pipeline.orchestration import dq
from safety_pipeline.orchestration.lake import Lake, lake_folder
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.summarised import SUMMARISED

_TABLES = {table.path: table for table in (*DERIVED_TABLES, *SUMMARISED)}
_SEVERITIES = {
    "critical": dg.AssetCheckSeverity.ERROR,
    "warning": dg.AssetCheckSeverity.WARN,
    "info": dg.AssetCheckSeverity.WARN,
}


def suite_checks() -> list[dg.AssetChecksDefinition]:
    """The checks of every suite in `expectations/`, one step a stage: a step costs more than a suite."""
    suites = read_suites(suites_folder())
    stages = sorted({_table(suite).stage for suite in suites})
    return [_checks(stage, [suite for suite in suites if _table(suite).stage == stage]) for stage in stages]


def _table(suite: Suite) -> Table:
    return _TABLES[str(suite["asset"])]


def _checks(stage: str, suites: Sequence[Suite]) -> dg.AssetChecksDefinition:
    specs = [spec for suite in suites for spec in _specs(suite, _table(suite))]

    @dg.multi_asset_check(name=f"great_expectations_{stage}", specs=specs, can_subset=True)
    def checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        wanted = context.selected_asset_check_keys
        lake = Lake(lake_folder())
        for suite in suites:
            yield from _run(lake, suite, wanted, context.run.run_id)

    return checks


def _run(lake: Lake, suite: Suite, wanted: AbstractSet[dg.AssetCheckKey], run_id: str) -> Iterator[dg.AssetCheckResult]:
    """The wanted results of one suite; a suite none of whose checks is wanted is not run."""
    table = _table(suite)
    names = {key.name for key in wanted if key.asset_key == dg.AssetKey([table.stage, table.name])}
    if not names & set(check_names(suite)):
        return
    stored = [*lake.scan(table).collect_schema().names(), BROKEN_VALUES]
    outcomes = run_suite(suite, checked_frame(lake, suite, table), key=table.key, columns=stored)
    dq.record(lake, str(suite["name"]), outcomes, run_id=run_id)
    yield from (_result(outcome, table) for outcome in outcomes if outcome.check_name in names)


def _specs(suite: Suite, table: Table) -> list[dg.AssetCheckSpec]:
    return [
        dg.AssetCheckSpec(
            each["meta"]["check_name"],
            asset=dg.AssetKey([table.stage, table.name]),
            description=str(each["description"]),
            blocking=str(each["severity"]) == "critical",
        )
        for each in expectations(suite)
    ]


def checked_frame(lake: Lake, suite: Suite, table: Table) -> pl.DataFrame:
    """What a suite looks into: rows of the table as it is stored, or of the view that the suite names."""
    rows = lake.scan(table)
    if "view" in suite:
        view: Callable[[pl.LazyFrame], pl.LazyFrame] = VIEWS[str(suite["view"])]
        return rows.pipe(view).collect()
    return as_asked(rows, table, suite).collect(engine="streaming")


def _result(outcome: Outcome, table: Table) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey([table.stage, table.name]),
        check_name=outcome.check_name,
        passed=outcome.passed,
        severity=_SEVERITIES[outcome.severity],
        description=outcome.description,
        metadata=_metadata(outcome),
    )


def _metadata(outcome: Outcome) -> dict[str, dg.MetadataValue]:
    counts = {"n_failing": outcome.n_failing, "n_checked": outcome.n_checked}
    known = {name: dg.MetadataValue.int(value) for name, value in counts.items() if value is not None}
    rows = {"failing_rows": dg.MetadataValue.table(_records(outcome.failing_rows))} if outcome.failing_rows else {}
    error = {"error": dg.MetadataValue.text(outcome.error)} if outcome.error else {}
    return {**known, **rows, **error}


def _records(rows: Sequence[Mapping[str, object]]) -> list[dg.TableRecord]:
    return [dg.TableRecord({name: _plain(value) for name, value in row.items()}) for row in rows]


def _plain(value: object) -> str | int | float | bool:
    """Table metadata takes plain values only; an empty cell is shown empty."""
    return value if isinstance(value, str | int | float | bool) else "" if value is None else str(value)
