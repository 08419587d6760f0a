"""One asset check per expectation: those of the whole stop the release, the others say what was taken out or seen."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import dagster as dg
import polars as pl

from safety_pipeline.check.expectations import FAILING_ROWS_SHOWN, Outcome, Question, run_suites
from safety_pipeline.check.rule_findings import broken_cells, refused_deliveries, rule_counts
from safety_pipeline.check.suites import (
    BROKEN_VALUES,
    DERIVED_TABLES,
    Expectation,
    Suite,
    asked_rows,
    expectations,
    stops_release,
)
from safety_pipeline.orchestration.assets.delivery_assets import LANDED
from safety_pipeline.orchestration.assets.metadata import asset_key
from safety_pipeline.orchestration.lakes import dq
from safety_pipeline.orchestration.lakes.lake import Lake, lake_folder
from safety_pipeline.orchestration.lakes.taken_out import rejected_rows, rows_taken_out, suites
from safety_pipeline.tables import checked
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.summarised import SUMMARISED

_TABLES = {table.path: table for table in (*DERIVED_TABLES, *SUMMARISED)}
_SEVERITIES = {
    "critical": dg.AssetCheckSeverity.ERROR,
    "warning": dg.AssetCheckSeverity.WARN,
    "info": dg.AssetCheckSeverity.WARN,
}


# One step for several suites: a step costs more than a suite. Those of the summaries go with those of the public
# tables, which the release waits for, so that it holds the results of both.
_STEPS = {"check_checked_tables": ("checked",), "check_summarised_and_published_tables": ("summarised", "published")}


def suite_checks() -> list[dg.AssetChecksDefinition]:
    """The checks of every suite in `expectations/`, and whether each delivery could be read."""
    of_tables = [
        _checks(step, [suite for suite in suites() if _table(suite).stage in stages]) for step, stages in _STEPS.items()
    ]
    return [*of_tables, deliveries_are_read]


@dg.asset_check(
    asset=LANDED.key,
    additional_deps=[asset_key(checked.REJECTED)],
    description="Every landed delivery could be read and went through every stage.",
)
def deliveries_are_read() -> dg.AssetCheckResult:
    """A refused delivery is red where it lies, not only in the tables that it is missing from."""
    lake = Lake(lake_folder())
    refused = refused_deliveries(rejected_rows(lake, [])).collect(engine="streaming")
    n_checked, shown = len(lake.deliveries), refused.head(FAILING_ROWS_SHOWN).to_dicts()
    said = f"{refused.height} of {n_checked} deliveries were refused or left out: {', '.join(refused['delivery_id'])}"
    return dg.AssetCheckResult(
        passed=refused.is_empty(),
        severity=dg.AssetCheckSeverity.ERROR,
        description=None if refused.is_empty() else said[:500],
        metadata={
            "n_failing": refused.height,
            "n_checked": n_checked,
            **({"failing_rows": dg.MetadataValue.table(_records(shown))} if shown else {}),
        },
    )


def _table(suite: Suite) -> Table:
    return _TABLES[str(suite["asset"])]


def _checks(step: str, of_step: Sequence[Suite]) -> dg.AssetChecksDefinition:
    specs = [_spec(each, _table(suite)) for suite in of_step for each in expectations(suite)]

    @dg.multi_asset_check(name=step, specs=specs, can_subset=True)
    def checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        wanted = context.selected_asset_check_keys
        asked = [suite for suite in of_step if wanted & {_spec(e, _table(suite)).key for e in expectations(suite)}]
        for outcome in _answers(Lake(lake_folder()), asked, context.run.run_id):
            yield from _results(outcome, wanted)

    return checks


def _spec(expectation: Expectation, table: Table) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        expectation["meta"]["check_name"],
        asset=asset_key(table),
        description=str(expectation["description"]),
        blocking=str(expectation["severity"]) == "critical" and stops_release(expectation),
    )


def _answers(lake: Lake, asked: Sequence[Suite], run_id: str) -> Iterator[Outcome]:
    answered = run_suites([question(lake, suite) for suite in asked])
    for suite, outcomes in zip(asked, answered, strict=True):
        dq.record(lake, str(suite["name"]), outcomes, run_id=run_id)
        yield from outcomes


def question(lake: Lake, suite: Suite) -> Question:
    """What a suite is asked of: the table as it was made, with the rows that were taken out of it since."""
    table = _table(suite)
    stored = lake.scan_all(table) if table is checked.AUDIT else lake.scan(table)
    columns = [*stored.collect_schema().names(), BROKEN_VALUES]
    rows = asked_rows(pl.concat([stored, rows_taken_out(lake, table)]), table, suite)
    if suite.get("rows") != "of each row rule":
        return Question(suite, rows, table.key, columns)
    examples = broken_cells(lake.scan(checked.TOXICITY), lake.scan_all(checked.REJECTED))
    return Question(suite, rows, table.key, columns, rule_counts(stored), examples)


def _results(outcome: Outcome, wanted: AbstractSet[dg.AssetCheckKey]) -> Iterator[dg.AssetCheckResult]:
    key = dg.AssetCheckKey(asset_key(_TABLES[outcome.asset]), outcome.check_name)
    if key in wanted:
        yield dg.AssetCheckResult(
            asset_key=key.asset_key,
            check_name=key.name,
            passed=outcome.passed,
            severity=_SEVERITIES[outcome.severity],
            description=outcome.sentence,
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


CHECKS = tuple(suite_checks())
