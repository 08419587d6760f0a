"""How far readers agree with the crosswalk and how often it was wrong, as Markdown tables that a test keeps true."""

import polars as pl

from safety_pipeline.reference.markdown import between, table
from safety_pipeline.reference.readers.readings import FAULTS, decisions, drawn_for, faults, reader_agreement, share

START = "<!-- readings: written by `python -m safety_pipeline.reference counts`, do not edit -->"
END = "<!-- end of readings -->"
SAMPLES = ("sample 20261129", "sample 20261130")
REASONS = ("frequent toxicity", "preferred grade moved", "rule, wide", "every other row")
SECOND = ("second blind reader",)
_HEADS = ["wrong", "wider than needed", "wrong severe threshold"]


def readings_markdown() -> str:
    """The tables of readings, between the two marks."""
    rows = decisions()
    edition = rows.with_columns(edition=pl.col("grade_map_id").str.split("/").list.first())
    before = edition.filter(crosswalk_version="1.1")
    after, twice = (edition.filter(drawn_for=name) for name in (SAMPLES[1], SECOND[0]))
    parts = [
        START,
        "Random samples of rows outside `same text` and death:",
        _shares(rows, SAMPLES),
        "Rows by why they were read:",
        _shares(rows, REASONS),
        "Rows of version 1.1 by who had looked before:",
        _counts(before, "review_status", "looked before"),
        "Rows of version 1.1 by edition:",
        _counts(before, "edition", "edition"),
        "After mending, rows of the second sample by who had looked before:",
        _counts(after, "review_status", "looked before"),
        "After mending, rows of the second sample by edition:",
        _counts(after, "edition", "edition"),
        "Rows of version 1.2 that a second blind reader read: the frequent toxicities, and the second sample:",
        _shares(rows, SECOND),
        _counts(twice, "edition", "edition"),
        "Agreement of the readers with the crosswalk as it stood, and with each other:",
        _agreement(),
        END,
    ]
    return "\n\n".join(parts) + "\n"


def with_readings(page: str) -> str:
    """The page with the tables of readings written anew."""
    return between(page, START, END, readings_markdown())


def _shares(rows: pl.DataFrame, reasons: tuple[str, ...]) -> str:
    drawn = [(reason, drawn_for(rows, reason)) for reason in reasons]
    lines: list[list[str | int]] = [
        [reason, own.height, *(share(int(own[name].sum()), own.height) for name in FAULTS)] for reason, own in drawn
    ]
    return table(["drawn for", "rows", *_HEADS], lines)


def samples_markdown() -> str:
    """The table of the random samples alone."""
    return _shares(decisions(), SAMPLES)


def _counts(rows: pl.DataFrame, by: str, head: str) -> str:
    return table([head, "rows", *_HEADS], [list(row) for row in faults(rows, by).iter_rows()])


def _agreement() -> str:
    lines = [
        [
            f"{row['reviewer']} and {row['other_reviewer']}",
            row["n_rows"],
            f"{row['same_interval']:.1%}",
            f"{row['within_one']:.1%}",
            f"{row['kappa']:.2f}",
        ]
        for row in reader_agreement().to_dicts()
    ]
    return table(["pair", "rows", "same interval and grade", "preferred grade within one", "kappa"], lines)
