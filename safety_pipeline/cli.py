"""The command line: run, land, look, ask."""

import gc
import json
import os
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from safety_pipeline import terminal
from safety_pipeline.reference_commands import reference

LAKE = click.option(
    "--lake",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="SAFETY_LAKE",
    default=Path("data_lake"),
    show_default=True,
    help="The folder that holds landed/ to published/.",
)
CONSOLE = Console(soft_wrap=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="safety-pipeline")
def main() -> None:
    """Toxicity tables of clinical trials in; one harmonised, checked, traceable lake out."""


@main.command()
@LAKE
@click.option(
    "--hierarchical",
    is_flag=True,
    help="Add the three-level Bayesian model of the dose contrasts (needs the extra 'bayes'; takes minutes).",
)
def run(lake: Path, *, hierarchical: bool) -> None:
    """Bring the lake up to date with what is landed, and print the summary."""
    # The libraries load a million objects that live to the end; looking through them again and again costs seconds.
    gc.set_threshold(200_000, 50, 50)
    from safety_pipeline.orchestration.run import run as bring_up_to_date  # noqa: PLC0415  (Dagster loads in a second)
    from safety_pipeline.summarise.hierarchical_contrasts import VARIABLE  # noqa: PLC0415

    if hierarchical:
        os.environ[VARIABLE] = "1"
    report = bring_up_to_date(lake.resolve(), say=lambda line: CONSOLE.print(line, style="dim"))
    if report.was_current:
        CONSOLE.print("Nothing has changed since the last run; nothing was computed.", style="dim")
    terminal.print_run(CONSOLE, lake, withdrawn=report.withdrawn, faults=report.faults)
    terminal.print_summary(CONSOLE, lake / "published", None)
    if report.faults:
        raise SystemExit(1)


@main.command()
@LAKE
@click.option("--concept", help="One concept only, for instance edema.")
def summary(lake: Path, concept: str | None) -> None:
    """Print incidence by dose from the published tables."""
    terminal.print_summary(CONSOLE, lake / "published", concept)


@main.command()
@LAKE
def check(lake: Path) -> None:
    """Print what the latest checks found, and every refused delivery or row with its reason."""
    terminal.print_checks(CONSOLE, lake / "published")


@main.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@LAKE
@click.option("--document-id", help="The name of the document, for a table cut from an article.")
def land(sources: tuple[str, ...], lake: Path, document_id: str | None) -> None:
    """Add deliveries: table files, document folders, register records, snapshots, packages, or NCT numbers.

    A folder that is none of these stands for what lies in it.
    """
    from safety_pipeline.landing import land as put  # noqa: PLC0415

    for line in put(sources, lake.resolve(), document_id=document_id):
        CONSOLE.print(line, markup=False, highlight=False)


@main.command()
@click.argument("source", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("target", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--system", help='The edition, for instance "CTC v2.0".')
@click.option("--term", help="The term, or the event as printed.")
@click.option("--grade", type=int, help="The grade in that edition.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON with the columns of dim_grade_map.")
@LAKE
def harmonise(source: Path | None, target: Path | None, lake: Path, *, as_json: bool, **question: Any) -> None:
    """Say what a grade is on CTCAE v4.03, and why; or harmonise a CSV or Parquet file SOURCE to TARGET."""
    from safety_pipeline.asking import answer, harmonised_file  # noqa: PLC0415

    if source is not None:
        click.echo(harmonised_file(source, target, lake))
    else:
        found = answer(question, lake)
        click.echo(json.dumps(found, indent=2) if as_json else terminal.answer_text(found))


@main.command()
@LAKE
@click.option("--port", default=3000, show_default=True, help="The port of the page.")
def ui(lake: Path, port: int) -> None:
    """Open the Dagster UI on this lake, on 127.0.0.1."""
    from safety_pipeline.orchestration.serve import serve  # noqa: PLC0415

    serve(lake.resolve(), port)


main.add_command(reference)


@main.command(hidden=True)
def generate() -> None:
    """Write the files of the repository that come from the declared tables (for developers)."""
    from safety_pipeline.generate import write_generated  # noqa: PLC0415

    written = write_generated(Path.cwd())
    click.echo("\n".join(written) or "Every generated file is up to date.")
