"""The official texts of grades that a user has imported into a lake: one row per edition, term and grade."""

from pathlib import Path

import polars as pl

from safety_pipeline.reference.own_files.official import FOLDER

SCHEMA = {
    "grading_system": pl.String,
    "term": pl.String,
    "select_term": pl.String,
    "grade": pl.Int64,
    "text": pl.String,
}
KEY = ("grading_system", "term", "select_term", "grade")
_EDITIONS = {
    "ctcae_v3_0": "CTCAE v3.0",
    "ctcae_v4_03": "CTCAE v4.03",
    "ctcae_v5_0": "CTCAE v5.0",
    "ctcae_v6_0": "CTCAE v6.0",
}
_MAP = "v2_v3_map"


def grade_texts(lake: Path) -> pl.DataFrame:
    """All texts of the lake; where a dictionary and the map of v2.0 to v3.0 both give one, that of the dictionary."""
    found = {path.stem: pl.read_parquet(path) for path in sorted((lake / FOLDER).glob("*.parquet"))}
    parts = [_of_dictionary(found[name], edition) for name, edition in _EDITIONS.items() if name in found]
    if _MAP in found and "text" in found[_MAP].columns:
        parts += _of_map(found[_MAP])
    texts = pl.concat([pl.DataFrame(schema=SCHEMA), *parts]).drop_nulls(["text", "grade"])
    return texts.unique(KEY, keep="first", maintain_order=True)


def _of_dictionary(terms: pl.DataFrame, edition: str) -> pl.DataFrame:
    select = pl.col("select_term").fill_null("") if "select_term" in terms.columns else pl.lit("")
    named = terms.select("term", select.alias("select_term"), *(f"grade_{grade}" for grade in range(1, 6)))
    long = named.unpivot(index=["term", "select_term"], variable_name="grade", value_name="text")
    grade = pl.col("grade").str.strip_prefix("grade_")
    return _shaped(long.with_columns(grading_system=pl.lit(edition), grade=grade))


def _of_map(rows: pl.DataFrame) -> list[pl.DataFrame]:
    of_v2 = rows.select("term", "grade", "text", select_term=pl.lit(""), grading_system=pl.lit("CTC v2.0"))
    of_v3 = rows.select(
        term="v3_term",
        grade="v3_grade",
        text="v3_text",
        select_term=pl.col("v3_select_term").fill_null(""),
        grading_system=pl.lit("CTCAE v3.0"),
    )
    return [_shaped(of_v2), _shaped(of_v3)]


def _shaped(rows: pl.DataFrame) -> pl.DataFrame:
    numbered = rows.with_columns(pl.col("grade").cast(pl.Int64, strict=False))
    return numbered.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
