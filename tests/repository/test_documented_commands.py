"""What the pages tell people to type works, and shows what they show; pages marked as long run in `make tutorial`."""

import shutil

import pytest
from documented.blocks import Block, blocks, is_long
from documented.running import Desk, run, this_python
from lakes import REPOSITORY

PAGES = [
    REPOSITORY / "README.md",
    *sorted((REPOSITORY / "docs").glob("*.md")),
    *sorted((REPOSITORY / "docs" / "howto").glob("*.md")),
    *sorted((REPOSITORY / "docs" / "explanation").glob("*.md")),
]
SHORT = [page for page in PAGES if not is_long(page)]
BLOCKS = [block for page in SHORT for block in blocks(page, str(page.relative_to(REPOSITORY)))]


@pytest.fixture(scope="module")
def desk(shipped_lake, tmp_path_factory) -> Desk:
    """A folder like a clone in which `make run` was typed."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(shipped_lake, folder / "data_lake", symlinks=True)
    (folder / "docs").symlink_to(REPOSITORY / "docs")
    return Desk(folder, this_python())


@pytest.mark.parametrize("block", [block for block in BLOCKS if not block.not_run], ids=lambda block: block.name)
def test_a_block_runs_and_prints_what_the_page_shows(block: Block, desk):
    run(block, desk)


def test_a_block_that_is_not_run_says_why():
    assert [block.name for block in BLOCKS if block.not_run is not None and len(block.not_run) < 15] == []


def test_the_version_is_the_same_wherever_it_stands():
    citation = (REPOSITORY / "CITATION.cff").read_text("utf-8")
    settings = (REPOSITORY / "pyproject.toml").read_text("utf-8")
    version = next(line.split('"')[1] for line in settings.splitlines() if line.startswith("version = "))
    assert f"\nversion: {version}\n" in citation
