"""Guesses what each line of a table is: an event, a section, a heading over grades, or none of these."""

import re
from collections.abc import Iterator, Mapping, Sequence

from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.ingest.literature.layout.guesses import GuessedColumn, GuessedRow, lines_are_grades
from safety_pipeline.ingest.literature.layout.shape.bodies import Body
from safety_pipeline.ingest.literature.layout.words.bare_grades import is_grade_zero
from safety_pipeline.ingest.literature.layout.words.heading_words import why_no_count, why_not_counted
from safety_pipeline.ingest.literature.layout.words.units import split_unit
from safety_pipeline.ingest.literature.layout.words.wording import (
    attribution_in_header,
    grades_in_label,
    grades_of,
    is_body_system,
    is_word,
    population_of,
    without_population,
)
from safety_pipeline.ingest.literature.layout_data import layout, pattern
from safety_pipeline.ingest.literature.numbers.printed import is_blank, is_bulleted, kind_of, label_of, tidy_spaces

Sizes = tuple[tuple[int, int], ...]
BEGINNING = "the beginning of the label below it"
# A label that goes on in the next line: cut at a hyphen or slash, or after a small word.
_CUT = re.compile(r"(?:\w[-/]|,|\b(?:and|or|of|with|in|the))$", re.IGNORECASE)
WITHOUT_EVENT = "the patients without the event"
POPULATION = "the patients of each group, given as n_at_risk"


def guess_rows(grid: Grid, body: Body, columns: Sequence[GuessedColumn]) -> list[GuessedRow]:
    """One guess for each line of the body that prints something."""
    label_at = next(column.number for column in columns if column.role == "label")
    counted = [column.number for column in columns if column.role in {"count", "percent", "population"}]
    labels = {line: _label(grid, line, label_at) for line in body.lines}
    full = {line for line in body.lines if _has_values(grid, line, labels[line], counted)}
    printed = [line for line in body.lines if labels[line] or line in full]
    grade_at = next((column.number for column in columns if column.role == "grade"), None)
    walk = _Walk(grid, label_at, labels, full, printed)
    walk.read_grades_from(grade_at)
    if lines_are_grades(columns):
        walk.read_grades_from(label_at)
    walk.take_for_populations(_populations(grid, labels, full, counted))
    return [walk.guess(at) for at in range(len(printed))]


