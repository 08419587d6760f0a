"""Comparisons: between doses, between readings of the same tables, and between documents that look alike."""

from dataclasses import replace

import polars as pl

from safety_pipeline.tables.column import Column, Table, required
from safety_pipeline.tables.columns import counts, estimates, grading, identity, source
from safety_pipeline.tables.vocabulary import DOSE_SHAPES, HETEROGENEITY_METHODS, UNMATCHED

BAND = required(grading.GRADE_BAND)
CONCEPT = required(grading.CONCEPT)

FIGURES = (
    estimates.ESTIMATE,
    estimates.ESTIMATE_LOWER,
    estimates.ESTIMATE_UPPER,
    estimates.LIMIT_LOWER,
    estimates.LIMIT_UPPER,
)
ADJUSTED = (estimates.P_BH, estimates.P_DOUBLE_FDR, estimates.P_DOUBLE_FDR_2004, estimates.P_DISCRETE_FDR)

HETEROGENEITY = (
    estimates.number("q", "Cochran's Q of the trials' own measures around a stratified estimate; null elsewhere."),
    counts.share("i2", "I squared of a stratified estimate, from Q; null elsewhere."),
    counts.share("heterogeneity_p", "P-value of the test that the trials of a stratified estimate share it."),
    Column(
        "heterogeneity_method",
        identity.TEXT,
        "That test: of Q, Breslow-Day for odds ratios, or of separate slopes.",
        nullable=True,
        allowed=HETEROGENEITY_METHODS,
    ),
)


def _patients(arm: str, words: str) -> tuple[Column, ...]:
    """The counts of one of two arms that are compared; ``arm`` ends the columns' names."""

    def patients(name: str, description: str) -> Column:
        return Column(name, identity.WHOLE, description, nullable=True, unit="patients", minimum=0)

    return (
        patients(f"n_affected{arm}", f"Patients affected {words}; null where only bounds are known."),
        patients(f"n_affected{arm}_min", f"Fewest patients affected {words}."),
        patients(f"n_affected{arm}_max", f"Most patients affected {words}."),
        patients(f"n_at_risk{arm}", f"Patients at risk {words}."),
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
        *_patients("_low", "at the lower dose"),
        *_patients("_high", "at the higher dose"),
        estimates.MEASURE,
        *FIGURES,
        required(counts.CI_METHOD),
        estimates.P_VALUE,
        estimates.P_METHOD,
        *ADJUSTED,
        estimates.FAMILY,
        *HETEROGENEITY,
        estimates.POSTERIOR_PROB_HIGHER,
        estimates.number("r_hat", "Split R-hat of the term in the hierarchical model; null elsewhere."),
        estimates.number("effective_sample_size", "Effective posterior draws of the term; null elsewhere.", "draws"),
        Column("seed", identity.WHOLE, "The seed the posterior was sampled with; null elsewhere.", nullable=True),
        estimates.STATE,
        estimates.CAUTION,
    ),
    key=("trial_id", "drug", "row_label", "grade_band", "attribution", "dose_low", "dose_high", "measure", "ci_method"),
)

ARM_CONTRAST = Table(
    stage="summarised",
    name="arm_contrast",
    description="One row per printed row of a randomised trial, pair of arms given different drugs, grade band, "
    "attribution and measure.",
    columns=(
        identity.TRIAL_ID,
        estimates.COMPARISON,
        required(identity.ARM_ID),
        replace(required(identity.ARM_ID), name="comparator_arm_id", description="The arm it is compared with."),
        required(identity.DRUG),
        estimates.text("comparator_drug", "What the comparator is given; drugs given together are joined by ` + `."),
        identity.DOSE_MG_PER_DAY,
        replace(
            identity.DOSE_MG_PER_DAY, name="comparator_dose_mg_per_day", description="The daily dose of the comparator."
        ),
        grading.CONCEPT,
        replace(source.ROW_LABEL, description="The printed row, or preferred term, the contrast is made of."),
        Column("is_main_row", identity.TRUTH, "Whether the row is a main row, not a sub-row by site."),
        BAND,
        source.ATTRIBUTION,
        Column("body_system", identity.TEXT, "The body system the row belongs to in its family.", nullable=True),
        *_patients("", "in the arm"),
        *_patients("_comparator", "in the comparator"),
        replace(estimates.MEASURE, description="What is estimated, the arm against its comparator."),
        *FIGURES,
        required(counts.CI_METHOD),
        estimates.P_VALUE,
        estimates.P_METHOD,
        *ADJUSTED,
        estimates.FAMILY,
        replace(estimates.POSTERIOR_PROB_HIGHER, description="Probability that the arm has the higher incidence."),
        estimates.STATE,
    ),
    key=(
        "trial_id",
        "arm_id",
        "comparator_arm_id",
        "row_label",
        "grade_band",
        "attribution",
        "measure",
        "ci_method",
    ),
)

