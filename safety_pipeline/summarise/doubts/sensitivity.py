"""How far an incidence by dose moves under other readings of the same tables."""

import polars as pl

from safety_pipeline.summarise.by_arm import with_interval
from safety_pipeline.summarise.doubts import other_readings
from safety_pipeline.summarise.doubts.leave_one_out import leave_one_out
from safety_pipeline.summarise.sources import Sources, main_rows
from safety_pipeline.summarise.trials import GROUP, trial_counts
from safety_pipeline.tables.compared import SENSITIVITY

_KEY = [name for name in GROUP if name != "stratum"]
_ROW = [*_KEY, "analysis", "detail", "n_affected_lower", "n_affected_upper", "n_at_risk"]


def sensitivity(sources: Sources, by_arm: pl.LazyFrame, by_dose: pl.LazyFrame) -> pl.LazyFrame:
    """One row per dose group and alternative analysis, with the change it makes and whether it matters."""
    trials = trial_counts(by_arm, sources.arm).filter(pl.col("stratum") == "all")
    totals = [
        _not_listed_as_zero(trials),
        _concept_bounds(sources, trials),
        other_readings.attribution(trials),
        other_readings.severity_as_printed(trials),
        other_readings.target_scale(trials),
        other_readings.other_report(sources, by_arm, trials),
        other_readings.time_at_risk(sources, trials),
    ]
    main = _main(by_dose)
    rows = pl.concat([_changed(pl.concat(totals, how="diagonal_relaxed"), main), _refitted(trials, by_dose, main)])
    return SENSITIVITY.conform(rows.select(SENSITIVITY.column_names)).sort(SENSITIVITY.key)


def _main(by_dose: pl.LazyFrame) -> pl.LazyFrame:
    """What a dose shows: its default estimate, its crude total, and the interval a change is judged by.

    Where the default row is the range of the trials, the Wilson interval of their total judges: the range holds any
    sub-total by its making.
    """
    rows = by_dose.filter(pl.col("stratum") == "all")
    totals = rows.filter(pl.col("method").is_in(["crude_total", "single_trial"])).select(
        *_KEY,
        "n_at_risk",
        "n_affected_lower",
        "n_affected_upper",
        crude="incidence",
        reporting_status=pl.lit("observed"),
    )
    limited = with_interval(totals, "wilson").select(*_KEY, "crude", total_lower="ci_lower", total_upper="ci_upper")
    shown = rows.filter("is_default").select(*_KEY, shown="incidence", shown_lower="ci_lower", shown_upper="ci_upper")
    joined = limited.join(shown, on=_KEY, how="left", validate="1:1")
    has_own = pl.col("shown").is_not_null() & pl.col("shown_lower").is_not_null()
    return joined.select(
        *_KEY,
        "crude",
        main=pl.when(has_own).then("shown").otherwise("crude"),
        main_lower=pl.when(has_own).then("shown_lower").otherwise("total_lower"),
        main_upper=pl.when(has_own).then("shown_upper").otherwise("total_upper"),
    )


def _changed(rows: pl.LazyFrame, main: pl.LazyFrame) -> pl.LazyFrame:
    """Totals under another reading beside the crude total; a change is judged as if it moved the estimate shown."""
    share, upper = (pl.col(name) / pl.col("n_at_risk") for name in ("n_affected_lower", "n_affected_upper"))
    is_single = pl.col("n_affected_lower") == pl.col("n_affected_upper")
    moved = [value - pl.col("crude") for value in (share, upper)]
    return rows.join(main, on=_KEY, how="left", validate="m:1").select(
        *_ROW,
        incidence=pl.when(is_single).then(share),
        method=pl.when(pl.col("n_at_risk").is_not_null()).then(pl.lit("crude_total")),
        change=_larger(*moved),
        is_robust=_stays(pl.col("main") + moved[0]) & _stays(pl.col("main") + moved[1]),
    )


def _refitted(trials: pl.LazyFrame, by_dose: pl.LazyFrame, main: pl.LazyFrame) -> pl.LazyFrame:
    """Each trial left out, judged by whether the estimate of the others stays inside the interval of all."""
    rows = leave_one_out(trials, by_dose).join(main, on=_KEY, how="left", validate="m:1")
    all_trials = pl.when(pl.col("method") == "crude_total").then("crude").otherwise("main")
    change = pl.col("incidence") - all_trials
    return rows.select(*_ROW, "incidence", "method", change=change, is_robust=_stays(pl.col("main") + change))


