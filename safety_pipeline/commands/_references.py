"""The reference data of a lake, as the commands need it."""

from pathlib import Path

import click

from safety_pipeline.reference import References, load
from safety_pipeline.reference.read import ReferenceDataError


def references_of(lake: Path) -> References:
    """The references that ship, with this lake's additions; a fault in them is one clear message."""
    overlay = lake / "reference"
    try:
        return load(overlay if overlay.is_dir() else None)
    except ReferenceDataError as error:
        raise click.ClickException(str(error)) from error
