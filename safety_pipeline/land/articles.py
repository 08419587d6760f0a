"""A table file of an article in its folder of the lake, beside the `document.yaml` with a person's answers."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from safety_pipeline.land.recognise import MANIFEST
from safety_pipeline.tables.delivery import RefusedError
from safety_pipeline.tables.storage import write_text


def document_id_of(file: str) -> str:
    """The name that a document gets from its file where nobody gives it one."""
    return re.sub(r"[^a-z0-9_]+", "_", Path(file).stem.lower()).strip("_") or "document"


def folder_of(lake: Path, document_id: str) -> Path:
    """Where a document lies."""
    return lake / "landed" / "literature" / document_id


def kept_answers(folder: Path, file: str) -> str | None:
    """The answers given before to a table file of this name; nothing where there are none yet.

    Another table is another document, or another name: then this raises.
    """
    manifest = folder / MANIFEST
    if not manifest.exists():
        return None
    answers = manifest.read_text("utf-8")
    if (folder / file).exists() and file in answers:
        return answers
    raise RefusedError(
        "document_is_free",
        f"{manifest} exists already and does not name {file}: choose another name with --document-id, "
        "or put the file there and add it under tables.",
    )


def keep(sources: Iterable[Path], folder: Path, answers: str) -> None:
    """The table files in their folder, and the answers beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in sources:
        if source.resolve() != (folder / source.name).resolve():
            shutil.copyfile(source, folder / source.name)
    write_text(folder / MANIFEST, answers)