CONTROL_CONTRAST = Table(
    stage="summarised",
    name="control_contrast",
    description="One row per drug and control that two or more randomised trials compare, dose or all doses, concept "
    "or printed term, grade band, attribution, use of bounds and measure: stratified by trial.",
    columns=(
        replace(estimates.COMPARISON, description="What the two sides of each trial compare."),
        replace(required(identity.DRUG), description="The drug; drugs given together are joined by ` + `."),
        required(estimates.text("comparator_drug", "What the control is given: `placebo`, another drug, or a part.")),
        replace(
            identity.DOSE_MG_PER_DAY,
            description="The daily dose of the drug's arms; null where all arms of the drug are brought together.",
        ),
        Column(
            "level",
            identity.TEXT,
            "Whether the event is a concept, or a printed or preferred term as it stands.",
            allowed=("concept", "term"),
        ),
        grading.CONCEPT,
        replace(source.ROW_LABEL, description="The concept, or the printed or preferred term."),
        Column("body_system", identity.TEXT, "The body system of the concept.", nullable=True),
        BAND,
        source.ATTRIBUTION,
        Column(
            "counts_used",
            identity.TEXT,
            "`counts`: trials with one count on each side; `counts and bounds`: also those known only within bounds.",
            allowed=("counts", "counts and bounds"),
        ),
        Column("is_default", identity.TRUTH, "Whether these rows are shown first: those of counts, where there are."),
        estimates.K_TRIALS,
        replace(estimates.K_BOUNDED, description="Trials of this comparison known only within bounds."),
        estimates.TRIAL_IDS,
        *_patients("", "by the drug, added over the trials"),
        *_patients("_comparator", "by the control, added over the trials"),
        replace(estimates.MEASURE, description="What is estimated, the drug against its control."),
        *FIGURES,
        required(counts.CI_METHOD),
        estimates.P_VALUE,
        estimates.P_METHOD,
        estimates.P_BH,
        replace(estimates.FAMILY, description="The events among which p-values are adjusted."),
        *HETEROGENEITY,
        estimates.CAUTION,
        estimates.STATE,
    ),
    key=(
        "comparison",
        "drug",
        "comparator_drug",
        "dose_mg_per_day",
        "level",
        "row_label",
        "grade_band",
        "attribution",
        "counts_used",
        "measure",
    ),
)

DOSE_SHAPE = Table(
    stage="summarised",
    name="dose_shape",
    description="One row per concept, drug, grade band, attribution and shape of the log odds over three doses or "
    "more that randomised trials compare.",
    columns=(
        CONCEPT,
        required(identity.DRUG),
        BAND,
        source.ATTRIBUTION,
        Column("shape", identity.TEXT, "The shape of the log odds over dose.", allowed=DOSE_SHAPES),
        Column("is_chosen", identity.TRUTH, "Whether the shape has the smallest AICc of those that could be fitted."),
        estimates.K_TRIALS,
        Column("n_doses", identity.WHOLE, "Different doses that the trials compare.", minimum=0),
        replace(estimates.DOSE_LOW, description="The lowest of them."),
        replace(estimates.DOSE_HIGH, description="The highest of them."),
        replace(counts.N_AT_RISK, description="Patients at risk in the arms that are compared."),
        estimates.number("log_odds_ratio", "Log odds ratio of the highest dose against the lowest under this shape."),
        estimates.number("ci_lower", "Lower 95 % limit of the log odds ratio; null for the flat shape."),
        estimates.number("ci_upper", "Upper 95 % limit of the log odds ratio; null for the flat shape."),
        estimates.number("half_dose", "The dose of half the effect of an Emax curve; null for other shapes.", "mg/day"),
        estimates.number("aicc", "Akaike's criterion, corrected for small samples; patients are the observations."),
        counts.share("weight", "Share of the evidence among the shapes that could be fitted (Akaike weight)."),
        estimates.TRIAL_IDS,
        estimates.STATE,
    ),
    key=("concept", "drug", "grade_band", "attribution", "shape"),
)

