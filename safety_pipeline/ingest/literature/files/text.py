"""Tables as flattened text: a label, then its values, with nothing left of the borders."""

import re

from safety_pipeline.ingest.literature.files.decoding import utf8
from safety_pipeline.ingest.literature.files.delimited import tabbed
from safety_pipeline.ingest.literature.files.piped import is_piped, read_markdown
from safety_pipeline.ingest.literature.grid import Grid, grid_of
from safety_pipeline.ingest.literature.printed import VALUE

_VALUES_AT_END = re.compile(rf"(?:^|(?<=\s))((?:{VALUE}\s+)*{VALUE})\s*$")
_ONE_VALUE = re.compile(VALUE)
LONGEST_LINE = 2_000


def read_text(content: bytes, file: str, table_number: int = 1) -> Grid:
    """A grid from text: by its bars or tabs where it has some, otherwise by the values at the end of each line."""
    text = utf8(content, file)
    if is_piped(text):
        return read_markdown(content, file, table_number)
    if "\t" in text:
        return tabbed(text)
    return grid_of([split_line(line) for line in text.splitlines()], is_ragged=True)


def split_line(line: str) -> list[str]:
    """The label and the values after it; a line without values at its end is all label."""
    found = _VALUES_AT_END.search(line) if len(line) <= LONGEST_LINE else None
    if not found:
        return [line.rstrip()]
    return [line[: found.start()].rstrip(), *_ONE_VALUE.findall(found[1])]
