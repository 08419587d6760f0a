"""Tables as flattened text: a label, then its values, with nothing left of the borders."""

import re

from safety_pipeline.ingest.literature.files.decoding import utf8
from safety_pipeline.ingest.literature.files.delimited import tabbed
from safety_pipeline.ingest.literature.grid import Grid, grid_of
from safety_pipeline.ingest.literature.printed import VALUE

_VALUES_AT_END = re.compile(rf"(?:^|\s+)((?:{VALUE}\s+)*{VALUE})\s*$")
_ONE_VALUE = re.compile(VALUE)


def read_text(content: bytes, file: str) -> Grid:
    """A grid from text: by its tabs where it has some, otherwise by the values at the end of each line."""
    text = utf8(content, file)
    if "\t" in text:
        return tabbed(text)
    return grid_of([split_line(line) for line in text.splitlines()], is_ragged=True)


def split_line(line: str) -> list[str]:
    """The label and the values after it; a line without values at its end is all label."""
    found = _VALUES_AT_END.search(line)
    if not found:
        return [line.strip()]
    return [line[: found.start()].strip(), *_ONE_VALUE.findall(found[1])]
