"""Incidence by arm: every answer for an arm, concept and band, with its interval and its reason."""

import numpy as np
import polars as pl

from safety_pipeline.engine import collected_once
from safety_pipeline.summarise.estimators import proportion
from safety_pipeline.summarise.evidence.claims import claims
from safety_pipeline.summarise.evidence.consistency import consistent
from safety_pipeline.summarise.evidence.grade_columns import READ
from safety_pipeline.summarise.evidence.listings import listings
from safety_pipeline.summarise.evidence.openings import doubtful_patients, openings
from safety_pipeline.summarise.evidence.silence import drug_concepts, questions, silence
from safety_pipeline.summarise.sources import Sources, used_rows
from safety_pipeline.tables.summarised import DRUG_CONCEPT, INCIDENCE_BY_ARM, INCIDENCE_INTERVAL, STATUSES_WITH_A_NUMBER

KEY = list(INCIDENCE_BY_ARM.key)
OTHER_METHODS = ("clopper_pearson", "jeffreys", "agresti_coull", "midp")


def concepts_by_drug(sources: Sources) -> pl.LazyFrame:
    """One row per drug and concept that its arms answer for, since one of them counts it."""
    return DRUG_CONCEPT.conform(drug_concepts(sources)).sort(DRUG_CONCEPT.key)


def incidence_by_arm(sources: Sources, drug_concept: pl.LazyFrame) -> pl.LazyFrame:
    """One row per trial, arm, concept, band and attribution; every arm answers for the headline concepts."""
    used = collected_once(used_rows(sources).select(READ))
    listed = collected_once(listings(sources))
    opened = collected_once(openings(sources, used))
    doubtful = collected_once(doubtful_patients(sources))
    claimed = collected_once(claims(used, sources, listed, opened, doubtful))
    asked = questions(sources, drug_concept)
    silent = silence(asked, sources, claimed, listed, opened, doubtful)
    parts = [claimed.with_columns(reason=_claim_reason()), silent]
    answers = pl.concat(parts, how="diagonal_relaxed").select(*KEY, "document_id", "table_label", *_CARRIED)
    answers = consistent(answers)
    described = sources.arm.select("arm_id", "drug", "dose_mg_per_day", "indication", "allocation")
    rows = answers.join(described, on="arm_id", how="left", validate="m:1").with_columns(incidence=_incidence())
    return INCIDENCE_BY_ARM.conform(with_interval(rows, "wilson").select(INCIDENCE_BY_ARM.column_names)).sort(KEY)


def incidence_interval(by_arm: pl.LazyFrame) -> pl.LazyFrame:
    """One row per numbered row of `incidence_by_arm` and further interval method."""
    numbered = by_arm.filter(pl.col("ci_method").is_not_null()).drop("ci_lower", "ci_upper", "ci_method")
    rows = pl.concat([with_interval(numbered, method) for method in OTHER_METHODS])
    return INCIDENCE_INTERVAL.conform(rows.select(INCIDENCE_INTERVAL.column_names)).sort(INCIDENCE_INTERVAL.key)


_CARRIED = [
    "grade_band_as_reported",
    "grading_system",
    "n_affected_lower",
    "n_affected_upper",
    "n_at_risk",
    "concept_relation",
    "threshold_relation",
    "reporting_status",
    "n_episodes",
    "toxicity_ids",
    "reason",
]


def _has_number() -> pl.Expr:
    """Only a status that carries patients' counts gives a proportion; episodes and thresholds never do."""
    return pl.col("reporting_status").is_in(STATUSES_WITH_A_NUMBER) & (pl.col("n_at_risk") > 0)


def _has_limits() -> pl.Expr:
    """A threshold bounds the count, so the outer limits of its bounds are known, if no proportion is."""
    hidden = (pl.col("reporting_status") == "below_threshold") & pl.col("n_affected_upper").is_not_null()
    return _has_number() | (hidden & (pl.col("n_at_risk") > 0))


def _incidence() -> pl.Expr:
    agree = pl.col("n_affected_lower") == pl.col("n_affected_upper")
    return pl.when(_has_number() & agree).then(pl.col("n_affected_lower") / pl.col("n_at_risk"))


def with_interval(rows: pl.LazyFrame, method: str) -> pl.LazyFrame:
    """The rows with the named 95 % interval; on bounds, the outer limits."""
    numbers = pl.struct("n_affected_lower", "n_affected_upper", "n_at_risk")
    limits = pl.Struct({"ci_lower": pl.Float64(), "ci_upper": pl.Float64()})
    interval = numbers.map_batches(lambda series: _limits(series, method), return_dtype=limits)
    wanted = rows.with_columns(_interval=pl.when(_has_limits()).then(interval))
    return wanted.with_columns(
        ci_lower=pl.col("_interval").struct.field("ci_lower").fill_nan(None),
        ci_upper=pl.col("_interval").struct.field("ci_upper").fill_nan(None),
        ci_method=pl.when(_has_limits()).then(pl.lit(method)),
    ).drop("_interval")


def _limits(series: pl.Series, method: str) -> pl.Series:
    numbers = series.struct.unnest().cast(pl.Float64).fill_null(np.nan)
    lower, upper, at_risk = (numbers[name].to_numpy() for name in numbers.columns)
    low, high = proportion.on_bounds(getattr(proportion, method), lower, upper, at_risk)
    return pl.DataFrame({"ci_lower": low, "ci_upper": high}).to_struct(series.name)


def _claim_reason() -> pl.Expr:
    """Why the status is what it is, naming the printed rows."""
    bounds = (
        pl.when("is_contradictory")
        .then(
            pl.format("The grade columns contradict each other, so the bounds admit every reading: {}.", "row_labels")
        )
        .when("is_opened")
        .then(
            pl.format("Known only from below, since a count of the concept cannot be read, beside: {}.", "row_labels")
        )
        .when(~pl.col("is_closed"))
        .then(
            pl.format(
                "Some terms of the concept, others may be unlisted; known only within bounds, from: {}.", "row_labels"
            )
        )
        .otherwise(pl.format("Known only within bounds, from: {}.", "row_labels"))
    )
    printed = {
        "observed": pl.format("Printed as a count of patients: {}.", "row_labels"),
        "reported_zero": pl.format("Printed as 0: {}.", "row_labels"),
        "zero_by_statement": pl.format("The text settles the blank or absent cell as 0: {}.", "row_labels"),
        "derived_bounds": bounds,
        "rejected_cell": pl.format("A count is printed but refused; known only from below, from: {}.", "row_labels"),
        "episodes_only": pl.format("Only episodes are printed, and one patient may have several: {}.", "row_labels"),
    }
    chain: pl.Expr = pl.format("From: {}.", "row_labels")
    for status, sentence in printed.items():
        chain = pl.when(pl.col("reporting_status") == status).then(sentence).otherwise(chain)
    return chain
