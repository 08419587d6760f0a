"""How concepts group into body systems for multiplicity, and when two documents look like one trial."""

from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

import polars as pl

from safety_pipeline.reference.read import DATA, ReferenceDataError, read_keyed
from safety_pipeline.reference.references import References
from safety_pipeline.reference.terms import TARGET_EDITION

_BODY_SYSTEM_COLUMNS = ("level", "name", "body_system", "source")
_RULE_COLUMNS = ("rule", "value", "rationale", "source")
_DESIGNATED_FILE = "designated_event.csv"
_DESIGNATED_COLUMNS = ("concept", "listed_as", "rationale", "source")


def body_system(references: References) -> pl.LazyFrame:
    """One row per concept: its own body system where the data file names one, else that of its v4.03 SOC."""
    rows = read_keyed([DATA / "body_system.csv"], _BODY_SYSTEM_COLUMNS, ("level", "name"))
    own = rows.filter(level="concept").select(concept="name", body_system="body_system")
    by_soc = rows.filter(level="soc").select(soc="name", body_system="body_system")
    target = references.terms.filter(pl.col("grading_system") == TARGET_EDITION, pl.col("concept").is_not_null())
    inherited = (
        target.join(by_soc, on="soc", how="inner", validate="m:1")
        .select("concept", "body_system")
        .unique("concept", keep="first", maintain_order=True)
        .join(own, on="concept", how="anti")
    )
    return pl.concat([own, inherited]).sort("concept").lazy()


def time_points() -> tuple[int, ...]:
    """The days after the first dose by which an incidence is asked for."""
    rows = read_keyed([DATA / "time_point.csv"], ("by_day", "label", "rationale", "source"), ("by_day",))
    return tuple(sorted(int(day) for day in rows["by_day"]))


class Designated(NamedTuple):
    """The events that are reviewed after the headline ones: as concepts, and as terms in lower case."""

    concepts: tuple[str, ...]
    terms: tuple[str, ...]


def designated_events(known: Collection[str], overlay: Path | None = None) -> Designated:
    """The concepts and the printed terms that are reviewed after the headline concepts and before all others.

    A term counts as it is printed, whether or not a concept stands for it.

    A user's file of the same name in ``overlay`` adds concepts. One that is not ``known`` would never be reviewed.
    """
    own = overlay / _DESIGNATED_FILE if overlay is not None else None
    files = [DATA / _DESIGNATED_FILE, *([own] if own is not None and own.exists() else [])]
    rows = read_keyed(files, _DESIGNATED_COLUMNS, ("concept", "listed_as"))
    named, terms = (tuple(dict.fromkeys(filter(None, rows[name]))) for name in ("concept", "listed_as"))
    unknown = [concept for concept in named if concept not in known]
    if unknown:
        near = {each: get_close_matches(each, known, n=1) for each in unknown}
        hints = "; ".join(f"{each!r}" + (f" (perhaps {found[0]!r})" if found else "") for each, found in near.items())
        raise ReferenceDataError(f"{_DESIGNATED_FILE}: no concept is called {hints}; names stand in dim_concept.")
    return Designated(named, tuple(term.lower() for term in terms))


def suspicion_rules() -> dict[str, float]:
    """The thresholds of a suspected duplicate by name."""
    return _rules("suspicion_rule.csv")


def silence_rules() -> dict[str, float]:
    """By name, what must hold for an event that is not listed to say anything."""
    return _rules("silence_rule.csv")


def _rules(file: str) -> dict[str, float]:
    rows = read_keyed([DATA / file], _RULE_COLUMNS, ("rule",))
    return {row["rule"]: float(row["value"]) for row in rows.to_dicts()}
