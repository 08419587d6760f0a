"""Which events are treatment-emergent: as flagged, else as SUPPAE says, else by dates or study days."""

from dataclasses import dataclass

import polars as pl

from safety_pipeline.ingest.cdisc.adverse_events.episodes import without_carried_on
from safety_pipeline.ingest.cdisc.files import Dataset
from safety_pipeline.ingest.cdisc.package.words import note, truths
from safety_pipeline.ingest.cdisc.people.periods import treatment_is_not_said
from safety_pipeline.tables.delivery import RefusedError

SUPPLEMENT_NAME = "AETRTEM"
# The variables of an event that SUPPAE may refer to it by, and what they mean.
_KEYS = {
    "AESEQ": "sequence",
    "AESPID": "sponsor_id",
    "AEREFID": "reference_id",
    "AEGRPID": "group_id",
    "AELNKID": "link_id",
}


@dataclass(frozen=True)
class Emergence:
    """The events with ``is_emergent``, null where it is not known, and what is said of how it was decided.

    ``is_told`` is the same in all rows: something tells events apart, so that one not known may be of either kind.
    """

    frame: pl.DataFrame
    notes: tuple[str, ...]


def emergence(dataset: Dataset, supplement: Dataset | None, events: pl.DataFrame) -> Emergence:
    """Events marked by the first source that says anything at all; not known where their treatment is not.

    ``events`` has ``rule``: of rows that were refused nothing is said in the notes.
    """
    said, how = _said(dataset, supplement, events)
    said = said.with_columns(is_told=pl.lit(_is_told(events) or bool(said["is_emergent"].count())))
    safe, emergent = pl.col("is_safety_population") & pl.col("rule").is_null(), pl.col("is_emergent")
    is_open = pl.col("is_unplaced") & (emergent.is_null() | emergent)
    opened = said.with_columns(is_emergent=pl.when(~is_open.fill_null(value=False)).then(emergent))
    counts = {
        "treatment_unknown": said.select((safe & is_open).sum()).item(),
        "emergence_missing": opened.select((safe & emergent.is_null() & ~pl.col("is_unplaced")).sum()).item(),
    }
    if not opened["is_emergent"].count() and said["is_unplaced"].any():
        raise treatment_is_not_said(dataset.file)
    if not said["is_told"].any():
        return Emergence(said, how)
    return Emergence(opened, (*how, *(note(name, n=n) for name, n in counts.items() if n)))


def _said(dataset: Dataset, supplement: Dataset | None, events: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    if events["emergent"].count():
        flagged = events.with_columns(
            is_emergent=pl.when(pl.col("emergent").is_null()).then(_of_a_blank_flag()).otherwise(_truth("emergent"))
        )
        return flagged, (note("emergent_flag", dataset=dataset.name),)
    if supplement is not None and (supplemented := _supplemented(supplement, events)) is not None:
        return supplemented
    timed = _by_dates(events)
    if not timed["is_emergent"].count():
        if "emergent" in dataset.present and events.height:
            raise _marks_nothing(dataset)
        return timed, (note("emergent_undecided" if _is_told(events) else "emergent_unknown"),)
    is_dated = events["first_dose"].count() and events["start"].count()
    parted, n_carried_on = without_carried_on(timed)
    carried_on = (note("emergent_episode", n=n_carried_on),) if n_carried_on else ()
    return parted, (note("emergent_dates" if is_dated else "emergent_days"), *carried_on)


def _is_told(events: pl.DataFrame) -> bool:
    """Whether flags, or dates of events beside a first dose, are there, however little can be read of them."""
    has_dates = events["first_dose"].count() and events.select(pl.col("start", "end").count()).row(0) != (0, 0)
    return bool(events["emergent"].count() or has_dates)


def _of_a_blank_flag() -> pl.Expr:
    """No in a column of `Y` and blanks, as ADaM has it; not known where events that are none are written `N`."""
    return pl.when(~(_truth("emergent") == pl.lit(value=False)).any().fill_null(value=False)).then(pl.lit(value=False))


def _marks_nothing(dataset: Dataset) -> RefusedError:
    """A flag that is blank in every row was never filled, or means that no event began under treatment."""
    return RefusedError(
        "events_are_placed",
        f"{dataset.file}: {dataset.written_as['emergent']} is there but marks no event, and nothing else says which of "
        "them began under treatment; write Y or N, or leave the variable out if every event is to be counted.",
        source_file=dataset.file,
    )


def _truth(name: str) -> pl.Expr:
    return pl.col(name).str.to_uppercase().replace_strict(truths("flag"), default=None, return_dtype=pl.Boolean)


def _supplemented(supplement: Dataset, events: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]] | None:
    """Where SUPPAE only ever says yes, silence means no; where it says both, silence is not known.

    What it says of an event that cannot be told opens every event of the subject that nothing else is said of.
    """
    is_meant = pl.col("name").str.to_uppercase() == SUPPLEMENT_NAME
    said = (
        supplement.frame.filter(is_meant)
        .select(
            "subject", key=pl.col("id_variable").str.to_uppercase(), value=_as_key("id_value"), is_yes=_truth("value")
        )
        .drop_nulls(["subject", "is_yes"])
    )
    if said.is_empty():
        return None
    keyed = said.filter(pl.col("key").is_in([key for key, meaning in _KEYS.items() if events[meaning].count()]))
    unplaced = said.join(keyed, on=["subject", "key", "value"], how="anti", nulls_equal=True)
    may_be_unplaced = pl.col("subject").is_in(unplaced["subject"].unique().implode()).fill_null(value=False)
    silent = pl.when(pl.lit(bool(said["is_yes"].all())) & ~may_be_unplaced).then(pl.lit(value=False))
    found = _looked_up(events, keyed).with_columns(is_emergent=pl.coalesce("is_emergent", silent))
    notes = [note("supplement_unplaced", n=unplaced.height)] if unplaced.height else []
    return found, (note("emergent_supplement"), *notes)


