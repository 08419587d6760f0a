"""The closed lists of words the tables use; docs/words.md says what they mean, docs/methods.md what methods compute."""

GRADING_SYSTEMS = ("CTC v2.0", "CTCAE v3.0", "CTCAE v4.03", "CTCAE v5.0", "CTCAE v6.0", "not stated")
GRADING_SYSTEM_BASES = ("stated", "cited", "inferred", "not_stated")
KINDS = ("literature", "ctgov", "aact", "cdisc")
REGISTER_KINDS = ("ctgov", "aact")
TABLE_KINDS = ("table", "abstract", "text", "register_serious", "register_other", "register_total", "subject_level")
ALLOCATIONS = ("randomised", "non_randomised", "single_arm", "not_stated")
COLUMN_ROLES = ("arm", "total")
COUNT_UNITS = ("patients", "episodes")
ATTRIBUTIONS = ("related", "all_causality", "not_stated")
GRADE_COUNTINGS = ("worst", "each", "unknown")
SERIOUSNESS = ("serious", "other")
# How bad an event was, as an investigator says where no edition graded it: a measure of its own, never a grade.
SEVERITIES = ("mild", "moderate", "severe")
# What else than the event itself a count asks for: none of these is an incidence of the event.
OUTCOMES = ("discontinuation", "dose_change", "death", "hospitalisation", "dose_limiting", "serious")
THRESHOLD_OPERATORS = (">=", ">")
THRESHOLD_SCOPES = ("any_arm", "overall", "this_arm")
MAPPING_KINDS = ("exact", "narrower", "broader", "ambiguous", "unmappable")
# Begins the concept of a signal on a term that no dictionary knows: there is none, and the term stands in its place.
UNMATCHED = "unmatched: "
# Begins what stands for the trial where several are stratified: their ids follow.
STRATIFIED = "stratified: "
CONCEPT_RELATIONS = ("equal", "superset", "subset", "overlapping")
THRESHOLD_RELATIONS = ("equal", "lower_bound", "upper_bound", "not_comparable")
GRADE_BANDS = ("any", "severe")

# What a single printed cell says of its count. A subset of the reporting statuses plus the two
# ways a cell can fail to say anything.
CELL_STATUSES = (
    "observed",
    "reported_zero",
    "zero_by_statement",
    "derived_bounds",
    "episodes_only",
    "missing",
    # Printed, but refused by the reader: the row keeps the place, so that the concept is not taken for unreported.
    "refused",
)
# Best source first: the order is the priority when several rows speak of one concept and band.
REPORTING_STATUSES = (
    "observed",
    "reported_zero",
    "zero_by_statement",
    "derived_bounds",
    "below_threshold",
    "episodes_only",
    "rejected_cell",
    "not_tabulated",
    "no_results",
)
# What a mart draws: limits of a point are confidence limits, ends of a range are trials, bounds hold any count.
VALUE_KINDS = ("point", "range_of_trials", "bounds", "at_least", "not_known")
COVERAGE_STATUSES = (*REPORTING_STATUSES, "superseded", "duplicate_population")
OVERVIEW_CATEGORIES = (
    "any",
    "related",
    "serious",
    "serious_related",
    "grade_3_or_worse",
    *(f"worst_grade_{grade}" for grade in range(1, 6)),
    *(f"worst_severity_{severity}" for severity in SEVERITIES),
    "discontinuation",
    "dose_change",
    "fatal",
)
RULE_SEVERITIES = ("refuse", "flag")
MATCH_KINDS = (
    "exact",
    "synonym",
    "meddra_pt",
    "spelling",
    "accepted_proposal",
    "other_specify",
    # No dictionary knows the text, but its words plainly name a headline concept: the row has a concept and no term.
    "concept_rule",
    "unmatched",
)
# How the trials of one dose are brought together.
POOLING_METHODS = (
    "single_trial",
    "trial_range",
    "exact_total",
    "crude_total",
    "common_effect",
    "random_effects_dl",
    "random_effects_pm",
    "random_effects_reml",
    "random_effects_glmm",
    "censored_beta_binomial",
    "censored_logit_normal",
    "bounds",
    "not_estimable",
)
DOSE_SHAPES = ("flat", "linear", "log_linear", "emax")
# Other readings of the same tables.
ANALYSES = (
    "leave_one_trial_out",
    "not_listed_as_zero",
    "concept_bounds",
    "attribution",
    "severe_as_printed",
    "v4_03_scale",
    "other_report",
    "exposure_adjusted_rate",
    "cumulative_incidence",
)
# How limits are computed: of one arm, of trials brought together, of a contrast, of a first event over time.
CI_METHODS = (
    "wilson",
    "agresti_coull",
    "clopper_pearson",
    "jeffreys",
    "midp",
    "clopper-pearson of the total",
    "exact, one incidence in all trials",
    "hartung-knapp, t (k-1), not below the classic standard error",
    "profile likelihood",
    "t (k-1) on the logit, random-intercept binomial model",
    "wald on the logit",
    "cochran-armitage, asymptotic",
    "cochran-armitage, exact",
    "conditional exact",
    "hierarchical, berry and berry",
    "logistic with an intercept a trial, log odds ratio per 100 mg/day",
    "mantel-haenszel, greenland-robins",
    "mantel-haenszel, robins-breslow-greenland",
    "mantel-haenszel, sato",
    "mantel-haenszel, stratified miettinen-nurminen",
    "miettinen-nurminen",
    "newcombe hybrid score",
    "one stage, random intercept, dose less the trial's mean, log odds ratio per 100 mg/day",
    "wald on the log",
    "woolf",
    "aalen-johansen, log-log",
    "poisson exact (garwood)",
)
P_METHODS = (
    "cochran-armitage, asymptotic",
    "cochran-armitage, exact",
    "cochran-mantel-haenszel",
    "fisher, mid-p",
    "fisher, minimum likelihood",
)
HETEROGENEITY_METHODS = ("breslow-day, tarone", "likelihood ratio of separate slopes", "q")
UNITS_OVER_TIME = ("patients with a first event per 100 patient-years", "proportion")
# What a crosswalk row rests on; a reviewer's verdict stands in place of what shipped.
MAPPING_SOURCES = (
    "same criterion",
    "numeric cut-offs",
    "clause rule",
    "expert reading",
    "official NCI v2-v3 map",
    "reviewer",
)
REVIEW_STATUSES = (
    "identity",
    "same text",
    "computed",
    "rule, sampled",
    "rule, wide",
    "rule, looked through",
    "read",
    "read blind",
    "read by family",
    "decided",
    "reviewed",
)
