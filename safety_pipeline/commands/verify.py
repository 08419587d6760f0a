"""`safety-pipeline verify`: whether a release and the lake hold the bytes that were recorded."""

import json
from pathlib import Path

import click

from safety_pipeline.commands._options import AS_JSON, CONSOLE, LAKE
from safety_pipeline.publish.release_history import NoSuchReleaseError, Release, find_release
from safety_pipeline.publish.signature import SignatureError, signed_by


@click.command()
@click.argument("release", default="latest")
@click.option(
    "--signers",
    type=click.Path(path_type=Path, exists=True),
    help="A file of allowed signers (see ssh-keygen): the release must be signed by one of them.",
)
@LAKE
@AS_JSON
def verify(release: str, signers: Path | None, lake: Path, *, as_json: bool) -> None:
    """Check every hash of RELEASE and of the lake against what was recorded, and name what differs."""
    from safety_pipeline.orchestration.verify import lake_faults, release_faults  # noqa: PLC0415  (Dagster loads slowly)

    try:
        found = find_release(lake / "published", release)
    except NoSuchReleaseError as error:
        raise click.ClickException(str(error)) from error
    signer, unsigned = _signer(found, signers) if signers else (None, [])
    differing = [*release_faults(found), *lake_faults(lake.resolve())]
    faults = [*unsigned, *differing]
    if as_json:
        click.echo(json.dumps({"release_id": found.release_id, "signed_by": signer, "faults": faults}, indent=2))
    else:
        for fault in faults:
            CONSOLE.print(f"  {fault}", markup=False, highlight=False)
        said = f"{len(differing)} files differ." if differing else "every file is as it was written."
        by = f" Signed by {signer}." if signer else ""
        CONSOLE.print(f"Release {found.release_id} and the lake: {said}{by}", markup=False, highlight=False)
    if faults:
        raise SystemExit(1)


def _signer(found: Release, signers: Path) -> tuple[str | None, list[str]]:
    """Who signed the release, or why nobody did."""
    try:
        return signed_by(found.folder, signers), []
    except SignatureError as error:
        return None, [str(error)]
