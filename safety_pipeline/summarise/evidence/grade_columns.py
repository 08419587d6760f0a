"""From the grade columns of one printed line to what it says of any grade and of severe grades."""

import polars as pl

from safety_pipeline.summarise.evidence.solved_bands import SOLVED, solved_bands

# One printed event of one arm; its grades are brought together here, whether they stand in columns or in rows.
LINE = [
    "trial_id",
    "arm_id",
    "document_id",
    "table_label",
    "term_as_reported",
    "parent_row_label",
    "seriousness",
    "attribution",
    "concept",
    "concept_relation",
    "is_composite",
    "count_unit",
    "n_at_risk",
    "line_number",
]
# What is read of a row, so that rows which several questions are put to can be held without the rest.
READ = [
    *LINE[:-1],
    "row_label",
    "row_number",
    "grade_lower_reported",
    "grade_upper_reported",
    "grade_band_as_reported",
    "grade_counting",
    "grading_system",
    "threshold_relation",
    "n_affected_lower",
    "n_affected_upper",
    "n_episodes",
    "cell_status",
    "source_term",
    "ctcae_term",
    "body_system_as_reported",
    "toxicity_id",
]
BAND_STARTS = {"any": 1, "severe": 3}
_FIRST, _LAST = pl.col("grade_lower_reported"), pl.col("grade_upper_reported")
# A source's own column of grades 3 and 4 is its severe column; the caution by dose says that deaths are not in it.
_SEVERE_AS_PRINTED = 4
_HIGHEST = 5


def lines(used: pl.LazyFrame) -> pl.LazyFrame:
    """One row per printed line and grade band it speaks of, from rows of `checked/toxicity` that are used.

    ``is_whole`` where its columns cover the band; else the line only says how many patients had it at the least.
    """
    graded = used.filter(~_is_any_grade()).select("document_id").unique()
    unnumbered = used.with_columns(line_number=pl.lit(None, pl.Int64))
    of_any_grade = unnumbered.join(graded, on="document_id", how="anti")
    counted = unnumbered.join(graded, on="document_id", how="semi").pipe(_numbered)
    counted = counted.with_columns(n_columns=pl.len().over(LINE))
    # A register prints one column: its millions of lines are not compared with each other.
    alone = pl.concat([of_any_grade, counted.filter(pl.col("n_columns") == 1).drop("n_columns")])
    several = counted.filter(pl.col("n_columns") > 1)
    parts = [_alone(alone, band, start) for band, start in BAND_STARTS.items()]
    return pl.concat([*parts, _several(several)], how="vertical")


def has_a_line() -> pl.Expr:
    """Whether `lines` make something of the row: its grades begin in one of the bands."""
    return min(BAND_STARTS.values()) <= _FIRST


def deaths_told(used: pl.LazyFrame) -> pl.LazyFrame:
    """One row per arm, concept, attribution and table that counts fatal events alone, with the bounds of its deaths."""
    fatal = used.filter(_FIRST == _HIGHEST, pl.col("count_unit") == "patients")
    return fatal.group_by("arm_id", "concept", "attribution", fatal_table="table_label").agg(
        fatal_lower=pl.col("n_affected_lower").max(), fatal_upper=pl.col("n_affected_upper").sum()
    )


