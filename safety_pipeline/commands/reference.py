"""`safety-pipeline reference`: a user's official files, the review desk, and proposals for unmatched events."""

from pathlib import Path

import click
import polars as pl

from safety_pipeline.commands._brief import BriefGroup
from safety_pipeline.commands._lake import LAKE, LAKE_TO_WRITE
from safety_pipeline.commands._options import PORT
from safety_pipeline.commands._pages import serve_pages
from safety_pipeline.commands._references import references_of
from safety_pipeline.harmonise.changes import changed_counts, summary_of_changes
from safety_pipeline.harmonise.matching.proposals import propose, unmatched_texts
from safety_pipeline.reference.crosswalk.nearer_targets import nearer_targets
from safety_pipeline.reference.own_files.grade_texts import grade_texts
from safety_pipeline.reference.own_files.meddra import MedDRAFileError, import_meddra
from safety_pipeline.reference.own_files.official import OfficialFileError, import_official
from safety_pipeline.reference.product import product_files
from safety_pipeline.reference.read import ReferenceDataError
from safety_pipeline.reference.readers.verdicts import (
    accepted,
    agreement,
    disagreements,
    proposed,
    read_verdicts,
    refused_verdicts,
)
from safety_pipeline.tables.storage import write_text

_DIFFERENCES_SHOWN = 20
_FILE = click.Path(path_type=Path, exists=True)


@click.group(cls=BriefGroup, short_help="Dictionaries and crosswalk: import, review, export")
def reference() -> None:
    """Official dictionaries, MedDRA files, the review desk and proposals."""


@reference.command("import")
@click.argument("source", type=_FILE)
@LAKE_TO_WRITE
def import_file(source: Path, lake: Path) -> None:
    """Check an official NCI file against our facts; its grade texts and codes go to this lake only.

    Spreadsheets of CTCAE v4, v5 and v6 and of the map of v2.0 to v3.0; the listing of v3.0 as text, a line a grade.
    """
    try:
        imported = import_official(source, lake, references_of(lake))
    except OfficialFileError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{imported.name}: {imported.n_rows} rows, kept in {imported.path}.")
    click.echo(f"{imported.differences.height} differences from our facts.")
    for row in imported.differences.head(_DIFFERENCES_SHOWN).to_dicts():
        click.echo("  " + ", ".join(f"{name}: {value}" for name, value in row.items() if value is not None))


@reference.command("import-meddra")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@LAKE_TO_WRITE
def import_meddra_files(folder: Path, lake: Path) -> None:
    """Use the MedDRA files you hold (llt.asc, mdhier.asc) as synonyms, in this lake only."""
    try:
        n_rows = import_meddra(folder, lake, references_of(lake))
    except MedDRAFileError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{n_rows} synonyms, kept in {lake / 'reference'}. Next: safety-pipeline run")


@reference.command()
@LAKE
@PORT
def review(lake: Path, port: int) -> None:
    """Open the review desk: every row beside the official texts, those first that most published patients rest on."""
    from safety_pipeline.explore.app import application  # noqa: PLC0415  (the web server loads when asked)

    references_of(lake)
    pages = application(lake.resolve() / "published")
    serve_pages(pages, port, f"Review desk on http://127.0.0.1:{port}/review (stop it with Ctrl-C)")


@reference.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@LAKE
def export(folder: Path, lake: Path) -> None:
    """Write the crosswalk as a data product: Parquet, CSV, SSSOM, FHIR R4 ConceptMaps and a README."""
    files = product_files(references_of(lake))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    click.echo(f"Written: {folder}")


@reference.command()
@click.argument("files", type=_FILE, nargs=-1, required=True)
@LAKE_TO_WRITE
def verdicts(files: tuple[Path, ...], lake: Path) -> None:
    """Check reviewers' verdicts on crosswalk rows, compare them, and apply the changes they agree on to this lake."""
    references = references_of(lake)
    try:
        lines = read_verdicts(files)
    except ReferenceDataError as error:
        raise click.ClickException(str(error)) from error
    refused = refused_verdicts(lines, references)
    usable = lines.join(refused, on=["file", "line"], how="anti")
    wanted = proposed(usable, references)
    for row in refused.to_dicts():
        click.echo(f"{row['file']} line {row['line']}: {row['problem']}; the line is left out.")
    click.echo(_compared(wanted))
    changed = accepted(wanted)
    earlier = references.verdict.join(changed, on="grade_map_id", how="anti")
    write_text(lake / "reference" / "verdict.csv", pl.concat([earlier, changed]).write_csv())
    click.echo(f"{changed.height} changes applied in {lake / 'reference' / 'verdict.csv'}. Next: safety-pipeline run")


def _compared(wanted: pl.DataFrame) -> str:
    """The agreement of each pair of reviewers, and the rows on which they differ."""
    lines = [
        f"{row['reviewer']} and {row['other_reviewer']}: {row['n_rows']} rows in common, same interval "
        f"{row['same_interval']:.0%}, within one grade {row['within_one'] or 0:.0%}, "
        + (f"kappa {row['kappa']:.2f}" if row["kappa"] is not None else "kappa not defined")
        for row in agreement(wanted).to_dicts()
    ]
    for row in disagreements(wanted).to_dicts():
        interval = f"[{row['grade_lower']}, {row['grade_upper']}], preferred {row['grade_preferred']}"
        lines.append(f"  differs: {row['grade_map_id']}: {row['reviewer']} {interval} {row['comment']}".rstrip())
    return "\n".join(lines or ["One reviewer: nothing to compare."])


@reference.command()
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE)
def changes(before: Path, after: Path) -> None:
    """Say in numbers what a change of the crosswalk did: two fact_toxicity.parquet, of two releases."""
    changed = changed_counts(pl.scan_parquet(before), pl.scan_parquet(after))
    click.echo(summary_of_changes(changed))


@reference.command("nearer-targets")
@LAKE
def nearer(lake: Path) -> None:
    """List terms whose imported official texts are nearer to another v4.03 term; for a reviewer, nothing is applied."""
    references = references_of(lake)
    found = nearer_targets(grade_texts(lake), references.terms)
    click.echo(found.write_csv(float_precision=1), nl=False)


@reference.command()
@LAKE
def unmatched(lake: Path) -> None:
    """List events no dictionary or synonym knows, with a proposal and its score where one is near."""
    facts = lake / "published" / "fact_toxicity.parquet"
    if not facts.exists():
        raise click.ClickException(f"{facts} does not exist yet: run `safety-pipeline run` first.")
    rows = unmatched_texts(pl.scan_parquet(facts))
    click.echo(propose(rows, references_of(lake)).write_csv(), nl=False)
