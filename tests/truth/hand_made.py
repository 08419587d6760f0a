"""A trial made by hand, for tests that know its numbers by heart."""

from truth.article_layout import Layout
from truth.terms import Term, terms
from truth.trial import Arm, Event, Patient, Trial


def term(edition: str, name: str) -> Term:
    return next(each for each in terms(edition) if each.name == name)


def event(of: Term, grade: int, *, serious: bool = False, is_related: bool = True, emergent: bool = True) -> Event:
    return Event(of, grade, serious, is_related, emergent)


def patient(*events: Event) -> Patient:
    return Patient(events)


EPISTAXIS, NAUSEA = (term("CTCAE v4.03", name) for name in ("Epistaxis", "Nausea"))
TRIAL = Trial(
    seed=0,
    number=0,
    edition="CTCAE v4.03",
    arms=(
        Arm(
            "A",
            100,
            (
                patient(event(EPISTAXIS, 1), event(EPISTAXIS, 4, serious=True)),
                patient(event(EPISTAXIS, 2, is_related=False), event(NAUSEA, 3, is_related=False)),
                patient(event(NAUSEA, 2, emergent=False)),
                patient(),
            ),
        ),
        Arm("B", 200, (patient(event(EPISTAXIS, 5, serious=True)), patient())),
    ),
)
PLAIN = Layout(
    columns=("any", "3-4", "5"), counting="worst", says_counting=True, content="n (%)", decimals=0, threshold=None,
    omits="nothing", attribution="all_causality", blank="never", has_groups=False, has_any_event=False, says_n=True,
    has_total=False,
)  # fmt: skip
