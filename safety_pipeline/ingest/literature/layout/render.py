"""Shows what was understood as a plain-text grid with the guessed roles, followed by the questions."""

from collections.abc import Sequence

from safety_pipeline.ingest.literature.layout.guesses import GuessedColumn, Understanding

WIDEST, LABEL = 84, 30


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
        role = row.role if row else ("header" if line <= understood.header_rows else "-")
        if row and row.grades:
            role += f" {row.grades}"
        if row and row.arm:
            role += f" of {_cut(row.arm, LABEL)}"
        lines.append([str(line), role, *(("  " * bool(box.indent) + box.text.replace("\n", " ")) for box in boxes)])
    return _aligned(lines)


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    widths = [_width(lines, at) for at in range(max(len(line) for line in lines))]
    return "\n".join(_line(line, widths) for line in lines)


def _width(lines: Sequence[Sequence[str]], at: int) -> int:
    """As wide as the values of a column, and wider for its header where the page has room."""
    if at < 2:
        return max(len(line[at]) for line in lines)
    n_columns = max(len(line) for line in lines) - 3
    full = [line for line in lines if at < len(line) and any(text.strip() for text in line[3:])]
    values = max((len(line[at]) for line in full if line[1] != "header"), default=0)
    names = max((len(line[at]) for line in full), default=0)
    room = LABEL if at == 2 else (WIDEST - LABEL) // max(1, n_columns) - 2
    return max(min(values, LABEL), min(names, room))


def _line(line: Sequence[str], widths: Sequence[int]) -> str:
    last = max((at for at, text in enumerate(line) if text.strip()), default=0)
    cut = [_cut(text, WIDEST if at == last == 2 else widths[at]) for at, text in enumerate(line)]
    return "  ".join(text.ljust(width) for text, width in zip(cut, widths, strict=False)).rstrip()


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
