"""What the arms of a trial are given, and what two of them compare."""

from collections.abc import Mapping
from typing import Any

PLACEBO = "placebo"
Given = frozenset[str]


def given(arm: Mapping[str, Any]) -> Given:
    """The drugs an arm is given beside any placebo."""
    names = [arm["drug"], *(arm["combination_drugs"] or "").split("; ")]
    return frozenset(name for name in names if name and name.lower() != PLACEBO)


def name_of(drugs: Given) -> str:
    """The drugs in one order, however the source lists them; `placebo` where there is none."""
    return " + ".join(sorted(drugs)) or PLACEBO


def comparison(first: Given, second: Given) -> str | None:
    """What two different groups of drugs compare; nothing where they are the same."""
    if first == second:
        return None
    if not first or not second:
        return "drug_against_placebo"
    return "combination_against_part" if first < second or second < first else "drug_against_drug"


def is_reference(one: Given, other: Given) -> bool:
    """Whether ``other`` is compared with ``one``: it is given more, or of two drugs has the earlier name."""
    return one < other or (not other <= one and sorted(other) < sorted(one))
