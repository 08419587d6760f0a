"""Dates as ISO texts, from SAS day and second numbers, texts that name the month, or ISO texts."""

from datetime import datetime

import polars as pl

_SAS_BEGIN = datetime(1960, 1, 1)
# 1582 and 9999: the years SAS dates can hold.
_FIRST_DAY, _LAST_DAY = -138_061, 2_936_547
_SECONDS = 86_400


def iso_date(name: str) -> pl.Expr:
    """The column with its dates as ISO text; ADaM numbers `--DT` in days and `--DTM` in seconds.

    `--DTC` is text: its numbers are years, and a day and month in figures only would be a guess.
    """
    if name.endswith("DTC"):
        return pl.coalesce(_with_month_name(name), pl.col(name)).alias(name)
    if name.endswith("DT"):
        return _from_number(name, per_day=1)
    return _from_number(name, per_day=_SECONDS) if name.endswith("DTM") else pl.col(name)


def _from_number(name: str, *, per_day: int) -> pl.Expr:
    text = pl.col(name)
    days = text.cast(pl.Float64, strict=False) / per_day
    usable = pl.when(days.is_between(_FIRST_DAY, _LAST_DAY)).then(days.floor()).cast(pl.Int64)
    counted = (pl.lit(_SAS_BEGIN) + pl.duration(days=usable)).dt.strftime("%Y-%m-%d")
    is_number = text.str.contains(r"^-?\d+(\.\d+)?([eE][+-]?\d+)?$")
    return pl.when(is_number).then(counted).otherwise(pl.coalesce(_with_month_name(name), text)).alias(name)


def _with_month_name(name: str) -> pl.Expr:
    """A date such as `20MAR2020` or `20-Mar-2020`, with or without a time; null where it is written otherwise."""
    parts = pl.col(name).str.extract_groups(r"^(\d{1,2})[ -]?([A-Za-z]{3})[ -]?(\d{4})(?:\D|$)")
    day, month, year = (parts.struct.field(each) for each in "123")
    padded = pl.concat_str(day.str.zfill(2), month, year)
    return padded.str.to_date("%d%b%Y", strict=False).dt.strftime("%Y-%m-%d")
