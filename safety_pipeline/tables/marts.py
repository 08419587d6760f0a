"""The marts: flat tables of which one row answers one question, and the bridges from a number to its cells."""

from dataclasses import replace

from safety_pipeline.tables import compared, summarised
from safety_pipeline.tables.column import Column, Table, optional, required
from safety_pipeline.tables.columns import counts, estimates, grading, identity, source
from safety_pipeline.tables.vocabulary import VALUE_KINDS

_NO_SUM = "One row answers one question: choose the row, do not bring rows together."


def _label(name: str, description: str) -> Column:
    return Column(name, identity.TEXT, description)


def _note(name: str, description: str) -> Column:
    return Column(name, identity.TEXT, description, nullable=True)


def _key(name: str, of: str) -> Column:
    return Column(
        name, identity.WHOLE, f"Number of the {of} within this release; join on it, never keep it.", minimum=1
    )


def _share(name: str, description: str) -> Column:
    return replace(counts.share(name, description), caution=_NO_SUM)


DOSE_ID = _label("dose_id", "Stable name of the question, made of its key; links keep it from release to release.")
INCIDENCE_ID = _label(
    "incidence_id",
    "Stable name of the row of `incidence_by_arm`, made of its key; links keep it from release to release.",
)
COMPARISON_ID = _label("comparison_id", "Stable name of the comparison, made of its key.")
SIGNAL_ID = _label("signal_id", "Stable name of the signal, made of its key.")
COVERAGE_ID = _label("coverage_id", "Stable name of the row, made of its key.")
TRIAL_KEY = _key("trial_key", "trial")
ARM_KEY = _key("arm_key", "arm")
TRIAL_LABEL = _label("trial_label", "The trial for readers: its registry number or name, and the disease.")
ARM_NAME = _label("arm_label", "The arm as the source names it.")
CONCEPT_LABEL = _label("concept_label", "The concept for readers.")
DOSE_LABEL = _label("dose_label", "The dose for readers: `400 mg/day`, or that there is no single one.")
BAND_LABEL = _label("grade_band_label", "The grade band for readers.")
ATTRIBUTION_LABEL = _label("attribution_label", "The attribution for readers.")
STATUS_LABEL = _label("status_label", "How the count is known, for readers.")
PATIENTS = _note(
    "patients", "Patients affected of those at risk as a text, `52/73` or `1 to 3 of 73`: nothing to be added up."
)
VALUE = _share("value", "The incidence, where there is one number; null otherwise: `value_kind` says what is drawn.")
VALUE_LOWER = _share(
    "value_lower",
    "Left end to draw: of a point its 95 % limit, of a range the lowest trial, of bounds the fewest patients.",
)
VALUE_UPPER = _share(
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
LABEL = _label("label", "The answer in words, with its limits.")
WHY = _label("why", "Why the answer is of that kind.")
IS_HEADLINE = replace(grading.IS_HEADLINE, description="Whether the concept is one of the headline concepts.")
_QUESTION = (
    compared.CONCEPT,
    CONCEPT_LABEL,
    IS_HEADLINE,
    compared.BAND,
    BAND_LABEL,
    source.ATTRIBUTION,
    ATTRIBUTION_LABEL,
)
_ANSWER = (VALUE_KIND, VALUE, VALUE_LOWER, VALUE_UPPER, PATIENTS, LABEL, WHY, estimates.CAUTION)
_TRIALS = replace(estimates.K_TRIALS, description="Trials behind the answer.")

MART_INCIDENCE_BY_DOSE = Table(
    stage="published",
    name="mart_incidence_by_dose",
    description="One row per concept, drug, dose, grade band and attribution: the answer to show first, and its words.",
    columns=(
        DOSE_ID,
        required(identity.DRUG),
        required(identity.DOSE_MG_PER_DAY),
        DOSE_LABEL,
        *_QUESTION,
        *_ANSWER,
        estimates.METHOD,
        _TRIALS,
        estimates.TRIAL_IDS,
        estimates.GRADING_SYSTEMS_USED,
    ),
    key=("dose_id",),
)

MART_INCIDENCE_BY_ARM = Table(
    stage="published",
    name="mart_incidence_by_arm",
    description="One row per arm of a trial, concept, grade band and attribution, by readable names.",
    columns=(
        INCIDENCE_ID,
        TRIAL_KEY,
        identity.TRIAL_ID,
        TRIAL_LABEL,
        ARM_KEY,
        identity.ARM_ID,
        ARM_NAME,
        replace(identity.DRUG, description="What the arm is given; drugs given together are joined by ` + `."),
        identity.DOSE_MG_PER_DAY,
        DOSE_LABEL,
        identity.INDICATION,
        identity.DOCUMENT_ID,
        *_QUESTION,
        *_ANSWER,
        counts.REPORTING_STATUS,
        STATUS_LABEL,
        identity.GRADING_SYSTEM,
    ),
    key=("incidence_id",),
)

_LIMITS = "Lower 95 % limit of the {}.", "Upper 95 % limit of the {}."


def _measure(name: str, words: str, unit: str | None = None) -> tuple[Column, ...]:
    """An estimate with its two limits."""
    said = (f"The {words}, the group against its reference.", *(each.format(words) for each in _LIMITS))
    names = (name, f"{name}_lower", f"{name}_upper")
    numbers = (estimates.number(each, text, unit) for each, text in zip(names, said, strict=True))
    return tuple(replace(number, caution=_NO_SUM) for number in numbers)


MART_COMPARISON = Table(
    stage="published",
    name="mart_comparison",
    description="One row per printed row or concept, two doses or two arms of a trial, or a drug and its control "
    "over trials, grade band and attribution, compared.",
    columns=(
        COMPARISON_ID,
        Column("comparison", identity.TEXT, "What the two groups compare.", allowed=("doses", *estimates.COMPARISONS)),
        replace(identity.TRIAL_ID, description="The trial, or the trials joined by `; ` where it is stratified."),
        TRIAL_LABEL,
        identity.DRUG,
        optional(compared.CONCEPT),
        optional(CONCEPT_LABEL),
        IS_HEADLINE,
        compared.DOSE_CONTRAST.column("row_label"),
        compared.DOSE_CONTRAST.column("is_main_row"),
        compared.DOSE_CONTRAST.column("body_system"),
        compared.BAND,
        BAND_LABEL,
        source.ATTRIBUTION,
        ATTRIBUTION_LABEL,
        _label("group_label", "The higher dose, or the arm, that is compared."),
        _label("reference_label", "The lower dose, or the comparator, it is compared with."),
        _label("groups_label", "Both for readers: `600 mg/day against 400 mg/day`."),
        _note("group_patients", "Patients affected of those at risk in the group, as a text."),
        _note("reference_patients", "Patients affected of those at risk in the reference, as a text."),
        *_measure("risk_difference", "risk difference", "proportion"),
        *_measure("risk_ratio", "risk ratio"),
        *_measure("odds_ratio", "odds ratio"),
        estimates.P_VALUE,
        estimates.P_BH,
        estimates.P_DOUBLE_FDR,
        optional(replace(estimates.K_TRIALS, description="Trials behind a stratified estimate; null of one trial.")),
        compared.CONTROL_CONTRAST.column("i2"),
        compared.CONTROL_CONTRAST.column("heterogeneity_p"),
        estimates.CAUTION,
        LABEL,
        _note("why", "Why there is no number, where there is none."),
    ),
    key=("comparison_id",),
)

MART_SIGNAL = Table(
    stage="published",
    name="mart_signal",
    description="One row per signal: concept, drug, grade band and scope, with its assessment in words.",
    columns=(
        SIGNAL_ID,
        compared.CONCEPT,
        CONCEPT_LABEL,
        IS_HEADLINE,
        required(identity.DRUG),
        compared.BAND,
        BAND_LABEL,
        estimates.TIER,
        estimates.SCOPE,
        estimates.ASSESSMENT,
        _label("assessment_label", "The assessment for readers; never a cause, never a proof of safety."),
        estimates.DESIGN,
        estimates.BASIS,
        estimates.RULE,
        *_measure("risk_difference", "risk difference", "proportion"),
        replace(estimates.EXCLUDED_BEYOND, caution=_NO_SUM),
        LABEL,
        estimates.FIRST_SEEN_RELEASE,
        estimates.CHANGED_RELEASE,
        estimates.CHANGE_REASON,
    ),
    key=("signal_id",),
)

MART_COVERAGE = Table(
    stage="published",
    name="mart_coverage",
    description="One row per document, table, arm, concept, band and attribution: what is known, and why not more.",
    columns=(
        COVERAGE_ID,
        identity.DOCUMENT_ID,
        _label("document_label", "The document for readers: its title, or its name."),
        identity.TRIAL_ID,
        TRIAL_LABEL,
        optional(source.TABLE_LABEL),
        optional(identity.ARM_ID),
        ARM_NAME,
        optional(DOSE_LABEL),
        *_QUESTION,
        counts.COVERAGE_STATUS,
        STATUS_LABEL,
        PATIENTS,
        counts.IS_USED,
        counts.REASON,
    ),
    key=("coverage_id",),
)

MART_OVERVIEW = Table(
    stage="published",
    name="mart_overview",
    description="One row per arm of a trial and category of the safety overview, by readable names.",
    columns=(
        _label("overview_id", "Stable name of the row, made of its key."),
        TRIAL_KEY,
        identity.TRIAL_ID,
        TRIAL_LABEL,
        ARM_KEY,
        required(identity.ARM_ID),
        ARM_NAME,
        identity.DRUG,
        identity.DOSE_MG_PER_DAY,
        DOSE_LABEL,
        identity.DOCUMENT_ID,
        counts.OVERVIEW_CATEGORY,
        _label("category_label", "The category for readers."),
        VALUE_KIND,
        VALUE,
        VALUE_LOWER,
        VALUE_UPPER,
        PATIENTS,
        LABEL,
        summarised.AE_OVERVIEW.column("source"),
    ),
    key=("overview_id",),
)

BRIDGE_INCIDENCE_TOXICITY = Table(
    stage="published",
    name="bridge_incidence_toxicity",
    description="One row per row of `incidence_by_arm` and row of `fact_toxicity` behind it.",
    columns=(INCIDENCE_ID, counts.TOXICITY_ID),
    key=("incidence_id", "toxicity_id"),
)

BRIDGE_TOXICITY_GRADE_MAP = Table(
    stage="published",
    name="bridge_toxicity_grade_map",
    description="One row per row of `fact_toxicity` and row of `dim_grade_map` that made its grades.",
    columns=(counts.TOXICITY_ID, required(replace(grading.GRADE_MAP_ID, description="The crosswalk row."))),
    key=("toxicity_id", "grade_map_id"),
)

BRIDGE_DOSE_TRIAL = Table(
    stage="published",
    name="bridge_dose_trial",
    description="One row per row of `mart_incidence_by_dose` and row of `incidence_by_arm` at that dose.",
    columns=(
        DOSE_ID,
        INCIDENCE_ID,
        TRIAL_KEY,
        identity.TRIAL_ID,
        identity.ARM_ID,
        Column("is_in_answer", identity.TRUTH, "Whether the trial is among those the answer is made of."),
    ),
    key=("dose_id", "incidence_id"),
)

MARTS = (
    MART_INCIDENCE_BY_DOSE,
    MART_INCIDENCE_BY_ARM,
    MART_COMPARISON,
    MART_SIGNAL,
    MART_COVERAGE,
    MART_OVERVIEW,
    BRIDGE_INCIDENCE_TOXICITY,
    BRIDGE_TOXICITY_GRADE_MAP,
    BRIDGE_DOSE_TRIAL,
)
INCIDENCE_BY_ARM = replace(
    summarised.INCIDENCE_BY_ARM, stage="published", columns=(INCIDENCE_ID, *summarised.INCIDENCE_BY_ARM.columns)
)
