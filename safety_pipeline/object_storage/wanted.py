"""How much of a lake a command needs of those that only read."""

from collections.abc import Callable

RELEASES = "published/releases/"
_CANDIDATES = "published/.candidate/"

# Of a path in the lake and the latest release: whether the file is needed.
Wanted = Callable[[str, str | None], bool]


def published_only(path: str, release_id: str | None) -> bool:
    """What answers questions: the latest release, and the lake's own reference data."""
    is_of_another = path.startswith(RELEASES) and path.split("/")[2] != release_id
    return all_releases(path, release_id) and not is_of_another


def all_releases(path: str, _release_id: str | None) -> bool:
    return path.startswith(("reference/", "published/")) and not path.startswith(_CANDIDATES)


def everything(_path: str, _release_id: str | None) -> bool:
    return True
