"""Which events are treatment-emergent: as flagged, else as SUPPAE says, else by dates."""

from dataclasses import dataclass

import polars as pl

from safety_pipeline.ingest.cdisc.files import Dataset
from safety_pipeline.ingest.cdisc.words import note, truths

SUPPLEMENT_NAME = "AETRTEM"
_SEQUENCE = "AESEQ"


@dataclass(frozen=True)
class Emergence:
    """The events with ``is_emergent``; ``is_known`` where it is known of every event of the safety population."""

    frame: pl.DataFrame
    notes: tuple[str, ...]
    is_known: bool


def emergence(dataset: Dataset, supplement: Dataset | None, events: pl.DataFrame) -> Emergence:
    """Events marked by the first source that says anything at all."""
    if _has_flags(events):
        yes = _truth("emergent").fill_null(value=False)
        return _marked(events.with_columns(is_emergent=yes), note("emergent_flag", dataset=dataset.name))
    supplemented = _supplemented(supplement, events)
    if supplemented is not None:
        return _marked(supplemented, note("emergent_supplement"))
    return _by_dates(events)


def _has_flags(events: pl.DataFrame) -> bool:
    return bool(events["emergent"].count())


def _truth(name: str) -> pl.Expr:
    return pl.col(name).str.to_uppercase().replace_strict(truths("flag"), default=None, return_dtype=pl.Boolean)


def _supplemented(supplement: Dataset | None, events: pl.DataFrame) -> pl.DataFrame | None:
    """Where SUPPAE only ever says yes, silence means no; where it says both, silence is not known."""
    if supplement is None:
        return None
    said = (
        supplement.frame.filter(
            pl.col("name").str.to_uppercase() == SUPPLEMENT_NAME, pl.col("id_variable").str.to_uppercase() == _SEQUENCE
        )
        .select("subject", _sequence=_number("id_value"), _said=_truth("value"))
        .drop_nulls()
        .group_by("subject", "_sequence")
        .agg(pl.col("_said").any())
    )
    if said.is_empty():
        return None
    joined = events.with_columns(_sequence=_number("sequence")).join(
        said, on=["subject", "_sequence"], how="left", validate="m:1", maintain_order="left"
    )
    says_no = not said["_said"].all()
    answer = pl.col("_said") if says_no else pl.col("_said").fill_null(value=False)
    return joined.with_columns(is_emergent=answer).drop("_said", "_sequence")


def _number(name: str) -> pl.Expr:
    """The sequence number as a number: SUPPAE writes it as text, padded or with a point."""
    return pl.col(name).cast(pl.Float64, strict=False)


def _marked(events: pl.DataFrame, how: str) -> Emergence:
    unknown = pl.col("is_safety_population") & pl.col("is_emergent").is_null()
    n_unknown = events.select(unknown.sum()).item()
    notes = [how, *([note("emergence_missing", n=n_unknown)] if n_unknown else [])]
    return Emergence(events, tuple(notes), is_known=not n_unknown)


_PARTIAL = r"^\d{4}(-\d{2}(-\d{2})?)?$"


def _by_dates(events: pl.DataFrame) -> Emergence:
    """On or after the first dose, as far as both dates are written; an open question counts as treatment-emergent."""
    start, end, first = (_date(name) for name in ("start", "end", "first_dose"))
    written = pl.min_horizontal(start.str.len_chars(), first.str.len_chars())
    start_cut, first_cut = start.str.slice(0, written), first.str.slice(0, written)
    ended_before = end.str.slice(0, first.str.len_chars()) < first.str.slice(0, end.str.len_chars())
    answer = pl.when(ended_before.fill_null(value=False)).then(pl.lit(value=False)).otherwise(start_cut >= first_cut)
    dated = events.with_columns(
        is_emergent=answer, _open=(start_cut == first_cut) & (written < 10) & ~ended_before.fill_null(value=False)
    )
    if not dated["is_emergent"].count():
        return Emergence(dated.drop("_open"), (note("emergent_unknown"),), is_known=False)
    n_open = dated.select((pl.col("_open") & pl.col("is_safety_population")).sum()).item()
    marked = _marked(dated.drop("_open"), note("emergent_dates"))
    partial = (note("partial_dates", n=n_open),) if n_open else ()
    return Emergence(marked.frame, (*marked.notes, *partial), marked.is_known)


def _date(name: str) -> pl.Expr:
    """The date without its time: a year, a month or a day; null where it is written otherwise."""
    date = pl.col(name).str.slice(0, 10).str.strip_chars("-")
    return pl.when(date.str.contains(_PARTIAL)).then(date)
