"""The header of a text that lost its borders: which lines it takes, and what stands over each column."""

import re
from collections.abc import Sequence
from itertools import pairwise

from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.ingest.literature.layout_data import layout, pattern, words
from safety_pipeline.ingest.literature.printed import tidy_spaces

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
    return sorted(sure | above)


def headings_over(grid: Grid, lines: Sequence[int], width: int) -> list[list[str]]:
    """The header texts over each column, the first of the labels; empty ones where the lines do not settle it."""
    texts = [_text(grid, at) for at in lines]
    levels = [spaced for text in texts if (spaced := _spaced(text, width))]
    flat = " ".join(tidy_spaces(text) for text in texts if not _spaced(text, width))
    arms, grades, units = _arms(flat), _grades(flat), _unit_marks(flat)
    found = [
        _spread(arms, width - 1),
        _graded(grades, arms, flat, width - 1),
        units if len(units) == width - 1 else None,
    ]
    levels += [level for level in found if level]
    return [[], *([level[at] for level in levels] for at in range(width - 1))]


def _is_header(text: str, width: int) -> bool:
    if len(text) > LONGEST or re.match(r"\s*table\b", text, re.IGNORECASE) or text.rstrip().endswith("."):
        return False
    return bool(_spaced(text, width) or _arms(text) or _population_alone(text) or _is_of_grades(text))


def _spaced(text: str, width: int) -> list[str] | None:
    """The texts over the columns where wide gaps still keep them apart."""
    pieces = [piece for piece in _GAP.split(text.strip()) if piece]
    if width < 3 or len(pieces) not in {width - 1, width}:
        return None
    return pieces[len(pieces) - width + 1 :]


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
    named = [(_without_corner(_grade_pattern().sub(" ", each["name"])), each["n"]) for each in found]
    return [f"{name} (n={n})" for name, n in named if name] if len(named) > 1 else []


def _without_corner(name: str) -> str:
    name = " ".join(name.strip(" *†‡§,;:").split())
    for corner in sorted(words("label_headers"), key=len, reverse=True):
        if re.match(rf"{re.escape(corner)}\b", name, re.IGNORECASE):
            return name[len(corner) :].strip(" ,;:")
    return name


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
        return grades
    if not grades or not arms or n_columns % len(grades):
        return None
    size = n_columns // len(grades)
    if len(arms) == n_columns and arms == arms[:size] * len(grades):
        return _spread(grades, n_columns)
    below = text.find(grades[0]) > text.rfind(arms[-1].partition(" (n=")[2].rstrip(")"))
    return grades * size if len(arms) * len(grades) == n_columns and below else None


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
