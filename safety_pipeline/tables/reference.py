"""The reference tables the harmonising joins use; their rows are data files in `safety_pipeline/reference/data`."""

from dataclasses import replace

from safety_pipeline.tables.column import Table, required
from safety_pipeline.tables.columns import grading, identity
from safety_pipeline.tables.vocabulary import MAPPING_SOURCES, REVIEW_STATUSES

DIM_GRADE_MAP = Table(
    stage="published",
    name="dim_grade_map",
    description="One row per edition, term and grade that exists there, and what it is on CTCAE v4.03.",
    columns=(
        required(grading.GRADE_MAP_ID),
        identity.GRADING_SYSTEM,
        grading.CATEGORY,
        grading.TERM,
        grading.SELECT_TERM,
        grading.GRADE,
        grading.CTCAE_TERM,
        grading.GRADE_LOWER,
        grading.GRADE_UPPER,
        grading.GRADE_PREFERRED,
        required(grading.MAPPING_KIND),
        grading.FALLBACK_CTCAE_TERM,
        grading.CONCEPT_GRADE_LOWER,
        grading.CONCEPT_GRADE_UPPER,
        required(grading.RATIONALE),
        replace(grading.MAPPING_SOURCE, nullable=False, allowed=MAPPING_SOURCES),
        replace(grading.REVIEW_STATUS, allowed=REVIEW_STATUSES),
        grading.REVIEWED_ON,
        grading.CROSSWALK_VERSION,
    ),
    key=("grading_system", "category", "term", "select_term", "grade"),
)

DIM_TERM = Table(
    stage="published",
    name="dim_term",
    description="One row per term of an edition: its v4.03 term, its concept, what its severe counts are on v4.03.",
    columns=(
        identity.GRADING_SYSTEM,
        grading.CATEGORY,
        grading.TERM,
        grading.SELECT_TERM,
        grading.GRADES_DEFINED,
        grading.CTCAE_TERM,
        grading.SOC,
        grading.CONCEPT,
        grading.CONCEPT_RELATION,
        grading.THRESHOLD_RELATION,
        replace(grading.MAPPING_SOURCE, allowed=MAPPING_SOURCES),
        grading.RATIONALE,
    ),
    key=("grading_system", "category", "term", "select_term"),
)

DIM_CONCEPT = Table(
    stage="published",
    name="dim_concept",
    description="One row per clinical concept, with what belongs to it and what is kept separate.",
    columns=(
        required(grading.CONCEPT),
        replace(identity.ARM_LABEL, description="The concept's name for readers."),
        replace(identity.TITLE, name="definition", description="What belongs to the concept.", nullable=False),
        replace(identity.TITLE, name="boundary", description="What is kept separate.", nullable=True),
        grading.IS_HEADLINE,
    ),
    key=("concept",),
)
