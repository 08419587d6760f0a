"""Texts no term was found for, and near spellings a person may accept; nothing here is applied by itself."""

import polars as pl
from rapidfuzz import fuzz, process

from safety_pipeline.reference.references import References

PROPOSAL = {
    "grading_system": pl.String,
    "text": pl.String,
    "n_rows": pl.Int64,
    "proposed_text": pl.String,
    "term": pl.String,
    "select_term": pl.String,
    "score": pl.Float64,
}


def unmatched_texts(toxicity: pl.LazyFrame) -> pl.LazyFrame:
    """One row per text that was not matched, with its rows and the patients they count."""
    missed = toxicity.filter(pl.col("match_kind") == "unmatched")
    return (
        missed.group_by("grading_system", text="term_as_reported")
        .agg(
            n_rows=pl.len().cast(pl.Int64),
            n_documents=pl.col("document_id").n_unique(),
            n_affected=pl.col("n_affected_upper").sum(),
        )
        .sort("n_rows", "text", descending=[True, False])
    )


def propose(unmatched: pl.LazyFrame, references: References, *, minimum_score: float = 80) -> pl.DataFrame:
    """One row per unmatched text and its nearest known text: a review table.

    To accept a row, a person copies it into `accepted_proposal.csv` (shipped, or beneath the lake's `reference`).
    """
    rows = [
        row
        for system, text, n_rows in unmatched.select("grading_system", "text", "n_rows").collect().iter_rows()
        if (row := _nearest(system, text, n_rows, references)) is not None and float(str(row["score"])) >= minimum_score
    ]
    return pl.DataFrame(rows, schema=PROPOSAL).sort("score", "text", descending=[True, False])


def _nearest(system: str, text: str, n_rows: int, references: References) -> dict[str, object] | None:
    known = references.matches.filter(grading_system=system, source_kind="literature", parent_concept="")
    names = known["text"].to_list()
    best = process.extractOne(text.lower(), [name.lower() for name in names], scorer=fuzz.WRatio)
    if best is None:
        return None
    _, score, place = best
    target = references.targets.filter(target_id=known["target_id"][place]).row(0, named=True)
    return {
        "grading_system": system,
        "text": text,
        "n_rows": n_rows,
        "proposed_text": names[place],
        "term": target["source_term"],
        "select_term": target["source_select_term"],
        "score": score,
    }
