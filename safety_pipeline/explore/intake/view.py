"""What the desk shows of a document: its fields, its tables, what they become, and what is still open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from safety_pipeline.explore.intake.consequences import Consequences, consequences
from safety_pipeline.explore.intake.drafts import Draft
from safety_pipeline.explore.intake.fields import (
    Field,
    arm_fields,
    column_fields,
    document_fields,
    row_fields,
    table_fields,
)
from safety_pipeline.explore.intake.places import Entry, Place
from safety_pipeline.explore.intake.printed_table import TableView, printed_table
from safety_pipeline.ingest.literature import Question
from safety_pipeline.reference import References


@dataclass(frozen=True)
class DeskView:
    """Everything the page of one document shows."""

    draft: Draft
    document: Sequence[Field]
    arms: Sequence[Sequence[Field]]
    tables: Sequence[TableView]
    table_fields: Sequence[Sequence[Field]]
    seen: Consequences
    missing: str
    questions: Sequence[tuple[Question, Place]]

    def is_open(self, place: str, key: str) -> bool:
        """Whether a field is one that a question still asks for."""
        here = (_key_of(question.key, where) for question, where in self.questions if str(where) == place)
        return any(asked and (key == asked or key.startswith(f"{asked}.")) for asked in here)


def desk_view(draft: Draft, references: References) -> DeskView:
    """The document as it stands."""
    manifest = draft.manifest
    seen = consequences(draft.folder, references)
    numbers = range(len(manifest.get("tables") or []))
    return DeskView(
        draft,
        document_fields(manifest),
        [arm_fields(manifest, at) for at in range(len(manifest["arms"]))],
        [printed_table(draft, manifest, at, seen) for at in numbers],
        [table_fields(manifest, at) for at in numbers],
        seen,
        draft.missing(),
        [(each, place_of(each.key, manifest)) for each in draft.open_questions],
    )


def fields_of(draft: Draft, place: Place) -> list[Field]:
    """What can be said at one place."""
    manifest = draft.manifest
    match place.kind:
        case "document":
            return document_fields(manifest)
        case "arm":
            return arm_fields(manifest, place.table)
        case "table":
            return table_fields(manifest, place.table)
        case "column":
            return column_fields(manifest, place)
    return row_fields(manifest, place, draft.labels(place.table).get(place.number, ""))


def answers(question: str, place: Place, keys: Iterable[str]) -> bool:
    """Whether one of the keys said at the place answers the question that is asked there."""
    asked = _key_of(question, place)
    return any(not asked or key == asked or key.startswith(f"{asked}.") for key in keys)


def _key_of(question: str, place: Place) -> str:
    """The key within its place; empty where a question is about all of it."""
    return question if place.kind == "document" else question.rpartition("]")[2].lstrip(".")


def place_of(key: str, manifest: Entry) -> Place:
    """Where a question about a key of the manifest is answered."""
    numbers = [int(part) for part in key.replace("]", "[").replace("line ", "").split("[")[1::2]]
    if key.startswith("arms"):
        return Place("arm", numbers[0] if numbers else 0)
    if not key.startswith("tables"):
        return Place("document")
    if ".rows[line " in key:
        return Place("row", *numbers[:2])
    if ".columns[" in key:
        return Place("column", numbers[0], manifest["tables"][numbers[0]]["columns"][numbers[1]]["number"])
    return Place("table", numbers[0])
