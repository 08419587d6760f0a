"""Lakes in object storage for tests: an S3 server on this machine, and buckets whose writes can be stopped."""

import logging
import shutil
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from moto.server import ThreadedMotoServer

from safety_pipeline.object_storage.address import cache_folder
from safety_pipeline.object_storage.objects import Objects
from safety_pipeline.object_storage.pull import pull_to_write
from safety_pipeline.object_storage.push import push
from safety_pipeline.object_storage.working_copy import Copy

# The server of this machine asks for no others.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


@contextmanager
def s3_server() -> Iterator[str]:
    """The address of an S3 server in this process."""

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def use_server(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": address}.items():
        monkeypatch.setenv(name, value)


def new_lake_address(server: str) -> str:
    """A bucket of its own, and a prefix in it."""
    bucket = f"lake-{uuid.uuid4().hex[:12]}"
    httpx.put(f"{server}/{bucket}").raise_for_status()
    return f"s3://{bucket}/safety"


class PowerCutError(BaseException):
    """The process ends: no `except Exception` of the code under test may go on after it."""


class FailingObjects(Objects):
    """Writes until so many have been done; the next one ends the process before it reaches the bucket, or after."""

    def __init__(self, address: str, *, after: int, arrives: bool = False) -> None:
        super().__init__(address)
        self._left = after
        self._arrives = arrives
        self._one_at_a_time = threading.Lock()

    def upload(self, key, file):
        self._write(lambda: super(FailingObjects, self).upload(key, file))

    def write(self, key, content):
        self._write(lambda: super(FailingObjects, self).write(key, content))

    def swap(self, key, content, before):
        self._write(lambda: super(FailingObjects, self).swap(key, content, before))

    def _write(self, write):
        with self._one_at_a_time:
            if self._left > 0 or self._arrives:
                write()
            if self._left <= 0:
                raise PowerCutError
            self._left -= 1


def push_lake(lake: Path, address: str) -> None:
    """Bring a lake in a folder to a bucket without one, as if it had been made there."""
    objects, copy = Objects(address), Copy(cache_folder(address), "work")
    shutil.copytree(lake, copy.folder, symlinks=True, dirs_exist_ok=True)
    assert push(objects, copy, pull_to_write(objects, copy, lambda _: None)) is not None
