"""One table as plain text whose columns stand one below another."""

from collections.abc import Iterator

from layouts.page_layouts import Printed, cells_of

_APART = 3
Placed = tuple[int, int, str]


def aligned(printed: Printed) -> str:
    """Label and caption, the lines of the table with each text at the place of its first column, and the footnotes."""
    lines = list(_lines(printed))
    starts = _starts(lines)
    drawn = [_drawn(line, starts) for line in lines]
    return "\n".join([f"{printed.label} {printed.caption}", "", *drawn, "", printed.footnotes])


def _lines(printed: Printed) -> Iterator[list[Placed]]:
    """Each line as its texts with the column they begin at and how many they take; those of lines above left out."""
    taken: dict[int, int] = {}
    for row in printed.rows.iter("tr"):
        column, line = 0, []
        for text, wide, tall in cells_of(row):
            while taken.get(column, 0):
                column += 1
            line.append((column, wide, " ".join(text.split())))
            taken |= dict.fromkeys(range(column, column + wide), tall)
            column += wide
        yield line
        taken = {at: left - 1 for at, left in taken.items()}


def _starts(lines: list[list[Placed]]) -> list[int]:
    """Where each column begins: after the longest text that ends before it."""
    width = max(column + wide for line in lines for column, wide, _ in line)
    starts = [0] * (width + 1)
    for at in range(1, width + 1):
        ending = [starts[column] + len(text) for line in lines for column, wide, text in line if column + wide == at]
        starts[at] = max([starts[at - 1] + 1, *(end + _APART for end in ending)])
    return starts


def _drawn(line: list[Placed], starts: list[int]) -> str:
    drawn = ""
    for column, _, text in line:
        drawn = drawn.ljust(starts[column]) + text
    return drawn
