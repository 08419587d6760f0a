"""Estimates by arm, by dose and between doses, and what is known of every arm."""

from dataclasses import replace

from safety_pipeline.tables.column import Column, Table, optional, required
from safety_pipeline.tables.columns import counts, estimates, grading, identity, source
from safety_pipeline.tables.vocabulary import REPORTING_STATUSES

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
        identity.ARM_LABEL,
        identity.DRUG,
        identity.COMBINATION_DRUGS,
        identity.DOSE_MG_PER_DAY,
        identity.DOSE_TEXT,
        identity.DOSE_NOTE,
        counts.N_AT_RISK,
        identity.N_ASSIGNED,
        identity.ANALYSIS_POPULATION,
        identity.IS_AGGREGATE,
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
    columns=(counts.TOXICITY_ID, counts.IS_USED, counts.NOT_USED_REASON),
    key=("toxicity_id",),
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

DOSE_CONTRAST = Table(
    stage="summarised",
    name="dose_contrast",
    description="One row per printed row (or concept) of a randomised trial, grade band, attribution and measure.",
    columns=(
        grading.CONCEPT,
        replace(source.ROW_LABEL, description="The printed row the contrast is made of."),
        Column("is_main_row", identity.TRUTH, "Whether the row is a main row, not a sub-row by site."),
        identity.TRIAL_ID,
        identity.DRUG,
        BAND,
        source.ATTRIBUTION,
        Column("body_system", identity.TEXT, "The body system the row belongs to in its family.", nullable=True),
        estimates.DOSE_LOW,
        estimates.DOSE_HIGH,
        Column("n_affected_low", identity.WHOLE, "Patients affected at the lower dose.", nullable=True, minimum=0),
        Column("n_at_risk_low", identity.WHOLE, "Patients at risk at the lower dose.", nullable=True, minimum=0),
        Column("n_affected_high", identity.WHOLE, "Patients affected at the higher dose.", nullable=True, minimum=0),
        Column("n_at_risk_high", identity.WHOLE, "Patients at risk at the higher dose.", nullable=True, minimum=0),
        estimates.MEASURE,
        estimates.ESTIMATE,
        estimates.LIMIT_LOWER,
        estimates.LIMIT_UPPER,
        required(counts.CI_METHOD),
        estimates.P_VALUE,
        estimates.P_METHOD,
        estimates.P_BH,
        estimates.P_DOUBLE_FDR,
        estimates.FAMILY,
        estimates.POSTERIOR_PROB_HIGHER,
        estimates.STATE,
    ),
    key=("trial_id", "row_label", "grade_band", "attribution", "dose_low", "dose_high", "measure", "ci_method"),
)

SIGNAL = Table(
    stage="summarised",
    name="signal",
    description="One row per concept, drug, grade band and scope: what these tables show of a dose difference.",
    columns=(
        CONCEPT,
        required(identity.DRUG),
        BAND,
        estimates.SCOPE,
        estimates.ASSESSMENT,
        estimates.BASIS,
        estimates.text("trial_id", "The randomised trial the assessment rests on."),
        estimates.DOSE_LOW,
        estimates.DOSE_HIGH,
        estimates.number("risk_difference", "Risk difference, higher against lower dose.", "proportion"),
        estimates.LIMIT_LOWER,
        estimates.LIMIT_UPPER,
        estimates.P_VALUE,
        estimates.P_BH,
        estimates.P_DOUBLE_FDR,
        estimates.POSTERIOR_PROB_HIGHER,
        counts.TOXICITY_IDS,
        estimates.FIRST_SEEN_RELEASE,
    ),
    key=("concept", "drug", "grade_band", "scope"),
)

SENSITIVITY = Table(
    stage="summarised",
    name="sensitivity",
    description="One row per concept, drug, dose, grade band and alternative analysis.",
    columns=(
        CONCEPT,
        required(identity.DRUG),
        required(identity.DOSE_MG_PER_DAY),
        BAND,
        source.ATTRIBUTION,
        estimates.ANALYSIS,
        required(estimates.DETAIL),
        counts.N_AFFECTED_LOWER,
        counts.N_AFFECTED_UPPER,
        counts.N_AT_RISK,
        counts.INCIDENCE,
        estimates.CHANGE,
        estimates.IS_ROBUST,
    ),
    key=("concept", "drug", "dose_mg_per_day", "grade_band", "attribution", "analysis", "detail"),
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
    INCIDENCE_BY_ARM,
    INCIDENCE_INTERVAL,
    INCIDENCE_BY_DOSE,
    DOSE_CONTRAST,
    SIGNAL,
    SENSITIVITY,
    COVERAGE,
)
STATUSES_WITH_A_NUMBER = REPORTING_STATUSES[:4]
