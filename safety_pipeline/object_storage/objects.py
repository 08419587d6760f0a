"""Reading and writing the objects of one bucket, with every fault as one sentence.

Only this module knows the library, obstore: S3, Google Cloud Storage and Azure behind one interface.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_NO_LIBRARY = "A lake in object storage needs the extra 'store': pip install 'safety-pipeline[store]'"
_NO_CREDENTIALS = (
    "no credentials in the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, GOOGLE_APPLICATION_CREDENTIALS, "
    "or AZURE_STORAGE_ACCOUNT_NAME and its key), and this machine has no role of its own"
)
# Where a machine of a cloud is told its role.
_MACHINE_ROLES = "169.254.169.254"
_QUERY = re.compile(r"\?\S+")
_NO_BUCKET = ("NoSuchBucket", "ContainerNotFound", "The specified bucket does not exist")
# The whole of an object of gigabytes passes in one answer.
_CLIENT = {"connect_timeout": "10s", "read_timeout": "60s", "timeout": "7200s"}
# Of 5 MB each, times the files that are sent side by side: what is in memory at once.
_PARTS_AT_ONCE = 2
_RETRIES: Any = {"max_retries": 5, "retry_timeout": timedelta(seconds=60)}


class StoreError(Exception):
    """The bucket cannot be used as asked; the message says why."""


class SwapLostError(StoreError):
    """Another writer swapped the object first; it is as they left it."""


@dataclass(frozen=True)
class Found:
    """One object: ``written_at`` is the time of the server."""

    key: str
    size: int
    written_at: datetime


@dataclass(frozen=True)
class Version:
    """One state of an object, as its store tells states apart; what has a generation (GCS) is told by it."""

    e_tag: str | None
    version: str | None

    def as_condition(self) -> Any:
        known = {"e_tag": self.e_tag, "version": self.version}
        return {name: value for name, value in known.items() if value is not None}


class Objects:
    """The objects below one address."""

    def __init__(self, address: str) -> None:
        try:
            import obstore  # noqa: F401, PLC0415
        except ImportError as error:
            raise StoreError(_NO_LIBRARY) from error
        self.address = address
        with self._sentences():
            self._store = _opened(address)

    def read(self, key: str) -> tuple[bytes, Version] | None:
        """A small object with the state it is in; nothing where there is none."""
        import obstore  # noqa: PLC0415

        with self._sentences():
            try:
                got = obstore.get(self._store, key)
            except FileNotFoundError as error:
                self._refuse_missing_bucket(error)
                return None
            return bytes(got.bytes()), Version(got.meta["e_tag"], got.meta["version"])

    def chunks(self, key: str) -> Iterator[bytes]:
        """The bytes of an object as they arrive."""
        import obstore  # noqa: PLC0415

        with self._sentences():
            for chunk in obstore.get(self._store, key).stream(min_chunk_size=1 << 20):
                yield bytes(chunk)

    def sha256_of(self, key: str) -> str:
        """The hash of the bytes that the bucket holds now."""
        hasher = hashlib.sha256()
        for chunk in self.chunks(key):
            hasher.update(chunk)
        return hasher.hexdigest()

    def upload(self, key: str, file: Path) -> None:
        """A file as an object; nothing is there until all of it is."""
        import obstore  # noqa: PLC0415

        with self._sentences():
            obstore.put(self._store, key, file, max_concurrency=_PARTS_AT_ONCE)

    def write(self, key: str, content: bytes) -> None:
        import obstore  # noqa: PLC0415

        with self._sentences():
            obstore.put(self._store, key, content)

    def swap(self, key: str, content: bytes, before: Version | None) -> None:
        """Replace an object that is still in the state given; without one, make it where there is none."""
        import obstore  # noqa: PLC0415
        from obstore.exceptions import AlreadyExistsError, PreconditionError  # noqa: PLC0415

        with self._sentences():
            try:
                obstore.put(self._store, key, content, mode=before.as_condition() if before else "create")
            except (AlreadyExistsError, PreconditionError) as error:
                raise SwapLostError(f"{self.address}/{key} was written by somebody else meanwhile.") from error

    def find(self, key: str) -> Found | None:
        import obstore  # noqa: PLC0415

        with self._sentences():
            try:
                return _found(obstore.head(self._store, key))
            except FileNotFoundError:
                return None

    def listed(self) -> list[Found]:
        """Every object below the address."""
        import obstore  # noqa: PLC0415

        with self._sentences():
            return [_found(each) for block in obstore.list(self._store) for each in block]

    def delete(self, keys: Sequence[str]) -> None:
        import obstore  # noqa: PLC0415

        with self._sentences():
            if keys:
                obstore.delete(self._store, list(keys))

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        from obstore.exceptions import BaseError  # noqa: PLC0415

        try:
            yield
        except FileNotFoundError as error:
            self._refuse_missing_bucket(error)
            raise StoreError(f"{self.address}: an object is missing: {_first_line(error)}") from error
        except BaseError as error:
            raise StoreError(f"{self.address}: {_first_line(error)}") from error

    def _refuse_missing_bucket(self, error: FileNotFoundError) -> None:
        if any(words in str(error) for words in _NO_BUCKET):
            raise StoreError(f"{self.address}: there is no such bucket; create it first.") from error


def _opened(address: str) -> "ObjectStore":
    from obstore.store import from_url  # noqa: PLC0415

    is_plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
    options: Any = {**_CLIENT, "allow_http": True} if is_plain else _CLIENT
    return from_url(address, client_options=options, retry_config=_RETRIES)


def _found(described: Any) -> Found:
    return Found(described["path"], described["size"], described["last_modified"])


def _first_line(error: Exception) -> str:
    """What the library says, without what follows a question mark in an address: there Azure has its signatures."""
    said = _QUERY.sub("", str(error).strip().splitlines()[0])
    return _NO_CREDENTIALS if _MACHINE_ROLES in said else said
