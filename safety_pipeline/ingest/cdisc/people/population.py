"""What the denominator of an arm counts, in words: published with the arm, so that nobody must look it up."""

import polars as pl

from safety_pipeline.ingest.cdisc.package.other_form import Elsewhere
from safety_pipeline.ingest.cdisc.package.study import Study
from safety_pipeline.ingest.cdisc.package.words import note
from safety_pipeline.ingest.cdisc.people.courses import Courses
from safety_pipeline.ingest.cdisc.people.subjects import Subjects


def population(study: Study, subjects: Subjects, dataset: str) -> str:
    """The population of every arm of the package."""
    if study.arm_basis == "actual" and not subjects.has_actual:
        return note("population_no_actual", dataset=dataset)
    return note(f"population_{study.arm_basis}")


def populations(
    study: Study, subjects: Subjects, given: Courses, dataset: str, elsewhere: Elsewhere, smallest: int | None
) -> dict[str, str]:
    """The population of each arm label, with who would be in another arm by another reading; few are only some."""
    base = population(study, subjects, dataset)
    counted = _others(subjects.frame.filter("is_safety_population"), study.arm_basis)
    counted["population_first_period" if given.first_only else "population_several"] = _by_label(
        given.frame.filter("is_safety_population", "is_switching"), "arm_label"
    )
    counted["population_other_form"] = elsewhere.by_arm
    labels = pl.concat([given.frame["arm_label"], given.frame["planned_label"]]).drop_nulls().unique()
    return {label: "; ".join([base, *_parts(label, counted, elsewhere.dataset, smallest or 0)]) for label in labels}


def _parts(label: str, counted: dict[str, dict[str, int]], other: str, smallest: int) -> list[str]:
    """What is said of an arm beyond its basis, in words of `note.csv`."""
    of_label = {name: by_label.get(label, 0) for name, by_label in counted.items()}
    return [note(name, n="some" if n < smallest else n, dataset=other) for name, n in of_label.items() if n]


def _others(safe: pl.DataFrame, arm_basis: str) -> dict[str, dict[str, int]]:
    differs = safe.filter(pl.col("actual_label") != pl.col("planned_label"))
    if arm_basis == "planned":
        return {"population_treated_elsewhere": _by_label(differs, "arm_label")}
    return {
        "population_moved_in": _by_label(differs, "actual_label"),
        "population_moved_out": _by_label(differs, "planned_label"),
    }


def _by_label(rows: pl.DataFrame, name: str) -> dict[str, int]:
    return dict(rows.drop_nulls(name).group_by(name).len().iter_rows())
