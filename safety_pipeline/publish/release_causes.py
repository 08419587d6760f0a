"""Why a number of two releases differs: the documents, crosswalk rows, settings, code or packages behind it."""

import polars as pl

INPUT_CHANGES = pl.Schema({"kind": pl.String(), "name": pl.String(), "before": pl.String(), "after": pl.String()})
_READ_AS = ("match_kind", "source_term", "source_select_term", "ctcae_term", "concept", "concept_relation")
_GRADED = ("grade_map_id", "mapping_kind", "grade_lower", "grade_upper", "grade_preferred", "threshold_relation")
_COUNTED = ("printed", "n_affected_lower", "n_affected_upper", "n_at_risk", "n_episodes", "attribution")
COMPARED = ("toxicity_id", "document_id", "term_as_reported", *_READ_AS, *_GRADED, *_COUNTED, "is_used")


def changed_inputs(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """One row per thing that came, went or changed, of the kinds that both releases record."""
    kinds = set(before["kind"]) & set(after["kind"]) | {"document"}
    before, after = (side.filter(pl.col("kind").is_in(kinds)) for side in (before, after))
    both = before.rename({"version": "before"}).join(
        after.rename({"version": "after"}), on=["kind", "name"], how="full", coalesce=True, validate="1:1"
    )
    changed = both.filter(pl.col("before").ne_missing(pl.col("after")))
    return changed.select(list(INPUT_CHANGES)).sort("kind", "name")


def document_causes(inputs: pl.DataFrame) -> pl.DataFrame:
    """One row per document that came, went or changed, with the sentence that says so."""
    documents = inputs.filter(kind="document")
    return documents.select(document_id="name", document_cause=pl.format("document {} {}", "name", _fate()))


def _fate() -> pl.Expr:
    return (
        pl.when(pl.col("before").is_null())
        .then(pl.lit("added"))
        .when(pl.col("after").is_null())
        .then(pl.lit("withdrawn"))
        .otherwise(pl.lit("replaced"))
    )


def cell_causes(before: pl.DataFrame, after: pl.DataFrame, inputs: pl.DataFrame) -> pl.DataFrame:
    """One row per count that came, went, or is read, graded or used otherwise: `toxicity_id` and its `cause`."""
    both = before.with_columns(is_there=True).join(
        after.with_columns(is_there=True), on="toxicity_id", how="full", coalesce=True, validate="1:1"
    )
    named = both.with_columns(document_id=pl.coalesce("document_id", "document_id_right")).join(
        document_causes(inputs), on="document_id", how="left", validate="m:1"
    )
    return named.select("toxicity_id", cause=_cell_cause()).filter(pl.col("cause").is_not_null())


def _cell_cause() -> pl.Expr:
    came, went = pl.col("is_there").is_null(), pl.col("is_there_right").is_null()
    other_count = pl.coalesce("document_cause", pl.format("counts of document {} are read otherwise", "document_id"))
    return (
        pl.when(came | went)
        .then(pl.coalesce("document_cause", pl.format("cells of document {} are read otherwise", "document_id")))
        .when(_differ(_COUNTED))
        .then(other_count)
        .when(_differ(_READ_AS))
        .then(_read_otherwise())
        .when(_differ(_GRADED))
        .then(_graded_otherwise())
        .when(_differ(("is_used",)))
        .then(pl.coalesce("document_cause", pl.format("cells of document {} are used otherwise", "document_id")))
    )


def _differ(names: tuple[str, ...]) -> pl.Expr:
    return pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_right")) for name in names)


def _read_otherwise() -> pl.Expr:
    """`crosswalk: “Swelling” is read as Edema limbs (edema), before as no term`."""
    now = _meaning("ctcae_term_right", "source_term_right", "concept_right")
    then = _meaning("ctcae_term", "source_term", "concept")
    return pl.format("crosswalk: “{}” is read as {}, before as {}", "term_as_reported_right", now, then)


def _meaning(ctcae_term: str, source_term: str, concept: str) -> pl.Expr:
    term = pl.coalesce(ctcae_term, source_term, pl.lit("no term"))
    return pl.concat_str(term, pl.coalesce(pl.format(" ({})", concept), pl.lit("")))


def _graded_otherwise() -> pl.Expr:
    """`crosswalk: rows v2.0/edema/3 place v4.03 grades 3 to 4, before 3 to 3`."""
    # Sentences are joined by "; ", and told apart by it.
    rows = pl.coalesce("grade_map_id_right", "grade_map_id", pl.lit("none")).str.replace_all("; ", ", ", literal=True)
    return pl.format("crosswalk: rows {} place v4.03 grades {}, before {}", rows, _grades("_right"), _grades(""))


def _grades(side: str) -> pl.Expr:
    lower, upper = pl.col(f"grade_lower{side}"), pl.col(f"grade_upper{side}")
    return pl.format("{} to {}", lower, upper).fill_null("none")


def other_causes(inputs: pl.DataFrame) -> str:
    """All that changed, for a number whose own cells are the same: nothing nearer is known to have moved it."""
    if inputs.is_empty():
        return "no input that both releases record has changed: another version of the product"
    order = ("document", "setting", "code", "package", "reference")
    rows = sorted(inputs.to_dicts(), key=lambda row: (order.index(row["kind"]), row["name"]))
    documents = document_causes(inputs)["document_cause"].to_list()
    return "; ".join([*documents, *(_said(row) for row in rows if row["kind"] != "document")])


def _said(row: dict[str, str | None]) -> str:
    if row["kind"] == "reference":
        return f"reference file {row['name']}"
    if row["kind"] == "code":
        return f"code of the stage {row['name']}"
    return f"{row['kind']} {row['name']} {row['before'] or 'none'} to {row['after'] or 'none'}"
