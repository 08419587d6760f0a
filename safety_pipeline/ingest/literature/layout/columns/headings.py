"""What the header above one column says: the arm, the grades, the patients, the unit, the event."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from safety_pipeline.ingest.literature.layout.words.heading_words import (
    counts_events,
    is_rate,
    outcome_and_rest,
    outcome_in_header,
)
from safety_pipeline.ingest.literature.layout.words.plain_grades import plain_grades
from safety_pipeline.ingest.literature.layout.words.units import Unit, split_unit
from safety_pipeline.ingest.literature.layout.words.wording import (
    attribution_in_header,
    grades_of,
    grades_within,
    is_word,
    names_arm,
    names_events,
    population_of,
    without_population,
)
from safety_pipeline.ingest.literature.numbers.printed import tidy_spaces

_SIGNS = " ,;:/()[]"
# "Any AE" and "all events" are events as "events" are.
_ALL = re.compile(r"^(?:any|all|total|overall)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Heading:
    """The levels of one header put together; `names` are what is left of them, from the top."""

    names: tuple[str, ...] = ()
    grades: str | None = None
    n_at_risk: int | None = None
    term: str | None = None
    attribution: str | None = None
    outcome: str | None = None
    unit: Unit = field(default_factory=Unit)

    @property
    def is_total(self) -> bool:
        return bool(self.names) and (
            is_word("total_columns", self.names[-1]) or is_word("total_with_patients", self.names[-1])
        )

    @property
    def arm(self) -> str | None:
        return ", ".join(self.names) or None


def read_heading(levels: Sequence[str], shared: Collection[str]) -> Heading:
    """The heading of a column; a level that stands over every column names none of them."""
    said: dict[str, object] = {}
    names: list[str] = []
    for level in levels:
        if counts_events(level):
            said["unit"] = Unit(is_episodes=True)
            continue
        rest, unit = split_unit(without_population(level))
        if unit is not None and unit.is_episodes and "unit" in said and is_word("unit_episodes", level):
            unit = None  # "AE" below "n (%)" says which events, and not what is counted of them
        said |= {key: value for key, value in (("n_at_risk", population_of(level)), ("unit", unit)) if value}
        is_group = population_of(level) is not None and is_word("total_with_patients", rest)
        said |= (meaning := {} if is_group else _meaning(rest))
        if rest and not (meaning or is_word("grade_headers", rest) or is_word("severity_headers", rest)):
            names.append(rest)
    groups = [name for name in names if not names_events(_ALL.sub("", name))]
    own = [name for name in groups if name not in shared] or groups or names
    if not _are_nested(levels):
        said["n_at_risk"] = None
    return Heading(names=tuple(own or names[-1:]), **said)  # type: ignore[arg-type]


def _are_nested(levels: Sequence[str]) -> bool:
    """Whether no level has more patients than one above it, whose part it is."""
    sizes = [n for level in levels if (n := population_of(level)) is not None]
    return all(upper >= lower for upper, lower in pairwise(sizes))


def group_and_unit(level: str) -> list[str]:
    """A header that names a group in brackets after what is counted, in two: "Number of events (20 mg, N=40)"."""
    found = re.fullmatch(r"(?P<unit>[^()\[\]]*[^()\[\]\s])\s*[(\[](?P<group>.+)[)\]]", level)
    if found is None or is_rate(level) or split_unit(found["unit"])[0] or split_unit(found["unit"])[1] is None:
        return [level]
    named = split_unit(without_population(found["group"]))[0]
    return [found["group"], found["unit"]] if re.search(r"[^\W\d_]{2}", named) else [level]


# The longest of these words: "serious adverse events".
_LONGEST_KIND = 3
_KINDS = ("severity_headers", "related_headers", "all_causality_headers")


def group_and_kind(level: str) -> list[str]:
    """A header that says in one line whom it counts and which events, in two: "20 mg (N=40) serious, n (%)"."""
    text = tidy_spaces(level)
    rest = split_unit(text)[0]
    words = rest.split(" ")
    for at in range(max(1, len(words) - _LONGEST_KIND), len(words)):
        group, kind = " ".join(words[:at]), " ".join(words[at:]).strip(_SIGNS)
        if (population_of(group) is not None or names_arm(group)) and any(is_word(name, kind) for name in _KINDS):
            return [group.rstrip(" ,;:/-"), text[len(group) :].strip(" ,;:/-")]
    return [level]


def shared_names(headers: Sequence[Sequence[str]]) -> frozenset[str]:
    """The names that stand over every one of several columns."""
    if len(headers) < 2:
        return frozenset()
    sets = [{split_unit(without_population(level))[0] for level in levels} for levels in headers]
    return frozenset(set.intersection(*sets))


def _meaning(rest: str) -> dict[str, str | None]:
    """What a level says other than a name."""
    if (grades := grades_of(rest)) is not None:
        return {"grades": grades}
    if (within := grades_within(rest)) is not None:
        return {"grades": within[0], "term": _around(rest, within[1])}
    if found := re.fullmatch(r"(?P<name>.*\S)[\s,:/-]+(?:any|all)", rest, re.IGNORECASE):
        return {"grades": "any", "term": found["name"].strip(_SIGNS)}
    outcome, before = outcome_and_rest(rest)
    if outcome is None:
        outcome, before = outcome_in_header(rest)
    if outcome is not None:
        return {"outcome": outcome, "term": None if names_events(before) else before or None}
    attribution = attribution_in_header(rest) if rest else None
    return {"attribution": attribution} if attribution else {}


def _around(text: str, words: str) -> str | None:
    """What stands before the grades, and after them where a comma or a bracket sets it apart."""
    before, _, after = plain_grades(text).partition(words.strip())
    apart = after if re.match(r"\s*[,;:/([]", after) else ""
    return f"{before.replace('(CTC', '').strip(_SIGNS)} {apart.strip(_SIGNS)}".strip() or None
