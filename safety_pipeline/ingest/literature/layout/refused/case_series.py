"""Tables whose lines are single patients, which count nobody."""

import re
from collections.abc import Sequence
from itertools import pairwise

from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.ingest.literature.layout.shape.bodies import Body
from safety_pipeline.ingest.literature.layout.words.wording import is_word, names_events
from safety_pipeline.ingest.literature.layout_data import layout, pattern
from safety_pipeline.ingest.literature.numbers.printed import label_of


def _running(labels: Sequence[str]) -> int:
    """How many labels are the numbers of patients in order; doses are no running numbers, they leave steps out."""
    numbers = [int(label) for label in labels if re.fullmatch(r"\d{1,4}", label)]
    steps = {after - before for before, after in pairwise(numbers)}
    return len(numbers) if steps and (steps <= {1} or (min(steps) > 0 and numbers[-1] < 3 * len(numbers))) else 0


def is_case_series(grid: Grid, body: Body, label_at: int) -> bool:
    """Whether the lines are single patients: numbered ones, or columns such as age and sex beside each."""
    numbered = pattern(layout("words")["case_series_label"])
    labels = [label_of(grid.box(line, label_at).unmarked) for line in body.lines]
    labels = [label for label in labels if label]
    by_label = sum(bool(numbered.fullmatch(label)) for label in labels)
    heads = {
        grid.box(line, column).text
        for line in range(body.head, body.header_rows + 1)
        for column in range(1, grid.width + 1)
    }
    if any(is_word("grade_headers", grid.box(line, label_at).text) for line in range(body.head, body.header_rows + 1)):
        return False
    if not any(is_word("population_columns", head) for head in heads):
        by_label += _running(labels)
    by_header = sum(is_word("case_series_headers", head) for head in heads)
    if not by_header and any(names_events(head) for head in heads):
        return False
    return len(labels) > 1 and 2 * by_label > len(labels) and (by_header > 0 or by_label == len(labels))
