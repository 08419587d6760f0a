"""Table files at the desk, each in a folder of its own apart from the lake until it is accepted."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path

import yaml

from safety_pipeline.explore.intake.manifest_text import Manifest, parsed, without_questions, written
from safety_pipeline.explore.intake.places import Place
from safety_pipeline.ingest.literature import (
    Grid,
    Picture,
    Question,
    Understanding,
    draft_text,
    label_of,
    open_grid,
    parse,
    pictures_in,
    provisional,
    refuse_listings,
    understand,
)
from safety_pipeline.land import articles
from safety_pipeline.land.recognise import MANIFEST, kind_of
from safety_pipeline.tables.delivery import RefusedError


@dataclass
class Draft:
    """One document at the desk: its folder as it would be landed, and what is open or settled.

    `source` is the table file it was opened with; `landed_as` its name in the lake where it was landed before;
    `pictures` show where the tables stand on the pages of a PDF; `grids` are tables opened before.
    """

    key: str
    folder: Path
    source: str
    landed_as: str | None = None
    questions: tuple[Question, ...] = ()
    pictures: tuple[tuple[str, Picture], ...] = ()
    settled: set[str] = field(default_factory=set)
    confirmed: set[Place] = field(default_factory=set)
    grids: dict[tuple[str, int], Grid] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The manifest as it stands."""
        return (self.folder / MANIFEST).read_text("utf-8")

    @property
    def manifest(self) -> Manifest:
        return parsed(self.text)

    @property
    def document_id(self) -> str:
        return self.folder.name

    @property
    def open_questions(self) -> tuple[Question, ...]:
        return tuple(each for each in self.questions if each.key not in self.settled)

    def grid(self, at: int) -> Grid | None:
        """The printed table of one entry of the manifest; nothing for statements of a text."""
        table = self.manifest["tables"][at]
        if not table.get("file"):
            return None
        place = (str(table["file"]), int(table.get("table_number", 1)))
        if place not in self.grids:
            self.grids[place] = open_grid(self.folder, *place)
        return self.grids[place]

    def labels(self, at: int) -> dict[int, str]:
        """The label of each line of a table, by the number of the line."""
        grid = self.grid(at)
        if grid is None:
            return {}
        column = 1 if grid.is_ragged else self.manifest["tables"][at].get("label_column", 1)
        return {line: label_of(grid.box(line, column).unmarked) for line, _ in grid.numbered()}

    def write(self, manifest: Manifest) -> None:
        """Put an edited manifest in place; a document that got another name gets the folder of that name."""
        said = str(manifest["document"]["document_id"])
        if said != self.folder.name:
            wanted = articles.document_id_of(f"{said}.")
            manifest["document"]["document_id"] = wanted
            self.folder = self.folder.rename(self.folder.with_name(wanted))
        (self.folder / MANIFEST).write_text(written(manifest, self.text), encoding="utf-8")

    def settle(self, keys: set[str]) -> None:
        """Take questions as answered: they no longer stand in the text."""
        self.settled |= keys
        asked = [(each.key, each.text) for each in self.questions if each.key in self.settled]
        (self.folder / MANIFEST).write_text(without_questions(self.text, asked), encoding="utf-8")

    def missing(self) -> str:
        """What a run would refuse the whole document for; nothing where it can be read."""
        try:
            parse(self.text)
        except RefusedError as error:
            return error.explanation
        return ""


