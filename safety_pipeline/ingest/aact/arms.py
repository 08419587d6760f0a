"""Rows of `ingested/arm`: the event groups of each study with drug, dose and population."""

from collections.abc import Iterator, Mapping
from itertools import groupby, islice

import polars as pl

from safety_pipeline.ingest.aact.scanning import Table, tidy
from safety_pipeline.ingest.ctgov.arms import ArmNaming, arm_row
from safety_pipeline.ingest.ctgov.groups import standings
from safety_pipeline.ingest.ctgov.numbers import believable
from safety_pipeline.ingest.ctgov.register_words import design_value
from safety_pipeline.ingest.ctgov.study import Design, Group, Intervention, RegisteredArm
from safety_pipeline.tables.delivery import Delivery
from safety_pipeline.tables.ingested import ARM

_PORTION = 10_000
Rows = Mapping[str, list[dict[str, str]]]


def arm_rows(
    groups: pl.DataFrame, found: pl.DataFrame, tables: Mapping[str, Table], delivery: Delivery
) -> pl.LazyFrame:
    """One row a group of events; the groups of a study are judged side by side."""
    designs = _Designs(tables, set(groups["nct_id"]))
    enrolled = _enrolled(found)
    rows = (
        row
        for nct_id, members in groupby(groups.iter_rows(named=True), key=lambda row: str(row["nct_id"]))
        for row in _arms(nct_id, [_group(member) for member in members], designs.of(nct_id), enrolled, delivery)
    )
    # A portion at a time becomes a frame: rows as Python objects take ten times the memory.
    portions = [ARM.from_rows(portion).collect() for portion in iter(lambda: list(islice(rows, _PORTION)), [])]
    return pl.concat(portions).lazy() if portions else ARM.empty()


def _group(row: dict[str, object]) -> Group:
    code, at_risk = str(row["ctgov_group_code"]), row["at_risk"]
    title, description = row["title"], row["description"]
    return Group(
        group_id=code,
        printed_id=code,
        title=title if isinstance(title, str) else None,
        description=description if isinstance(description, str) else None,
        at_risk=at_risk if isinstance(at_risk, int) else None,
    )


def _enrolled(found: pl.DataFrame) -> dict[str, int | None]:
    rows = found.select("nct_id", "enrollment", "enrollment_type").iter_rows()
    return {
        nct_id: believable(count) if design_value("enrolment_type", kind or "") == "actual" else None
        for nct_id, count, kind in rows
    }


def _arms(
    nct_id: str, groups: list[Group], design: Design, enrolled: Mapping[str, int | None], delivery: Delivery
) -> Iterator[dict[str, object]]:
    place: dict[str, object] = {
        "delivery_id": delivery.delivery_id,
        "document_id": f"{nct_id}.{delivery.delivery_id}",
        "trial_id": nct_id,
    }
    naming = ArmNaming(design)
    for group, standing in zip(groups, standings(groups, enrolled.get(nct_id)), strict=True):
        yield arm_row(place, group, standing, naming)


class _Designs:
    """The registered arms and drugs of the studies that have events."""

    def __init__(self, tables: Mapping[str, Table], wanted: set[str]) -> None:
        self._arms = _by_study(tables, "design_groups", wanted)
        self._drugs = _by_study(tables, "interventions", wanted)
        self._links = _by_study(tables, "design_group_interventions", wanted)

    def of(self, nct_id: str) -> Design:
        names = {row["id"]: row["name"] for row in self._drugs.get(nct_id, []) if row["name"]}
        links: dict[str, list[str]] = {}
        for row in self._links.get(nct_id, []):
            if row["intervention_id"] in names:
                links.setdefault(row["design_group_id"], []).append(names[row["intervention_id"]])
        return Design(
            arms=tuple(
                RegisteredArm(row["title"] or "", row["description"], tuple(links.get(row["id"], ())))
                for row in self._arms.get(nct_id, [])
            ),
            interventions=tuple(
                Intervention(row["intervention_type"] or "", row["name"])
                for row in self._drugs.get(nct_id, [])
                if row["name"]
            ),
        )


_TEXTS = ("title", "description", "name")


def _by_study(tables: Mapping[str, Table], name: str, wanted: set[str]) -> Rows:
    """The rows of a small table, gathered by study; an absent table has none."""
    if name not in tables:
        return {}
    scanned = tables[name].rows
    texts = [tidy(column).alias(column) for column in _TEXTS if column in scanned.collect_schema().names()]
    rows = scanned.filter(pl.col("nct_id").is_in(sorted(wanted))).with_columns(texts).collect(engine="streaming")
    gathered: dict[str, list[dict[str, str]]] = {}
    for row in rows.iter_rows(named=True):
        gathered.setdefault(row["nct_id"], []).append(row)
    return gathered
