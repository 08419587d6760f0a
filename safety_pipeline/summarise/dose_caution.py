"""What a reader must know before using an incidence by dose, in sentences joined by `; `."""

import polars as pl

from safety_pipeline.summarise import censoring
from safety_pipeline.summarise.dose_default import FEWEST_TRIALS, is_scattered
from safety_pipeline.summarise.pooled_rows import EXACT_TOTAL, MODELS

_HALF = ["common_effect", "random_effects_dl", "random_effects_pm", "random_effects_reml"]


def caution() -> pl.Expr:
    """The cautions of a row, or null."""
    parts = [*_of_the_method(), *_of_the_fit(), *_of_the_trials(), *_of_the_counts()]
    joined = pl.concat_str(parts, separator="; ", ignore_nulls=True)
    return pl.when(joined != "").then(joined)


def _said(condition: pl.Expr, sentence: str) -> pl.Expr:
    return pl.when(condition).then(pl.lit(sentence))


def _is(*methods: str) -> pl.Expr:
    return pl.col("method").is_in(methods)


def _is_model() -> pl.Expr:
    return _is(*MODELS, *censoring.METHODS)


def _of_the_method() -> list[pl.Expr]:
    few, nobody = pl.col("k_trials"), pl.col("n_affected_upper") == 0
    return [
        _said(_is("crude_total"), "crude: patients added over trials, no interval"),
        _said(_is(EXACT_TOTAL) & nobody, "no event in any trial: exact interval of the total"),
        _said(_is(EXACT_TOTAL) & ~nobody, "every patient of every trial affected: exact interval of the total"),
        _said(_is_model() & (few == 2), "two trials: carries no weight"),
        _said(_is_model() & few.is_between(3, 4), "unstable: three or four trials"),
        _said(_is("not_estimable"), "no trial at this dose gives a count of patients"),
        _said(_is("bounds"), "known only within bounds"),
        _said(
            (few == 0) & pl.col("lists_a_part"),
            "terms of the concept are listed, others may be hidden: see incidence_by_arm",
        ),
        _said(pl.col("shares_patients"), "left out: a trial whose arms at this dose may hold the same patients"),
    ]


def _of_the_fit() -> list[pl.Expr]:
    falls_back = pl.col("is_default") & (pl.col("k_trials") >= FEWEST_TRIALS) & pl.col("model_reason").is_null()
    return [
        _said(_is_model() & ~pl.col("converged"), "did not converge"),
        _said(
            falls_back & _is("random_effects_reml", "trial_range"),
            "fallback: no model without added half events gives one converged incidence of all trials",
        ),
        _said(_is(*_HALF) & pl.col("has_empty_cell"), "half an event added to trials without one, or without another"),
        _said(is_scattered(), "the trials differ so much that one incidence describes none of them: see the trials"),
        pl.col("model_reason"),
    ]


def _of_the_trials() -> list[pl.Expr]:
    bounded = pl.col("k_bounded") > 0
    is_available_case = ~_is("bounds", *censoring.METHODS) & (pl.col("k_trials") > 0)
    leaves_out = is_available_case & (pl.col("k_below_threshold") > 0) & (pl.col("n_affected_upper") > 0)
    return [
        _said(pl.col("has_suspicion"), "two of its trials may report the same patients: see suspected_duplicate"),
        pl.when(bounded & is_available_case).then(
            pl.format("{} further trial(s) known only within bounds", "k_bounded")
        ),
        pl.when(leaves_out).then(
            pl.format(
                "available case, biased upward: {} trial(s) below a reporting threshold are left out",
                "k_below_threshold",
            )
        ),
    ]


def _of_the_counts() -> list[pl.Expr]:
    relations, bands = pl.col("concept_relations"), pl.col("bands_as_reported")
    fatal = (pl.col("grade_band") == "severe") & bands.str.contains("3-4")
    return [
        _said(relations.str.contains("superset"), "a printed row holds more than the concept (superset)"),
        _said(relations.str.contains("subset|overlapping"), "a printed row holds only part of the concept"),
        _said(fatal, "printed as grade 3-4: fatal events are not counted"),
        _said(pl.col("grading_systems").str.contains("; "), "graded with several editions"),
    ]
