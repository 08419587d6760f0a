"""Tells a listing of subjects from a table of counts, so that no line of it is ever shown or kept."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from safety_pipeline.ingest.literature.files.unread import UnreadTableError
from safety_pipeline.ingest.literature.grid import Box, Grid
from safety_pipeline.ingest.literature.layout.words.wording import is_word
from safety_pipeline.ingest.literature.layout_data import folded, layout, pattern
from safety_pipeline.ingest.literature.numbers.printed import is_blank, kind_of, tidy_spaces
from safety_pipeline.reference.read import DATA, read_rows
from safety_pipeline.tables.delivery import RefusedError

LINES_LOOKED_AT = 200
_PERCENTAGES = {"n (%)", "n/N (%)", "% (n)", "n (%) [E]"}
_FEW_VARIABLES = 3
_THREE_DIGITS = 100
# Shorter names of variables are words of headers too: "ARM".
_LONGEST_WORD = 4


def refuse_listing(grid: Grid, file: str) -> None:
    """Raise where each line is a subject or an event of one; the message quotes no line."""
    if lists_subjects(grid):
        raise RefusedError(
            "table_counts_patients",
            f"{file}: one patient a line, or one event of a patient: a listing, and no table of counts. Nothing of it "
            "is shown or kept as an article. Land subject data as a package: a folder with its data sets (dm or adsl, "
            "and ae or adae), see docs/cdisc.md; or count the patients of each event and land that table",
            source_file=file,
        )


def refuse_listings_among(grids: Sequence[tuple[int, Grid]], refusals: Sequence[RefusedError], file: str) -> None:
    """Raise where a table of a file lists subjects, be it one that could not be read otherwise."""
    unread = [error.grid for error in refusals if isinstance(error, UnreadTableError)]
    for grid in [*(grid for _, grid in grids), *unread]:
        refuse_listing(grid, file)


def lists_subjects(grid: Grid) -> bool:
    """Whether the columns are variables of subject data, hold dates, or number the subjects."""
    lines = [row for row in grid.rows[:LINES_LOOKED_AT] if sum(not is_blank(box.text) for box in row) > 1]
    if len(lines) < 2:
        return False
    names = [folded(box.unmarked) for row in lines[:3] for box in row]
    columns = [list(_texts(lines[1:], at)) for at in range(grid.width)]
    heads = [[folded(row[at].unmarked) for row in lines[:3] if at < len(row)] for at in range(grid.width)]
    has_percentages = any(kind_of(text) in _PERCENTAGES for column in columns for text in column)
    return (
        _are_variables(names)
        or any(map(_are_dates, columns))
        or _tell_courses(names)
        or any(
            _number_subjects(head, column, has_percentages=has_percentages)
            for head, column in zip(heads, columns, strict=True)
        )
    )


def _texts(lines: Sequence[Sequence[Box]], at: int) -> Iterator[str]:
    texts = (tidy_spaces(row[at].unmarked) for row in lines if at < len(row))
    return (text for text in texts if text)


def _are_variables(names: Sequence[str]) -> bool:
    """Whether names of columns are those of SDTM or ADaM, the subject's among them, or several others."""
    known = _variables()
    found = {name for name in names if name in known}
    return any(known[name] == "subject" for name in found) or len(found) >= _FEW_VARIABLES


@cache
def _variables() -> dict[str, str]:
    rows = read_rows(DATA / "cdisc" / "variable.csv", ("variable", "meaning"))
    own = {folded(variable): meaning for variable, meaning in rows.iter_rows() if len(variable) > _LONGEST_WORD}
    return own | dict.fromkeys(map(folded, layout("words")["subject_variables"]), "subject")


def _tell_courses(names: Sequence[str]) -> bool:
    """Whether columns say when an event of one patient began and how long it lasted, or one of it and its grade."""
    course = pattern(layout("patterns")["course_header"])
    found = {name for name in names if course.fullmatch(name)}
    return len(found) > 1 or (bool(found) and any(is_word("grade_headers", name) for name in names))


def _are_dates(texts: Sequence[str]) -> bool:
    shape = pattern(layout("patterns")["date"])
    return len(texts) > 1 and 2 * sum(bool(shape.fullmatch(text)) for text in texts) > len(texts)


def _number_subjects(heads: Sequence[str], texts: Sequence[str], *, has_percentages: bool) -> bool:
    """Whether a column holds the numbers of subjects: by their shape, or beneath a word for them."""
    shaped = pattern(layout("patterns")["subject_number"])
    numbers = [text for text in texts if shaped.fullmatch(text)]
    if not has_percentages and len(set(numbers)) > 1 and 2 * len(numbers) > len(texts):
        return True
    word = pattern(layout("patterns")["subject_header"])
    named = any(is_word("subject_headers", head) or word.fullmatch(head) for head in heads)
    numbered = [text for text in texts if re.search(r"\d", text) and kind_of(text) in {None, "n"}]
    return named and len(set(numbered)) > 1 and 2 * len(numbered) > len(texts) and _may_number(numbered)


def _may_number(texts: Sequence[str]) -> bool:
    """Whether whole numbers can be those of subjects: in order, or of three digits and more."""
    whole = [int(text) for text in texts if text.isdigit()]
    return len(whole) < len(texts) or whole == sorted(whole) or min(whole) >= _THREE_DIGITS
