"""What the reader made of a folder, collected."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from safety_pipeline.ingest.literature import read
from safety_pipeline.ingest.literature.layout import Understanding
from safety_pipeline.tables.delivery import Delivery

LANDED = Path(__file__).resolve().parents[2] / "data_lake" / "landed" / "literature"


@dataclass(frozen=True)
class Read:
    """The tables of one delivery, collected."""

    document: pl.DataFrame
    source_table: pl.DataFrame
    arm: pl.DataFrame
    cell: pl.DataFrame
    refusal: pl.DataFrame
    kept_empty: pl.DataFrame

    def counts(self, *columns: str) -> list[tuple[object, ...]]:
        return self.cell.select(columns).rows()

    @property
    def rules(self) -> list[str]:
        return self.refusal["rule"].to_list()

    @property
    def explanation(self) -> str:
        return " | ".join(self.refusal["explanation"].to_list())


def asked(understood: Understanding) -> list[str]:
    """The keys of every question about the tables of a file."""
    return [question.key for each in understood.all_tables for question in each.questions]


def read_folder(folder: Path) -> Read:
    ingested = read(Delivery(f"literature.{folder.name}", "literature", folder, "0" * 64))
    tables = {name: frame.collect() for name, frame in ingested.tables().items()}
    # A refused count keeps a row without a number, for its concept's sake; tests of what is read leave it out.
    refused = pl.col("cell_status") == "refused"
    cell = tables["cell"]
    parts = (tables["document"], tables["source_table"], tables["arm"], cell.filter(~refused), tables["refusal"])
    return Read(*parts, cell.filter(refused))
