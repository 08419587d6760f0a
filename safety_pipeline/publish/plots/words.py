"""How numbers, statuses and methods are worded for readers."""

import re

from safety_pipeline.tables.vocabulary import SEVERITIES

STATUSES = {
    "observed": "observed",
    "reported_zero": "reported as zero",
    "zero_by_statement": "zero by statement",
    "derived_bounds": "bounds from several rows",
    "below_threshold": "below the reporting threshold",
    "episodes_only": "episodes only",
    "rejected_cell": "printed, but refused",
    "not_tabulated": "not tabulated",
    "no_results": "no results",
    "superseded": "superseded",
    "duplicate_population": "duplicate population",
}
METHODS = {
    "single_trial": "Single trial",
    "trial_range": "Range of the trials",
    "exact_total": "Total, exact interval",
    "crude_total": "Crude total",
    "common_effect": "Common effect",
    "random_effects_dl": "Random effects (DL)",
    "random_effects_pm": "Random effects (PM)",
    "random_effects_reml": "Random effects (REML, Hartung-Knapp)",
    "random_effects_glmm": "Random intercept (GLMM)",
    "censored_beta_binomial": "With thresholds (beta-binomial)",
    "censored_logit_normal": "With thresholds (logit-normal)",
    "bounds": "Bounds of the trials",
    "not_estimable": "Not estimable",
}
INTERVALS = {
    "agresti_coull": "Agresti-Coull interval",
    "clopper_pearson": "Clopper-Pearson interval",
    "jeffreys": "Jeffreys interval",
    "midp": "mid-p interval",
    "wilson": "Wilson interval",
}
BANDS = {"any": "any grade", "severe": "severe (grade 3 or worse)"}
OVERVIEW = {
    "any": "any event",
    "related": "related event",
    "serious": "serious event",
    "serious_related": "serious and related event",
    "grade_3_or_worse": "grade 3 or worse",
    **{f"worst_grade_{grade}": f"worst grade {grade}" for grade in range(1, 6)},
    **{f"worst_severity_{severity}": f"worst severity {severity}" for severity in SEVERITIES},
    "discontinuation": "led to discontinuation",
    "dose_change": "led to a dose change",
    "fatal": "fatal event",
}
ASSESSMENTS = {
    "dose_associated": "dose-associated in these tables",
    "no_dose_difference_shown": "no dose difference shown",
    "not_estimable": "not estimable",
}
# What a printed row is to its concept, and a severe count of another edition to one of v4.03.
RELATIONS = {
    "superset": "holds more than the concept",
    "subset": "holds a part of the concept",
    "overlapping": "overlaps the concept",
}
SCALES = {"lower_bound": "a lower bound", "upper_bound": "an upper bound"}
ATTRIBUTIONS = {"related": "drug-related", "all_causality": "all causes", "not_stated": "attribution not stated"}


def words(known: dict[str, str], name: str | None) -> str:
    """The wording of a name of the tables; a name without one is shown with its underscores as spaces."""
    return known.get(name or "", (name or "").replace("_", " "))


_PEOPLE = re.compile(
    r"\b(aalen|armitage|berry|breslow|clopper|cochran|fisher|garwood|greenland|haenszel|hartung|johansen|knapp"
    r"|mantel|miettinen|newcombe|nurminen|pearson|robins|sato|wald|wilson|woolf)\b"
)


def named(method: str | None) -> str:
    """A method of the tables, the people it is named after in capitals: `Newcombe hybrid score`."""
    return _PEOPLE.sub(lambda name: name[0].capitalize(), method or "")


def figure(value: float) -> str:
    """A number with three decimals and a true minus."""
    return f"{value:.3f}".replace("-", "−")


def percent(value: float) -> str:
    """A proportion as a percentage with one decimal."""
    return f"{100 * value:.1f} %"


def percent_with_limits(value: float, lower: float | None, upper: float | None) -> str:
    """`71.2 % (60.0 to 80.3)`, without the brackets where there is no interval."""
    if lower is None or upper is None:
        return percent(value)
    return f"{percent(value)} ({100 * lower:.1f} to {100 * upper:.1f})"


def between(lower: float, upper: float) -> str:
    """`0.0 to 4.1 %`."""
    return f"{100 * lower:.1f} to {100 * upper:.1f} %"


def of_trials(lower: float, upper: float) -> str:
    """`from 29.4 to 71.2 %`; trials that agree are no certainty, so theirs is not written as an interval."""
    if percent(lower) == percent(upper):
        return f"each {percent(lower)}"
    return f"from {between(lower, upper)}"


def points(value: float | None) -> str:
    """A difference of proportions in percentage points, with its sign."""
    if value is None:
        return ""
    rounded = round(100 * value, 1)
    return f"{rounded:+.1f}".replace("-", "−") if rounded else "0.0"


def probability(value: float | None) -> str:
    """A p-value or probability with three decimals, never shown as zero."""
    if value is None:
        return ""
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def dose(value: float | None) -> str:
    """`400 mg/day`, or that there is no single dose."""
    return "no single dose" if value is None else f"{value:g} mg/day"


def group_heading(drug: str | None, amount: float | None, attribution: str) -> str:
    """`imatinib, 400 mg/day, drug-related`."""
    return f"{drug or 'drug not stated'}, {dose(amount)}, {words(ATTRIBUTIONS, attribution)}"
