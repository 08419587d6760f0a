"""What must hold between answers: severe events are events, and related ones are among those of any cause."""

import polars as pl

from safety_pipeline.reference.totals import ANY_EVENT, TOTALS

_KEY = ["trial_id", "arm_id", "concept", "grade_band", "attribution"]
# Of two answers of an arm and concept that differ in this column, the first never counts more patients.
_NESTED = {"grade_band": ("severe", "any"), "attribution": ("related", "all_causality")}
_ANSWERS_OF_ARM = ["trial_id", "arm_id", "grade_band", "attribution"]
_LOWER, _UPPER = pl.col("n_affected_lower"), pl.col("n_affected_upper")
# A column of grades 3 and 4 is published as it is printed: it is no upper bound of counts that hold deaths.
_HOLDS_DEATHS = pl.when(
    (pl.col("grade_band") != "severe") | (pl.col("grade_band_as_reported") != "3-4").fill_null(value=True)
).then(_UPPER)
_OTHER_LOWER, _OTHER_UPPER = pl.col("other_lower"), pl.col("other_upper")
_WEAK = ["not_tabulated", "below_threshold", "rejected_cell"]


def consistent(answers: pl.LazyFrame) -> pl.LazyFrame:
    """The answers, each within what the others leave it.

    Where two contradict each other, the bounds of both are widened until they meet, and the reason says so.
    """
    before = answers.with_columns(first_lower=_LOWER, first_upper=_UPPER, is_contradicted=_is_below_its_kinds())
    before = before.with_columns(
        n_affected_lower=pl.when("is_contradicted").then(_LOWER).otherwise(_at_least_of_any_event()),
        n_affected_upper=pl.when("is_contradicted").then("n_at_risk").otherwise(_at_most_of_any_event()),
    )
    for name in ("grade_band", "attribution", "grade_band"):
        before = _nested(before, name)
    return before.with_columns(reporting_status=_status(), reason=_reason()).drop(
        "first_lower", "first_upper", "is_contradicted"
    )


def _nested(answers: pl.LazyFrame, name: str) -> pl.LazyFrame:
    part, _ = _NESTED[name]
    keys = [key for key in _KEY if key != name]
    is_part = pl.col(name) == part
    exceeds = pl.when(is_part).then(_LOWER > _OTHER_UPPER).otherwise(_OTHER_LOWER > _UPPER).fill_null(value=False)
    lower = pl.when(is_part).then(_LOWER).otherwise(pl.max_horizontal(_LOWER, _OTHER_LOWER))
    upper = pl.when(is_part).then(pl.min_horizontal(_UPPER, _OTHER_UPPER)).otherwise(_UPPER)
    met_lower = pl.when(is_part).then(pl.min_horizontal(_LOWER, _OTHER_UPPER)).otherwise(_LOWER)
    met_upper = pl.when(is_part).then(_UPPER).otherwise(pl.max_horizontal(_UPPER, _OTHER_LOWER))
    paired = answers.with_columns(
        other_lower=_of_other(name, _LOWER).over(keys), other_upper=_of_other(name, _HOLDS_DEATHS).over(keys)
    ).with_columns(exceeds=exceeds)
    # An answer without bounds has no results at all.
    has_bounds = _LOWER.is_not_null()
    return paired.with_columns(
        n_affected_lower=pl.when(has_bounds).then(pl.when("exceeds").then(met_lower).otherwise(lower)),
        n_affected_upper=pl.when(has_bounds).then(pl.when("exceeds").then(met_upper).otherwise(upper)),
        is_contradicted=pl.col("is_contradicted") | pl.col("exceeds"),
    ).drop("other_lower", "other_upper", "exceeds")


def _of_other(name: str, number: pl.Expr) -> pl.Expr:
    """The number of the answer that holds this one, or is held by it; null where there is none."""
    part, whole = (number.filter(pl.col(name) == value).first() for value in _NESTED[name])
    return pl.when(pl.col(name) == _NESTED[name][0]).then(whole).when(pl.col(name) == _NESTED[name][1]).then(part)


def _at_least_of_any_event() -> pl.Expr:
    """The patients with any event are at least those with one kind, as far as their own upper bound allows.

    A death of any cause need not be an event.
    """
    of_one = _of_one_kind()
    known = pl.when(of_one.is_not_null()).then(pl.min_horizontal(of_one, _UPPER))
    raised = pl.max_horizontal(_LOWER, known)
    return pl.when((pl.col("concept") == ANY_EVENT) & _LOWER.is_not_null()).then(raised).otherwise(_LOWER)


def _is_below_its_kinds() -> pl.Expr:
    """Whether any event counts fewer patients than one kind of event, be it for want of those who died."""
    return ((pl.col("concept") == ANY_EVENT) & (_of_one_kind() > _UPPER)).fill_null(value=False)


def _at_most_of_any_event() -> pl.Expr:
    """The patients with one kind of event are at most those with any, unless more of some kind are counted."""
    fits = (~pl.col("concept").is_in(TOTALS) & (_of_one_kind() <= _of_any_event())).fill_null(value=False)
    return pl.when(fits).then(pl.min_horizontal(_UPPER, _of_any_event())).otherwise(_UPPER)


def _of_one_kind() -> pl.Expr:
    """The most patients that one kind of event has for certain."""
    return _LOWER.filter(~pl.col("concept").is_in(TOTALS)).max().over(_ANSWERS_OF_ARM)


def _of_any_event() -> pl.Expr:
    return _HOLDS_DEATHS.filter(pl.col("concept") == ANY_EVENT).min().over(_ANSWERS_OF_ARM)


def _has_changed() -> pl.Expr:
    return _LOWER.ne_missing(pl.col("first_lower")) | _UPPER.ne_missing(pl.col("first_upper"))


def _status() -> pl.Expr:
    """Bounds that another answer raised, closed or contradicted are derived; merely capped ones keep their status.

    A zero that only a threshold of 0 % gives to another answer stays one that nobody printed.
    """
    is_weak = pl.col("reporting_status").is_in(_WEAK)
    says_more = _has_changed() & ((_LOWER > 0) | (_LOWER == _UPPER))
    is_printed_zero = (~is_weak & (pl.col("first_upper") == 0)).fill_null(value=False)
    is_silent_zero = is_weak & (_UPPER == 0) & ~is_printed_zero.any().over("trial_id", "arm_id", "concept")
    derived = pl.col("is_contradicted") | (is_weak & says_more)
    silent = pl.when(is_silent_zero & _has_changed()).then(pl.lit("below_threshold"))
    return silent.when(derived).then(pl.lit("derived_bounds")).otherwise("reporting_status")


def _reason() -> pl.Expr:
    contradicted = pl.format(
        "{} Severe or related counts exceed the counts that hold them, so the bounds admit both.", "reason"
    )
    capped = pl.format("{} The bounds follow from another band or attribution of the arm.", "reason")
    return pl.when("is_contradicted").then(contradicted).when(_has_changed()).then(capped).otherwise("reason")
