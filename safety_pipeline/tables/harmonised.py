"""One fact table for every kind of source, on the CTCAE v4.03 vocabulary; times to events, and the arms."""

from dataclasses import replace

from safety_pipeline.tables.column import Column, Table, optional, required
from safety_pipeline.tables.columns import counts, grading, identity, source
from safety_pipeline.tables.columns.arm import ARM_FACTS
from safety_pipeline.tables.ingested import REFUSAL as INGESTED_REFUSAL

FACT_COLUMNS: tuple[Column, ...] = (
    counts.TOXICITY_ID,
    identity.DELIVERY_ID,
    identity.DOCUMENT_ID,
    identity.TRIAL_ID,
    optional(identity.ARM_ID),
    source.SOURCE_FILE,
    source.TABLE_LABEL,
    source.ROW_NUMBER,
    source.COLUMN_NUMBER,
    source.ROW_LABEL,
    source.PARENT_ROW_LABEL,
    source.COLUMN_LABEL,
    source.COLUMN_ROLE,
    source.PRINTED,
    source.PERCENT_PRINTED,
    source.PERCENT_DECIMALS,
    source.TERM_AS_REPORTED,
    source.BODY_SYSTEM_AS_REPORTED,
    identity.GRADING_SYSTEM,
    grading.MATCH_KIND,
    grading.SOURCE_CATEGORY,
    grading.SOURCE_TERM,
    grading.SOURCE_SELECT_TERM,
    grading.CTCAE_TERM,
    grading.FALLBACK_CTCAE_TERM,
    grading.MAPPING_KIND,
    grading.MAPPING_SOURCE,
    grading.RATIONALE,
    grading.GRADE_MAP_ID,
    grading.CONCEPT,
    grading.CONCEPT_RELATION,
    source.SITE,
    source.IS_COMPOSITE,
    grading.GRADE_LOWER_REPORTED,
    grading.GRADE_UPPER_REPORTED,
    grading.GRADE_BAND_AS_REPORTED,
    grading.GRADE_BAND,
    grading.GRADE_COUNTING,
    grading.GRADE_LOWER,
    grading.GRADE_UPPER,
    grading.GRADE_PREFERRED,
    grading.CONCEPT_GRADE_LOWER,
    grading.CONCEPT_GRADE_UPPER,
    grading.THRESHOLD_RELATION,
    counts.COUNT_UNIT,
    counts.N_EPISODES,
    grading.SERIOUSNESS_COLUMN,
    grading.OUTCOME,
    counts.N_PRINTED,
    counts.N_AFFECTED_LOWER,
    counts.N_AFFECTED_UPPER,
    counts.N_AT_RISK,
    source.ATTRIBUTION,
    counts.CELL_STATUS,
    source.REPAIR,
    source.NOTE,
)

TOXICITY = Table(
    stage="harmonised",
    name="toxicity",
    description="One row per printed cell, registry count, or arm-level count from subject data, on CTCAE v4.03.",
    columns=FACT_COLUMNS,
    key=("toxicity_id",),
)

LIFE_TABLE = Table(
    stage="harmonised",
    name="life_table",
    description="One row per arm, concept, grade band, attribution, day and way the observation of subjects ended.",
    columns=(
        identity.DELIVERY_ID,
        identity.DOCUMENT_ID,
        identity.TRIAL_ID,
        required(identity.ARM_ID),
        required(source.SOURCE_FILE),
        identity.GRADING_SYSTEM,
        required(grading.CONCEPT),
        required(grading.GRADE_BAND),
        source.ATTRIBUTION,
        Column("day", identity.WHOLE, "The day the observation ended, the first dose being day 1.", minimum=1),
        Column(
            "outcome",
            identity.TEXT,
            "What ended it: the first event of the concept, death, or the end of treatment.",
            allowed=("event", "death", "censored"),
        ),
        Column(
            "earlier_event",
            identity.TEXT,
            "Whether an event whose day or nature is not known lies before that day.",
            allowed=("none", "possible", "certain"),
        ),
        replace(counts.N_AT_RISK, name="n_subjects", description="Subjects that ended so.", nullable=False),
    ),
    key=(
        "document_id",
        "arm_id",
        "source_file",
        "grading_system",
        "concept",
        "grade_band",
        "attribution",
        "day",
        "outcome",
        "earlier_event",
    ),
)

ARM = Table(
    stage="harmonised",
    name="arm",
    description="One row per arm of a document, with its assigned dose and its denominator.",
    columns=(
        identity.DELIVERY_ID,
        identity.DOCUMENT_ID,
        identity.TRIAL_ID,
        identity.ARM_ID,
        *ARM_FACTS,
    ),
    key=("document_id", "arm_id"),
)

REFUSAL = Table(
    stage="harmonised",
    name="refusal",
    description="One row per row of `ingested/refusal`, with the concept of its event where one can be read.",
    columns=(*INGESTED_REFUSAL.columns, grading.CONCEPT),
    key=(),
)

HARMONISED = (TOXICITY, LIFE_TABLE, ARM, REFUSAL)