class Drafts:
    """The documents at the desk, and the lake they go to; what is not accepted is gone when the desk is closed."""

    def __init__(self, lake: Path) -> None:
        self.lake = lake
        self.place = Path(tempfile.mkdtemp(prefix="intake-"))
        self._drafts: dict[str, Draft] = {}

    def __getitem__(self, key: str) -> Draft:
        return self._drafts[key]

    def close(self) -> None:
        """Remove everything that was not accepted."""
        shutil.rmtree(self.place, ignore_errors=True)

    def landed(self) -> Iterator[str]:
        """The documents of the lake that have table files."""
        for folder in sorted((self.lake / "landed" / "literature").glob("*/")):
            if (folder / MANIFEST).is_file():
                yield folder.name

    def open(self, name: str, content: bytes) -> Draft:
        """A new table file, understood; a file that is refused is gone before this returns."""
        key, file = secrets.token_hex(6), _file_name(name)
        folder = self.place / key / self._free_name(file)
        folder.mkdir(parents=True)
        try:
            source = folder / file
            source.write_bytes(content)
            draft = self._understood(key, folder, source)
        except Exception:
            shutil.rmtree(folder.parent)
            raise
        self._drafts[key] = draft
        return draft

    def reopen(self, document_id: str) -> Draft:
        """A landed document as it stands in the lake."""
        if document_id not in set(self.landed()):
            raise RefusedError("document_is_landed", f"{document_id}: no landed article has this name.")
        key = secrets.token_hex(6)
        landed = articles.folder_of(self.lake, document_id)
        refuse_listings(landed)
        _refuse_unreadable((landed / MANIFEST).read_text("utf-8"))
        folder = Path(shutil.copytree(landed, self.place / key / document_id))
        tables = parsed((folder / MANIFEST).read_text("utf-8")).get("tables") or []
        files = [table["file"] for table in tables if table.get("file")]
        pictures = tuple(pictures_in(folder))
        self._drafts[key] = Draft(key, folder, files[0] if files else "", document_id, pictures=pictures)
        return self._drafts[key]

    def accept(self, draft: Draft) -> Path:
        """Land the document as it stands: its files and its answers, in the folder of its name."""
        folder = articles.folder_of(self.lake, draft.document_id)
        if draft.document_id != draft.landed_as:
            articles.kept_answers(folder, draft.source or "its tables")
        files = (each for each in draft.folder.iterdir() if each.is_file() and each.name != MANIFEST)
        articles.keep(sorted(files), folder, draft.text)
        self.discard(draft)
        return folder

    def discard(self, draft: Draft) -> None:
        """Forget a document; the lake is as it was."""
        shutil.rmtree(draft.folder.parent)
        del self._drafts[draft.key]

    def _free_name(self, file: str) -> str:
        """The name the file gives its document; a numbered one where another table has that name in the lake."""
        wanted = articles.document_id_of(file)
        names = chain([wanted], (f"{wanted}_{number}" for number in count(2)))
        return next(name for name in names if not self._is_taken(name, file))

    def _is_taken(self, name: str, file: str) -> bool:
        try:
            articles.kept_answers(articles.folder_of(self.lake, name), file)
        except RefusedError:
            return True
        return False

    def _understood(self, key: str, folder: Path, source: Path) -> Draft:
        if (kind := kind_of(source)) is not None:
            raise RefusedError(
                "file_is_a_table",
                f"{source.name} is a delivery of the kind {kind}, not a table of an article: safety-pipeline land FILE",
            )
        understood = understand(source)
        if understood.refusal is not None:
            raise understood.refusal
        answers = articles.kept_answers(articles.folder_of(self.lake, folder.name), source.name)
        if answers:
            _refuse_unreadable(answers)
        text = answers or draft_text(understood, folder.name)
        (folder / MANIFEST).write_text(text, encoding="utf-8")
        questions = () if answers else _questions(understood)
        landed_as = folder.name if answers else None
        return Draft(key, folder, source.name, landed_as, questions, tuple(pictures_in(folder)))


def _refuse_unreadable(text: str) -> None:
    """Raise where more than open answers stands in the way of reading a manifest."""
    try:
        parse(yaml.safe_dump(provisional(yaml.safe_load(text))))
    except (yaml.YAMLError, AttributeError, TypeError):
        parse(text)


def _questions(understood: Understanding) -> tuple[Question, ...]:
    return tuple(question for each in understood.all_tables for question in each.questions)


def _file_name(name: str) -> str:
    """The last part of a name, as a plain file that is seen."""
    return Path(name.replace("\\", "/")).name.lstrip(".~") or "table.txt"
