"""`safety-pipeline verify`: whether a release and the lake hold the bytes that were recorded."""

import json
from pathlib import Path

import click

from safety_pipeline.commands._options import AS_JSON, CONSOLE, LAKE
from safety_pipeline.publish.release_history import NoSuchReleaseError, find_release


@click.command()
@click.argument("release", default="latest")
@LAKE
@AS_JSON
def verify(release: str, lake: Path, *, as_json: bool) -> None:
    """Check every hash of RELEASE and of the lake against what was recorded, and name what differs."""
    from safety_pipeline.orchestration.verify import lake_faults, release_faults  # noqa: PLC0415  (Dagster loads slowly)

    try:
        found = find_release(lake / "published", release)
    except NoSuchReleaseError as error:
        raise click.ClickException(str(error)) from error
    faults = [*release_faults(found), *lake_faults(lake.resolve())]
    if as_json:
        click.echo(json.dumps({"release_id": found.release_id, "faults": faults}, indent=2))
    else:
        for fault in faults:
            CONSOLE.print(f"  {fault}", markup=False, highlight=False)
        said = f"{len(faults)} files differ." if faults else "every file is as it was written."
        CONSOLE.print(f"Release {found.release_id} and the lake: {said}", markup=False, highlight=False)
    if faults:
        raise SystemExit(1)
