"""What blind readers said of crosswalk rows, how far they agree with it, and how often it was wrong before."""

import polars as pl
from scipy.stats import binomtest

from safety_pipeline.reference.read import DATA, read_keyed, whole
from safety_pipeline.reference.readers.verdicts import agreement

_GRADES = ("grade_lower", "grade_upper", "grade_preferred")
_DECIDED = ("decided_lower", "decided_upper", "decided_preferred")
_DECISION = (
    "grade_map_id", "drawn_for", "crosswalk_version", "review_status", *_GRADES, *_DECIDED, "decided_by"
)  # fmt: skip
_SEVERE = 3
FAULTS = ("wrong", "too_wide", "wrong_threshold")


def readings() -> pl.DataFrame:
    """One row per crosswalk row and reader: the grades that a patient may have, none where v4.03 has no such grade."""
    columns = ("grade_map_id", "reader", *_GRADES, "read_on")
    rows = read_keyed(sorted(DATA.glob("reading/reader_*.csv")), columns, ("grade_map_id", "reader"))
    return whole(rows, _GRADES)


def decisions() -> pl.DataFrame:
    """One row per row and reading of it: why it was drawn, what the crosswalk then said, and what was decided.

    ``wrong`` left out a decided grade or preferred another one, ``too_wide`` held more than the decided grades,
    ``wrong_threshold`` was sure of the side of grade 3 on which a decided grade is not.
    """
    rows = whole(
        read_keyed([DATA / "reading" / "decision.csv"], _DECISION, ("grade_map_id", "drawn_for")), (*_GRADES, *_DECIDED)
    )
    low, high, preferred = (pl.col(name) for name in _GRADES)
    lower, upper, chosen = (pl.col(name) for name in _DECIDED)
    same = pl.all_horizontal(low.eq_missing(lower), high.eq_missing(upper), preferred.eq_missing(chosen))
    holds = ((low <= lower) & (high >= upper) & (preferred == chosen)).fill_null(value=False)
    sure = ((low >= _SEVERE) & (lower < _SEVERE)) | ((high < _SEVERE) & (upper >= _SEVERE))
    return rows.with_columns(wrong=~same & ~holds, too_wide=~same & holds, wrong_threshold=sure.fill_null(value=False))


def reader_agreement() -> pl.DataFrame:
    """One row per pair of readers, the crosswalk as it stood being one of them."""
    then = (
        decisions()
        .select("grade_map_id", *_GRADES, reviewer=pl.concat_str(pl.lit("crosswalk "), "crosswalk_version"))
        .unique(["grade_map_id", "reviewer"], keep="first", maintain_order=True)
    )
    return agreement(pl.concat([then, readings().select("grade_map_id", *_GRADES, reviewer="reader")]))


def faults(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    """One row per value of the column: how many rows were read, and how many had each fault."""
    return rows.group_by(by).agg(pl.len().alias("n_rows"), *(pl.col(name).sum() for name in FAULTS)).sort(by)


def share(count: int, n_rows: int) -> str:
    """The share in percent with its 95 % interval after Wilson."""
    interval = binomtest(count, n_rows).proportion_ci(method="wilson")
    return f"{count} ({count / n_rows:.1%}, {interval.low:.1%} to {interval.high:.1%})"


def drawn_for(rows: pl.DataFrame, reason: str) -> pl.DataFrame:
    """The rows that were read for this reason, among others."""
    return rows.filter(pl.col("drawn_for").str.split("; ").list.contains(reason))


def frequent_toxicities() -> pl.Series:
    """The v4.03 terms of the toxicities that oncology reports most."""
    return read_keyed([DATA / "frequent_toxicity.csv"], ("ctcae_term", "source"), ("ctcae_term",))["ctcae_term"]
