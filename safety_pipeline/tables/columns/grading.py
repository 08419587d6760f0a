"""Columns for terms, grades and how they map to CTCAE v4.03."""

from safety_pipeline.tables.column import Column
from safety_pipeline.tables.columns.identity import TEXT, TRUTH, WHOLE
from safety_pipeline.tables.vocabulary import (
    CONCEPT_RELATIONS,
    GRADE_BANDS,
    GRADE_COUNTINGS,
    MAPPING_KINDS,
    MATCH_KINDS,
    OUTCOMES,
    SERIOUSNESS,
    THRESHOLD_RELATIONS,
)


def _grade(name: str, description: str) -> Column:
    return Column(name, WHOLE, description, nullable=True, minimum=0, maximum=5)


CATEGORY = Column("category", TEXT, "The category or SOC of the term in its own edition.")
TERM = Column("term", TEXT, "The term of its own edition.")
SELECT_TERM = Column("select_term", TEXT, "The select (sub) term of CTCAE v3.0; empty where the edition has none.")
SOURCE_TERM = Column(
    "source_term", TEXT, "The term of its own edition that the printed event was matched to.", nullable=True
)
SOURCE_CATEGORY = Column("source_category", TEXT, "The category of that term.", nullable=True)
SOURCE_SELECT_TERM = Column(
    "source_select_term", TEXT, "The select term of that term, where there is one.", nullable=True
)
CTCAE_TERM = Column("ctcae_term", TEXT, "The CTCAE v4.03 term, named as the NCI release names it.", nullable=True)
FALLBACK_CTCAE_TERM = Column(
    "fallback_ctcae_term",
    TEXT,
    "The v4.03 term that keeps the severity where the target has no such grade.",
    nullable=True,
)
SOC = Column("soc", TEXT, "The system organ class of the v4.03 term.", nullable=True)
MATCH_KIND = Column("match_kind", TEXT, "How the printed term was matched.", allowed=MATCH_KINDS)
MAPPING_KIND = Column(
    "mapping_kind", TEXT, "How the source grade relates to CTCAE v4.03.", nullable=True, allowed=MAPPING_KINDS
)
MAPPING_SOURCE = Column("mapping_source", TEXT, "What the mapping rests on.", nullable=True)
RATIONALE = Column("rationale", TEXT, "Why the mapping is what it is.", nullable=True)
REVIEW_STATUS = Column("review_status", TEXT, "Who or what reviewed the mapping.", nullable=True)
REVIEWED_ON = Column(
    "reviewed_on", TEXT, "The day the row was last read, `2026-11-28`; null where no day is kept.", nullable=True
)
CROSSWALK_VERSION = Column("crosswalk_version", TEXT, "The version of the crosswalk that the row belongs to.")
GRADE_MAP_ID = Column("grade_map_id", TEXT, "The crosswalk rows that made the grades, joined by `; `.", nullable=True)
GRADE = Column("grade", WHOLE, "Toxicity grade, 1 (mild) to 5 (death).", minimum=1, maximum=5)
GRADES_DEFINED = Column("grades_defined", TEXT, "The grades the edition defines for the term, for instance `1235`.")
GRADE_LOWER_REPORTED = _grade("grade_lower_reported", "Lowest grade the printed column counts; `any` is 1, `>=3` is 3.")
GRADE_UPPER_REPORTED = _grade(
    "grade_upper_reported", "Highest grade the printed column counts; `any` is 5, `3-4` is 4."
)
GRADE_LOWER = _grade("grade_lower", "Lowest CTCAE v4.03 grade a counted patient could hold.")
GRADE_UPPER = _grade("grade_upper", "Highest CTCAE v4.03 grade a counted patient could hold.")
GRADE_PREFERRED = _grade("grade_preferred", "The single v4.03 grade to prefer where one is needed.")
CONCEPT_GRADE_LOWER = _grade(
    "concept_grade_lower", "Lowest severity kept at concept level where the target has no slot."
)
CONCEPT_GRADE_UPPER = _grade(
    "concept_grade_upper", "Highest severity kept at concept level where the target has no slot."
)
GRADE_BAND = Column(
    "grade_band",
    TEXT,
    "`any`, or `severe`: grade 3 or worse as the source graded it.",
    nullable=True,
    allowed=GRADE_BANDS,
)
GRADE_BAND_AS_REPORTED = Column(
    "grade_band_as_reported", TEXT, "The grades as printed: `any`, `3-4`, `>=3`, `1-2`, `4`.", nullable=True
)
GRADE_COUNTING = Column(
    "grade_counting",
    TEXT,
    "Whether a patient counts at the worst grade only, or at each grade.",
    allowed=GRADE_COUNTINGS,
)
SERIOUSNESS_COLUMN = Column(
    "seriousness", TEXT, "Serious or other in a register; never a grade.", nullable=True, allowed=SERIOUSNESS
)
OUTCOME = Column(
    "outcome",
    TEXT,
    "What the event had to lead to for a patient to be counted, such as discontinuation; such a count is no incidence. "
    "Null for ordinary counts of adverse events.",
    nullable=True,
    allowed=OUTCOMES,
)
CONCEPT = Column("concept", TEXT, "The clinical group of terms the row counts towards.", nullable=True)
CONCEPT_RELATION = Column(
    "concept_relation", TEXT, "How what was counted stands to the concept.", nullable=True, allowed=CONCEPT_RELATIONS
)
THRESHOLD_RELATION = Column(
    "threshold_relation",
    TEXT,
    "What the source's severe count is on the v4.03 scale.",
    nullable=True,
    allowed=THRESHOLD_RELATIONS,
)
IS_HEADLINE = Column("is_headline", TRUTH, "Whether the concept has a row for every arm of every trial.")
