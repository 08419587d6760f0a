"""How concepts group into body systems for multiplicity, and when two documents look like one trial."""

import polars as pl

from safety_pipeline.reference.read import DATA, read_keyed
from safety_pipeline.reference.references import References

_BODY_SYSTEM_COLUMNS = ("level", "name", "body_system", "source")
_RULE_COLUMNS = ("rule", "value", "rationale", "source")


def body_system(references: References) -> pl.LazyFrame:
    """One row per concept: its own body system where the data file names one, else that of its v4.03 SOC."""
    rows = read_keyed([DATA / "body_system.csv"], _BODY_SYSTEM_COLUMNS, ("level", "name"))
    own = rows.filter(level="concept").select(concept="name", body_system="body_system")
    by_soc = rows.filter(level="soc").select(soc="name", body_system="body_system")
    target = references.terms.filter(pl.col("grading_system") == "CTCAE v4.03", pl.col("concept").is_not_null())
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


def designated_events() -> tuple[str, ...]:
    """The concepts that are reviewed after the headline ones and before all others."""
    return tuple(
        read_keyed([DATA / "designated_event.csv"], ("concept", "rationale", "source"), ("concept",))["concept"]
    )


def suspicion_rules() -> dict[str, float]:
    """The thresholds of a suspected duplicate by name."""
    return _rules("suspicion_rule.csv")


def silence_rules() -> dict[str, float]:
    """By name, what must hold for an event that is not listed to say anything."""
    return _rules("silence_rule.csv")


def _rules(file: str) -> dict[str, float]:
    rows = read_keyed([DATA / file], _RULE_COLUMNS, ("rule",))
    return {row["rule"]: float(row["value"]) for row in rows.to_dicts()}
