"""The releases that the lake keeps, what each is made of, and what changed between two of them."""

from collections.abc import Mapping

from safety_pipeline.explore.layout import Page, address
from safety_pipeline.explore.pages.cells import missing
from safety_pipeline.explore.published import Published
from safety_pipeline.publish.release_difference import difference as changes
from safety_pipeline.publish.release_history import NoSuchReleaseError, find_release, read, releases
from safety_pipeline.publish.release_trend import trend
from safety_pipeline.tables.released import RELEASE_INPUT

MAX_ROWS = 300


def page(data: Published, asked: Mapping[str, str]) -> Page:  # noqa: ARG001  (every page is asked in one way)
    """The releases, the newest first, and how they followed each other."""
    followed = trend(data.folder).reverse().to_dicts()
    return Page("releases.html.j2", "Releases", {"releases": releases(data.folder), "trend": followed})


def release(data: Published, release_id: str) -> Page:
    """One release: what it is made of."""
    try:
        found = find_release(data.folder, release_id)
    except NoSuchReleaseError:
        return missing("release", release_id)
    inputs = read(found.folder, RELEASE_INPUT)
    return Page("release.html.j2", f"Release {found.release_id}", {"release": found, "inputs": inputs.to_dicts()})


def difference(data: Published, asked: Mapping[str, str]) -> Page:
    """Two releases compared: the changed inputs, crosswalk rows and numbers with their causes."""
    try:
        before, after = (find_release(data.folder, asked.get(name, "")) for name in ("before", "after"))
    except NoSuchReleaseError as error:
        return Page("missing.html.j2", str(error), {"kind": "release", "name": asked.get("before", "")}, status=404)
    found = changes(before.folder, after.folder)
    return Page(
        "difference.html.j2",
        f"What changed from {before.release_id[:8]} to {after.release_id[:8]}",
        {
            "before": before,
            "after": after,
            "inputs": found.inputs.to_dicts(),
            "crosswalk": found.crosswalk.head(MAX_ROWS).to_dicts(),
            "numbers": found.numbers.head(MAX_ROWS).to_dicts(),
            "n_numbers": found.numbers.height,
            "n_crosswalk": found.crosswalk.height,
            "permalink": address("/releases/diff", before=before.release_id, after=after.release_id),
        },
    )
