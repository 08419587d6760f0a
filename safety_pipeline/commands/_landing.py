"""What landing a source came to, as an object for `land --json`: what was landed, guessed, asked and refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import click

from safety_pipeline.ingest.literature import Understanding
from safety_pipeline.land import articles


@dataclass(frozen=True)
class Landing:
    """One delivery: where it lies, how much its reader finds, and what it guessed, asks and refuses.

    ``found`` and ``refused`` of a table cut from an article wait for the answers in its `document.yaml`.
    """

    delivery_id: str
    path: str
    found: Mapping[str, int] = field(default_factory=dict)
    tables: Sequence[Mapping[str, Any]] = ()
    arms: Sequence[Mapping[str, Any]] = ()
    questions: Sequence[Mapping[str, str]] = ()
    refused: Sequence[str] = ()


@dataclass(frozen=True)
class Refusal:
    """A source that was not landed, and why."""

    source: str
    reason: str


Told = str | Landing | Refusal


def of_table(understood: Understanding, lake: Path, document_id: str) -> Landing:
    """A table cut from an article: the guessed roles of its columns and lines, its arms, and what is to be settled."""
    tables = [
        {
            "label": each.label,
            "edition": each.edition,
            "attribution": each.attribution,
            "columns": [_without_nothing(asdict(column)) for column in each.columns],
            "rows": [{"line": row.line, "role": row.role, "label": row.label} for row in each.rows],
        }
        for each in understood.all_tables
    ]
    return Landing(
        delivery_id=f"literature.{document_id}",
        path=str(articles.folder_of(lake, document_id)),
        tables=tables,
        arms=[_without_nothing(asdict(arm)) for arm in understood.arms],
        questions=[asdict(question) for each in understood.all_tables for question in each.questions],
    )


def _without_nothing(guessed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in guessed.items() if value not in (None, False, (), "")}


def of_delivery(
    delivery_id: str, path: Path, counts: Mapping[str, int], questions: Sequence[str], refused: Sequence[str]
) -> Landing:
    """A delivery that says itself what its numbers are: how much its reader finds, and the first of its refusals."""
    asked = [dict(zip(("key", "text"), question.split(": ", 1), strict=True)) for question in questions]
    found = {name: number for name, number in counts.items() if number}
    return Landing(delivery_id, str(path), found=found, questions=asked, refused=refused)


def as_object(sources: Sequence[str], told: Iterable[Told]) -> tuple[dict[str, Any], str | None]:
    """The answer of `land --json`, and the message that it ends with where a source was not landed."""
    kept: list[Landing | Refusal] = []
    message = None
    try:
        kept.extend(each for each in told if not isinstance(each, str))
    except click.ClickException as error:
        message = error.message
    answer = {
        "sources": list(sources),
        "landed": [asdict(each) for each in kept if isinstance(each, Landing)],
        "refused": [asdict(each) for each in kept if isinstance(each, Refusal)],
    }
    return answer, message
