"""The fields of each place: what can be said there, in which words, and what is said now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safety_pipeline.explore.intake.places import (
    Entry,
    Place,
    column_entry,
    column_role,
    counted_beside,
    row_entry,
    row_role,
)
from safety_pipeline.ingest.literature import CONTENTS
from safety_pipeline.tables import vocabulary as words

GRADES = ("any", "1", "2", "3", "4", "5", "1-2", "3-4", "3-5", ">=3", ">=2")
COLUMN_ROLES = {
    "arm": "counts of an arm",
    "total": "counts of all patients together",
    "label": "names of the events",
    "percent": "percentages of the counts beside it",
    "ignore": "not read",
}
ROW_ROLES = {
    "event": "event",
    "section": "section over the lines below",
    "heading": "event over lines of grades",
    "not_an_event": "no event",
    "header": "header: this line and all above",
    "below": "not read: this line and all below",
}
_ZERO = {"0": "none: 0 patients", "unknown": "not known"}


@dataclass(frozen=True)
class Field:
    """One thing that can be said: its key in the entry, label, kind, what is said now, and the choices if any.

    The kinds are text, number (of patients, lines, years), amount (mg), list, choice, and name (of an arm).
    """

    key: str
    label: str
    value: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""


def document_fields(manifest: Entry) -> list[Field]:
    """What the tables do not say of the document, its trial and its grading."""
    return [
        _field(manifest, "document.document_id", "Name of the document"),
        _field(manifest, "trial_id", "Trial", hint="registry number, or a name for these patients"),
        _field(manifest, "document.indication", "Disease treated"),
        _field(manifest, "document.drug", "Drug", hint="lower case, without the salt"),
        _field(manifest, "document.allocation", "Allocation", words.ALLOCATIONS),
        _field(manifest, "grading_system.edition", "Edition of the criteria", words.GRADING_SYSTEMS),
        _field(manifest, "grading_system.basis", "Edition is", words.GRADING_SYSTEM_BASES),
        _field(manifest, "document.year", "Year", kind="number"),
        _field(manifest, "document.doi", "DOI"),
        _field(manifest, "document.same_patients_as", "Same patients as", kind="list", hint="other documents, with ;"),
    ]


def arm_fields(manifest: Entry, at: int) -> list[Field]:
    """What is known of one arm."""
    arm = manifest["arms"][at]
    others = tuple((each["id"], each["label"]) for each in manifest["arms"] if each["id"] != arm["id"])
    return [
        _field(arm, "label", "Arm"),
        _field(arm, "drug", "Drug"),
        _field(arm, "combination_drugs", "Given with", kind="list"),
        _field(arm, "dose_mg_per_day", "mg/day", kind="amount"),
        _field(arm, "dose_note", "Why no single dose"),
        _field(arm, "n_at_risk", "N", kind="number"),
        _field(arm, "subset_of", "Part of", others),
    ]


def table_fields(manifest: Entry, at: int) -> list[Field]:
    """What holds for every count of one table."""
    table = manifest["tables"][at]
    sizes = [
        _field(table, f"n_at_risk.{arm['id']}", f"N of {arm['label']} in this table", kind="number")
        for arm in manifest["arms"]
        if len(manifest["tables"]) > 1 or arm["id"] in (table.get("n_at_risk") or {})
    ]
    return [
        _field(table, "attribution", "Events are", words.ATTRIBUTIONS),
        _field(table, "grades", "Grades where none are said", ("", *GRADES)),
        _field(table, "term", "Event of all lines"),
        _field(table, "grade_counting", "A patient counts at", words.GRADE_COUNTINGS),
        _field(table, "outcome", "Only events that led to", ("", *words.OUTCOMES)),
        _field(table, "threshold.percent", "Listed from, %", kind="amount"),
        _field(table, "threshold.operator", "reached or passed", ("", *words.THRESHOLD_OPERATORS)),
        _field(table, "threshold.scope", "in", ("", *words.THRESHOLD_SCOPES)),
        _field(table, "blank_means.value", "An empty cell means", ("", *_ZERO.items())),
        _field(table, "blank_means.source", "as said in"),
        _field(table, "dash_means.value", "A dash means", ("", *_ZERO.items())),
        _field(table, "dash_means.source", "as said in"),
        *sizes,
    ]


def column_fields(manifest: Entry, place: Place) -> list[Field]:
    """What can be said of one column."""
    table = manifest["tables"][place.table]
    role = column_role(table, place.number)
    entry = column_entry(table, place.number) or {}
    beside = counted_beside(table, place.number) or {}
    counted = [each["number"] for each in table.get("columns") or [] if each.get("role", "arm") != "ignore"]
    chosen = [Field("role", "This column holds", role, "choice", _options(("", *COLUMN_ROLES.items())))]
    if role == "ignore":
        return [*chosen, _field(entry, "reason", "because")]
    if role == "percent":
        numbers = tuple((str(number), f"column {number}") for number in counted)
        return [*chosen, Field("percent_of", "of", str(beside["number"]), "choice", numbers)]
    return chosen + (_counting_fields(manifest, entry) if role in {"arm", "total"} else [])


def _counting_fields(manifest: Entry, said: Entry) -> list[Field]:
    entry = {"content": "n (%)", "count_unit": "patients", **said}
    return [
        _arm(manifest, entry),
        _field(entry, "grades", "Grades", (("", "as the table or lines say"), *GRADES)),
        _field(entry, "content", "Printed as", CONTENTS),
        _field(entry, "n_at_risk", "N of this column", kind="number", hint="only where it is not that of the arm"),
        _field(entry, "count_unit", "Counts", words.COUNT_UNITS),
        _field(entry, "outcome", "Only events that led to", ("", *words.OUTCOMES)),
        _field(entry, "term", "Event", hint="only where events are columns"),
    ]


def row_fields(manifest: Entry, place: Place, label: str) -> list[Field]:
    """What can be said of one line."""
    table = manifest["tables"][place.table]
    role = row_role(table, place.number, label)
    entry = row_entry(table, place.number, label) or {}
    chosen = [Field("role", "This line is", role, "choice", tuple(ROW_ROLES.items()))]
    if role in {"header", "below"}:
        return chosen
    if role == "not_an_event":
        return [*chosen, _field(entry, "reason", "because")]
    own = [_field(entry, "reason", "not counted, because")] if role == "section" else [_arm(manifest, entry)]
    return [
        *chosen,
        _field(entry, "term", "Event is", hint=f"only where it is not “{label}”"),
        *own,
        _field(entry, "grades", "Grades", (("", "as the column says"), *GRADES)),
        _field(entry, "attribution", "Events are", (("", "as the table says"), *words.ATTRIBUTIONS)),
        _field(entry, "count_unit", "Counts", (("", "as the column says"), *words.COUNT_UNITS)),
        _field(entry, "outcome", "Only events that led to", ("", *words.OUTCOMES)),
        _field(entry, "concept_relation", "Stands to its concept as", ("", *words.CONCEPT_RELATIONS)),
        *(
            _field(entry, f"n_at_risk.{arm['id']}", f"N of {arm['label']} here", kind="number")
            for arm in manifest["arms"]
        ),
    ]


def value_at(entry: Entry, key: str) -> Any:
    """What stands at a dotted key."""
    found: Any = entry
    for step in key.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def arm_label(manifest: Entry, arm_id: Any) -> str:
    """The label of an arm, by its id."""
    return next((str(each["label"]) for each in manifest["arms"] if str(each["id"]) == str(arm_id)), "")


def _arm(manifest: Entry, entry: Entry) -> Field:
    labels = tuple((str(each["label"]), str(each["label"])) for each in manifest["arms"])
    return Field("arm", "Arm", arm_label(manifest, entry.get("arm")), "name", labels, "a new name makes a new arm")


def _field(
    entry: Entry,
    key: str,
    label: str,
    choices: Sequence[str | tuple[str, str]] = (),
    *,
    kind: str = "text",
    hint: str = "",
) -> Field:
    value = _shown(value_at(entry, key))
    if not choices:
        return Field(key, label, value, kind, (), hint)
    options = _options(choices)
    missing = ((value, value),) if value not in dict(options) else ()
    return Field(key, label, value, "choice", (*missing, *options), hint)


def _options(choices: Iterable[str | tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Values with their labels; a word of a list is read without its underscores."""
    return tuple(each if isinstance(each, tuple) else (each, each.replace("_", " ")) for each in choices)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
