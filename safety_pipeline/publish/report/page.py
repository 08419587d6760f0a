"""The page: its sections put into the template, every text of the data escaped."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from safety_pipeline.publish.plots import words
from safety_pipeline.publish.report.accounts import checks, coverage, documents, rejected
from safety_pipeline.publish.report.concepts import concept_sections, overview
from safety_pipeline.publish.report.differences import difference_sections, hidden_differences, signals
from safety_pipeline.publish.report.over_time import over_time
from safety_pipeline.publish.report.pictures import pictures

Tables = Mapping[str, pl.DataFrame]
# The public tables that the page shows something of: of a register, a small part of a release.
SHOWN = (
    "dim_document",
    "dim_arm",
    "dim_concept",
    "incidence_by_arm",
    "incidence_by_dose",
    "incidence_over_time",
    "dose_contrast",
    "signal",
    "coverage",
    "rejected",
    "dq_result",
)


def render(tables: Tables, *, release_id: str) -> str:
    """The report of a release from the tables that are `SHOWN`; equal tables give equal text."""
    return _environment().get_template("page.html.j2").render(_content(tables, release_id))


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("safety_pipeline.publish.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["breakable"] = _breakable
    return environment


def _breakable(name: str) -> Markup:
    """A name that a narrow column may break after an underscore, and not in the middle of a number."""
    return escape(name).replace("_", Markup("_<wbr>"))


def _content(tables: Tables, release_id: str) -> dict[str, Any]:
    return {
        "release_id": release_id,
        "title": _title(tables),
        "overview": overview(tables),
        "concepts": concept_sections(tables),
        "differences": difference_sections(tables),
        "n_hidden_differences": hidden_differences(tables),
        "signals": signals(tables),
        "over_time": over_time(tables),
        "coverage": coverage(tables),
        "documents": documents(tables),
        "pictures": pictures(tables),
        "checks": checks(tables),
        "rejected": rejected(tables),
        "statuses": words.STATUSES,
    }


def _title(tables: Tables) -> str:
    labels = tables["dim_concept"].filter("is_headline").sort("concept")["label"].to_list()
    listed = " and ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)
    return f"Adverse events by dose: {listed.lower()}" if listed else "Adverse events by dose"
