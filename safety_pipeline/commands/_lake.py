"""The option `--lake`: a folder, or a lake in object storage that a command reads or writes as a folder."""

import functools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import click

from safety_pipeline import settings
from safety_pipeline.commands._machine import sentences_for_faults_of_the_machine
from safety_pipeline.object_storage.address import AddressError, is_remote
from safety_pipeline.object_storage.objects import StoreError
from safety_pipeline.object_storage.wanted import Wanted, all_releases, everything, published_only

Command = Callable[..., Any]
Opened = Callable[[Path | str], AbstractContextManager[Path]]


class _Place(click.Path):
    """A folder as Path, or the address of a bucket as it was written."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if is_remote(value) else super().convert(value, param, ctx)


LAKE_PLACE = click.option(
    "--lake",
    type=_Place(path_type=Path, file_okay=False),
    envvar=settings.LAKE.name,
    default=Path("data_lake"),
    show_default=True,
    help="The folder that holds landed/ to published/, or s3://bucket/prefix.",
)


def _lake_opened(opened: Opened) -> Callable[[Command], Command]:
    """The option, for a command that gets the lake as a folder."""

    def decorate(command: Command) -> Command:
        @LAKE_PLACE
        @functools.wraps(command)
        def with_folder(*arguments: Any, lake: Path | str, **options: Any) -> Any:
            with opened(lake) as folder:
                return command(*arguments, lake=folder, **options)

        return with_folder

    return decorate


@contextmanager
def to_read(place: Path | str, wanted: Wanted) -> Iterator[Path]:
    """The lake as a folder; of a lake in object storage a snapshot of what is wanted."""
    if not is_remote(place):
        yield Path(place)
        return
    from safety_pipeline.object_storage import opening  # noqa: PLC0415  (loads for who needs it)

    with sentences_for_faults_of_the_bucket(), opening.lake_to_read(str(place), wanted, say) as folder:
        yield folder


@contextmanager
def _to_write(place: Path | str) -> Iterator[Path]:
    if not is_remote(place):
        yield Path(place)
        return
    from safety_pipeline.object_storage import opening  # noqa: PLC0415  (loads for who needs it)

    who = f"safety-pipeline {click.get_current_context().info_name}"
    with sentences_for_faults_of_the_bucket(), opening.lake_to_write(str(place), who, say) as folder:
        yield folder


@contextmanager
def _folder_only(place: Path | str) -> Iterator[Path]:
    if is_remote(place):
        name = click.get_current_context().info_name
        raise click.ClickException(
            f"`{name}` works on a folder, not on {place}: it stays open, and a lake in object storage is written when "
            f"a command ends. Use it with a folder; then `safety-pipeline land FOLDER --lake {place}`."
        )
    yield Path(place)


@contextmanager
def sentences_for_faults_of_the_bucket() -> Iterator[None]:
    """What is wrong with the address, the bucket or what it holds, as one message."""
    try:
        with sentences_for_faults_of_the_machine():
            yield
    except (AddressError, StoreError) as error:
        raise click.ClickException(str(error)) from error


def say(line: str) -> None:
    """Beside the answer, which a program may read."""
    click.echo(line, err=True)


LAKE = _lake_opened(lambda place: to_read(place, published_only))
LAKE_WITH_RELEASES = _lake_opened(lambda place: to_read(place, all_releases))
WHOLE_LAKE = _lake_opened(lambda place: to_read(place, everything))
LAKE_TO_WRITE = _lake_opened(_to_write)
LAKE_FOLDER = _lake_opened(_folder_only)
