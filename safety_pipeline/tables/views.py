"""What the database shows beside its tables: no file holds it, since a question over them answers it."""

from collections.abc import Iterable
from dataclasses import replace

from safety_pipeline.tables import marts
from safety_pipeline.tables.column import Column, Table, optional
from safety_pipeline.tables.columns import answers
from safety_pipeline.tables.published import FACT_TOXICITY, PUBLIC_TABLES

_IN_ANSWER = replace(
    marts.BRIDGE_DOSE_TRIAL.column("is_in_answer"),
    description="Whether the trial is among those the answer by dose is made of; null where the arm has no dose.",
)
_OF_THE_ARM = (
    "trial_id",
    "trial_label",
    "arm_id",
    "arm_label",
    "drug",
    "dose_mg_per_day",
    "dose_label",
    "concept",
    "concept_label",
    "is_headline",
    "grade_band",
    "grade_band_label",
    "attribution",
    "attribution_label",
    "patients",
    "label",
)
_OF_THE_CELL = (
    "toxicity_id",
    "document_id",
    "table_label",
    "source_file",
    "row_number",
    "column_number",
    "row_label",
    "column_label",
    "printed",
    "note",
    "rationale",
)


def _named(table: Table, names: Iterable[str]) -> list[Column]:
    return [optional(table.column(name)) for name in names]


PRINTED_CELL = Table(
    stage="published",
    name="printed_cell",
    description="One row per answer by dose, arm behind it and printed cell behind the arm's number; without a cell "
    "where none is behind it, and without `dose_id` where the arm has no dose.",
    columns=(
        optional(answers.DOSE_ID),
        optional(_IN_ANSWER),
        optional(answers.INCIDENCE_ID),
        *_named(marts.MART_INCIDENCE_BY_ARM, _OF_THE_ARM),
        *_named(FACT_TOXICITY, _OF_THE_CELL),
    ),
    key=(),
)
# Each with the question that answers it, in SQL that DuckDB and Postgres share.
VIEWS = {
    PRINTED_CELL: f"""
        SELECT answer.dose_id, answer.is_in_answer, incidence_id, {", ".join(f"arm.{name}" for name in _OF_THE_ARM)},
               {", ".join(f"cell.{name}" for name in _OF_THE_CELL)}
        FROM mart_incidence_by_arm AS arm
        LEFT JOIN bridge_dose_trial AS answer USING (incidence_id)
        LEFT JOIN bridge_incidence_toxicity AS behind USING (incidence_id)
        LEFT JOIN fact_toxicity AS cell ON cell.toxicity_id = behind.toxicity_id""",  # noqa: S608  (our own names)
}
# What a reader of the database finds in it.
SHOWN = (*PUBLIC_TABLES, *VIEWS)
