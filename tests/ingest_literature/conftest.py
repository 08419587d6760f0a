"""A delivery written on the spot, and what the reader made of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from literature_examples import MANIFEST, TABLE

from safety_pipeline.ingest.literature import read
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

    def counts(self, *columns: str) -> list[tuple[object, ...]]:
        return self.cell.select(columns).rows()

    @property
    def rules(self) -> list[str]:
        return self.refusal["rule"].to_list()

    @property
    def explanation(self) -> str:
        return " | ".join(self.refusal["explanation"].to_list())


def read_folder(folder: Path) -> Read:
    ingested = read(Delivery(f"literature.{folder.name}", "literature", folder, "0" * 64))
    tables = {name: frame.collect() for name, frame in ingested.tables().items()}
    return Read(*(tables[name] for name in ("document", "source_table", "arm", "cell", "refusal")))


@pytest.fixture
def read_delivery(tmp_path: Path) -> Callable[..., Read]:
    """Writes files into a folder called `example` and reads it as a delivery."""

    def write_and_read(files: Mapping[str, str | bytes]) -> Read:
        folder = tmp_path / "example"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return read_folder(folder)

    return write_and_read


@pytest.fixture
def read_table(read_delivery: Callable[..., Read]) -> Callable[..., Read]:
    """Reads one tab-separated table under the example manifest."""

    def write_and_read(table: str, manifest: str = MANIFEST + TABLE, name: str = "table_1.tsv") -> Read:
        return read_delivery({"document.yaml": manifest, name: table})

    return write_and_read


@pytest.fixture(scope="session")
def landed() -> Callable[[str], Read]:
    """What the reader makes of one of the five documents."""
    return lambda document_id: read_folder(LANDED / document_id)