class _Walk:
    """Goes down the lines; remembers what is above: a section that is no event, the last line at each indent."""

    def __init__(self, grid: Grid, label_at: int, labels: dict[int, str], full: set[int], printed: list[int]) -> None:
        self._grid, self._label_at = grid, label_at
        self._grade_at: int | None = None
        self._labels, self._full, self._printed = labels, full, printed
        self._indent = {line: _indent(grid, line, label_at) for line in printed}
        self._least = min(self._indent.values(), default=0)
        self._n_least = sum(indent == self._least for indent in self._indent.values())
        self._not_events: str | None = None
        self._populations: Mapping[int, Sizes] = {}
        self._numbers_are_grades = _are_bare_grades([labels[line] for line in sorted(full)])

    def read_grades_from(self, column: int | None) -> None:
        self._grade_at = column

    def take_for_populations(self, lines: Mapping[int, Sizes]) -> None:
        self._populations = lines

    def guess(self, at: int) -> GuessedRow:
        line = self._printed[at]
        label = self._labels[line]
        if line not in self._full:
            return self._empty(at, line, label)
        if line in self._populations:
            return GuessedRow(line, "not_an_event", label, reason=POPULATION, sizes=self._populations[line])
        if (self._holds_grades() or is_grade_zero(label)) and pattern(layout("patterns")["without_event"]).match(label):
            return GuessedRow(line, "not_an_event", label, reason=WITHOUT_EVENT)
        if reason := self._not_events or why_no_count(label) or _why_no_toxicity(label):
            return GuessedRow(line, "not_an_event", label, reason=reason)
        return self._graded(line, label) or self._event(at, line, label)

    def _graded(self, line: int, label: str) -> GuessedRow | None:
        """A line whose grades stand beside it, are its label, or begin or end its label."""
        beside = self._grade_beside(line)
        if beside is not None:
            return GuessedRow(line, "event", label, grades=beside, term=None if label else self._label_above(line))
        grades = self._grades_of_label(line)
        if grades is not None:
            return GuessedRow(line, "grade", label, grades=grades, term=self._counted_above(line))
        named = grades_in_label(label)
        term = split_unit(named[0])[0] or named[0] if named else None
        return GuessedRow(line, "event", label, grades=named[1], term=term) if named else None

    def _holds_grades(self) -> bool:
        return self._grade_at == self._label_at or self._numbers_are_grades

    def _grades_of_label(self, line: int) -> str | None:
        """The grades that a label is; a bare "III" is one where the table has several of them."""
        label = self._labels.get(line, "")
        return _bare_grades(label) if self._numbers_are_grades else grades_of(label)

    def _event(self, at: int, line: int, label: str) -> GuessedRow:
        if not label:
            return GuessedRow(line, "event", "", term=self._named_beside(line))
        if (whole := self._whole_label(at, line, label)) is not None:
            return GuessedRow(line, "event", label, term=whole)
        parent, named = self._parent(at), split_unit(label)
        term = (named[0] or None) if named[1] else None
        if parent is not None and is_body_system(parent):
            return GuessedRow(line, "event", label, term=term, body_system=parent)
        return GuessedRow(line, "event", label, term=term, parent=parent)

    def _grade_beside(self, line: int) -> str | None:
        """The grades in a column of their own."""
        if self._grade_at is None or self._grid.is_ragged:
            return None
        text = self._grid.box(line, self._grade_at).unmarked
        return _bare_grades(text)

    def _counted_above(self, line: int) -> str | None:
        """The event of grades below a line that counts it; nothing below a heading, which the reader knows."""
        above = next((at for at in self._named_above(line) if self._may_hold(at, line)), None)
        if above is None or above not in self._full:
            return None
        label = self._labels[above]
        return (grades_in_label(label) or (label, ""))[0]

    def _may_hold(self, above: int, line: int) -> bool:
        """Whether a line further up may be the event of a line of grades: less far in, where indents are printed."""
        is_in = self._indent.get(line, 0) > self._least
        return not self._grades_of_label(above) and not (is_in and self._indent.get(above, 0) >= self._indent[line])

    def _label_above(self, line: int) -> str | None:
        """The event of a line that prints only another of its grades."""
        return next((self._labels[at] for at in self._named_above(line)), None)

    def _named_above(self, line: int) -> Iterator[int]:
        """The lines above with a label, the nearest first."""
        return (at for at in range(line - 1, 0, -1) if self._labels.get(at))

    def _empty(self, at: int, line: int, label: str) -> GuessedRow:
        following = self._printed[at + 1] if at + 1 < len(self._printed) else None
        # "Treatment-related events" over "Any" says whose events follow, and names none that has grades.
        names_event = attribution_in_header(label) is None
        over_grades = names_event and following in self._full and self._is_of_grades(following or 0)
        if following is not None and self._goes_on(following):
            return GuessedRow(line, "not_an_event", label, reason=BEGINNING)
        self._not_events = why_not_counted(label)
        return GuessedRow(line, "heading" if over_grades else "section", label, reason=self._not_events)

    def _is_of_grades(self, line: int) -> bool:
        """Whether the label of a line is nothing but grades."""
        own = self._grade_beside(line) if self._grade_at == self._label_at else None
        return bool(self._grades_of_label(line) or own)

    def _named_beside(self, line: int) -> str | None:
        """The one text before the empty place of the label: an organ system in a column of its own."""
        boxes = [] if self._grid.is_ragged else self._grid.rows[line - 1][: self._label_at - 1]
        texts = [label_of(box.unmarked) for box in boxes if not box.is_repeat and kind_of(box.unmarked) is None]
        filled = [text for text in texts if text]
        return filled[0] if len(filled) == 1 else None

    def _goes_on(self, line: int) -> bool:
        """Whether a line of a text without borders goes on with the label above it: a small letter begins no label."""
        is_first = line + 1 not in self._full or not self._labels[line + 1][:1].islower()
        if line not in self._full:
            return False
        is_cut = _CUT.search(self._labels.get(line - 1, "")) is not None and line - 1 not in self._full
        return is_cut or (self._grid.is_ragged and self._labels[line][:1].islower() and is_first)

    def _whole_label(self, at: int, line: int, label: str) -> str | None:
        above = self._printed[at - 1] if at else None
        if above is None or above in self._full or not self._goes_on(line):
            return None
        return f"{self._labels[above]} {label}"

    def _parent(self, at: int) -> str | None:
        """The line with counts above that is less indented, where indents are printed."""
        indent = self._indent[self._printed[at]]
        if indent == self._least:
            return None
        for line in reversed(self._printed[:at]):
            if self._indent[line] < indent:
                return self._labels[line] if line in self._full and not self._holds_everything(line) else None
        return None

    def _holds_everything(self, line: int) -> bool:
        """Whether every other line is further in: the line is the total of the table, not a composite of a few."""
        return self._indent[line] == self._least and self._n_least == 1