def _stays(estimate: pl.Expr) -> pl.Expr:
    """Whether an estimate lies inside the interval of the main analysis; a rounding error is no change."""
    return estimate.is_between(pl.col("main_lower") - 1e-12, pl.col("main_upper") + 1e-12)


def _larger(low: pl.Expr, high: pl.Expr) -> pl.Expr:
    """Of the changes at the two bounds, the one that moves further, with its sign."""
    return pl.when(high.abs() > low.abs()).then(high).otherwise(low)


def _not_listed_as_zero(trials: pl.LazyFrame) -> pl.LazyFrame:
    """Adds each trial without a count as nobody affected: what a naive reading would do, labelled as such."""
    silent = ~pl.col("is_counted") & (pl.col("n_at_risk") > 0)
    added = trials.with_columns(is_silent=silent)
    everyone = (
        added.filter(pl.col("is_counted") | pl.col("is_silent"))
        .join(_attributions(trials), on=[name for name in _KEY if name != "attribution"], how="inner")
        .filter((pl.col("attribution") == pl.col("counted_attribution")) | pl.col("is_silent"))
        .with_columns(attribution="counted_attribution")
    )
    totals = everyone.group_by(_KEY).agg(
        n_affected_lower=pl.when(pl.col("is_counted")).then("n_affected").otherwise(0).sum(),
        n_at_risk=pl.col("n_at_risk").sum(),
        n_silent=pl.col("is_silent").sum(),
        detail=pl.format("{} (0/{})", "trial_id", "n_at_risk").filter("is_silent").unique().sort().str.join("; "),
    )
    return totals.filter(pl.col("n_silent") > 0).select(
        *_KEY,
        "n_affected_lower",
        pl.col("n_affected_lower").alias("n_affected_upper"),
        "n_at_risk",
        pl.lit("not_listed_as_zero").alias("analysis"),
        pl.format("counted as 0: {}", "detail").alias("detail"),
    )


def _attributions(trials: pl.LazyFrame) -> pl.LazyFrame:
    """The attributions under which a dose has a count; silent trials are added to each."""
    counted = trials.filter("is_counted").select(_KEY).unique()
    return counted.rename({"attribution": "counted_attribution"})


def _concept_bounds(sources: Sources, trials: pl.LazyFrame) -> pl.LazyFrame:
    """For a composite row that holds more than the concept: how many of its patients must belong to the concept.

    At least the largest sub-row inside the concept. Where sub-rows reach outside the concept ("bleeding or
    perforation"), the patients of the composite that are in none of these belong to it as well.
    """
    bounds = _bounds_by_arm(sources)
    arms = sources.arm.select("arm_id", "dose_mg_per_day", "drug").filter(pl.col("dose_mg_per_day").is_not_null())
    rows = bounds.join(arms, on="arm_id", how="inner", validate="m:1")
    known = trials.filter("is_counted").select(_KEY).unique()
    return rows.join(known, on=_KEY, how="semi").select(
        *_KEY,
        "n_affected_lower",
        "n_affected_upper",
        "n_at_risk",
        pl.lit("concept_bounds").alias("analysis"),
        pl.format("{}: largest sub-row of the concept to the composite row", "trial_id").alias("detail"),
    )


def _bounds_by_arm(sources: Sources) -> pl.LazyFrame:
    counts = sources.toxicity.filter(pl.col("column_role") == "arm", pl.col("grade_band").is_not_null())
    composite = counts.filter("is_composite", pl.col("concept_relation") == "superset").join(
        sources.row_use.filter("is_used"), on="toxicity_id", how="semi"
    )
    line = ["document_id", "table_label", "arm_id", "concept", "grade_band", "attribution"]
    sub_rows = counts.join(main_rows(counts, sources.toxicity).select("toxicity_id"), on="toxicity_id", how="anti")
    inside = pl.col("concept_relation") == "subset"
    within = sub_rows.group_by(line).agg(
        largest=pl.col("n_affected_lower").filter(inside).max().fill_null(0),
        outside=pl.col("n_affected_upper").filter(~inside).sum(),
        n_outside=(~inside).sum(),
    )
    rest = pl.when(pl.col("n_outside") > 0).then(pl.col("n_affected_lower") - pl.col("outside"))
    return composite.join(within, on=line, how="inner", validate="m:1").with_columns(
        n_affected_lower=pl.max_horizontal("largest", rest.fill_null(0))
    )
