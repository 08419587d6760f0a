"""The counts of the crosswalk, as Markdown tables that a test keeps true."""

import polars as pl

from safety_pipeline.reference.crosswalk.reverse import round_trip
from safety_pipeline.reference.markdown import between, table
from safety_pipeline.reference.references import References
from safety_pipeline.reference.terms import TARGET_EDITION

START = "<!-- counts: written by `python -m safety_pipeline.reference counts`, do not edit -->"
END = "<!-- end of counts -->"


def counts_markdown(references: References) -> str:
    """The tables of counts, between the two marks."""
    parts = [
        START,
        "Grades by edition and kind:",
        _table(references.grade_map, "mapping_kind"),
        "Grades by edition and what the mapping rests on:",
        _table(references.grade_map, "mapping_source"),
        "Grades by edition and who looked:",
        _table(references.grade_map, "review_status"),
        "Terms by edition and what a severe count (grade 3 or worse) is on v4.03:",
        _table(references.terms, "threshold_relation"),
        "Grades that come back from v4.03 as themselves, as more than themselves, or not at all:",
        _losses(references),
        END,
    ]
    return "\n\n".join(parts) + "\n"


def with_counts(page: str, references: References) -> str:
    """The page with the tables of counts written anew."""
    return between(page, START, END, counts_markdown(references))


def _table(rows: pl.DataFrame, column: str) -> str:
    counted = rows.group_by("grading_system", column).len().sort("grading_system", column)
    names = sorted(rows[column].unique().to_list())
    systems = counted["grading_system"].unique().sort().to_list()
    counts = {(system, value): n for system, value, n in counted.iter_rows()}
    return table(
        ["edition", *names], [[system, *(counts.get((system, name), 0) for name in names)] for system in systems]
    )


def _losses(references: References) -> str:
    lines = []
    for system in references.term["grading_system"].unique().sort().to_list():
        if system != TARGET_EDITION:
            loss = round_trip(references.grade_map, references.term, system)["loss"]
            lines.append([system, int((loss == 0).sum()), int((loss > 0).sum()), loss.null_count()])
    return table(["edition", "as themselves", "as more", "not at all"], lines)
