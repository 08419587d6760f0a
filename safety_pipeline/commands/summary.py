"""`safety-pipeline summary`: incidence by dose as a table."""

from pathlib import Path

import click
import polars as pl

from safety_pipeline.commands import _print
from safety_pipeline.commands._lake import LAKE
from safety_pipeline.commands._options import AS_JSON, CONSOLE
from safety_pipeline.publish.find_name import find_name
from safety_pipeline.publish.summary_text import Chosen, answers


@click.command()
@LAKE
@click.option("--concept", help="One event only, in any spelling: edema, Oedema.")
@click.option("--drug", help="One drug only.")
@AS_JSON
def summary(lake: Path, concept: str | None, drug: str | None, *, as_json: bool) -> None:
    """Print incidence by dose from the published tables."""
    published = lake / "published"
    _print.require_published(published)
    chosen = Chosen(_meant(published, "concept", concept), _meant(published, "drug", drug))
    if as_json:
        click.echo(answers(published, chosen).write_json())
    else:
        _print.print_summary(CONSOLE, published, chosen)


def _meant(published: Path, kind: str, asked: str | None) -> str | None:
    """The name that is meant; a name nobody knows is answered with near ones, or with all where they are few."""
    if asked is None:
        return None
    label = "concept_label" if kind == "concept" else kind
    arms = pl.scan_parquet(published / "mart_incidence_by_arm.parquet").select(kind, label=pl.col(label))
    names = dict(arms.drop_nulls().unique().sort(kind).collect().iter_rows())
    found = find_name(asked, names)
    if found.name is None:
        near = f"Near: {', '.join(found.near)}" if found.near else f"There are: {', '.join(list(names)[:20]) or 'none'}"
        raise click.ClickException(f"Nothing published is about the {kind} {asked!r}. {near}.")
    return found.name
