"""Turns pydantic's errors into sentences for the person who wrote the manifest."""

from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

MOST_SHOWN = 5


def describe(error: ValidationError, model: type[BaseModel]) -> str:
    """The first problems, each with its place and what to write instead."""
    found = error.errors(include_url=False, include_context=False)
    sentences = [_sentence(each, model) for each in found[:MOST_SHOWN]]
    if len(found) > MOST_SHOWN:
        sentences.append(f"and {len(found) - MOST_SHOWN} more problems")
    return ". Also ".join(dict.fromkeys(sentences))


def _sentence(problem: ErrorDetails, model: type[BaseModel]) -> str:
    place = _place(problem["loc"])
    match problem["type"]:
        case "extra_forbidden":
            return f"{place}: unknown key; {_known_keys(problem['loc'], model)}"
        case "missing":
            return f"{place}: missing{_example(problem['loc'], model)}"
        case "value_error":
            return ": ".join(part for part in (place, problem["msg"].removeprefix("Value error, ")) if part)
    if problem["input"] is None:
        return f"{place}: not answered yet{_example(problem['loc'], model)}"
    wrong = repr(problem["input"])[:40]
    asked = problem["msg"].removeprefix("Input ")
    return f"{place}: {wrong} is wrong, {asked}{_example(problem['loc'], model)}"


def _place(location: tuple[int | str, ...]) -> str:
    """`arms[1].n_at_risk` out of ("arms", 1, "n_at_risk")."""
    written = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return written.removeprefix(".")


def _known_keys(location: tuple[int | str, ...], model: type[BaseModel]) -> str:
    owner = _model_at(location[:-1], model)
    known = sorted(owner.model_fields) if owner else []
    close = get_close_matches(str(location[-1]), known, n=1)
    return f"did you mean {close[0]}?" if close else f"the keys there are {', '.join(known)}"


def _example(location: tuple[int | str, ...], model: type[BaseModel]) -> str:
    owner = _model_at(location[:-1], model)
    name = str(location[-1])
    field = owner.model_fields.get(name) if owner else None
    examples = _examples(field) if field else []
    return f"; write e.g. {name}: {examples[0]}" if examples else ""


def _examples(field: FieldInfo) -> list[Any]:
    if field.examples:
        return list(field.examples)
    inner = [entry.examples for entry in field.metadata if isinstance(entry, FieldInfo) and entry.examples]
    return list(inner[0] or []) if inner else []


def _model_at(location: tuple[int | str, ...], model: type[BaseModel]) -> type[BaseModel] | None:
    """The model that holds the key at the end of a location; list positions are stepped over."""
    current: type[BaseModel] | None = model
    for part in location:
        if isinstance(part, int) or current is None:
            continue
        field = current.model_fields.get(part)
        current = _model_in(field.annotation) if field else None
    return current


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each))), None)
