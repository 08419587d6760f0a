"""Which events are treatment-emergent: as flagged, else as SUPPAE says, else by dates."""

from dataclasses import dataclass

import polars as pl

from safety_pipeline.ingest.cdisc.files import Dataset
from safety_pipeline.ingest.cdisc.words import note, truths

SUPPLEMENT_NAME = "AETRTEM"
_SEQUENCE = "AESEQ"


@dataclass(frozen=True)
class Emergence:
    """The events with ``is_emergent``, null where it is not known, and what is said of how it was decided."""

    frame: pl.DataFrame
    notes: tuple[str, ...]


def emergence(dataset: Dataset, supplement: Dataset | None, events: pl.DataFrame) -> Emergence:
    """Events marked by the first source that says anything at all."""
    if _has_flags(events):
        flagged = events.with_columns(
            is_emergent=pl.when(pl.col("emergent").is_null()).then(False).otherwise(_truth("emergent"))
        )
        return _marked(flagged, note("emergent_flag", dataset=dataset.name))
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
    return Emergence(events, (how, *([note("emergence_missing", n=n_unknown)] if n_unknown else [])))


_PARTIAL = r"^\d{4}(-\d{2}(-\d{2})?)?$"


def _by_dates(events: pl.DataFrame) -> Emergence:
    """On or after the day of the first dose; what the written parts of both dates leave open is not known."""
    start, end, first = (_date(name) for name in ("start", "end", "first_dose"))
    written = pl.min_horizontal(start.str.len_chars(), first.str.len_chars())
    start_cut, first_cut = start.str.slice(0, written), first.str.slice(0, written)
    ended_before = end.str.slice(0, first.str.len_chars()) < first.str.slice(0, end.str.len_chars())
    is_open = (start_cut == first_cut) & (written < _WHOLE_DATE)
    answer = (
        pl.when(ended_before.fill_null(value=False))
        .then(pl.lit(value=False))
        .when(~is_open.fill_null(value=False))
        .then(start_cut >= first_cut)
    )
    dated = events.with_columns(is_emergent=answer)
    if not dated["is_emergent"].count():
        return Emergence(dated, (note("emergent_unknown"),))
    return _marked(dated, note("emergent_dates"))


_WHOLE_DATE = len("2020-03-10")


def _date(name: str) -> pl.Expr:
    """The date without its time: a year, a month or a day; null where it is written otherwise."""
    date = pl.col(name).str.slice(0, 10).str.strip_chars("-")
    return pl.when(date.str.contains(_PARTIAL)).then(date)
