"""What `safety-pipeline harmonise` answers: one grade of one edition, or a whole file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from safety_pipeline.harmonise import NoAnswerError, lookup
from safety_pipeline.harmonise.files import ReportedFileError, harmonise_file
from safety_pipeline.reference_commands import references_of


def answer(question: Mapping[str, Any], lake: Path) -> dict[str, Any]:
    """The crosswalk row for an edition, a term and a grade; refused with what exists where there is none."""
    missing = [f"--{name}" for name, value in question.items() if value is None]
    if missing:
        raise click.UsageError(f"{', '.join(missing)} is missing; give all three, or a file to read and one to write.")
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
