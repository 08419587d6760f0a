"""`safety-pipeline store`: looking after a lake in object storage."""

from datetime import timedelta

import click

from safety_pipeline.commands._brief import BriefGroup
from safety_pipeline.commands._lake import LAKE_PLACE, say, sentences_for_faults_of_the_bucket
from safety_pipeline.commands._options import CONSOLE
from safety_pipeline.object_storage.address import checked_address
from safety_pipeline.object_storage.objects import Objects

_MEGABYTE = 1_000_000


@click.group(cls=BriefGroup)
def store() -> None:
    """Look after a lake in object storage: what it holds, its working folder here, and objects nobody uses."""


@store.command()
@LAKE_PLACE
def show(lake: object) -> None:
    """Who wrote the lake last, and where its latest release lies in the bucket."""
    from safety_pipeline.object_storage.remote import remote_state  # noqa: PLC0415  (loads for who needs it)

    with sentences_for_faults_of_the_bucket():
        address = checked_address(str(lake))
        remote = remote_state(Objects(address))
    if remote.manifest is None:
        raise click.ClickException(f"{address} holds no lake yet.")
    entries = {entry.key: entry.size for entry in remote.index.files.values()}
    _print(f"State {remote.manifest.number}, written by {remote.manifest.told}")
    _print(f"{len(remote.index.files)} files, {sum(entries.values()) / _MEGABYTE:.1f} MB in {len(entries)} objects")
    if remote.manifest.published:
        _print(f"Latest release: {address}/{remote.manifest.published}")


@store.command()
@LAKE_PLACE
def folder(lake: object) -> None:
    """Bring the working folder of the lake up to date and print where it is, to correct or withdraw by hand.

    The next `safety-pipeline run` with this lake pushes what was changed.
    """
    from safety_pipeline.object_storage.opening import working_folder  # noqa: PLC0415  (loads for who needs it)

    with sentences_for_faults_of_the_bucket():
        click.echo(working_folder(str(lake), "safety-pipeline store folder", say))


@store.command()
@LAKE_PLACE
@click.option("--days", default=7, show_default=True, type=click.IntRange(min=2), help="For so long nobody used it.")
@click.option("--dry-run", is_flag=True, help="Only say how much it would be.")
def clean(lake: object, days: int, *, dry_run: bool) -> None:
    """Delete objects that no state of the lake has used for some days, and those of pushes that never ended."""
    from safety_pipeline.object_storage.garbage import clean as delete_unused  # noqa: PLC0415  (loads for who needs it)

    with sentences_for_faults_of_the_bucket():
        objects = Objects(checked_address(str(lake)))
        cleaned = delete_unused(objects, timedelta(days=days), is_rehearsal=dry_run)
    verb = "would be deleted" if dry_run else "deleted"
    _print(f"{cleaned.n_objects} objects, {cleaned.n_bytes / _MEGABYTE:.1f} MB {verb}.")


def _print(line: str) -> None:
    CONSOLE.print(line, markup=False, highlight=False)
