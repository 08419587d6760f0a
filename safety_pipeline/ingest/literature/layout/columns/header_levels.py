"""What stands over each column of a header, and which column holds the labels."""

from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.ingest.literature.layout.shape.bodies import Body
from safety_pipeline.ingest.literature.layout.shape.line_shapes import gives_sizes
from safety_pipeline.ingest.literature.layout.words.wording import is_word
from safety_pipeline.ingest.literature.numbers.printed import is_blank, is_dash, kind_of


def label_column(grid: Grid, body: Body) -> int:
    """The column of texts that differ most from line to line; the first where several do."""

    def distinct(column: int) -> int:
        texts = {grid.box(line, column).text for line in body.lines}
        return len({text for text in texts if not is_blank(text) and kind_of(text) is None and not is_dash(text)})

    def named(column: int) -> int:
        levels = levels_over(grid, body, column)
        of_others = column > 1 and any(
            is_word(kind, level) for kind in ("grade_headers", "arm_headers") for level in levels
        )
        is_label = bool(distinct(column)) and any(is_word("label_headers", level) for level in levels)
        return is_label - of_others

    return max(range(1, grid.width + 1), key=lambda column: (named(column), distinct(column), -column))


def levels_over(grid: Grid, body: Body, column: int) -> list[str]:
    """The header texts above a column, from the top, each once; a line of sizes gives the patients of its groups."""
    texts = [_level(grid, line, column) for line in range(body.head, body.header_rows + 1)]
    return list(dict.fromkeys(text for text in texts if not is_blank(text)))


def _level(grid: Grid, line: int, column: int) -> str:
    text = " ".join(grid.box(line, column).unmarked.split())
    if not gives_sizes(grid.rows[line - 1]):
        return text
    return f"N = {text}" if text.isdecimal() else ""
