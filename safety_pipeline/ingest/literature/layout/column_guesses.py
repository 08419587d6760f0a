"""Guesses what each column of a table is from its header and from what stands below it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from safety_pipeline.ingest.literature.grid import Box, Grid
from safety_pipeline.ingest.literature.layout.bodies import Body
from safety_pipeline.ingest.literature.layout.guesses import GuessedColumn
from safety_pipeline.ingest.literature.layout.wording import (
    grades_of,
    grades_within,
    ignored_as,
    is_word,
    population_of,
    without_population,
)
from safety_pipeline.ingest.literature.layout_data import layout, pattern
from safety_pipeline.ingest.literature.printed import is_blank, is_dash, kind_of

_UNIT_TAIL = re.compile(
    r"[,;:]?\s*(?:[\[(]?\s*(?:n|no\.?|cases|pts|patients|number)?\s*[,/]?\s*[\[(]\s*(?:%|percent)\s*[\])]\s*[\])]?|%)$",
    re.I,
)


def guess_columns(grid: Grid, body: Body) -> list[GuessedColumn]:
    """One guess for each column, the label column found first."""
    headers = (
        _split_header(grid, body) if grid.is_ragged else [_levels(grid, body, at) for at in range(1, grid.width + 1)]
    )
    label = 1 if grid.is_ragged else _label_column(grid, body)
    headers = _with_grade_word(headers, body.caption)
    guesses = [_guess(grid, body, at, levels, label) for at, levels in enumerate(headers, start=1)]
    certain = guesses if grid.n_header_rows else _without_lost_spans(guesses)
    return _totals_of_arms_only(_pair_percentages(certain))


def _without_lost_spans(guesses: list[GuessedColumn]) -> list[GuessedColumn]:
    """In a file that cannot say how far a header spans: no grades, where only some columns have them.

    The name of a group stands over its first column there, or over any other, so it settles none of them.
    """
    counted = [guess for guess in guesses if guess.role == "count" and guess.content != "%" and not guess.is_total]
    if not any(guess.grades for guess in counted) or all(guess.grades for guess in counted):
        return guesses
    return [replace(guess, grades=None) if guess.role == "count" else guess for guess in guesses]


def _levels(grid: Grid, body: Body, column: int) -> list[str]:
    """The header texts above a column, from the top, each once."""
    boxes = [grid.box(line, column) for line in range(body.head, body.header_rows + 1)]
    return list(dict.fromkeys(" ".join(box.unmarked.split()) for box in boxes if not is_blank(box.text)))


def _totals_of_arms_only(guesses: list[GuessedColumn]) -> list[GuessedColumn]:
    """A "total" beside grades and no arms adds up grades: whose grades is asked, and it is no total over arms."""
    counted = [guess for guess in guesses if guess.role == "count"]
    if any(guess.arm for guess in counted) or not any(guess.grades for guess in counted):
        return guesses
    return [replace(guess, is_total=False) for guess in guesses]


def _with_grade_word(headers: list[list[str]], caption: str) -> list[list[str]]:
    """Bare digits in a header are grades only where a header or the caption speaks of grades."""
    if "grade" not in " ".join([caption, *(level for levels in headers for level in levels)]).casefold():
        return headers
    return [[re.sub(r"^([1-5])$", r"Grade \1", level) for level in levels] for levels in headers]


def _split_header(grid: Grid, body: Body) -> list[list[str]]:
    """The column names in a header without borders: its words for grades and percentages, in order."""
    width = max(len(grid.rows[line - 1]) for line in body.lines)
    text = grid.rows[body.header_rows - 1][0].text if body.header_rows else ""
    shapes = layout("patterns")["grades"]
    names = sorted(layout("words")["any_grade"], key=len, reverse=True)
    spaced = [rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in names if " " in name]
    grade = "|".join(f"(?:{shapes[name]})" for name in ("from", "lower_and_upper", "single"))
    pieces = re.sub(r"\?P<\w+>", "?:", "|".join([*spaced, grade]))
    found = [match[0].strip() for match in pattern(rf"(?:{pieces}|%)").finditer(text)]
    return [[], *([name] for name in found)] if len(found) == width - 1 else [[] for _ in range(width)]


def _label_column(grid: Grid, body: Body) -> int:
    """The column of texts that differ most from line to line; the first where several do."""

    def distinct(column: int) -> int:
        texts = {grid.box(line, column).text for line in body.lines}
        return len({text for text in texts if not is_blank(text) and kind_of(text) is None and not is_dash(text)})

    def named(column: int) -> bool:
        return column > 1 and any(is_word("label_headers", level) for level in _levels(grid, body, column))

    return max(range(1, grid.width + 1), key=lambda column: (named(column), distinct(column), -column))


def _guess(grid: Grid, body: Body, number: int, levels: Sequence[str], label: int) -> GuessedColumn:
    header = " / ".join(levels)
    if number == label:
        return GuessedColumn(number, header, "label")
    reason = next((found for level in levels if (found := ignored_as(level)) is not None), None)
    if reason is not None:
        return GuessedColumn(number, header, "ignore", reason=reason)
    kinds = _kinds([grid.box(line, number) for line in body.lines])
    role = _role_by_name(levels[-1] if levels else "", kinds)
    if role is not None:
        return GuessedColumn(number, header, role)
    if not kinds:
        return GuessedColumn(number, header, "ignore", reason="no counts in it")
    return _counted(number, header, levels, kinds)


def _role_by_name(name: str, kinds: Counter[str]) -> str | None:
    """`dose` or `population` where the header says so; a population is whole numbers only."""
    if is_word("dose_columns", re.sub(r"^\w+ (?=dose)", "", re.sub(r"\(.*\)", "", name)).strip()):
        return "dose"
    if is_word("grade_headers", name):
        return "grade"
    return "population" if is_word("population_columns", name) and set(kinds) == {"n"} else None


def _kinds(boxes: Sequence[Box]) -> Counter[str]:
    return Counter(kind for box in boxes if not box.is_repeat and (kind := kind_of(box.unmarked)) is not None)


def _counted(number: int, header: str, levels: Sequence[str], kinds: Counter[str]) -> GuessedColumn:
    grades, n_at_risk, names, term = None, None, [], None
    for level in levels:
        n_at_risk = population_of(level) or n_at_risk
        rest = without_population(_UNIT_TAIL.sub("", level))
        within = grades_within(rest)
        if (found := grades_of(rest)) is not None:
            grades = found
        elif within is not None:
            grades, term = within[0], _around(rest, within[1])
        elif rest and not is_word("count_units", rest) and not is_word("percent_units", rest):
            names.append(rest)
    is_percent = any(is_word("percent_units", level) for level in levels)
    total = bool(names) and is_word("total_columns", names[-1])
    return GuessedColumn(
        number,
        header,
        "count",
        arm=None if total else (names[-1] if names else None),
        is_total=total,
        grades=grades,
        content=_content(kinds, is_percent=is_percent),
        n_at_risk=n_at_risk,
        term=term,
    )


def _around(text: str, words: str) -> str | None:
    left = text.split(words.strip(), maxsplit=1)[0] if words.strip() in text else text
    return left.replace("(CTC", "").strip(" (,;:[") or None


def _content(kinds: Counter[str], *, is_percent: bool) -> str:
    """The fullest content that stands below; a bare 0 among `n (%)` does not make the column one of counts."""
    for content in ("n/N (%)", "n (%)", "% (n)", "n/N"):
        if content in kinds:
            return content
    return "%" if is_percent or "%" in kinds else "n"


def _pair_percentages(guesses: list[GuessedColumn]) -> list[GuessedColumn]:
    """A column of percentages after a column of counts belongs to it, unless it names an arm or grades of its own."""
    paired = list(guesses)
    for at in range(1, len(paired)):
        before, this = paired[at - 1], paired[at]
        own = this.arm or this.grades
        same = (this.arm, this.grades) == (before.arm, before.grades)
        if this.content == "%" and before.role == "count" and before.content == "n" and (same or not own):
            paired[at] = replace(this, role="percent")
    return paired
