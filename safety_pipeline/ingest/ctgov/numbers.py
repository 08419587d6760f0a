"""Numbers of a register record, which may be numbers, texts or neither."""

import re

# No trial has a thousand million patients: a longer number is a slip of the pen or an attack.
# Tools that know no whole numbers write 3.0 for 3.
_WHOLE = re.compile(r"\s*(\d{1,9})(?:\.0{1,6})?\s*", re.ASCII)
_DECIMAL = re.compile(r"\s*(\d{1,3}(?:\.\d{1,6})?)\s*%?\s*", re.ASCII)


def is_whole(printed: str | None) -> bool:
    return printed is not None and _WHOLE.fullmatch(printed) is not None


def believable(printed: str | None) -> int | None:
    """The whole number that is printed, or nothing."""
    found = _WHOLE.fullmatch(printed) if printed else None
    return int(found[1]) if found else None


def percentage(printed: str | None) -> float | None:
    """The percentage between 0 and 100 that is printed, or nothing."""
    found = _DECIMAL.fullmatch(printed) if printed else None
    return float(found[1]) if found and float(found[1]) <= 100 else None
