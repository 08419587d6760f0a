"""What is another one than in the latest release, and what else it can reach: documents, trials, drugs."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from safety_pipeline.orchestration.increments.basis import Basis, basis, contents, documents_of
from safety_pipeline.orchestration.lakes.lake import Lake, digest
from safety_pipeline.orchestration.making import blocks
from safety_pipeline.tables import checked, summarised
from safety_pipeline.tables.column import Table

_COMPARED = (summarised.DOCUMENT_USE, summarised.ARM)


@dataclass(frozen=True)
class Changes:
    """What a change of the lake reaches since the basis: whole trials with all of their documents, then and now."""

    since: Basis
    changed_documents: frozenset[str]
    documents: frozenset[str]
    trials: frozenset[str]
    drugs: frozenset[str | None]


def changes(lake: Lake) -> Changes | None:
    """What must be made again; nothing where everything must."""
    since = basis(lake)
    if since is None:
        return None
    compared = {table.name: lake.state("summarised").get(table.name) for table in (*_COMPARED, summarised.DRUG_CONCEPT)}
    return _changes(lake.folder, digest(dict(since.made_of), contents(lake), compared))


# Some thirty tables are made after each other, and what they are made of differs between a few of them only.
@lru_cache(maxsize=1)
def _changes(folder: Path, _of: str) -> Changes | None:
    lake = Lake(folder)
    since = basis(lake)
    if since is None:
        return None
    pairs = _pairs(since, lake)
    changed = _changed_documents(since, lake)
    reached = _trials_of_drugs(since, lake, _changed_drugs(since, lake))
    found, trials = _tied(pairs, changed | _documents_of(pairs, reached))
    if not _is_small(lake, found):
        return None
    return Changes(since, frozenset(changed), frozenset(found), frozenset(trials), _drugs_of(since, lake, trials))


def _is_small(lake: Lake, found: set[str]) -> bool:
    """What would not fit into a block is made as a whole lake is."""
    rows = lake.scan(checked.TOXICITY).filter(pl.col("document_id").is_in(sorted(found)))
    return bool(rows.select(pl.len()).collect(engine="streaming").item() <= blocks.BLOCK_ROWS)


def _pairs(since: Basis, lake: Lake) -> pl.DataFrame:
    """Every document with its trials, then and now."""
    return pl.concat([since.pairs.lazy(), blocks.pairs(lake)]).unique().collect(engine="streaming")


def _changed_documents(since: Basis, lake: Lake) -> set[str]:
    """Those of deliveries that are new, gone or others, and those with another use or other arms."""
    then, now = since.made_of["deliveries"], contents(lake)
    names = sorted(name for name in {*then, *now} if then.get(name) != now.get(name))
    both = pl.concat([since.documents.lazy(), documents_of(lake)])
    changed = set(both.filter(pl.col("delivery_id").is_in(names)).collect()["document_id"])
    for table in _COMPARED:
        changed |= set(_differing(*_then_and_now(since, lake, table))["document_id"])
    return changed


def _changed_drugs(since: Basis, lake: Lake) -> set[str]:
    """Drugs whose arms now answer for other concepts."""
    if not since.holds(summarised.DRUG_CONCEPT):
        return set()
    return set(_differing(*_then_and_now(since, lake, summarised.DRUG_CONCEPT))["drug"])


def _trials_of_drugs(since: Basis, lake: Lake, drugs: set[str]) -> set[str]:
    arms = pl.concat([rows.select("trial_id", "drug") for rows in _then_and_now(since, lake, summarised.ARM)])
    return set(arms.filter(pl.col("drug").is_in(sorted(drugs))).collect()["trial_id"])


def with_drugs(found: Changes, lake: Lake) -> tuple[frozenset[str], frozenset[str]]:
    """The documents and trials of now that have an arm of one of the drugs; a document of several brings them all."""
    pairs = _pairs(found.since, lake)
    arms = lake.scan(summarised.ARM).filter(pl.col("drug").is_in(list(found.drugs), nulls_equal=True))
    documents, trials = _tied(pairs, _documents_of(pairs, set(arms.select("trial_id").collect()["trial_id"])))
    return frozenset(documents), frozenset(trials)


def _drugs_of(since: Basis, lake: Lake, trials: set[str]) -> frozenset[str | None]:
    arms = pl.concat([rows.select("trial_id", "drug") for rows in _then_and_now(since, lake, summarised.ARM)])
    return frozenset(arms.filter(pl.col("trial_id").is_in(sorted(trials))).collect()["drug"])


def _documents_of(pairs: pl.DataFrame, trials: set[str]) -> set[str]:
    return set(pairs.filter(pl.col("trial_id").is_in(sorted(trials)))["document_id"])


def _tied(pairs: pl.DataFrame, found: set[str]) -> tuple[set[str], set[str]]:
    """The documents with all that share a trial with them, however far away, and their trials."""
    while True:
        trials = set(pairs.filter(pl.col("document_id").is_in(sorted(found)))["trial_id"])
        wider = found | _documents_of(pairs, trials)
        if wider == found:
            return found, trials
        found = wider


def _then_and_now(since: Basis, lake: Lake, table: Table) -> Iterator[pl.LazyFrame]:
    yield since.scan(table)
    yield lake.scan(table)


def _differing(then: pl.LazyFrame, now: pl.LazyFrame) -> pl.DataFrame:
    """The rows that are in one of them only."""
    names = then.collect_schema().names()
    gone = then.join(now, on=names, how="anti", nulls_equal=True)
    new = now.join(then, on=names, how="anti", nulls_equal=True)
    return pl.concat([gone, new]).collect(engine="streaming")
