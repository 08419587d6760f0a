"""The judge in a process of its own, which loads Great Expectations on another processor while tables are made.

Loading takes 2.5 s, as long as making the tables of a small lake. A judge that is not there, or does not answer, is no
fault: then the counts are judged in this process.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO

_ready: list[subprocess.Popen[str]] = []


@contextmanager
def judge_aside() -> Iterator[None]:
    """A judge stands ready beside this process, unless it has one itself; it ends when this process does."""
    if "great_expectations" in sys.modules:
        yield
        return
    judge = subprocess.Popen(
        [sys.executable, "-m", "safety_pipeline.check.judge_aside"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    _ready.append(judge)
    try:
        yield
    finally:
        _ready.remove(judge)
        judge.kill()
        # Closes what it was asked by too, and takes it for no fault where that is broken.
        judge.communicate()


def failing_aside(counts: Sequence[int]) -> set[int] | None:
    """The places of the counts that fail, as the judge beside says; nothing where none answers."""
    for judge in _ready:
        # A process that has ended takes no question, and its answer is no JSON.
        with suppress(OSError, ValueError):
            return _answer(judge, counts)
    return None


def _answer(judge: subprocess.Popen[str], counts: Sequence[int]) -> set[int]:
    if judge.stdin is None or judge.stdout is None:
        raise ValueError("the judge cannot be asked")
    print(json.dumps(list(counts)), file=judge.stdin, flush=True)
    answer = json.loads(judge.stdout.readline())
    if answer["n_judged"] != len(counts):
        raise ValueError("the judge was asked another question")
    return set(answer["failing"])


def serve(questions: IO[str], answers: IO[str]) -> None:
    """Answer one list of counts a line, until there is no more."""
    from safety_pipeline.check import judge  # noqa: PLC0415  (only the process beside loads it)

    judge.failing_here([0])
    for line in questions:
        counts = json.loads(line)
        print(
            json.dumps({"n_judged": len(counts), "failing": sorted(judge.failing_here(counts))}),
            file=answers,
            flush=True,
        )


if __name__ == "__main__":
    # What the library prints is no answer.
    kept, sys.stdout = sys.stdout, sys.stderr
    serve(sys.stdin, kept)
