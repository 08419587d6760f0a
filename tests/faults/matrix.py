"""Print each promise of docs/promises.md with its tests and how they ended, from a JUnit file of the faults suite."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

PROMISES = Path(__file__).resolve().parents[2] / "docs" / "promises.md"
_TEST = re.compile(r"`(test_\w+)`")


def promises() -> Iterator[tuple[str, list[str]]]:
    """When something happens, and the tests that do it on purpose."""
    for line in PROMISES.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and _TEST.search(cells[2]):
            yield cells[0], _TEST.findall(cells[2])


def results(file: Path) -> dict[str, str]:
    """How each test ended; one of several parameters that failed is a failure."""
    found: dict[str, str] = {}
    for case in ElementTree.parse(file).iter("testcase"):  # noqa: S314  (pytest wrote it a moment ago)
        name = case.get("name", "").split("[")[0]
        ended = next((kind for kind in ("failure", "error", "skipped") if case.find(kind) is not None), "passed")
        found[name] = ended if found.get(name, "passed") == "passed" else found[name]
    return found


def main() -> None:
    ended = results(Path(sys.argv[1]))
    for when, tests in promises():
        for test in tests:
            print(f"{ended.get(test, 'not run'):8}  {when}: {test}")


if __name__ == "__main__":
    main()
