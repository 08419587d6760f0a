"""What the readers write: sources as printed, in our column names, with provenance."""

from dataclasses import replace

from safety_pipeline.tables.column import Column, Table, optional, repeated
from safety_pipeline.tables.columns import counts, grading, identity, source
from safety_pipeline.tables.columns.arm import ARM_FACTS
from safety_pipeline.tables.vocabulary import SEVERITIES

DOCUMENT = Table(
    stage="ingested",
    name="document",
    description="One row per published document of a delivery: an article, abstract, registry record or data package.",
    columns=(
        identity.DELIVERY_ID,
        identity.DOCUMENT_ID,
        identity.TRIAL_ID,
        identity.KIND,
        identity.TITLE,
        identity.REGISTRY_ID,
        identity.DOI,
        identity.YEAR,
        identity.GRADING_SYSTEM,
        identity.GRADING_SYSTEM_BASIS,
        identity.GRADING_SYSTEM_EVIDENCE,
        identity.PHASE,
        identity.ALLOCATION,
        identity.INDICATION,
        identity.DRUG,
        identity.N_ENROLLED,
        identity.N_SAFETY,
        identity.N_PLANNED,
        identity.HAS_TOXICITY_RESULTS,
        identity.NO_RESULTS_REASON,
        source.NOTE,
        identity.DOCUMENT_PRIORITY,
        identity.SAME_PATIENTS_AS,
        identity.CONTENT_SHA256,
    ),
    key=("document_id",),
)

SOURCE_TABLE = Table(
    stage="ingested",
    name="source_table",
    description="One row per table, abstract or text passage of a document that says something about toxicity.",
    columns=(
        identity.DELIVERY_ID,
        identity.DOCUMENT_ID,
        identity.TRIAL_ID,
        source.TABLE_LABEL,
        source.TABLE_KIND,
        source.SOURCE_FILE,
        source.TABLE_PRIORITY,
        source.ATTRIBUTION,
        source.THRESHOLD_PERCENT,
        source.THRESHOLD_OPERATOR,
        source.THRESHOLD_SCOPE,
        source.COMPLETE_FROM_GRADE,
        grading.GRADE_COUNTING,
        grading.OUTCOME,
        optional(identity.ANALYSIS_POPULATION),
        source.TIME_FRAME,
        source.TABLE_EVIDENCE,
        source.NOTE,
        source.MIN_CELL,
    ),
    key=("document_id", "table_label"),
)

ARM = Table(
    stage="ingested",
    name="arm",
    description="One row per arm of a document, with its denominator and the dose where the source states one.",
    columns=(
        identity.DELIVERY_ID,
        identity.DOCUMENT_ID,
        identity.TRIAL_ID,
        identity.ARM_ID,
        *ARM_FACTS,
        Column("description", identity.TEXT, "The group's description as registered.", nullable=True),
    ),
    key=("document_id", "arm_id"),
)

PLANNED_TREATMENT = Table(
    stage="ingested",
    name="planned_treatment",
    description="One row per planned arm of a register's study and drug it is given; a planned arm without a drug has "
    "one row, as has a drug that no arm is linked to.",
    columns=(
        identity.DELIVERY_ID,
        identity.DOCUMENT_ID,
        identity.TRIAL_ID,
        Column(
            "plan_number", identity.WHOLE, "Number of the row within its document, in the register's order.", minimum=1
        ),
        Column(
            "planned_arm_number",
            identity.WHOLE,
            "Place of the planned arm in the register's list; null for a drug that no arm is linked to.",
            nullable=True,
            minimum=1,
        ),
        Column("planned_arm", identity.TEXT, "The planned arm's label as registered.", nullable=True),
        Column("planned_arm_description", identity.TEXT, "The planned arm's description as registered.", nullable=True),
        Column(
            "planned_drug_number",
            identity.WHOLE,
            "Place of the drug in the register's list of interventions; null for a planned arm without a drug.",
            nullable=True,
            minimum=1,
        ),
        Column("planned_drug", identity.TEXT, "The drug's name as registered.", nullable=True),
        Column("other_names", identity.TEXT, "The drug's other names as registered, a JSON list.", nullable=True),
    ),
    key=("document_id", "plan_number"),
)

# The place of a cell in its source, shared by accepted and refused cells.
PLACE: tuple[Column, ...] = (
    identity.DELIVERY_ID,
    identity.DOCUMENT_ID,
    identity.TRIAL_ID,
    source.SOURCE_FILE,
    source.TABLE_LABEL,
    source.ROW_NUMBER,
    source.ROW_LABEL,
    source.PARENT_ROW_LABEL,
    source.COLUMN_LABEL,
    source.COLUMN_ROLE,
    optional(identity.ARM_ID),
    source.PRINTED,
)

