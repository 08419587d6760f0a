"""The bytes of a landed file, or of each file in it where it is packed, without trusting its sizes."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from safety_pipeline.tables.archive import BROKEN_ARCHIVE
from safety_pipeline.tables.delivery import RefusedError

# The largest records of the register are some tens of megabytes.
MOST_BYTES = 500_000_000
_GZIP, _ZIP, _UTF8 = b"\x1f\x8b", b"PK\x03\x04", b"\xef\xbb\xbf"
Content = tuple[str, bytes | RefusedError]


def contents(path: Path) -> Iterator[Content]:
    """The name and bytes of each file; of a zip each member by itself, so that a broken one does not take the rest."""
    data = _bytes(path)
    if data.startswith(_ZIP):
        yield from _members(path.name, data)
    else:
        yield path.name, _unpacked(path.name, data)


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise RefusedError("is_a_file", f"{path.name}: not a file; land each register record as a file of its own.")
    if path.stat().st_size > MOST_BYTES:
        raise too_large(path.name)
    return path.read_bytes()


def too_large(name: str) -> RefusedError:
    return RefusedError("size_is_believable", f"{name}: larger than any register record; split it.")


def _unpacked(name: str, data: bytes) -> bytes:
    """The bytes without gzip and without a byte order mark."""
    if not data.startswith(_GZIP):
        return data.removeprefix(_UTF8)
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            plain = packed.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise RefusedError(
            "is_readable_gzip", f"{name}: not a whole gzip file ({error}); pack it again, or land it unpacked."
        ) from error
    if len(plain) > MOST_BYTES:
        raise too_large(name)
    return plain.removeprefix(_UTF8)


def _members(name: str, data: bytes) -> Iterator[Content]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for member in packed.infolist():
                if not _is_passed_over(member):
                    yield f"{name}/{member.filename}", _member(packed, member, name)
    except zipfile.BadZipFile as error:
        raise RefusedError(
            "is_readable_zip", f"{name}: not a whole zip file ({error}); pack it again, or land it unpacked."
        ) from error


def _is_passed_over(member: zipfile.ZipInfo) -> bool:
    """Folders, and what systems and people leave beside the records."""
    inside = PurePosixPath(member.filename)
    return member.is_dir() or "__MACOSX" in inside.parts or inside.name.lower().startswith((".", "~", "readme"))


def _member(packed: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes | RefusedError:
    place = f"{name}/{member.filename}"
    if member.file_size > MOST_BYTES:
        return too_large(place)
    try:
        return _unpacked(place, packed.read(member))
    except RefusedError as error:
        return error
    except BROKEN_ARCHIVE as error:
        return RefusedError("is_readable_zip", f"{place}: cannot be unpacked ({error}); land it unpacked.")
