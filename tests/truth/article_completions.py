"""The counts that a tiny article table allows: what its printed cells leave open, and what its rule may hide."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

from truth.article_layout import SPANS, Layout, base_column, reaches, written
from truth.article_table import ANY_EVENT, GROUPS, Line, Table
from truth.completions import Bounds, Marks, bounds, n_hidden_slots, n_terms, sums
from truth.terms import terms

Grades = frozenset[int]
_NOTHING: Grades = frozenset()
# Of a term that is not printed nothing matters but whether a patient had it, mildly or severely.
_HIDDEN = (_NOTHING, frozenset({1}), frozenset({3}))


@dataclass(frozen=True)
class Question:
    """One arm and concept, the lines that speak of it, and how its grades were counted."""

    table: Table
    place: int
    concept: str
    lines: tuple[Line, ...]
    counting: str
    by_edition: bool

    @property
    def n(self) -> int:
        return self.table.trial.arms[self.place].n


def allowed(table: Table, place: int, concept: str, *, by_edition: bool, by_words: bool) -> dict[str, Bounds] | None:
    """The bounds of each band over all completions.

    `by_edition` leaves out grades that the edition does not have, `by_words` takes a term that no dictionary knows for
    what it says. Nothing where the article counts no patients, or not those with any event, or where there is too much
    to try.
    """
    lines = _lines(table, concept)
    if table.layout.unit == "episodes" or len(lines) > 2 or (concept == "any_event" and not lines):
        return None
    questions = [
        Question(table, place, concept, spoken, counting, by_edition)
        for counting in _countings(table)
        for spoken in {lines, *([] if by_words else [_in_dictionaries(table, concept, lines)])}
    ]
    found = {pair for question in questions for pair in _counts(question)}
    return {"any": bounds(n for n, _ in found), "severe": bounds(n for _, n in found)}


def _countings(table: Table) -> tuple[str, ...]:
    """Where the article does not say how grades are counted, both ways."""
    return (table.layout.counting,) if table.layout.says_counting else ("worst", "each")


def _in_dictionaries(table: Table, concept: str, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    known = frozenset(term.name for term in terms(table.trial.edition) if term.is_known)
    return tuple(line for line in lines if line.row.label in known | {ANY_EVENT, GROUPS.get(concept)})


def _lines(table: Table, concept: str) -> tuple[Line, ...]:
    if concept == "any_event":
        return tuple(line for line in table.lines if line.row.label == ANY_EVENT)
    own = {term.name for term in terms(table.trial.edition) if term.concept == concept}
    return tuple(line for line in table.lines if line.row.label in own or line.row.label == GROUPS.get(concept))


def _counts(question: Question) -> Iterator[tuple[int, int]]:
    """Patients with any and with severe events of the concept, in every completion of the lines."""
    slots = _hidden_slots(question)
    cells = [_allowed_counts(question, line) for line in question.lines]
    hidden = [_hidden_each(question)] * slots
    flat = [counts for line in cells for counts in line]
    limits = [*(max(counts) for counts in flat), *hidden, question.n, question.n]
    for marks in sums(_states(question, slots), question.n, limits):
        if all(mark in counts for mark, counts in zip(marks, flat, strict=False)):
            yield marks[-2], marks[-1]


def _allowed_counts(question: Question, line: Line) -> list[frozenset[int]]:
    """For each grade column the counts that would be printed as the cell is."""
    everything = range(question.n + 1)
    layout = question.table.layout
    return [
        frozenset(n for n in everything if cell.gap or cell.text in _texts(n, question.n, layout))
        for cell in line.cells[question.place]
    ]


def _texts(n: int, size: int, layout: Layout) -> tuple[str, ...]:
    return (written(n, size, layout), "") if n == 0 and layout.blank == "zero" else (written(n, size, layout),)


def _hidden_each(question: Question) -> int:
    """The most patients that one unlisted term may have."""
    layout = question.table.layout
    if layout.threshold is not None:
        return max(n for n in range(question.n + 1) if n == 0 or not reaches(n, question.n, layout.threshold))
    return 0 if layout.omits == "nothing, and says so" else question.n


def _hidden_slots(question: Question) -> int:
    """As many unlisted terms as matter; one at least where a table of severe events leaves the mild ones out."""
    if any(line.row.label in {ANY_EVENT, GROUPS.get(question.concept)} for line in question.lines):
        return 0
    edition = question.table.trial.edition
    known = {term.name for term in terms(edition) if term.is_known}
    unlisted = n_terms(edition, question.concept) - sum(line.row.label in known for line in question.lines)
    least = int(_severe_only(question) and unlisted > 0)
    return max(least, n_hidden_slots(question.n, _hidden_each(question), unlisted))


def _severe_only(question: Question) -> bool:
    return base_column(question.table.layout) != "any"


def _states(question: Question, slots: int) -> set[Marks]:
    """The marks of one patient: printed columns of each line, unlisted terms, then any and severe."""
    own = _patient_grades(question)
    start = SPANS[base_column(question.table.layout)][0]
    return {
        (*marks, *(int(any(grade >= start for grade in each)) for each in hidden), *_answers(grades.union(*hidden)))
        for marks, grades in own
        for hidden in product(_HIDDEN, repeat=slots)
    }


def _patient_grades(question: Question) -> set[tuple[Marks, Grades]]:
    """What a patient may add to the printed columns, with the grades of events of the concept that lie behind it."""
    main = [line for line in question.lines if line.row.parent is None]
    below = [line for line in question.lines if line.row.parent is not None]
    found = set()
    for grades in product(*(_grades_of(line, question) for line in main)):
        for inside in product(*(_grades_of(line, question) for line in below)):
            if all(_is_inside(events, _above(line, main, grades)) for line, events in zip(below, inside, strict=True)):
                marks = _marks(question, _in_order(question, grades, inside))
                found.add((marks, _class_of(_NOTHING.union(*grades))))
    return found


def _above(line: Line, main: list[Line], grades: tuple[Grades, ...]) -> Grades:
    return next(events for above, events in zip(main, grades, strict=True) if above.row.label == line.row.parent)


def _is_inside(events: Grades, above: Grades) -> bool:
    """Events of a sub-row are events of the row above it, whose worst grade is as bad at least."""
    return events <= above if len(above) > 1 else max(events, default=0) <= max(above, default=0)


def _in_order(question: Question, grades: tuple[Grades, ...], inside: tuple[Grades, ...]) -> list[Grades]:
    """The grades of each line in the order of the table, of main lines and of sub-rows."""
    of_main, of_below = iter(grades), iter(inside)
    return [next(of_main if line.row.parent is None else of_below) for line in question.lines]


def _grades_of(line: Line, question: Question) -> list[Grades]:
    """All that a patient may have of one row: by worst grade only the worst matters."""
    own = [term.grades for term in terms(question.table.trial.edition) if term.name == line.row.label]
    grades = own[0] if own and question.by_edition else range(1, 6)
    sizes = range(2) if question.counting == "worst" else range(6)
    return [frozenset(each) for size in sizes for each in combinations(grades, size)]


def _marks(question: Question, printed: list[Grades]) -> Marks:
    return tuple(
        int(any(SPANS[column][0] <= grade <= SPANS[column][1] for grade in grades))
        for grades in printed
        for column in question.table.layout.columns
    )


def _class_of(grades: Grades) -> Grades:
    """The grades as far as the answers need them."""
    return frozenset({3}) if any(grade >= 3 for grade in grades) else frozenset({1}) if grades else _NOTHING


def _answers(grades: Grades) -> Marks:
    return int(bool(grades)), int(any(grade >= 3 for grade in grades))
