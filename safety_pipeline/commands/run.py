"""`safety-pipeline run`: bring the lake up to date and print the summary."""

import gc
import os
from pathlib import Path

import click

from safety_pipeline.commands import _print
from safety_pipeline.commands._machine import sentences_for_faults_of_the_machine
from safety_pipeline.commands._options import CONSOLE, LAKE


@click.command()
@LAKE
@click.option(
    "--hierarchical",
    is_flag=True,
    help="Add the three-level Bayesian model of the dose contrasts (needs the extra 'bayes'; takes minutes).",
)
def run(lake: Path, *, hierarchical: bool) -> None:
    """Bring the lake up to date with what is landed, and print the summary."""
    # The libraries load a million objects that live to the end; looking through them again and again costs seconds.
    gc.set_threshold(200_000, 50, 50)
    from safety_pipeline.orchestration.run import run as bring_up_to_date  # noqa: PLC0415  (takes a second)
    from safety_pipeline.summarise.comparisons.hierarchical_contrasts import VARIABLE  # noqa: PLC0415

    if hierarchical:
        os.environ[VARIABLE] = "1"
    with sentences_for_faults_of_the_machine():
        report = bring_up_to_date(lake.resolve(), say=lambda line: CONSOLE.print(line, style="dim"))
    if report.was_current:
        CONSOLE.print("Nothing has changed since the last run; nothing was computed.", style="dim")
    _print.print_run(CONSOLE, lake, withdrawn=report.withdrawn, findings=report.findings, faults=report.faults)
    if (lake / "published" / "latest").exists() or not report.faults:
        _print.print_summary(CONSOLE, lake / "published", None)
    if report.faults:
        raise SystemExit(1)
