"""What these tables show of a dose difference, by concept, drug and band, decided by the rules of the data file."""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce

import polars as pl

from safety_pipeline.reference.assessment import Designated
from safety_pipeline.reference.signal_rules import ANY, Condition, SignalRule
from safety_pipeline.summarise.comparisons.signal_evidence import plain_dose
from safety_pipeline.tables.compared import SIGNAL
from safety_pipeline.tables.vocabulary import UNMATCHED

_NO_RULE = "No rule applies to this evidence."
_COMPARISONS: Mapping[str, Callable[[pl.Expr, str], pl.Expr]] = {
    "below": lambda evidence, value: evidence < float(value),
    "above": lambda evidence, value: evidence > float(value),
    "is": lambda evidence, value: evidence == value,
    "known": lambda evidence, _: evidence.is_not_null(),
    "missing": lambda evidence, _: evidence.is_null(),
}


def signal(
    concept: pl.LazyFrame, evidence: pl.LazyFrame, rules: Sequence[SignalRule], designated: Designated
) -> pl.LazyFrame:
    """One row per concept, drug, band and scope: each pair of doses compared; of the first tiers, each other dose.

    A term that no dictionary knows stands as a concept of its own, by its words.
    """
    named = evidence.join(concept.select("concept", "is_headline"), on="concept", how="left", validate="m:1")
    known = named.filter(pl.col("is_headline").is_not_null() | pl.col("concept").str.starts_with(UNMATCHED))
    judged = known.with_columns(tier=_tier(designated)).filter(_is_compared() | (pl.col("tier") != "other"))
    worded = judged.with_columns(
        assessment=_first(rules, lambda rule: pl.lit(rule.assessment), "not_estimable"),
        basis=_first(rules, lambda rule: _words(rule.basis), _NO_RULE),
        rule=_first(rules, lambda rule: pl.lit(rule.rule), "none"),
        excluded_beyond=pl.max_horizontal(pl.col("ci_lower").abs(), pl.col("ci_upper").abs()),
    )
    return SIGNAL.complete(worded.drop("n_rows", "is_headline")).sort(SIGNAL.key)


def _tier(designated: Designated) -> pl.Expr:
    """Designated are a concept, and a printed row whose words are a listed term."""
    rows = pl.col("row_label").str.to_lowercase().str.split("; ")
    is_listed = rows.list.eval(pl.element().is_in(list(designated.terms))).list.any()
    is_designated = pl.col("concept").is_in(list(designated.concepts)) | is_listed.fill_null(value=False)
    return (
        pl.when("is_headline")
        .then(pl.lit("headline"))
        .when(is_designated)
        .then(pl.lit("designated"))
        .otherwise(pl.lit("other"))
    )


def _is_compared() -> pl.Expr:
    return pl.col("design").is_in(["randomised", "stratified"])


def _first(rules: Sequence[SignalRule], says: Callable[[SignalRule], pl.Expr], otherwise: str) -> pl.Expr:
    """What the first rule that holds says."""
    return reduce(
        lambda later, rule: pl.when(_holds(rule)).then(says(rule)).otherwise(later), reversed(rules), pl.lit(otherwise)
    )


def _holds(rule: SignalRule) -> pl.Expr:
    """Whether a rule is meant for the row and all its conditions are met; unknown evidence meets none."""
    places = (("concept", rule.concept), ("drug", rule.drug), ("grade_band", rule.grade_band))
    applies = [pl.col(name) == value for name, value in places if value != ANY]
    met = [_met(each) for each in rule.conditions]
    return pl.all_horizontal(pl.lit(value=True), *applies, *met).fill_null(value=False)


def _met(condition: Condition) -> pl.Expr:
    return _COMPARISONS[condition.comparison](pl.col(condition.evidence), condition.value)


def _words(basis: str) -> pl.Expr:
    """The words of a rule with the row's figures in them; a figure that is not known is shown as a dash."""
    parts = [part.partition("}") for part in basis.split("{")[1:]]
    text = [pl.lit(basis.split("{", 1)[0])]
    for name, _, rest in parts:
        text += [_shown()[name].fill_null("–"), pl.lit(rest)]
    return pl.concat_str(text)


def _shown() -> dict[str, pl.Expr]:
    return {
        "difference": _points("risk_difference"),
        "lower": _points("ci_lower"),
        "upper": _points("ci_upper"),
        "posterior": pl.col("posterior_prob_higher").round(3).cast(pl.String),
        "dose": plain_dose("dose_high"),
        **{name: pl.col(name).cast(pl.String) for name in ("k_trials", "n_rows")},
    }


def _points(name: str) -> pl.Expr:
    """Percentage points as shown, with a minus sign and no hyphen; a minus zero would read as a direction."""
    rounded = (pl.col(name) * 100).round(1)
    return pl.when(rounded == 0).then(0.0).otherwise(rounded).cast(pl.String).str.replace("-", "−", literal=True)
