"""Which arm each subject is in, planned and actual, and whether another treatment followed the first."""

from dataclasses import dataclass

import polars as pl

from safety_pipeline.ingest.cdisc.files import Dataset
from safety_pipeline.ingest.cdisc.package.words import words

LATER_PERIODS = range(2, 7)
_BY_PERIOD = ("arm_of_period", "planned_of_period", "start_of_period", "end_of_period")


@dataclass(frozen=True)
class Treatments:
    """The subjects with ``actual_label`` and ``planned_label``, null where there is no arm, and what goes with them.

    ``is_without_arm``: treated outside of the plan. ``is_switching``: went on to a treatment other than the first.
    ``later`` holds the labels of those, folded. Where no subject has an actual arm (``has_actual`` is false) the
    planned one stands for it: ADaMIG 1.1 and SDTMIG 3.1 leave the variable out where both are the same. The treatment
    of a later period is `arm_of_period_2` and so on, null where nobody was treated in it.
    """

    frame: pl.DataFrame
    later: frozenset[str]
    has_actual: bool


def treatments(dataset: Dataset) -> Treatments:
    """The actual and the planned arm of each subject; the planned one stands for both where no actual one is given."""
    has_actual = bool(dataset.frame["actual_arm"].count() or dataset.frame["actual_arm_code"].count())
    rows = _labels_of_codes(dataset.frame) if has_actual else _as_planned(dataset.frame)
    named = _with_periods(rows).with_columns(
        actual_label=_real_arm("actual_arm", "actual_arm_code"),
        planned_label=_real_arm("planned_arm", "planned_arm_code"),
    )
    labelled = _spelled_once(named).with_columns(
        is_without_arm=pl.any_horizontal(
            _means(name, "no_arm") for name in ("actual_arm", "actual_arm_code", "no_arm_reason")
        ),
    )
    return _with_later(labelled, has_actual=has_actual)


def _with_periods(rows: pl.DataFrame) -> pl.DataFrame:
    """The subjects with what each later period says, null where the data set has nothing of it.

    Where no subject has an actual treatment in a period, the planned one stands for it, unless the days of the period
    show that the subject did not get there.
    """
    names = [f"{each}_{number}" for number in (1, *LATER_PERIODS) for each in _BY_PERIOD]
    absent = [pl.lit(None, pl.String).alias(name) for name in names if name not in rows.columns]
    whole = rows.with_columns(absent)
    for number in LATER_PERIODS:
        actual, began = f"arm_of_period_{number}", pl.col(f"start_of_period_{number}")
        if not whole[actual].count():
            has_got_there = began.is_not_null() | (began.count() == 0)
            whole = whole.with_columns(pl.when(has_got_there).then(f"planned_of_period_{number}").alias(actual))
    real = (pl.when(~is_no_arm(name)).then(name).alias(name) for name in _later_names())
    return whole.with_columns(real)


def _later_names() -> list[str]:
    return [f"arm_of_period_{number}" for number in LATER_PERIODS]


def _with_later(labelled: pl.DataFrame, *, has_actual: bool) -> Treatments:
    """The subjects with ``is_switching``, from the treatments of later periods."""
    differs = ((pl.col(name) != pl.col("actual_label")).fill_null(value=False) for name in _later_names())
    later = labelled.select(folded(name) for name in _later_names())
    labels = {label for name in later.columns for label in later[name].drop_nulls()}
    switching = labelled.with_columns(is_switching=pl.any_horizontal(pl.lit(value=False), *differs))
    return Treatments(switching, frozenset(labels), has_actual)


def _spelled_once(rows: pl.DataFrame) -> pl.DataFrame:
    """Labels that differ in case or spacing only are one arm, in the spelling that most subjects have."""
    names = ("actual_label", "planned_label", *_later_names())
    each = pl.concat([rows.select(label=name) for name in names]).drop_nulls()
    counted = each.group_by("label").len().with_columns(folded=folded("label"))
    best = counted.sort(["len", "label"], descending=[True, False]).unique("folded", keep="first", maintain_order=True)
    spelling = dict(best.select("folded", "label").iter_rows())
    return rows.with_columns(
        folded(name).replace_strict(spelling, default=None, return_dtype=pl.String).alias(name) for name in names
    )


def folded(name: str) -> pl.Expr:
    """A label as it is compared, without regard to case and spacing."""
    return pl.col(name).str.to_uppercase().str.replace_all(r"\s+", " ")


def is_total(name: str) -> pl.Expr:
    """Whether a label is that of all subjects together."""
    return folded(name).is_in(list(words("total"))).fill_null(value=False)


def _as_planned(rows: pl.DataFrame) -> pl.DataFrame:
    """The planned arm in place of the actual one, except for who has a reason for no arm."""
    has_arm = pl.col("no_arm_reason").is_null()
    return rows.with_columns(
        actual_arm=pl.when(has_arm).then("planned_arm"), actual_arm_code=pl.when(has_arm).then("planned_arm_code")
    )


def _labels_of_codes(rows: pl.DataFrame) -> pl.DataFrame:
    """An actual code without a label has the label that the planned arm of that code has."""
    pairs = rows.select("planned_arm_code", "planned_arm").drop_nulls().unique("planned_arm_code", keep="first")
    known = dict(pairs.iter_rows())
    by_code = pl.col("actual_arm_code").replace_strict(known, default=None, return_dtype=pl.String)
    return rows.with_columns(actual_arm=pl.coalesce("actual_arm", by_code)) if known else rows


def _real_arm(label: str, code: str) -> pl.Expr:
    """The arm's label, its code where it has none; null where label or code say there is no arm."""
    return pl.when(~is_no_arm(label) & ~is_no_arm(code)).then(pl.coalesce(label, code))


def is_no_arm(name: str) -> pl.Expr:
    """Whether a label says that there is no arm: a screen failure, not assigned, not treated."""
    return folded(name).is_in(list(words("arm"))).fill_null(value=False)


def _means(name: str, meaning: str) -> pl.Expr:
    meant = [word for word, each in words("arm").items() if each == meaning]
    return folded(name).is_in(meant).fill_null(value=False)
