"""A trial as one source prints it: what lies in `landed/`, and what is needed to judge what is made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from truth.trial import Counted, Trial


@dataclass(frozen=True)
class Printed:
    """One trial in one kind of source.

    `files` are paths below `landed/` with their text. `counted` says which events the source counts under the
    attribution it names. `causes` are, for an arm, a concept, an attribution and a grade band, why the source does not
    simply give the count, the gravest first; `features` are the choices of its printer and `rule` which events it
    lists: all three only sort the report.
    """

    kind: str
    trial: Trial
    trial_id: str
    files: Mapping[str, str]
    arm_ids: Mapping[str, int]
    counted: Mapping[str, Counted]
    features: tuple[str, ...] = ()
    causes: Mapping[tuple[int, str, str, str], tuple[str, ...]] = field(default_factory=dict)
    rule: str = ""
    shown: str = ""

    def text(self) -> str:
        """What a reader of the report needs to see of the source."""
        return self.shown or "\n".join(f"--- {name}\n{content.strip()}" for name, content in self.files.items())
