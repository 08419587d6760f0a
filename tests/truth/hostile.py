"""Lakes of trials at the edges: nobody or everybody affected, one patient, none, equal arms, thousands of terms."""

from collections.abc import Callable
from random import Random

from truth.article import article, random_tables
from truth.package import package, random_habits
from truth.printed import Printed
from truth.register import Habits, record
from truth.register_json import printed_record
from truth.terms import Term, terms
from truth.trial import EDITIONS, Arm, Event, Patient, Size, Trial, chance, random_trial

_DRUG = "hostatide"
Shape = Callable[[Random, str], tuple[tuple[Patient, ...], ...]]
"""The patients of each arm of a trial, graded by an edition."""


def _nobody(rng: Random, edition: str) -> tuple[tuple[Patient, ...], ...]:
    return tuple((Patient(),) * rng.randint(1, 60) for _ in range(2))


def _everybody(rng: Random, edition: str) -> tuple[tuple[Patient, ...], ...]:
    everything = Patient(tuple(_event(term, rng) for term in terms(edition) if term.is_known))
    return tuple((everything,) * rng.randint(1, 60) for _ in range(2))


def _only_one_arm(rng: Random, edition: str) -> tuple[tuple[Patient, ...], ...]:
    return _everybody(rng, edition)[0], _nobody(rng, edition)[0]


def _one_patient(rng: Random, edition: str) -> tuple[tuple[Patient, ...], ...]:
    return (_everybody(rng, edition)[0][:1],)


def _one_patient_an_arm(rng: Random, edition: str) -> tuple[tuple[Patient, ...], ...]:
    return _everybody(rng, edition)[0][:1], (Patient(),)


def _equal_arms(rng: Random, edition: str) -> tuple[tuple[Patient, ...], ...]:
    patients = _ordinary(rng, edition)[0]
    return patients, patients


def _empty_arm(rng: Random, edition: str) -> tuple[tuple[Patient, ...], ...]:
    return _ordinary(rng, edition)[0], ()


def _many_arms(rng: Random, edition: str) -> tuple[tuple[Patient, ...], ...]:
    return tuple(_ordinary(rng, edition)[0] for _ in range(9))


def _large_arms(rng: Random, edition: str) -> tuple[tuple[Patient, ...], ...]:
    rare = Patient((_event(rng.choice(terms(edition)), rng),))
    return tuple((rare, *[Patient()] * 4000) for _ in range(2))


def _thousands_of_terms(rng: Random, edition: str) -> tuple[tuple[Patient, ...], ...]:
    named = [Term(edition, f"Invented disorder {number}", "invented", (1, 2, 3, 4, 5), False) for number in range(2000)]
    everything = Patient(tuple(_event(term, rng) for term in named))
    return (everything, Patient()), (everything,)


def _ordinary(rng: Random, edition: str) -> tuple[tuple[Patient, ...], ...]:
    return tuple(arm.patients for arm in random_trial(0, 0, rng, edition, Size()).arms)


def _event(term: Term, rng: Random) -> Event:
    return Event(term, rng.choice(term.grades), is_serious=rng.random() < 0.5, is_related=True)


SHAPES: dict[str, tuple[int, Shape]] = {
    "nobody affected": (4, _nobody),
    "everybody affected": (4, _everybody),
    "everybody in one arm": (4, _only_one_arm),
    "one patient": (3, _one_patient),
    "one patient an arm": (3, _one_patient_an_arm),
    "equal arms": (4, _equal_arms),
    "an arm without patients": (3, _empty_arm),
    "nine arms": (2, _many_arms),
    "thousands of patients": (1, _large_arms),
    "thousands of terms": (1, _thousands_of_terms),
    "ordinary": (4, _ordinary),
}


def random_lake(seed: int, number: int) -> list[Printed]:
    """One to six sources of one drug, so that they are pooled and compared."""
    rng = chance("lake", seed, number)
    return [_source(rng, seed, 10 * number + at) for at in range(rng.randint(1, 6))]


def _source(rng: Random, seed: int, number: int) -> Printed:
    shape = rng.choices(list(SHAPES), [weight for weight, _ in SHAPES.values()])[0]
    kind = _kind(rng, shape)
    edition = rng.choice(EDITIONS[:3]) if kind == "article" else "MedDRA"
    patients = SHAPES[shape][1](rng, edition)
    doses = rng.choice(((100, 200), (100, 100), (400, 600)))
    arms = tuple(_arm(at, doses, of_arm) for at, of_arm in enumerate(patients))
    return _printed(kind, Trial(seed, number, edition, arms, drug=_DRUG), rng)


def _kind(rng: Random, shape: str) -> str:
    """An article or a package has no arm without patients."""
    if shape == "an arm without patients":
        return "register"
    return rng.choice(("article", "article", "register", "package"))


def _arm(at: int, doses: tuple[int, ...], patients: tuple[Patient, ...]) -> Arm:
    dose = doses[at] if at < len(doses) else 100 * at
    return Arm("ABCDEFGHI"[at], dose, patients)


def _printed(kind: str, trial: Trial, rng: Random) -> Printed:
    if kind == "article":
        return article(trial, random_tables(trial, rng))
    if kind == "package":
        return package(trial, random_habits(rng), rng)
    careful = Habits(rng.choice(("0", "5", None)), has_n=True, has_n_on_lines=True, left_out=0, damaged=0)
    return printed_record(record(trial, f"NCT{30_000_000 + trial.number:08d}", careful, rng))
