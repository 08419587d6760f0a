"""Whether a lake publishes whole: every table is made, no row breaks a promise, and no check stops the release."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from safety_pipeline.check.expectations import run_suites
from safety_pipeline.orchestration.assets.checks import question
from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.lakes.taken_out import suites
from safety_pipeline.tables.summarised import INCIDENCE_BY_ARM
from truth import disk_lake, memory_lake
from truth.law import judged
from truth.printed import Printed
from truth.tally import Tally


def publish(name: str, printed: Sequence[Printed]) -> Tally:
    """What would stop the release of a lake with these sources, or take rows out; and what the law says of it."""
    tally = Tally(n_lakes=1)
    with TemporaryDirectory() as folder:
        memory_lake.land(Path(folder), printed)
        try:
            lake = disk_lake.publish(Path(folder))
            tally.add(judged(lake.scan(INCIDENCE_BY_ARM).collect(), printed))
            faults = list(_broken_promises(lake))
        except Exception as error:  # noqa: BLE001 - any exception is what is looked for
            faults = [f"{type(error).__name__}: {str(error).splitlines()[0]}"]
    return tally if not faults else replace(tally, unpublished={name: faults})


def _broken_promises(lake: Lake) -> Iterator[str]:
    """The critical checks that fail: they stop the release, or the rows that break them were taken out."""
    for outcomes in run_suites([question(lake, suite) for suite in suites()]):
        for outcome in outcomes:
            if outcome.severity == "critical" and not outcome.passed:
                rows = f" in {outcome.failing_rows[0]}" if outcome.failing_rows else ""
                yield f"{outcome.asset}: {outcome.check_name}{rows}"
