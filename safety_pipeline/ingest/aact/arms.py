"""Rows of `ingested/arm`: the event groups of each study with their texts and population."""

from collections.abc import Iterator
from itertools import groupby

import polars as pl

from safety_pipeline.ingest.aact.soundness import GROUP
from safety_pipeline.ingest.ctgov.arms import OF_LINES, UNTITLED
from safety_pipeline.ingest.ctgov.groups import standings
from safety_pipeline.ingest.ctgov.numbers import believable
from safety_pipeline.ingest.ctgov.register_words import design_value, register_rows
from safety_pipeline.ingest.ctgov.study import Group
from safety_pipeline.tables.delivery import Delivery
from safety_pipeline.tables.ingested import ARM

_STANDING = pl.Schema(
    {
        "nct_id": pl.String(),
        "ctgov_group_code": pl.String(),
        "is_aggregate": pl.Boolean(),
        "may_overlap": pl.Boolean(),
        "standing": pl.String(),
    }
)


def arm_rows(groups: pl.DataFrame, found: pl.DataFrame, delivery: Delivery) -> pl.LazyFrame:
    """One row a group of events, with its texts and population; a register states no dose."""
    judged = groups.join(_standings(groups, found), on=GROUP, how="left", validate="1:1", maintain_order="left")
    untitled = pl.when(pl.col("title").is_null()).then(pl.lit(UNTITLED))
    note = pl.concat_str("standing", untitled, separator=" ", ignore_nulls=True)
    rows = judged.lazy().select(
        "description",
        delivery_id=pl.lit(delivery.delivery_id),
        document_id=pl.format("{}.{}", "nct_id", pl.lit(delivery.delivery_id)),
        trial_id="nct_id",
        arm_id=pl.format("{}.{}", "nct_id", "ctgov_group_code"),
        label=pl.coalesce("title", "ctgov_group_code"),
        dose_note=pl.when(note != "").then(note),
        n_at_risk="at_risk",
        analysis_population=pl.when("is_at_risk_of_lines").then(pl.lit(OF_LINES)),
        is_aggregate=pl.col("is_aggregate").fill_null(False),
        may_overlap=pl.col("may_overlap").fill_null(False),
    )
    return ARM.complete(rows)


def _standings(groups: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """One row a group of the studies whose groups may be unions of one another or overlap."""
    rows = groups.join(_designed(found), on="nct_id", how="left", validate="m:1", maintain_order="left")
    doubtful = rows.filter(_is_doubtful().any().over("nct_id"))
    return pl.DataFrame(list(_judged(doubtful)), schema=_STANDING, orient="row")


def _is_doubtful() -> pl.Expr:
    """Whether a group's words or the numbers of its study call for a judgement: most studies' do not."""
    words = register_rows("group_name").select("meaning", "pattern").rows()
    text = pl.concat_str("title", "description", separator=" ", ignore_nulls=True)
    named = [(text if meaning == "overlap" else pl.col("title")).str.contains(f"(?i){p}") for meaning, p in words]
    is_crowded = pl.col("at_risk").sum().over("nct_id") > pl.col("enrolled")
    return pl.any_horizontal(*named, is_crowded, "is_crossover").fill_null(False)


def _judged(doubtful: pl.DataFrame) -> Iterator[tuple[object, ...]]:
    rows = doubtful.select(*GROUP, "title", "description", "at_risk", "enrolled", "is_crossover").iter_rows()
    for nct_id, members in groupby(rows, key=lambda row: row[0]):
        listed = list(members)
        enrolled, is_crossover = listed[0][-2:]
        side_by_side = [Group(code, code, title, description, n) for _, code, title, description, n, *_ in listed]
        judged = standings(side_by_side, enrolled, is_crossover=bool(is_crossover))
        for group, standing in zip(side_by_side, judged, strict=True):
            yield nct_id, group.group_id, standing.is_aggregate, standing.may_overlap, standing.note


def _designed(found: pl.DataFrame) -> pl.DataFrame:
    """One row a study: the patients enrolled, null where they are an estimate, and whether it is a crossover."""
    rows = found.select("nct_id", "enrollment", "enrollment_type", "intervention_model").iter_rows()
    actual = [
        (
            nct_id,
            believable(count) if design_value("enrolment_type", kind or "") == "actual" else None,
            design_value("model", model or "") == "crossover",
        )
        for nct_id, count, kind, model in rows
    ]
    schema = {"nct_id": pl.String(), "enrolled": pl.Int64(), "is_crossover": pl.Boolean()}
    return pl.DataFrame(actual, schema=schema, orient="row")
