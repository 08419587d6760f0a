"""Landing a table of an article: what was understood of it, a draft of its manifest, and what it becomes."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import click

from safety_pipeline.commands._landing import Told, of_table
from safety_pipeline.commands._preview import preview_lines, preview_rows, write_page
from safety_pipeline.commands._references import references_of
from safety_pipeline.ingest.literature import (
    Understanding,
    draft_text,
    pictures_in,
    pictures_of,
    render,
    understand,
)
from safety_pipeline.land.recognise import MANIFEST
from safety_pipeline.tables.storage import write_text

LISTING = "table_counts_patients"


def document_id_of(source: Path) -> str:
    return re.sub(r"[^a-z0-9_]+", "_", source.stem.lower()).strip("_")


def land_table(source: Path, lake: Path, document_id: str) -> Iterator[Told]:
    """A table cut from an article: its grid with the guessed roles, and a draft manifest beside a copy of it."""
    understood = understand(source)
    if understood.refusal is not None:
        seen = _pictures_of_refused(source, lake, document_id, understood)
        raise click.ClickException(f"{render(understood).rstrip()}\nNothing was landed.{seen}")
    yield of_table(understood, lake, document_id)
    shown = render(understood)
    yield shown
    folder = lake / "landed" / "literature" / document_id
    is_again = (folder / MANIFEST).exists()
    if is_again:
        _refuse_another_table(folder, source)
    folder.mkdir(parents=True, exist_ok=True)
    if source.resolve() != (folder / source.name).resolve():
        shutil.copyfile(source, folder / source.name)
    if not is_again:
        write_text(folder / MANIFEST, draft_text(understood, document_id))
    yield from _previewed(folder, lake, shown)
    if is_again:
        yield f"The answers in {folder / MANIFEST} are kept; the table file is the new one."
    else:
        yield f"A draft manifest is in {folder / MANIFEST}. Answer there; each question stands beside its key."
    yield f"Look again  safety-pipeline preview {document_id}"


def _pictures_of_refused(source: Path, lake: Path, document_id: str, understood: Understanding) -> str:
    """A page with the places of tables that cannot be read; never of a file that lists subjects."""
    if understood.refusal is None or understood.refusal.rule == LISTING or source.suffix.lower() != ".pdf":
        return ""
    pictures = [
        (source.name, each) for found in pictures_of(source.read_bytes(), source.name).values() for each in found
    ]
    if not pictures:
        return ""
    page = lake / "previews" / f"{document_id}.html"
    reasons = [understood.refusal.explanation, *understood.refused_parts]
    return f" The places of its tables: {write_page(page, document_id, (), reasons, '', pictures)}"


def _refuse_another_table(folder: Path, source: Path) -> None:
    """Answers are kept for a new version of a file they name; another table is another document, or another name."""
    if (folder / source.name).exists() and source.name in (folder / MANIFEST).read_text("utf-8"):
        return
    raise click.ClickException(
        f"{folder / MANIFEST} exists already and does not name {source.name}: choose another name with --document-id, "
        "or put the file there and add it under tables."
    )


def _previewed(folder: Path, lake: Path, shown: str) -> Iterator[str]:
    rows, refusals = preview_rows(folder, references_of(lake))
    yield "what every cell becomes, as document.yaml stands"
    yield from preview_lines(rows, refusals)
    page = write_page(
        lake / "previews" / f"{folder.name}.html", folder.name, rows, refusals, shown, pictures_in(folder)
    )
    yield f"The same as a page: {page}"