SIGNAL = Table(
    stage="summarised",
    name="signal",
    description="One row per concept or unmatched term, drug, grade band and scope: what these tables show of a dose "
    "difference.",
    columns=(
        replace(
            CONCEPT, description=f"{CONCEPT.description} Of a term that no dictionary knows, `{UNMATCHED}` and it."
        ),
        required(identity.DRUG),
        BAND,
        estimates.TIER,
        estimates.SCOPE,
        estimates.ASSESSMENT,
        estimates.BASIS,
        estimates.RULE,
        estimates.DESIGN,
        estimates.text("trial_id", "The trials the assessment rests on, joined by `; `."),
        replace(source.ATTRIBUTION, nullable=True),
        estimates.DOSE_LOW,
        estimates.DOSE_HIGH,
        estimates.K_TRIALS,
        estimates.text("row_label", "The printed rows of the concept, joined by `; `."),
        estimates.number("risk_difference", "Risk difference, higher against lower dose.", "proportion"),
        estimates.LIMIT_LOWER,
        estimates.LIMIT_UPPER,
        estimates.EXCLUDED_BEYOND,
        estimates.P_VALUE,
        estimates.P_BH,
        estimates.P_DOUBLE_FDR,
        estimates.P_DOUBLE_FDR_2004,
        estimates.P_DISCRETE_FDR,
        estimates.POSTERIOR_PROB_HIGHER,
        counts.TOXICITY_IDS,
        estimates.FIRST_SEEN_RELEASE,
        estimates.CHANGED_RELEASE,
        estimates.CHANGE_REASON,
    ),
    key=("concept", "drug", "grade_band", "scope"),
)

SIGNAL_HISTORY = Table(
    stage="published",
    name="signal_history",
    description="One row per signal and release in which it appeared, changed or went.",
    columns=(
        *(column for column in SIGNAL.columns if column.name in SIGNAL.key),
        Column("release_id", identity.TEXT, "The release that brought the change."),
        Column("released_at", pl.Datetime("us"), "When that release was made, UTC."),
        Column("change", identity.TEXT, "What happened to the signal.", allowed=estimates.SIGNAL_CHANGES),
        replace(
            estimates.ASSESSMENT, name="assessment_before", description="The assessment it had before.", nullable=True
        ),
        replace(estimates.ASSESSMENT, description="The assessment it has since; null where it went.", nullable=True),
        estimates.CHANGE_REASON,
    ),
    key=(*SIGNAL.key, "release_id"),
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
        estimates.READING_METHOD,
        estimates.CHANGE,
        estimates.IS_ROBUST,
    ),
    key=("concept", "drug", "dose_mg_per_day", "grade_band", "attribution", "analysis", "detail"),
)

SUSPECTED_DUPLICATE = Table(
    stage="summarised",
    name="suspected_duplicate",
    description="One row per pair of documents of different trials whose arms agree in size and in nearly every count.",
    columns=(
        identity.DOCUMENT_ID,
        replace(identity.DOCUMENT_ID, name="other_document_id", description="The document it agrees with."),
        Column("n_matching_counts", identity.WHOLE, "Counts above 0 that are equal in both.", minimum=0),
        Column("n_compared", identity.WHOLE, "Counts compared.", minimum=0),
    ),
    key=("document_id", "other_document_id"),
)
