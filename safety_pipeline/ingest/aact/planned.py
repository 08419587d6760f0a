"""Rows of `ingested/planned_treatment`, from the small tables of a snapshot that say what each study planned."""

from collections.abc import Mapping

import polars as pl

from safety_pipeline.ingest.aact.scanning import ROW, Table, tidy
from safety_pipeline.ingest.ctgov.register_words import register_rows
from safety_pipeline.tables.delivery import Delivery
from safety_pipeline.tables.ingested import PLANNED_TREATMENT

_ARM = {"design_group_id": "id", "planned_arm": "title", "planned_arm_description": "description"}
_DRUG = {"intervention_id": "id", "planned_drug": "name", "kind": "intervention_type"}
_LINK = {"design_group_id": "design_group_id", "intervention_id": "intervention_id"}
_TIDIED = {"title", "description", "name"}


def planned_rows(tables: Mapping[str, Table], wanted: pl.Series, delivery: Delivery) -> pl.LazyFrame:
    """One row a planned arm and drug it is given, then the drugs no arm is linked to, of the ``wanted`` studies."""
    arms = _numbered(_columns(tables, "design_groups", _ARM, wanted), "planned_arm_number")
    drugs = _drugs(_columns(tables, "interventions", _DRUG, wanted))
    links = _columns(tables, "design_group_interventions", _LINK, wanted).drop(ROW).unique()
    given = links.join(drugs, on=["nct_id", "intervention_id"], how="inner")
    of_arms = arms.join(given, on=["nct_id", "design_group_id"], how="left")
    of_none = drugs.join(of_arms, on=["nct_id", "planned_drug_number"], how="anti")
    in_order = ["nct_id", "planned_arm_number", "planned_drug_number"]
    rows = pl.concat([of_arms, of_none], how="diagonal").sort(in_order, nulls_last=True)
    placed = rows.with_columns(
        delivery_id=pl.lit(delivery.delivery_id),
        document_id=pl.format("{}.{}", "nct_id", pl.lit(delivery.delivery_id)),
        plan_number=pl.int_range(1, pl.len() + 1).over("nct_id"),
    )
    return PLANNED_TREATMENT.complete(placed.rename({"nct_id": "trial_id"}).drop("design_group_id", "intervention_id"))


def _columns(tables: Mapping[str, Table], name: str, columns: Mapping[str, str], wanted: pl.Series) -> pl.LazyFrame:
    """The wanted studies' rows of a small table; an absent table has none."""
    if name not in tables:
        types = {ROW: pl.get_index_type(), **dict.fromkeys(("nct_id", *columns), pl.String())}
        return pl.LazyFrame(schema=types)
    texts = {own: tidy(theirs) if theirs in _TIDIED else pl.col(theirs) for own, theirs in columns.items()}
    return tables[name].rows.filter(pl.col("nct_id").is_in(wanted.implode())).select(ROW, "nct_id", **texts)


def _numbered(rows: pl.LazyFrame, number: str) -> pl.LazyFrame:
    """The rows with their place among those of their study, in the order of the file."""
    return rows.with_columns(pl.int_range(1, pl.len() + 1).over("nct_id", order_by=ROW).alias(number)).drop(ROW)


def _drugs(interventions: pl.LazyFrame) -> pl.LazyFrame:
    """The interventions that are drugs and have a name."""
    meanings = register_rows("design_value").filter(pl.col("field") == "intervention", pl.col("value") == "drug")
    folded = pl.col("kind").str.to_lowercase().str.replace_all("[^a-z0-9]", "")
    numbered = _numbered(interventions, "planned_drug_number")
    named = numbered.filter(folded.is_in(meanings["printed"].to_list()), pl.col("planned_drug").is_not_null())
    return named.drop("kind")
