"""Every line of docs/promises.md names tests that are there."""

import re

from lakes import REPOSITORY

PROMISES = (REPOSITORY / "docs" / "promises.md").read_text(encoding="utf-8")
HEADINGS = ("When", "---")


def test_every_promise_names_a_test_that_is_there():
    lines = [line.strip("|").split("|") for line in PROMISES.splitlines() if line.startswith("|")]
    promises = [cells for cells in lines if not cells[0].strip().startswith(HEADINGS)]
    code = "".join(file.read_text(encoding="utf-8") for file in (REPOSITORY / "tests").rglob("test_*.py"))
    for when, _then, tests in promises:
        named = re.findall(r"`(test_\w+)`", tests) or [
            file for file in re.findall(r"`([\w/]+\.py)`", tests) if (REPOSITORY / "tests" / file).exists()
        ]
        assert named, when
        for test in named:
            assert test.endswith(".py") or f"def {test}(" in code, test
