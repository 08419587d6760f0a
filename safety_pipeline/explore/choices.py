"""What a reader has chosen: it stands in the address, and a spelling that is meant is understood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from safety_pipeline.explore.published import Published
from safety_pipeline.publish.find_name import find_name

CONCEPTS = """
    SELECT concept, any_value(concept_label) AS label, bool_or(is_headline) AS is_headline
    FROM mart_incidence_by_arm GROUP BY concept ORDER BY is_headline DESC, label
"""
# A placebo is nobody's question; it is there for those who ask.
DRUGS = """
    SELECT drug, count(*) AS n FROM mart_incidence_by_arm WHERE drug IS NOT NULL
    GROUP BY drug ORDER BY drug = 'placebo', n DESC, drug
"""


@dataclass(frozen=True)
class Option:
    """One entry of a list: the value in the address and its label."""

    value: str
    label: str


@dataclass(frozen=True)
class Choice:
    """The concept, drug and filters in force; ``unknown`` says what was asked for and is not there."""

    concept: str
    concept_label: str
    drug: str
    attribution: str = ""
    edition: str = ""
    leave_out: str = ""
    unknown: tuple[str, ...] = field(default=())

    @property
    def is_narrowed(self) -> bool:
        """Whether the answers must be computed anew from fewer arms than the release's."""
        return bool(self.edition or self.leave_out)


def concepts(data: Published) -> list[Option]:
    """The concepts that any arm speaks of, the headline ones first."""
    return [Option(row["concept"], row["label"]) for row in data.lasting(CONCEPTS)]


def drugs(data: Published) -> list[Option]:
    """The drugs, those with most answers first."""
    return [Option(row["drug"], row["drug"]) for row in data.lasting(DRUGS)]


def choose(data: Published, asked: Mapping[str, str]) -> Choice:
    """The choice the address asks for; what it leaves open is the first of the list."""
    known_concepts, known_drugs = concepts(data), drugs(data)
    concept, no_concept = found(asked.get("concept", ""), known_concepts, "concept")
    drug, no_drug = found(asked.get("drug", ""), known_drugs, "drug")
    return Choice(
        concept=concept.value,
        concept_label=concept.label,
        drug=drug.value,
        attribution=asked.get("attribution", ""),
        edition=asked.get("edition", ""),
        leave_out=asked.get("leave_out", ""),
        unknown=(*no_concept, *no_drug),
    )


def found(
    asked: str, options: Sequence[Option], kind: str, otherwise: Option | None = None
) -> tuple[Option, tuple[str, ...]]:
    """The option meant; else ``otherwise``, or the first one, and a sentence that says what is shown instead."""
    instead = otherwise or (options[0] if options else Option("", ""))
    if not asked.strip():
        return instead, ()
    names = {option.value: option.label for option in options}
    meant = find_name(asked.strip(), names)
    if meant.name is not None:
        return Option(meant.name, names[meant.name]), ()
    near = ", ".join(names[name] for name in meant.near)
    shown = f" Shown is {instead.label}." if instead.label else ""
    return instead, (f"There is no {kind} “{asked}”." + (f" Near: {near}." if near else "") + shown,)
