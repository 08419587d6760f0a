"""What the commands print: summaries, check results and answers, as plain readable text."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import polars as pl
from rich.console import Console
from rich.table import Table

from safety_pipeline.commands._options import PLAIN
from safety_pipeline.publish.summary_text import (
    Chosen,
    answer_lines,
    arm_table,
    headline_table,
    next_steps,
    nothing_to_show,
)

_WIDEST_TABLE = 200
_REFUSALS_SHOWN = 20
_DOCUMENTS_SHOWN = 5


def print_run(
    console: Console, lake: Path, *, withdrawn: Sequence[str], findings: Sequence[str], faults: Sequence[str]
) -> None:
    """What was withdrawn, what was refused, what critical checks took out, and what stopped."""
    for delivery_id in withdrawn:
        console.print(f"Withdrawn: {delivery_id}", markup=False)
    if n_refused := _n_refused(lake / "published"):
        console.print(f"{n_refused} refused deliveries or rows: `safety-pipeline check` says where and why.")
    for finding in findings:
        console.print(f"FINDING  {finding}", style="red", markup=False)
    for fault in faults:
        console.print(fault, style="red", markup=False)


def _n_refused(published: Path) -> int:
    file = published / "rejected.parquet"
    return int(pl.scan_parquet(file).select(pl.len()).collect().item()) if file.exists() else 0


def print_summary(console: Console, published: Path, chosen: Chosen) -> None:
    """The headline rows by dose with their notes, those of arms without a dose, and where to look next.

    A terminal that is too narrow for the tables gets the same answers as lines.
    """
    if said := nothing_to_show(published, chosen):
        console.print(said, markup=False, highlight=False)
        return
    wide = Console(width=_WIDEST_TABLE, markup=False, highlight=False, **PLAIN)
    tables = [each for each in (headline_table(published, chosen), arm_table(published, chosen)) if each[0].row_count]
    if console.is_terminal and console.width < max(wide.measure(grid).maximum for grid, _ in tables):
        for line in answer_lines(published, chosen):
            console.print(line, markup=False, highlight=False)
        return
    for grid, notes in tables:
        _print_grid(wide, grid)
        wide.print(f"\n{notes}\n" if notes else "")
    wide.print(next_steps(published))


def _print_grid(wide: Console, grid: Table) -> None:
    """The table without the blanks that would fill its lines to one width: they break lines where it is shown."""
    with wide.capture() as drawn:
        wide.print(grid)
    click.echo("\n".join(line.rstrip() for line in drawn.get().splitlines()))


def require_published(published: Path) -> None:
    """One clear message where nothing is published yet."""
    if not (published / "mart_incidence_by_dose.parquet").exists():
        raise click.ClickException(f"{published} holds no published tables yet: run `safety-pipeline run` first.")


def print_checks(console: Console, published: Path) -> bool:
    """Failed checks first, then refused rows with their place and reason; answers whether a critical one is among them.

    A delivery that was left out because the program failed on it counts as one.
    """
    results = pl.read_parquet(published / "dq_result.parquet")
    failed = results.filter(~pl.col("passed")).sort("severity", "asset", "check_name")
    console.print(f"{results.height} checks, {failed.height} with findings.")
    places = _flagged(published)
    for row in failed.to_dicts():
        found = f"  {row['severity']}, {row['asset']}, {row['check_name']}: {row['finding']}"
        console.print(found, markup=False, highlight=False)
        if where := places.get(row["check_name"]):
            console.print(f"    in {where}", markup=False, highlight=False)
    refused = pl.read_parquet(published / "rejected.parquet")
    console.print(f"{refused.height} refused deliveries or rows.")
    for row in refused.head(_REFUSALS_SHOWN).to_dicts():
        console.print(f"  {_place(row)}: {row['explanation']}", markup=False, highlight=False)
    if refused.height > _REFUSALS_SHOWN:
        console.print(f"  and {refused.height - _REFUSALS_SHOWN} more in {published / 'rejected.parquet'}")
    return "critical" in failed["severity"] or "stage_failed" in refused["rule"]


def _flagged(published: Path) -> dict[str, str]:
    """Of each rule that flags rows, the documents in which it did, those with most rows first."""
    flags = pl.scan_parquet(published / "fact_toxicity.parquet").select(
        "document_id", flag=pl.col("flags").str.split("; ")
    )
    counted = flags.explode("flag").drop_nulls().group_by("flag", "document_id").len()
    rows = counted.sort(["len", "document_id"], descending=[True, False]).collect()
    return {str(flag): _documents(of_flag) for (flag,), of_flag in rows.group_by("flag", maintain_order=True)}


def _documents(rows: pl.DataFrame) -> str:
    named = [f"{row['document_id']} ({row['len']})" for row in rows.head(_DOCUMENTS_SHOWN).to_dicts()]
    more = rows.height - len(named)
    return ", ".join(named) + (f" and {more} more documents" if more > 0 else "")


def checks_json(published: Path) -> str:
    """The checks with findings, and every refused delivery or row, as JSON."""
    results = pl.read_parquet(published / "dq_result.parquet")
    refused = pl.read_parquet(published / "rejected.parquet").to_dicts()
    findings = results.filter(~pl.col("passed")).to_dicts()
    content = {"n_checks": results.height, "findings": findings, "refused": refused}
    return json.dumps(content, indent=2, ensure_ascii=False, default=str)


def _place(row: Mapping[str, object]) -> str:
    parts = (row["delivery_id"], row["table_label"], row["row_label"], row["column_label"], row["rule"])
    return ", ".join(str(part) for part in parts if part)


def answer_text(answer: Mapping[str, object]) -> str:
    """A harmonised grade as lines of name and value."""
    width = max(len(name) for name in answer)
    return "\n".join(f"{name:<{width}}  {'' if value is None else value}" for name, value in answer.items())
