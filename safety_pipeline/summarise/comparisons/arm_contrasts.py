"""Arms of one randomised trial that differ in what is given: drug against control, combination against single drug."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import polars as pl

from safety_pipeline.reference.totals import ANY_EVENT
from safety_pipeline.summarise.comparisons.family import with_body_system, with_family
from safety_pipeline.summarise.comparisons.measures import (
    ONE_OF_EACH,
    Arms,
    count_columns,
    is_telling,
    measured,
    tested,
)
from safety_pipeline.summarise.comparisons.printed_lines import LINE, printed_lines
from safety_pipeline.summarise.comparisons.what_is_given import comparison, given, is_reference
from safety_pipeline.summarise.sources import Sources
from safety_pipeline.tables.compared import ARM_CONTRAST

Row = Mapping[str, Any]
_FAMILY = ["arm_id", "comparator_arm_id", "grade_band", "attribution"]


def arm_contrast(sources: Sources, body_system: pl.LazyFrame) -> pl.LazyFrame:
    """One row per printed line, pair of arms, band, attribution and measure; the arm with more given comes first."""
    lines, systems = printed_lines(sources).collect(), body_system.select("concept", "body_system").collect()
    # Trial by trial: a snapshot of a register has millions of rows, which are small as columns only.
    trials = [_of_trial(trial, systems) for trial in lines.partition_by("trial_id", maintain_order=True)]
    return pl.concat([ARM_CONTRAST.empty(), *trials]).sort(ARM_CONTRAST.key, nulls_last=True)


def _of_trial(lines: pl.DataFrame, systems: pl.DataFrame) -> pl.LazyFrame:
    """The rows of one trial; a family lies within it."""
    pairs = [pair for group in lines.partition_by(LINE, maintain_order=True) for pair in _pairs(group.to_dicts())]
    if not pairs:
        return ARM_CONTRAST.empty()
    described = with_body_system(pairs, systems)
    adjusted = with_family(described, _FAMILY, ("", "_comparator"), _named_pair)
    rows = [
        row
        for pair in adjusted.to_dicts()
        for row in measured(pair, Arms.of_pair(pair, "", "_comparator"), ONE_OF_EACH)
    ]
    return ARM_CONTRAST.from_rows(rows)


def _named_pair(row: Row) -> str:
    return f"{row['arm_id']} against {row['comparator_arm_id']}"


def _pairs(arms: Sequence[Row]) -> list[dict[str, Any]]:
    told = (pair for pair in combinations(arms, 2) if is_telling(*pair))
    found = ((one, other, _comparison(one, other)) for one, other in told)
    return [
        _pair(one, other, kind) for first, second, kind in found if kind for one, other in [_ordered(first, second)]
    ]


def _comparison(one: Row, other: Row) -> str | None:
    """What two arms compare; nothing where a drug is not known, or both are given the same."""
    return comparison(given(one), given(other)) if one["drug"] and other["drug"] else None


def _ordered(one: Row, other: Row) -> tuple[Row, Row]:
    """The arm that is given more first; of two different drugs, that with the earlier name."""
    return (other, one) if is_reference(given(one), given(other)) else (one, other)


def _pair(arm: Row, comparator: Row, kind: str) -> dict[str, Any]:
    pair = {
        **{name: arm[name] for name in LINE if name not in ("document_id", "table_label")},
        "comparison": kind,
        **{name: arm[name] for name in ("arm_id", "dose_mg_per_day")},
        "drug": arm["regimen"],
        "body_system_as_reported": arm["body_system_as_reported"],
        **{f"comparator_{name}": comparator[name] for name in ("arm_id", "dose_mg_per_day")},
        "comparator_drug": comparator["regimen"],
        **count_columns(arm, ""),
        **count_columns(comparator, "_comparator"),
    }
    test = tested(Arms.of_pair(pair, "", "_comparator"))
    in_family = arm["is_main_row"] and test["p_value"] is not None and arm["concept"] != ANY_EVENT
    return {**pair, **test, "in_family": in_family}
