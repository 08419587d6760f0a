"""The page of the settings: environment variables, and the keys of the files that a person writes."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import AfterValidator, BaseModel
from pydantic.fields import FieldInfo

from build_site.markdown import page, table
from safety_pipeline.ingest.cdisc.package.study import Study
from safety_pipeline.ingest.literature.manifest import Manifest
from safety_pipeline.ingest.literature.manifest.entry import Words
from safety_pipeline.settings import SETTINGS


def settings_page() -> str:
    variables = table(
        ("variable", "what it sets", "where it is not set"),
        [(f"`{each.name}`", each.meaning, each.default) for each in SETTINGS],
    )
    return page(
        "Settings",
        "## Environment variables\n",
        "Secrets (a password of Postgres) are read from the environment of their own clients, never from a file.\n",
        variables,
        "## document.yaml\n",
        "What each key does: [tables from articles](../adding_a_literature_document.md).\n",
        *_models(Manifest),
        "## study.yaml\n",
        "What each key does: [SDTM and ADaM packages](../cdisc.md).\n",
        *_models(Study),
    )


def _models(root: type[BaseModel]) -> Iterator[str]:
    for model in dict.fromkeys(_below(root)):
        said = f"{(model.__doc__ or '').strip()}\n"
        keys = [(f"`{name}`", *_asked(field)) for name, field in model.model_fields.items()]
        yield f"### {model.__name__}\n\n{said}\n{table(('key', 'asked for', 'values', 'example'), keys)}"


def _below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The model and those its keys hold, each before what it holds."""
    yield model
    for field in model.model_fields.values():
        for held in _models_in(field.annotation):
            yield from _below(held)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _asked(field: FieldInfo) -> tuple[str, str, str]:
    example = f"`{field.examples[0]}`" if field.examples else ""
    return "always" if field.is_required() else "no", ", ".join(f"`{word}`" for word in _words(field)), example


def _words(field: FieldInfo) -> tuple[str, ...]:
    """The closed list a key takes its word from; empty where it takes any text or a number."""
    held = [
        *field.metadata,
        *(each for inner in get_args(field.annotation) for each in getattr(inner, "__metadata__", ())),
    ]
    validators = (each.func for each in held if isinstance(each, AfterValidator))
    return next((each.allowed for each in validators if isinstance(each, Words)), ())