def _why_no_toxicity(label: str) -> str | None:
    return "not a toxicity" if is_word("response_words", label) else None


def _bare_grades(text: str) -> str | None:
    """The grades of a text that may say them without the word, as "III" does."""
    return grades_of(text) or grades_of(f"grade {text}")


def _are_bare_grades(labels: Sequence[str]) -> bool:
    """Whether lines of counts are labelled I, II, III, IV below names of events; Arabic numbers may be patients."""
    roman = [label for label in labels if label.strip(" .)") in layout("patterns")["grades"]["roman"]]
    return len(set(roman)) > 1


def _label(grid: Grid, line: int, label_at: int) -> str:
    return label_of(grid.box(line, label_at).unmarked)


def _indent(grid: Grid, line: int, label_at: int) -> int:
    """How far in a label stands: by the space before it and by a bullet."""
    box = grid.box(line, label_at)
    return 0 if grid.is_ragged else box.indent + is_bulleted(box.text)


def _has_values(grid: Grid, line: int, label: str, counted: Sequence[int]) -> bool:
    if grid.is_ragged:
        return len(grid.rows[line - 1]) > 1
    texts = [grid.box(line, column).unmarked for column in counted]
    return any(not is_blank(text) and label_of(text) != label for text in texts)


def _populations(grid: Grid, labels: dict[int, str], full: set[int], counted: Sequence[int]) -> dict[int, Sizes]:
    """The lines that print how many patients each group has, with the number in each column."""
    if grid.is_ragged:
        return {}
    found = {line: _sizes(grid, line, labels[line], counted) for line in sorted(full)}
    return {line: sizes for line, sizes in found.items() if sizes}


def _sizes(grid: Grid, line: int, label: str, counted: Sequence[int]) -> Sizes:
    """The patients of each column: whole numbers beside a word for patients, or "N = 40" in every cell."""
    texts = {at: tidy_spaces(grid.box(line, at).unmarked) for at in counted}
    printed = {at: text for at, text in texts.items() if text and label_of(text) != label}
    if is_word("population_columns", label):
        return (
            tuple((at, int(text)) for at, text in printed.items() if re.fullmatch(r"\d{1,6}", text))
            if {kind_of(text) for text in printed.values()} <= {"n", None}
            else ()
        )
    stated = {at: population_of(text) for at, text in printed.items() if not without_population(text)}
    complete = len(stated) == len(printed) and all(n is not None for n in stated.values())
    return tuple((at, n) for at, n in stated.items() if n is not None) if complete else ()
