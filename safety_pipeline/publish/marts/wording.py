"""Numbers, doses and names as texts for readers, as expressions: a large lake has hundreds of thousands of rows."""

from collections.abc import Mapping

import polars as pl


def percent(share: pl.Expr) -> pl.Expr:
    """`71.2 %`."""
    return pl.format("{} %", percent_figure(share))


def percent_figure(share: pl.Expr) -> pl.Expr:
    """`71.2`."""
    return (100 * share).round(1).cast(pl.String)


def percent_limits(lower: pl.Expr, upper: pl.Expr) -> pl.Expr:
    """`60.0 to 80.3`."""
    return pl.format("{} to {}", percent_figure(lower), percent_figure(upper))


def patients(lower: pl.Expr, upper: pl.Expr, at_risk: pl.Expr) -> pl.Expr:
    """`52/73`, or `1 to 3 of 73`; null where one of the three is not known."""
    exact = pl.format("{}/{}", lower, at_risk)
    return pl.when(lower == upper).then(exact).otherwise(pl.format("{} to {} of {}", lower, upper, at_risk))


def dose(amount: pl.Expr) -> pl.Expr:
    """`400 mg/day`, or that there is no single dose."""
    return pl.format("{} mg/day", plain_number(amount)).fill_null("no single dose")


def plain_number(number: pl.Expr) -> pl.Expr:
    """The number without the decimals that a whole one does not need."""
    return number.cast(pl.String).str.strip_suffix(".0")


def worded(name: pl.Expr, known: Mapping[str, str]) -> pl.Expr:
    """The wording of a name of the tables; one without a wording has its underscores as spaces."""
    return name.replace_strict(known, default=name.str.replace_all("_", " "), return_dtype=pl.String)


def points(difference: pl.Expr) -> pl.Expr:
    """A difference of proportions in percentage points, with its sign: `+5.8`, `−0.3`, `0.0`."""
    rounded = (100 * difference).round(1)
    figure = rounded.abs().cast(pl.String)
    return pl.when(rounded > 0).then("+" + figure).when(rounded < 0).then("−" + figure).otherwise(figure)
