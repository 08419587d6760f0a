"""The safety overview of subject data: subjects of each arm with any, a serious, a fatal event, and so on.

A subject counts once a category. An event whose nature is not recorded, or that may not be treatment-emergent, opens
the upper bound; what a package never records is in no row. Only arm-level numbers leave here. In Polars throughout:
the events of one package are small.
"""

from collections.abc import Mapping, Sequence

import narwhals as nw
import polars as pl

from safety_pipeline.harmonise.counting.questions import SEVERE
from safety_pipeline.harmonise.counting.subjects import OF_ANYBODY, counted_events
from safety_pipeline.tables.harmonised import OVERVIEW
from safety_pipeline.tables.vocabulary import SEVERITIES

_FATAL = 5
_GRADES = range(1, 6)
_ARM = ["document_id", "arm_id"]
_SERIOUS = pl.col("seriousness") == "serious"
# What an event must be to count in a category; null where it is not recorded of the event.
_ANSWERS: Mapping[str, pl.Expr] = {
    "any": pl.lit(value=True),
    "related": pl.col("is_related"),
    "serious": _SERIOUS,
    "serious_related": _SERIOUS & pl.col("is_related"),
    "grade_3_or_worse": pl.col("grade") >= SEVERE,
    "discontinuation": pl.col("has_stopped_treatment"),
    "dose_change": pl.col("has_changed_dose"),
    # A grade below 5 says that the event was not fatal, as an outcome does.
    "fatal": pl.max_horizontal("is_fatal", pl.col("grade") == _FATAL),
}
# Each scale of how bad an event was: its level as a number from 1 on, and the names of the levels.
_SCALES: Mapping[str, tuple[pl.Expr, Sequence[int | str]]] = {
    "grade": (pl.col("grade"), _GRADES),
    "severity": (
        pl.col("severity").replace_strict(SEVERITIES, range(1, 4), default=None, return_dtype=pl.Int64),
        SEVERITIES,
    ),
}
# The columns a package must fill, for one event at least, to answer a category.
_RECORDED: Mapping[str, tuple[str, ...]] = {
    "any": (),
    "related": ("is_related",),
    "serious": ("seriousness",),
    "serious_related": ("seriousness", "is_related"),
    "grade_3_or_worse": ("grade",),
    "discontinuation": ("has_stopped_treatment",),
    "dose_change": ("has_changed_dose",),
    "fatal": ("is_fatal",),
    **{f"worst_grade_{grade}": ("grade",) for grade in _GRADES},
    **{f"worst_severity_{severity}": ("severity",) for severity in SEVERITIES},
}


