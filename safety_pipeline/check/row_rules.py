"""Applying the row rules: accepted rows, refused rows with their reason, and the audit of every rule."""

from collections.abc import Sequence

import narwhals as nw
from narwhals.typing import FrameT

from safety_pipeline.check.context import with_context
from safety_pipeline.check.rules import RULES, Rule
from safety_pipeline.tables import checked
from safety_pipeline.tables.harmonised import TOXICITY

_REJECTED_CONTEXT = [name for name in checked.REJECTED.column_names if name not in ("rule", "explanation")]
_FLAG_PREFIX = "_fails_"


def judged(toxicity: FrameT, term: FrameT, *, rules: Sequence[Rule] = RULES) -> FrameT:
    """Each row with one yes/no column a rule, true where the row breaks it; an unknown comparison is no failure."""
    failures = [rule.fails.fill_null(False).alias(_FLAG_PREFIX + rule.name) for rule in rules]
    return toxicity.pipe(with_context, term).with_columns(*failures)


def accepted(rows: FrameT, *, rules: Sequence[Rule] = RULES) -> FrameT:
    """The judged rows that no refusing rule refused, with the flags they carry."""
    flags = [
        nw.when(nw.col(_FLAG_PREFIX + rule.name)).then(nw.lit(rule.name)).otherwise(nw.lit(None, nw.String))
        for rule in rules
        if rule.severity == "flag"
    ]
    joined = nw.concat_str(flags, separator="; ", ignore_nulls=True)
    kept = rows.filter(~_refused(rules)).with_columns(joined.alias("flags"))
    empty_is_null = nw.when(nw.col("flags") != "").then(nw.col("flags")).otherwise(nw.lit(None, nw.String))
    return kept.with_columns(empty_is_null.alias("flags")).select(*TOXICITY.column_names, "flags")


def rejected(rows: FrameT, *, rules: Sequence[Rule] = RULES) -> FrameT:
    """One row per judged row and refusing rule it broke."""
    refusing = [rule for rule in rules if rule.severity == "refuse"]
    parts = [_rejected_by(rows, rule, refusing[:position]) for position, rule in enumerate(refusing)]
    return nw.concat(parts, how="vertical")


def _rejected_by(rows: FrameT, rule: Rule, earlier: Sequence[Rule]) -> FrameT:
    """``is_first_reason`` is true once a row, so that refused rows can be counted however many rules they broke."""
    is_first = ~_refused(earlier) if earlier else nw.lit(True)
    return rows.filter(nw.col(_FLAG_PREFIX + rule.name)).select(
        *_REJECTED_CONTEXT,
        nw.lit(rule.name).alias("rule"),
        nw.lit(rule.explanation).alias("explanation"),
        is_first.alias("is_first_reason"),
    )


def audit(rows: FrameT, *, rules: Sequence[Rule] = RULES) -> FrameT:
    """One row per delivery and rule, with the rows looked at and the rows that broke it."""
    parts = [_audit_of(rows, rule) for rule in rules]
    return nw.concat(parts, how="vertical")


def _audit_of(rows: FrameT, rule: Rule) -> FrameT:
    failing = nw.col(_FLAG_PREFIX + rule.name).cast(nw.Int64).sum().alias("n_failing")
    counted = rows.group_by("delivery_id").agg(nw.len().cast(nw.Int64).alias("n_checked"), failing)
    return counted.select(
        "delivery_id",
        nw.lit(rule.name).alias("rule"),
        nw.lit(rule.severity).alias("rule_severity"),
        nw.lit(rule.explanation).alias("explanation"),
        "n_checked",
        "n_failing",
    )


def _refused(rules: Sequence[Rule]) -> nw.Expr:
    refusing = [nw.col(_FLAG_PREFIX + rule.name) for rule in rules if rule.severity == "refuse"]
    return nw.any_horizontal(*refusing, ignore_nulls=True)
