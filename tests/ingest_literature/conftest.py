"""A delivery written on the spot, and what the reader made of it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from literature_examples import MANIFEST, TABLE
from literature_reading import LANDED, Read, read_folder


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
