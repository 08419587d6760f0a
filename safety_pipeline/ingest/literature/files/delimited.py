"""Tables with a separator between cells."""

import csv
import io
from collections import Counter

from safety_pipeline.ingest.literature.files.decoding import utf8
from safety_pipeline.ingest.literature.grid import Grid, grid_of
from safety_pipeline.ingest.literature.layout_data import layout, pattern
from safety_pipeline.tables.delivery import RefusedError

SEPARATORS = (",", ";", "\t")


def read_tsv(content: bytes, file: str, _table_number: int = 1) -> Grid:
    """A grid from tab-separated text; quotes have no meaning there, so a line is always one row."""
    return tabbed(utf8(content, file))


def tabbed(text: str) -> Grid:
    """A grid from text whose cells are set apart by tabs."""
    return grid_of([line.split("\t") for line in text.splitlines()])


def read_csv(content: bytes, file: str, _table_number: int = 1) -> Grid:
    """A grid from text with the separator that gives most lines the same number of cells; a comma where several do."""
    text = utf8(content, file)
    try:
        separator = _separator(text)
        return grid_of(_with_whole_sentences(_cells(text, separator), separator))
    except csv.Error as error:
        raise RefusedError(
            "table_is_readable",
            f"{file}: broken quotes ({error}); put quotes around cells that hold a comma or a quote",
            source_file=file,
        ) from None


def _separator(text: str) -> str:
    return max(SEPARATORS, key=lambda each: (_agreement(text, each), -SEPARATORS.index(each)))


def _agreement(text: str, separator: str) -> int:
    """How many lines have the most common number of cells beyond one."""
    try:
        widths = Counter(len(line) for line in _cells(text, separator) if len(line) > 1)
    except csv.Error:
        return -1
    return max(widths.values(), default=0)


def _with_whole_sentences(lines: list[list[str]], separator: str) -> list[list[str]]:
    """The lines, but a caption or note without quotes, which its own commas have cut, as the one text it is."""
    widths = Counter(len(line) for line in lines if not _reads_on(line))
    width = max(widths, key=lambda each: (widths[each], each), default=0)
    return [[separator.join(line)] if _is_cut(line, width) else line for line in lines]


def _is_cut(line: list[str], width: int) -> bool:
    return _reads_on(line) and (len(line) != width or bool(pattern(layout("patterns")["table_title"]).match(line[0])))


def _reads_on(line: list[str]) -> bool:
    """Whether a space and words follow every separator, as in a sentence."""
    return len(line) > 1 and all(cell.startswith(" ") and any(map(str.isalpha, cell)) for cell in line[1:])


def _cells(text: str, separator: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
