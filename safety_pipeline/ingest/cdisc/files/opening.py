"""Opens a data set file by the format its name says, and names its columns by what they mean."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path

import polars as pl

from safety_pipeline.ingest.cdisc.files.dataset_json import read_dataset_json, read_dataset_ndjson
from safety_pipeline.ingest.cdisc.files.delimited import read_csv
from safety_pipeline.ingest.cdisc.files.opened import Opened, broken
from safety_pipeline.ingest.cdisc.files.parquet import read_parquet
from safety_pipeline.ingest.cdisc.files.sas7bdat import read_sas7bdat
from safety_pipeline.ingest.cdisc.files.sas_dates import iso_date
from safety_pipeline.ingest.cdisc.files.texts import as_texts
from safety_pipeline.ingest.cdisc.files.xpt import read_xpt
from safety_pipeline.ingest.cdisc.package.words import required_meanings, variables

# The order is the preference where one data set lies there in several formats.
READERS: dict[str, Callable[[Path, str, Collection[str]], Opened]] = {
    ".xpt": read_xpt,
    ".json": read_dataset_json,
    ".ndjson": read_dataset_ndjson,
    ".parquet": read_parquet,
    ".sas7bdat": read_sas7bdat,
    ".csv": read_csv,
    ".tsv": read_csv,
}


@dataclass(frozen=True)
class Dataset:
    """One data set: a text column for each meaning it can carry, null where it does not, and ``row_number``."""

    name: str
    file: str
    frame: pl.DataFrame
    present: frozenset[str]
    written_as: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    is_recoded: bool = False
    parts: tuple[tuple[str, int], ...] = ()

    def place(self, row_number: int) -> tuple[str, int]:
        """The file and the row in it of a row of the data set, which may lie in several files."""
        for file, n_before in reversed(self.parts):
            if row_number > n_before:
                return file, row_number - n_before
        return self.file, row_number


def open_parts(name: str, paths: Sequence[tuple[Path, str]]) -> Dataset:
    """The data set whose rows lie in one file or in several, one under another."""
    opened = [open_dataset(name, path, file) for path, file in paths]
    if len(opened) == 1:
        return opened[0]
    starts = list(accumulate([each.frame.height for each in opened], initial=0))
    frame = pl.concat([each.frame.drop("row_number") for each in opened]).with_row_index("row_number", offset=1)
    return replace(
        opened[0],
        file="; ".join(each.file for each in opened),
        frame=frame.with_columns(pl.col("row_number").cast(pl.Int64)),
        present=frozenset().union(*(each.present for each in opened)),
        is_recoded=any(each.is_recoded for each in opened),
        parts=tuple((each.file, start) for each, start in zip(opened, starts, strict=False)),
    )


def open_dataset(name: str, path: Path, file: str) -> Dataset:
    """The data set in a file; one that lacks a variable it cannot do without is refused."""
    known = {variable for names in variables(name).values() for variable in names}
    try:
        opened = READERS[path.suffix.lower()](path, file, known)
    except OSError:
        raise broken(file, "cannot be opened", "check that it is there and may be read") from None
    frame = as_texts(opened.frame.rename({each: each.strip().upper() for each in opened.frame.columns}))
    frame = frame.with_columns(iso_date(each) for each in frame.columns)
    return _by_meaning(name, file, frame, opened)


def _by_meaning(name: str, file: str, frame: pl.DataFrame, opened: Opened) -> Dataset:
    found = {meaning: [each for each in names if each in frame.columns] for meaning, names in variables(name).items()}
    present = frozenset(meaning for meaning, names in found.items() if names)
    for meaning in required_meanings(name):
        if meaning not in present:
            asked = " or ".join(variables(name)[meaning])
            raise broken(file, f"has no variable {asked}, which {name} cannot do without", "export it with it")
    columns = [
        (pl.coalesce(names) if names else pl.lit(None, pl.String)).alias(meaning) for meaning, names in found.items()
    ]
    return Dataset(
        name,
        file,
        frame.with_row_index("row_number", offset=1).select(pl.col("row_number").cast(pl.Int64), *columns),
        present,
        {meaning: names[0] for meaning, names in found.items() if names},
        opened.labels,
        opened.is_recoded,
    )
