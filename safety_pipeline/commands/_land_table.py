"""Landing a table of an article: what was understood of it, a draft of its manifest, and what it becomes."""

from collections.abc import Iterator
from pathlib import Path

import click

from safety_pipeline.commands._landing import Told, of_table
from safety_pipeline.commands._preview import preview_lines, write_page
from safety_pipeline.commands._references import references_of
from safety_pipeline.explore.intake.consequences import Consequences, consequences
from safety_pipeline.ingest.literature import Understanding, draft_text, pictures_in, pictures_of, render, understand
from safety_pipeline.land import articles
from safety_pipeline.land.recognise import MANIFEST

LISTING = "table_counts_patients"


def land_table(source: Path, lake: Path, document_id: str, *, is_only: bool) -> Iterator[Told]:
    """A table cut from an article: its grid with the guessed roles, and a draft manifest beside a copy of it.

    One of several is told in a few lines; the page and `preview` show the rest.
    """
    understood = understand(source)
    if understood.refusal is not None:
        seen = _pictures_of_refused(source, lake, document_id, understood)
        raise click.ClickException(f"{render(understood).rstrip()}\nNothing was landed.{seen}")
    yield of_table(understood, lake, document_id)
    shown = render(understood)
    folder = articles.folder_of(lake, document_id)
    answers = articles.kept_answers(folder, source.name)
    articles.keep([source], folder, answers or draft_text(understood, document_id))
    if is_only:
        yield shown
    else:
        yield f"Landed {source.name} as literature in {folder}."
    yield from _previewed(folder, lake, shown, is_brief=not is_only)
    if answers:
        yield f"The answers in {folder / MANIFEST} are kept; the table file is the new one."
    else:
        yield f"A draft manifest is in {folder / MANIFEST}. Answer there; each question stands beside its key."
    yield f"Look again  safety-pipeline preview {document_id}"


def _pictures_of_refused(source: Path, lake: Path, document_id: str, understood: Understanding) -> str:
    """A page with the places of tables that cannot be read; never of a file that lists subjects."""
    if understood.refusal is None or understood.refusal.rule == LISTING or source.suffix.lower() != ".pdf":
        return ""
    pictures = [(source.name, picture) for picture in pictures_of(source.read_bytes(), source.name)]
    if not pictures:
        return ""
    page = lake / "previews" / f"{document_id}.html"
    reasons = Consequences((), (understood.refusal.explanation, *understood.refused_parts))
    return f" The places of its tables: {write_page(page, document_id, reasons, '', pictures)}"


def _previewed(folder: Path, lake: Path, shown: str, *, is_brief: bool) -> Iterator[str]:
    seen = consequences(folder, references_of(lake))
    if is_brief:
        yield f"literature.{folder.name}: {len(seen.counts)} counts, {len(seen.refusals)} refused"
    else:
        yield "what every cell becomes, as document.yaml stands"
        yield from preview_lines(seen)
    page = write_page(lake / "previews" / f"{folder.name}.html", folder.name, seen, shown, pictures_in(folder))
    yield f"The same as a page: {page}"
