"""The answers on incidence, by dose and by arm: what to draw, and how to say it."""

import polars as pl

from safety_pipeline.publish.marts import wording
from safety_pipeline.publish.marts.names import arm_names, regimens, stable_id, trial_names, with_question_names
from safety_pipeline.publish.plots.words import METHODS, OVERVIEW, RELATIONS, SCALES, STATUSES
from safety_pipeline.tables import marts, summarised

_DOSE_QUESTION = ["concept", "drug", "dose_mg_per_day", "grade_band", "attribution"]
_LOWER, _UPPER, _N = pl.col("n_affected_lower"), pl.col("n_affected_upper"), pl.col("n_at_risk")


def mart_incidence_by_dose(by_dose: pl.LazyFrame, concept: pl.LazyFrame) -> pl.LazyFrame:
    """One row per question on a dose: the row that the number of trials allows to be shown first, over all diseases."""
    first = by_dose.filter("is_default", pl.col("stratum") == "all")
    named = with_question_names(first, concept).with_columns(
        dose_id=stable_id(_DOSE_QUESTION), dose_label=wording.dose(pl.col("dose_mg_per_day"))
    )
    judged = named.with_columns(value_kind=_dose_kind(), patients=_dose_patients())
    drawn = judged.pipe(_with_ends, "range_lower", "range_upper")
    rows = drawn.with_columns(
        value=pl.when(pl.col("value_kind") == "point").then("incidence"), label=_label(_range_label()), why=_dose_why()
    )
    return marts.MART_INCIDENCE_BY_DOSE.conform(rows.select(marts.MART_INCIDENCE_BY_DOSE.column_names)).sort(
        "concept", "drug", "grade_band", "attribution", "dose_mg_per_day"
    )


def mart_incidence_by_arm(
    by_arm: pl.LazyFrame, concept: pl.LazyFrame, trial: pl.LazyFrame, arm: pl.LazyFrame
) -> pl.LazyFrame:
    """One row per question on an arm, by the names of its trial and arm."""
    named = (
        with_question_names(by_arm, concept)
        .join(trial_names(trial), on="trial_id", how="left", validate="m:1")
        .join(arm_names(arm), on="arm_id", how="left", validate="m:1")
        .join(regimens(arm), on="arm_id", how="left", validate="m:1")
        .with_columns(
            drug=pl.coalesce("regimen", "drug"),
            dose_label=wording.dose(pl.col("dose_mg_per_day")),
            status_label=wording.worded(pl.col("reporting_status"), STATUSES),
        )
    )
    judged = named.with_columns(value_kind=_kind_of_count(), patients=wording.patients(_LOWER, _UPPER, _N))
    rows = judged.pipe(_with_ends, "ci_lower", "ci_upper").with_columns(
        value=pl.col("incidence"),
        label=_label(of_range=pl.lit(None, pl.String)),
        why=pl.col("reason"),
        caution=_arm_caution(),
    )
    return marts.MART_INCIDENCE_BY_ARM.conform(rows.select(marts.MART_INCIDENCE_BY_ARM.column_names)).sort(
        "trial_id", "arm_id", "concept", "grade_band", "attribution"
    )


def mart_overview(overview: pl.LazyFrame, trial: pl.LazyFrame, arm: pl.LazyFrame) -> pl.LazyFrame:
    """One row per arm and category of the safety overview, by the names of its trial and arm."""
    named = (
        overview.join(trial_names(trial), on="trial_id", how="left", validate="m:1")
        .join(arm_names(arm), on="arm_id", how="left", validate="m:1")
        .with_columns(
            overview_id=stable_id(summarised.AE_OVERVIEW.key),
            dose_label=wording.dose(pl.col("dose_mg_per_day")),
            category_label=wording.worded(pl.col("category"), OVERVIEW),
            patients=wording.patients(_LOWER, _UPPER, _N),
            value_kind=_kind_of_count(),
        )
    )
    rows = named.pipe(_with_ends, "ci_lower", "ci_upper").with_columns(
        value=pl.col("incidence"), label=_label(of_range=pl.lit(None, pl.String))
    )
    return marts.MART_OVERVIEW.conform(rows.select(marts.MART_OVERVIEW.column_names)).sort(summarised.AE_OVERVIEW.key)


def with_incidence_id(by_arm: pl.LazyFrame) -> pl.LazyFrame:
    """Incidence by arm with the stable name of each row."""
    rows = by_arm.with_columns(incidence_id=stable_id(summarised.INCIDENCE_BY_ARM.key))
    return marts.INCIDENCE_BY_ARM.conform(rows)


def _bounds_kind() -> pl.Expr:
    """What bounds of counts amount to: nothing, a number of patients at least, or two ends."""
    nothing = (_LOWER == 0) & (_UPPER >= _N)
    return (
        pl.when(pl.any_horizontal(_LOWER.is_null(), _UPPER.is_null(), _N.is_null(), _N == 0, nothing))
        .then(pl.lit("not_known"))
        .when(_UPPER >= _N)
        .then(pl.lit("at_least"))
        .otherwise(pl.lit("bounds"))
    )


