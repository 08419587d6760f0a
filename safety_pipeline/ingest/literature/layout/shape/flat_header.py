"""The header of a text that lost its borders: which lines it takes, and what stands over each column."""

import re
from collections.abc import Sequence
from itertools import pairwise

from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.ingest.literature.layout.shape.pieced_header import (
    bare_names,
    named_sizes,
    pieces,
    sizes,
    without_corner,
)
from safety_pipeline.ingest.literature.layout_data import layout, pattern, words
from safety_pipeline.ingest.literature.numbers.printed import tidy_spaces

_GAP = re.compile(r"\s{2,}")
_UNITS = re.compile(
    r"[(\[]?\s*\b(?:n|no\.?)\s*[,/]?\s*[(\[]\s*%\s*[)\]]+|[(\[]\s*(?:%|no\.?|n)\s*[)\]]|%|\bno\.?(?!\w)|\bn\b", re.I
)
LONGEST = 300
MOST_BESIDE = 24


def header_lines(grid: Grid, start: int, first_values: int, width: int) -> list[int]:
    """The lines between the caption and the values that name columns."""
    lines = [at for at in range(start, first_values) if _text(grid, at)]
    sure = {at for at in lines if _is_header(_text(grid, at), width)}
    above = {at for at, below in pairwise(lines) if _population_alone(_text(grid, below))}
    named = {at for at, below in pairwise(lines) if named_sizes(_text(grid, at), _text(grid, below), _said(grid))}
    last = (
        set(lines[-1:]) if not sure and lines and bare_names(_text(grid, lines[-1]), width - 1, _said(grid)) else set()
    )
    return sorted(sure | above | named | last)


def headings_over(grid: Grid, lines: Sequence[int], width: int) -> list[list[str]]:
    """The header texts over each column, the first of the labels; empty ones where the lines do not settle it."""
    texts = _with_sizes([_text(grid, at) for at in lines], _said(grid))
    placed = [(text, _placed(grid, text, width)) for text in texts]
    levels = [columns for _, columns in placed if columns]
    flat = " ".join(tidy_spaces(text) for text, columns in placed if not columns)
    whole = " ".join(map(tidy_spaces, texts))
    arms, grades, units = _arms(flat), _grades(flat), _unit_marks(flat)
    found = [
        _spread(arms, width - 1),
        _graded(grades, arms or _arms(whole), whole, width - 1),
        units if len(units) == width - 1 else None,
    ]
    levels += [level for level in found if level]
    return [[], *([level[at] for level in levels] for at in range(width - 1))]


def _is_header(text: str, width: int) -> bool:
    if len(text) > LONGEST or re.match(r"\s*table\b", text, re.IGNORECASE) or text.rstrip().endswith("."):
        return False
    is_cut = bool(_spaced(text, width) or pieces(text, width - 1) or sizes(text)[0])
    return bool(is_cut or _arms(text) or _population_alone(text) or _is_of_grades(text))


def _placed(grid: Grid, text: str, width: int) -> list[str] | None:
    """The texts of a line over the columns, where gaps, patients, units or known names tell them apart."""
    return _spaced(text, width) or pieces(text, width - 1) or bare_names(text, width - 1, _said(grid))


def _with_sizes(texts: Sequence[str], said: str) -> list[str]:
    """The lines of a header, the patients of a line put behind the names of the line above it."""
    put = list(texts)
    for at in range(1, len(put)):
        if named := named_sizes(put[at - 1], put[at], said):
            put[at - 1 : at + 1] = ["", " ".join(named)]
    return [text for text in put if text]


def _said(grid: Grid) -> str:
    """All lines that print no values, among them the header's own."""
    return " ".join(row[0].text for row in grid.rows if len(row) == 1)


def _spaced(text: str, width: int) -> list[str] | None:
    """The texts over the columns where wide gaps still keep them apart."""
    texts = [piece for piece in _GAP.split(text.strip()) if piece]
    if width < 3 or len(texts) not in {width - 1, width}:
        return None
    return texts[len(texts) - width + 1 :]


def _is_of_grades(text: str) -> bool:
    """Whether nothing but grades and units stands in a line, after the word for an event."""
    rest = _UNITS.sub(" ", _grade_pattern().sub(" ", tidy_spaces(text)))
    left = " ".join(re.sub(r"[*†‡§¶#()\[\],;]|\b[a-j]\b", " ", rest).split())
    has_grades = bool(_grade_pattern().search(text)) or len(_unit_marks(text)) > 1
    corner = max((name for name in words("label_headers") if left.casefold().startswith(name)), key=len, default="")
    begins = bool(corner) and tidy_spaces(text).casefold().startswith(corner)
    return has_grades and (not left or len(_grades(text)) > 2 or (begins and len(left) - len(corner) <= MOST_BESIDE))


def _population_alone(text: str) -> bool:
    found = pattern(layout("patterns")["named_population"]).fullmatch(tidy_spaces(text))
    return found is not None and not found["name"].strip()


def _arms(text: str) -> list[str]:
    """Each named group with its population, without the grades and the word for an event before the first."""
    found = pattern(layout("patterns")["named_population"]).finditer(tidy_spaces(text))
    named = [(without_corner(_grade_pattern().sub(" ", each["name"])), each["n"]) for each in found]
    return [f"{name} (n={n})" for name, n in named if name] if len(named) > 1 else []


def _grades(text: str) -> list[str]:
    return [each[0].strip() for each in _grade_pattern().finditer(tidy_spaces(text))]


def _unit_marks(text: str) -> list[str]:
    """The units in their order, those in brackets after a population left out."""
    bare = pattern(layout("patterns")["named_population"]).sub(" ", tidy_spaces(text))
    return [each[0].strip() for each in _UNITS.finditer(bare)]


def _spread(names: list[str], n_columns: int) -> list[str] | None:
    """Each name over as many columns as every other."""
    if not names or n_columns % len(names):
        return None
    return [name for name in names for _ in range(n_columns // len(names))]


def _graded(grades: list[str], arms: list[str], text: str, n_columns: int) -> list[str] | None:
    """The grades over each column: one each, or in groups where the arms repeat below them, or under each arm."""
    if len(grades) == n_columns:
        return grades if _repeats(grades, len(arms)) else None
    if not grades or not arms or n_columns % len(grades):
        return None
    size = n_columns // len(grades)
    if len(arms) == n_columns and arms == arms[:size] * len(grades):
        return _spread(grades, n_columns)
    below = text.find(grades[0]) > text.rfind(arms[-1].partition(" (n=")[2].rstrip(")"))
    return grades * size if len(arms) * len(grades) == n_columns and below else None


def _repeats(grades: list[str], n_arms: int) -> bool:
    """Whether every arm has the same grades, where each stands over as many columns."""
    size, over = divmod(len(grades), n_arms or 1)
    return (
        bool(over)
        or size == 1
        or [each.casefold() for each in grades] == [*map(str.casefold, grades[:size])] * (n_arms or 1)
    )


def _grade_pattern() -> re.Pattern[str]:
    """Grades as they stand in a header: with the word for them, as a lower bound, or "all grades"."""
    shapes = layout("patterns")["grades"]
    names = sorted(layout("words")["any_grade"], key=len, reverse=True)
    spaced = [rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in names if " " in name]
    worded = [layout("patterns")["grades_in_text"]]
    bound = rf"(?:{shapes['from']})"
    return pattern(re.sub(r"\?P<\w+>", "?:", "|".join([*spaced, bound, *worded])))


def _text(grid: Grid, line: int) -> str:
    row = grid.rows[line - 1]
    return row[0].text if len(row) == 1 else ""
