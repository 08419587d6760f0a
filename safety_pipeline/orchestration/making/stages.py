"""What each stage makes of what the stages before it stored: the wiring of pure functions, without Dagster."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import polars as pl

from safety_pipeline import harmonise, reference
from safety_pipeline.check.delivery import checked_tables
from safety_pipeline.ingest import readers
from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.reference import References
from safety_pipeline.tables import checked, harmonised, ingested

Frames = Mapping[str, pl.LazyFrame]


# Those that ship, those of a lake, and those of it before a change; the daemon of Dagster lives through many.
@lru_cache(maxsize=4)
def _references(own: Path | None, _version: str) -> References:
    return reference.load(own)


def references(lake: Lake) -> References:
    """The reference data, with the additions of this lake's user."""
    return _references(lake.own_reference, lake.own_reference_version)


def text_answers(lake: Lake, delivery_id: str) -> tuple[str, str]:
    """A hash of what the lake's reference data say of the delivery's texts, and of what those that ship say."""
    tables = {table.name: lake.scan(table, delivery_id) for table in ingested.INGESTED}
    return harmonise.text_answers(tables, references(lake)), harmonise.text_answers(tables, _references(None, ""))


def ingest(lake: Lake, delivery_id: str) -> Frames:
    """The tables of one delivery, as printed."""
    return readers.read(lake.deliveries[delivery_id]).tables()


def harmonised_tables(lake: Lake, delivery_id: str) -> Frames:
    """One delivery's counts and refusals on the CTCAE v4.03 vocabulary, its times to a first event, and its arms."""
    tables = {table.name: lake.scan(table, delivery_id) for table in ingested.INGESTED}
    made = {table.name: table.empty() for table in harmonised.HARMONISED} | {"arm": harmonise.arms(tables)}
    if not is_empty(tables["refusal"]):
        made["refusal"] = harmonise.refusals(tables["refusal"], references(lake))
    if not is_empty(tables["subject"]):
        made["toxicity"] = harmonise.toxicity(tables, references(lake))
        made["life_table"] = harmonise.life_table(tables, references(lake))
        made["overview"] = harmonise.overview(tables)
    elif not is_empty(tables["cell"]):
        of_arms = {name: rows for name, rows in tables.items() if name not in ("subject", "event")}
        made["toxicity"] = harmonise.toxicity(of_arms, references(lake))
    return made


def is_empty(rows: pl.LazyFrame) -> bool:
    """Whether there is no row, told by the first one."""
    return rows.head(1).collect().is_empty()


def check(lake: Lake, delivery_id: str, faults: pl.LazyFrame | None = None) -> Frames:
    """One delivery's accepted rows, refused rows and audit; ``faults`` where another engine has found them."""
    toxicity, refusal = lake.scan(harmonised.TOXICITY, delivery_id), lake.scan(harmonised.REFUSAL, delivery_id)
    if is_empty(toxicity) and is_empty(refusal):
        return {table.name: table.empty() for table in checked.CHECKED}
    return checked_tables(toxicity, refusal, references(lake).dim_term(), faults)
