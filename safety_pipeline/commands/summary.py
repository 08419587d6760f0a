"""`safety-pipeline summary`: incidence by dose as a table."""

from collections.abc import Sequence
from pathlib import Path

import click
import polars as pl

from safety_pipeline.commands import _print
from safety_pipeline.commands._lake import LAKE
from safety_pipeline.commands._options import AS_JSON, CONSOLE
from safety_pipeline.publish.cells_text import answer_and_cell_lines
from safety_pipeline.publish.find_name import find_name
from safety_pipeline.publish.summary_text import Chosen, answers

MOST_NAMES = 20


@click.command()
@LAKE
@click.option("--concept", help="One event only, in any spelling: edema, Oedema.")
@click.option("--drug", help="One drug only.")
@click.option("--cells", "with_cells", is_flag=True, help="Under each answer its arms and their printed cells.")
@AS_JSON
def summary(lake: Path, concept: str | None, drug: str | None, *, with_cells: bool, as_json: bool) -> None:
    """Print incidence by dose from the published tables, with --cells down to where each number is printed."""
    published = lake / "published"
    _print.require_published(published)
    chosen = Chosen(_meant(published, "concept", concept), _meant(published, "drug", drug))
    if as_json:
        click.echo(answers(published, chosen).write_json())
    elif with_cells:
        click.echo("\n".join(answer_and_cell_lines(published, chosen)))
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
        near = f"Near: {', '.join(found.near)}" if found.near else f"There are: {_first(list(names))}"
        raise click.ClickException(f"Nothing published is about the {kind} {asked!r}. {near}.")
    return found.name


def _first(names: Sequence[str]) -> str:
    """The first names, and how many others there are."""
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"{', '.join(names[:MOST_NAMES]) or 'none'}{more}"
