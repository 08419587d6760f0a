"""`safety-pipeline preview`: what every count of a landed delivery will become, before anything is run."""

from pathlib import Path

import click

from safety_pipeline.commands._lake import WHOLE_LAKE
from safety_pipeline.commands._options import CONSOLE
from safety_pipeline.commands._preview import preview_lines, write_page
from safety_pipeline.commands._references import references_of
from safety_pipeline.explore.intake.consequences import consequences, consequences_of
from safety_pipeline.ingest.literature import pictures_in
from safety_pipeline.land.deliveries import deliveries
from safety_pipeline.land.recognise import MANIFEST
from safety_pipeline.tables.delivery import Delivery

MOST_LINES = 200


@click.command()
@click.argument("delivery")
@WHOLE_LAKE
def preview(delivery: str, lake: Path) -> None:
    """Show what every count of DELIVERY becomes as things stand: an article, a record, a snapshot or a package.

    DELIVERY is its id, its name alone, or the folder of an article.
    """
    lake = lake.resolve()
    if (folder := _article(delivery, lake)) is not None:
        name, pictures = folder.name, pictures_in(folder)
        seen = consequences(folder, references_of(lake))
    else:
        found = _landed(delivery, lake)
        name, pictures = found.delivery_id, []
        seen = consequences_of(found, references_of(lake))
    for line in preview_lines(seen, MOST_LINES):
        CONSOLE.print(line, markup=False, highlight=False)
    page = write_page(lake / "previews" / f"{name}.html", name, seen, "", pictures)
    CONSOLE.print(f"The same as a page: {page}", markup=False, highlight=False)


def _article(delivery: str, lake: Path) -> Path | None:
    name = delivery.removeprefix("literature.")
    found = (Path(delivery), lake / "landed" / "literature" / name)
    return next((each for each in found if (each / MANIFEST).is_file()), None)


def _landed(delivery: str, lake: Path) -> Delivery:
    landed = deliveries(lake)
    named = [each for each in landed if delivery in {each.delivery_id, each.name, each.path.name}]
    if len(named) == 1:
        return named[0]
    if named:
        ids = ", ".join(each.delivery_id for each in named)
        raise click.ClickException(f"{delivery}: several deliveries have this name; say which: {ids}")
    known = ", ".join(each.delivery_id for each in landed[:8]) or "none"
    raise click.ClickException(
        f"{delivery}: nothing of this name is landed; landed are {known}. For a file: safety-pipeline land FILE"
    )
