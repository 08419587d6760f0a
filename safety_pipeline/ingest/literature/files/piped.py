"""Tables drawn with bars, as in Markdown and in plain text."""

import html
import re
from dataclasses import replace

from safety_pipeline.ingest.literature.files.decoding import no_such_table, utf8
from safety_pipeline.ingest.literature.grid import Box, Grid, plain_box

# Possessive throughout: a long line that is almost a rule would else be tried in every way of parting its dashes.
_RULE = re.compile(r"(?=.*(?:--|==|:-|-:|-\s*\|\s*-))\s*+[|+]?+(?:\s*+:?[-=]++:?\s*+[|+]?+)++\s*+")
_MARKUP = re.compile(r"</?(?:sup|sub|br|b|i|em|strong|span|u)\b[^<>]*>", re.IGNORECASE)
_STRESSED = re.compile(r"(?<![\w*\\])(\*{1,3}|_{1,2})(?=[^\s*_])(.+?)(?<=[^\s*_\\])\1(?![\w*])")
_BAR = re.compile(r"(?<!\\)\|")


def read_markdown(content: bytes, file: str, table_number: int = 1) -> Grid:
    """The grid of one table of a Markdown file."""
    blocks = _blocks(utf8(content, file).splitlines())
    if table_number > len(blocks):
        drawn = "tables drawn with | between the cells and a line of --- below the header"
        raise no_such_table(file, table_number, len(blocks), drawn)
    return _grid(*blocks[table_number - 1])


def is_piped(text: str) -> bool:
    """Whether a text holds a table drawn with bars."""
    return bool(_blocks(text.splitlines()))


def _blocks(lines: list[str]) -> list[tuple[list[str], str | None]]:
    """Each stretch of lines with bars that has a rule in it, with the paragraph above it."""
    blocks: list[tuple[list[str], str | None]] = []
    current: list[str] = []
    above: str | None = None
    for line in [*lines, ""]:
        if _BAR.search(line) or (current and _RULE.fullmatch(line)):
            current.append(line)
            continue
        if any(_RULE.fullmatch(each) for each in current):
            blocks.append((current, above))
        above = line.strip(" #*") or above if not current else line.strip(" #*") or None
        current = []
    return blocks


def _grid(lines: list[str], above: str | None) -> Grid:
    rules = [at for at, line in enumerate(lines) if _RULE.fullmatch(line)]
    rows = [line for line in lines if not _RULE.fullmatch(line)]
    head = next((at - sum(rule < at for rule in rules) for at in rules if at), 0)
    boxes = tuple(
        tuple(_box(text, row, column) for column, text in enumerate(_cells(line), start=1))
        for row, line in enumerate(rows, start=1)
    )
    return Grid(boxes, caption=above, n_header_rows=head or None)


def _cells(line: str) -> list[str]:
    inner = re.sub(r"^\s*\||(?<!\\)\|\s*$", "", line)
    return [cell.removeprefix(" ") for cell in _BAR.split(inner)]


def _box(cell: str, row: int, column: int) -> Box:
    """The box of a cell without its Markdown: stress, escapes, named characters, raised marks."""
    text = _STRESSED.sub(r"\2", cell)
    bare = _text(re.sub(r"<sup\b[^<>]*>[^<>]*</sup>", "", text, flags=re.IGNORECASE)).strip()
    box = plain_box(_text(text), row, column)
    return replace(box, bare=bare) if bare and bare != box.text else box


def _text(cell: str) -> str:
    shown = _MARKUP.sub(lambda found: " " if found[0].lower().startswith("<br") else "", cell)
    return re.sub(r"\\([\\|*_`#<>\[\]()~+\-.!])", r"\1", html.unescape(shown))
