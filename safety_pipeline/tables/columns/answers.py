"""Columns of the answers that charts show: names for readers, what to draw, and the answer in words."""

from dataclasses import replace

from safety_pipeline.tables.column import Column
from safety_pipeline.tables.columns import counts, grading, identity
from safety_pipeline.tables.vocabulary import VALUE_KINDS

NO_SUM = "One row answers one question: choose the row, do not bring rows together."


def label(name: str, description: str) -> Column:
    return Column(name, identity.TEXT, description)


def note(name: str, description: str) -> Column:
    return Column(name, identity.TEXT, description, nullable=True)


def key(name: str, of: str) -> Column:
    return Column(
        name, identity.WHOLE, f"Number of the {of} within this release; join on it, never keep it.", minimum=1
    )


def share(name: str, description: str) -> Column:
    return replace(counts.share(name, description), caution=NO_SUM)


DOSE_ID = label("dose_id", "Stable name of the question, made of its key; links keep it from release to release.")
INCIDENCE_ID = label(
    "incidence_id",
    "Stable name of the row of `incidence_by_arm`, made of its key; links keep it from release to release.",
)
COMPARISON_ID = label("comparison_id", "Stable name of the comparison, made of its key.")
SIGNAL_ID = label("signal_id", "Stable name of the signal, made of its key.")
COVERAGE_ID = label("coverage_id", "Stable name of the row, made of its key.")
TRIAL_KEY = key("trial_key", "trial")
ARM_KEY = key("arm_key", "arm")
TRIAL_LABEL = label("trial_label", "The trial for readers: its registry number or name, and the disease.")
ARM_NAME = label("arm_label", "The arm as the source names it.")
CONCEPT_LABEL = label("concept_label", "The concept for readers.")
DOSE_LABEL = label("dose_label", "The dose for readers: `400 mg/day`, or that there is no single one.")
BAND_LABEL = label("grade_band_label", "The grade band for readers.")
ATTRIBUTION_LABEL = label("attribution_label", "The attribution for readers.")
STATUS_LABEL = label("status_label", "How the count is known, for readers.")
PATIENTS = note(
    "patients", "Patients affected of those at risk as a text, `52/73` or `1 to 3 of 73`: nothing to be added up."
)
VALUE = share("value", "The incidence, where there is one number; null otherwise: `value_kind` says what is drawn.")
VALUE_LOWER = share(
    "value_lower",
    "Left end to draw: of a point its 95 % limit, of a range the lowest trial, of bounds the fewest patients.",
)
VALUE_UPPER = share(
    "value_upper",
    "Right end to draw: of a point its 95 % limit, of a range the highest trial, of bounds the most patients.",
)
VALUE_KIND = Column(
    "value_kind",
    identity.TEXT,
    "What the value and its ends are: limits of a `point` say how sure it is, those of a `range_of_trials` do not; "
    "any count within `bounds` fits.",
    allowed=VALUE_KINDS,
)
LABEL = label("label", "The answer in words, with its limits.")
WHY = label("why", "Why the answer is of that kind.")
IS_HEADLINE = replace(grading.IS_HEADLINE, description="Whether the concept is one of the headline concepts.")
