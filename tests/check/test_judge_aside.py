"""The judge in a process of its own says what the judge in this process says, and is missed by nobody."""

import subprocess
import sys

import pytest

from safety_pipeline.check import judge, judge_aside

COUNTS = [0, 3, 0, 0, 1, 10**12]
FAILING = {1, 4, 5}


@pytest.fixture
def beside(monkeypatch):
    """A judge in a process beside this one, as a command begins it that has not loaded the library."""
    monkeypatch.delitem(sys.modules, "great_expectations")
    with judge_aside.judge_aside():
        [process] = judge_aside._ready
        yield process


def test_the_judge_beside_finds_the_counts_that_fail_however_often_it_is_asked(beside):
    for counts, failing in ((COUNTS, FAILING), ([0], set()), ([2], {0})):
        assert judge_aside.failing_aside(counts) == failing
        assert judge.failing_here(counts) == failing


def test_the_verdicts_are_those_of_the_judge_beside(beside, monkeypatch):
    monkeypatch.setattr(judge, "failing_here", lambda _: pytest.fail("judged here"))
    found = judge.verdicts({"a": 0, "b": 7})
    assert {name: (verdict.passed, verdict.n_failing) for name, verdict in found.items()} == {
        "a": (True, 0),
        "b": (False, 7),
    }


def test_counts_are_judged_here_where_the_judge_beside_has_died(beside):
    beside.kill()
    beside.wait()
    assert judge_aside.failing_aside(COUNTS) is None
    assert [name for name, verdict in judge.verdicts(dict(enumerate(COUNTS))).items() if not verdict.passed] == [
        1,
        4,
        5,
    ]


def test_an_answer_to_another_question_is_none(beside):
    print("[1, 2]", file=beside.stdin, flush=True)
    assert judge_aside.failing_aside([0]) is None


def test_a_process_that_has_the_library_begins_no_other():
    with judge_aside.judge_aside():
        assert judge_aside._ready == []
        assert judge_aside.failing_aside(COUNTS) is None


def test_the_judge_beside_ends_with_the_command_and_with_a_command_that_is_killed():
    script = (
        "import os, signal, sys; from safety_pipeline.check import judge_aside as aside\n"
        "with aside.judge_aside():\n"
        "    print(aside._ready[0].pid, flush=True)\n"
        "    if sys.argv[1] == 'killed': os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    for end in ("ended", "killed"):
        ran = subprocess.run([sys.executable, "-c", script, end], check=False, capture_output=True, text=True)
        assert ends(int(ran.stdout)), end


def ends(pid):
    """Whether the process is gone within a minute: it reads to the end of its questions and then leaves."""
    return subprocess.run(["tail", f"--pid={pid}", "-f", "/dev/null"], check=False, timeout=60).returncode == 0
