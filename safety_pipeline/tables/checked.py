"""What the row rules leave: accepted rows, refused rows with their reason, and the audit of every rule."""

from safety_pipeline.tables.column import Column, Table, optional
from safety_pipeline.tables.columns import counts, grading, identity, source
from safety_pipeline.tables.harmonised import FACT_COLUMNS
from safety_pipeline.tables.vocabulary import RULE_SEVERITIES

FLAGS = Column("flags", identity.TEXT, "The flagging rules the row broke, joined by `; `.", nullable=True)

TOXICITY = Table(
    stage="checked",
    name="toxicity",
    description="One row per accepted row of `harmonised/toxicity`, with the flags it carries.",
    columns=(*FACT_COLUMNS, FLAGS),
    key=("toxicity_id",),
)

# What coverage needs to know of a refused count; not published.
REJECTED_CONTEXT = (
    "term_as_reported",
    "concept",
    "grade_band",
    "grade_lower_reported",
    "grade_upper_reported",
    "seriousness",
    "attribution",
    "parent_row_label",
    "n_at_risk",
)

REJECTED = Table(
    stage="checked",
    name="rejected",
    description="One row per refused delivery, file, table or row and rule: where it stands and what mends it.",
    columns=(
        identity.DELIVERY_ID,
        optional(identity.DOCUMENT_ID),
        optional(identity.TRIAL_ID),
        optional(counts.TOXICITY_ID),
        source.SOURCE_FILE,
        optional(source.TABLE_LABEL),
        optional(source.ROW_NUMBER),
        optional(source.COLUMN_NUMBER),
        optional(source.ROW_LABEL),
        source.PARENT_ROW_LABEL,
        source.COLUMN_LABEL,
        optional(identity.ARM_ID),
        source.PRINTED,
        optional(source.TERM_AS_REPORTED),
        grading.CONCEPT,
        grading.GRADE_BAND,
        grading.GRADE_LOWER_REPORTED,
        grading.GRADE_UPPER_REPORTED,
        grading.SERIOUSNESS_COLUMN,
        optional(source.ATTRIBUTION),
        counts.N_AT_RISK,
        source.RULE,
        source.EXPLANATION,
    ),
    key=(),
)

AUDIT = Table(
    stage="checked",
    name="audit",
    description="One row per delivery and row rule, with how many rows were checked and how many broke it.",
    columns=(
        identity.DELIVERY_ID,
        source.RULE,
        Column("rule_severity", identity.TEXT, "Whether the rule refuses or flags the row.", allowed=RULE_SEVERITIES),
        source.EXPLANATION,
        Column("n_checked", identity.WHOLE, "Rows the rule looked at.", minimum=0),
        Column("n_failing", identity.WHOLE, "Rows that broke the rule.", minimum=0),
    ),
    key=("delivery_id", "rule"),
)

CHECKED = (TOXICITY, REJECTED, AUDIT)
