"""A lake in object storage as a folder that commands read or write."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from safety_pipeline.object_storage.address import cache_folder, checked_address
from safety_pipeline.object_storage.objects import Objects
from safety_pipeline.object_storage.pull import Say, pull_to_read, pull_to_write
from safety_pipeline.object_storage.push import push
from safety_pipeline.object_storage.wanted import Wanted
from safety_pipeline.object_storage.working_copy import Copy
from safety_pipeline.orchestration.lakes.lock import only_writer

_PATIENCE_SECONDS = 3600.0


@contextmanager
def lake_to_read(place: str, wanted: Wanted, say: Say) -> Iterator[Path]:
    """A snapshot of the bucket: what is pushed later is seen by who opens it later."""
    address = checked_address(place)
    copy = Copy(cache_folder(address), "read")
    with only_writer(copy.folder, "another reader", patience_seconds=_PATIENCE_SECONDS, say=say):
        pull_to_read(Objects(address), copy, wanted)
    yield copy.folder


@contextmanager
def lake_to_write(place: str, who: str, say: Say) -> Iterator[Path]:
    """The working copy of the bucket, which is pushed at the end.

    A command that ends with a message has done what it could, and that is pushed; what is interrupted stays here, and
    the next command goes on with it.
    """
    address = checked_address(place)
    objects, copy = Objects(address), Copy(cache_folder(address), "work")
    with only_writer(copy.folder, who, patience_seconds=_PATIENCE_SECONDS, say=say):
        remote = pull_to_write(objects, copy, say)
        try:
            yield copy.folder
        except (click.ClickException, SystemExit):
            push(objects, copy, remote)
            raise
        if (manifest := push(objects, copy, remote)) is not None:
            say(f"Written to {address} (state {manifest.number}).")


def working_folder(place: str, who: str, say: Say) -> Path:
    """The working copy brought to the bucket, to look into and to change by hand; `run` pushes it."""
    address = checked_address(place)
    copy = Copy(cache_folder(address), "work")
    with only_writer(copy.folder, who, patience_seconds=_PATIENCE_SECONDS, say=say):
        pull_to_write(Objects(address), copy, say)
    return copy.folder
