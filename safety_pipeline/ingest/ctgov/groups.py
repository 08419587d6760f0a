"""Which groups of a record are unions of others, and which hold patients of others: such groups are never added."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from safety_pipeline.ingest.ctgov.numbers import believable
from safety_pipeline.ingest.ctgov.register_words import patterns
from safety_pipeline.ingest.ctgov.study import Event, Group

# Trying every subset of more groups would take longer than reading the record.
_MOST_GROUPS = 14


CROSSOVER = "The study is a crossover: its groups may hold the same patients one after the other, and are not added."


@dataclass(frozen=True)
class Standing:
    """How a group stands to the others: ``is_aggregate`` where it is their union; ``note`` says what was seen."""

    is_aggregate: bool = False
    note: str | None = None

    @property
    def may_overlap(self) -> bool:
        """Whether the group may hold patients of another that is no union either."""
        return self.note is not None and not self.is_aggregate


def standings(groups: Sequence[Group], enrolled: int | None, *, is_crossover: bool = False) -> list[Standing]:
    """One standing a group, in their order; in a crossover study the groups are periods of the same patients."""
    unions = [_is_union(group, groups) for group in groups]
    separate = [group for group, is_union in zip(groups, unions, strict=True) if not is_union]
    crossed = CROSSOVER if is_crossover and len(separate) > 1 else None
    crowded = _crowded(separate, enrolled) or crossed
    return [
        _union(group, groups) if is_union else Standing(note=_overlap(group) or crowded)
        for group, is_union in zip(groups, unions, strict=True)
    ]


def with_numbers_of_lines(groups: Sequence[Group], events: Sequence[Event]) -> tuple[Group, ...]:
    """The groups, those without a number at risk with that of their lines, where all that give one give the same."""
    return tuple(group if group.at_risk else _numbered(group, events) for group in groups)


def _numbered(group: Group, events: Sequence[Event]) -> Group:
    counts = (count for event in events for count in event.counts if count.group_id == group.group_id)
    numbers = {number for count in counts if (number := believable(count.at_risk))}
    return replace(group, at_risk=numbers.pop(), is_at_risk_of_lines=True) if len(numbers) == 1 else group


def n_safety(groups: Sequence[Group], ranks: Sequence[Standing]) -> int | None:
    """The patients of all groups together; not known where groups may share patients or one has no number."""
    own = [group for group, rank in zip(groups, ranks, strict=True) if not rank.is_aggregate]
    is_unsure = any(rank.may_overlap for rank in ranks) or any(group.at_risk is None for group in own)
    return None if is_unsure or not own else sum(group.at_risk or 0 for group in own)


def _is_named(group: Group, meaning: str) -> bool:
    named = (pattern for kind, pattern in patterns("group_name", "meaning") if kind == meaning)
    return any(pattern.search(group.title or "") for pattern in named)


def _is_union(group: Group, groups: Sequence[Group]) -> bool:
    """By name and by numbers: a name that may mean something else needs the exact sum of all others."""
    others = [each.at_risk or 0 for each in groups if each is not group]
    n = group.at_risk or 0
    if len(others) < 2 or n < max(others) or n == 0:
        return False
    is_exact = _is_named(group, "aggregate_if_sum") and n == sum(others)
    is_of_some = _is_named(group, "aggregate_of_some") and _is_sum_of_some(n, [each for each in others if each])
    return _is_named(group, "aggregate") or is_exact or is_of_some


def _union(group: Group, groups: Sequence[Group]) -> Standing:
    others = [each.at_risk for each in groups if each is not group and each.at_risk]
    if _is_sum_of_some(group.at_risk or 0, others):
        return Standing(True, "The group is the union of other groups: its patients are the sum of theirs.")
    return Standing(
        True,
        f"The group is named as the union of others, but its {group.at_risk} patients are not the sum of any of "
        "theirs: groups overlap. It is not added to them.",
    )


def _is_sum_of_some(wanted: int, numbers: Sequence[int]) -> bool:
    if sum(numbers) == wanted:
        return True
    few = numbers[:_MOST_GROUPS]
    return any(sum(chosen) == wanted for size in range(2, len(few)) for chosen in combinations(few, size))


def _overlap(group: Group) -> str | None:
    text = f"{group.title or ''} {group.description or ''}"
    words = (pattern.search(text) for meaning, pattern in patterns("group_name", "meaning") if meaning == "overlap")
    found = next((match for match in words if match), None)
    return f"The group may hold patients of another group ({found[0]!r})." if found else None


def _crowded(separate: Sequence[Group], enrolled: int | None) -> str | None:
    total = sum(group.at_risk or 0 for group in separate)
    if enrolled is None or len(separate) < 2 or total <= enrolled:
        return None
    return f"The groups hold {total} patients, more than the {enrolled} enrolled: groups overlap and are not added."
