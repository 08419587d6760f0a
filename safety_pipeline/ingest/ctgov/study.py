"""A register record in one shape, whatever format it came in: what was printed, and where it stands in the file."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """Something in the record that cannot be used: its place, the value found there and what belongs there.

    ``kind`` and ``term`` are those of the line it stands on, where it costs the counts of a line.
    """

    place: str
    found: str
    expected: str
    rule: str = "value_has_its_type"
    kind: str | None = None
    term: str | None = None


@dataclass(frozen=True)
class Count:
    """The numbers of one group on one line, as the text they were printed as."""

    group_id: str
    place: str
    affected: str | None
    at_risk: str | None
    episodes: str | None = None


@dataclass(frozen=True)
class Event:
    """One line of an adverse event table: ``kind`` is ``serious``, ``other`` or ``total``."""

    kind: str
    row_number: int
    term: str
    counts: tuple[Count, ...]
    seriousness: str | None = None
    body_system: str | None = None
    vocabulary: str | None = None
    notes: str | None = None


@dataclass(frozen=True)
class Group:
    """One column of the adverse event tables, with its own population, where the totals give none that of its lines."""

    group_id: str
    printed_id: str
    title: str | None
    description: str | None
    at_risk: int | None = None
    is_at_risk_of_lines: bool = False


@dataclass(frozen=True)
class Intervention:
    """One registered intervention and the arms it belongs to."""

    kind: str
    name: str
    other_names: tuple[str, ...] = ()
    arm_labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class RegisteredArm:
    """One arm of the registered design, which the groups of the results need not repeat."""

    label: str
    description: str | None = None
    interventions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Design:
    """What the record says of the study, apart from its results."""

    title: str | None = None
    posted: str | None = None
    phases: tuple[str, ...] = ()
    allocation: str | None = None
    model: str | None = None
    conditions: tuple[str, ...] = ()
    enrolment: str | None = None
    enrolment_type: str | None = None
    arms: tuple[RegisteredArm, ...] = ()
    interventions: tuple[Intervention, ...] = ()


@dataclass(frozen=True)
class Study:
    """One register record: ``has_module`` is false where it has no adverse event section at all."""

    nct_id: str
    design: Design
    has_module: bool = False
    time_frame: str | None = None
    description: str | None = None
    threshold: str | None = None
    groups: tuple[Group, ...] = ()
    events: tuple[Event, ...] = ()
    faults: tuple[Fault, ...] = field(default=())
