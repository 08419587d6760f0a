"""Times to a first event as arm-level counts: how many subjects were observed how long, and what ended it."""

from collections.abc import Mapping

import narwhals as nw
import polars as pl

from safety_pipeline.engine import computed_once, to_engine_of
from safety_pipeline.harmonise.cells import Frame
from safety_pipeline.harmonise.counting.questions import questions_of_files
from safety_pipeline.harmonise.counting.subjects import asked_of_groups, counted_events
from safety_pipeline.reference.references import References
from safety_pipeline.tables.harmonised import LIFE_TABLE

_LISTING = ["document_id", "source_file", "grading_system"]
_QUESTION = [*_LISTING, "given_concept", "attribution", "band"]
_FIRST_DAY = 1
# A death soon after the last dose ended the observation; one long after did not.
_DAYS_AFTER_TREATMENT = 30


def life_table(tables: Mapping[str, pl.LazyFrame], references: References) -> pl.LazyFrame:
    """One row per arm, headline concept (and any event), band, attribution, day and way the observation ended.

    Subjects are observed from their first dose (day 1) to their first event or their last dose. Only arm-level numbers
    leave here; subjects without dates of treatment have no time and are in no row.
    """
    frames = {name: nw.from_native(frame) for name, frame in tables.items()}
    events = computed_once(counted_events(frames))
    observed = _observed(frames["subject"])
    questions = questions_of_files(frames, events)
    concepts = to_engine_of(references.union_concepts.select("given_concept"), observed)
    asked = questions.join(concepts, how="cross").join(observed, on="document_id", how="inner")
    firsts = _first_events(asked_of_groups(events, references), observed)
    ended = _ended(asked.join(firsts, on=[*_QUESTION, "arm_id", "subject_id"], how="left"))
    documents = frames["document"].select("document_id", "delivery_id", "trial_id")
    counted = ended.group_by(*_QUESTION, "arm_id", "day", "outcome", "earlier_event").agg(
        n_subjects=nw.len().cast(nw.Int64)
    )
    named = counted.join(documents, on="document_id", how="inner").rename(
        {"given_concept": "concept", "band": "grade_band"}
    )
    native: pl.LazyFrame = nw.to_native(named)
    return LIFE_TABLE.conform(native.select(LIFE_TABLE.column_names)).sort(LIFE_TABLE.key)


def _observed(subject: Frame) -> Frame:
    """The safety population in its arms, with the last day each was under treatment and whether death came with it."""
    there = subject.filter(
        nw.col("is_safety_population") & ~nw.col("arm_id").is_null() & ~nw.col("exposure_days").is_null()
    )
    last_day = nw.col("exposure_days").cast(nw.Int64)
    died = (nw.col("death_day") <= last_day + _DAYS_AFTER_TREATMENT).fill_null(value=False)
    return there.select("document_id", "arm_id", "subject_id", last_day=last_day, has_died=died)


def _first_events(events: Frame, observed: Frame) -> Frame:
    """One row per question and subject with an event under treatment: the first day known, and what is not known."""
    union = events.filter(nw.col("given_concept") != "").join(
        observed.select("document_id", "arm_id", "subject_id", "last_day"),
        on=["document_id", "arm_id", "subject_id"],
        how="inner",
    )
    day = nw.max_horizontal(nw.col("start_day"), nw.lit(_FIRST_DAY))
    is_certain = nw.col("is_certain") == 1
    has_day = ~nw.col("start_day").is_null()
    under_treatment = union.filter(~has_day | (nw.col("start_day") <= nw.col("last_day")))
    marked = under_treatment.with_columns(
        known_day=nw.when(is_certain & has_day).then(day),
        is_dateless=(is_certain & ~has_day).cast(nw.Int64),
        possible_day=nw.when(~is_certain).then(nw.coalesce(day, nw.lit(_FIRST_DAY))),
    )
    return marked.group_by(*_QUESTION, "arm_id", "subject_id").agg(
        nw.col("known_day").min(), nw.col("is_dateless").max(), nw.col("possible_day").min()
    )


def _ended(subjects: Frame) -> Frame:
    """Each subject and question with the day the observation ended, by what, and whether an event may lie before.

    An event without a day certainly lies before the end where no other event is known, and possibly where one is.
    """
    has_event = ~nw.col("known_day").is_null()
    day = nw.coalesce(nw.col("known_day"), nw.col("last_day"))
    is_dateless = (nw.col("is_dateless") == 1).fill_null(value=False)
    is_possible = (nw.col("possible_day") < day).fill_null(value=False) | (
        ~has_event & ~nw.col("possible_day").is_null()
    )
    return subjects.with_columns(
        day=day,
        outcome=nw.when(has_event)
        .then(nw.lit("event"))
        .when(nw.col("has_died"))
        .then(nw.lit("death"))
        .otherwise(nw.lit("censored")),
        earlier_event=nw.when(is_dateless & ~has_event)
        .then(nw.lit("certain"))
        .when(is_possible | is_dateless)
        .then(nw.lit("possible"))
        .otherwise(nw.lit("none")),
    )
