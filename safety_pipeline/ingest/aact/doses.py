"""The drug and dose of each event group, read from its texts: by other interpreters where there are many."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from safety_pipeline.ingest.aact.designs import DESIGN_TABLES, Designs
from safety_pipeline.ingest.aact.scanning import Table, open_tables
from safety_pipeline.ingest.aact.soundness import GROUP
from safety_pipeline.ingest.ctgov.arms import ArmNaming
from safety_pipeline.ingest.ctgov.study import Group

# Starting an interpreter takes as long as reading the texts of so many groups.
MANY = 5_000
_BESIDE = f"import sys; from {__name__} import read_beside; read_beside(sys.argv[1])"
_FILES, _GROUPS, _DOSES = "files.json", "groups.arrow", "doses.arrow"
# A portion at a time becomes a frame: rows as Python objects take ten times the memory.
_PORTION = 10_000
_DOSE = pl.Schema(
    {
        "nct_id": pl.String(),
        "ctgov_group_code": pl.String(),
        "drug": pl.String(),
        "combination_drugs": pl.String(),
        "dose_mg_per_day": pl.Float64(),
        "dose_text": pl.String(),
        "explanation": pl.String(),
    }
)


def doses_beside(
    files: Mapping[str, Path], groups: pl.DataFrame, tables: Mapping[str, Table]
) -> Callable[[], pl.DataFrame]:
    """Begin to read the texts of the groups; the answer, when called, waits for them to be read.

    Texts are read in Python, which one thread at a time can do: beside the events they would take turns with them.
    """
    if len(groups) < MANY:
        return lambda: group_doses(groups, tables)
    folder = TemporaryDirectory(prefix="safety-pipeline-doses-")
    parts = {Path(folder.name) / str(at): part for at, part in enumerate(_parts(groups))}
    begun = {place: _begun(place, part, files) for place, part in parts.items()}

    def waited() -> pl.DataFrame:
        with folder:
            is_read = {place: beside.wait() == 0 for place, beside in begun.items()}
            return pl.concat(
                pl.read_ipc(place / _DOSES) if is_read[place] else group_doses(part, tables)
                for place, part in parts.items()
            )

    return waited


def _parts(groups: pl.DataFrame) -> list[pl.DataFrame]:
    """Whole studies for each of the interpreters: half as many as Polars has threads, which the events need too."""
    n_parts = max(1, min(pl.thread_pool_size() // 2, len(groups) // MANY))
    study = pl.col("nct_id").rle_id()
    part = (study * n_parts // (study.max() + 1)).alias("part")
    return groups.with_columns(part).partition_by("part", maintain_order=True, include_key=False)


def _begun(place: Path, groups: pl.DataFrame, files: Mapping[str, Path]) -> "subprocess.Popen[bytes]":
    place.mkdir()
    (place / _FILES).write_text(json.dumps({name: str(file) for name, file in files.items() if name in DESIGN_TABLES}))
    groups.write_ipc(place / _GROUPS)
    return subprocess.Popen(  # noqa: S603  (this very interpreter and package)
        [sys.executable, "-c", _BESIDE, str(place)],
        env=os.environ | {"POLARS_MAX_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def read_beside(folder: str) -> None:
    """What another interpreter does: from the files and groups that lie in a folder to the doses beside them."""
    place = Path(folder)
    files = json.loads((place / _FILES).read_text())
    tables = open_tables({name: Path(file) for name, file in files.items()})
    group_doses(pl.read_ipc(place / _GROUPS), tables).write_ipc(place / _DOSES)


def group_doses(groups: pl.DataFrame, tables: Mapping[str, Table]) -> pl.DataFrame:
    """One row a group: the drug and dose that its texts and its study's design give. Groups come study by study."""
    rows = _doses(groups, Designs(tables, groups["nct_id"].unique()))
    portions = [
        pl.DataFrame(portion, schema=_DOSE, orient="row") for portion in iter(lambda: list(islice(rows, _PORTION)), [])
    ]
    return pl.concat([pl.DataFrame(schema=_DOSE), *portions])


def _doses(groups: pl.DataFrame, designs: Designs) -> Iterator[tuple[object, ...]]:
    rows = groups.select(*GROUP, "title", "description").iter_rows()
    for nct_id, members in groupby(rows, key=lambda row: row[0]):
        naming = ArmNaming(designs.of(nct_id))
        for _, code, title, description in members:
            dose = naming.dose(Group(code, code, title, description))
            others = "; ".join(dose.combination_drugs) or None
            yield nct_id, code, dose.drug, others, dose.mg_per_day, dose.text, dose.explanation
