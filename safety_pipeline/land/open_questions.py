"""What a data package does not say of itself, as questions to be answered in its `study.yaml`."""

from collections.abc import Iterator, Mapping

import polars as pl

Tables = Mapping[str, pl.LazyFrame]
_MOST_ARMS = 20


def open_questions(tables: Tables) -> Iterator[str]:
    """One line for each fact that the counts need and the package does not give; nothing for other kinds of delivery.

    Only names of arms are shown, nothing of a subject.
    """
    packages = tables["document"].filter(pl.col("kind") == "cdisc").collect()
    if packages.is_empty():
        return
    for (basis,) in tables["source_table"].select("table_evidence").collect().iter_rows():
        yield f"basis: {basis} If that is not so, add TRTEMFL, AETRTEM or dates."
    yield from _of_document(packages.row(0, named=True))
    arms = tables["arm"].sort("arm_id").head(_MOST_ARMS).collect()
    if arms["may_overlap"].any():
        yield (
            "crossover: subjects count under every treatment they were given, so the arms are not compared. Is it an "
            "extension after a first period? (crossover: false counts the first treatment only)"
        )
    for arm in arms.to_dicts():
        yield from _of_arm(arm)


def _of_document(document: Mapping[str, object]) -> Iterator[str]:
    if document["allocation"] == "not_stated":
        yield "allocation: how did patients come to their arm? (allocation: randomised, non_randomised or single_arm)"
    if document["grading_system"] == "not stated":
        yield 'grading_system: which edition graded the events? (grading_system: {edition: "CTCAE v4.03"})'


def _of_arm(arm: Mapping[str, object]) -> Iterator[str]:
    """An arm without a drug is in no comparison, and one without a dose in no table by dose."""
    label, drug = arm["label"], str(arm["drug"] or "")
    if not drug:
        yield f"drug: which drug was given in the arm {label!r}? (arms: [{{arm: {label!r}, drug: ...}}])"
    if arm["dose_mg_per_day"] is None and not drug.startswith("placebo"):
        why = str(arm["dose_note"] or "it is not said").rstrip(".")
        yield f"dose: which daily dose was the arm {label!r} assigned? {why}. (arms: dose_mg_per_day, or leave it open)"
