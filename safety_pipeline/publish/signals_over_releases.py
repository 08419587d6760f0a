"""Signals over releases: when each was first seen, when it changed, and what had changed with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from safety_pipeline.tables.compared import SIGNAL, SIGNAL_HISTORY

_SIGNAL = list(SIGNAL.key)
_DATED = ("first_seen_release", "changed_release", "change_reason")
# What is compared between releases, and how the reason calls it.
_FIGURES: Mapping[str, str] = {
    "risk_difference": "difference",
    "ci_lower": "lower limit",
    "ci_upper": "upper limit",
    "p_bh": "adjusted p",
    "p_double_fdr": "double-FDR p",
    "k_trials": "trials",
}
_SAME_FIGURES = "The same figures"
_FIRST_RELEASE = "The first release of this lake."
_MOVED = 1e-9


@dataclass(frozen=True)
class Released:
    """A release as far as its history matters: its signals, the history up to it, and its documents' content."""

    signal: pl.DataFrame
    history: pl.DataFrame
    documents: Mapping[str, str]


NO_RELEASE = Released(SIGNAL.empty().collect(), SIGNAL_HISTORY.empty().collect(), {})


def dated_signals(
    signal: pl.DataFrame, before: Released, documents: Mapping[str, str], release_id: str, released_at: datetime
) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """The signals with their dates, and the history with what this release changed beneath."""
    changes = _changes(signal, before, _documents(before.documents, documents))
    new = changes.with_columns(release_id=pl.lit(release_id), released_at=pl.lit(released_at, pl.Datetime("us")))
    history = pl.concat([before.history.filter(pl.col("release_id") != release_id), new], how="diagonal_relaxed")
    return _with_dates(signal, history), SIGNAL_HISTORY.complete(history.lazy()).sort(SIGNAL_HISTORY.key)


def _documents(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """The documents that came, went or changed their content."""
    kinds = {
        "added": sorted(set(now) - set(before)),
        "withdrawn": sorted(set(before) - set(now)),
        "replaced": sorted(name for name in set(now) & set(before) if now[name] != before[name]),
    }
    said = [f"{kind}: {', '.join(names)}" for kind, names in kinds.items() if names]
    return "documents " + "; ".join(said) if said else "the same documents, read by other code, rules or reference data"


def _changes(signal: pl.DataFrame, before: Released, documents: str) -> pl.DataFrame:
    """One row per signal that is new, moved or gone."""
    known = before.signal.select(*_SIGNAL, "assessment", *_FIGURES)
    both = signal.select(*_SIGNAL, "assessment", *_FIGURES).join(
        known, on=_SIGNAL, how="full", coalesce=True, suffix="_before", validate="1:1"
    )
    judged = both.with_columns(change=_change()).filter(pl.col("change").is_not_null())
    reason = pl.lit(_FIRST_RELEASE) if before.signal.is_empty() else pl.format("{}; {}.", _what(), pl.lit(documents))
    return (
        judged.with_columns(change_reason=reason)
        .select(*_SIGNAL, "change", "assessment_before", "assessment", "change_reason")
        .sort(_SIGNAL)
    )


def _what() -> pl.Expr:
    return (
        pl.when(pl.col("change") == "first_seen")
        .then(pl.lit("Not among the signals of the release before"))
        .when(pl.col("change") == "withdrawn")
        .then(pl.lit("No longer among the signals"))
        .otherwise(_moved_figures())
    )


def _change() -> pl.Expr:
    return (
        pl.when(pl.col("assessment_before").is_null())
        .then(pl.lit("first_seen"))
        .when(pl.col("assessment").is_null())
        .then(pl.lit("withdrawn"))
        .when(pl.col("assessment") != pl.col("assessment_before"))
        .then(pl.lit("assessment_changed"))
        .when(pl.any_horizontal(_has_moved(name) for name in _FIGURES))
        .then(pl.lit("evidence_changed"))
    )


def _has_moved(name: str) -> pl.Expr:
    """Whether a figure differs by more than rounding, or is known on one side only."""
    now, then = pl.col(name), pl.col(f"{name}_before")
    return ((now - then).abs() > _MOVED).fill_null(now.is_null() != then.is_null())


def _moved_figures() -> pl.Expr:
    told = [
        pl.when(_has_moved(name)).then(pl.format("{} {} to {}", pl.lit(words), _shown(f"{name}_before"), _shown(name)))
        for name, words in _FIGURES.items()
    ]
    joined = pl.concat_str(told, separator=", ", ignore_nulls=True)
    return pl.when(joined != "").then(pl.format("Figures: {}", joined)).otherwise(pl.lit(_SAME_FIGURES))


def _shown(name: str) -> pl.Expr:
    figure = pl.col(name).cast(pl.Float64).round(4).cast(pl.String)
    return figure.str.replace("-", "−", literal=True).fill_null("unknown")


def _with_dates(signal: pl.DataFrame, history: pl.DataFrame) -> pl.LazyFrame:
    """Each signal with its first and its latest change; a signal that went and came back keeps its first date."""
    ordered = history.sort("released_at", maintain_order=True).filter(pl.col("change") != "withdrawn")
    dates = ordered.group_by(_SIGNAL).agg(
        first_seen_release=pl.col("release_id").first(),
        changed_release=pl.col("release_id").last(),
        change_reason=pl.col("change_reason").last(),
    )
    undated = signal.drop(_DATED, strict=False)
    joined = undated.join(dates, on=_SIGNAL, how="left", validate="1:1")
    return SIGNAL.conform(joined.select(SIGNAL.column_names).lazy()).sort(SIGNAL.key)
