"""The records of a pipe-delimited file, one after another, with those that are not in order told apart."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

_LONGEST_FIELD = 10_000_000
_SHOWN = 60
_STUDY = re.compile(r"NCT[0-9]{8}")
_OPEN = "unexpected end of data"


@dataclass(frozen=True)
class Record:
    """One record: its number counted from 1 below the header, its lines, and its fields, or none if it has no sense.

    Where a quote is not closed, the record is everything up to the next line that begins a record.
    """

    number: int
    line: int
    n_lines: int
    text: str
    fields: tuple[str, ...] | None

    @property
    def printed(self) -> str:
        return "|".join(self.fields)[:_SHOWN] if self.fields else self.text[:_SHOWN]


def begins_record(study_at: int) -> Callable[[str], bool]:
    """A test whether a line begins a record: it has a study's number in the study's column, and no quote open there."""

    def begins(line: str) -> bool:
        *before, study = line.split("|", study_at + 1)[: study_at + 1]
        is_placed = len(before) == study_at and all(field.count('"') % 2 == 0 for field in before)
        return is_placed and _STUDY.fullmatch(study.strip('"\r\n')) is not None

    return begins


def records(lines: Iterable[str], begins: Callable[[str], bool]) -> Iterator[Record]:
    """Each record of the lines below a header; empty lines between records are none."""
    csv.field_size_limit(_LONGEST_FIELD)
    reading = _Reading()
    for at, line in enumerate(lines, start=2):
        if reading.text and begins(line):
            yield reading.ended()
        if reading.text or line.strip("\r\n"):
            reading.take(at, line)
        if reading.fields is not None:
            yield reading.ended()
    if reading.text:
        yield reading.ended()


class _Reading:
    """The record being read, line by line."""

    def __init__(self) -> None:
        self.number = 0
        self._clear()

    def _clear(self) -> None:
        self.text, self.line, self.n_lines, self.has_sense = "", 0, 0, True
        self.fields: tuple[str, ...] | None = None

    def take(self, at: int, line: str) -> None:
        """One more line; once a record has no sense, its text is not kept, since it may be the rest of the file."""
        self.line = self.line or at
        self.n_lines += 1
        if not self.has_sense:
            return
        is_new = not self.text
        self.text += line
        self.has_sense = len(self.text) <= _LONGEST_FIELD
        if is_new or '"' in line:
            self._parse()

    def _parse(self) -> None:
        try:
            self.fields = tuple(next(csv.reader([self.text], delimiter="|", strict=True), ()))
        except csv.Error as error:
            self.has_sense = self.has_sense and str(error) == _OPEN

    def ended(self) -> Record:
        self.number += 1
        record = Record(self.number, self.line, self.n_lines, self.text, self.fields)
        self._clear()
        return record
