"""An article with one or two toxicity tables, as a delivery."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

import yaml

from truth.article_layout import SPANS, Layout, random_layout
from truth.article_manifest import manifest
from truth.article_table import ANY_EVENT, Table, random_table
from truth.article_text import Text, random_text
from truth.printed import Printed
from truth.terms import concepts
from truth.trial import (
    BAND_STARTS,
    EDITIONS,
    Counted,
    Size,
    Trial,
    all_causes,
    chance,
    events_of,
    random_trial,
    related,
    with_subgroup,
)


def print_article(seed: int, number: int, size: Size) -> Printed:
    rng = chance("article", seed, number)
    trial = random_trial(seed, number, rng, rng.choice(EDITIONS[:3]), size)
    if rng.random() < 0.15:
        trial = with_subgroup(trial, rng)
    tables = random_tables(trial, rng)
    return article(trial, tables, random_text(tables[0], rng) if rng.random() < 0.15 else None)


def random_tables(trial: Trial, rng: Random) -> list[Table]:
    """One table or two; those of one attribution count the same events, and grades in the same way."""
    first = random_layout(rng)
    layouts = [first, replace(random_layout(rng), counting=first.counting)] if rng.random() < 0.25 else [first]
    if trial.arms != trial.whole_arms:
        # Whether a threshold is of the subgroup's patients too, no article says.
        layouts = [replace(layout, threshold=None, has_total=False) for layout in layouts]
    unnamed = rng.choice((related, all_causes))
    return [random_table(trial, layout, _counted(layout, unnamed), rng) for layout in layouts]


def _counted(layout: Layout, unnamed: Counted) -> Counted:
    """What a table counts; where the article does not say, either of the two."""
    return {"related": related, "all_causality": all_causes}.get(layout.attribution, unnamed)


def article(trial: Trial, tables: Sequence[Table], text: Text | None = None) -> Printed:
    document_id = f"article_{trial.seed}_{trial.number}"
    folder = f"literature/{document_id}"
    said = yaml.safe_dump(manifest(document_id, trial, tables, text), sort_keys=False, allow_unicode=True)
    return Printed(
        kind="article",
        trial=trial,
        trial_id=document_id,
        files={
            f"{folder}/document.yaml": said,
            **{f"{folder}/table_{number}.csv": table.as_csv() for number, table in enumerate(tables, start=1)},
        },
        arm_ids={f"{document_id}.{arm.name}": place for place, arm in enumerate(trial.arms)},
        counted={table.layout.attribution: table.counted for table in tables},
        rule=_rule(tables[0].layout),
        features=tuple(feature for table in tables for feature in _features(table.layout)),
        causes=_all_causes(trial, tables),
    )


def _all_causes(trial: Trial, tables: Sequence[Table]) -> dict[tuple[int, str, str, str], tuple[str, ...]]:
    """The causes of each question, of the tables of its attribution."""
    return {
        (place, concept, attribution, band): tuple(
            cause
            for table in tables
            if table.layout.attribution == attribution
            for cause in _causes(table, place, concept, band)
        )
        for place in range(len(trial.arms))
        for concept in concepts()
        for attribution in {table.layout.attribution for table in tables}
        for band in BAND_STARTS
    }


def _features(layout: Layout) -> tuple[str, ...]:
    threshold = layout.threshold
    return (
        f"columns {', '.join(layout.columns)}",
        f"counting {layout.counting if layout.says_counting else 'not said'}",
        f"content {layout.content if layout.unit == 'patients' else layout.unit}",
        f"omits {layout.omits}" if threshold is None else f"threshold {threshold.operator} {threshold.scope}",
        f"blank {layout.blank}",
        "N" if layout.says_n else "no N",
    )


def _rule(layout: Layout) -> str:
    if layout.threshold is not None:
        return "above a threshold"
    return "every event" if layout.omits == "nothing, and says so" else "no rule stated"


def _causes(table: Table, place: int, concept: str, band: str) -> Iterator[str]:
    """Why the table does not simply say how many patients of the arm had the concept."""
    events = events_of(table.trial.arms[place], concept, table.counted)
    occurred = frozenset(event.term.name for event in events)
    lines = [
        line
        for line in table.main_lines()
        if line.row.names & occurred and (concept == "any_event") == (line.row.label == ANY_EVENT)
    ]
    listed = frozenset[str]().union(*(line.row.names for line in lines))
    if any(event.grade == 5 for event in events) and not _counts_deaths(table.layout, band):
        yield "fatal, no column of grade 5"
    if any(event.grade not in event.term.grades for event in events):
        yield "grade that the edition does not have"
    if any(not event.term.is_known and event.term.name in listed for event in events):
        yield "term no dictionary knows"
    if table.layout.unit == "episodes":
        yield "episodes"
    yield from sorted({cell.gap for line in lines for cell in line.cells[place] if cell.gap}, reverse=True)
    yield from _unlisted(table.layout, occurred - listed)
    if len(lines) > 1:
        yield "several rows"
    yield f"columns {', '.join(table.layout.columns)}"


def _unlisted(layout: Layout, missing: frozenset[str]) -> Iterator[str]:
    if missing:
        yield "term below the threshold" if layout.threshold else f"term left out ({layout.omits})"


def _counts_deaths(layout: Layout, band: str) -> bool:
    """Whether a column within the band reaches to grade 5."""
    spans = [SPANS[column] for column in layout.columns]
    return any(low >= BAND_STARTS[band] and high == 5 for low, high in spans)
