"""The fewest subjects a published cell of a package may count: what `study.yaml` says, or the environment if larger."""

import os

from safety_pipeline.ingest.cdisc.package.study import LARGEST_CELL, SMALLEST_CELL, Study
from safety_pipeline.settings import MIN_CELL
from safety_pipeline.tables.delivery import RefusedError

VARIABLE = MIN_CELL.name


def setting() -> str:
    """What the environment says, as it is written there; empty where it says nothing."""
    return os.environ.get(VARIABLE, "").strip()


def smallest_cell(study: Study) -> int | None:
    """The larger of both, null where neither says anything; a setting that is no such number refuses the package.

    To publish small cells because a setting could not be read would be the worse mistake.
    """
    stated = [each for each in (study.min_cell, _from_environment()) if each is not None]
    return max(stated, default=None)


def _from_environment() -> int | None:
    said = setting()
    if not said:
        return None
    number = int(said) if said.isascii() and said.isdigit() and len(said) <= len(str(LARGEST_CELL)) else 0
    if not SMALLEST_CELL <= number <= LARGEST_CELL:
        raise RefusedError(
            "setting_is_valid",
            f"The environment variable {VARIABLE} must be a whole number from {SMALLEST_CELL} to {LARGEST_CELL} "
            "(below that a suppressed cell could only be 1); set it so, or leave it empty.",
        )
    return number
