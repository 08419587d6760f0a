"""P-values adjusted among the printed main rows of one trial, band, attribution and pair of arms."""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from safety_pipeline.summarise.estimators import multiplicity

UNASSIGNED = "not assigned"


def with_family(tested: pl.DataFrame, family: Sequence[str], pair: Callable[[dict[str, Any]], str]) -> pl.DataFrame:
    """The rows with adjusted p-values among those that are ``in_family``; ``pair`` names the two arms."""
    parts = []
    for _, rows in tested.group_by(family, maintain_order=True):
        members, others = rows.filter("in_family"), rows.filter(~pl.col("in_family"))
        parts += [_adjusted(members, pair), others] if members.height else [others]
    return pl.concat(parts, how="diagonal_relaxed")


def _adjusted(members: pl.DataFrame, pair: Callable[[dict[str, Any]], str]) -> pl.DataFrame:
    p = members["p_value"].to_numpy()
    systems = members["body_system"].fill_null(UNASSIGNED).to_numpy()
    first = members.row(0, named=True)
    name = f"{members.height} main rows of {first['trial_id']}, {first['grade_band']}, {first['attribution']}"
    return members.with_columns(
        p_bh=pl.Series(multiplicity.benjamini_hochberg(p)),
        p_double_fdr=pl.Series(multiplicity.double_fdr_2012(p, systems)),
        p_double_fdr_2004=pl.Series(multiplicity.double_fdr_2004(p, systems)),
        family=pl.lit(f"{name}, {pair(first)}"),
    )
