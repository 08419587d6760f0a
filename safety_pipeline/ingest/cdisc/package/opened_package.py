"""The data sets of a package, opened: the analysed ones are used, the collected ones where those are not there."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from safety_pipeline.ingest.cdisc.files import (
    Dataset,
    Definitions,
    Package,
    find_datasets,
    open_parts,
    read_define,
)
from safety_pipeline.ingest.cdisc.package.refusals import Record
from safety_pipeline.ingest.cdisc.package.words import note, of_role
from safety_pipeline.ingest.cdisc.people.spelling import spelled_as
from safety_pipeline.tables.delivery import RefusedError


@dataclass(frozen=True)
class OpenedPackage:
    """The data sets that are used, and those of subjects and events that lie there too and are not.

    All name their subjects as the subjects' own data set does.
    """

    subjects: Dataset
    events: Dataset
    supplement: Dataset | None
    exposure: Dataset | None
    trial: Dataset | None
    definitions: Definitions | None
    other_subjects: Dataset | None
    other_events: Dataset | None
    refusals: tuple[Record, ...]
    notes: tuple[str, ...]

    @property
    def used(self) -> tuple[Dataset, ...]:
        found = (self.subjects, self.events, self.supplement, self.exposure, self.trial)
        return tuple(each for each in found if each is not None)


def open_package(folder: Path) -> OpenedPackage:
    """The package in a folder; subjects and events it cannot do without, and a broken one refuses it all."""
    package = find_datasets(folder)
    refusals = [refusal(error) for error in package.refusals]
    subjects = _needed(folder, package, "subjects")
    events, in_events = spelled_as(subjects, _needed(folder, package, "events"))
    is_collected = events.name == of_role("events")[-1]
    supplement, in_supplement = _of_subjects(
        subjects, _if_any(folder, package, "emergence", refusals) if is_collected else None
    )
    exposure, in_exposure = _of_subjects(subjects, _if_any(folder, package, "exposure", refusals))
    return OpenedPackage(
        subjects,
        events,
        supplement,
        exposure,
        trial=_if_any(folder, package, "trial", refusals),
        definitions=_definitions(folder, package, package.files[events.name][0], refusals),
        other_subjects=_unused(folder, package, "subjects", subjects, refusals),
        other_events=_unused(folder, package, "events", events, refusals),
        refusals=tuple(refusals),
        notes=(*in_events, *in_supplement, *in_exposure, *_notes_on_files(folder, package)),
    )


def _notes_on_files(folder: Path, package: Package) -> Iterator[str]:
    """What was taken for a data set by its variables, and what was put together from several files."""
    for path, name in package.recognised.items():
        if path in package.files.get(name, []):
            yield note("recognised", file=path.relative_to(folder).as_posix(), dataset=name)
    for name, paths in package.files.items():
        if len(paths) > 1:
            files = ", ".join(path.relative_to(folder).as_posix() for path in paths)
            yield note("parts", dataset=name, n=len(paths), files=files)


def _of_subjects(subjects: Dataset, other: Dataset | None) -> tuple[Dataset | None, list[str]]:
    return (None, []) if other is None else spelled_as(subjects, other)


def refusal(error: RefusedError) -> Record:
    """One row of `ingested/refusal`, without the package it stands in."""
    return {"source_file": error.source_file, "rule": error.rule, "explanation": error.explanation}


def _needed(folder: Path, package: Package, role: str) -> Dataset:
    name = next((each for each in of_role(role) if each in package.files), None)
    if name is None:
        asked = " or ".join(each.lower() for each in of_role(role))
        said = " ".join([*(error.explanation for error in package.refusals[:3]), *_seen(package)])
        raise RefusedError(
            "package_is_complete",
            f"{folder.name}: there is no {asked} data set; put it (XPT, Dataset-JSON, Parquet or CSV) into the folder."
            + (f" {said}" if said else ""),
            source_file=folder.name,
        )
    return _open(folder, package, name)


def _seen(package: Package) -> list[str]:
    """The files that are named like no data set we know, since the data may lie there under another name."""
    names = ", ".join(package.others[:10])
    return [f"Not read, by their names: {names}."] if names else []


def _open(folder: Path, package: Package, name: str) -> Dataset:
    return open_parts(name, [(path, path.relative_to(folder).as_posix()) for path in package.files[name]])


def _if_any(folder: Path, package: Package, role: str, refusals: list[Record]) -> Dataset | None:
    """A data set that only adds to the others: a broken one is refused alone."""
    name = next((each for each in of_role(role) if each in package.files), None)
    try:
        return None if name is None else _open(folder, package, name)
    except RefusedError as error:
        refusals.append(refusal(error))
        return None


def _definitions(folder: Path, package: Package, events: Path, refusals: list[Record]) -> Definitions | None:
    """The define.xml beside the events, else the one nearest to the top; a broken one is refused alone."""
    beside = [path for path in package.definitions if path.parent == events.parent]
    for path in (beside or package.definitions)[:1]:
        try:
            return read_define(path, path.relative_to(folder).as_posix())
        except RefusedError as error:
            refusals.append(refusal(error))
    return None


def _unused(folder: Path, package: Package, role: str, used: Dataset, refusals: list[Record]) -> Dataset | None:
    """The collected data set beside the analysed one: compared, so that nobody is counted twice."""
    name = next((each for each in of_role(role) if each != used.name and each in package.files), None)
    try:
        return None if name is None else _open(folder, package, name)
    except RefusedError as error:
        refusals.append(refusal(error))
        return None
