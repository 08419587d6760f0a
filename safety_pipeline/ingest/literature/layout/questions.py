"""What a table does not settle, as questions that name the key of `document.yaml` to answer in."""

from collections.abc import Iterator, Sequence

from safety_pipeline.ingest.literature.grid import Box
from safety_pipeline.ingest.literature.layout.guesses import GuessedColumn, Question, Understanding, heads_arms
from safety_pipeline.ingest.literature.layout.words.wording import is_word
from safety_pipeline.ingest.literature.lines.packed import is_packed
from safety_pipeline.ingest.literature.numbers.mending import mended
from safety_pipeline.ingest.literature.numbers.printed import is_blank, is_dash

_MOST_NAMED = 3
ALWAYS = (
    Question("trial_id", "Which trial is it (its registry number, or a name for these patients)?"),
    Question("document.indication", "Which disease was treated?"),
    Question("document.drug", "Which drug is the document about?"),
    Question("document.allocation", "Were patients randomised, or was there a single arm?"),
    Question("document.same_patients_as", "Does another landed document report the same patients?"),
)


def questions_of(understood: Understanding) -> Iterator[Question]:
    """The questions of one table, the ones every document raises first."""
    yield from ALWAYS
    yield from _about_the_table(understood)
    yield from _about_columns(understood)
    yield from _about_empty_cells(understood)
    yield from _about_rows(understood)
    yield from _about_composites(understood)
    yield from _about_packed(understood)
    if understood.arms_in_rows:
        for at, column in enumerate(_described(understood)):
            if column.role == "count" and not (column.term or column.arm):
                yield Question(f"tables[0].columns[{at}].term", f"Which event does column {column.number} count?")
        yield Question("arms.trial_id", "Is each line a trial of its own? Then give each arm its trial_id.")


def _about_the_table(understood: Understanding) -> Iterator[Question]:
    if understood.edition is None:
        yield Question("grading_system", "Which edition of the NCI criteria graded the events? The table does not say.")
    if understood.attribution is None:
        yield Question("tables[0].attribution", "Are these related events or all of them? The caption does not say.")
    threshold = understood.threshold
    if threshold is not None and threshold.scope is None:
        rule = f"{threshold.operator}{threshold.percent:g} %"
        yield Question("tables[0].threshold.scope", f"Listed where {rule} is met: in any arm, overall, or in this arm?")
    yield from _about_guesses(understood)
    if threshold is None:
        yield Question("tables[0].threshold", _missing_threshold(understood.conditional_threshold))


def _missing_threshold(conditional: str | None) -> str:
    if conditional is None:
        return "Does the table list only events above some percentage? None is named."
    return (
        f'Left empty, since "{conditional}" names more than a percentage: an event below either is not listed, '
        "so what is not listed may have any number of patients."
    )


def _about_guesses(understood: Understanding) -> Iterator[Question]:
    """What the words around the table say of all its counts, to be confirmed."""
    if understood.outcome is not None:
        text = f"Taken from the caption: only events that led to this are counted ({understood.outcome}). Is it so?"
        yield Question("tables[0].outcome", text)
    if understood.is_worst_grade:
        text = "Taken from the words around the table: each patient counts at the worst grade only. Is it so?"
        yield Question("tables[0].grade_counting", text)
    if understood.lines_are_grades and heads_arms(understood.columns):
        yield Question("tables[0].term", "Which one event do the lines of grades count?")
    for row in understood.rows:
        if row.said.n_at_risk is not None and not row.said.n_at_risk:
            text = f"How many patients of each arm does {row.label!r} count? Until then no number is divided by any."
            yield Question(f"tables[0].rows[line {row.line}].n_at_risk", text)


def _about_columns(understood: Understanding) -> Iterator[Question]:
    named = any(column.arm for column in understood.columns) and not understood.arms_in_rows
    graded = understood.grades is not None or any(row.grades for row in understood.rows)
    counted = [(at, column) for at, column in enumerate(_described(understood)) if column.role == "count"]
    if not graded and _have_the_same_grades([column for _, column in counted]):
        graded = True
        text = "Which grades do the columns count? One answer here holds for all that have none of their own."
        yield Question("tables[0].grades", text)
    for at, column in counted:
        yield from _about_column(column, f"tables[0].columns[{at}]", is_named=not named, is_graded=graded)


def _have_the_same_grades(counted: Sequence[GuessedColumn]) -> bool:
    """Whether the columns without grades differ by arm, unit or outcome, so that one answer holds for all of them.

    Columns that nothing tells apart may differ by their grades, and "severe" is not any: each of these is asked.
    """
    open_ones = [column for column in counted if not column.grades]
    keys = {(each.arm, each.is_total, each.count_unit, each.outcome, each.attribution, each.term) for each in open_ones}
    is_severity = any(is_word("severity_headers", level) for each in open_ones for level in each.header.split(" / "))
    return len(open_ones) > 1 and len(keys) == len(open_ones) and not (is_severity or any(map(_is_nameless, open_ones)))


