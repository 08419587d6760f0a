"""Fetching over the register's API, against a local server that replays records."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from safety_pipeline.cli import main
from safety_pipeline.land.client import Options
from safety_pipeline.land.fetch import Register, register_options
from safety_pipeline.tables.delivery import RefusedError

Answer = tuple[int, bytes, dict[str, str]]


def fetch(number: str, folder: Path, options: Options) -> Path:
    with Register(options) as register:
        return register.store(number, folder)


class Replay:
    """A server that gives the listed answers one after another, the last one for ever, and remembers who asked."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[tuple[str, float]] = []
        self.connections: set[tuple[str, int]] = set()
        replay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                replay.asked.append((self.path, time.monotonic()))
                replay.connections.add(self.client_address)
                status, body, headers = replay.next_answer(self.path.rsplit("/", 1)[-1])
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    def next_answer(self, number: str) -> Answer:
        waiting = self.answers.get(number, [(404, b"{}", {})])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    @property
    def options(self) -> Options:
        url = f"http://127.0.0.1:{self.server.server_port}/api/v2"
        return Options(base_url=url, attempts=3, first_wait_seconds=0.01, requests_per_second=1000)


@pytest.fixture
def replay() -> Iterator[Replay]:
    started = Replay()
    thread = threading.Thread(target=started.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield started
    started.server.shutdown()
    thread.join()
    started.server.server_close()


def _record(number: str) -> Answer:
    body = {"protocolSection": {"identificationModule": {"nctId": number, "briefTitle": "Größe"}}}
    return 200, json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": "application/json"}


def test_a_record_lands_as_the_register_sent_it(replay: Replay, tmp_path: Path) -> None:
    replay.answers["NCT00000001"] = [_record("NCT00000001")]
    path = fetch("NCT00000001", tmp_path / "landed" / "ctgov", replay.options)
    assert path == tmp_path / "landed" / "ctgov" / "NCT00000001.json"
    assert path.read_bytes() == _record("NCT00000001")[1]
    assert [asked for asked, _ in replay.asked] == ["/api/v2/studies/NCT00000001"]


def test_several_records_come_over_one_kept_connection(replay: Replay, tmp_path: Path) -> None:
    numbers = ["NCT00000001", "NCT00000002", "NCT00000003"]
    replay.answers = {number: [_record(number)] for number in numbers}
    with Register(replay.options) as register:
        assert [register.store(number, tmp_path).stem for number in numbers] == numbers
    assert len(replay.connections) == 1


@pytest.mark.parametrize("first", [429, 500, 502, 503, 504])
def test_a_busy_register_is_asked_again(replay: Replay, tmp_path: Path, first: int) -> None:
    replay.answers["NCT00000001"] = [(first, b"", {"Retry-After": "0"}), _record("NCT00000001")]
    assert fetch("NCT00000001", tmp_path, replay.options).exists()
    assert len(replay.asked) == 2


def test_the_register_is_waited_for_as_long_as_it_asks(replay: Replay, tmp_path: Path) -> None:
    replay.answers["NCT00000001"] = [(429, b"", {"Retry-After": "1"}), _record("NCT00000001")]
    fetch("NCT00000001", tmp_path, replay.options)
    assert replay.asked[1][1] - replay.asked[0][1] >= 1.0


def test_requests_keep_their_pace(replay: Replay, tmp_path: Path) -> None:
    numbers = ["NCT00000001", "NCT00000002", "NCT00000003"]
    replay.answers = {number: [_record(number)] for number in numbers}
    slow = Options(base_url=replay.options.base_url, requests_per_second=10)
    with Register(slow) as register:
        begin = time.monotonic()
        for number in numbers:
            register.store(number, tmp_path)
        assert time.monotonic() - begin >= 0.2  # two gaps of a tenth; a busy machine only makes them longer
    assert len(replay.asked) == 3


HTML = (200, b"<html>sign in</html>", {})
OTHER_STUDY = _record("NCT00000009")
REFUSALS = [
    ("NCT00000001", [(404, b"{}", {})], "register_has_the_record", 1),
    ("NCT00000001", [(500, b"", {})], "register_answers", 3),
    ("NCT00000001", [(429, b"", {"Retry-After": "0"})], "register_answers", 3),
    ("NCT00000001", [(403, b"", {})], "register_answers", 1),
    ("NCT00000001", [HTML], "is_a_register_record", 1),
    ("NCT00000001", [(200, b'{"protocolSection": []}', {})], "is_a_register_record", 1),
    ("NCT00000001", [(200, b"[" * 100_000, {})], "is_a_register_record", 1),
    ("NCT00000001", [OTHER_STUDY], "is_that_study", 1),
    ("NCT1/../../x", [HTML], "is_a_register_number", 0),
]


@pytest.mark.parametrize(("number", "answers", "rule", "n_asked"), REFUSALS)
def test_an_answer_that_is_no_record_is_refused_and_the_old_file_stays(
    replay: Replay, tmp_path: Path, number: str, answers: list[Answer], rule: str, n_asked: int
) -> None:
    old = tmp_path / "NCT00000001.json"
    old.write_text("old")
    replay.answers["NCT00000001"] = answers
    with pytest.raises(RefusedError) as refusal:
        fetch(number, tmp_path, replay.options)
    assert (refusal.value.rule, len(replay.asked)) == (rule, n_asked)
    assert number in refusal.value.explanation
    assert [each.name for each in tmp_path.iterdir()] == ["NCT00000001.json"]
    assert old.read_text() == "old"


def test_offline_the_message_says_what_to_do(tmp_path: Path) -> None:
    closed = Options(base_url="http://127.0.0.1:9", attempts=2, first_wait_seconds=0.01, requests_per_second=1000)
    with pytest.raises(RefusedError, match="cannot be reached") as refusal:
        fetch("NCT00000001", tmp_path, closed)
    assert "land NCT00000001.json" in refusal.value.explanation
    assert list(tmp_path.iterdir()) == []


def test_the_address_can_be_set_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFETY_REGISTER_URL", "http://127.0.0.1:1/api")
    assert register_options().base_url == "http://127.0.0.1:1/api"


def test_several_numbers_land_in_one_command_and_an_unknown_one_is_named(replay, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SAFETY_REGISTER_URL", replay.options.base_url)
    replay.answers = {"NCT00000001": [_record("NCT00000001")], "NCT00000002": [(404, b"{}", {})]}
    answered = CliRunner().invoke(main, ["land", "NCT00000002", "nct00000001", "--lake", str(tmp_path)])
    assert answered.exit_code == 1
    assert "NCT00000002: the register has no such study" in answered.output
    assert [each.name for each in (tmp_path / "landed" / "ctgov").iterdir()] == ["NCT00000001.json"]
    assert len(replay.connections) == 1
