"""A person's answers put into the manifest: each changes what it says and nothing else."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import yaml
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from safety_pipeline.explore.intake.fields import Field
from safety_pipeline.explore.intake.manifest_text import Manifest
from safety_pipeline.explore.intake.places import Place, column_entry, column_role, counted_beside, row_entry
from safety_pipeline.land.articles import document_id_of

# Keys that stay where nothing is said, since the schema asks for them.
_KEPT = {"document_id", "trial_id", "indication", "drug", "dose_mg_per_day", "dose_note", "n_at_risk", "arm", "grades"}
_NEVER_EMPTY = {"label", "document.document_id"}
_LEFT_OUT = "not counts of patients with an event"


class AnswerError(Exception):
    """What was typed cannot stand there; the message says what can."""


def changed(fields: Iterable[Field], said: Mapping[str, str]) -> dict[str, Any]:
    """The values by key of the fields that say something else than before."""
    return {
        field.key: _value(field, said[field.key].strip())
        for field in fields
        if field.key in said and said[field.key].strip() != field.value
    }


def answer(manifest: Manifest, place: Place, values: Mapping[str, Any], lines: Mapping[int, str]) -> None:
    """Put the values where the place is; `lines` are the labels of its table by their line."""
    _TOLD[place.kind](manifest, place, values, lines)


def _document(manifest: Manifest, _: Place, values: Mapping[str, Any], __: Mapping[int, str]) -> None:
    for key, value in values.items():
        _put(manifest, key, value)


def _arm(manifest: Manifest, place: Place, values: Mapping[str, Any], _: Mapping[int, str]) -> None:
    for key, value in values.items():
        _put(manifest["arms"][place.table], key, value)


def _table(manifest: Manifest, place: Place, values: Mapping[str, Any], _: Mapping[int, str]) -> None:
    table = manifest["tables"][place.table]
    for key, value in values.items():
        _put(table, key, value)
    _complete_threshold(table)
    for name in ("blank_means", "dash_means"):
        _complete_meaning(table, name)


def _complete_threshold(table: Manifest) -> None:
    """A threshold without a number is none; without a sign, it is one that has to be reached."""
    threshold = table.get("threshold")
    if threshold is not None and threshold.get("percent") is None:
        del table["threshold"]
    elif threshold is not None:
        threshold.setdefault("operator", ">=")


def _complete_meaning(table: Manifest, name: str) -> None:
    meaning = table.get(name)
    if meaning is None:
        return
    if meaning.get("value") == 0:
        meaning.setdefault("status", "reported_zero")
    elif meaning.get("value") is None:
        del table[name]
    else:
        table[name] = {"value": "unknown"}


def _column(manifest: Manifest, place: Place, values: Mapping[str, Any], _: Mapping[int, str]) -> None:
    table = manifest["tables"][place.table]
    if (role := values.get("role")) is not None:
        _turn_column(table, place.number, str(role))
    if "percent_of" in values:
        _move_percentages(table, place.number, int(values["percent_of"]))
    if (entry := column_entry(table, place.number)) is not None:
        # Patients of one arm are no longer all patients.
        role_of_arm = {"role": "arm"} if values.get("arm") else {}
        said = {key: value for key, value in values.items() if key not in {"role", "percent_of"}} | role_of_arm
        for key, value in _by_id(manifest, said).items():
            _put(entry, key, value)


def _move_percentages(table: Manifest, number: int, counted: int) -> None:
    if (beside := counted_beside(table, number)) is not None:
        beside.pop("percent_number")
    column_entry(table, counted)["percent_number"] = number


def _turn_column(table: Manifest, number: int, role: str) -> None:
    """The column with another role: what only the old one had goes."""
    if (beside := counted_beside(table, number)) is not None:
        beside.pop("percent_number")
    if role in {"label", "percent"}:
        table["columns"] = _others(table, number)
        if role == "label":
            table["label_column"] = number
        else:
            _nearest_count(table, number)["percent_number"] = number
        return
    entry = _described_column(table, number)
    entry["role"] = role
    if role == "ignore":
        entry.setdefault("reason", _LEFT_OUT)
        for key in ("arm", "grades", "content", "n_at_risk", "term", "outcome", "count_unit"):
            entry.pop(key, None)
    else:
        entry.pop("reason", None)
        entry.pop("arm" if role == "total" else "", None)


def _others(table: Manifest, number: int) -> list[Any]:
    return [each for each in table["columns"] if each["number"] != number]


def _nearest_count(table: Manifest, number: int) -> Any:
    counted = [each for each in table["columns"] if column_role(table, each["number"]) in {"arm", "total"}]
    if not counted:
        raise AnswerError("No column holds counts yet; say first which one these percentages belong to.")
    return min(counted, key=lambda each: (abs(each["number"] - number), each["number"]))


def _described_column(table: Manifest, number: int) -> Any:
    entry = column_entry(table, number)
    if entry is None:
        before = sum(each["number"] < number for each in table["columns"])
        table["columns"].insert(before, {"number": number})
        entry = table["columns"][before]
    return entry


def _row(manifest: Manifest, place: Place, values: Mapping[str, Any], lines: Mapping[int, str]) -> None:
    table = manifest["tables"][place.table]
    role = values.get("role")
    if role in {"header", "below"}:
        _set_bounds(table, place.number, str(role))
        return
    _reach(table, place.number, max(lines))
    label = lines.get(place.number, "")
    entry = row_entry(table, place.number, label) or _described_row(table, place.number, label)
    for key, value in _by_id(manifest, values).items():
        _put(entry, key, value if (key, value) != ("role", "event") else None)
    if role == "not_an_event":
        entry.setdefault("reason", "not a toxicity")
    elif role is not None:
        entry.pop("reason", None)
    if not set(entry) - {"line", "label"}:
        table["rows"].remove(entry)


def _set_bounds(table: Manifest, line: int, role: str) -> None:
    if role == "header":
        table["header_rows"] = line
    else:
        table["last_line"] = line - 1


def _reach(table: Manifest, line: int, last: int) -> None:
    """A line that says something is part of the body."""
    if line <= table.get("header_rows", 1):
        table["header_rows"] = line - 1
    if table.get("last_line") is not None and line > table["last_line"]:
        table["last_line"] = last if line == last else line


def _described_row(table: Manifest, line: int, label: str) -> Any:
    rows = table.setdefault("rows", [])
    rows.append({"line": line, **({"label": _text(label)} if label else {})})
    return rows[-1]


def _by_id(manifest: Manifest, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with an arm named by its id; a name that is new makes a new arm."""
    if not values.get("arm"):
        return dict(values)
    label = str(values["arm"])
    known = next((each["id"] for each in manifest["arms"] if str(each["label"]).casefold() == label.casefold()), None)
    return {**values, "arm": known if known is not None else _new_arm(manifest, label)}


