"""A copy of a file that is out of order: its sound records under their own numbers, and a list of the others."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from safety_pipeline.ingest.aact.records import Record, begins_record, records
from safety_pipeline.ingest.aact.snapshot import new_folder
from safety_pipeline.ingest.aact.structure import is_well_quoted

# What psql and COPY put below the rows: their number, or a mark.
_TRAILER = re.compile(r"\((\d{1,12}) rows?\)|\\\.")
LEFT_OUT = ("row_number", "trial_id", "printed", "rule", "explanation")
_STUDY = re.compile(r"\bNCT[0-9]{8}\b")
Fault = tuple[str, str]


@dataclass(frozen=True)
class Mended:
    """``sound`` has the file's columns behind a `row_number`; ``left_out`` one row for each record that is not there.

    `row_number` counts the records of the file as it came.
    """

    sound: Path
    left_out: Path


def mended(file: Path, columns: tuple[str, ...]) -> Mended:
    """The two lists of one file, written record by record."""
    folder = new_folder()
    made = Mended(folder / "sound.txt", folder / "left_out.csv")
    with (
        file.open(newline="\n", encoding="utf-8-sig", errors="replace") as lines,
        made.sound.open("w", newline="", encoding="utf-8") as sound,
        made.left_out.open("w", newline="", encoding="utf-8") as left_out,
    ):
        next(lines, None)
        sound.write("|".join(("row_number", *columns)) + "\n")
        told = csv.writer(left_out)
        told.writerow(LEFT_OUT)
        for record, fault in _judged(records(lines, begins_record(columns.index("nct_id"))), len(columns)):
            if fault is None:
                sound.write(f"{record.number}|{_written(record)}\n")
            else:
                told.writerow((record.number, _study(record), record.printed, fault[0], f"{file.name}: {fault[1]}"))
    return made


def _study(record: Record) -> str:
    """The only study that a record without sense names, or nothing."""
    named = set(_STUDY.findall(record.text))
    return named.pop() if len(named) == 1 else ""


def _written(record: Record) -> str:
    """The record as it came, unless a quote inside of a field would mislead the next reader."""
    text = record.text.rstrip("\r\n")
    if '"' not in text or is_well_quoted(text):
        return text
    target = io.StringIO()
    # The line break named here decides which characters are quoted.
    csv.writer(target, delimiter="|", lineterminator="\r\n").writerow(record.fields or ())
    return target.getvalue().removesuffix("\r\n")


def _judged(found: Iterable[Record], n_columns: int) -> Iterator[tuple[Record, Fault | None]]:
    """Each record with what is wrong with it; a trailer is one only where nothing comes after it."""
    waiting: Record | None = None
    for record in found:
        if waiting:
            yield waiting, _fault(waiting, n_columns)
        waiting = record if _TRAILER.fullmatch(record.text.strip()) else None
        if not waiting:
            yield record, _fault(record, n_columns)
    if waiting and (miscount := _miscount(waiting)):
        yield waiting, miscount


def _fault(record: Record, n_columns: int) -> Fault | None:
    if record.fields is None:
        last = record.line + record.n_lines - 1
        return "quotes_are_closed", (
            f"record {record.number}: a quote is not closed or not doubled; lines {record.line} to {last}, up to the "
            "next line that begins a record, were left out; download the file again."
        )
    if len(record.fields) == n_columns:
        return None
    return "record_has_its_fields", (
        f"record {record.number} has {len(record.fields)} fields, not {n_columns}; download the snapshot again."
    )


def _miscount(trailer: Record) -> Fault | None:
    """A number of rows below the rows that is not the number of records above it."""
    found = _TRAILER.fullmatch(trailer.text.strip())
    if found is None or found[1] is None or int(found[1]) == trailer.number - 1:
        return None
    return "file_has_its_rows", (
        f"the last line says {found[1]} rows, but {trailer.number - 1} records stand above it; "
        "download the snapshot again."
    )
