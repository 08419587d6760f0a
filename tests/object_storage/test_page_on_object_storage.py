"""What docs/howto/object_storage.md tells people to type works on a bucket, and prints what the page shows."""

import httpx
import pytest
from buckets import push_lake, s3_server, use_server
from documented.blocks import blocks
from documented.running import Desk, run, this_python
from lakes import REPOSITORY

PAGE = REPOSITORY / "docs" / "howto" / "object_storage.md"
HERE = "tests/object_storage/test_page_on_object_storage.py"
BLOCKS = [block for block in blocks(PAGE, PAGE.name) if HERE in (block.not_run or "")]


@pytest.fixture(scope="module")
def desk(shipped_lake, tmp_path_factory):
    """A reader of a bucket in which a lake is made already; only where nothing is there does a run take its time."""
    with s3_server() as server, pytest.MonkeyPatch.context() as patch:
        use_server(server, patch)
        httpx.put(f"{server}/my-bucket").raise_for_status()
        patch.setenv("SAFETY_CACHE", str(tmp_path_factory.mktemp("cache of the maker")))
        push_lake(shipped_lake, "s3://my-bucket/safety")
        patch.setenv("SAFETY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield Desk(tmp_path_factory.mktemp("reader"), this_python())


def test_the_page_has_blocks_that_are_run_here():
    assert [block.language for block in BLOCKS] == ["sh", "python", "sh", "sh"]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_a_block_runs_and_prints_what_the_page_shows(block, desk):
    if block.language == "sh" and "SAFETY_LAKE" not in block.text:  # a reader's shell keeps it from the block before
        block.text = f"export SAFETY_LAKE=s3://my-bucket/safety\n{block.text}"
    run(block, desk)
