"""What the register planned: the arms and drugs of each study, from the small tables of a snapshot."""

from collections.abc import Mapping

import polars as pl

from safety_pipeline.ingest.aact.scanning import Table, tidy
from safety_pipeline.ingest.ctgov.study import Design, Intervention, RegisteredArm

Rows = Mapping[str, list[tuple[str | None, ...]]]
_TEXTS = ("title", "description", "name")
DESIGN_TABLES = ("design_groups", "interventions", "design_group_interventions")
_NONE: list[tuple[str | None, ...]] = []


class Designs:
    """The registered arms and drugs of the studies that have events."""

    def __init__(self, tables: Mapping[str, Table], wanted: pl.Series) -> None:
        self._arms = _by_study(tables, "design_groups", ("id", "title", "description"), wanted)
        self._drugs = _by_study(tables, "interventions", ("id", "name", "intervention_type"), wanted)
        self._links = _by_study(tables, "design_group_interventions", ("design_group_id", "intervention_id"), wanted)

    def of(self, nct_id: str) -> Design:
        """The arms with the names of what they are given, and all that is given in the study."""
        named = [(key, name, kind) for key, name, kind in self._drugs.get(nct_id, _NONE) if name]
        names = {key: name for key, name, _ in named}
        links: dict[str | None, list[str]] = {}
        for arm, given in self._links.get(nct_id, _NONE):
            if given in names:
                links.setdefault(arm, []).append(names[given])
        return Design(
            arms=tuple(
                RegisteredArm(title or "", description, tuple(links.get(key, ())))
                for key, title, description in self._arms.get(nct_id, _NONE)
            ),
            interventions=tuple(Intervention(kind or "", name) for _, name, kind in named),
        )


def _by_study(tables: Mapping[str, Table], name: str, columns: tuple[str, ...], wanted: pl.Series) -> Rows:
    """The rows of a small table, gathered by study; an absent table has none."""
    if name not in tables:
        return {}
    texts = [tidy(column) if column in _TEXTS else pl.col(column) for column in columns]
    rows = tables[name].rows.filter(pl.col("nct_id").is_in(wanted.implode())).select("nct_id", *texts)
    gathered: dict[str, list[tuple[str | None, ...]]] = {}
    for nct_id, *row in rows.collect(engine="streaming").iter_rows():
        gathered.setdefault(nct_id, []).append(tuple(row))
    return gathered
