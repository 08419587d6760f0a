"""What is shown of a package that shows no small cell: wider bounds where a count would tell a few subjects apart.

A cell is small where it counts 1 to m - 1 subjects. Three kinds of cells can be read off a count n of N: the subjects
with the event (n), those without it (N - n), and those of a wider count who are not in this one (n_outer - n).
Why the bounds are what they are is in `docs/decisions/0006-what-a-suppressed-cell-shows.md`.
"""

import polars as pl

from safety_pipeline.harmonise.counting.nested import GROUP, OUTER, as_outer, nested_pairs

_N, _LOWER, _UPPER = pl.col("n"), pl.col("n_lower"), pl.col("n_upper")
_SHOWN_LOWER, _SHOWN_UPPER = pl.col("shown_lower"), pl.col("shown_upper")
_AT_RISK, _SMALLEST = pl.col("n_at_risk"), pl.col("min_cell")
_WIDTH = _SMALLEST - 1  # How many numbers a suppressed cell may be.


def without_small_cells(counts: pl.DataFrame) -> pl.DataFrame:
    """The counts with the bounds that may be shown; ``is_suppressed`` where these are not the counted ones.

    ``counts`` has `GROUP`, n_lower, n_upper, n_at_risk, in_concept (the headline concept a term counts for) and
    min_cell, null where the package may show every cell.
    """
    asked = counts.filter(_SMALLEST.is_not_null())
    shown = _shown(asked) if asked.height else asked.select(*GROUP, shown_lower="n_lower", shown_upper="n_upper")
    told = counts.join(shown, on=GROUP, how="left", validate="1:1", maintain_order="left").with_columns(
        pl.coalesce(_SHOWN_LOWER, _LOWER).alias("shown_lower"), pl.coalesce(_SHOWN_UPPER, _UPPER).alias("shown_upper")
    )
    differs = (_SHOWN_LOWER != _LOWER) | (_SHOWN_UPPER != _UPPER)
    return told.with_columns(is_suppressed=differs, n_lower=_SHOWN_LOWER, n_upper=_SHOWN_UPPER).select(
        *counts.columns, "is_suppressed"
    )


def _shown(asked: pl.DataFrame) -> pl.DataFrame:
    rows = asked.with_columns(n=pl.when(_LOWER == _UPPER).then(_LOWER))
    pairs = _with_numbers(nested_pairs(rows), rows)
    near = pairs.filter(_N > 0, _is_small(pl.col("n_outer") - _N))
    judged = _with_mark(rows, near, "is_near").with_columns(is_exact=_is_exact())
    leaking = _leaking(_bounded(judged, pairs), pairs)
    final = _with_mark(judged, leaking, "is_leaking").with_columns(is_exact=pl.col("is_exact") & ~pl.col("is_leaking"))
    return _said_by_parts(_bounded(final, pairs), pairs).select(*GROUP, "shown_lower", "shown_upper")


def _with_numbers(pairs: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    inner = rows.select(*GROUP, "n", "min_cell")
    outer = as_outer(rows, n_outer="n")
    return pairs.join(inner, on=GROUP, how="inner", validate="m:1").join(outer, on=OUTER, how="inner", validate="m:1")


def _with_mark(rows: pl.DataFrame, marked: pl.DataFrame, name: str) -> pl.DataFrame:
    marks = marked.select(*GROUP).unique().with_columns(pl.lit(value=True).alias(name))
    return rows.join(marks, on=GROUP, how="left", validate="1:1").with_columns(pl.col(name).fill_null(value=False))


def _is_small(n: pl.Expr) -> pl.Expr:
    return n.is_between(1, _WIDTH).fill_null(value=False)


def _is_exact() -> pl.Expr:
    """Whether the count can be shown: no cell that can be read off it is small."""
    small = _is_small(_N) | _is_small(_AT_RISK - _N) | pl.col("is_near") | (_AT_RISK < _SMALLEST)
    return _N.is_not_null() & ~small


def _bounded(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The rows with bounds; a count too near to a wider one lies in a block counted down from the next exact one."""
    exact = as_outer(rows.filter("is_exact"), n_exact="n")
    above = pairs.join(exact, on=OUTER, how="inner", validate="m:1")
    nearest = above.group_by(GROUP).agg(n_above=pl.col("n_exact").min())
    counted = rows.join(nearest, on=GROUP, how="left", validate="1:1").with_columns(
        n_above=pl.coalesce("n_above", _AT_RISK)
    )
    block = (pl.col("n_above") - _N + _WIDTH - 1) // _WIDTH
    top = pl.when(block > 0).then(pl.col("n_above") - (block - 1) * _WIDTH - 1).otherwise(_N)
    lower = _by_kind(_N, pl.lit(1), _LOWER // _SMALLEST * _SMALLEST, top - _WIDTH + 1, pl.lit(0))
    upper = _by_kind(_N, _WIDTH, (_UPPER + _WIDTH) // _SMALLEST * _SMALLEST, top, _AT_RISK)
    return counted.with_columns(shown_lower=lower, shown_upper=pl.min_horizontal(upper, _AT_RISK)).drop("n_above")


def _by_kind(exact: pl.Expr, small: pl.Expr, bounds: pl.Expr, near: pl.Expr, tiny: pl.Expr) -> pl.Expr:
    """The value for each kind of row; an arm with fewer subjects than a cell must have says nothing at all."""
    return (
        pl.when(_AT_RISK < _SMALLEST)
        .then(tiny)
        .when(_N.is_null())
        .then(bounds)
        .when(_is_small(_N))
        .then(small)
        .when(pl.col("is_near") | _is_small(_AT_RISK - _N))
        .then(near)
        .otherwise(exact)
        .cast(pl.Int64)
    )


def _with_parts(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Each union with what its terms say together: at most their sum, at least the largest of them."""
    same = (pl.col("band") == pl.col("outer_band")) & (pl.col("attribution") == pl.col("outer_attribution"))
    terms = pairs.filter(same, pl.col("given_concept") == "", pl.col("outer_given_concept") != "")
    known = terms.join(rows.select(*GROUP, "shown_lower", "shown_upper"), on=GROUP, how="inner", validate="m:1")
    parts = known.group_by(OUTER).agg(
        parts_lower=_SHOWN_LOWER.max(), parts_upper=_SHOWN_UPPER.sum(), most_open=(_SHOWN_UPPER - _SHOWN_LOWER).max()
    )
    return rows.join(parts, left_on=GROUP, right_on=OUTER, how="left", validate="1:1")


def _leaking(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Unions that narrow one of their suppressed terms by subtraction of the others, or that their terms narrow."""
    slack = pl.col("parts_upper") - _SHOWN_LOWER
    is_narrowed = ~pl.col("is_exact") & (pl.col("parts_upper") < _SHOWN_UPPER)
    return _with_parts(rows, pairs).filter((slack < pl.col("most_open")) | is_narrowed)


def _said_by_parts(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """A leaking union says no more than its terms do."""
    told = _with_parts(rows, pairs)
    by_parts = pl.min_horizontal("parts_upper", _AT_RISK)
    return told.with_columns(
        shown_lower=pl.when("is_leaking").then("parts_lower").otherwise(_SHOWN_LOWER),
        shown_upper=pl.when("is_leaking").then(by_parts).otherwise(_SHOWN_UPPER),
    )
