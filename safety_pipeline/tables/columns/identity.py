"""Columns that say which delivery, document, trial, arm or patient a row belongs to."""

import polars as pl

from safety_pipeline.tables.column import Column
from safety_pipeline.tables.vocabulary import ALLOCATIONS, GRADING_SYSTEM_BASES, GRADING_SYSTEMS, KINDS

TEXT = pl.String()
WHOLE = pl.Int64()
REAL = pl.Float64()
TRUTH = pl.Boolean()

DELIVERY_ID = Column("delivery_id", TEXT, "The delivery the row came from, `<kind>.<name>`; stable under edits.")
DOCUMENT_ID = Column(
    "document_id", TEXT, "The published document: an article, abstract, registry record or data package."
)
TRIAL_ID = Column("trial_id", TEXT, "The trial: one set of patients, counted once, however many documents report it.")
ARM_ID = Column("arm_id", TEXT, "The treated group with one assigned dose, `<trial_id>.<arm>`.")
KIND = Column("kind", TEXT, "The kind of source.", allowed=KINDS)
TITLE = Column("title", TEXT, "The document's title as registered or published.", nullable=True)
REGISTRY_ID = Column("registry_id", TEXT, "The registry number, for instance NCT00084513.", nullable=True)
DOI = Column("doi", TEXT, "The digital object identifier of the document.", nullable=True)
YEAR = Column("year", WHOLE, "The year the document was published.", nullable=True, minimum=1950, maximum=2100)
GRADING_SYSTEM = Column(
    "grading_system", TEXT, "The edition of the NCI criteria that graded the events.", allowed=GRADING_SYSTEMS
)
GRADING_SYSTEM_BASIS = Column(
    "grading_system_basis",
    TEXT,
    "How the edition is known: stated, cited, inferred or not stated.",
    allowed=GRADING_SYSTEM_BASES,
)
GRADING_SYSTEM_EVIDENCE = Column(
    "grading_system_evidence", TEXT, "Where the source names the edition, or why it was inferred.", nullable=True
)
PHASE = Column("phase", TEXT, "The phase of the trial as given.", nullable=True)
ALLOCATION = Column("allocation", TEXT, "How patients came to their arm.", allowed=ALLOCATIONS)
INDICATION = Column("indication", TEXT, "The disease treated.", nullable=True)
DRUG = Column(
    "drug", TEXT, "The drug the arm was assigned, lower case, without salt; `placebo` where that is all.", nullable=True
)
COMBINATION_DRUGS = Column("combination_drugs", TEXT, "The drugs given with it, joined by `; `.", nullable=True)
N_ENROLLED = Column(
    "n_enrolled",
    WHOLE,
    "Patients enrolled; a planned number is not patients and is null.",
    nullable=True,
    unit="patients",
    minimum=0,
)
N_SAFETY = Column(
    "n_safety", WHOLE, "Patients in the safety population of the trial.", nullable=True, unit="patients", minimum=0
)
N_PLANNED = Column(
    "n_planned",
    WHOLE,
    "Patients planned or estimated, never used as patients.",
    nullable=True,
    unit="patients",
    minimum=0,
)
HAS_TOXICITY_RESULTS = Column("has_toxicity_results", TRUTH, "Whether the document reports any toxicity result.")
NO_RESULTS_REASON = Column("no_results_reason", TEXT, "Why the document has no toxicity result.", nullable=True)
DOCUMENT_PRIORITY = Column(
    "document_priority", WHOLE, "Rank among the documents of the same patients; 1 is the index report.", minimum=1
)
SAME_PATIENTS_AS = Column(
    "same_patients_as",
    TEXT,
    "Documents that report the same patients, joined by `; `, as the manifest or register says.",
    nullable=True,
)
CONTENT_SHA256 = Column("content_sha256", TEXT, "SHA-256 of the delivery's bytes: its version.")
ARM_LABEL = Column("label", TEXT, "The arm as the source names it.")
DOSE_MG_PER_DAY = Column(
    "dose_mg_per_day",
    REAL,
    "Assigned total daily dose; null where escalating, weight-based or not stated.",
    nullable=True,
    unit="mg/day",
    minimum=0,
)
DOSE_TEXT = Column("dose_text", TEXT, "The dose and schedule as the source gives them.", nullable=True)
DOSE_NOTE = Column("dose_note", TEXT, "Why there is no single daily dose, or what to know about it.", nullable=True)
N_ASSIGNED = Column("n_assigned", WHOLE, "Patients assigned to the arm.", nullable=True, unit="patients", minimum=0)
ANALYSIS_POPULATION = Column("analysis_population", TEXT, "The population the denominator counts.", nullable=True)
IS_AGGREGATE = Column("is_aggregate", TRUTH, "Whether the group is the union of other groups and never added to them.")
MAY_OVERLAP = Column(
    "may_overlap",
    TRUTH,
    "Whether the arm may hold patients of another arm of its trial; such arms are not added.",
)
SUBSET_OF = Column(
    "subset_of",
    TEXT,
    "The arm of the same trial that holds all patients of this one; such a part is kept and never added.",
    nullable=True,
)
SUBJECT_ID = Column("subject_id", TEXT, "The subject's identifier in the package; restricted, never published.")
EVENT_NUMBER = Column("event_number", WHOLE, "Number of the event row within its source file.", minimum=0)
