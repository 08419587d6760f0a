"""P-values adjusted among the printed main rows of one trial, band, attribution and pair of arms.

The terms that no dictionary knows are a family of their own, so that they change nothing for the known ones.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from safety_pipeline.summarise.estimators.families import multiplicity
from safety_pipeline.summarise.estimators.families.discrete_fdr import attainable, discrete_benjamini_hochberg
from safety_pipeline.summarise.estimators.outcome import FloatArray

UNASSIGNED = "not assigned"
# Of terms without a concept, or without a printed body system, no value says the type.
_TEXTS = {"concept": pl.String, "body_system_as_reported": pl.String}


def with_family(
    tested: pl.DataFrame, family: Sequence[str], sides: tuple[str, str], pair: Callable[[dict[str, Any]], str]
) -> pl.DataFrame:
    """The rows with adjusted p-values among those that are ``in_family``.

    ``sides`` end the names of the counts of the two arms, and ``pair`` names the arms in words.
    """
    parts = []
    for _, rows in tested.group_by([*family, pl.col("concept").is_null()], maintain_order=True):
        members, others = rows.filter("in_family"), rows.filter(~pl.col("in_family"))
        parts += [_adjusted(members, sides, pair), others] if members.height else [others]
    return pl.concat(parts, how="diagonal_relaxed")


def with_body_system(pairs: Sequence[Mapping[str, Any]], systems: pl.DataFrame) -> pl.DataFrame:
    """The pairs with the body system of their concept; of a term without one, that of its source."""
    frame = pl.DataFrame(pairs, schema_overrides=_TEXTS, infer_schema_length=None)
    named = frame.join(systems, on="concept", how="left", validate="m:1")
    return named.with_columns(pl.coalesce("body_system", "body_system_as_reported")).drop("body_system_as_reported")


def _adjusted(members: pl.DataFrame, sides: tuple[str, str], pair: Callable[[dict[str, Any]], str]) -> pl.DataFrame:
    p = members["p_value"].to_numpy()
    systems = members["body_system"].fill_null(UNASSIGNED).to_numpy()
    first = members.row(0, named=True)
    kind = "main rows" if first["concept"] is not None else "terms without a concept"
    name = f"{members.height} {kind} of {first['trial_id']}, {first['grade_band']}, {first['attribution']}"
    return members.with_columns(
        p_bh=pl.Series(multiplicity.benjamini_hochberg(p)),
        p_double_fdr=pl.Series(multiplicity.double_fdr_2012(p, systems)),
        p_double_fdr_2004=pl.Series(multiplicity.double_fdr_2004(p, systems)),
        p_discrete_fdr=pl.Series(discrete_benjamini_hochberg(p, _attained(members, sides))),
        family=pl.lit(f"{name}, {pair(first)}"),
    )


def _attained(members: pl.DataFrame, sides: tuple[str, str]) -> list[FloatArray]:
    """The p-values that the exact test of each row can attain, given its margins."""
    one, other = sides
    margins = members.select(
        pl.col(f"n_affected{one}") + pl.col(f"n_affected{other}"), f"n_at_risk{one}", f"n_at_risk{other}"
    )
    return [attainable(*row) for row in margins.iter_rows()]
