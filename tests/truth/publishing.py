"""Whether a lake publishes: every stage makes its tables, and no critical check stops the release."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from safety_pipeline.check.expectations import run_suites
from safety_pipeline.check.suites import Suite, expectations, read_suites, suites_folder
from safety_pipeline.orchestration import stages
from safety_pipeline.orchestration.checks import question
from safety_pipeline.tables.checked import CHECKED
from safety_pipeline.tables.published import PUBLISHED
from safety_pipeline.tables.summarised import SUMMARISED
from truth import memory_lake
from truth.law import judged
from truth.memory_lake import MemoryLake
from truth.printed import Printed
from truth.tally import Tally

_TABLES = {table.path: table for table in (*CHECKED, *SUMMARISED, *PUBLISHED)}


def publish(name: str, printed: Sequence[Printed]) -> Tally:
    """What would stop the release of a lake with these sources, and what the law says of what it holds."""
    tally = Tally(n_lakes=1)
    try:
        lake = memory_lake.run(printed, stages.SUMMARIES[-1].table)
        memory_lake.publish(lake)
        tally.add(judged(memory_lake.by_arm(lake), printed))
        faults = list(_failed_checks(lake))
    except Exception as error:  # noqa: BLE001 - any exception is what is looked for
        faults = [f"{type(error).__name__}: {str(error).splitlines()[0]}"]
    return tally if not faults else replace(tally, unpublished={name: faults})


def _failed_checks(lake: MemoryLake) -> Iterator[str]:
    for suite in read_suites(suites_folder()):
        if any(each["severity"] == "critical" for each in expectations(suite)):
            yield from _failed(lake, suite)


def _failed(lake: MemoryLake, suite: Suite) -> Iterator[str]:
    for outcome in run_suites([question(lake, suite)])[0]:
        if outcome.severity == "critical" and not outcome.passed:
            rows = f" in {outcome.failing_rows[0]}" if outcome.failing_rows else ""
            yield f"{outcome.asset}: {outcome.check_name}{rows}"
