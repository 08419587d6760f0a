"""The page of the review desk: the rows asked for, a page of them at a time, each with texts, reason and cells."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl

from safety_pipeline.explore.choices import Option
from safety_pipeline.explore.layout import Page, address
from safety_pipeline.explore.published import Published
from safety_pipeline.explore.review.crosswalk import Crosswalk, cells_on
from safety_pipeline.reference.terms import TARGET_EDITION

PER_PAGE = 20
MOST_CELLS = 12
_LISTS = {
    "edition": ("grading_system", "Edition"),
    "kind": ("mapping_kind", "Kind"),
    "concept": ("concept", "Concept"),
    "status": ("review_status", "Review"),
}
_ONLY = {
    "wide": ("several grades left open", pl.col("width") > 0),
    "other": ("another grade preferred", pl.col("grade_preferred") != pl.col("grade")),
    "nowhere": ("no grade of v4.03", pl.col("grade_preferred").is_null() & pl.col("grade_lower").is_null()),
}
_SORTS: Mapping[str, tuple[str, tuple[list[str], list[bool]]]] = {
    "patients": ("most published patients first", (["n_patients", "width", "grade_map_id"], [True, True, False])),
    "width": ("widest first", (["width", "n_patients", "grade_map_id"], [True, True, False])),
    "term": ("edition and term", (["grading_system", "term", "select_term", "grade"], [False] * 4)),
}
_SEARCHED = ("term", "select_term", "ctcae_term", "rationale", "text")


def page(crosswalk: Crosswalk, data: Published, asked: Mapping[str, str]) -> Page:
    """The hits of what was asked, with where they lead."""
    rows = crosswalk.rows(data).filter(pl.col("grading_system") != TARGET_EDITION)
    hits = _sorted(_filtered(rows, asked), asked.get("sort", ""))
    last = max(1, -(-hits.height // PER_PAGE))
    number = min(_number(asked.get("page", "")), last)
    shown = hits.slice((number - 1) * PER_PAGE, PER_PAGE)
    chosen = {name: asked.get(name, "") for name in ("q", "only", "sort", *_LISTS)}
    return Page(
        "review.html.j2",
        "Review of the crosswalk",
        {
            "rows": _told(crosswalk, data, shown),
            "n_hits": hits.height,
            "n_patients_hit": int((hits["n_patients"] > 0).sum()),
            "number": number,
            "last": last,
            "chosen": chosen,
            "options": _options(rows),
            "labels": {name: label for name, (_, label) in _LISTS.items()},
            "imported": crosswalk.imported(),
            "today": datetime.now(UTC).date().isoformat(),
            "to_page": lambda wanted: address("/review", **chosen, page=str(wanted)),
        },
    )


def _filtered(rows: pl.DataFrame, asked: Mapping[str, str]) -> pl.DataFrame:
    wanted = [pl.col(column) == asked[name] for name, (column, _) in _LISTS.items() if asked.get(name)]
    if asked.get("only") in _ONLY:
        wanted.append(_ONLY[asked["only"]][1])
    said = pl.concat_str([pl.col(name).fill_null("") for name in _SEARCHED], separator=" ").str.to_lowercase()
    wanted += [said.str.contains(word, literal=True) for word in asked.get("q", "").lower().split()]
    return rows.filter(wanted) if wanted else rows


def _sorted(rows: pl.DataFrame, wanted: str) -> pl.DataFrame:
    columns, descending = _SORTS.get(wanted, _SORTS["patients"])[1]
    return rows.sort(columns, descending=descending, nulls_last=True)


def _number(text: str) -> int:
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def _options(rows: pl.DataFrame) -> dict[str, list[Option]]:
    lists = {
        name: [Option(value, value.replace("_", " ")) for value in rows[column].drop_nulls().unique().sort()]
        for name, (column, _) in _LISTS.items()
    }
    only = [Option(name, label) for name, (label, _) in _ONLY.items()]
    return lists | {"only": only, "sort": [Option(name, label) for name, (label, _) in _SORTS.items()]}


def _told(crosswalk: Crosswalk, data: Published, shown: pl.DataFrame) -> list[dict[str, Any]]:
    """Each row with the texts of its v4.03 term and the cells that rest on it."""
    rows = shown.to_dicts()
    texts = crosswalk.texts_of([row["ctcae_term"] for row in rows])
    cells = cells_on(data, [row["grade_map_id"] for row in rows])
    return [
        row
        | {
            "name": f"{row['term']} / {row['select_term']}" if row["select_term"] else row["term"],
            "targets": _targets(texts.get(row["ctcae_term"], {})),
            "cells": cells.get(row["grade_map_id"], [])[:MOST_CELLS],
            "n_more": max(0, len(cells.get(row["grade_map_id"], [])) - MOST_CELLS),
        }
        for row in rows
    ]


def _targets(texts: Mapping[int, str]) -> list[tuple[int, str]]:
    absent = "no such grade" if texts else "not imported"
    return [(grade, texts.get(grade, absent)) for grade in range(1, 6)]
