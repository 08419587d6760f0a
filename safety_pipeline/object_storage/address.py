"""Where a lake lies: a folder of this machine, or a prefix of a bucket with a working folder here."""

import hashlib
import os
import re
from pathlib import Path

from safety_pipeline import settings

# Of Azure the container and its account: abfs://container@account.dfs.core.windows.net/prefix
_ADDRESS = re.compile(r"((s3|gs|az)://[\w.-]+|abfss?://[\w-]+(@[\w.-]+)?)(/[^/?#\\]+)*/?")


class AddressError(ValueError):
    """An address that names no bucket; the message says what one looks like."""


def is_remote(place: object) -> bool:
    """Whether it names a bucket and no folder."""
    return "://" in str(place)


def checked_address(text: str) -> str:
    """The address without a slash at its end; refused where it is none, or holds a password."""
    if _ADDRESS.fullmatch(text) is None or ".." in text:
        what = "" if is_remote(text) else f"{text} is a folder of this machine. "
        raise AddressError(
            f"{what}A lake in object storage is named like s3://bucket/prefix, gs://bucket/prefix or "
            "az://container/prefix; keys and passwords come from the environment, never from the address."
        )
    return text.rstrip("/")


def cache_folder(address: str) -> Path:
    """Where this machine keeps its copies of the lake at the address."""
    set_by_user = os.environ.get(settings.CACHE.name)
    beside = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    root = Path(set_by_user) if set_by_user else Path(beside) / "safety-pipeline"
    return root.resolve() / hashlib.sha256(address.encode()).hexdigest()[:16]
