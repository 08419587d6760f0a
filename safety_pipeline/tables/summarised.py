"""Estimates by arm, by dose and between doses, and what is known of every arm."""

from safety_pipeline.tables.column import Column, Table, optional, required
from safety_pipeline.tables.columns import counts, estimates, grading, identity, source
from safety_pipeline.tables.columns.arm import ARM_FACTS
from safety_pipeline.tables.compared import (
    ARM_CONTRAST,
    CONTROL_CONTRAST,
    DOSE_CONTRAST,
    DOSE_SHAPE,
    SENSITIVITY,
    SIGNAL,
    SUSPECTED_DUPLICATE,
)
from safety_pipeline.tables.vocabulary import REPORTING_STATUSES, UNITS_OVER_TIME

BAND = required(grading.GRADE_BAND)
CONCEPT = required(grading.CONCEPT)

DOCUMENT_USE = Table(
    stage="summarised",
    name="document_use",
    description="One row per document: whether it is the index report of its patients, and if not, why.",
    columns=(
        identity.DOCUMENT_ID,
        identity.TRIAL_ID,
        Column("population_id", identity.TEXT, "The trial whose patients the document reports."),
        Column("is_index_report", identity.TRUTH, "Whether the document's numbers are used."),
        Column(
            "unused_status",
            identity.TEXT,
            "`superseded` or `duplicate_population` for the others.",
            nullable=True,
            allowed=("superseded", "duplicate_population"),
        ),
        counts.REASON,
    ),
    key=("document_id",),
)

ARM = Table(
    stage="summarised",
    name="arm",
    description="One row per arm of a trial, as its index report gives it.",
    columns=(
        identity.ARM_ID,
        identity.TRIAL_ID,
        identity.DOCUMENT_ID,
        *ARM_FACTS,
        identity.ALLOCATION,
        identity.INDICATION,
        identity.GRADING_SYSTEM,
    ),
    key=("arm_id",),
)

ROW_USE = Table(
    stage="summarised",
    name="row_use",
    description="One row per accepted row of `checked/toxicity`: whether it enters the summaries, and if not, why.",
    columns=(counts.TOXICITY_ID, identity.DOCUMENT_ID, counts.IS_USED, counts.NOT_USED_REASON),
    key=("toxicity_id",),
)

DRUG_CONCEPT = Table(
    stage="summarised",
    name="drug_concept",
    description="One row per drug and concept that an arm of the drug has a used count of: its other arms answer too.",
    columns=(required(identity.DRUG), CONCEPT),
    key=("drug", "concept"),
)

INCIDENCE_BY_ARM = Table(
    stage="summarised",
    name="incidence_by_arm",
    description="One row per trial, arm, concept, grade band and attribution; every arm has its headline rows.",
    columns=(
        identity.TRIAL_ID,
        identity.ARM_ID,
        identity.DOCUMENT_ID,
        optional(source.TABLE_LABEL),
        identity.DRUG,
        identity.DOSE_MG_PER_DAY,
        identity.INDICATION,
        identity.ALLOCATION,
        CONCEPT,
        BAND,
        grading.GRADE_BAND_AS_REPORTED,
        source.ATTRIBUTION,
        identity.GRADING_SYSTEM,
        counts.N_AFFECTED_LOWER,
        counts.N_AFFECTED_UPPER,
        counts.N_AT_RISK,
        counts.INCIDENCE,
        counts.CI_LOWER,
        counts.CI_UPPER,
        counts.CI_METHOD,
        grading.CONCEPT_RELATION,
        grading.THRESHOLD_RELATION,
        counts.REPORTING_STATUS,
        counts.N_EPISODES,
        counts.TOXICITY_IDS,
        counts.REASON,
    ),
    key=("trial_id", "arm_id", "concept", "grade_band", "attribution"),
)

INCIDENCE_INTERVAL = Table(
    stage="summarised",
    name="incidence_interval",
    description="One row per row of `incidence_by_arm` with a number, and further interval method.",
    columns=(
        identity.TRIAL_ID,
        identity.ARM_ID,
        CONCEPT,
        BAND,
        source.ATTRIBUTION,
        required(counts.CI_METHOD),
        counts.CI_LOWER,
        counts.CI_UPPER,
    ),
    key=("trial_id", "arm_id", "concept", "grade_band", "attribution", "ci_method"),
)

INCIDENCE_BY_TERM = Table(
    stage="summarised",
    name="incidence_by_term",
    description="One row per arm, table, printed or preferred term, seriousness, grade band and attribution.",
    columns=(
        identity.TRIAL_ID,
        identity.DOCUMENT_ID,
        required(identity.ARM_ID),
        identity.DRUG,
        identity.DOSE_MG_PER_DAY,
        optional(source.TABLE_LABEL),
        source.BODY_SYSTEM_AS_REPORTED,
        Column(
            "body_system",
            identity.TEXT,
            "The organ system the source prints, else that of the CTCAE v4.03 term; null where neither is known.",
            nullable=True,
        ),
        source.TERM_AS_REPORTED,
        source.PARENT_ROW_LABEL,
        grading.SERIOUSNESS_COLUMN,
        BAND,
        source.ATTRIBUTION,
        Column("is_matched", identity.TRUTH, "Whether a dictionary knows the term, so that it counts for a concept."),
        grading.CTCAE_TERM,
        optional(grading.CONCEPT),
        grading.CONCEPT_RELATION,
        source.IS_COMPOSITE,
        counts.N_AFFECTED_LOWER,
        counts.N_AFFECTED_UPPER,
        counts.N_AT_RISK,
        counts.INCIDENCE,
        counts.CI_LOWER,
        counts.CI_UPPER,
        counts.CI_METHOD,
        counts.TOXICITY_IDS,
    ),
    key=(
        "document_id",
        "arm_id",
        "table_label",
        "term_as_reported",
        "parent_row_label",
        "seriousness",
        "grade_band",
        "attribution",
        "concept",
        "concept_relation",
        "is_composite",
        "n_at_risk",
    ),
)

