"""Applying the row rules: accepted rows, refused rows with their reason, and the audit of every rule."""

from collections.abc import Sequence

import narwhals as nw

from safety_pipeline.check.context import Frame, with_context
from safety_pipeline.check.rules import RULES, Rule
from safety_pipeline.engine import lookup_join
from safety_pipeline.tables import checked
from safety_pipeline.tables.harmonised import TOXICITY

_REJECTED_CONTEXT = [name for name in checked.REJECTED.column_names if name not in ("rule", "explanation")]
_FLAG_PREFIX = "_fails_"


def faults(toxicity: Frame, comparable: Frame, term: Frame, key: str, *, rules: Sequence[Rule] = RULES) -> Frame:
    """The rows that break a rule, by their key: one yes/no column a rule, true where it does.

    An unknown comparison is no failure. Rows come in any order.
    """
    failures = [rule.fails.fill_null(False).alias(_FLAG_PREFIX + rule.name) for rule in rules]
    broken = nw.any_horizontal(*(nw.col(name) for name in _flags(rules)), ignore_nulls=True)
    return with_context(toxicity, comparable, term).select(key, *failures).filter(broken)


def judged(toxicity: Frame, faults: Frame, key: str, *, rules: Sequence[Rule] = RULES) -> Frame:
    """Each row, in order, with one yes/no column a rule."""
    rows = lookup_join(toxicity, faults, [key])
    return rows.with_columns(nw.col(name).fill_null(False) for name in _flags(rules))


def _flags(rules: Sequence[Rule]) -> list[str]:
    return [_FLAG_PREFIX + rule.name for rule in rules]


def refused(rows: Frame, *, rules: Sequence[Rule] = RULES) -> Frame:
    """The judged rows that a refusing rule refused."""
    return rows.filter(_refused(rules))


def accepted(rows: Frame, *, rules: Sequence[Rule] = RULES) -> Frame:
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


def rejected(rows: Frame, *, rules: Sequence[Rule] = RULES) -> Frame:
    """One row per judged row and refusing rule it broke."""
    refusing = [rule for rule in rules if rule.severity == "refuse"]
    parts = [_rejected_by(rows, rule, refusing[:position]) for position, rule in enumerate(refusing)]
    return nw.concat(parts, how="vertical")


def _rejected_by(rows: Frame, rule: Rule, earlier: Sequence[Rule]) -> Frame:
    """``is_first_reason`` is true once a row, so that refused rows can be counted however many rules they broke."""
    is_first = ~_refused(earlier) if earlier else nw.lit(True)
    return rows.filter(nw.col(_FLAG_PREFIX + rule.name)).select(
        *_REJECTED_CONTEXT,
        nw.lit(rule.name).alias("rule"),
        _explanation(rule).alias("explanation"),
        is_first.alias("is_first_reason"),
    )


def _explanation(rule: Rule) -> nw.Expr:
    """What is wrong, with the numbers of the row where the rule has some."""
    if rule.detail is None:
        return nw.lit(rule.explanation)
    with_numbers = nw.concat_str(nw.lit(rule.explanation), rule.detail, separator=" ")
    return nw.when(~with_numbers.is_null()).then(with_numbers).otherwise(nw.lit(rule.explanation))


def audit(rows: Frame, *, rules: Sequence[Rule] = RULES) -> Frame:
    """One row per delivery and rule, with the rows looked at and the rows that broke it."""
    failing = [nw.col(_FLAG_PREFIX + rule.name).cast(nw.Int64).sum() for rule in rules]
    counted = rows.group_by("delivery_id").agg(nw.len().cast(nw.Int64).alias("n_checked"), *failing)
    return nw.concat([_audit_of(counted, rule) for rule in rules], how="vertical")


def _audit_of(counted: Frame, rule: Rule) -> Frame:
    return counted.select(
        "delivery_id",
        nw.lit(rule.name).alias("rule"),
        nw.lit(rule.severity).alias("rule_severity"),
        nw.lit(rule.explanation).alias("explanation"),
        "n_checked",
        nw.col(_FLAG_PREFIX + rule.name).alias("n_failing"),
    )


def _refused(rules: Sequence[Rule]) -> nw.Expr:
    refusing = [nw.col(_FLAG_PREFIX + rule.name) for rule in rules if rule.severity == "refuse"]
    return nw.any_horizontal(*refusing, ignore_nulls=True)