def _is_nameless(column: GuessedColumn) -> bool:
    return column.is_alike or not (column.arm or column.term or column.is_total)


def _about_column(column: GuessedColumn, key: str, *, is_named: bool, is_graded: bool) -> Iterator[Question]:
    if column.is_doubtful_unit:
        text = f"Does column {column.number} print percentages, as the text around it says, or numbers of patients (n)?"
        yield Question(f"{key}.content", text)
    if column.is_alike:
        text = f"Which arm does column {column.number} ({column.header or 'no header'}) count? Its header does not say."
        yield Question(f"{key}.arm", text)
    elif not (is_named or column.arm or column.is_total):
        yield Question(f"{key}.arm", f"Which arm does column {column.number} count? No name stands over it.")
    if not (is_graded or column.grades):
        yield Question(f"{key}.grades", f"Which grades does column {column.number} ({column.header}) count?")


def _about_empty_cells(understood: Understanding) -> Iterator[Question]:
    counted = [row.line for row in understood.rows if row.role in {"event", "grade"}]
    printed = [box.unmarked for line in counted for box in _count_boxes(understood, line)]
    if any(is_blank(text) for text in printed):
        text = "What does an empty cell mean, and who says so? Until then it is unknown."
        yield Question("tables[0].blank_means", text)
    if any(is_dash(text) for text in printed):
        text = "What does a dash or a word such as NR mean? Until then it is unknown."
        yield Question("tables[0].dash_means", text)


def _about_rows(understood: Understanding) -> Iterator[Question]:
    yield from _about_grades_of_rows(understood)
    lonely = _lonely(understood)
    for row in understood.rows:
        if row.line in lonely:
            yield Question(
                f"tables[0].rows[line {row.line}]",
                f"{row.label!r} has no values: a heading, or an event without counts?",
            )


def _about_grades_of_rows(understood: Understanding) -> Iterator[Question]:
    """The grades of the lines that say none among lines that do: one answer for all of them."""
    graded = any(row.grades for row in understood.rows)
    open_columns = any(column.role == "count" and not column.grades for column in understood.columns)
    open_ones = [row for row in understood.rows if row.role == "event" and row.grades is None and not row.said.grades]
    if not (graded and open_columns and open_ones) or understood.grades:
        return
    if len(open_ones) == 1:
        row = open_ones[0]
        yield Question(f"tables[0].rows[line {row.line}].grades", f"Which grades does {row.label!r} count?")
        return
    named = ", ".join(repr(row.label) for row in open_ones[:_MOST_NAMED]) + (
        " ..." if len(open_ones) > _MOST_NAMED else ""
    )
    yield Question(
        "tables[0].grades",
        f"Which grades do the {len(open_ones)} lines count that name none ({named})? One answer here holds for all of "
        "them; grades of a section hold for the lines below it, and those of a line for it alone.",
    )


def _about_composites(understood: Understanding) -> Iterator[Question]:
    for parent in dict.fromkeys(row.parent for row in understood.rows if row.parent):
        line = next(row.line for row in understood.rows if row.label == parent)
        text = f"Does {parent!r} count the patients with any of the rows further in? If so, how does it stand to them?"
        yield Question(f"tables[0].rows[line {line}].concept_relation", text)


def _about_packed(understood: Understanding) -> Iterator[Question]:
    for row in understood.rows:
        if any(
            is_packed(box.unmarked) and not _is_mended(understood, box) for box in _count_boxes(understood, row.line)
        ):
            text = f"Several rows run together in line {row.line}: which are they? List them as label and sub_rows."
            yield Question(f"tables[0].rows[line {row.line}].sub_rows", text)


def _is_mended(understood: Understanding, box: Box) -> bool:
    column = next(each for each in understood.columns if each.number == box.column)
    sizes = {arm.label: arm.n_at_risk for arm in understood.arms}
    return mended(box.unmarked, column.n_at_risk or sizes.get(column.arm or "all patients")) is not None


def _lonely(understood: Understanding) -> set[int]:
    """Sections with nothing below them."""
    rows = understood.rows
    return {
        row.line
        for at, row in enumerate(rows)
        if row.role == "section" and (at + 1 == len(rows) or rows[at + 1].role == "section")
    }


def _described(understood: Understanding) -> list[GuessedColumn]:
    return [column for column in understood.columns if column.role not in {"label", "percent"}]


def _count_boxes(understood: Understanding, line: int) -> list[Box]:
    if understood.grid.is_ragged:
        return []
    return [understood.grid.box(line, column.number) for column in understood.columns if column.role == "count"]
