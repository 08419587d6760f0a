"""Invented trials: patients of known arms with known events, and the true number of patients affected."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from random import Random

from truth.terms import Term, terms

EDITIONS = ("CTC v2.0", "CTCAE v3.0", "CTCAE v4.03", "MedDRA")
_GRADES, _GRADE_WEIGHTS = (1, 2, 3, 4, 5), (40, 28, 18, 8, 6)
BAND_STARTS = {"any": 1, "severe": 3}


@dataclass(frozen=True)
class Event:
    """One event of one patient; one that is not emergent began before treatment."""

    term: Term
    grade: int
    is_serious: bool
    is_related: bool
    is_emergent: bool = True


Counted = Callable[[Event], bool]
"""Whether a table counts an event at all: its attribution, and seriousness in a register."""


@dataclass(frozen=True)
class Patient:
    events: tuple[Event, ...] = ()
    died_of_disease: bool = False


@dataclass(frozen=True)
class Arm:
    """Patients of one dose; those of an arm that is a `subset_of` another are patients of that arm too."""

    name: str
    dose: int
    patients: tuple[Patient, ...]
    subset_of: str | None = None

    @property
    def n(self) -> int:
        return len(self.patients)


@dataclass(frozen=True)
class Trial:
    """One set of patients; `seed` and `number` make it again.

    Where it is not `is_graded_by_edition`, its investigators also gave grades that the edition does not have.
    """

    seed: int
    number: int
    edition: str
    arms: tuple[Arm, ...]
    drug: str = "simvatide"
    is_graded_by_edition: bool = True

    @property
    def whole_arms(self) -> tuple[Arm, ...]:
        """The arms that hold each patient once."""
        return tuple(arm for arm in self.arms if arm.subset_of is None)


@dataclass(frozen=True)
class Size:
    """How large an invented trial may be."""

    patients: int = 40
    arms: int = 3
    terms: int = 8


def chance(source: str, seed: int, number: int) -> Random:
    """The random choices of one trial: the same ones whatever other trials are invented."""
    return Random(f"{source} {seed} {number}")  # noqa: S311 - invented patients, no secrets


def random_trial(seed: int, number: int, rng: Random, edition: str, size: Size) -> Trial:
    """A trial in which rare and frequent events, every grade and deaths occur."""
    by_edition = rng.random() < 0.95
    pool = _pool(rng, edition, size)
    arms = tuple(
        Arm("ABCDEFGHI"[place - 1], 100 * place, _patients(rng, rng.randint(1, size.patients), pool, by_edition))
        for place in range(1, rng.randint(1, size.arms) + 1)
    )
    return Trial(seed, number, edition, arms, drug=f"simvatide{number}", is_graded_by_edition=by_edition)


def _pool(rng: Random, edition: str, size: Size) -> list[Term]:
    known = [term for term in terms(edition) if term.is_known]
    unknown = [term for term in terms(edition) if not term.is_known]
    return rng.sample(known, rng.randint(1, min(size.terms, len(known)))) + rng.sample(
        unknown, rng.choice((0, 0, 0, 1))
    )


def _patients(rng: Random, n: int, pool: Collection[Term], by_edition: bool) -> tuple[Patient, ...]:
    risks = {term: rng.choice((0.02, 0.05, 0.1, 0.3, 0.7)) for term in pool}
    return tuple(_patient(rng, risks, by_edition) for _ in range(n))


def _patient(rng: Random, risks: dict[Term, float], by_edition: bool) -> Patient:
    terms_had = [term for term, risk in risks.items() if rng.random() < risk for _ in range(rng.choice((1, 1, 2)))]
    return Patient(tuple(_event(rng, term, by_edition) for term in terms_had), died_of_disease=rng.random() < 0.03)


def _event(rng: Random, term: Term, by_edition: bool) -> Event:
    grades = term.grades if by_edition else _GRADES
    grade = rng.choices(grades, [_GRADE_WEIGHTS[each - 1] for each in grades])[0]
    is_serious = grade == 5 or rng.random() < (0.05, 0.1, 0.4, 0.7)[grade - 1]
    return Event(term, grade, is_serious, is_related=rng.random() < 0.7, is_emergent=rng.random() < 0.9)


def with_subgroup(trial: Trial, rng: Random) -> Trial:
    """The trial with some patients of its first arm as an arm of their own, as a region or a second course is."""
    whole = trial.arms[0]
    part = rng.sample(whole.patients, rng.randint(1, whole.n))
    subgroup = Arm(f"{whole.name}1", whole.dose, tuple(part), subset_of=whole.name)
    return replace(trial, arms=(*trial.arms, subgroup))


def affected(arm: Arm, concept: str, band: str, counted: Counted) -> int:
    """The true number of patients with at least one counted event of the concept in the grade band."""
    if concept == "death_any_cause":
        return sum(is_dead(patient) for patient in arm.patients)
    start = BAND_STARTS[band]
    return sum(
        any(counted(event) and event.grade >= start and is_of(event, concept) for event in patient.events)
        for patient in arm.patients
    )


def affected_short_of_death(arm: Arm, concept: str, counted: Counted) -> int:
    """The patients whose worst event of the concept has grade 3 or 4: the least that a column 3-4 counts."""
    worst = [
        max((event.grade for event in patient.events if counted(event) and is_of(event, concept)), default=0)
        for patient in arm.patients
    ]
    return sum(grade in (3, 4) for grade in worst)


def is_of(event: Event, concept: str) -> bool:
    return concept in (event.term.concept, "any_event")


def events_of(arm: Arm, concept: str, counted: Counted) -> list[Event]:
    """The counted events of the concept in the arm."""
    return [event for patient in arm.patients for event in patient.events if counted(event) and is_of(event, concept)]


def is_dead(patient: Patient) -> bool:
    return patient.died_of_disease or any(event.grade == 5 for event in patient.events)


def all_causes(event: Event) -> bool:
    return event.is_emergent


def related(event: Event) -> bool:
    return event.is_emergent and event.is_related
