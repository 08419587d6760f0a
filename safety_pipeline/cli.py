"""The command line: run, look, ask."""

import os
from pathlib import Path

import click
from rich.console import Console

from safety_pipeline.publish.summary_text import headline_table, next_steps

LAKE = click.option(
    "--lake",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="SAFETY_LAKE",
    default=Path("data_lake"),
    show_default=True,
    help="The folder that holds landed/ to published/.",
)
CONSOLE = Console(soft_wrap=True)
_TABLE_WIDTH = 150


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="safety-pipeline")
def main() -> None:
    """Toxicity tables of clinical trials in; one harmonised, checked, traceable lake out."""


@main.command()
@LAKE
def run(lake: Path) -> None:
    """Bring the lake up to date with what is landed, and print the summary."""
    from safety_pipeline.orchestration.run import run as bring_up_to_date  # noqa: PLC0415  (Dagster loads in a second)

    report = bring_up_to_date(lake.resolve(), say=lambda line: CONSOLE.print(f"[dim]{line}[/dim]"))
    if report.was_current:
        CONSOLE.print("Nothing has changed since the last run; nothing was computed.")
    for withdrawn in report.withdrawn:
        CONSOLE.print(f"Withdrawn: {withdrawn}")
    for fault in report.faults:
        CONSOLE.print(f"[red]{fault}[/red]")
    _print_summary(lake, concept=None)
    if report.faults:
        raise SystemExit(1)


@main.command()
@LAKE
@click.option("--concept", help="One concept only, for instance edema.")
def summary(lake: Path, concept: str | None) -> None:
    """Print incidence by dose from the published tables."""
    _print_summary(lake, concept)


def _print_summary(lake: Path, concept: str | None) -> None:
    published = lake / "published"
    if not (published / "incidence_by_dose.parquet").exists():
        raise click.ClickException(f"{published} holds no published tables yet: run `safety-pipeline run` first.")
    grid, notes = headline_table(published, concept)
    console = Console(width=max(CONSOLE.width, _TABLE_WIDTH), markup=False, highlight=False)
    console.print(grid)
    console.print(f"\n{notes}\n\n{next_steps(published)}")


@main.command()
@LAKE
@click.option("--port", default=3000, show_default=True, help="The port of the page.")
def ui(lake: Path, port: int) -> None:
    """Open the Dagster UI on this lake, on 127.0.0.1."""
    from safety_pipeline.orchestration.serve import serve  # noqa: PLC0415

    serve(lake.resolve(), port)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main()
