"""The arms of a register's tables as `harmonise` reads them."""

from collections.abc import Mapping

import polars as pl

from safety_pipeline import harmonise


def arms_of(found: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The arms with their drugs and doses, from the tables a reader made."""
    return harmonise.arms({name: frame.lazy() for name, frame in found.items()}).collect()
