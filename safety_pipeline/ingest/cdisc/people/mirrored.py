"""Arms that are sequences of the same treatments in another order, which no data set has to call a crossover."""

import re
from collections.abc import Collection

_JOINTS = re.compile(r"\s+[-–—]\s+|\s*(?:->|[→⇒/;,])\s*|\s+(?:then|followed by)\s+", re.IGNORECASE)


def is_mirrored(label: str, labels: Collection[str]) -> bool:
    """Whether another label has the parts of this one in another order: "A 100 mg - Placebo", "Placebo - A 100 mg"."""
    parts = _parts(label)
    return len(parts) > 1 and any(sorted(parts) == sorted(other) for each in labels if (other := _parts(each)) != parts)


def _parts(label: str) -> list[str]:
    """The treatments that a label joins; the name of an arm or a sequence before a colon is none."""
    named = re.sub(r"^[^:]{1,20}:\s*", "", label.strip())
    return [part.strip().casefold() for part in _JOINTS.split(named) if part.strip()]
