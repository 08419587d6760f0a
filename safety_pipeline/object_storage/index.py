"""What a bucket holds as a lake: the manifest, which is swapped, and the index of files it names."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from safety_pipeline.object_storage.objects import StoreError

MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class Entry:
    """One file of the lake: the object that has its bytes, their hash, how many, and the file's time."""

    key: str
    sha256: str
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Index:
    """The whole lake at one moment; ``previous`` is the key of the index before it."""

    files: Mapping[str, Entry]
    release_id: str | None
    previous: str | None

    @property
    def described(self) -> dict[str, Any]:
        """The index as plain values, which `described_index` reads."""
        rows = [[path, *asdict(entry).values()] for path, entry in sorted(self.files.items())]
        return {"files": rows, "release_id": self.release_id, "previous": self.previous}

    @cached_property
    def content(self) -> bytes:
        return json.dumps(self.described, separators=(",", ":"), ensure_ascii=False).encode()

    @cached_property
    def key(self) -> str:
        return object_key(hashlib.sha256(self.content).hexdigest())

    @cached_property
    def hashes(self) -> dict[str, str]:
        return {path: entry.sha256 for path, entry in self.files.items()}

    @property
    def keys(self) -> set[str]:
        return {entry.key for entry in self.files.values()}


EMPTY = Index({}, None, None)


@dataclass(frozen=True)
class Manifest:
    """The one object that is ever replaced: who reads it sees one whole lake, and its release under ``published``."""

    index: str
    release_id: str | None
    published: str | None
    number: int
    written_by: str
    written_at: str
    swap: str
    format: int = FORMAT

    @property
    def content(self) -> bytes:
        return (json.dumps(asdict(self), indent=2) + "\n").encode()

    @property
    def told(self) -> str:
        """Who wrote it and when, for a sentence."""
        return f"{self.written_by} at {self.written_at}"


def object_key(sha256: str) -> str:
    return f"objects/{sha256}"


def index_of(content: bytes, key: str) -> Index:
    """The index as it was written; refused where its bytes are others, or a path leads out of the lake."""
    if object_key(hashlib.sha256(content).hexdigest()) != key:
        raise StoreError(f"{key}: other bytes than recorded, so that nobody knows which files the lake has.")
    index = described_index(json.loads(content))
    for path in index.files:
        _refuse_outside(path)
    return index


def described_index(read: Mapping[str, Any]) -> Index:
    return Index({path: Entry(*entry) for path, *entry in read["files"]}, read["release_id"], read["previous"])


def manifest_of(content: bytes, address: str) -> Manifest:
    try:
        read = json.loads(content)
        if read["format"] != FORMAT:
            raise StoreError(f"{address}: written by a newer safety-pipeline; install that one.")
        return Manifest(**read)
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{address}/{MANIFEST} is not the manifest of a lake.") from error


def _refuse_outside(path: str) -> None:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path or ":" in parts[0]:
        raise StoreError(f"The index of the lake names {path!r}, which is not inside of a lake; nothing was read.")
