"""`safety-pipeline export`: the published tables as CSV, Parquet, or tables of a Postgres database."""

from pathlib import Path

import click

from safety_pipeline.commands._lake import LAKE
from safety_pipeline.commands._options import CONSOLE
from safety_pipeline.publish import export as exports
from safety_pipeline.publish.release import LATEST
from safety_pipeline.tables.published import PUBLIC_TABLES

_NAMES = [table.name for table in PUBLIC_TABLES]


@click.command()
@click.argument("target")
@LAKE
@click.option("--format", "kind", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
@click.option("--table", "tables", multiple=True, type=click.Choice(_NAMES), help="One table; may be repeated.")
@click.option("--schema", default="safety", show_default=True, help="The schema in Postgres, replaced as a whole.")
def export(target: str, lake: Path, kind: str, tables: tuple[str, ...], schema: str) -> None:
    """Write the tables of the latest release to TARGET: a folder, or postgres://user@host/database.

    Texts of CSV files that a spreadsheet would run as formulas have an apostrophe before them.
    """
    latest = lake / "published" / LATEST
    if not latest.exists():
        raise click.ClickException(f"{lake / 'published'} holds no release yet: run `safety-pipeline run` first.")
    wanted = [table for table in PUBLIC_TABLES if not tables or table.name in tables]
    try:
        if target.startswith(("postgres://", "postgresql://")):
            place = exports.to_postgres(latest, target, wanted, schema=schema)
        else:
            place = str(exports.to_folder(latest, Path(target), wanted, kind=kind))
    except exports.ExportError as error:
        raise click.ClickException(str(error)) from error
    noun = "table" if len(wanted) == 1 else "tables"
    CONSOLE.print(f"{len(wanted)} {noun} written to {place}.", markup=False, highlight=False)
