"""A package that lies there as ZIP, unpacked into a folder that is gone after the reading."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from safety_pipeline.ingest.cdisc.files.opening import READERS
from safety_pipeline.tables.delivery import RefusedError

MOST_MEMBERS = 5_000
MOST_PACKED, ENOUGH_TO_MATTER = 200, 100_000_000
LARGEST_UNPACKED_BYTES = 16_000_000_000
_BLOCK = 1 << 20


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """The folder of a package; a ZIP, or a folder of nothing but ZIPs and a `study.yaml`, is unpacked first."""
    packed = _packed(path)
    if not packed:
        yield path
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / path.stem
        folder.mkdir()
        for each in packed:
            _unpack(each, folder if len(packed) == 1 else folder / each.stem)
        for said in path.glob("study.y*ml") if path.is_dir() else ():
            shutil.copyfile(said, folder / said.name)
        yield folder


def _packed(path: Path) -> list[Path]:
    if path.is_file():
        return [path] if path.suffix.lower() == ".zip" else []
    try:
        files = [each for each in path.rglob("*") if each.is_file() and not each.name.startswith(".")]
    except OSError:
        return []
    packed = sorted(each for each in files if each.suffix.lower() == ".zip" and not each.is_symlink())
    others = [each for each in files if each not in packed and each.suffix.lower() in _DATA]
    return [] if others else packed


_DATA = tuple(READERS)


def _unpack(path: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
            _prove_believable(path, members)
            for member in members:
                target = folder / PurePosixPath(member.filename)
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as source, target.open("wb") as handle:
                    shutil.copyfileobj(source, handle, _BLOCK)
    except RefusedError:
        raise
    except Exception:  # noqa: BLE001  (broken and encrypted archives fail in many ways)
        raise _refusal(path, "cannot be unpacked (broken, encrypted, or packed in a way that is not known)") from None


def _prove_believable(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Refuse what points outside, and what unpacks to more than anybody would pack."""
    names = [PurePosixPath(each.filename.replace("\\", "/")) for each in members]
    if any(name.is_absolute() or ".." in name.parts or ":" in name.parts[0] for name in names if name.parts):
        raise _refusal(path, "holds a file that points outside of it")
    whole, packed = (sum(getattr(each, name) for each in members) for name in ("file_size", "compress_size"))
    if len(members) > MOST_MEMBERS or whole > LARGEST_UNPACKED_BYTES:
        raise _refusal(path, f"holds more than {MOST_MEMBERS} files or {LARGEST_UNPACKED_BYTES} bytes")
    if whole > max(ENOUGH_TO_MATTER, MOST_PACKED * packed):
        raise _refusal(path, f"would unpack to {whole} bytes from {packed}")


def _refusal(path: Path, what: str) -> RefusedError:
    return RefusedError(
        "dataset_is_readable", f"{path.name} {what}; unpack it into landed/cdisc/<study>/.", source_file=path.name
    )
