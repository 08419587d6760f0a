"""Grades that a header writes as numbers alone: "0 1 2 3 4" or "I II III IV", once for each group of patients."""

import re
from collections.abc import Sequence

from safety_pipeline.ingest.literature.layout.words.wording import is_word, names_events, without_population
from safety_pipeline.ingest.literature.layout_data import layout, pattern

_BARE = re.compile(r"^((?:[0-5]|I{1,3}|IV|V)(?:\s*[-–/]\s*(?:[1-5]|I{1,3}|IV|V))?\+?)(?=\s*(?:$|[,(]))")
# Fewer numbers in order may be cycles, cohorts or groups; a zero among them can only be a grade.
ENOUGH = 4


def with_grade_word(headers: list[list[str]], label_at: int, caption: str) -> list[list[str]]:
    """The headers above all columns, with "Grade" before bare numbers where these are grades.

    They are where a header or the caption speaks of grades, or where they stand in order from 0 or 1 over columns of
    events, and nothing calls them cycles, cohorts or groups.
    """
    said = " ".join([caption, *(level for levels in headers for level in levels)])
    if "grade" not in said.casefold() and not _stand_in_order(headers, label_at):
        return headers
    return [[_BARE.sub(r"Grade \1", level) for level in levels] for levels in headers]


def _stand_in_order(headers: Sequence[Sequence[str]], label_at: int) -> bool:
    corner = headers[label_at - 1]
    above = [level for at, levels in enumerate(headers, start=1) if at != label_at for level in levels]
    if any(pattern(layout("patterns")["numbered_otherwise"]).fullmatch(level.strip()) for level in [*corner, *above]):
        return False
    last = [levels[-1] for at, levels in enumerate(headers, start=1) if at != label_at and levels]
    bare = [text for text in last if number_of_grade(text) is not None]
    about_events = any(names_events(level) or is_word("grade_headers", level) for level in corner)
    run = are_grades_in_order(bare) and (len(set(bare)) >= ENOUGH or "0" in bare)
    return about_events and (run or begin_above_one(bare) or _stand_beside_any(bare, last))


def begin_above_one(bare: Sequence[str]) -> bool:
    """Whether bare numbers go on from 2 or 3 and repeat: cycles, cohorts and groups are numbered from 1 on."""
    numbers = [number_of_grade(text) for text in bare]
    run = sorted({number for number in numbers if number is not None})
    goes_on = len(run) > 1 and run[0] > 1 and run == list(range(run[0], run[-1] + 1))
    return goes_on and numbers == run * (len(numbers) // len(run))


def _stand_beside_any(bare: Sequence[str], last: Sequence[str]) -> bool:
    """Whether all names over the columns are bare numbers or "any", which is said of no cycle or cohort."""
    names = [without_population(text).casefold() for text in last]
    anys = sum(is_word("any_grade", name) and name.startswith("any") for name in names)
    return bool(bare) and bool(anys) and anys + len(bare) == len(last)


def are_grades_in_order(texts: Sequence[str]) -> bool:
    """Whether texts are numbers of grades without a gap from 0 or 1 on, the same run once or several times."""
    numbers = [number_of_grade(text) for text in texts]
    run = sorted({number for number in numbers if number is not None})
    if None in numbers or len(run) < ENOUGH - 1 or run[0] > 1 or run != list(range(run[0], run[-1] + 1)):
        return False
    return numbers == run * (len(numbers) // len(run))


def is_grade_zero(label: str) -> bool:
    """Whether a label says that its line counts the patients of grade 0, who did not have the event."""
    return re.match(r"(?:grade|gr\.?|g)\s*0(?!\d)", label, re.IGNORECASE) is not None


def number_of_grade(text: str) -> int | None:
    """The grade that a text is in digits or Roman numerals, 0 among them; nothing for any other text."""
    if re.fullmatch("[0-5]", text):
        return int(text)
    found: int | None = layout("patterns")["grades"]["roman"].get(text)
    return found
