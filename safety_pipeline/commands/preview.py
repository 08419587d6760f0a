"""`safety-pipeline preview`: what every cell of a landed article will become, before anything is run."""

from pathlib import Path

import click

from safety_pipeline.commands._options import CONSOLE, LAKE
from safety_pipeline.commands._preview import MANIFEST, preview_lines, preview_rows, write_page
from safety_pipeline.commands._references import references_of
from safety_pipeline.ingest.literature import pictures_in


@click.command()
@click.argument("delivery")
@LAKE
def preview(delivery: str, lake: Path) -> None:
    """Show what every cell of the article DELIVERY (its document_id or folder) becomes as document.yaml stands."""
    lake = lake.resolve()
    folder = _folder(delivery, lake)
    rows, refusals = preview_rows(folder, references_of(lake))
    for line in preview_lines(rows, refusals):
        CONSOLE.print(line, markup=False, highlight=False)
    page = write_page(lake / "previews" / f"{folder.name}.html", folder.name, rows, refusals, "", pictures_in(folder))
    CONSOLE.print(f"The same as a page: {page}", markup=False, highlight=False)


def _folder(delivery: str, lake: Path) -> Path:
    name = delivery.removeprefix("literature.")
    found = (each for each in (Path(delivery), lake / "landed" / "literature" / name) if (each / MANIFEST).is_file())
    folder = next(found, None)
    if folder is None:
        raise click.ClickException(
            f"{delivery}: no landed article of this name; its folder in landed/literature holds a document.yaml. "
            "For a table file: safety-pipeline land FILE"
        )
    return folder