def _new_arm(manifest: Manifest, label: str) -> str:
    taken = {str(each["id"]) for each in manifest["arms"]}
    wanted = document_id_of(f"{label}.")
    arm_id = next(name for name in (wanted, *(f"{wanted}_{at}" for at in range(2, 99))) if name not in taken)
    manifest["arms"].append(
        {"id": _text(arm_id), "label": label, "drug": None, "dose_mg_per_day": None, "dose_note": None}
        | {"n_at_risk": None}
    )
    return str(_text(arm_id))


def _put(entry: Manifest, key: str, value: Any) -> None:
    """Set a value at a dotted key; one that is taken back goes, and so does what held only it."""
    first, _, rest = key.partition(".")
    if rest:
        if entry.get(first) is None:
            entry[first] = {}
        _put(entry[first], rest, value)
        if not entry[first]:
            del entry[first]
    elif value is None and key not in _KEPT:
        entry.pop(key, None)
    elif value is not None or key in entry:
        entry[key] = value


def _value(field: Field, text: str) -> Any:
    if not text and field.key in _NEVER_EMPTY:
        raise AnswerError(f"{field.label}: this cannot be left empty.")
    if not text:
        return [] if field.kind == "list" else None
    if field.kind == "list":
        return [_text(each.strip()) for each in text.split(";") if each.strip()]
    if field.kind in {"number", "amount"}:
        return _number(field, text)
    return 0 if (field.key.endswith("_means.value") and text == "0") else _text(text)


def _number(field: Field, text: str) -> int | float:
    try:
        number = int(text) if field.kind == "number" else float(text.replace(",", "."))
    except ValueError:
        what = "a whole number" if field.kind == "number" else "a number"
        raise AnswerError(f"{field.label}: “{text[:40]}” is not {what}.") from None
    return int(number) if number == int(number) else number


def _text(text: str) -> str:
    """The text, in quotes where YAML would read it as something else."""
    try:
        is_plain = yaml.safe_load(text) == text
    except yaml.YAMLError:
        is_plain = False
    return text if is_plain else DoubleQuotedScalarString(text)


_TOLD: Mapping[str, Callable[[Manifest, Place, Mapping[str, Any], Mapping[int, str]], None]] = {
    "document": _document,
    "arm": _arm,
    "table": _table,
    "column": _column,
    "row": _row,
}
