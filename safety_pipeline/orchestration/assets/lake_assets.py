"""The assets over all deliveries: summaries, public tables, check results and the release."""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from safety_pipeline.check.suites import suites_folder
from safety_pipeline.orchestration.assets import release
from safety_pipeline.orchestration.assets.engine_resource import ENGINE
from safety_pipeline.orchestration.assets.metadata import OWNER, asset_key, spec, stored_metadata
from safety_pipeline.orchestration.assets.pictures import pictures
from safety_pipeline.orchestration.assets.writer import WRITER
from safety_pipeline.orchestration.engines import Engine
from safety_pipeline.orchestration.lakes import dq, left_out
from safety_pipeline.orchestration.lakes.lake import Lake, files_digest, lake_folder
from safety_pipeline.orchestration.lakes.taken_out import without_broken_rows
from safety_pipeline.orchestration.making.failing_deliveries import failing_deliveries
from safety_pipeline.orchestration.making.plan import code_version, fingerprint, summary_inputs
from safety_pipeline.orchestration.making.publications import PUBLICATIONS
from safety_pipeline.orchestration.making.summaries import SUMMARIES
from safety_pipeline.orchestration.making.summary import Summary
from safety_pipeline.tables import summarised
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.compared import SIGNAL_HISTORY
from safety_pipeline.tables.marts import MARTS
from safety_pipeline.tables.published import DQ_RESULT, PUBLISHED
from safety_pipeline.tables.storage import Stored

# A lake that nobody has looked after for half a year says so; how often documents come is each team's own affair.
_FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=180), warn_window=timedelta(days=90))
# What a release is compared with the one before in.
_COMPARED = [table for table in PUBLISHED if table.name in ("signal", "dim_document")]


def _result(lake: Lake, table: Table, written: Stored) -> dg.MaterializeResult[None]:
    stored = without_broken_rows(lake, table, written)
    dq.forget_fault(lake, table.path)
    _remember(lake, table, stored)
    return dg.MaterializeResult(
        asset_key=asset_key(table),
        data_version=dg.DataVersion(stored.sha256),
        metadata={**stored_metadata(table, stored, is_partition=False), **pictures(lake, table)},
    )


def _remember(lake: Lake, table: Table, stored: Stored) -> None:
    """The published stage is remembered once its release stands, not when a candidate is written."""
    if table.stage == "summarised":
        lake.remember_tables(table.stage, {table: stored}, fingerprint(lake, table.stage))


def _asset(summary: Summary) -> dg.AssetsDefinition:
    table = summary.table

    @dg.multi_asset(
        name=f"{table.stage}_{table.name}",
        specs=[spec(table, summary.reads, code_version=code_version(table.stage))],
        required_resource_keys={WRITER, ENGINE},
    )
    def made(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        lake, engine = Lake(lake_folder()), context.resources.engine
        result = left_out.tried(lambda: _result(lake, table, summary.write(lake, engine.rows)))
        return _without(lake, summary, result) if isinstance(result, BaseException) else result

    return made


def _without(lake: Lake, summary: Summary, fault: BaseException) -> dg.MaterializeResult[None]:
    """What is done where a summary cannot be made: without the deliveries at fault, else without the summary."""
    table = summary.table
    said = f"{table.path} could not be made: {_first_line(fault)}"
    if at_fault := failing_deliveries(lake, summary):
        of_the_program = f"{said}, for this delivery, which was left out of every table; please report it."
        of_the_user = left_out.of_one_name(lake, at_fault)
        for delivery_id in at_fault:
            explanation = of_the_user.get(delivery_id, of_the_program)
            left_out.leave_out(lake, delivery_id, table.stage, explanation, made_of=summary_inputs(lake))
        raise dg.Failure(f"{said}. It is made again without {', '.join(at_fault)}.", allow_retries=False)
    if table in _BENEATH_THE_OTHERS:
        raise dg.Failure(f"{said}. The other tables rest on it, so nothing was published.") from fault
    return _empty(lake, table, said)


def _empty(lake: Lake, table: Table, said: str) -> dg.MaterializeResult[None]:
    result = _result(lake, table, lake.write(table, table.empty()))
    dq.record_fault(lake, table.path, f"{said}. It is published without rows.")
    return result


def _first_line(fault: BaseException) -> str:
    return f"{type(fault).__name__}: {(str(fault).strip().splitlines() or [''])[0]}"


# A lake without these says nothing of any patient.
_BENEATH_THE_OTHERS = (
    summarised.DOCUMENT_USE,
    summarised.ARM,
    summarised.ROW_USE,
    summarised.INCIDENCE_BY_ARM,
)


# One step for all public tables: each is a few milliseconds of work, and a step costs more in bookkeeping.
@dg.multi_asset(
    name="published_tables",
    specs=[spec(each.table, each.reads, code_version=code_version("published")) for each in PUBLICATIONS],
    required_resource_keys={WRITER, ENGINE},
)
def published_tables(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    lake = Lake(lake_folder())
    yield from (_published(lake, each, context.resources.engine) for each in PUBLICATIONS)


def _published(lake: Lake, summary: Summary, engine: Engine) -> dg.MaterializeResult[None]:
    """A public table; a mart that cannot be made is empty, since what it is made of is public too."""
    table = summary.table
    result = left_out.tried(lambda: _result(lake, table, summary.write(lake, engine.rows)))
    if not isinstance(result, BaseException):
        return result
    said = f"{table.path} could not be made: {_first_line(result)}"
    if table in MARTS:
        return _empty(lake, table, said)
    raise dg.Failure(f"{said}. Nothing was published.") from result


@dg.multi_asset(specs=[spec(DQ_RESULT, PUBLISHED)], required_resource_keys={WRITER})
def published_dq_result() -> dg.MaterializeResult[None]:
    lake = Lake(lake_folder())
    return _result(lake, DQ_RESULT, lake.write(DQ_RESULT, dq.results(lake)))


@dg.multi_asset(
    name="published_release",
    required_resource_keys={WRITER},
    specs=[
        dg.AssetSpec(
            release.RELEASE,
            group_name="published",
            kinds={"duckdb", "parquet"},
            owners=[OWNER],
            freshness_policy=_FRESHNESS,
            deps=[asset_key(table) for table in (*PUBLISHED, DQ_RESULT)],
            description="The release folder, the flat files and the DuckDB file that readers open.",
            code_version=code_version("published"),
        ),
        spec(SIGNAL_HISTORY, _COMPARED, code_version=code_version("published")),
    ],
)
def published_release() -> Iterator[dg.MaterializeResult[None]]:
    yield from release.publish(Lake(lake_folder()), suites=files_digest([suites_folder()]))


ASSETS = (
    *(_asset(summary) for summary in SUMMARIES),
    published_tables,
    published_dq_result,
    published_release,
)
