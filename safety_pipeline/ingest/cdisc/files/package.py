"""Which files of a delivery hold which data sets."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from safety_pipeline.ingest.cdisc.files.opening import READERS
from safety_pipeline.ingest.cdisc.package.words import dataset_names, may_be_split
from safety_pipeline.reference.data_sets import data_set_by_variables
from safety_pipeline.tables.delivery import RefusedError

MOST_FILES = 5_000
_PACKED = (".zip", ".gz", ".7z", ".tar", ".tgz", ".bz2", ".xz", ".zst", ".dsjc")
_DEFINE = re.compile(r"define[\w.-]*\.xml$", re.IGNORECASE)
_OWN_FILES = ("study.yaml", "study.yml")
_FOREIGN = (".txt", ".xls", ".xlsx", ".rda", ".rds", ".dta", ".sav", ".xml")


@dataclass(frozen=True)
class Package:
    """The files of each data set, by the name of the data set, what describes them, and the files that were left out.

    A data set may be split into several files. ``others`` are names of files that no data set we know has.
    ``recognised`` are the data sets known by their variables, by file.
    """

    files: dict[str, list[Path]]
    refusals: tuple[RefusedError, ...]
    definitions: tuple[Path, ...] = ()
    others: tuple[str, ...] = ()
    recognised: dict[Path, str] = field(default_factory=dict)


def find_datasets(folder: Path) -> Package:
    """The data sets of a delivery, in whatever subfolder, by name in whatever case, else by their variables."""
    if not folder.is_dir():
        raise RefusedError(
            "package_is_a_folder",
            f"{folder.name}: a CDISC package is a folder; put the data sets into landed/cdisc/<study>/.",
            source_file=folder.name,
        )
    seen = _files(folder)
    definitions = tuple(path for path in sorted(seen, key=_preference) if _is_definition(folder, path))
    named = {path: _name(path) for path in seen if _name(path) in dataset_names()}
    recognised = dict(_recognised(folder, [path for path in seen if path not in named]))
    found: dict[str, list[Path]] = {}
    refusals: list[RefusedError] = []
    # Files with a data set's own name first: what is only known by its variables may be its second part.
    for path, name in [*_in_order(named), *_in_order(recognised)]:
        file = path.relative_to(folder).as_posix()
        if (problem := _problem(folder, path, file)) is not None:
            refusals.append(problem)
        elif path.suffix.lower() in READERS and _is_part(path, name, found.get(name, []), named):
            found.setdefault(name, []).append(path)
        elif path.suffix.lower() in READERS:
            refusals.append(_again(file, name, found[name][0].relative_to(folder).as_posix()))
    others = tuple(path.name for path in seen if not (_is_read(path) or path in recognised))
    return Package(found, tuple(refusals), definitions, others, recognised)


def _name(path: Path) -> str:
    return path.name.split(".")[0].upper()


def _in_order(files: Mapping[Path, str]) -> list[tuple[Path, str]]:
    return sorted(files.items(), key=lambda each: _preference(each[0]))


def _recognised(folder: Path, unnamed: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """The files with another name whose variables are those of a data set."""
    for path in unnamed:
        if path.suffix.lower() in READERS and _inside(folder, path):
            name = data_set_by_variables(path)
            if name is not None:
                yield path, name


def _is_part(path: Path, name: str, found: list[Path], named: Mapping[Path, str]) -> bool:
    """Whether a file is the data set's first, or one more part of it: `ae`, `ae2`; `aecv`, `aeon`; `x_ae1`, `x_ae2`.

    One that is only similar (`ae_old`) beside the data set's own file is not added to it.
    """
    if not found:
        return True
    if not may_be_split(name) or _name(path) in map(_name, found):
        return False
    is_own = any(each in named for each in found)
    return not is_own or re.fullmatch(rf"{name}(?:_?(?:PART)?_?\d{{1,3}}|[A-Z]{{1,2}})", _name(path)) is not None


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


def _is_definition(folder: Path, path: Path) -> bool:
    return _DEFINE.match(path.name) is not None and _inside(folder, path)


def _is_meant(path: Path) -> bool:
    """Whether a file is named as a data set or its description is."""
    return _name(path) in dataset_names() or _DEFINE.match(path.name) is not None


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
