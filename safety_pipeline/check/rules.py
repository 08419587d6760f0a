"""The row rules, each declared once: a name, what it means to a clinician, an expression that is true on failure."""

from dataclasses import dataclass
from typing import Literal

import narwhals as nw


@dataclass(frozen=True)
class Rule:
    """One promise about a row; ``refuse`` takes it out, ``flag`` keeps it and says so; ``detail`` has its numbers."""

    name: str
    severity: Literal["refuse", "flag"]
    explanation: str
    fails: nw.Expr
    detail: nw.Expr | None = None


_N = nw.col("n_affected_lower")
_UPPER = nw.col("n_affected_upper")
_AT_RISK = nw.col("n_at_risk")
_PRINTED = nw.col("n_printed")
_PATIENTS = nw.col("count_unit") == "patients"
_PERCENT = nw.col("percent_printed")
_UNIT = nw.lit(10.0) ** (-nw.col("percent_decimals").cast(nw.Float64))
_ACTUAL = nw.lit(100.0) * _PRINTED.cast(nw.Float64) / _AT_RISK.cast(nw.Float64)
_HAS_BOTH = _PATIENTS & ~_PRINTED.is_null() & ~_PERCENT.is_null() & (_AT_RISK > 0)
# Half a unit of the last printed digit, and a hair for binary fractions.
_ROUNDED = (_ACTUAL - _PERCENT).abs() <= _UNIT / 2 + 1e-9
_CUT = (_ACTUAL >= _PERCENT - 1e-9) & (_ACTUAL < _PERCENT + _UNIT)
_LEAST_PERCENT = 0.001
_MOST_PATIENTS = 1_000_000_000
_ONE_UNIT_OFF = (_ACTUAL - _PERCENT).abs() <= _UNIT + 1e-9
_NUMBERS = nw.concat_str(
    nw.lit("n = "),
    _PRINTED.cast(nw.String),
    nw.lit(" of N = "),
    _AT_RISK.cast(nw.String),
    nw.lit(" is "),
    _ACTUAL.round(2).cast(nw.String),
    nw.lit(" %, printed is "),
    _PERCENT.cast(nw.String),
    nw.lit(" %; it would fit N near "),
    nw.when((_PERCENT > _LEAST_PERCENT) & (_PRINTED < _MOST_PATIENTS))
    .then(100.0 * _PRINTED.cast(nw.Float64) / _PERCENT)
    .round(0)
    .cast(nw.Int64)
    .cast(nw.String),
    nw.lit("."),
)
_TOTAL_DIFFERS = (
    _PATIENTS & ~nw.col("n_arms").is_null() & ~nw.col("n_total").is_null() & (nw.col("n_arms") != nw.col("n_total"))
) & (nw.col("n_at_risk_arms") == nw.col("n_at_risk_total"))


def _lacks_grade(grade: int) -> nw.Expr:
    within = (nw.col("grade_lower_reported") <= grade) & (nw.col("grade_upper_reported") >= grade)
    return ~(within & nw.col("grades_defined").str.contains(str(grade), literal=True))


_NO_GRADE_OF_THE_BAND = (
    ~nw.col("grades_defined").is_null()
    & (nw.col("grade_band").is_null() | (nw.col("grade_band") == "severe"))
    & (_N > 0)
    & nw.all_horizontal(*(_lacks_grade(grade) for grade in range(1, 6)), ignore_nulls=False)
)

RULES = (
    Rule(
        "count_is_readable",
        "refuse",
        "A count is printed here, but the reader could not read it safely; the refusal of the same line says why.",
        nw.col("cell_status") == "refused",
    ),
    Rule(
        "unique_id",
        "refuse",
        "Two rows carry one id, so neither can be traced: give every row and column of the table its own label.",
        nw.col("n_same") > 1,
    ),
    Rule(
        "denominator_known",
        "refuse",
        "The number of patients at risk is missing or 0, so no proportion exists: give n_at_risk for the arm.",
        _PATIENTS & (_AT_RISK.is_null() | (_AT_RISK <= 0)),
    ),
    Rule(
        "count_within_denominator",
        "refuse",
        "More patients are affected than were at risk: one of the two numbers is wrong in the source or was misread.",
        _PATIENTS & ((_N > _AT_RISK) | (_PRINTED > _AT_RISK)) & (_AT_RISK > 0),
    ),
    Rule(
        "count_not_negative",
        "refuse",
        "A count is below 0: correct the cell.",
        (_N < 0) | (_UPPER < 0) | (_PRINTED < 0) | (nw.col("n_episodes") < 0),
    ),
    Rule(
        "bounds_ordered",
        "refuse",
        "The lower bound is above the upper bound: correct the statement or the cell.",
        _N > _UPPER,
    ),
    Rule(
        "percent_agrees_with_count",
        "refuse",
        "The printed percentage is more than one unit of its last digit from n/N: the count, the percentage or the "
        "denominator is wrong, and nothing says which.",
        _HAS_BOTH & ~_ROUNDED & ~_CUT & ~_ONE_UNIT_OFF,
        detail=_NUMBERS,
    ),
    Rule(
        "percent_one_unit_off",
        "flag",
        "The printed percentage is one unit of its last digit from n/N, a slip in rounding; the count is used.",
        _HAS_BOTH & ~_ROUNDED & ~_CUT & _ONE_UNIT_OFF,
    ),
    Rule(
        "percent_is_rounded",
        "flag",
        "The printed percentage is cut, not rounded; the count is used.",
        _HAS_BOTH & ~_ROUNDED & _CUT,
    ),
    Rule(
        "grade_exists_in_edition",
        "flag",
        "The edition defines none of the printed grades for this term, yet patients are counted: the edition, the "
        "term or the grade column may be wrong; the patients are counted as printed.",
        _NO_GRADE_OF_THE_BAND,
    ),
    Rule(
        "severe_within_any",
        "refuse",
        "The grade column counts more patients than the any-grade column of the same event.",
        _PATIENTS & (nw.col("grade_band").is_null() | (nw.col("grade_band") == "severe")) & (nw.col("n_any") < _N),
    ),
    Rule(
        "grade_columns_agree",
        "flag",
        "No patients satisfy all grade columns of this event: one of the numbers is wrong, so the bounds admit each.",
        nw.col("do_grades_disagree"),
    ),
    Rule(
        "total_is_sum_of_arms",
        "refuse",
        "The total column does not equal the sum of its arms; the total is not used, the arms are flagged.",
        _TOTAL_DIFFERS & (nw.col("column_role") == "total"),
    ),
    Rule(
        "arms_add_to_total",
        "flag",
        "The arms do not add up to the printed total of the same line; the arm counts are kept as printed.",
        _TOTAL_DIFFERS & (nw.col("column_role") == "arm"),
    ),
    Rule(
        "tables_agree",
        "flag",
        "Another table or passage of the same document gives this arm, concept and band another count or denominator; "
        "the table with the better rank is used.",
        nw.col("do_tables_disagree")
        & nw.col("seriousness").is_null()
        & nw.col("outcome").is_null()
        & nw.col("parent_row_label").is_null(),
    ),
    Rule(
        "term_is_mapped",
        "flag",
        "The printed term is not known to the edition's dictionary or synonyms: it keeps its row and counts for no "
        "concept until a synonym is added.",
        nw.col("match_kind") == "unmatched",
    ),
    Rule(
        "edition_is_known",
        "flag",
        "The edition of the criteria is not stated, so the grades are kept as reported and not placed on v4.03.",
        nw.col("grading_system") == "not stated",
    ),
)
