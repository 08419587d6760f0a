"""The closed lists of words the tables use; each is defined in docs/words.md."""

GRADING_SYSTEMS = ("CTC v2.0", "CTCAE v3.0", "CTCAE v4.03", "CTCAE v5.0", "CTCAE v6.0", "not stated")
GRADING_SYSTEM_BASES = ("stated", "cited", "inferred", "not_stated")
KINDS = ("literature", "ctgov", "aact", "cdisc")
TABLE_KINDS = ("table", "abstract", "text", "register_serious", "register_other", "register_total", "subject_level")
ALLOCATIONS = ("randomised", "non_randomised", "single_arm", "not_stated")
COLUMN_ROLES = ("arm", "total")
COUNT_UNITS = ("patients", "episodes")
ATTRIBUTIONS = ("related", "all_causality", "not_stated")
GRADE_COUNTINGS = ("worst", "each", "unknown")
SERIOUSNESS = ("serious", "other")
THRESHOLD_OPERATORS = (">=", ">")
THRESHOLD_SCOPES = ("any_arm", "overall", "this_arm")
MAPPING_KINDS = ("exact", "narrower", "broader", "ambiguous", "unmappable")
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
COVERAGE_STATUSES = (*REPORTING_STATUSES, "superseded", "duplicate_population")
OVERVIEW_CATEGORIES = (
    "any",
    "related",
    "serious",
    "serious_related",
    "grade_3_or_worse",
    *(f"worst_grade_{grade}" for grade in range(1, 6)),
    "discontinuation",
    "dose_change",
    "fatal",
)
RULE_SEVERITIES = ("refuse", "flag")
MATCH_KINDS = ("exact", "synonym", "meddra_pt", "spelling", "accepted_proposal", "other_specify", "unmatched")
