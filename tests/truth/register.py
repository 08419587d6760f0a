"""What a study's record in a register holds of its adverse events, whatever the format it is sent in."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from truth.terms import concepts
from truth.trial import BAND_STARTS, Arm, Event, Size, Trial, all_causes, chance, events_of, is_dead, random_trial

_UNREADABLE = ("NA", "1,1", "<5", "2.5")


@dataclass(frozen=True)
class Place:
    """One group's place on a line: what is printed of it; a text that is no number where the count was damaged."""

    affected: str
    n_events: str
    at_risk: str


@dataclass(frozen=True)
class Line:
    """One preferred term among the serious or the other events; a group may have no place on it."""

    kind: str
    term: str
    places: dict[int, Place]


@dataclass(frozen=True)
class Totals:
    """What is printed of a whole group: persons with any serious event, any listed other event, and deaths."""

    serious: int
    other: int
    deaths: int


@dataclass(frozen=True)
class Record:
    """The adverse events of one study; the threshold hides other events of `threshold` percent or less everywhere."""

    trial: Trial
    nct_id: str
    threshold: str | None
    has_n: bool
    has_n_on_lines: bool
    totals: tuple[Totals, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Habits:
    """How carefully the record was entered. The places of later groups may be left out, any damaged."""

    threshold: str | None
    has_n: bool
    has_n_on_lines: bool
    left_out: float
    damaged: float


def random_record(seed: int, number: int, size: Size, kind: str) -> Record:
    rng = chance(kind, seed, number)
    trial = random_trial(seed, number, rng, rng.choice(("MedDRA", "MedDRA", "CTCAE v4.03")), size)
    first = {"register": 10_000_000, "aact": 20_000_000}[kind]
    return record(trial, f"NCT{first + number:08d}", _habits(rng), rng)


def _habits(rng: Random) -> Habits:
    has_n = rng.random() < 0.85
    # A place that is not there is only seen where the other places of its line can be read.
    left_out = rng.choice((0, 0, 0, 0.1))
    return Habits(
        threshold=rng.choice(("0", "0", "1", "3", "5", "5", "10", None)),
        has_n=has_n,
        has_n_on_lines=rng.random() < (0.9 if has_n else 0.5),
        left_out=left_out,
        damaged=rng.choice((0, 0, 0.1)) if left_out == 0 else 0,
    )


def record(trial: Trial, nct_id: str, habits: Habits, rng: Random) -> Record:
    other = [term for term in _names(trial) if _is_above(trial, term, habits.threshold, rng)]
    lines = [*_lines("serious", trial, _names(trial), habits, rng), *_lines("other", trial, other, habits, rng)]
    totals = tuple(_totals(arm, other) for arm in trial.arms)
    return Record(trial, nct_id, habits.threshold, habits.has_n, habits.has_n_on_lines, totals, tuple(lines))


def _names(trial: Trial) -> list[str]:
    return sorted({event.term.name for arm in trial.arms for event in events_of(arm, "any_event", all_causes)})


def _is_above(trial: Trial, term: str, threshold: str | None, rng: Random) -> bool:
    """Other events of more than the threshold in any group are listed; without a rule any may be left out."""
    if threshold is None:
        return rng.random() < 0.6
    return any(100 * patients_with(arm, term, "other") > int(threshold) * arm.n for arm in trial.arms)


def patients_with(arm: Arm, term: str, kind: str) -> int:
    return sum(any(_is_counted(event, term, kind) for event in patient.events) for patient in arm.patients)


def _is_counted(event: Event, term: str, kind: str) -> bool:
    return event.is_emergent and event.term.name == term and event.is_serious == (kind == "serious")


def _lines(kind: str, trial: Trial, names: list[str], habits: Habits, rng: Random) -> Iterator[Line]:
    for term in names:
        if any(patients_with(arm, term, kind) for arm in trial.arms):
            places = {at: _place(arm, term, kind, habits, rng) for at, arm in enumerate(trial.arms)}
            left_out = {at for at in list(places)[1:] if rng.random() < habits.left_out}
            yield Line(kind, term, {at: place for at, place in places.items() if at not in left_out})


def _place(arm: Arm, term: str, kind: str, habits: Habits, rng: Random) -> Place:
    n = patients_with(arm, term, kind)
    events = sum(_is_counted(event, term, kind) for patient in arm.patients for event in patient.events)
    printed = rng.choice(_UNREADABLE) if rng.random() < habits.damaged else str(n)
    return Place(printed, str(events), str(arm.n) if habits.has_n_on_lines else "")


def _totals(arm: Arm, listed: list[str]) -> Totals:
    def persons(kind: str, names: list[str]) -> int:
        return sum(any(_is_counted(e, name, kind) for e in p.events for name in names) for p in arm.patients)

    everything = [event.term.name for event in events_of(arm, "any_event", all_causes)]
    return Totals(persons("serious", everything), persons("other", listed), sum(map(is_dead, arm.patients)))


def rule(record: Record) -> str:
    """Which other events are listed."""
    return {None: "no rule stated", "0": "every event"}.get(record.threshold, "above a threshold")


def features(record: Record) -> tuple[str, ...]:
    return (
        f"threshold {record.threshold}",
        f"N {'given' if record.has_n else 'on the lines only' if record.has_n_on_lines else 'missing'}",
    )


def causes(record: Record) -> dict[tuple[int, str, str, str], tuple[str, ...]]:
    return {
        (at, concept, "not_stated", band): tuple(_causes_of(record, at, arm, concept))
        for at, arm in enumerate(record.trial.arms)
        for concept in concepts()
        for band in BAND_STARTS
    }


def _causes_of(record: Record, at: int, arm: Arm, concept: str) -> list[str]:
    """Why the record does not simply say how many of the group had the concept, the gravest reason first."""
    events = events_of(arm, concept, all_causes)
    own = [line for line in record.lines if line.term in {event.term.name for event in events}]
    listed = {(line.kind == "serious", line.term) for line in own}
    left_out = "term below the threshold" if record.threshold else "term left out, no threshold stated"
    found = {
        "death that is no event": concept == "any_event" and any(each.died_of_disease for each in arm.patients),
        "no number at risk": not record.has_n,
        "term no dictionary knows": any(not event.term.is_known for event in events),
        "refused count": any(at in line.places and not line.places[at].affected.isdigit() for line in own),
        "group left out of a line": any(at not in line.places for line in own),
        left_out: any((event.is_serious, event.term.name) not in listed for event in events),
        "serious lines only": all(line.kind == "serious" for line in own),
        "several lines": len(own) > 1,
    }
    return [cause for cause, holds in found.items() if holds] or ["one line"]
