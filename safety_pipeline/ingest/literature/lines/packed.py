"""Unpacks a line that holds several rows: only where everything printed allows a single reading."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from safety_pipeline.ingest.literature.columns import CountColumn
from safety_pipeline.ingest.literature.layout_data import dash_class
from safety_pipeline.ingest.literature.numbers.constraints import broken_constraint, percent_holds, within_parent
from safety_pipeline.ingest.literature.numbers.latex import without_latex
from safety_pipeline.ingest.literature.numbers.printed import VALUE, Printed, is_dash, read_printed, tidy_spaces
from safety_pipeline.tables.delivery import RefusedError

MOST_READINGS = 20_000
LONGEST_CELL = 2_000
# A dash right before a digit is a minus sign or a range, and neither is a count.
_TOKEN = re.compile(rf"{VALUE}|{dash_class()}(?!\d)")
Option = tuple[Printed | None, ...]


@dataclass(frozen=True)
class Unpacked:
    """The values of each line and column, and for each column what was done to get them."""

    block: tuple[Option, ...]
    repairs: tuple[str, ...]


def unpack(texts: Sequence[str], columns: Sequence[CountColumn], n_lines: int, *, first_is_parent: bool) -> Unpacked:
    """The one reading of the packed cells that keeps every printed constraint."""
    tokens = [packed_tokens(text) for text in texts]
    options = [
        _options(each, column, n_lines, first_is_parent=first_is_parent)
        for each, column in zip(tokens, columns, strict=True)
    ]
    if math.prod(len(each) for each in options) > MOST_READINGS:
        raise _refusal(f"more than {MOST_READINGS} ways to read it")
    fitting, broken = _sift(options, columns, first_is_parent=first_is_parent)
    if len(fitting) != 1:
        raise _refusal(f"{len(fitting)} ways to spread its values over {n_lines} labels keep every printed constraint")
    chosen = fitting[0]
    repairs = tuple(_repair(each, choice, n_lines, broken) for each, choice in zip(tokens, chosen, strict=True))
    return Unpacked(tuple(zip(*chosen, strict=True)), repairs)


def packed_tokens(text: str) -> list[str]:
    """The values of a packed cell in their order; refused where something else stands between them."""
    plain = tidy_spaces(without_latex(text))
    if len(plain) > LONGEST_CELL:
        raise _refusal(f"the cell is longer than {LONGEST_CELL} signs")
    tokens = _TOKEN.findall(plain)
    if _TOKEN.sub("", plain).strip():
        raise _refusal(f"the cell {plain[:60]!r} holds more than values")
    return tokens


def is_packed(text: str) -> bool:
    """Whether a cell holds several values and nothing else."""
    try:
        return len(packed_tokens(text)) > 1
    except RefusedError:
        return False


def _options(tokens: list[str], column: CountColumn, n_lines: int, *, first_is_parent: bool) -> list[Option]:
    """The ways to spread one column's values over the lines that the column alone does not rule out."""
    if math.comb(max(len(tokens), n_lines), min(len(tokens), n_lines)) > MOST_READINGS:
        raise _refusal(f"{len(tokens)} values for {n_lines} labels can be read in too many ways")
    spread = dict.fromkeys(_spread(tokens, n_lines))
    read = (_read(texts, column) for texts in spread)
    return [option for option in read if option and _holds(option, column, first_is_parent=first_is_parent)]


def _spread(tokens: list[str], n_lines: int) -> Iterator[tuple[str | None, ...]]:
    """Values in their order: surplus ones dropped, or missing ones left blank."""
    if len(tokens) >= n_lines:
        yield from combinations(tokens, n_lines)
        return
    for places in combinations(range(n_lines), len(tokens)):
        placed = dict(zip(places, tokens, strict=True))
        yield tuple(placed.get(line) for line in range(n_lines))


def _read(texts: tuple[str | None, ...], column: CountColumn) -> Option | None:
    values = [None if text is None else _value(text, column) for text in texts]
    unread = any(text is not None and value is None for text, value in zip(texts, values, strict=True))
    return None if unread else tuple(values)


def _value(text: str, column: CountColumn) -> Printed | None:
    return Printed(text) if is_dash(text) else read_printed(text, column.content)


def _holds(option: Option, column: CountColumn, *, first_is_parent: bool) -> bool:
    return all(percent_holds(value, column) for value in option) and (not first_is_parent or within_parent(option))


def _sift(
    options: list[list[Option]], columns: Sequence[CountColumn], *, first_is_parent: bool
) -> tuple[list[tuple[Option, ...]], list[str]]:
    fitting: list[tuple[Option, ...]] = []
    broken: set[str] = set()
    for choice in product(*options):
        fault = broken_constraint(list(zip(*choice, strict=True)), columns, first_is_parent=first_is_parent)
        if fault is None:
            fitting.append(choice)
        else:
            broken.add(fault)
    return fitting, sorted(broken)


def _repair(tokens: list[str], chosen: Option, n_lines: int, broken: list[str]) -> str:
    done = f"unpacked from a line of {n_lines} labels"
    kept = [value.text for value in chosen if value]
    surplus = [token for token in dict.fromkeys(tokens) if tokens.count(token) > kept.count(token)]
    for token in surplus:
        done += f"; one of {tokens.count(token)} printed {token!r} dropped, {len(tokens)} values for {n_lines} labels"
    if surplus and broken:
        done += f" (any other choice breaks: {', '.join(broken)})"
    return done


def _refusal(reason: str) -> RefusedError:
    return RefusedError(
        "packed_row_has_one_reading",
        f"several rows run together in one line: {reason}. Put each row on its own line, as the source shows it",
    )
