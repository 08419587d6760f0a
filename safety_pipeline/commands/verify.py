"""`safety-pipeline verify`: whether a release and the lake hold the bytes that were recorded."""

import json
from pathlib import Path

import click

from safety_pipeline.commands._lake import LAKE_PLACE, sentences_for_faults_of_the_bucket, to_read
from safety_pipeline.commands._options import AS_JSON, CONSOLE
from safety_pipeline.object_storage.address import checked_address, is_remote
from safety_pipeline.object_storage.objects import Objects
from safety_pipeline.object_storage.wanted import everything
from safety_pipeline.publish.release_history import NoSuchReleaseError, Release, find_release
from safety_pipeline.publish.signature import SignatureError, signed_by


@click.command()
@click.argument("release", default="latest")
@click.option(
    "--signers",
    type=click.Path(path_type=Path, exists=True),
    help="A file of allowed signers (see ssh-keygen): the release must be signed by one of them.",
)
@LAKE_PLACE
@AS_JSON
def verify(release: str, signers: Path | None, lake: Path | str, *, as_json: bool) -> None:
    """Check every hash of RELEASE and of the lake against what was recorded, and name what differs.

    Of a lake in object storage every object is read.
    """
    signer, unsigned = None, list[str]()
    if differing := _faults_of_the_bucket(lake):
        what, name = "The lake in the bucket", None
    else:
        with to_read(lake, everything) as folder:
            found = _found(folder, release)
            what, name = f"Release {found.release_id} and the lake", found.release_id
            signer, unsigned = _signer(found, signers) if signers else (None, [])
            differing = _differing(found, folder)
    faults = [*unsigned, *differing]
    if as_json:
        click.echo(json.dumps({"release_id": name, "signed_by": signer, "faults": faults}, indent=2))
    else:
        _print_faults(what, signer, faults, len(differing))
    if faults:
        raise SystemExit(1)


def _faults_of_the_bucket(lake: Path | str) -> list[str]:
    if not is_remote(lake):
        return []
    from safety_pipeline.object_storage.checking import bucket_faults  # noqa: PLC0415  (loads for who needs it)

    with sentences_for_faults_of_the_bucket():
        return list(bucket_faults(Objects(checked_address(str(lake)))))


def _found(lake: Path, release: str) -> Release:
    try:
        return find_release(lake / "published", release)
    except NoSuchReleaseError as error:
        raise click.ClickException(str(error)) from error


def _differing(found: Release, lake: Path) -> list[str]:
    from safety_pipeline.orchestration.runs.verify import lake_faults, release_faults  # noqa: PLC0415  (Dagster loads slowly)

    return [*release_faults(found), *lake_faults(lake.resolve())]


def _print_faults(what: str, signer: str | None, faults: list[str], n_differing: int) -> None:
    for fault in faults:
        CONSOLE.print(f"  {fault}", markup=False, highlight=False)
    said = f"{n_differing} files differ." if n_differing else "every file is as it was written."
    by = f" Signed by {signer}." if signer else ""
    CONSOLE.print(f"{what}: {said}{by}", markup=False, highlight=False)


def _signer(found: Release, signers: Path) -> tuple[str | None, list[str]]:
    """Who signed the release, or why nobody did."""
    try:
        return signed_by(found.folder, signers), []
    except SignatureError as error:
        return None, [str(error)]
