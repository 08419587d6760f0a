"""`safety-pipeline release`: which releases a lake keeps, what changed between two, and building one again."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import polars as pl

from safety_pipeline.commands._brief import BriefGroup
from safety_pipeline.commands._lake import LAKE_TO_WRITE, LAKE_WITH_RELEASES, WHOLE_LAKE
from safety_pipeline.commands._options import AS_JSON, CONSOLE
from safety_pipeline.publish.release_difference import difference
from safety_pipeline.publish.release_history import NoSuchReleaseError, Release, find_release, read, releases
from safety_pipeline.publish.release_trend import check_trend, trend
from safety_pipeline.publish.signature import SignatureError, sign
from safety_pipeline.tables.released import RELEASE_INPUT

_SHOWN = 40


@click.group(cls=BriefGroup, short_help="Releases: list, show, follow, compare, build again, sign")
def release() -> None:
    """List releases, show what one is made of, follow them, compare two, build one again, or sign one."""


@release.command("list")
@LAKE_WITH_RELEASES
@AS_JSON
def list_releases(lake: Path, *, as_json: bool) -> None:
    """The releases, the newest first."""
    kept = [_described(each) for each in releases(lake / "published")]
    if as_json:
        _print_json(kept)
        return
    for row in kept:
        current = "  current" if row["is_latest"] else ""
        _print(f"{row['release_id']}  {row['released_at'][:19]} UTC{current}")
    if not kept:
        raise click.ClickException(f"{lake / 'published'} holds no release yet: run `safety-pipeline run` first.")


@release.command()
@click.argument("name", default="latest")
@LAKE_WITH_RELEASES
@AS_JSON
def show(name: str, lake: Path, *, as_json: bool) -> None:
    """What release NAME is made of: the beginning of its id, `latest` or `previous`."""
    found = _found(lake, name)
    inputs = read(found.folder, RELEASE_INPUT).to_dicts()
    if as_json:
        _print_json({**_described(found), "inputs": inputs})
        return
    _print(f"{found.release_id}, made {found.released_at:%Y-%m-%d %H:%M:%S} UTC")
    for row in inputs:
        if row["kind"] != "reference":
            _print(f"  {row['kind']:<9} {row['name'][:44]:<44} {row['version'][:20]}")
    _print(f"  and {sum(row['kind'] == 'reference' for row in inputs)} reference files (--json lists them)")


@release.command("trend")
@LAKE_WITH_RELEASES
@AS_JSON
def show_trend(lake: Path, *, as_json: bool) -> None:
    """How much each release holds, and how each check that ever failed went, the oldest first."""
    _found(lake, "latest")
    of_releases, of_checks = trend(lake / "published"), check_trend(lake / "published")
    if as_json:
        rows = {"releases": of_releases, "checks": of_checks}
        _print_json(
            {name: frame.with_columns(pl.col(pl.Datetime).cast(pl.String)).to_dicts() for name, frame in rows.items()}
        )
        return
    for row in of_releases.to_dicts():
        held = ", ".join(f"{row[name]:,} {name}" for name in ("documents", "counts", "rejected", "answers", "signals"))
        _print(f"{row['release_id'][:8]}  {row['released_at']:%Y-%m-%d %H:%M}  {held}")
        _print(f"{'':<10}{row['failed']} of {row['checks']} checks failed")
    for (asset, name), of_check in of_checks.group_by("asset", "check_name", maintain_order=True):
        _print(f"{name} ({asset})")
        _print("  " + ", ".join(f"{row['n_failing']} of {row['n_checked']}" for row in of_check.to_dicts()))


@release.command()
@click.argument("before", default="previous")
@click.argument("after", default="latest")
@LAKE_WITH_RELEASES
@AS_JSON
def diff(before: str, after: str, lake: Path, *, as_json: bool) -> None:
    """Which numbers changed from release BEFORE to AFTER, by how much, and what made them so."""
    first, second = _found(lake, before), _found(lake, after)
    found = difference(first.folder, second.folder)
    if as_json:
        parts = {"inputs": found.inputs, "crosswalk": found.crosswalk, "numbers": found.numbers}
        rows = {name: frame.to_dicts() for name, frame in parts.items()}
        _print_json({"before": first.release_id, "after": second.release_id, **rows})
        return
    _print(f"From {first.release_id} to {second.release_id}")
    _print_inputs(found.inputs)
    for row in found.crosswalk.head(_SHOWN).to_dicts():
        _print(f"  crosswalk {row['grade_map_id']}: {row['before'] or 'not there'} -> {row['after'] or 'not there'}")
    _print_left_out(found.crosswalk)
    _print(f"\n{found.numbers.height} numbers differ.")
    for row in found.numbers.head(_SHOWN).to_dicts():
        _print_number(row)
    _print_left_out(found.numbers)


def _print_left_out(rows: pl.DataFrame) -> None:
    if rows.height > _SHOWN:
        _print(f"  and {rows.height - _SHOWN} more (--json lists them)")


@release.command()
@click.argument("name", default="latest")
@WHOLE_LAKE
def reproduce(name: str, lake: Path) -> None:
    """Build release NAME again from what is landed, and compare the bytes of its tables."""
    from safety_pipeline.orchestration.runs.reproduce import reproduce as build_again  # noqa: PLC0415  (Dagster loads slowly)

    found = _found(lake, name)
    with tempfile.TemporaryDirectory(prefix="reproduce-") as workshop:
        result = build_again(lake.resolve(), found, Path(workshop))
    if not result.equal and not result.different:
        _print("It cannot be built again here: what it is made of is not what is here now.")
        _print_inputs(result.other_inputs)
        raise SystemExit(1)
    _print(f"{len(result.equal)} tables are the same, byte by byte; {len(result.different)} differ.")
    for each in result.different:
        _print(f"  {each}")
    if not result.is_same:
        raise SystemExit(1)


@release.command("sign")
@click.argument("name", default="latest")
@click.option("--key", type=click.Path(path_type=Path, exists=True), required=True, help="Your private OpenSSH key.")
@LAKE_TO_WRITE
def sign_release(name: str, key: Path, lake: Path) -> None:
    """Sign release NAME, so that `verify --signers` tells who vouches for it."""
    try:
        written = sign(_found(lake, name).folder, key)
    except SignatureError as error:
        raise click.ClickException(str(error)) from error
    _print(f"Signed: {written}")


def _found(lake: Path, name: str) -> Release:
    try:
        return find_release(lake / "published", name)
    except NoSuchReleaseError as error:
        raise click.ClickException(str(error)) from error


def _described(each: Release) -> dict[str, Any]:
    made = each.released_at.isoformat(sep=" ")
    return {"release_id": each.release_id, "released_at": made, "is_latest": each.is_latest}


def _print_inputs(inputs: pl.DataFrame) -> None:
    if inputs.is_empty():
        _print("  the same inputs, settings, code and packages")
    for row in inputs.head(_SHOWN).to_dicts():
        change = "added" if row["before"] is None else "gone" if row["after"] is None else "changed"
        versions = f" {row['before']} to {row['after']}" if row["kind"] == "package" and change == "changed" else ""
        _print(f"  {row['kind']:<9} {row['name']} {change}{versions}")
    if inputs.height > _SHOWN:
        _print(f"  and {inputs.height - _SHOWN} more (--json lists them)")


def _print_number(row: Mapping[str, Any]) -> None:
    moved = f" ({row['moved_points']:+.1f} points)".replace("-", "−") if row["moved_points"] is not None else ""
    same = f" ({row['what'].replace('_', ' ')})" if row["before"] == row["after"] else ""
    _print(f"  {row['question']}")
    _print(f"    {row['before'] or 'not there'} -> {row['after'] or 'not there'}{moved}{same}")
    _print(f"    because: {row['cause']}")


def _print(line: str) -> None:
    CONSOLE.print(line, markup=False, highlight=False)


def _print_json(content: object) -> None:
    click.echo(json.dumps(content, indent=2, ensure_ascii=False))
