"""One CDISC package read into the ingested tables."""

import polars as pl

from safety_pipeline.ingest.cdisc.files import unpacked
from safety_pipeline.ingest.cdisc.package.document import document_row, source_table_row
from safety_pipeline.ingest.cdisc.package.opened_package import open_package
from safety_pipeline.ingest.cdisc.package.study import Study, load_study
from safety_pipeline.ingest.cdisc.reading import Reading, read_package
from safety_pipeline.tables.delivery import Delivery, Ingested, RefusedError, refused
from safety_pipeline.tables.ingested import ARM, DOCUMENT, EVENT, REFUSAL, SOURCE_TABLE, SUBJECT


def read(delivery: Delivery) -> Ingested:
    """The tables of one package; whatever cannot be read is a row of `refusal`, never an exception."""
    try:
        with unpacked(delivery.path) as folder:
            study = load_study(folder) if folder.is_dir() else Study()
            return _ingested(read_package(delivery, study, open_package(folder)))
    except RefusedError as error:
        return refused(delivery, error)


def _ingested(reading: Reading) -> Ingested:
    refusals = [*reading.package.refusals, *reading.subjects.refusals, *reading.events.refusals]
    return Ingested(
        document=DOCUMENT.from_rows([document_row(reading)]),
        source_table=SOURCE_TABLE.from_rows([source_table_row(reading)]),
        arm=ARM.from_rows(reading.arms),
        subject=SUBJECT.conform(_subjects(reading).lazy()),
        event=EVENT.conform(_events(reading).lazy()),
        refusal=REFUSAL.from_rows([{**reading.place, **row} for row in refusals]),
    )


def _subjects(reading: Reading) -> pl.DataFrame:
    """Also those outside the safety population, so that an event of theirs is known as such."""
    ids = reading.arm_ids
    return reading.courses.frame.select(
        *_place(reading),
        "course_number",
        "is_safety_population",
        "exposure_days",
        "death_day",
        subject_id="subject",
        arm_id=pl.col("arm_label").replace_strict(ids, default=None, return_dtype=pl.String),
        planned_arm_id=pl.col("planned_label").replace_strict(ids, default=None, return_dtype=pl.String),
    ).select(SUBJECT.column_names)


def _events(reading: Reading) -> pl.DataFrame:
    return reading.events.frame.with_columns(
        *_place(reading),
        source_file=pl.lit(reading.package.events.file),
        event_number=pl.col("row_number"),
        grading_system=pl.lit(reading.grading.edition),
    ).select(EVENT.column_names)


def _place(reading: Reading) -> list[pl.Expr]:
    return [pl.lit(str(value)).alias(name) for name, value in reading.place.items()]
