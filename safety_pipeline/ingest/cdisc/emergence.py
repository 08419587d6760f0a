"""Which events are treatment-emergent: as flagged, else as SUPPAE says, else by dates."""

from dataclasses import dataclass

import polars as pl

from safety_pipeline.ingest.cdisc.files import Dataset
from safety_pipeline.ingest.cdisc.periods import treatment_is_not_said
from safety_pipeline.ingest.cdisc.words import note, truths

SUPPLEMENT_NAME = "AETRTEM"
_SEQUENCE = "AESEQ"


@dataclass(frozen=True)
class Emergence:
    """The events with ``is_emergent``, null where it is not known, and what is said of how it was decided."""

    frame: pl.DataFrame
    notes: tuple[str, ...]


def emergence(dataset: Dataset, supplement: Dataset | None, events: pl.DataFrame) -> Emergence:
    """Events marked by the first source that says anything at all; not known where their treatment is not."""
    said, how = _said(dataset, supplement, events)
    safe, emergent = pl.col("is_safety_population"), pl.col("is_emergent")
    is_open = pl.col("is_unplaced") & (emergent.is_null() | emergent)
    opened = said.with_columns(is_emergent=pl.when(~is_open).then(emergent))
    counts = {
        "treatment_unknown": said.select((safe & is_open).sum()).item(),
        "emergence_missing": opened.select((safe & emergent.is_null() & ~pl.col("is_unplaced")).sum()).item(),
    }
    if not opened["is_emergent"].count() and said["is_unplaced"].any():
        raise treatment_is_not_said(dataset.file)
    if not said["is_emergent"].count():
        return Emergence(said, (how,))
    return Emergence(opened, (how, *(note(name, n=n) for name, n in counts.items() if n)))


def _said(dataset: Dataset, supplement: Dataset | None, events: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    if _has_flags(events):
        flagged = events.with_columns(
            is_emergent=pl.when(pl.col("emergent").is_null()).then(False).otherwise(_truth("emergent"))
        )
        return flagged, note("emergent_flag", dataset=dataset.name)
    supplemented = _supplemented(supplement, events)
    if supplemented is not None:
        return supplemented, note("emergent_supplement")
    dated = _by_dates(events)
    return dated, note("emergent_dates" if dated["is_emergent"].count() else "emergent_unknown")


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


_PARTIAL = r"^\d{4}(-\d{2}(-\d{2})?)?$"


def _by_dates(events: pl.DataFrame) -> pl.DataFrame:
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
    return events.with_columns(is_emergent=answer)


_WHOLE_DATE = len("2020-03-10")


def _date(name: str) -> pl.Expr:
    """The date without its time: a year, a month or a day; null where it is written otherwise."""
    date = pl.col(name).str.slice(0, 10).str.strip_chars("-")
    return pl.when(date.str.contains(_PARTIAL)).then(date)
