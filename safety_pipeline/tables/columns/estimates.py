"""Columns of pooled estimates, contrasts, signals and checks."""

from safety_pipeline.tables.column import Column
from safety_pipeline.tables.columns.counts import share
from safety_pipeline.tables.columns.identity import REAL, TEXT, TRUTH, WHOLE
from safety_pipeline.tables.vocabulary import ANALYSES, P_METHODS, POOLING_METHODS

COMPARISONS = ("drug_against_placebo", "drug_against_drug", "combination_against_part")
MEASURES = ("risk_difference", "risk_ratio", "odds_ratio", "trend")
ASSESSMENTS = ("dose_associated", "no_dose_difference_shown", "not_estimable")


def number(name: str, description: str, unit: str | None = None) -> Column:
    """A real number that may be unknown."""
    return Column(name, REAL, description, nullable=True, unit=unit)


def text(name: str, description: str) -> Column:
    """A text that may be absent."""
    return Column(name, TEXT, description, nullable=True)


STRATUM = Column("stratum", TEXT, "`all`, or the indication the estimate is restricted to.")
GRADING_SYSTEMS_USED = Column("grading_systems", TEXT, "The editions behind the estimate, joined by `; `.")
METHOD = Column("method", TEXT, "How the trials were brought together.", allowed=POOLING_METHODS)
IS_DEFAULT = Column("is_default", TRUTH, "The one row of its group that the number of trials allows to be shown first.")
K_TRIALS = Column("k_trials", WHOLE, "Trials in the estimate.", minimum=0)
K_BOUNDED = Column(
    "k_bounded",
    WHOLE,
    "Trials at the dose known only by bounds; only the bounds and the censored rows hold them.",
    minimum=0,
)
RANGE_LOWER = share("range_lower", "Lowest incidence of a counted trial; no confidence limit. Null below two trials.")
RANGE_UPPER = share("range_upper", "Highest incidence of a counted trial; no confidence limit. Null below two trials.")
PREDICTION_LOWER = share("prediction_lower", "Lower limit of the 95 % prediction interval for a further trial.")
PREDICTION_UPPER = share("prediction_upper", "Upper limit of the 95 % prediction interval for a further trial.")
Q = number("q", "Cochran's Q on the logit scale.")
Q_P = share("q_p", "P-value of Q.")
I2 = share("i2", "I squared, from Q.")
TAU2 = number("tau2", "Between-trial variance on the logit scale.")
CONVERGED = Column("converged", TRUTH, "Whether the fit converged; null where nothing is fitted.", nullable=True)
TRIAL_IDS = Column("trial_ids", TEXT, "The trials, joined by `; `.")
CAUTION = text("caution", "What a reader must know before using the number.")
DOSE_LOW = number("dose_low", "The lower dose of the contrast.", "mg/day")
DOSE_HIGH = number("dose_high", "The higher dose of the contrast.", "mg/day")
COMPARISON = Column("comparison", TEXT, "What the two arms of the trial compare.", allowed=COMPARISONS)
MEASURE = Column("measure", TEXT, "What is estimated, higher dose against lower.", allowed=MEASURES)
TIME_MEASURE = Column(
    "measure", TEXT, "What is estimated of the first event.", allowed=("exposure_adjusted_rate", "cumulative_incidence")
)
ESTIMATE = number("estimate", "The estimate of the measure.")
ESTIMATE_LOWER = number("estimate_lower", "The smallest estimate that the bounds of the counts allow.")
ESTIMATE_UPPER = number("estimate_upper", "The largest estimate that the bounds of the counts allow.")
LIMIT_LOWER = number("ci_lower", "Lower 95 % limit of the measure; on bounds, the outer limit.")
LIMIT_UPPER = number("ci_upper", "Upper 95 % limit of the measure; on bounds, the outer limit.")
P_VALUE = share("p_value", "Two-sided p-value.")
P_METHOD = Column("p_method", TEXT, "The test behind the p-value.", nullable=True, allowed=P_METHODS)
P_BH = share("p_bh", "Benjamini-Hochberg adjusted p-value within the family.")
P_DOUBLE_FDR = share("p_double_fdr", "Double-FDR adjusted p-value within body system (Mehrotra and Adewale 2012).")
P_DOUBLE_FDR_2004 = share(
    "p_double_fdr_2004",
    "Double-FDR adjusted p-value: within the body system and over systems (Mehrotra and Heyse 2004).",
)
P_DISCRETE_FDR = share(
    "p_discrete_fdr",
    "Benjamini-Hochberg over what each exact test of the family can attain, for sparse tables (Heyse 2011).",
)
FAMILY = text("family", "The printed main rows among which p-values are adjusted.")
POSTERIOR_PROB_HIGHER = share("posterior_prob_higher", "Probability that the higher dose has the higher incidence.")
STATE = text("state", "`undefined` or `not_estimable` with the reason, where there is no number.")
SCOPE = Column("scope", TEXT, "The doses and trials the assessment covers.")
ASSESSMENT = Column("assessment", TEXT, "What these tables show of a dose difference.", allowed=ASSESSMENTS)
TIERS = ("headline", "designated", "other")
TIER = Column("tier", TEXT, "In which order signals are reviewed.", allowed=TIERS)
EXCLUDED_BEYOND = share("excluded_beyond", "The smallest difference, in either direction, that the interval excludes.")
BASIS = Column("basis", TEXT, "Why the assessment is what it is.")
RULE = Column("rule", TEXT, "The signal rule that decided, by its name in the data file.")
DESIGN = Column(
    "design",
    TEXT,
    "How the doses came to be compared; arms, of whatever kind, are doses that no randomised trial compares.",
    allowed=("randomised", "stratified", "randomised arms", "arms not randomised", "single arms"),
)
FIRST_SEEN_RELEASE = text("first_seen_release", "The release that first carried the signal, whatever it said then.")
CHANGED_RELEASE = text("changed_release", "The release that last changed the assessment or its figures.")
SIGNAL_CHANGES = ("first_seen", "assessment_changed", "evidence_changed", "withdrawn")
CHANGE_REASON = text("change_reason", "Why it changed then: the figures that moved, and the documents or code behind.")
ANALYSIS = Column("analysis", TEXT, "The alternative analysis.", allowed=ANALYSES)
DETAIL = text("detail", "What was left out or assumed.")
READING_METHOD = Column(
    "method",
    TEXT,
    "How the alternative was estimated: the crude total, or the model of the default row.",
    nullable=True,
    allowed=POOLING_METHODS,
)
CHANGE = number(
    "change", "Incidence minus that of all trials by the same method; of two bounds, the larger.", "proportion"
)
IS_ROBUST = Column(
    "is_robust",
    TRUTH,
    "Whether the estimate shown, moved by the change, stays inside its interval (for a range, that of the total).",
    nullable=True,
)
