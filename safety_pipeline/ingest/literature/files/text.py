"""Tables as flattened text: a label, then its values, with nothing left of the borders."""

import re

from safety_pipeline.ingest.literature.files.aligned import aligned_lines
from safety_pipeline.ingest.literature.files.decoding import utf8
from safety_pipeline.ingest.literature.files.delimited import tabbed
from safety_pipeline.ingest.literature.files.piped import is_piped, read_markdown
from safety_pipeline.ingest.literature.grid import Grid, grid_of
from safety_pipeline.ingest.literature.layout_data import dash_class, layout, pattern
from safety_pipeline.ingest.literature.numbers.printed import BELOW, MARKS_AFTER, VALUE

_MARKED = rf"(?:(?:{VALUE}|{BELOW}){MARKS_AFTER}|{dash_class()}(?=\s|$))"
_VALUES_AT_END = re.compile(rf"(?:^|(?<=\s))((?:{_MARKED}\s+)*{_MARKED})\s*$")
_ONE_VALUE = re.compile(_MARKED)
_RULE = re.compile(r"\s*[-=_—–─]{4,}[-=_—–─\s]*")
LONGEST_LINE = 2_000


def read_text(content: bytes, file: str, table_number: int = 1) -> Grid:
    """A grid from text: by its bars, tabs or aligned columns where it has some, else by the values at the line ends."""
    text = utf8(content, file)
    if is_piped(text):
        return read_markdown(content, file, table_number)
    if "\t" in text:
        return tabbed(text)
    if (lines := aligned_lines(text)) is not None:
        return grid_of(lines)
    return grid_of([split_line(line) for line in text.splitlines()], is_ragged=True)


def split_line(line: str) -> list[str]:
    """The label and the values after it; a line without values at its end is all label."""
    if _RULE.fullmatch(line):
        return [""]
    found = _VALUES_AT_END.search(_without_grades(line)) if len(line) <= LONGEST_LINE else None
    if not found:
        return [line.rstrip()]
    return [line[: found.start()].rstrip(), *_ONE_VALUE.findall(line[found.start() :])]


def _without_grades(line: str) -> str:
    """The line with the digits of grades and of `N = 45` hidden: they count nobody with an event."""
    for written in (layout("patterns")["grades_in_text"], r"\bn\s*=\s*\d[\d,]*"):
        line = pattern(written).sub(lambda found: re.sub(r"\d", "_", found[0]), line)
    return line