def _numbered(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The row number as ``line_number`` where several rows bear the name of the event and count the same grades.

    They are different lines, such as the rash of two sections; else the grades of an event may stand in several rows.
    """
    is_repeated = (pl.col("row_number").n_unique() > 1).over([*LINE, _FIRST, _LAST]).max().over(LINE)
    return rows.with_columns(line_number=pl.when(is_repeated).then("row_number"))


def _is_any_grade() -> pl.Expr:
    return ((_FIRST == 1) & (_LAST == _HIGHEST)).fill_null(value=False)


def _covers(start: int) -> pl.Expr:
    """Whether the column counts the band that starts at this grade by itself."""
    return (start == _FIRST) & (_LAST >= _SEVERE_AS_PRINTED)


def _alone(counted: pl.LazyFrame, band: str, start: int) -> pl.LazyFrame:
    """The lines of one column: it covers the band, or lies inside it, or says nothing of it."""
    covers = _covers(start)
    within = counted.filter(start <= _FIRST)
    upper = pl.when(covers).then("n_affected_upper").otherwise("n_at_risk")
    return within.select(
        *LINE,
        *_described(),
        grade_band=pl.lit(band),
        n_affected_lower="n_affected_lower",
        n_affected_upper=pl.when(pl.col("count_unit") == "patients").then(upper),
        is_whole=covers,
        is_contradictory=pl.lit(value=False),
        cell_status=pl.when(covers).then("cell_status").otherwise(pl.lit("derived_bounds")),
    )


def _described() -> list[pl.Expr]:
    """What a column says beside its count."""
    return [
        pl.col("grading_system"),
        pl.col("source_term"),
        pl.col("ctcae_term"),
        pl.col("body_system_as_reported"),
        pl.col("grade_band_as_reported"),
        pl.col("threshold_relation").alias("threshold_relations"),
        pl.col("n_episodes"),
        pl.col("toxicity_id").alias("toxicity_ids"),
    ]


def _several(counted: pl.LazyFrame) -> pl.LazyFrame:
    """The lines of several columns, solved together; episodes are added where no column covers the band."""
    columns = pl.struct("grade_lower_reported", "grade_upper_reported", "n_affected_lower", "n_affected_upper")
    grouped = counted.group_by(LINE).agg(
        columns.alias("columns"),
        (pl.col("grade_counting") == "worst").all().alias("is_worst_grade"),
    )
    solved = grouped.map_batches(
        lambda rows: solved_bands(rows, BAND_STARTS), schema=pl.Schema({**_schema(counted), **SOLVED})
    )
    described = pl.concat([_of_band(counted, band, start) for band, start in BAND_STARTS.items()])
    joined = solved.join(described, on=[*LINE, "grade_band"], how="inner", nulls_equal=True)
    names = _alone(counted, "any", 1).collect_schema().names()
    return joined.with_columns(
        cell_status=pl.when(pl.col("has_own_column"))
        .then("own_status")
        .when(~pl.col("is_whole") | (pl.col("n_affected_lower") != pl.col("n_affected_upper")))
        .then(pl.lit("derived_bounds"))
        .when(pl.col("n_affected_lower") > 0)
        .then(pl.lit("observed"))
        .otherwise(pl.lit("reported_zero"))
    ).select(names)


def _schema(counted: pl.LazyFrame) -> dict[str, pl.DataType]:
    declared = counted.collect_schema()
    return {name: declared[name] for name in LINE}


def _of_band(counted: pl.LazyFrame, band: str, start: int) -> pl.LazyFrame:
    """What the columns of a band say beside their counts: of the column that covers it alone, where there is one."""
    within = counted.filter(start <= _FIRST)
    covers = _covers(start)
    has_cover = covers.any().over(LINE)
    widest = _LAST.filter(covers).max().over(LINE) == _LAST
    kept = within.with_columns(has_cover=has_cover).filter(~pl.col("has_cover") | (covers & widest))
    labels = pl.col("grade_band_as_reported").sort().unique(maintain_order=True).str.join(" + ")
    return kept.group_by(LINE).agg(
        pl.lit(band).alias("grade_band"),
        pl.col("grading_system", "source_term", "ctcae_term", "body_system_as_reported").min(),
        labels,
        pl.col("threshold_relation").drop_nulls().unique().sort().str.join("; ").alias("threshold_relations"),
        pl.col("n_episodes").sum(),
        pl.col("toxicity_id").sort().str.join("; ").alias("toxicity_ids"),
        pl.col("cell_status").sort_by("toxicity_id").first().alias("own_status"),
    )
