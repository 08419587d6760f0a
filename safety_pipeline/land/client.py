"""Polite requests to a public API: over one connection, at a pace, patient where it is busy."""

import re
import time
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import Self

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from safety_pipeline.tables.delivery import RefusedError

LONGEST_WAIT = 60.0
MOST_BYTES = 200_000_000
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Options:
    """How an API is asked: where, how patiently, and at most how often a second."""

    base_url: str
    timeout_seconds: float = 30.0
    attempts: int = 5
    first_wait_seconds: float = 1.0
    requests_per_second: float = 1.0


class _BusyError(Exception):
    """The API asks for patience: its status, and how long to wait where it says so."""

    def __init__(self, status: int, wait_seconds: float | None) -> None:
        super().__init__(f"status {status}")
        self.wait_seconds = wait_seconds


class Client:
    """One API, with its connection kept and its pace held; `way_out` is what to do where it cannot be reached."""

    accepts = "application/json"
    way_out = "try again later"

    def __init__(self, options: Options) -> None:
        self._options = options
        self._last_request = -float("inf")

    @property
    def address(self) -> str:
        """Where the API is asked."""
        return self._options.base_url

    @cached_property
    def _client(self) -> httpx.Client:
        return httpx.Client(
            timeout=self._options.timeout_seconds,
            follow_redirects=True,
            headers={"Accept": self.accepts, "User-Agent": "safety-pipeline"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if "_client" in vars(self):
            self._client.close()

    def get(self, path: str, asked_for: str) -> httpx.Response:
        """The answer to a path below the address; one sentence about what was asked for where there is none."""
        try:
            return self._retrying()(self._ask, path)
        except _BusyError as error:
            raise RefusedError(
                "register_answers",
                f"{asked_for}: {self.address} answered with {error} {self._options.attempts} times; try again later.",
            ) from error
        except httpx.HTTPError as error:
            raise RefusedError(
                "register_is_reached",
                f"{asked_for}: {self.address} cannot be reached ({type(error).__name__}). Check the connection, or "
                + self.way_out.format(asked_for),
            ) from error

    def _retrying(self) -> Retrying:
        return Retrying(
            stop=stop_after_attempt(self._options.attempts),
            wait=self._wait,
            retry=retry_if_exception_type((httpx.TransportError, _BusyError)),
            reraise=True,
        )

    def _wait(self, state: RetryCallState) -> float:
        """As long as the API asks for, else twice as long each time."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, _BusyError) and error.wait_seconds is not None:
            return min(error.wait_seconds, LONGEST_WAIT)
        return wait_exponential(multiplier=self._options.first_wait_seconds, max=LONGEST_WAIT)(state)

    def _ask(self, path: str) -> httpx.Response:
        self._keep_pace()
        response = self._client.get(f"{self.address.rstrip('/')}/{path}")
        if response.status_code in _WORTH_ANOTHER_TRY:
            raise _BusyError(response.status_code, _seconds(response.headers.get("Retry-After")))
        return response

    def _keep_pace(self) -> None:
        gap = 1.0 / self._options.requests_per_second
        time.sleep(max(0.0, self._last_request + gap - time.monotonic()))
        self._last_request = time.monotonic()


def _seconds(written: str | None) -> float | None:
    """Seconds of a Retry-After header; a date is left to the usual waiting."""
    return float(written) if written and re.fullmatch(r"\d{1,6}", written.strip()) else None
