"""Which files of a delivery hold which data sets."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from safety_pipeline.ingest.cdisc.files.opening import READERS
from safety_pipeline.ingest.cdisc.words import dataset_names
from safety_pipeline.tables.delivery import RefusedError

MOST_FILES = 5_000
_PACKED = (".zip", ".gz", ".7z", ".tar", ".tgz", ".bz2", ".xz", ".zst", ".dsjc")
_DEFINE = re.compile(r"define[\w.-]*\.xml$", re.IGNORECASE)
_OWN_FILES = ("study.yaml", "study.yml")
_FOREIGN = (".sas7bdat", ".txt", ".xls", ".xlsx", ".rda", ".rds", ".dta", ".sav", ".xml")


@dataclass(frozen=True)
class Package:
    """The file of each data set, by the name of the data set, what describes them, and the files that were left out.

    ``others`` are names of files that no data set we know has.
    """

    files: dict[str, Path]
    refusals: tuple[RefusedError, ...]
    definitions: tuple[Path, ...] = ()
    others: tuple[str, ...] = ()


def find_datasets(folder: Path) -> Package:
    """The data sets of a delivery, in whatever subfolder, named in whatever case."""
    if not folder.is_dir():
        raise RefusedError(
            "package_is_a_folder",
            f"{folder.name}: a CDISC package is a folder; put the data sets into landed/cdisc/<study>/.",
            source_file=folder.name,
        )
    found: dict[str, Path] = {}
    refusals: list[RefusedError] = []
    seen = _files(folder)
    files = sorted((path for path in seen if _is_meant(path)), key=_preference)
    definitions = tuple(path for path in files if _DEFINE.match(path.name) and _inside(folder, path))
    for path in (path for path in files if not _DEFINE.match(path.name)):
        name, file = path.name.split(".")[0].upper(), path.relative_to(folder).as_posix()
        if (problem := _problem(folder, path, file)) is not None:
            refusals.append(problem)
        elif path.suffix.lower() in READERS and name in found:
            refusals.append(_again(file, name, found[name].relative_to(folder).as_posix()))
        elif path.suffix.lower() in READERS:
            found[name] = path
    others = tuple(path.name for path in seen if not _is_read(path))
    return Package(found, tuple(refusals), definitions, others)


def _files(folder: Path) -> list[Path]:
    """The files that are not hidden; links to folders are not followed."""
    found: list[Path] = []
    for number, path in enumerate(_walk(folder)):
        if number >= MOST_FILES:
            raise RefusedError(
                "package_is_a_folder", f"{folder.name}: more than {MOST_FILES} files; land one study a folder."
            )
        if not path.name.startswith("."):
            found.append(path)
    return found


def _is_meant(path: Path) -> bool:
    """Whether a file is named as a data set or its description is."""
    return path.name.split(".")[0].upper() in dataset_names() or _DEFINE.match(path.name) is not None


def _is_read(path: Path) -> bool:
    """Whether a file is read, or refused by name."""
    suffixes = (*READERS, *_PACKED, *_FOREIGN)
    return path.name in _OWN_FILES or (_is_meant(path) and path.suffix.lower() in suffixes)


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(root) / name for name in sorted(names))


def _preference(path: Path) -> tuple[int, int, str]:
    """Files nearer to the top first, then by format."""
    suffix = path.suffix.lower()
    order = list(READERS).index(suffix) if suffix in READERS else len(READERS)
    return len(path.parts), order, path.as_posix()


def _problem(folder: Path, path: Path, file: str) -> RefusedError | None:
    suffix = path.suffix.lower()
    if not _inside(folder, path):
        return _refusal(file, "is a link to a file outside the delivery; put the file itself there")
    if suffix in _PACKED:
        return _refusal(file, "is packed; unpack it into the folder")
    if suffix in _FOREIGN:
        formats = ", ".join(READERS)
        return _refusal(file, f"is in a format that is not read; export it as one of {formats}")
    return None


def _inside(folder: Path, path: Path) -> bool:
    try:
        return path.is_file() and path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return False


def _refusal(file: str, what: str) -> RefusedError:
    return RefusedError("dataset_is_readable", f"{file} {what}.", source_file=file)


def _again(file: str, name: str, used: str) -> RefusedError:
    return RefusedError(
        "dataset_is_once", f"{file}: {name} is read from {used}; take away the one that is not meant.", source_file=file
    )
