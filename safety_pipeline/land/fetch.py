"""Fetching of register records by their number over the public API, one polite request after another."""

import json
import os
import re
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from safety_pipeline.settings import REGISTER_URL
from safety_pipeline.tables.delivery import RefusedError
from safety_pipeline.tables.storage import write_text

BASE_URL = "https://clinicaltrials.gov/api/v2"
URL_VARIABLE = REGISTER_URL.name
LONGEST_WAIT = 60.0
MOST_BYTES = 200_000_000
_NCT = re.compile(r"NCT\d{8}", re.ASCII)
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429, 500, 502, 503, 504})


def _base_url() -> str:
    return os.environ.get(URL_VARIABLE) or BASE_URL


@dataclass(frozen=True)
class Options:
    """How the register is asked: where, how patiently, and at most how often a second."""

    base_url: str = field(default_factory=_base_url)
    timeout_seconds: float = 30.0
    attempts: int = 5
    first_wait_seconds: float = 1.0
    requests_per_second: float = 1.0


class _BusyError(Exception):
    """The register asks for patience: its status, and how long to wait where it says so."""

    def __init__(self, status: int, wait_seconds: float | None) -> None:
        super().__init__(f"status {status}")
        self.wait_seconds = wait_seconds


class Register:
    """The register's API, with its connection kept and its pace held."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._last_request = -float("inf")

    @property
    def address(self) -> str:
        """Where the register is asked."""
        return self._options.base_url

    @cached_property
    def _client(self) -> httpx.Client:
        return httpx.Client(
            timeout=self._options.timeout_seconds,
            follow_redirects=True,
            headers={"Accept": "application/json", "User-Agent": "safety-pipeline"},
        )

    def __enter__(self) -> "Register":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if "_client" in vars(self):
            self._client.close()

    def store(self, nct_id: str, folder: Path) -> Path:
        """The record as a file of the folder; an older file gives way only to a complete new one."""
        path = folder / f"{nct_id}.json"
        write_text(path, self.record(nct_id))
        return path

    def record(self, nct_id: str) -> str:
        """The record as the register sends it, after making sure that it is that study's."""
        if not _NCT.fullmatch(nct_id):
            raise RefusedError("is_a_register_number", f"{nct_id}: not a register number; write NCT and eight digits.")
        try:
            response = self._retrying()(self._ask, nct_id)
        except _BusyError as error:
            raise RefusedError(
                "register_answers",
                f"{nct_id}: {self._options.base_url} answered with {error} {self._options.attempts} times; "
                "try again later.",
            ) from error
        except httpx.HTTPError as error:
            raise RefusedError("register_is_reached", self._offline(nct_id, error)) from error
        return _checked(nct_id, response)

    def _retrying(self) -> Retrying:
        return Retrying(
            stop=stop_after_attempt(self._options.attempts),
            wait=self._wait,
            retry=retry_if_exception_type((httpx.TransportError, _BusyError)),
            reraise=True,
        )

    def _wait(self, state: RetryCallState) -> float:
        """As long as the register asks for, else twice as long each time."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, _BusyError) and error.wait_seconds is not None:
            return min(error.wait_seconds, LONGEST_WAIT)
        return wait_exponential(multiplier=self._options.first_wait_seconds, max=LONGEST_WAIT)(state)

    def _ask(self, nct_id: str) -> httpx.Response:
        self._keep_pace()
        response = self._client.get(f"{self._options.base_url.rstrip('/')}/studies/{nct_id}")
        if response.status_code in _WORTH_ANOTHER_TRY:
            raise _BusyError(response.status_code, _seconds(response.headers.get("Retry-After")))
        return response

    def _keep_pace(self) -> None:
        gap = 1.0 / self._options.requests_per_second
        time.sleep(max(0.0, self._last_request + gap - time.monotonic()))
        self._last_request = time.monotonic()

    def _offline(self, nct_id: str, error: httpx.HTTPError) -> str:
        return (
            f"{nct_id}: {self._options.base_url} cannot be reached ({type(error).__name__}). Check the connection, or "
            f"save the record as JSON in a browser and land that file: safety-pipeline land {nct_id}.json"
        )


def _seconds(written: str | None) -> float | None:
    """Seconds of a Retry-After header; a date is left to the usual waiting."""
    return float(written) if written and re.fullmatch(r"\d{1,6}", written.strip()) else None


def _checked(nct_id: str, response: httpx.Response) -> str:
    if response.status_code == httpx.codes.NOT_FOUND:
        raise RefusedError("register_has_the_record", f"{nct_id}: the register has no such study; check the number.")
    if response.status_code != httpx.codes.OK or len(response.content) > MOST_BYTES:
        raise RefusedError("register_answers", f"{nct_id}: the register answered with status {response.status_code}.")
    try:
        found = response.json()["protocolSection"]["identificationModule"]["nctId"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RefusedError(
            "is_a_register_record", f"{nct_id}: the register's answer is not a study record; try again later."
        ) from error
    if found != nct_id:
        raise RefusedError(
            "is_that_study", f"{nct_id}: the register answered with {json.dumps(found)[:40]}; ask for that number."
        )
    return response.text
