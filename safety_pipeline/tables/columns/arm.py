"""What is said of an arm, whichever table says it."""

from safety_pipeline.tables.column import Column
from safety_pipeline.tables.columns import counts, identity

ARM_FACTS: tuple[Column, ...] = (
    identity.ARM_LABEL,
    identity.DRUG,
    identity.COMBINATION_DRUGS,
    identity.DOSE_MG_PER_DAY,
    identity.DOSE_TEXT,
    identity.DOSE_NOTE,
    counts.N_AT_RISK,
    identity.N_ASSIGNED,
    identity.ANALYSIS_POPULATION,
    identity.IS_AGGREGATE,
    identity.MAY_OVERLAP,
    identity.SUBSET_OF,
)
