"""Shows what was understood as a plain-text grid with the guessed roles, followed by the questions."""

from collections.abc import Sequence

from safety_pipeline.ingest.literature.layout.draft import arms_of
from safety_pipeline.ingest.literature.layout.guesses import GuessedColumn, Understanding

WIDEST = 28


def render(understood: Understanding) -> str:
    """A page of text: the hints, the grid with roles, the arms, the questions; or why the table is refused."""
    if understood.refusal is not None:
        return f"{understood.path.name}: refused ({understood.refusal.rule})\n{understood.refusal.explanation}\n"
    parts = [part for each in understood.all_tables for part in (_heading(each), _grid(each))]
    return "\n\n".join([*parts, _arms(understood), _questions(understood)]) + "\n"


def _heading(understood: Understanding) -> str:
    threshold = understood.threshold
    rule = f"{threshold.operator}{threshold.percent:g} % ({threshold.scope or 'scope?'})" if threshold else "none named"
    facts = (
        ("caption", understood.caption[:110] or "none"),
        ("edition", understood.edition or "not stated"),
        ("grades of the whole table", understood.grades or "by column or row"),
        ("attribution", understood.attribution or "not stated"),
        ("threshold", rule),
    )
    lines = [f"  {name}: {value}" for name, value in facts] + [f"  {part}" for part in understood.refused_parts]
    return "\n".join([f"{understood.path.name}: {understood.label}", *lines])


def _grid(understood: Understanding) -> str:
    lines = [["line", "role", *(_column_title(column) for column in understood.columns)]]
    roles = {row.line: row for row in understood.rows}
    for line, boxes in understood.own_lines:
        row = roles.get(line)
        role = row.role if row else ("header" if line <= understood.header_rows else "-")
        if row and row.grades:
            role += f" {row.grades}"
        lines.append([str(line), role, *(("  " * bool(box.indent) + box.text) for box in boxes)])
    return _aligned(lines)


def _column_title(column: GuessedColumn) -> str:
    if column.role != "count":
        return f"{column.number}: {column.role}"
    who = "total" if column.is_total else (column.arm or "arm?")
    return f"{column.number}: {who}; {column.grades or 'grades?'}; {column.content}"


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    width = max(len(line) for line in lines)
    cut = [[text.replace("\n", " ")[:WIDEST] for text in line] + [""] * (width - len(line)) for line in lines]
    widths = [max(len(line[at]) for line in cut) for at in range(width)]
    return "\n".join(
        "  ".join(text.ljust(size) for text, size in zip(line, widths, strict=True)).rstrip() for line in cut
    )


def _arms(understood: Understanding) -> str:
    described = (
        f"  {arm.id}: {arm.label}; N = {arm.n_at_risk if arm.n_at_risk is not None else '?'}; "
        f"{f'{arm.dose_mg_per_day:g} mg/day' if arm.dose_mg_per_day is not None else 'dose?'}"
        for arm in arms_of(understood)
    )
    return "\n".join(["arms", *described])


def _questions(understood: Understanding) -> str:
    questions = (question for each in understood.all_tables for question in each.questions)
    return "\n".join(["to settle in document.yaml", *(f"  {each.key}: {each.text}" for each in questions)])
