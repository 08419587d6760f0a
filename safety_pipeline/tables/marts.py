"""The marts: flat tables of which one row answers one question, and the bridges from a number to its cells."""

from dataclasses import replace

from safety_pipeline.tables import compared, summarised
from safety_pipeline.tables.column import Column, Table, optional, required
from safety_pipeline.tables.columns import answers, counts, estimates, grading, identity, source

_QUESTION = (
    compared.CONCEPT,
    answers.CONCEPT_LABEL,
    answers.IS_HEADLINE,
    compared.BAND,
    answers.BAND_LABEL,
    source.ATTRIBUTION,
    answers.ATTRIBUTION_LABEL,
)
_DRAWN = (
    answers.VALUE_KIND,
    answers.VALUE,
    answers.VALUE_LOWER,
    answers.VALUE_UPPER,
    answers.PATIENTS,
    answers.LABEL,
)
_ANSWER = (*_DRAWN, answers.WHY, estimates.CAUTION)
_TRIALS = replace(estimates.K_TRIALS, description="Trials behind the answer.")

MART_INCIDENCE_BY_DOSE = Table(
    stage="published",
    name="mart_incidence_by_dose",
    description="One row per concept, drug, dose, grade band and attribution: the answer to show first, and its words.",
    columns=(
        answers.DOSE_ID,
        required(identity.DRUG),
        required(identity.DOSE_MG_PER_DAY),
        answers.DOSE_LABEL,
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
        answers.INCIDENCE_ID,
        answers.TRIAL_KEY,
        identity.TRIAL_ID,
        answers.TRIAL_LABEL,
        answers.ARM_KEY,
        identity.ARM_ID,
        answers.ARM_NAME,
        replace(identity.DRUG, description="What the arm is given; drugs given together are joined by ` + `."),
        identity.DOSE_MG_PER_DAY,
        answers.DOSE_LABEL,
        identity.INDICATION,
        identity.DOCUMENT_ID,
        *_QUESTION,
        *_ANSWER,
        counts.REPORTING_STATUS,
        answers.STATUS_LABEL,
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
    return tuple(replace(number, caution=answers.NO_SUM) for number in numbers)


MART_COMPARISON = Table(
    stage="published",
    name="mart_comparison",
    description="One row per printed row or concept, two doses or two arms of a trial, or a drug and its control "
    "over trials, grade band and attribution, compared.",
    columns=(
        answers.COMPARISON_ID,
        Column("comparison", identity.TEXT, "What the two groups compare.", allowed=("doses", *estimates.COMPARISONS)),
        replace(identity.TRIAL_ID, description="The trial, or the trials joined by `; ` where it is stratified."),
        answers.TRIAL_LABEL,
        identity.DRUG,
        optional(compared.CONCEPT),
        optional(answers.CONCEPT_LABEL),
        answers.IS_HEADLINE,
        compared.DOSE_CONTRAST.column("row_label"),
        compared.DOSE_CONTRAST.column("is_main_row"),
        compared.DOSE_CONTRAST.column("body_system"),
        compared.BAND,
        answers.BAND_LABEL,
        source.ATTRIBUTION,
        answers.ATTRIBUTION_LABEL,
        answers.label("group_label", "The higher dose, or the arm, that is compared."),
        answers.label("reference_label", "The lower dose, or the comparator, it is compared with."),
        answers.label("groups_label", "Both for readers: `600 mg/day against 400 mg/day`."),
        answers.note("group_patients", "Patients affected of those at risk in the group, as a text."),
        answers.note("reference_patients", "Patients affected of those at risk in the reference, as a text."),
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
        answers.LABEL,
        answers.note("why", "Why there is no number, where there is none."),
    ),
    key=("comparison_id",),
)

MART_SIGNAL = Table(
    stage="published",
    name="mart_signal",
    description="One row per signal: concept, drug, grade band and scope, with its assessment in words.",
    columns=(
        answers.SIGNAL_ID,
        compared.CONCEPT,
        answers.CONCEPT_LABEL,
        answers.IS_HEADLINE,
        required(identity.DRUG),
        compared.BAND,
        answers.BAND_LABEL,
        estimates.TIER,
        estimates.SCOPE,
        estimates.ASSESSMENT,
        answers.label("assessment_label", "The assessment for readers; never a cause, never a proof of safety."),
        estimates.DESIGN,
        estimates.BASIS,
        estimates.RULE,
        *_measure("risk_difference", "risk difference", "proportion"),
        replace(estimates.EXCLUDED_BEYOND, caution=answers.NO_SUM),
        answers.LABEL,
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
        answers.COVERAGE_ID,
        identity.DOCUMENT_ID,
        answers.label("document_label", "The document for readers: its title, or its name."),
        identity.TRIAL_ID,
        answers.TRIAL_LABEL,
        optional(source.TABLE_LABEL),
        optional(identity.ARM_ID),
        answers.ARM_NAME,
        optional(answers.DOSE_LABEL),
        *_QUESTION,
        counts.COVERAGE_STATUS,
        answers.STATUS_LABEL,
        answers.PATIENTS,
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
        answers.label("overview_id", "Stable name of the row, made of its key."),
        answers.TRIAL_KEY,
        identity.TRIAL_ID,
        answers.TRIAL_LABEL,
        answers.ARM_KEY,
        required(identity.ARM_ID),
        answers.ARM_NAME,
        identity.DRUG,
        identity.DOSE_MG_PER_DAY,
        answers.DOSE_LABEL,
        identity.DOCUMENT_ID,
        counts.OVERVIEW_CATEGORY,
        answers.label("category_label", "The category for readers."),
        *_DRAWN,
        summarised.AE_OVERVIEW.column("source"),
    ),
    key=("overview_id",),
)

BRIDGE_INCIDENCE_TOXICITY = Table(
    stage="published",
    name="bridge_incidence_toxicity",
    description="One row per row of `incidence_by_arm` and row of `fact_toxicity` behind it.",
    columns=(answers.INCIDENCE_ID, counts.TOXICITY_ID),
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
        answers.DOSE_ID,
        answers.INCIDENCE_ID,
        answers.TRIAL_KEY,
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
    summarised.INCIDENCE_BY_ARM, stage="published", columns=(answers.INCIDENCE_ID, *summarised.INCIDENCE_BY_ARM.columns)
)
