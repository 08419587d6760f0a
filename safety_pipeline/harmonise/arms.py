"""Arms with their drug and dose: stated by most sources, read from the texts of the arms of registers."""

from collections.abc import Mapping

import polars as pl

from safety_pipeline.harmonise.planned import Plan, plans
from safety_pipeline.tables.harmonised import ARM
from safety_pipeline.tables.vocabulary import REGISTER_KINDS

# Only a portion at a time is rows as Python objects, which take ten times the memory of a frame.
_PORTION = 10_000
_DOSE = pl.Schema(
    {
        "drug": pl.String(),
        "combination_drugs": pl.String(),
        "dose_mg_per_day": pl.Float64(),
        "dose_text": pl.String(),
        "explanation": pl.String(),
    }
)
_NO_PLAN = Plan({}, ())


def arms(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """One row per arm of ``arm``: those of a register's ``document`` with what their texts and its plan say.

    A register states no dose in numbers. The arms of other sources pass unchanged.
    """
    registers = tables["document"].filter(pl.col("kind").is_in(REGISTER_KINDS)).select("document_id")
    stated = tables["arm"].join(registers, on="document_id", how="anti", maintain_order="left").drop("description")
    told = tables["arm"].join(registers, on="document_id", how="semi", maintain_order="left")
    read = pl.defer(lambda: _read(told.collect(), tables["planned_treatment"].collect()), schema=ARM.schema)
    return pl.concat([ARM.conform(stated), read])


def _read(arm: pl.DataFrame, planned: pl.DataFrame) -> pl.DataFrame:
    portions = (
        _with_doses(portion, plans(planned.join(portion, on="document_id", how="semi"), _texts(portion, planned)))
        for portion in arm.iter_slices(_PORTION)
    )
    return pl.concat([ARM.empty().collect(), *portions])


def _texts(arm: pl.DataFrame, planned: pl.DataFrame) -> dict[str, list[str]]:
    """The texts of each document's arms that hold brackets, in which a drug may be given a short form."""
    own = arm.select("document_id", text="description")
    registered = planned.select("document_id", text="planned_arm_description").unique(maintain_order=True)
    of_arms = registered.join(arm.select("document_id").unique(), on="document_id", how="semi")
    bracketed = pl.concat([own, of_arms]).filter(pl.col("text").str.contains("(", literal=True))
    return dict(bracketed.group_by("document_id", maintain_order=True).agg("text").iter_rows())


def _with_doses(arm: pl.DataFrame, planned: Mapping[str, Plan]) -> pl.DataFrame:
    """The arms with the doses of their texts; a union of other arms keeps the text, but has no dose of its own."""
    is_aggregate = pl.col("is_aggregate")
    own = ("drug", "combination_drugs", "dose_mg_per_day", "explanation")
    note = pl.concat_str("explanation", "dose_note", separator=" ", ignore_nulls=True)
    read = (
        arm.drop("drug", "combination_drugs", "dose_mg_per_day", "dose_text")
        .hstack(_doses(arm, planned))
        .with_columns(pl.when(~is_aggregate).then(name).alias(name) for name in own)
        .with_columns(dose_note=pl.when(note != "").then(note))
    )
    return read.select(ARM.column_names)


def _doses(arm: pl.DataFrame, planned: Mapping[str, Plan]) -> pl.DataFrame:
    """One row an arm, in their order."""
    # An arm that the register gives no title goes by its id, which says nothing of a dose.
    is_titled = pl.col("arm_id") != pl.format("{}.{}", "trial_id", "label")
    texts = arm.select("document_id", pl.when(is_titled).then("label"), "description")
    read = (
        planned.get(document_id, _NO_PLAN).dose(title or "", description or "")
        for document_id, title, description in texts.iter_rows()
    )
    rows = [
        (dose.drug, "; ".join(dose.combination_drugs) or None, dose.mg_per_day, dose.text, dose.explanation)
        for dose in read
    ]
    return pl.DataFrame(rows, schema=_DOSE, orient="row")
