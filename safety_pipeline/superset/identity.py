"""Stable identities of what is imported, so that an import finds what an earlier one has made."""

import uuid

_NAMESPACE = uuid.UUID("6f0f1bd0-4c3c-5a51-9d53-2f3b8f0c7f10")
VERSION = "1.0.0"


def identity(kind: str, name: str) -> str:
    """The identity of a thing of that kind: equal names give the equal one."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}/{name}"))
