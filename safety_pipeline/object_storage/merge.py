"""Which files of a working copy are its owner's own, and which of them somebody else has changed as well."""

from collections.abc import Mapping
from dataclasses import dataclass

from safety_pipeline.object_storage.index import Entry, Index
from safety_pipeline.object_storage.lake_files import is_input, unit_of

Hashes = Mapping[str, str]


@dataclass(frozen=True)
class Merged:
    """``kept`` are the units that are only changed here, ``met`` those that are changed here and there differently."""

    kept: frozenset[str]
    met: frozenset[str]

    def files(self, index: Index) -> dict[str, Entry]:
        """What is taken over of the index: all but the units that are kept as they are here."""
        return {path: entry for path, entry in index.files.items() if not self.is_kept(path)}

    def is_kept(self, path: str) -> bool:
        return is_input(path) and unit_of(path) in self.kept


def merged(here: Hashes, known: tuple[Hashes, ...], there: Hashes) -> Merged:
    """What becomes of own changes of what people bring; what is made of it is taken from there, and made again.

    ``known`` are the states the copy was brought to: the last one, and one that an interrupted pull had begun.
    """
    own = {unit_of(path) for path in _inputs(here, *known) if not _is_as_known(path, here, known)}
    theirs = {unit_of(path) for path in _inputs(known[0], there) if known[0].get(path) != there.get(path)}
    differ = {unit_of(path) for path in _inputs(here, there) if here.get(path) != there.get(path)}
    met = own & theirs & differ
    return Merged(frozenset((own & differ) - met), frozenset(met))


def _is_as_known(path: str, here: Hashes, known: tuple[Hashes, ...]) -> bool:
    return any(here.get(path) == state.get(path) for state in known)


def _inputs(*states: Hashes) -> set[str]:
    return {path for state in states for path in state if is_input(path)}