def _dose_kind() -> pl.Expr:
    method = pl.col("method")
    return (
        pl.when(method == "trial_range")
        .then(pl.lit("range_of_trials"))
        .when(method == "bounds")
        .then(_bounds_kind())
        .when(pl.col("incidence").is_not_null())
        .then(pl.lit("point"))
        .otherwise(pl.lit("not_known"))
    )


def _kind_of_count() -> pl.Expr:
    """What is known of one count: the count itself, or what its bounds amount to."""
    return pl.when(pl.col("incidence").is_not_null()).then(pl.lit("point")).otherwise(_bounds_kind())


def _with_ends(rows: pl.LazyFrame, range_lower: str, range_upper: str) -> pl.LazyFrame:
    """The two ends to draw, by the kind of the value."""
    kind = pl.col("value_kind")
    lower = (
        pl.when(kind == "point")
        .then(pl.col("ci_lower"))
        .when(kind == "range_of_trials")
        .then(pl.col(range_lower))
        .when(kind.is_in(["bounds", "at_least"]))
        .then(_LOWER / _N)
    )
    upper = (
        pl.when(kind == "point")
        .then(pl.col("ci_upper"))
        .when(kind == "range_of_trials")
        .then(pl.col(range_upper))
        .when(kind == "bounds")
        .then(_UPPER / _N)
        .when(kind == "at_least")
        .then(1.0)
    )
    return rows.with_columns(value_lower=lower, value_upper=upper)


def _label(of_range: pl.Expr) -> pl.Expr:
    """`52/73, 71.2 % (60.0 to 80.3)`; what is no point says so."""
    kind, counted = pl.col("value_kind"), pl.col("patients")
    lower, upper = pl.col("value_lower"), pl.col("value_upper")
    point = pl.format("{} ({})", wording.percent(pl.col("incidence")), wording.percent_limits(lower, upper))
    with_limits = pl.coalesce(point, wording.percent(pl.col("incidence")))
    bounds = pl.format("between {} and {}", wording.percent_figure(lower), wording.percent(upper))
    # Bounds that meet leave one count, though no source gives it as such.
    within = pl.when(_LOWER == _UPPER).then(wording.percent(lower)).otherwise(bounds)
    return (
        pl.when(kind == "point")
        .then(pl.coalesce(pl.format("{}, {}", counted, with_limits), with_limits))
        .when(kind == "range_of_trials")
        .then(of_range)
        .when(kind == "bounds")
        .then(pl.format("{}, {}", counted, within))
        .when(kind == "at_least")
        .then(pl.format("at least {} of {}, {} or more", _LOWER, _N, wording.percent(lower)))
        .otherwise(pl.lit("not known"))
    )


def _range_label() -> pl.Expr:
    """The range of the trials; trials that agree are no certainty, so it is not written as an interval."""
    lower, upper = pl.col("value_lower"), pl.col("value_upper")
    agree = pl.format("{} trials, each {}", "k_trials", wording.percent(lower))
    apart = pl.format("{} trials from {} %", "k_trials", wording.percent_limits(lower, upper))
    return pl.when(wording.percent_figure(lower) == wording.percent_figure(upper)).then(agree).otherwise(apart)


def _dose_patients() -> pl.Expr:
    """Patients of the trials at the dose; added over trials they are a crude total, and called so."""
    counted = wording.patients(_LOWER, _UPPER, _N)
    trials = pl.max_horizontal("k_trials", "k_bounded")
    return pl.when(trials > 1).then(pl.format("{} crude", counted)).otherwise(counted)


def _dose_why() -> pl.Expr:
    method = pl.col("method")
    return (
        pl.when(method == "single_trial")
        .then(pl.format("One trial gives a count: {}.", "trial_ids"))
        .when(method == "trial_range")
        .then(pl.format("{} trials are too few for an average: the lowest and the highest are shown.", "k_trials"))
        .when(method == "bounds")
        .then(pl.lit("The sources allow only bounds: any count inside them fits."))
        .when(method == "not_estimable")
        .then(pl.lit("No trial at this dose gives a count of patients."))
        .otherwise(pl.format("{} over {} trials.", wording.worded(method, METHODS), "k_trials"))
    )


def _arm_caution() -> pl.Expr:
    """What a reader of the arm's number must know; null where there is nothing."""
    relation, scale = pl.col("concept_relation"), pl.col("threshold_relation")
    is_other = (pl.col("grade_band") == "severe") & (scale != "equal")
    told = (
        pl.when(relation != "equal").then(pl.format("the printed row {}", wording.worded(relation, RELATIONS))),
        pl.when(is_other).then(
            pl.format(
                "severe as graded with {}: on the v4.03 scale {}", "grading_system", wording.worded(scale, SCALES)
            )
        ),
        pl.when(pl.col("grade_band_as_reported") == "3-4").then(pl.lit("printed as grade 3-4: grade 5 is not counted")),
    )
    joined = pl.concat_str(told, separator="; ", ignore_nulls=True)
    return pl.when(joined != "").then(joined)
