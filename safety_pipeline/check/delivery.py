"""The check stage of one delivery: what the readers refused and what the row rules refuse, side by side."""

from collections.abc import Callable

import narwhals as nw
import polars as pl

from safety_pipeline.check import row_rules
from safety_pipeline.check.context import Frame, comparable_documents
from safety_pipeline.tables import checked

READABLE = "source_is_readable"
ACCOUNTED = "every_row_is_accounted_for"
# Where a row stands in its table, from 0: accepted and refused rows keep this order.
ROW = "_row"


def checked_tables(
    toxicity: pl.LazyFrame, refusal: pl.LazyFrame, term: pl.LazyFrame, faults: pl.LazyFrame | None = None
) -> dict[str, pl.LazyFrame]:
    """The three tables of `checked` for one delivery, by name; ``faults`` where `faults_of` has run elsewhere."""
    rows = _judged(toxicity, term, faults)
    kept = row_rules.accepted(rows).to_native()
    refused = row_rules.rejected(_collected(row_rules.refused(rows))).to_native()
    audited = row_rules.audit(rows).to_native()
    rejected = pl.concat([_conform(refused), _conform(refusal)])
    return {
        "toxicity": checked.TOXICITY.conform(kept),
        "rejected": rejected.sort(pl.all(), nulls_last=True),
        "audit": pl.concat(
            [
                checked.AUDIT.conform(audited),
                _readable(toxicity, refusal),
                _accounted(toxicity, kept, refused),
            ]
        ).sort("delivery_id", "rule"),
    }


def _judged(toxicity: pl.LazyFrame, term: pl.LazyFrame, faults: pl.LazyFrame | None) -> Frame:
    """The rows in their order, with the rules that each breaks.

    Only the faults are collected: three tables are made of them, and the joins beneath are the costly part.
    """
    rows = nw.from_native(toxicity.with_row_index(ROW))
    found = faults_of(rows, nw.from_native(term), _collected) if faults is None else nw.from_native(faults)
    return row_rules.judged(rows, _collected(found), ROW)


def faults_of(rows: Frame, term: Frame, kept: Callable[[Frame], Frame] = lambda few: few) -> Frame:
    """The rows, numbered by ``_row``, that break a rule, on the engine that holds them; ``kept`` keeps few rows."""
    comparable = kept(rows.join(kept(comparable_documents(rows)), on="document_id", how="semi"))
    return row_rules.faults(rows, comparable, term, ROW)


def _collected(frame: Frame) -> Frame:
    """A frame of few rows; without the plans that its parts share, since keeping what they share keeps all rows."""
    native: pl.LazyFrame = nw.to_native(frame)
    few = native.collect(engine="streaming", optimizations=pl.QueryOptFlags(comm_subplan_elim=False))
    return nw.from_native(few.lazy())


def _conform(rows: pl.LazyFrame) -> pl.LazyFrame:
    known = rows.collect_schema().names()
    return checked.REJECTED.complete(rows.select(name for name in checked.REJECTED.column_names if name in known))


def _readable(toxicity: pl.LazyFrame, refusal: pl.LazyFrame) -> pl.LazyFrame:
    """What the readers refused, against all they saw."""
    counts = pl.concat(
        [
            toxicity.select("delivery_id", n_checked=pl.lit(1, pl.Int64), n_failing=pl.lit(0, pl.Int64)),
            refusal.select("delivery_id", n_checked=pl.lit(1, pl.Int64), n_failing=pl.lit(1, pl.Int64)),
        ]
    )
    return _audit(
        counts.group_by("delivery_id").agg(pl.col("n_checked", "n_failing").sum()),
        rule=READABLE,
        severity="refuse",
        explanation="A delivery, file, table or cell could not be read safely; `rejected` says where.",
    )


def _accounted(toxicity: pl.LazyFrame, kept: pl.LazyFrame, refused: pl.LazyFrame) -> pl.LazyFrame:
    """Our own promise: accepted rows and refused rows together are the input rows."""
    seen = toxicity.group_by("delivery_id").agg(n_checked=pl.len().cast(pl.Int64))
    out = pl.concat([kept.select("delivery_id"), refused.filter(pl.col("is_first_reason")).select("delivery_id")])
    found = out.group_by("delivery_id").agg(n_found=pl.len().cast(pl.Int64))
    difference = (pl.col("n_checked") - pl.col("n_found").fill_null(0)).abs()
    return _audit(
        seen.join(found, on="delivery_id", how="left", validate="1:1").with_columns(n_failing=difference),
        rule=ACCOUNTED,
        severity="refuse",
        explanation="Accepted rows and refused rows together must be the rows that came in.",
    )


def _audit(counts: pl.LazyFrame, *, rule: str, severity: str, explanation: str) -> pl.LazyFrame:
    return checked.AUDIT.conform(
        counts.select(
            "delivery_id",
            pl.lit(rule).alias("rule"),
            pl.lit(severity).alias("rule_severity"),
            pl.lit(explanation).alias("explanation"),
            "n_checked",
            "n_failing",
        )
    )
