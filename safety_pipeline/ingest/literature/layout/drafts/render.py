"""Shows what was understood as a plain-text grid with the guessed roles, followed by the questions."""

from collections.abc import Sequence

from safety_pipeline.ingest.literature.grid import Box
from safety_pipeline.ingest.literature.layout.guesses import GuessedColumn, GuessedRow, Understanding

WIDEST, LABEL = 100, 30


def render(understood: Understanding) -> str:
    """A page of text: the hints, the grid with roles, the arms, the questions; or why the table is refused."""
    if understood.refusal is not None:
        return f"{understood.path.name}: refused ({understood.refusal.rule})\n{understood.refusal.explanation}\n"
    parts = [part for each in understood.all_tables for part in (_heading(each), _columns(each), _grid(each))]
    return "\n\n".join([*parts, _arms(understood), _questions(understood)]) + "\n"


def _heading(understood: Understanding) -> str:
    threshold = understood.threshold
    rule = f"{threshold.operator}{threshold.percent:g} % ({threshold.scope or 'scope?'})" if threshold else "none named"
    facts = (
        *((("place", understood.grid.place),) if understood.grid.place else ()),
        ("caption", _cut(understood.caption, 2 * WIDEST) or "none"),
        ("edition", understood.edition or "not stated"),
        ("grades of the whole table", understood.grades or "by column or row"),
        ("attribution", understood.attribution or "not stated"),
        ("threshold", rule),
    )
    lines = [f"  {name}: {value}" for name, value in facts] + [f"  {part}" for part in understood.refused_parts]
    return "\n".join([f"{understood.path.name}: {understood.label}", *lines])


def _columns(understood: Understanding) -> str:
    lines = [f"  {column.number}: {_column_role(understood, column)}" for column in understood.columns]
    return "\n".join(["columns", *lines])


def _column_role(understood: Understanding, column: GuessedColumn) -> str:
    if column.role != "count":
        why = f" ({column.reason})" if column.reason else ""
        return f"{column.role}{why}"
    alone = not understood.arms_in_rows and not column.is_alike and not any(each.arm for each in understood.columns)
    who = "total" if column.is_total else (column.arm or ("all patients" if alone else "arm?"))
    event = column.term if understood.lines_are_grades else None
    if understood.arms_in_rows:
        who, event = "arm by row", column.term or column.arm or "event?"
    elif understood.arms_beside_rows and not column.is_total:
        who = "arm by row"
    by_row = understood.grades or ("by row" if any(row.grades for row in understood.rows) else None)
    parts = [who, event, _grades(column.grades or by_row), column.content, _unit(column)]
    return "; ".join(part for part in parts if part)


def _grades(band: str | None) -> str:
    if band is None:
        return "grades?"
    return "any grade" if band == "any" else f"grades {band}"


def _unit(column: GuessedColumn) -> str | None:
    return "events, not patients" if column.count_unit == "episodes" else None


def _grid(understood: Understanding) -> str:
    """The lines with their roles, cut to the width of a page; a line of one text runs over the other columns."""
    roles = {row.line: row for row in understood.rows}
    lines = [["line", "role", *(str(column.number) for column in understood.columns)]]
    for line, boxes in understood.own_lines:
        row = roles.get(line)
        role = _row_role(understood, row) if row else ("header" if line <= understood.header_rows else "-")
        lines.append([str(line), role, *(_shown(box, is_header=role == "header") for box in boxes)])
    return _aligned(lines) + _terms(understood)


def _shown(box: Box, *, is_header: bool) -> str:
    """The text of a box; a name of the header once, however far it reaches."""
    text = "" if box.is_repeat and is_header else " ".join(box.text.splitlines())
    return "  " * bool(box.indent) + text


def _terms(understood: Understanding) -> str:
    """The lines whose event is not their label alone."""
    named = [row for row in understood.rows if row.term and row.role in {"event", "grade"} and row.term != row.label]
    return "".join(f"\n  line {row.line} counts {row.term!r}" for row in named)


def _row_role(understood: Understanding, row: GuessedRow) -> str:
    role = "arm" if understood.arms_in_rows and row.role == "event" else row.role
    arm = f"of {_cut(row.arm, LABEL)}" if row.arm else None
    return " ".join(part for part in (role, row.grades, arm) if part)


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    widths = _widths(lines)
    return "\n".join(_line(line, widths) for line in lines)


def _widths(lines: Sequence[Sequence[str]]) -> list[int]:
    """As wide as the values of a column, and wider for its header where the page has room."""
    full = [line for line in lines if any(text.strip() for text in line[3:])]
    label = min(LABEL, _longest(full, 2))
    first = [_longest(lines, 0), _longest(lines, 1), label]
    others = range(3, max(len(line) for line in lines))
    room = (WIDEST - sum(first) - 2 * len(first)) // max(1, len(others)) - 2
    values = [line for line in full if line[1] != "header"]
    return [*first, *(max(min(_longest(values, at), LABEL), min(_longest(full, at), room)) for at in others)]


def _longest(lines: Sequence[Sequence[str]], at: int) -> int:
    return max((len(line[at]) for line in lines if at < len(line)), default=0)


def _line(line: Sequence[str], widths: Sequence[int]) -> str:
    last = max((at for at, text in enumerate(line) if text.strip()), default=0)
    if last == 2:
        return "  ".join(
            [*(text.ljust(width) for text, width in zip(line[:2], widths, strict=False)), _cut(line[2], WIDEST)]
        )
    shown = ""
    for at, text in enumerate(line[: last + 1]):
        after = line[at + 1 :]
        blanks = next((n for n, each in enumerate(after) if each.strip()), len(after)) if text.strip() else 0
        room = sum(widths[at : at + blanks + 1]) + 2 * blanks
        shown = shown.ljust(sum(widths[:at]) + 2 * at) + _cut(text, room)
    return shown


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _arms(understood: Understanding) -> str:
    described = (
        f"  {arm.id}: {arm.label}; N = {arm.n_at_risk if arm.n_at_risk is not None else '?'}; "
        f"{f'{arm.dose_mg_per_day:g} mg/day' if arm.dose_mg_per_day is not None else 'dose?'}"
        for arm in understood.all_arms
    )
    return "\n".join(["arms", *described])


def _questions(understood: Understanding) -> str:
    questions = (question for each in understood.all_tables for question in each.questions)
    return "\n".join(["to settle in document.yaml", *(f"  {each.key}: {each.text}" for each in questions)])
