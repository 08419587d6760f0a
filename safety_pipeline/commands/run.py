"""`safety-pipeline run`: bring the lake up to date and print the summary."""

import gc
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from safety_pipeline.commands import _print
from safety_pipeline.commands._engine import ENGINE, SPARK_MASTER, use_engine
from safety_pipeline.commands._lake import LAKE_TO_WRITE
from safety_pipeline.commands._machine import sentences_for_faults_of_the_machine
from safety_pipeline.commands._options import AS_JSON, CONSOLE, FAIL_ON_FINDINGS, FINDINGS_EXIT_CODE
from safety_pipeline.publish.release import latest_id
from safety_pipeline.publish.summary_text import Chosen

if TYPE_CHECKING:
    from safety_pipeline.orchestration.runs.run import Report


@click.command()
@LAKE_TO_WRITE
@click.option(
    "--hierarchical",
    is_flag=True,
    help="Add the three-level Bayesian model of the dose contrasts (needs the extra 'bayes'; takes minutes).",
)
@ENGINE
@SPARK_MASTER
@AS_JSON
@FAIL_ON_FINDINGS
def run(
    lake: Path,
    *,
    hierarchical: bool,
    engine: str,
    spark_master: str | None,
    as_json: bool,
    fail_on_findings: bool,
) -> None:
    """Bring the lake up to date with what is landed, and print the summary."""
    # The libraries load a million objects that live to the end; looking through them again and again costs seconds.
    gc.set_threshold(1_000_000, 50, 50)
    from safety_pipeline.orchestration.runs.run import run as bring_up_to_date  # noqa: PLC0415  (takes a second)
    from safety_pipeline.summarise.comparisons.hierarchical_contrasts import VARIABLE  # noqa: PLC0415

    if hierarchical:
        os.environ[VARIABLE] = "1"
    with sentences_for_faults_of_the_machine():
        use_engine(engine, spark_master)
        report = bring_up_to_date(lake.resolve(), say=_silent if as_json else _say)
    if as_json:
        click.echo(json.dumps({**asdict(report), "release_id": latest_id(lake / "published")}, indent=2))
    else:
        _print_report(lake, report)
    if report.faults:
        raise SystemExit(1)
    if fail_on_findings and report.findings:
        raise SystemExit(FINDINGS_EXIT_CODE)


def _say(line: str) -> None:
    CONSOLE.print(line, style="dim")


def _silent(_: str) -> None:
    """What a program reads is the answer alone."""


def _print_report(lake: Path, report: "Report") -> None:
    if report.was_current:
        CONSOLE.print("Nothing has changed since the last run; nothing was computed.", style="dim")
    _print.print_run(CONSOLE, lake, withdrawn=report.withdrawn, findings=report.findings, faults=report.faults)
    if (lake / "published" / "latest").exists() or not report.faults:
        _print.require_published(lake / "published")
        _print.print_summary(CONSOLE, lake / "published", Chosen())
