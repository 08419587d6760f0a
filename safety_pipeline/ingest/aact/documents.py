"""Rows of `ingested/document` and `ingested/source_table`, one study of the snapshot after another."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

import polars as pl

from safety_pipeline.dose import drug_name
from safety_pipeline.ingest.aact.scanning import Table, tidy, whole
from safety_pipeline.ingest.aact.survey import Survey
from safety_pipeline.ingest.ctgov.document import NO_MODULE, NO_ROWS
from safety_pipeline.ingest.ctgov.numbers import percentage
from safety_pipeline.ingest.ctgov.register_words import design_value, register_rows
from safety_pipeline.ingest.ctgov.wording import Grading, attribution_of, document_grading, editions_in, limits_in
from safety_pipeline.tables.delivery import Delivery
from safety_pipeline.tables.ingested import DOCUMENT, SOURCE_TABLE

PRIORITY = 8
_LOOK_AROUND = re.compile(r"\(\?<?[!=][^()]*\)")
_GRADING = pl.Struct({"edition": pl.String, "basis": pl.String, "evidence": pl.String})


def studies(tables: Mapping[str, Table], survey: Survey) -> pl.DataFrame:
    """One row a study with everything the snapshot says of it, in order of its number."""
    listed = tables["studies"].rows.filter(pl.col("nct_id").str.contains(r"^NCT[0-9]{8}$"))
    rows = listed.unique("nct_id", keep="first", maintain_order=True).drop("row_number").collect(engine="streaming")
    n_groups = survey.groups.group_by("nct_id").agg(n_groups=pl.len())
    joined = rows.join(n_groups, on="nct_id", how="full", coalesce=True, validate="1:1")
    for facts in (survey.texts, _diseases(tables), _drugs(tables), _designs(tables)):
        joined = joined.join(facts, on="nct_id", how="left", validate="1:1")
    texts = {"time_frame": pl.col("time_frame").fill_null(""), "description": pl.col("description").fill_null("")}
    told = joined.with_columns(
        attribution_text=_where_said("attribution", pl.concat_str(texts.values(), separator=" ")),
        edition_text=_where_said("edition", texts["description"]),
        limit_text=_where_said("limit", texts["description"]),
    )
    return told.with_columns(
        attribution=_mapped(told, "attribution_text", attribution_of),
        described_edition=_mapped(told, "edition_text", _only_edition),
        limits=_mapped(told, "limit_text", _limits),
    ).sort("nct_id")


def _where_said(words: str, text: pl.Expr) -> pl.Expr:
    """The text where it may hold one of the words of a register file; most texts do not, and need not be looked at.

    Polars has no look-around: without it a pattern finds the same places and some more.
    """
    found = [_LOOK_AROUND.sub("", pattern) for pattern in register_rows(words)["pattern"]]
    may_be_said = pl.any_horizontal(text.str.contains(f"(?i){pattern}") for pattern in found)
    return pl.when(may_be_said).then(text).otherwise(pl.lit(""))


def _limits(text: str) -> str | None:
    return " ".join(sorted(limits_in(text))) or None


def _only_edition(text: str) -> str | None:
    named = editions_in(text)
    return named[0] if len(named) == 1 else None


def _joined_names(tables: Mapping[str, Table], table: str, name: str) -> pl.DataFrame:
    """The names of a study's rows of a table, joined in their order; an absent table says nothing."""
    if table not in tables:
        return pl.DataFrame(schema={"nct_id": pl.String, name: pl.String})
    named = tables[table].rows.select("nct_id", tidy("name").alias(name)).drop_nulls()
    return named.group_by("nct_id").agg(pl.col(name).unique(maintain_order=True).str.join("; ")).collect()


def _diseases(tables: Mapping[str, Table]) -> pl.DataFrame:
    return _joined_names(tables, "conditions", "indication")


def _drugs(tables: Mapping[str, Table]) -> pl.DataFrame:
    """The drugs studied, placebo left out unless there is nothing else."""
    if "interventions" not in tables:
        return pl.DataFrame(schema={"nct_id": pl.String, "drug": pl.String})
    rows = tables["interventions"].rows.select("nct_id", "intervention_type", tidy("name").alias("name")).collect()
    kinds = {kind: design_value("intervention", kind) for kind in rows["intervention_type"].drop_nulls().unique()}
    given = rows.filter(pl.col("intervention_type").replace_strict(kinds, default=None) == "drug").drop_nulls("name")
    named = given.with_columns(drug=pl.col("name").map_elements(drug_name, return_dtype=pl.String))
    active = pl.col("drug").filter(~pl.col("drug").str.starts_with("placebo")).unique(maintain_order=True)
    together = named.group_by("nct_id").agg(active.str.join("; "))
    return together.with_columns(drug=pl.when(pl.col("drug") != "").then("drug").otherwise(pl.lit("placebo")))


def _designs(tables: Mapping[str, Table]) -> pl.DataFrame:
    if "designs" not in tables:
        return pl.DataFrame(schema=dict.fromkeys(("nct_id", "allocation", "intervention_model"), pl.String))
    return tables["designs"].rows.drop("row_number").unique("nct_id", keep="first", maintain_order=True).collect()


def _n_safety(arm: pl.LazyFrame) -> pl.DataFrame:
    """The patients of a study's groups together; not known where groups may share some or one has no number."""
    is_unsure = pl.col("may_overlap").any() | pl.col("n_at_risk").is_null().any()
    own = arm.filter(~pl.col("is_aggregate")).group_by(nct_id="trial_id")
    return own.agg(n_safety=pl.when(~is_unsure).then(pl.col("n_at_risk").sum())).collect()