def overview(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """One row per arm of subject data and category that its package records."""
    frames = {name: nw.from_native(frame) for name, frame in tables.items()}
    events: pl.LazyFrame = nw.to_native(counted_events(frames))
    subjects = _worst(events.group_by(*_ARM, "subject_id").agg(*_of_subject(), *_worst_of_subject()))
    strangers = events.filter(pl.col("subject_id").str.starts_with(OF_ANYBODY)).group_by(_ARM)
    totals = subjects.group_by(_ARM).agg(
        pl.col(f"{category}_{end}").sum().cast(pl.Int64) for category in _RECORDED for end in ("certain", "possible")
    )
    asked = _arms(tables).join(_recorded(tables["event"]), on="document_id", how="left", validate="m:1")
    rows = asked.join(totals, on=_ARM, how="left", validate="1:1").join(
        strangers.agg(n_of_anybody=pl.col("subject_id").n_unique().cast(pl.Int64)), on=_ARM, how="left", validate="1:1"
    )
    each = pl.concat([_category(rows, category) for category in _RECORDED])
    return OVERVIEW.conform(_without_small_cells(each).select(OVERVIEW.column_names)).sort(OVERVIEW.key)


def _of_subject() -> list[pl.Expr]:
    """Whether a subject certainly, and whether it possibly, had an event of each category."""
    placed = pl.col("is_placed")
    certain = [(yes.fill_null(value=False) & placed).any().alias(f"{name}_certain") for name, yes in _ANSWERS.items()]
    return [*certain, *(yes.fill_null(value=True).any().alias(f"{name}_possible") for name, yes in _ANSWERS.items())]


def _worst_of_subject() -> list[pl.Expr]:
    """The worst level a subject certainly had on each scale, and the worst it may have had; 0 is no event at all."""
    parts = []
    for name, (level, levels) in _SCALES.items():
        certain = level.filter("is_placed").max().fill_null(0)
        possible = pl.when(level.is_null().any()).then(len(levels)).otherwise(level.max())
        parts += [certain.alias(f"{name}_lowest"), possible.alias(f"{name}_highest")]
    return parts


def _worst(subjects: pl.LazyFrame) -> pl.LazyFrame:
    """Whether each level certainly, and whether it possibly, is the subject's worst."""
    told = []
    for name, (_, levels) in _SCALES.items():
        low, high = pl.col(f"{name}_lowest"), pl.col(f"{name}_highest")
        for place, level in enumerate(levels, start=1):
            told += [
                ((low == place) & (high == place)).alias(f"worst_{name}_{level}_certain"),
                pl.lit(place).is_between(low, high).alias(f"worst_{name}_{level}_possible"),
            ]
    return subjects.with_columns(told)


def _recorded(event: pl.LazyFrame) -> pl.LazyFrame:
    """One row per document: which categories its events record at all."""
    columns = sorted({name for names in _RECORDED.values() for name in names})
    known = event.group_by("document_id").agg((pl.col(name).count() > 0).alias(f"has_{name}") for name in columns)
    answered = [
        pl.all_horizontal(pl.lit(value=True), *(pl.col(f"has_{name}") for name in names)).alias(f"{category}_asked")
        for category, names in _RECORDED.items()
    ]
    return known.select("document_id", *answered)


def _arms(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """One row per arm with subjects of the safety population, its denominator and its package's smallest cell."""
    safety = tables["subject"].filter("is_safety_population", pl.col("arm_id").is_not_null())
    subjects = safety.group_by(_ARM).agg(n_subjects=pl.len().cast(pl.Int64))
    smallest = tables["source_table"].group_by("document_id").agg(pl.col("min_cell").max())
    arms = tables["arm"].select("delivery_id", "trial_id", *_ARM, "n_at_risk")
    joined = arms.join(subjects, on=_ARM, how="inner", validate="1:1")
    return joined.join(smallest, on="document_id", how="left", validate="m:1").with_columns(
        n_at_risk=pl.coalesce("n_at_risk", "n_subjects")
    )


def _category(rows: pl.LazyFrame, category: str) -> pl.LazyFrame:
    """The arms of the packages that record a category; a package without events records that nobody had any.

    An event that may be of anybody may be worse than the worst that one of the subjects is known to have had.
    """
    certain = pl.col(f"{category}_certain").fill_null(0)
    known = pl.max_horizontal(certain - pl.col("n_of_anybody").fill_null(0), pl.lit(0, pl.Int64))
    return rows.filter(pl.col(f"{category}_asked").fill_null(value=True)).select(
        "delivery_id",
        "trial_id",
        *_ARM,
        "min_cell",
        "n_at_risk",
        category=pl.lit(category),
        n_affected_lower=known if category.startswith("worst_") else certain,
        n_affected_upper=pl.min_horizontal(pl.col(f"{category}_possible").fill_null(0), "n_at_risk"),
    )


def _without_small_cells(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Counts of a package that shows no small cell, as the block of so many numbers they lie in.

    The blocks are fixed, so that no difference of two of them tells a few subjects apart.
    """
    lower, upper, smallest = (pl.col(name) for name in ("n_affected_lower", "n_affected_upper", "min_cell"))
    hidden = smallest.is_not_null()
    low, high = lower // smallest * smallest, (upper // smallest + 1) * smallest - 1
    return rows.with_columns(
        n_affected_lower=pl.when(hidden).then(low).otherwise(lower),
        n_affected_upper=pl.when(hidden).then(pl.min_horizontal(high, "n_at_risk")).otherwise(upper),
    )
