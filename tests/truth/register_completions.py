"""The counts that the record of a tiny trial allows: all serious events, others as far as its threshold lists them."""

from collections.abc import Iterator
from itertools import product

from truth.completions import Bounds, Marks, bounds, n_hidden_slots, n_terms, sums
from truth.register import Line, Record
from truth.terms import terms

KINDS = ("serious", "other")


def allowed(record: Record, place: int, concept: str, *, by_words: bool) -> dict[str, Bounds] | None:
    """The bounds of each band over all completions; nothing where too much would have to be tried.

    `by_words` takes a term that no dictionary knows for what it says.
    A register grades nothing: of those affected, from nobody to everybody may have had a severe event.
    """
    edition = record.trial.edition
    known = frozenset(term.name for term in terms(edition) if term.is_known)
    names = sorted({line.term for line in record.lines} & {t.name for t in terms(edition) if t.concept == concept})
    if not record.has_n or len(names) > 2 or concept == "any_event":
        return None
    certain = tuple(name for name in names if name in known)
    readings = {tuple(names)} if by_words else {tuple(names), certain}
    found = {n for spoken in readings for n in _counts(record, place, concept, spoken, known)}
    return {"any": bounds(found), "severe": (0, max(found))}


def _counts(record: Record, place: int, concept: str, names: tuple[str, ...], known: frozenset[str]) -> Iterator[int]:
    """Patients with any event of the concept, in every completion of the lines of these terms.

    Those with any listed event of a kind are at most the total of the kind.
    """
    n, totals = record.trial.arms[place].n, record.totals[place]
    asked = [(name, kind) for name in names for kind in KINDS]
    hidden_each = n if record.threshold is None else int(record.threshold) * n // 100
    printed = [_allowed(record, place, name, kind, hidden_each) for name, kind in asked]
    unlisted = n_terms(record.trial.edition, concept) - sum(name in known for name in names)
    slots = n_hidden_slots(n, hidden_each, unlisted)
    limits = [*(max(counts) for counts in printed), *[hidden_each] * slots, totals.serious, totals.other, n]
    listed = [kind if _line(record, name, kind) else None for name, kind in asked]
    states: set[Marks] = {
        (*marks, *(_has_any(marks, listed, kind) for kind in KINDS), int(any(marks)))
        for marks in product((0, 1), repeat=len(printed) + slots)
    }
    for marks in sums(states, n, limits):
        if all(mark in counts for mark, counts in zip(marks, printed, strict=False)):
            yield marks[-1]


def _has_any(marks: Marks, listed: list[str | None], wanted: str) -> int:
    """Whether a patient has an event on a listed line of the kind."""
    return int(any(mark and kind == wanted for mark, kind in zip(marks, listed, strict=False)))


def _allowed(record: Record, place: int, name: str, kind: str, hidden_each: int) -> frozenset[int]:
    """The counts of one term and kind that would be printed as the record is."""
    everything = frozenset(range(record.trial.arms[place].n + 1))
    line = _line(record, name, kind)
    if line is None:
        return frozenset({0}) if kind == "serious" else frozenset(range(hidden_each + 1))
    given = line.places.get(place)
    return everything if given is None or not given.affected.isdigit() else frozenset({int(given.affected)})


def _line(record: Record, name: str, kind: str) -> Line | None:
    return next((line for line in record.lines if line.term == name and line.kind == kind), None)