def document_rows(found: pl.DataFrame, arm: pl.LazyFrame, delivery: Delivery) -> pl.LazyFrame:
    """One row a study; a study without events says whether it has an adverse event section."""
    found = found.join(_n_safety(arm), on="nct_id", how="left", validate="1:1", maintain_order="left")
    is_actual = _meaning("enrolment_type", found, "enrollment_type") == "actual"
    has_events = pl.col("n_events").fill_null(0) > 0
    grading = pl.struct("vocabularies", "edition_text").map_elements(_grading, return_dtype=_GRADING)
    rows = found.lazy().with_columns(grading=grading).select(
        delivery_id=pl.lit(delivery.delivery_id),
        document_id=pl.format("{}.{}", "nct_id", pl.lit(delivery.delivery_id)),
        trial_id="nct_id",
        kind=pl.lit("aact"),
        title=tidy("brief_title"),
        registry_id="nct_id",
        year=_year("results_first_posted_date"),
        n_safety="n_safety",
        grading_system=pl.col("grading").struct.field("edition"),
        grading_system_basis=pl.col("grading").struct.field("basis"),
        grading_system_evidence=pl.col("grading").struct.field("evidence"),
        phase=_mapped(found, "phase", _phase),
        allocation=_allocation(found),
        indication="indication",
        drug="drug",
        n_enrolled=pl.when(is_actual).then(whole("enrollment")),
        n_planned=pl.when(~is_actual.fill_null(False)).then(whole("enrollment")),
        has_toxicity_results=has_events,
        no_results_reason=pl.when(~has_events)
        .then(pl.when(pl.col("n_groups") > 0).then(pl.lit(NO_ROWS)).otherwise(pl.lit(NO_MODULE))),
        document_priority=pl.lit(PRIORITY),
        content_sha256=pl.lit(delivery.content_sha256),
    )  # fmt: skip
    return DOCUMENT.complete(rows)


def _year(name: str) -> pl.Expr:
    year = pl.col(name).cast(pl.String).str.extract(r"\b(19[5-9]\d|20\d\d)\b")
    return year.cast(pl.Int64)


def _grading(row: dict[str, object]) -> dict[str, str]:
    vocabularies = row["vocabularies"]
    return _graded(tuple(vocabularies) if isinstance(vocabularies, list) else (), str(row["edition_text"]))


@lru_cache(maxsize=4096)
def _graded(vocabularies: tuple[str | None, ...], described: str) -> dict[str, str]:
    found: Grading = document_grading(vocabularies, described)
    return {"edition": found.edition, "basis": found.basis, "evidence": found.evidence}


def _phase(printed: str) -> str | None:
    return "/".join(filter(None, (design_value("phase", part) for part in printed.split("/")))) or None


def _mapped(found: pl.DataFrame, column: str, ask: Callable[[str], str | None]) -> pl.Expr:
    """Each distinct value of an enumerated column asked once."""
    meanings = {value: ask(value) for value in found[column].drop_nulls().unique().sort()}
    return pl.col(column).replace_strict(meanings, default=None, return_dtype=pl.String)


def _meaning(name: str, found: pl.DataFrame, column: str) -> pl.Expr:
    return _mapped(found, column, lambda printed: design_value(name, printed))


def _allocation(found: pl.DataFrame) -> pl.Expr:
    stated = _meaning("allocation", found, "allocation")
    one_arm = pl.max_horizontal(whole("number_of_arms"), pl.col("n_groups").cast(pl.Int64)) <= 1
    is_single = (_meaning("model", found, "intervention_model") == "single_group") & one_arm
    return (
        pl.when(stated == "randomised")
        .then(stated)
        .when(is_single.fill_null(False))
        .then(pl.lit("single_arm"))
        .otherwise(pl.coalesce(stated, pl.lit("not_stated")))
    )


def source_table_rows(found: pl.DataFrame, delivery: Delivery, *, has_totals: bool, remark: str | None) -> pl.LazyFrame:
    """One row a study with an adverse event section and table."""
    kinds = register_rows("table").lazy().filter(pl.lit(has_totals) | (pl.col("kind") != "total"))
    is_other = pl.col("kind") == "other"
    percent = pl.when(is_other & pl.col("limits").is_null()).then(_percent(found))
    rows = (
        found.lazy()
        .filter(pl.col("n_groups") > 0)
        .join(kinds, how="cross")
        .select(
            delivery_id=pl.lit(delivery.delivery_id),
            document_id=pl.format("{}.{}", "nct_id", pl.lit(delivery.delivery_id)),
            trial_id="nct_id",
            table_label="table_label",
            table_kind="table_kind",
            source_file=pl.when(pl.col("kind") == "total")
            .then(pl.lit("reported_event_totals.txt"))
            .otherwise(pl.lit("reported_events.txt")),
            table_priority=pl.col("table_priority").cast(pl.Int64),
            attribution="attribution",
            threshold_percent=percent,
            threshold_operator=pl.when(percent.is_not_null()).then(pl.lit(">")),
            threshold_scope=pl.when(percent.is_not_null()).then(pl.lit("any_arm")),
            grade_counting=pl.lit("unknown"),
            time_frame="time_frame",
            note=pl.concat_str("description", pl.lit(remark, pl.String), separator=" ", ignore_nulls=True),
        )
        .with_columns(note=pl.when(pl.col("note") != "").then("note"))
    )
    return SOURCE_TABLE.complete(rows)


def _percent(found: pl.DataFrame) -> pl.Expr:
    meanings = {value: percentage(value) for value in found["threshold"].drop_nulls().unique()}
    return pl.col("threshold").replace_strict(meanings, default=None, return_dtype=pl.Float64)
