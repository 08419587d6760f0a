"""Columns that count patients and episodes, and the proportions made of them."""

import polars as pl

from safety_pipeline.tables.column import Column
from safety_pipeline.tables.columns.identity import REAL, TEXT, TRUTH, WHOLE
from safety_pipeline.tables.vocabulary import (
    CELL_STATUSES,
    CI_METHODS,
    COUNT_UNITS,
    COVERAGE_STATUSES,
    OVERVIEW_CATEGORIES,
    REPORTING_STATUSES,
)


def share(name: str, description: str) -> Column:
    """A proportion between 0 and 1, null where it is not known."""
    return Column(name, REAL, description, nullable=True, unit="proportion", minimum=0, maximum=1)


def _patients(name: str, description: str) -> Column:
    return Column(name, WHOLE, description, nullable=True, unit="patients", minimum=0)


TOXICITY_ID = Column("toxicity_id", TEXT, "The row of `fact_toxicity`: delivery, table, row and column.")
COUNT_UNIT = Column("count_unit", TEXT, "Whether the cell counts patients or episodes.", allowed=COUNT_UNITS)
CELL_STATUS = Column("cell_status", TEXT, "What the printed cell says of its count.", allowed=CELL_STATUSES)
REPORTING_STATUS = Column(
    "reporting_status", TEXT, "How the count is known, best source first.", allowed=REPORTING_STATUSES
)
COVERAGE_STATUS = Column(
    "reporting_status", TEXT, "How the count is known, or why the row is not used.", allowed=COVERAGE_STATUSES
)
N_EPISODES = Column(
    "n_episodes", WHOLE, "Episodes counted; never part of a proportion.", nullable=True, unit="episodes", minimum=0
)
N_PRINTED = Column(
    "n_printed", WHOLE, "The count as printed; null where only a percentage is.", nullable=True, minimum=0
)
N_AFFECTED_LOWER = _patients("n_affected_lower", "Fewest patients with at least one event that the source allows.")
N_AFFECTED_UPPER = _patients("n_affected_upper", "Most patients with at least one event that the source allows.")
N_AT_RISK = _patients("n_at_risk", "Patients at risk: the population of the arm, never counted from event rows.")
INCIDENCE = share("incidence", "Patients affected over patients at risk; null unless the bounds agree.")
CI_LOWER = share("ci_lower", "Lower limit of the 95 % interval; on bounds, the outer limit.")
CI_UPPER = share("ci_upper", "Upper limit of the 95 % interval; on bounds, the outer limit.")
CI_METHOD = Column("ci_method", TEXT, "The method of the interval.", nullable=True, allowed=CI_METHODS)
OVERVIEW_CATEGORY = Column(
    "category",
    TEXT,
    "What the patients had: any event, a related, serious, fatal one, ...; `worst_grade_3` is their worst grade, "
    "`worst_severity_mild` their worst severity as an investigator says, which is no grade.",
    allowed=OVERVIEW_CATEGORIES,
)
IS_USED = Column("is_used", TRUTH, "Whether the row enters the summaries.")
NOT_USED_REASON = Column("not_used_reason", TEXT, "Why the row does not enter the summaries.", nullable=True)
REASON = Column("reason", TEXT, "A sentence that says why the status is what it is.")
TOXICITY_IDS = Column(
    "toxicity_ids", TEXT, "The rows of `fact_toxicity` behind the number, joined by `; `.", nullable=True
)
IS_TREATMENT_EMERGENT = Column(
    "is_treatment_emergent", TRUTH, "Whether the event began or worsened under treatment.", nullable=True
)
IS_EMERGENCE_TOLD = Column(
    "is_emergence_told",
    TRUTH,
    "Whether the package holds anything that tells events under treatment apart; where not, every event is counted.",
    nullable=True,
)
CHECKED_AT = Column("checked_at", pl.Datetime("us"), "When the check ran, UTC.")
