"""A header line without borders, cut into one text for each column where the cuts leave no other reading."""

import re
from itertools import pairwise

from safety_pipeline.ingest.literature.arm_drugs import drugs_in, is_comparison
from safety_pipeline.ingest.literature.layout.words.wording import ignored_as
from safety_pipeline.ingest.literature.layout_data import layout, pattern, words
from safety_pipeline.ingest.literature.numbers.printed import tidy_spaces

_AROUND_NAMES = " *†‡§,;:|"


def pieces(text: str, n_columns: int) -> list[str] | None:
    """The texts over the columns where each ends in its patients or its unit; a column of a test may stand last."""
    cut, tail = _cut(text)
    named = [_named(piece) for piece in cut]
    is_whole = len(cut) > 1 and len(cut) + len(tail) == n_columns and all(named)
    return [*(without_corner(piece) for piece in cut), *tail] if is_whole else None


def sizes(text: str) -> tuple[list[str], list[str]]:
    """The patients of several groups where nothing else stands in a line but the name of a test; nothing otherwise."""
    cut, tail = _cut(text)
    is_alone = len(cut) > 1 and not any(map(_named, cut)) and all("=" in piece for piece in cut)
    return (cut, tail) if is_alone else ([], [])


def named_sizes(above: str, text: str, said: str) -> list[str]:
    """The groups of one line with the patients of the line below it, and the test that stands last there."""
    found, tail = sizes(text)
    names = _names(above, len(found), said)
    return (
        [*(f"{name} ({size.strip('()[]')})" for name, size in zip(names, found, strict=True)), *tail] if names else []
    )


def bare_names(text: str, n_columns: int, said: str) -> list[str] | None:
    """Names of arms after the word for an event, one for each column, with a test that may stand last."""
    rest = without_corner(tidy_spaces(text))
    if not n_columns or rest == tidy_spaces(text):
        return None
    before, _, last = rest.rpartition(" ")
    tests = [at for at in range(len(rest)) if (at == 0 or rest[at - 1] == " ") and ignored_as(rest[at:])]
    before, tail = (rest[: tests[0]], [rest[tests[0] :]]) if tests else (f"{before} {last}", [])
    names = _names(before, n_columns - len(tail), said)
    return [*names, *tail] if names else None


def without_corner(name: str) -> str:
    """A text without the word for an event that it begins with."""
    name = " ".join(name.strip(_AROUND_NAMES).split())
    for corner in sorted(words("label_headers"), key=len, reverse=True):
        if re.match(rf"{re.escape(corner)}(?![\w-])", name, re.IGNORECASE):
            return name[len(corner) :].strip(_AROUND_NAMES)
    return name


def _cut(text: str) -> tuple[list[str], list[str]]:
    """A line after each number of patients and each unit, and the test behind the last; no parts where more is left."""
    text = tidy_spaces(text)
    ends = [found.end() for found in _end().finditer(text)]
    cut = [text[start:end].strip(_AROUND_NAMES) for start, end in pairwise([0, *ends])]
    rest = text[ends[-1] :].strip(_AROUND_NAMES) if ends else ""
    if rest and not ignored_as(rest):
        return [], []
    return cut, [rest] if rest else []


def _named(piece: str) -> str:
    """What a piece says before its patients and unit."""
    return without_corner(_end().sub(" ", piece))


def _names(text: str, n: int, said: str) -> list[str]:
    """The names of a line, as many as wanted: words known as arms, or parts that begin or end alike."""
    parts = without_corner(tidy_spaces(text)).split()
    size, over = divmod(len(parts), n) if n > 1 else (0, 0)
    if not size or over:
        return []
    chunks = [parts[at : at + size] for at in range(0, len(parts), size)]
    is_sure = _are_arms(parts, said) if size == 1 else _are_alike(chunks)
    names = [" ".join(chunk) for chunk in chunks]
    return names if is_sure and len(set(names)) == n else []


def _are_arms(names: list[str], said: str) -> bool:
    """Whether each word is a drug or a control, or the text beside the table sets one word against the next."""
    against = r"(?:\s*,|\s+(?:and|or|vs\.?|versus|&|compared (?:with|to)))\s+(?:the\s+)?"
    is_said = re.search(rf"(?<![\w-]){against.join(map(re.escape, names))}(?![\w-])", said, re.IGNORECASE)
    return bool(is_said) or all(drugs_in(name) or is_comparison(name) for name in names)


def _are_alike(chunks: list[list[str]]) -> bool:
    """Whether all parts share their first word or their last, and no part holds that word twice."""
    for at in (0, -1):
        shared = {chunk[at].casefold() for chunk in chunks}
        if len(shared) == 1 and all([word.casefold() for word in chunk].count(*shared) == 1 for chunk in chunks):
            return True
    return False


def _end() -> re.Pattern[str]:
    return pattern(layout("patterns")["end_of_column_name"])