AE_OVERVIEW = Table(
    stage="summarised",
    name="ae_overview",
    description="One row per arm and category of the safety overview that a source answers.",
    columns=(
        identity.TRIAL_ID,
        identity.DOCUMENT_ID,
        required(identity.ARM_ID),
        identity.ARM_LABEL,
        identity.DRUG,
        identity.DOSE_MG_PER_DAY,
        counts.OVERVIEW_CATEGORY,
        source.ATTRIBUTION,
        counts.N_AFFECTED_LOWER,
        counts.N_AFFECTED_UPPER,
        counts.N_AT_RISK,
        counts.INCIDENCE,
        counts.CI_LOWER,
        counts.CI_UPPER,
        counts.CI_METHOD,
        Column(
            "source",
            identity.TEXT,
            "Whether subjects were counted, or a printed count is shown.",
            allowed=("subject data", "printed"),
        ),
    ),
    key=("trial_id", "arm_id", "category"),
)

INCIDENCE_OVER_TIME = Table(
    stage="summarised",
    name="incidence_over_time",
    description="One row per arm with subject-level data, concept, grade band, attribution, measure and day.",
    columns=(
        identity.TRIAL_ID,
        required(identity.ARM_ID),
        identity.DOCUMENT_ID,
        identity.DRUG,
        identity.DOSE_MG_PER_DAY,
        CONCEPT,
        BAND,
        source.ATTRIBUTION,
        estimates.TIME_MEASURE,
        Column("by_day", identity.WHOLE, "Days from the first dose the measure covers.", unit="days", minimum=1),
        counts.N_AFFECTED_LOWER,
        counts.N_AFFECTED_UPPER,
        counts.N_AT_RISK,
        Column("n_dead", identity.WHOLE, "Patients who died first.", nullable=True, unit="patients", minimum=0),
        estimates.number("patient_years", "Years to the first event or the last dose, summed; the longest.", "years"),
        estimates.ESTIMATE,
        estimates.LIMIT_LOWER,
        estimates.LIMIT_UPPER,
        Column("unit", identity.TEXT, "The unit of the estimate and its limits.", allowed=UNITS_OVER_TIME),
        required(counts.CI_METHOD),
        estimates.STATE,
        estimates.CAUTION,
    ),
    key=("trial_id", "arm_id", "concept", "grade_band", "attribution", "measure", "by_day"),
)

DOSE_GROUP: tuple[Column, ...] = (
    CONCEPT,
    required(identity.DRUG),
    required(identity.DOSE_MG_PER_DAY),
    BAND,
    source.ATTRIBUTION,
    estimates.STRATUM,
)

INCIDENCE_BY_DOSE = Table(
    stage="summarised",
    name="incidence_by_dose",
    description="One row per concept, drug, dose, grade band, attribution, stratum and pooling method.",
    columns=(
        *DOSE_GROUP,
        estimates.GRADING_SYSTEMS_USED,
        estimates.METHOD,
        estimates.IS_DEFAULT,
        estimates.K_TRIALS,
        estimates.K_BOUNDED,
        counts.N_AFFECTED_LOWER,
        counts.N_AFFECTED_UPPER,
        counts.N_AT_RISK,
        counts.INCIDENCE,
        counts.CI_LOWER,
        counts.CI_UPPER,
        counts.CI_METHOD,
        estimates.RANGE_LOWER,
        estimates.RANGE_UPPER,
        estimates.PREDICTION_LOWER,
        estimates.PREDICTION_UPPER,
        estimates.Q,
        estimates.Q_P,
        estimates.I2,
        estimates.TAU2,
        estimates.CONVERGED,
        estimates.TRIAL_IDS,
        estimates.CAUTION,
    ),
    key=("concept", "drug", "dose_mg_per_day", "grade_band", "attribution", "stratum", "method", "trial_ids"),
)

COVERAGE = Table(
    stage="summarised",
    name="coverage",
    description="One row per document, table, arm, concept and grade band: what is known, and why not more.",
    columns=(
        identity.DOCUMENT_ID,
        identity.TRIAL_ID,
        optional(source.TABLE_LABEL),
        identity.ARM_ID,
        CONCEPT,
        BAND,
        source.ATTRIBUTION,
        counts.COVERAGE_STATUS,
        counts.N_AFFECTED_LOWER,
        counts.N_AFFECTED_UPPER,
        counts.N_AT_RISK,
        counts.IS_USED,
        counts.REASON,
    ),
    key=("document_id", "table_label", "arm_id", "concept", "grade_band", "attribution"),
)

SUMMARISED = (
    DOCUMENT_USE,
    ARM,
    ROW_USE,
    DRUG_CONCEPT,
    INCIDENCE_BY_ARM,
    INCIDENCE_INTERVAL,
    INCIDENCE_BY_TERM,
    AE_OVERVIEW,
    INCIDENCE_OVER_TIME,
    INCIDENCE_BY_DOSE,
    DOSE_CONTRAST,
    ARM_CONTRAST,
    CONTROL_CONTRAST,
    DOSE_SHAPE,
    SIGNAL,
    SENSITIVITY,
    COVERAGE,
    SUSPECTED_DUPLICATE,
)
STATUSES_WITH_A_NUMBER = REPORTING_STATUSES[:4]
