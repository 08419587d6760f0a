"""Values that lost a bracket, or have spaces between thousands: read only where the percentage proves the reading."""

import re

from safety_pipeline.ingest.literature.numbers.percent import fits
from safety_pipeline.ingest.literature.numbers.printed import Printed, read_printed, read_without_bracket, tidy_spaces

_SPACED = re.compile(r"\d{1,3}(?: \d{3}){1,2}(?=\s*[(\[])")


def readable_if_mended(text: str) -> Printed | None:
    """What a text would say; not to be trusted without its percentage."""
    return _without_spaces(text) or read_without_bracket(text)


def mended(text: str, n_at_risk: int | None) -> Printed | None:
    """The same, where its percentage fits n/N."""
    value = readable_if_mended(text)
    if value is None or value.n is None or not n_at_risk or value.share is None:
        return None
    return value if fits(value.n, n_at_risk, value.share, value.decimals or 0) else None


def what_is_mended(text: str) -> str:
    """What is wrong with the printed text, in words."""
    return "spaces stand between thousands" if _without_spaces(text) else "a bracket is missing"


def _without_spaces(text: str) -> Printed | None:
    found = _SPACED.match(tidy_spaces(text))
    if not found:
        return None
    return read_printed(found[0].replace(" ", "") + tidy_spaces(text)[found.end() :], "n (%)")
