"""`safety-pipeline check`: findings of the checks and refused rows."""

from pathlib import Path

import click
import polars as pl

from safety_pipeline.commands import _print
from safety_pipeline.commands._lake import LAKE
from safety_pipeline.commands._options import AS_JSON, CONSOLE, FAIL_ON_FINDINGS, FINDINGS_EXIT_CODE


@click.command()
@LAKE
@AS_JSON
@FAIL_ON_FINDINGS
def check(lake: Path, *, as_json: bool, fail_on_findings: bool) -> None:
    """Print what the latest checks found, and every refused delivery or row with its reason.

    The exit code is 1 where something critical was found, so that a script notices.
    """
    published = lake / "published"
    _print.require_published(published)
    if as_json:
        click.echo(_print.checks_json(published))
    elif _print.print_checks(CONSOLE, published):
        raise SystemExit(1)
    has_findings = pl.scan_parquet(published / "dq_result.parquet").select((~pl.col("passed")).any()).collect().item()
    if fail_on_findings and has_findings:
        raise SystemExit(FINDINGS_EXIT_CODE)