def _looked_up(events: pl.DataFrame, keyed: pl.DataFrame) -> pl.DataFrame:
    """The events with what is said of them by any of their keys: yes where one of several says yes."""
    answers: dict[str, pl.DataFrame] = {}
    for key, meaning in _KEYS.items():
        own = keyed.filter(key=key).group_by("subject", "value").agg(pl.col("is_yes").any().alias(f"by_{meaning}"))
        if own.height:
            answers[meaning] = own
    found = events
    for meaning, own in answers.items():
        keys = found.with_columns(value=_as_key(meaning))
        found = keys.join(own, on=["subject", "value"], how="left", validate="m:1", maintain_order="left").drop("value")
    names = [f"by_{meaning}" for meaning in answers]
    none = pl.lit(None, pl.Boolean)
    said = pl.coalesce(pl.any_horizontal(names), pl.coalesce(names)) if names else none
    return found.with_columns(is_emergent=said).drop(names)


def _as_key(name: str) -> pl.Expr:
    """A key as it is compared: SUPPAE writes numbers as text, padded or with a point."""
    text = pl.col(name).str.strip_chars()
    number = text.cast(pl.Float64, strict=False)
    return pl.when(number.is_not_null()).then(number.cast(pl.String)).otherwise(text)


_PARTIAL = r"^\d{4}(-\d{2}(-\d{2})?)?$"


def _by_dates(events: pl.DataFrame) -> pl.DataFrame:
    """On or after the day of the first dose; what the written parts of both dates leave open is not known.

    Where a date is missing the study day speaks: day 1 is the first of treatment, and there is no day 0.
    """
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
    start_day, end_day = (pl.col(name).cast(pl.Float64, strict=False) for name in ("start_day", "end_day"))
    by_day = pl.when(end_day < 1).then(pl.lit(value=False)).otherwise(start_day >= 1)
    has_dates = start.is_not_null() & first.is_not_null()
    said = pl.when(has_dates).then(answer).otherwise(pl.coalesce(answer, by_day))
    return events.with_columns(is_emergent=pl.when(~(_is_of_run_in() & said.fill_null(value=False))).then(said))


def _is_of_run_in() -> pl.Expr:
    """Whether an event began under the placebo that everybody was given first: under no arm's treatment, nor before."""
    start, active = _date("start"), _date("active_from")
    written = pl.min_horizontal(start.str.len_chars(), active.str.len_chars())
    is_earlier = start.str.slice(0, written) < active.str.slice(0, written)
    return is_earlier.fill_null(value=False) & ~pl.col("is_switching").fill_null(value=False)


_WHOLE_DATE = len("2020-03-10")


def _date(name: str) -> pl.Expr:
    """The date without its time: a year, a month or a day; null where it is written otherwise."""
    date = pl.col(name).str.slice(0, 10).str.strip_chars("-")
    return pl.when(date.str.contains(_PARTIAL)).then(date)
