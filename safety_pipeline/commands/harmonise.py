"""`safety-pipeline harmonise`: one grade of one edition on CTCAE v4.03, or a whole file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from safety_pipeline.commands import _print
from safety_pipeline.commands._lake import LAKE
from safety_pipeline.commands._references import references_of
from safety_pipeline.harmonise import NoAnswerError, lookup
from safety_pipeline.harmonise.files import ReportedFileError, harmonise_file


@click.command()
@click.argument("source", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("target", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--system", help='The edition, for instance "CTC v2.0".')
@click.option("--term", help="The term, or the event as printed.")
@click.option("--grade", type=int, help="The grade in that edition.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON with the columns of dim_grade_map.")
@LAKE
def harmonise(source: Path | None, target: Path | None, lake: Path, *, as_json: bool, **question: Any) -> None:
    """Say what a grade is on CTCAE v4.03, and why; or harmonise a CSV or Parquet file SOURCE to TARGET."""
    if source is not None:
        click.echo(harmonised_file(source, target, lake))
    else:
        found = answer(question, lake)
        click.echo(json.dumps(found, indent=2) if as_json else _print.answer_text(found))


def answer(question: Mapping[str, Any], lake: Path) -> dict[str, Any]:
    """The crosswalk row for an edition, a term and a grade; refused with what exists where there is none."""
    missing = [f"--{name}" for name, value in question.items() if value is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        message = f"{', '.join(missing)} {verb} missing; give all three, or a file to read and one to write."
        raise click.UsageError(message)
    try:
        return lookup(question["system"], question["term"], question["grade"], references_of(lake))
    except NoAnswerError as error:
        raise click.ClickException(str(error)) from error


def harmonised_file(source: Path, target: Path | None, lake: Path) -> str:
    """A sentence on the rows written."""
    written = target or source.with_name(f"{source.stem}.harmonised.parquet")
    try:
        n_rows = harmonise_file(source, written, references_of(lake))
    except ReportedFileError as error:
        raise click.ClickException(str(error)) from error
    return f"{n_rows} rows harmonised to {written}."
