"""What a table does not settle about its arms: drug, dose, patients, and whether one is part of another."""

from collections.abc import Iterator

from safety_pipeline.ingest.literature.arm_drugs import is_comparison
from safety_pipeline.ingest.literature.layout.arms.population import fit_another, implied_population
from safety_pipeline.ingest.literature.layout.arms.subsets import same_treatment
from safety_pipeline.ingest.literature.layout.guesses import GuessedArm, Question, Understanding
from safety_pipeline.ingest.literature.numbers.printed import Printed, read_printed


def about_arms(understood: Understanding) -> Iterator[Question]:
    """The questions about the arms of all tables of a file, numbered as the draft lists them."""
    arms = understood.all_arms
    places = {arm.id: f"arms[{at}]" for at, arm in enumerate(arms)}
    for arm in arms:
        yield from _about_drug(arm, places[arm.id], n_arms=len(arms))
        if arm.dose_mg_per_day is None and not arm.is_aggregate:
            text = f"What total daily dose was {arm.label!r} assigned, or why is there none?"
            yield Question(f"{places[arm.id]}.dose_mg_per_day", text)
        yield from _about_patients(understood, arm, f"{places[arm.id]}.n_at_risk")
        yield from _about_others(arm, places[arm.id])
    for twin, arm in same_treatment(arms):
        text = f"{twin.label!r} and {arm.label!r} have one treatment: does one hold patients of the other?"
        yield Question(f"{places[arm.id]}.subset_of", text)


def _about_others(arm: GuessedArm, place: str) -> Iterator[Question]:
    """What the name of an arm says of the patients of other arms."""
    said = {
        "is_aggregate": f"Taken from its name and N: {arm.label!r} is other arms together, never added. Is it so?",
        "may_overlap": f"Taken from its name: {arm.label!r} may hold patients of an earlier arm. Is it so?",
        "subset_of": f"Taken from its name: all patients of {arm.label!r} are among those of this arm. Is it so?",
    }
    return (Question(f"{place}.{key}", text) for key, text in said.items() if getattr(arm, key))


def _about_drug(arm: GuessedArm, place: str, *, n_arms: int) -> Iterator[Question]:
    if arm.drug is not None:
        yield Question(f"{place}.drug", f"Taken from the name of the arm {arm.label!r}. Is it right?")
    elif n_arms > 1:
        left_empty = "it has none" if is_comparison(arm.label) else "it is that of the document"
        yield Question(f"{place}.drug", f"Which drug did {arm.label!r} take? Left empty {left_empty}.")


def _about_patients(understood: Understanding, arm: GuessedArm, key: str) -> Iterator[Question]:
    values = _values(understood, arm.label)
    implied = implied_population(values)
    if arm.n_at_risk is None:
        hint = f" {implied}, but that is not a statement." if implied else ""
        yield Question(key, f"How many patients does {arm.label!r} have? The table does not say.{hint}")
    elif implied and fit_another(values, arm.n_at_risk):
        yield Question(
            key, f"Is N = {arm.n_at_risk} right for {arm.label!r}? Its percentages do not fit it; {implied}."
        )


def _values(understood: Understanding, arm: str) -> list[Printed]:
    columns = [
        column for column in understood.columns if column.role == "count" and (column.arm or "all patients") == arm
    ]
    lines = [row.line for row in understood.rows if row.role in {"event", "grade"}]
    texts = (
        (understood.grid.box(line, column.number).unmarked, column.content or "n")
        for line in lines
        for column in columns
    )
    return [value for text, content in texts if (value := read_printed(text, content)) is not None]
