"""Which arm each subject is in, planned and actual, and whether another treatment followed the first."""

from dataclasses import dataclass

import polars as pl

from safety_pipeline.ingest.cdisc.files import Dataset
from safety_pipeline.ingest.cdisc.words import words

_LATER = "arm_of_period_"


@dataclass(frozen=True)
class Treatments:
    """The subjects with ``actual_label`` and ``planned_label``, null where there is no arm, and what goes with them.

    ``is_without_arm``: treated outside of the plan. ``is_switching``: went on to a treatment other than the first.
    ``later`` holds the labels of those, folded. Where no subject has an actual arm (``has_actual`` is false) the
    planned one stands for it: ADaMIG 1.1 and SDTMIG 3.1 leave the variable out where both are the same.
    """

    frame: pl.DataFrame
    later: frozenset[str]
    has_actual: bool


def treatments(dataset: Dataset) -> Treatments:
    """The actual and the planned arm of each subject; the planned one stands for both where no actual one is given."""
    has_actual = bool(dataset.frame["actual_arm"].count() or dataset.frame["actual_arm_code"].count())
    rows = _labels_of_codes(dataset.frame) if has_actual else _as_planned(dataset.frame)
    named = rows.with_columns(
        actual_label=_real_arm("actual_arm", "actual_arm_code"),
        planned_label=_real_arm("planned_arm", "planned_arm_code"),
    )
    labelled = _spelled_once(named).with_columns(
        is_without_arm=pl.any_horizontal(
            _means(name, "no_arm") for name in ("actual_arm", "actual_arm_code", "no_arm_reason")
        ),
    )
    return _with_later(labelled, has_actual=has_actual)


def _with_later(labelled: pl.DataFrame, *, has_actual: bool) -> Treatments:
    """The subjects with ``is_switching``, from the treatments of later periods."""
    names = [name for name in labelled.columns if name.startswith(_LATER)]
    treated = labelled.with_columns(pl.when(~_is_no_arm(name)).then(folded(name)).alias(name) for name in names)
    differs = ((pl.col(name) != folded("actual_label")).fill_null(value=False) for name in names)
    labels = {label for name in names for label in treated[name].drop_nulls()}
    switching = treated.with_columns(is_switching=pl.any_horizontal(pl.lit(value=False), *differs))
    return Treatments(switching.drop(names), frozenset(labels), has_actual)


def _spelled_once(rows: pl.DataFrame) -> pl.DataFrame:
    """Labels that differ in case or spacing only are one arm, in the spelling that most subjects have."""
    names = ("actual_label", "planned_label")
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
    return pl.when(~_is_no_arm(label) & ~_is_no_arm(code)).then(pl.coalesce(label, code))


def _is_no_arm(name: str) -> pl.Expr:
    return folded(name).is_in(list(words("arm"))).fill_null(value=False)


def _means(name: str, meaning: str) -> pl.Expr:
    meant = [word for word, each in words("arm").items() if each == meaning]
    return folded(name).is_in(meant).fill_null(value=False)
