"""A person's answer at one place of a document put into its manifest, and wherever else it shall hold."""

from collections.abc import Mapping

from safety_pipeline.explore.intake.answers import answer, changed
from safety_pipeline.explore.intake.drafts import Draft
from safety_pipeline.explore.intake.places import Entry, Place, column_role, row_role
from safety_pipeline.explore.intake.view import answers, fields_of, place_of

# What a column or line says may hold for others too: the label of the button.
SCOPES: Mapping[str, Mapping[str, str]] = {
    "column": {"this": "Apply", "arm": "Apply to every column of this arm", "all": "Apply to every column of counts"},
    "row": {"this": "Apply", "section": "Apply to its section", "all": "Apply to every line"},
}
COUNTED = {"arm", "total"}


def apply_answer(draft: Draft, place: Place, said: Mapping[str, str], scope: str) -> None:
    """Put into the manifest what differs from what it says now, wherever the scope reaches."""
    values = changed(fields_of(draft, place), said)
    if not values:
        return
    manifest = draft.manifest
    labels = draft.labels(place.table) if place.kind == "row" else {}
    reached = _reached(manifest, place, scope, labels)
    for each in reached:
        answer(manifest, each, values, labels)
    draft.write(manifest)
    draft.confirmed.update(reached)
    draft.settle({each.key for each in draft.questions if _settles(each.key, manifest, reached, values)})


def _reached(manifest: Entry, place: Place, scope: str, labels: Mapping[int, str]) -> list[Place]:
    if scope == "this" or place.kind not in SCOPES:
        return [place]
    table = manifest["tables"][place.table]
    if place.kind == "column":
        return [Place("column", place.table, number) for number in _columns(table, place.number, scope)]
    return [Place("row", place.table, line) for line in _lines(table, place.number, scope, labels)]


def _columns(table: Entry, number: int, scope: str) -> list[int]:
    entries = {each["number"]: each for each in table["columns"] if column_role(table, each["number"]) in COUNTED}
    arm = entries.get(number, {}).get("arm")
    others = [each for each, entry in entries.items() if scope == "all" or entry.get("arm") == arm]
    return list(dict.fromkeys((number, *others)))


def _lines(table: Entry, line: int, scope: str, labels: Mapping[int, str]) -> list[int]:
    """The lines of events that the scope reaches; a section is that from its heading to the next one."""
    roles = {each: row_role(table, each, label) for each, label in labels.items()}
    sections = [each for each, role in roles.items() if role == "section"]
    first = max((each for each in sections if each <= line), default=0)
    next_one = min((each for each in sections if each > line), default=len(labels) + 1)
    inside = range(first, next_one) if scope == "section" else range(1, len(labels) + 1)
    events = [each for each in inside if roles.get(each) == "event" and labels[each]]
    return list(dict.fromkeys((line, *events)))


def _settles(question: str, manifest: Entry, reached: list[Place], values: Mapping[str, object]) -> bool:
    """Whether the question is about one of the places and about one of the keys said there."""
    place = place_of(question, manifest)
    return place in reached and answers(question, place, values)