CELL = Table(
    stage="ingested",
    name="cell",
    description="One row per printed cell of a toxicity table, registry count, or count settled by the text.",
    columns=(
        *repeated(
            source.TABLE_ID,
            *PLACE,
            source.SUB_ROW_NUMBER,
            source.COLUMN_NUMBER,
            source.PERCENT_PRINTED,
            source.PERCENT_DECIMALS,
            source.TERM_AS_REPORTED,
            source.BODY_SYSTEM_AS_REPORTED,
            source.SITE,
            source.IS_COMPOSITE,
            grading.CONCEPT_RELATION,
            identity.GRADING_SYSTEM,
            grading.GRADE_LOWER_REPORTED,
            grading.GRADE_UPPER_REPORTED,
            grading.GRADE_BAND_AS_REPORTED,
            grading.GRADE_COUNTING,
            counts.COUNT_UNIT,
            counts.N_EPISODES,
            counts.N_PRINTED,
            counts.N_AFFECTED_LOWER,
            counts.N_AFFECTED_UPPER,
            counts.N_AT_RISK,
            grading.SERIOUSNESS_COLUMN,
            grading.OUTCOME,
            source.ATTRIBUTION,
            counts.CELL_STATUS,
            source.REPAIR,
            source.NOTE,
        ),
    ),
    key=("delivery_id", "table_id", "row_number", "sub_row_number", "column_number"),
)

COURSE_NUMBER = Column(
    "course_number",
    identity.WHOLE,
    "Which of the treatments that the subject was given one after the other, as in a crossover; 1 where there is one.",
    minimum=1,
)

SUBJECT = Table(
    stage="ingested",
    name="subject",
    description="One row per subject of a data package and treatment it was given (restricted: never leaves "
    "`ingested`).",
    columns=(
        identity.DELIVERY_ID,
        identity.DOCUMENT_ID,
        identity.TRIAL_ID,
        identity.SUBJECT_ID,
        COURSE_NUMBER,
        optional(identity.ARM_ID),
        optional(replace(identity.ARM_ID, name="planned_arm_id", description="The arm the subject was planned for.")),
        Column("is_safety_population", identity.TRUTH, "Whether the subject is in the safety population."),
        Column("exposure_days", identity.REAL, "Days under treatment.", nullable=True, unit="days", minimum=0),
        Column("death_day", identity.WHOLE, "Day of death, the first dose being day 1.", nullable=True, unit="days"),
    ),
    key=("document_id", "subject_id", "course_number"),
)

EVENT = Table(
    stage="ingested",
    name="event",
    description="One row per reported event of a subject, and per refused row that may be one (restricted: it never "
    "leaves `ingested`).",
    columns=(
        identity.DELIVERY_ID,
        identity.DOCUMENT_ID,
        identity.TRIAL_ID,
        source.SOURCE_FILE,
        optional(identity.SUBJECT_ID),
        optional(
            replace(
                COURSE_NUMBER,
                description="Under which of its subject's several treatments the event began; null where the subject "
                "had one, or it is not known.",
            )
        ),
        identity.EVENT_NUMBER,
        Column(
            "term_as_reported", identity.TEXT, "The event by its coded term; null where it is not coded.", nullable=True
        ),
        Column("verbatim", identity.TEXT, "The investigator's wording.", nullable=True),
        source.BODY_SYSTEM_AS_REPORTED,
        identity.GRADING_SYSTEM,
        optional(grading.GRADE),
        Column(
            "severity",
            identity.TEXT,
            "How bad the investigator says it was; never turned into a grade.",
            nullable=True,
            allowed=SEVERITIES,
        ),
        grading.SERIOUSNESS_COLUMN,
        Column("relatedness", identity.TEXT, "The investigator's judgement of relation, as recorded.", nullable=True),
        Column("is_related", identity.TRUTH, "Whether that judgement counts as related.", nullable=True),
        Column("is_fatal", identity.TRUTH, "Whether the event is recorded to have ended in death.", nullable=True),
        Column(
            "has_stopped_treatment",
            identity.TRUTH,
            "Whether treatment was stopped because of the event.",
            nullable=True,
        ),
        Column(
            "has_changed_dose",
            identity.TRUTH,
            "Whether the dose was changed or interrupted because of it.",
            nullable=True,
        ),
        counts.IS_TREATMENT_EMERGENT,
        counts.IS_EMERGENCE_TOLD,
        Column(
            "is_refused",
            identity.TRUTH,
            "Whether the row was refused: it may be an event of its subject, or of anybody where the subject is not "
            "known, and opens upper bounds only.",
        ),
        Column("start_day", identity.WHOLE, "Study day the event began.", nullable=True, unit="days"),
        Column("end_day", identity.WHOLE, "Study day the event ended.", nullable=True, unit="days"),
    ),
    key=("document_id", "source_file", "event_number"),
)

REFUSAL = Table(
    stage="ingested",
    name="refusal",
    description="One row per delivery, file, table, line or cell that a reader refused, with the rule and the fix; "
    "what can still be read of a count (event, band, table, denominator) stands there too. A count without an arm may "
    "be of any arm of its document.",
    columns=(
        identity.DELIVERY_ID,
        optional(identity.DOCUMENT_ID),
        optional(identity.TRIAL_ID),
        source.SOURCE_FILE,
        optional(source.TABLE_LABEL),
        optional(source.ROW_NUMBER),
        optional(source.ROW_LABEL),
        source.PARENT_ROW_LABEL,
        source.COLUMN_LABEL,
        optional(source.COLUMN_ROLE),
        optional(identity.ARM_ID),
        source.PRINTED,
        optional(source.TERM_AS_REPORTED),
        optional(identity.GRADING_SYSTEM),
        grading.GRADE_BAND,
        grading.SERIOUSNESS_COLUMN,
        optional(source.ATTRIBUTION),
        counts.N_AT_RISK,
        source.RULE,
        source.EXPLANATION,
    ),
    key=(),
)

INGESTED = (DOCUMENT, SOURCE_TABLE, ARM, PLANNED_TREATMENT, CELL, SUBJECT, EVENT, REFUSAL)
