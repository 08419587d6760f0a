"""Where an official spreadsheet and our facts differ, one row per difference."""

import polars as pl

_LETTERS = r"[^a-z0-9]+"


def term_differences(theirs: pl.DataFrame, ours: pl.DataFrame) -> pl.DataFrame:
    """Terms only one side has, and terms whose defined grades differ; spelling by letters and digits only."""
    grades = [pl.when(pl.col(f"grade_{grade}").is_not_null()).then(pl.lit(str(grade))) for grade in range(1, 6)]
    official = theirs.select("term", official=pl.concat_str(grades, ignore_nulls=True))
    return _compared(official, ours.select("term", shipped="grades_defined"))


def map_differences(theirs: pl.DataFrame, ours: pl.DataFrame) -> pl.DataFrame:
    """Grades of v2.0 that one side maps and the other does not, or maps elsewhere."""
    name = pl.concat_str(pl.col("term"), pl.lit(" grade "), pl.col("grade").cast(pl.String))
    v3 = [pl.col(column).cast(pl.String).fill_null("") for column in ("v3_term", "v3_select_term", "v3_grade")]
    target = _letters(pl.concat_str(v3, separator=" / "))
    return _compared(
        theirs.select(name.alias("term"), target.alias("official")),
        ours.select(name.alias("term"), target.alias("shipped")),
    )


def _compared(official: pl.DataFrame, shipped: pl.DataFrame) -> pl.DataFrame:
    keyed = [
        side.with_columns(key=_letters(pl.col("term"))).unique("key", keep="first", maintain_order=True)
        for side in (official, shipped)
    ]
    both = keyed[0].join(keyed[1], on="key", how="full", coalesce=True, validate="1:1")
    what = (
        pl.when(pl.col("shipped").is_null())
        .then(pl.lit("only in the official file"))
        .when(pl.col("official").is_null())
        .then(pl.lit("only in our dictionary"))
        .otherwise(pl.lit("different"))
    )
    differing = both.filter(pl.col("official").ne_missing(pl.col("shipped")))
    return differing.select(
        pl.coalesce("term", "term_right").alias("term"), what.alias("difference"), "official", "shipped"
    ).sort("term")


def _letters(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.replace_all(_LETTERS, " ").str.strip_chars(" ")
