"""Trials that may report the same patients: an estimate over trials takes one of them."""

from collections.abc import Collection, Mapping

import polars as pl

Pairs = Collection[tuple[str, str]]


def suspected_pairs(suspected: pl.LazyFrame | None) -> Pairs:
    """The pairs of trials, either way round, of one row per pair."""
    if suspected is None:
        return frozenset()
    return frozenset(suspected.select("trial_id", "other_trial_id").collect().iter_rows())


def left_out(patients: Mapping[str, int], suspected: Pairs) -> dict[str, str]:
    """Each trial that does not enter, with the larger one that does; of equal ones the earlier name enters."""
    kept: list[str] = []
    out: dict[str, str] = {}
    for trial in sorted(patients, key=lambda name: (-patients[name], name)):
        same = next((other for other in kept if (trial, other) in suspected), None)
        if same is None:
            kept.append(trial)
        else:
            out[trial] = same
    return out


def words(out: Mapping[str, str]) -> list[str]:
    """What a reader must know of the trials that do not enter."""
    return [
        f"left out: {trial}, which may report the same patients as {same} (see suspected_duplicate)"
        for trial, same in sorted(out.items())
    ]
