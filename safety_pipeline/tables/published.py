"""The public tables: the star schema that dashboards read."""

from dataclasses import replace

from safety_pipeline.tables import checked, compared, marts, summarised
from safety_pipeline.tables.column import Column, Table
from safety_pipeline.tables.columns import answers, counts, estimates, identity, source
from safety_pipeline.tables.columns.arm import ARM_FACTS
from safety_pipeline.tables.harmonised import FACT_COLUMNS
from safety_pipeline.tables.reference import DIM_CONCEPT, DIM_GRADE_MAP, DIM_TERM
from safety_pipeline.tables.released import RELEASED


def _published(table: Table) -> Table:
    return replace(table, stage="published")


DIM_DOCUMENT = Table(
    stage="published",
    name="dim_document",
    description="One row per published document.",
    columns=(
        identity.DOCUMENT_ID,
        identity.DELIVERY_ID,
        identity.TRIAL_ID,
        identity.KIND,
        identity.TITLE,
        identity.REGISTRY_ID,
        identity.DOI,
        identity.YEAR,
        identity.GRADING_SYSTEM,
        identity.GRADING_SYSTEM_BASIS,
        identity.GRADING_SYSTEM_EVIDENCE,
        summarised.DOCUMENT_USE.column("is_index_report"),
        summarised.DOCUMENT_USE.column("population_id"),
        Column("index_report_reason", identity.TEXT, "Why the document is or is not the index report."),
        source.NOTE,
        identity.CONTENT_SHA256,
    ),
    key=("document_id",),
)

DIM_TRIAL = Table(
    stage="published",
    name="dim_trial",
    description="One row per trial: one set of patients, counted once.",
    columns=(
        identity.TRIAL_ID,
        answers.TRIAL_KEY,
        identity.REGISTRY_ID,
        identity.PHASE,
        identity.ALLOCATION,
        identity.INDICATION,
        identity.DRUG,
        Column("n_documents", identity.WHOLE, "Documents that report the trial.", minimum=1),
        identity.N_ENROLLED,
        identity.N_SAFETY,
    ),
    key=("trial_id",),
)

DIM_ARM = Table(
    stage="published",
    name="dim_arm",
    description="One row per arm of a trial with its assigned dose and denominator.",
    columns=(
        identity.ARM_ID,
        answers.ARM_KEY,
        identity.TRIAL_ID,
        *ARM_FACTS,
    ),
    key=("arm_id",),
)

FACT_TOXICITY = Table(
    stage="published",
    name="fact_toxicity",
    description="One row per printed cell, registry count, or arm-level count from subject data; accepted rows only.",
    columns=(
        *(column for column in FACT_COLUMNS if column.name != "cell_status"),
        counts.REPORTING_STATUS,
        checked.FLAGS,
        counts.IS_USED,
        counts.NOT_USED_REASON,
    ),
    key=("toxicity_id",),
)

DQ_RESULT = Table(
    stage="published",
    name="dq_result",
    description="One row per check of an asset: whether the latest run of it passed, and on how many rows it did not.",
    columns=(
        Column("asset", identity.TEXT, "The checked asset, `stage/table`."),
        Column("check_name", identity.TEXT, "The name of the check, unique within the asset."),
        Column(
            "severity",
            identity.TEXT,
            "How grave a failure is: critical rows are taken out, or the release stops.",
            allowed=("critical", "warning", "info"),
        ),
        Column("passed", identity.TRUTH, "Whether the check passed."),
        Column("n_failing", identity.WHOLE, "Rows that failed.", nullable=True, minimum=0),
        Column(
            "n_checked",
            identity.WHOLE,
            "Rows the check looked at: all of the asset, whether they passed or not, so that its share of failing rows "
            "may be followed over releases.",
            nullable=True,
            minimum=0,
        ),
        Column("description", identity.TEXT, "What the check promises."),
        Column("finding", identity.TEXT, "What was found; null where the check passed.", nullable=True),
        estimates.text("run_id", "The run that made the check."),
        counts.CHECKED_AT,
    ),
    key=("asset", "check_name"),
)

REJECTED = Table(
    stage="published",
    name="rejected",
    description=checked.REJECTED.description,
    columns=tuple(column for column in checked.REJECTED.columns if column.name not in checked.REJECTED_CONTEXT),
    key=(),
)

PUBLISHED = (
    DIM_DOCUMENT,
    DIM_TRIAL,
    DIM_ARM,
    DIM_CONCEPT,
    DIM_GRADE_MAP,
    DIM_TERM,
    FACT_TOXICITY,
    marts.INCIDENCE_BY_ARM,
    _published(summarised.INCIDENCE_INTERVAL),
    _published(summarised.INCIDENCE_BY_TERM),
    _published(summarised.AE_OVERVIEW),
    _published(summarised.INCIDENCE_OVER_TIME),
    _published(summarised.INCIDENCE_BY_DOSE),
    _published(compared.DOSE_CONTRAST),
    _published(compared.ARM_CONTRAST),
    _published(compared.CONTROL_CONTRAST),
    _published(compared.DOSE_SHAPE),
    _published(compared.SIGNAL),
    _published(compared.SENSITIVITY),
    _published(summarised.COVERAGE),
    _published(compared.SUSPECTED_DUPLICATE),
    REJECTED,
    *marts.MARTS,
)
# Of a release, not of the tables it is made from: what changed since the release before, and what it is made of.
PUBLIC_TABLES = (*PUBLISHED, compared.SIGNAL_HISTORY, DQ_RESULT, *RELEASED)
