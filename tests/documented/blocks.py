"""The blocks of a page: what a reader runs, what is said about running it, and the output shown after it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$|^<!-- (?P<mark>.*?) -->$", re.MULTILINE | re.DOTALL)
RUN = ("sh", "sql", "python")
# <!-- answers /dose?concept=edema with "14 to 20" -->, after a command that serves pages until it is stopped.
ANSWERS = re.compile(r'answers (?P<place>\S+) with "(?P<words>[^"]+)"')
# <!-- not run: needs a server of your own -->, before a block.
NOT_RUN = re.compile(r"not run: (?P<reason>.+)")


@dataclass
class Block:
    """One block that a reader runs: its language, what stands behind it in the fence, and what the page shows of it."""

    page: str
    line: int
    language: str
    detail: str
    text: str
    shown: list[str] = field(default_factory=list)
    answers: re.Match[str] | None = None
    not_run: str | None = None

    @property
    def name(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(page: Path, name: str) -> list[Block]:
    """The blocks of the page that are run, in its order; output belongs to the block before it."""
    found: list[Block] = []
    reason = None
    for piece in FENCE.finditer(page.read_text("utf-8")):
        mark = piece["mark"]
        if mark is not None:
            reason = _reason(mark)
            if answers := ANSWERS.fullmatch(mark):
                found[-1].answers = answers
            continue
        language, _, detail = piece["info"].partition(" ")
        if language in RUN:
            line = page.read_text("utf-8").count("\n", 0, piece.start()) + 1
            found.append(Block(name, line, language, detail, piece["text"], not_run=reason))
        elif language == "text" and found:
            found[-1].shown.append(piece["text"])
        reason = None
    return found


def _reason(mark: str) -> str | None:
    said = NOT_RUN.fullmatch(mark)
    return said["reason"] if said else None


def missing(shown: str, printed: str) -> Iterator[str]:
    """The lines of a shown output that were not printed, in order; how many spaces stand between words does not count.

    A line `...` stands for any lines, `...` in a line for any text of it.
    """
    rest = [_plain(line) for line in printed.splitlines()]
    for line in shown.rstrip().splitlines():
        if line.strip() == "...":
            continue
        pattern = ".*".join(re.escape(part) for part in _plain(line).split("..."))
        place = next((at for at, each in enumerate(rest) if re.fullmatch(pattern, each)), None)
        if place is None:
            yield line
        else:
            rest = rest[place + 1 :]


def _plain(line: str) -> str:
    return " ".join(line.split())


def is_long(page: Path) -> bool:
    """Whether the page says of itself that its commands take too long for the quick tests."""
    return page.read_text("utf-8").startswith("<!-- long -->")
